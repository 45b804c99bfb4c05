//! The types for authors, `guest-sdk/js`: TypeScript's own compiler takes the
//! project's handlers and refuses what does not work at run time; and what the
//! types declare is what the engine has.

use hookmill_tests::binary::{self, root};
use hookmill_tests::peers;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TYPESCRIPT: &str = "typescript@7.0.2";

/// A TypeScript project in a temporary folder, with the typings installed.
struct Project {
    folder: tempfile::TempDir,
    compiler: PathBuf,
}

impl Project {
    fn new() -> Option<Self> {
        let compiler = peers::node("typescript", &[TYPESCRIPT])?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        // As the README says.
        let installed = Command::new("npm")
            .current_dir(folder.path())
            .args([
                "install",
                "--save-dev",
                "--no-audit",
                "--no-fund",
                "--offline",
            ])
            .arg(root().join("guest-sdk/js"))
            .output()
            .expect("npm starts");
        let said = String::from_utf8_lossy(&installed.stderr);
        assert!(installed.status.success(), "{said}");
        Some(Self {
            folder,
            compiler: compiler.join("node_modules/.bin/tsc"),
        })
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("it can be written");
    }

    /// The compiler's complaints, one a line: `file(line,column): error ...`.
    fn check(&self, files: &[String]) -> String {
        let options = json!({
            "compilerOptions": {
                "strict": true, "noEmit": true, "allowJs": true, "checkJs": true,
                "target": "es2023", "lib": ["es2023"],
                "module": "preserve", "moduleResolution": "bundler",
                "types": ["hookmill"],
            },
            "files": files,
        });
        self.check_with(&options)
    }

    fn check_with(&self, options: &Value) -> String {
        self.write("tsconfig.json", &options.to_string());
        let output = Command::new(&self.compiler)
            .current_dir(self.folder.path())
            .args(["--pretty", "false"])
            .output()
            .expect("the compiler starts");
        String::from_utf8(output.stdout).expect("text")
    }
}

#[test]
fn every_handler_of_the_project_passes_the_strict_compiler() {
    let Some(project) = Project::new() else {
        return;
    };
    let mut files = Vec::new();
    for system in ["customerio", "mailerlite", "segment"] {
        for name in ["handler.js", "handler.ts"] {
            let source = root().join("transforms").join(system).join(name);
            if let Ok(text) = fs::read_to_string(&source) {
                // In folders of their own: a .ts hides the .js beside it.
                let file = format!("{system}/{}/{name}", &name[8..]);
                project.write(&file, &text);
                files.push(file);
            }
        }
    }
    assert_eq!(files.len(), 4, "{files:?}");
    assert_eq!(project.check(&files), "");
}

#[test]
fn sample_events_have_the_declared_types() {
    let Some(project) = Project::new() else {
        return;
    };
    let mut files = Vec::new();
    for system in ["customerio", "mailerlite", "segment"] {
        let folder = root().join("transforms").join(system).join("events");
        for entry in fs::read_dir(folder).expect("the events") {
            let path = entry.expect("an entry").path();
            let name = path.file_stem().expect("a name").to_string_lossy();
            // Types that nobody knows are not declared.
            if name.starts_with("unknown.") {
                continue;
            }
            let event = fs::read_to_string(&path).expect("an event");
            let file = format!("{system}/{name}.ts");
            let text = format!(
                "import type {{ DodoEvent }} from \"hookmill\";\nexport const event: DodoEvent = {event};"
            );
            project.write(&file, &text);
            files.push(file);
        }
    }
    assert!(files.len() > 40, "{files:?}");
    assert_eq!(project.check(&files), "");
}

