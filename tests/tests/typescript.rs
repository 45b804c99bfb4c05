//! TypeScript transforms in a running relay and on the command line: the same
//! file, the same places, and a parser that can be killed.

use hookmill_tests::binary;
use hookmill_tests::folder::Folder;
use hookmill_tests::relay::{self, Relay};
use hookmill_tests::sink::Sink;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HANDLER: &str = "import type { PaymentSucceeded, Webhook } from \"hookmill\";
interface Row { amount: number }
export default function handler(webhook: Webhook<PaymentSucceeded>): Webhook {
  const { data } = webhook.payload;
  if (data.total_amount! < 0) throw new RangeError(`below zero: ${data.total_amount as number}`);
  webhook.payload = { amount: data.total_amount } satisfies Row;
  return webhook;
}
";

/// A folder with one endpoint that runs this source, and a cache of its own.
fn folder(sink: &Sink, file: &str, source: &str) -> Folder {
    let folder = Folder::new(&format!(
        "[tenants.acme.transforms.t]\nfile = \"{file}\"\n[tenants.acme.endpoints.e]\nurl = \"{}\"\ntransform = \"t\"\n",
        sink.url("/hook")
    ));
    folder.write(file, source);
    folder
}

fn serve(folder: &Folder) -> Command {
    let mut command = relay::command(folder);
    command.env("HOOKMILL_CACHE_DIR", folder.path().join("cache"));
    command
}

/// The sources that were stripped and kept.
fn kept(folder: &Folder) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.path().join("cache")).expect("the cache");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .filter(|path| path.extension().is_some_and(|it| it == "js"))
        .collect()
}

#[test]
fn a_relay_runs_typescript_and_strips_its_types_once() {
    let sink = Sink::start();
    let folder = folder(&sink, "handler.mts", HANDLER);
    for start in 0..2 {
        let relay = Relay::spawn(serve(&folder), &folder);
        let body = json!({ "type": "payment.succeeded", "data": { "total_amount": 4999 } });
        let id = relay.accept(&format!("evt_{start}"), body.to_string().as_bytes());
        let finished = relay.finished(&id);
        assert_eq!(
            finished["deliveries"][0]["status"], "delivered",
            "{finished}"
        );
        assert_eq!(sink.received()[start].json(), json!({ "amount": 4999 }));
        let kept = kept(&folder);
        assert_eq!(kept.len(), 1, "{kept:?}");
    }
    let relay = Relay::spawn(serve(&folder), &folder);
    let body = json!({ "type": "payment.succeeded", "data": { "total_amount": -1 } });
    let id = relay.accept("evt_thrown", body.to_string().as_bytes());
    let finished = relay.finished(&id);
    let shown = finished.to_string();
    assert!(shown.contains("RangeError: below zero: -1"), "{shown}");
}

#[test]
fn a_bomb_is_refused_by_a_check_and_the_process_stays_whole() {
    let sink = Sink::start();
    let bomb = format!(
        "const a = {}B{}",
        "f<".repeat(100_000),
        ">()".repeat(100_000)
    );
    for (name, source, expected) in [
        (
            "a parser that does not end",
            bomb,
            "it takes more than 5 s of processor time",
        ),
        (
            "an enum",
            "\nenum A { B }".to_owned(),
            "handler.ts:2:1: an `enum`",
        ),
        (
            "a value's import",
            "import { a } from './a'; export const handler = (w: any) => a(w)".to_owned(),
            "bundle what it needs into it",
        ),
    ] {
        let folder = folder(&sink, "handler.ts", &source);
        let check = serve(&folder).arg("--check").output();
        let output = check.expect("the binary starts");
        let said = String::from_utf8_lossy(&output.stderr);
        // It says why and ends by itself, killed by nothing.
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
    }
}

fn run(file: &Path, event: &Path) -> Output {
    Command::new(binary::hookmill())
        .arg("run")
        .arg(file)
        .arg("--event")
        .arg(event)
        .arg("--json")
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output()
        .expect("the binary starts")
}

#[test]
fn the_command_line_runs_typescript_and_shows_its_places() {
    let folder = Folder::empty();
    folder.write("handler.ts", HANDLER);
    folder.write("good.json", r#"{"data":{"total_amount":1}}"#);
    folder.write("bad.json", r#"{"data":{"total_amount":-1}}"#);
    let path = |name: &str| folder.path().join(name);
    let printed =
        |output: Output| -> Value { serde_json::from_slice(&output.stdout).expect("JSON") };
    let good = printed(run(&path("handler.ts"), &path("good.json")));
    assert_eq!(good["webhook"]["payload"], json!({ "amount": 1 }));
    let bad = printed(run(&path("handler.ts"), &path("bad.json")));
    assert_eq!(bad["fault"]["position"]["line"], 5, "{bad}");
    assert_eq!(bad["fault"]["message"], "RangeError: below zero: -1");
    // A mistake in the source itself.
    folder.write("enum.ts", "\n  enum A { B }");
    let refused = printed(run(&path("enum.ts"), &path("good.json")));
    assert_eq!(refused["fault"]["code"], "load_failed", "{refused}");
    assert_eq!(
        refused["fault"]["position"],
        json!({ "line": 2, "column": 3 })
    );
}

#[test]
fn other_dialects_are_refused_by_their_extension() {
    let folder = Folder::empty();
    folder.write("e.json", "{}");
    for (name, expected) in [
        (
            "handler.tsx",
            "(JSX is not supported: write plain objects and texts)",
        ),
        (
            "handler.jsx",
            "(JSX is not supported: write plain objects and texts)",
        ),
        (
            "handler.cts",
            "(CommonJS is not supported: export the `handler`)",
        ),
    ] {
        folder.write(name, HANDLER);
        let output = run(&folder.path().join(name), &folder.path().join("e.json"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{said}");
        assert!(said.contains(".ts or .mts (TypeScript)"), "{said}");
    }
}