#[test]
fn the_types_know_what_a_handler_may_do() {
    let Some(project) = Project::new() else {
        return;
    };
    let good = [
        "export const handler: Handler<PaymentSucceeded> = ({ payload }) => ({ payload: { amount: payload.data.total_amount / 100 } });",
        "export function handler(w: Webhook<PaymentSucceeded>) { const t: \"payment.succeeded\" = w.eventType; w.payload = { t }; w.headers[\"X-Type\"] = t; return w; }",
        "export function handler(w: Webhook<DodoEvent>): Webhook {\n  if (w.payload.type === \"refund.succeeded\") w.payload = w.payload.data.refund_id;\n  else w.cancel = true;\n  return w;\n}",
        "export default (w: Webhook) => ({ ...w, method: \"PUT\" as const, url: new URL(\"/x\", w.url).href, payload: [1] });",
        "export const handler: Handler = (w) => ({ ...w, method: \"PUT\" });",
        "export const handler: Handler = (w) => { const s = crypto.createHmac(\"sha256\", w.env.KEY ?? \"\").update(JSON.stringify(w.payload)).digest(\"hex\"); w.headers = { \"X-Signature\": s }; return w; };",
        "export const handler: Handler = (w) => ({ payload: [crypto.randomUUID(), btoa(\"x\"), structuredClone(w.payload), new Date().toLocaleDateString(\"en-US\", { month: \"long\" }), new TextDecoder().decode(new TextEncoder().encode(\"x\")), [...new URLSearchParams({ a: \"b\" })]] });",
        "export const handler: Handler = (w) => { console.log(w.transformationsParams.any, w.env.REGION); return w; };",
    ];
    let bad = [
        ("fetch(w.url)", "Cannot find name 'fetch'"),
        ("setTimeout(() => {}, 1)", "Cannot find name 'setTimeout'"),
        ("require(\"fs\")", "Cannot find name 'require'"),
        ("process.env.KEY", "Cannot find name 'process'"),
        ("Buffer.from(\"\")", "Cannot find name 'Buffer'"),
        ("document.title", "Cannot find name 'document'"),
        (
            "queueMicrotask(() => {})",
            "Cannot find name 'queueMicrotask'",
        ),
        ("crypto.subtle", "Property 'subtle' does not exist"),
        ("crypto.createHash(\"md5\")", "not assignable"),
        ("w.method = \"TRACE\"", "'\"TRACE\"' is not assignable"),
        (
            "w.cancel = \"yes\"",
            "'string' is not assignable to type 'boolean'",
        ),
        (
            "w.url = 1",
            "'number' is not assignable to type 'string | URL'",
        ),
        ("w.headers = { a: {} }", "not assignable"),
        ("w.eventType = \"x\"", "read-only"),
        ("w.env.KEY = \"x\"", "only permits reading"),
        ("w.env.KEY.length", "possibly 'undefined'"),
        (
            "w.payload.data.nothing",
            "Property 'nothing' does not exist",
        ),
    ];
    let imports =
        "import type { DodoEvent, Handler, PaymentSucceeded, Webhook } from \"hookmill\";";
    let mut files = Vec::new();
    for (number, text) in good.iter().enumerate() {
        let file = format!("good{number}.ts");
        project.write(&file, &format!("{imports}\n{text}\n"));
        files.push(file);
    }
    // Without an import, by the package's global name.
    let ambient = "function handler(w: Hookmill.Webhook<Hookmill.PaymentSucceeded>): Hookmill.Result { return w; }";
    project.write("ambient.ts", ambient);
    files.push("ambient.ts".into());
    for (number, (statement, _)) in bad.iter().enumerate() {
        let file = format!("bad{number}.ts");
        let text = format!(
            "{imports}\nexport function handler(w: Webhook<PaymentSucceeded>): Webhook {{\n{statement};\nreturn w;\n}}"
        );
        project.write(&file, &text);
        files.push(file);
    }
    let asynchronous = "export const handler: Handler = async (w) => w;";
    project.write("async.ts", &format!("{imports}\n{asynchronous}\n"));
    files.push("async.ts".into());
    let complaints = project.check(&files);
    let of = |file: &str| -> Vec<&str> {
        let start = format!("{file}(");
        complaints
            .lines()
            .filter(|line| line.starts_with(&start))
            .collect()
    };
    for (number, text) in good.iter().enumerate() {
        assert_eq!(of(&format!("good{number}.ts")), [""; 0], "{text}");
    }
    assert_eq!(of("ambient.ts"), [""; 0]);
    for (number, (statement, expected)) in bad.iter().enumerate() {
        let found = of(&format!("bad{number}.ts"));
        let [complaint] = &found[..] else {
            panic!("{statement}: {found:?}\n{complaints}")
        };
        assert!(complaint.contains("(3,"), "{statement}: {complaint}");
        assert!(complaint.contains(expected), "{statement}: {complaint}");
    }
    assert_eq!(of("async.ts").len(), 1, "{complaints}");
}

fn readme() -> String {
    fs::read_to_string(root().join("guest-sdk/js/README.md")).expect("the README")
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect("a beginning");
    rest.split_once(end).expect("an end").0
}

#[test]
fn the_recommended_settings_refuse_what_hookmill_refuses() {
    let Some(project) = Project::new() else {
        return;
    };
    let text = readme();
    let mut options: Value =
        serde_json::from_str(between(&text, "```json\n", "```")).expect("JSON");
    let refused = [
        "enum A { B }",
        "namespace A { export const b = 1; }",
        "class A { constructor(private b: string) { console.log(this.b); } }",
        "import a = require(\"a\");",
        "const a = <string>(\"x\" as unknown);",
        "import { Webhook } from \"hookmill\"; export type A = Webhook;",
    ];
    let mut files = vec!["handler.ts".to_owned()];
    project.write("handler.ts", between(&text, "\n// handler.ts\n", "\n```"));
    for (number, text) in refused.iter().enumerate() {
        let file = format!("refused{number}.ts");
        project.write(
            &file,
            &format!("{text}\nexport const handler = (w: any): any => w;\n"),
        );
        files.push(file);
    }
    options["files"] = json!(files);
    let complaints = project.check_with(&options);
    assert!(!complaints.contains("handler.ts("), "{complaints}");
    for (number, text) in refused.iter().enumerate() {
        let file = format!("refused{number}.ts");
        assert!(
            complaints.contains(&format!("{file}(1,")),
            "{text}: {complaints}"
        );
        // Hookmill refuses it as the compiler does.
        let output = Command::new(binary::hookmill())
            .current_dir(project.folder.path())
            .args(["run", &file, "--event", "package.json", "--json"])
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
            .output()
            .expect("the binary starts");
        let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(printed["fault"]["code"], "load_failed", "{text}: {printed}");
    }
}

#[test]
fn what_the_recommended_bundler_makes_of_several_files_runs() {
    let Some(bundler) = peers::node("esbuild", &["esbuild@0.25"]) else {
        return;
    };
    let Some(project) = Project::new() else {
        return;
    };
    let text = readme();
    let command = between(&text, "`npx esbuild ", "`");
    project.write("amount.ts", "export enum Unit { Cent = 100 }\nexport const major = (n: number): number => n / Unit.Cent;");
    project.write(
        "handler.ts",
        "import type { Webhook } from \"hookmill\";\nimport { major } from \"./amount\";\nexport default (w: Webhook): Webhook => { w.payload = { amount: major(w.payload.amount) }; return w };",
    );
    project.write("event.json", "{\"amount\": 1250}");
    let bundled = Command::new(bundler.join("node_modules/.bin/esbuild"))
        .current_dir(project.folder.path())
        .args(command.split(' '))
        .output()
        .expect("the bundler starts");
    assert!(
        bundled.status.success(),
        "{}",
        String::from_utf8_lossy(&bundled.stderr)
    );
    let output = Command::new(binary::hookmill())
        .current_dir(project.folder.path())
        .args(["run", "bundle.mjs", "--event", "event.json", "--json"])
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts");
    let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        printed["webhook"]["payload"],
        json!({ "amount": 12.5 }),
        "{printed}"
    );
}

/// What ES2023 has on its global object.
const LANGUAGE: &str = "AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array \
    Boolean DataView Date Error EvalError FinalizationRegistry Float32Array Float64Array Function \
    Infinity Int16Array Int32Array Int8Array Intl JSON Map Math NaN Number Object Promise Proxy \
    RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError \
    TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef \
    WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis \
    isFinite isNaN parseFloat parseInt undefined unescape";

/// What the engine has besides, and the types don't declare: the language's
/// next editions, an error of the engine's own, and what never gets its turn.
const UNDECLARED: &str = "AsyncDisposableStack DisposableStack Float16Array InternalError \
    Iterator SuppressedError queueMicrotask";

#[test]
fn the_declared_globals_are_those_of_the_engine() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let handler = folder.path().join("globals.js");
    let event = folder.path().join("event.json");
    let text = "export default (w) => ({ payload: Object.getOwnPropertyNames(globalThis) })";
    fs::write(&handler, text).expect("it can be written");
    fs::write(&event, "{}").expect("it can be written");
    let mut found = globals_of(&handler, &event);
    for name in LANGUAGE
        .split_whitespace()
        .chain(UNDECLARED.split_whitespace())
    {
        assert!(found.remove(name), "the engine has no {name}");
    }
    let typings = root().join("guest-sdk/js/globals.d.ts");
    let typings = fs::read_to_string(typings).expect("the typings");
    let declared = typings.lines().filter_map(|line| {
        let rest = line.strip_prefix("declare ")?;
        let (_, rest) = rest.split_once(' ')?;
        let end = rest.find(|c: char| !c.is_alphanumeric())?;
        Some(rest[..end].to_owned())
    });
    assert_eq!(found, declared.collect::<BTreeSet<_>>());
}

fn globals_of(handler: &Path, event: &Path) -> BTreeSet<String> {
    let output = Command::new(binary::hookmill())
        .arg("run")
        .arg(handler)
        .arg("--event")
        .arg(event)
        .arg("--json")
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts");
    let printed: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let names = printed["webhook"]["payload"].as_array().expect("names");
    let names = names.iter().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}
