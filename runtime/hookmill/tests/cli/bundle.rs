//! Handlers in several files: put together by every command that takes one,
//! with mistakes shown where their author made them.

use super::Workspace;
use serde_json::{Value, json};

const EVENT: &str = r#"{"type":"payment.succeeded","data":{"total":4200}}"#;

fn run(workspace: &Workspace, program: &str, code: i32) -> Value {
    let called = workspace.call_with(["run", program, "--event", "-", "--json"], EVENT);
    serde_json::from_str(&called.expect_code(code).stdout).expect("JSON")
}

/// The payload that a handler of these files makes; the first is the handler.
#[track_caller]
fn payload(files: &[(&str, &str)]) -> Value {
    let workspace = Workspace::new();
    for (name, text) in files {
        workspace.write(name, text);
    }
    run(&workspace, files[0].0, 0)["webhook"]["payload"].take()
}

#[test]
fn what_modules_share_is_what_it_is_in_node() {
    let wrap =
        |body: &str| format!("export function handler(w) {{ w.payload = {body}; return w; }}");
    for (imports, body, files, expected) in [
        (
            "import { a, b as c } from './x.js'; const b = 5;",
            "[a, c, b]",
            &[("x.js", "export const a = 1; export const b = 2;")][..],
            json!([1, 2, 5]),
        ),
        (
            "import f, * as ns from './x.mjs';",
            "[f(1), ns.v, Object.keys(ns).sort(), ns['v']]",
            &[("x.mjs", "export default (n) => n + 1; export const v = 7;")],
            json!([2, 7, ["default", "v"], 7]),
        ),
        (
            "import { count, inc } from './x.js'; inc(); inc();",
            "count",
            &[(
                "x.js",
                "export let count = 0; export function inc() { count++; }",
            )],
            json!(2),
        ),
        (
            "import { a } from './a.js';",
            "a(3)",
            &[
                (
                    "a.js",
                    "import { b } from './b.js'; export const a = (n) => n ? b(n - 1) : 'a';",
                ),
                (
                    "b.js",
                    "import { a } from './a.js'; export const b = (n) => n ? a(n - 1) : 'b';",
                ),
            ],
            json!("b"),
        ),
        (
            "import { x } from './x.js'; import { x as y } from './lib/y.js';",
            "[x, y]",
            &[
                ("x.js", "const own = 1; export const x = own + 1;"),
                (
                    "lib/y.js",
                    "import { x as z } from '../x.js'; const own = 10; export const x = own + z;",
                ),
            ],
            json!([2, 12]),
        ),
        (
            "import './side.js'; import { list } from './list.js';",
            "list",
            &[
                (
                    "side.js",
                    "import { list } from './list.js'; list.push('side');",
                ),
                ("list.js", "export const list = [];"),
            ],
            json!(["side"]),
        ),
        (
            "import data from './d.json' with { type: 'json' }; import more from './d.json';",
            "[data.a, data === more]",
            &[("d.json", "\u{feff}{\"a\": [1]}")],
            json!([[1], true]),
        ),
        (
            "import { handlers } from './index.js';",
            "handlers[w.eventType](w)",
            &[
                ("index.js", "export * from './all.js';"),
                (
                    "all.js",
                    "import * as h from './h.js'; export const handlers = { 'payment.succeeded': h.paid };",
                ),
                (
                    "h.js",
                    "export const paid = (w) => w.payload.data.total / 100;",
                ),
            ],
            json!(42),
        ),
        (
            "import { money } from './money';",
            "money(4200)",
            &[(
                "money.ts",
                "export const money = (n: number): string => (n / 100).toFixed(2);",
            )],
            json!("42.00"),
        ),
    ] {
        let handler = format!("{imports}\n{}", wrap(body));
        let all = [&[("handler.js", handler.as_str())], files].concat();
        assert_eq!(payload(&all), expected, "{imports} {body}");
    }
}

#[test]
fn the_handler_is_found_however_it_is_exported() {
    let x = (
        "x.js",
        "export const go = (w) => { w.payload = 'x'; return w; };",
    );
    for entry in [
        "import { go } from './x.js'; export default function handler(w) { return go(w); }",
        "import { go } from './x.js'; export default (w) => go(w);",
        "import { go } from './x.js'; function handler(w) { return go(w); }",
        "import { go } from './x.js'; const f = (w) => go(w); export { f as handler };",
        "export { go as default } from './x.js';",
        "export { go as handler } from './x.js';",
    ] {
        assert_eq!(payload(&[("h.js", entry), x]), json!("x"), "{entry}");
    }
}

#[test]
fn typescript_imports_as_typescript_does() {
    let handler = "import type { Order } from './types.js';
import { Order as Other } from './types.js';
import { total, type Extra } from './lib/money.js';
export function handler(w: { payload: any }): unknown {
    const order: Order & Other = w.payload.data;
    const extra: Extra = { currency: 'EUR' };
    w.payload = { total: total(order.total), ...extra };
    return w;
}";
    let money = "export interface Extra { currency: string }
export function total(cents: number): string { return (cents / 100).toFixed(2); }";
    let files = [
        ("handler.ts", handler),
        ("types.ts", "export interface Order { total: number }"),
        ("lib/money.ts", money),
    ];
    assert_eq!(
        payload(&files),
        json!({"total": "42.00", "currency": "EUR"})
    );
}

#[test]
fn a_fault_is_shown_in_the_file_that_it_is_in() {
    let workspace = Workspace::new();
    workspace.write("t/handler.js", "import { check } from './lib/check.js';\n\nexport function handler(w) {\n    check(w);\n    return w;\n}\n")
        .write("t/lib/check.js", "// A comment.\nconst note = 'caf\u{e9}';\nexport function check(w) {\n    if (w.payload.data.total > 1) throw new Error(note);\n}\n");
    let shown = run(&workspace, "t", 1);
    let fault = &shown["fault"];
    assert_eq!(fault["message"], "Error: caf\u{e9}");
    assert_eq!(fault["position"]["file"], "t/lib/check.js");
    assert_eq!(fault["position"]["line"], 4);
    let called = workspace
        .call_with(["run", "t", "--event", "-"], EVENT)
        .expect_code(1);
    for place in ["t/lib/check.js:4:", "t/handler.js:4:"] {
        assert!(called.stdout.contains(place), "{place}: {}", called.stdout);
    }
    workspace.write(
        "t/lib/check.js",
        "export function check(w) {\n    return w..x;\n}\n",
    );
    let called = workspace.call(["check", "t"]).expect_code(1);
    assert!(
        called.stdout.contains("t/lib/check.js:2:14: SyntaxError"),
        "{}",
        called.stdout
    );
}

#[test]
fn what_cannot_be_bundled_is_refused_where_it_is_imported() {
    for (text, expected) in [
        (
            "import z from 'zod';",
            "h.js:1:15: `zod` is a package, and only one's own files are bundled (`./zod.js`): `npx esbuild",
        ),
        (
            "import fs from 'node:fs';",
            "h.js:1:16: `node:fs` is a package",
        ),
        (
            "import x from './gone.js';",
            "h.js:1:15: there is no file gone.js",
        ),
        (
            "import x from './lib';",
            "h.js:1:15: lib is a folder: name the file in it",
        ),
        (
            "import x from './a.txt';",
            "h.js:1:15: a.txt can't be imported",
        ),
        ("import x from './bad.json';", "bad.json: is not JSON"),
        (
            "export const f = () => import('./ok.js');",
            "h.js:1:24: `import()` can't be bundled",
        ),
        ("import { E } from './enum.ts';", "enum.ts:1:"),
        (
            "import { a, nope } from './ok.js';",
            "h.js:1:13: `./ok.js` does not export `nope`: it exports `a`",
        ),
        (
            "import { 'a' as b } from './ok.js';",
            "h.js:1:10: a name that is a text can't be bundled",
        ),
        (
            "import * as own from './h.js';",
            "h.js:1:8: a file can't import itself as a namespace",
        ),
        (
            "import { a } from './both.js';",
            "h.js:1:10: `./both.js` exports `a` twice, from also.js and ok.js",
        ),
        (
            "import { b } from './circle.js';",
            "circle.js:1:1: `export *` leads back to this file",
        ),
        (
            "import ok from './ok.js';",
            "h.js:1:8: `./ok.js` has no default export: it exports `a`",
        ),
        (
            "export { x } from './lib/x.js';",
            "h.js:1:10: `./lib/x.js` does not export `x`: it exports nothing",
        ),
    ] {
        let workspace = Workspace::new();
        workspace
            .write("h.js", format!("{text}\nexport const handler = (w) => w;"))
            .write("lib/x.js", "")
            .write("a.txt", "")
            .write("ok.js", "export const a = 1;")
            .write("also.js", "export const a = 2;")
            .write(
                "both.js",
                "export * from './also.js'; export * from './ok.js';",
            )
            .write("circle.js", "export * from './circle.js';")
            .write("bad.json", "{")
            .write("enum.ts", "export enum E { A }")
            .write("e.json", "{}");
        let called = workspace
            .call(["run", "h.js", "--event", "e.json"])
            .expect_code(1);
        assert!(
            called.stdout.contains(expected),
            "{text}: {}",
            called.stdout
        );
        workspace.call(["check", "h.js"]).expect_code(1);
        let called = workspace.call(["build", "h.js", "-o", "t.wasm"]);
        assert_ne!(called.code, Some(0));
        assert!(
            called.stderr.contains(expected),
            "{text}: {}",
            called.stderr
        );
    }
}

#[test]
fn a_built_component_holds_all_of_the_files() {
    let workspace = Workspace::new();
    workspace.write("h.ts", "import { mark } from './mark.ts';\nexport const handler = (w: any) => ({ ...w, payload: mark });")
        .write("mark.ts", "export const mark: string = 'built';");
    workspace
        .call(["build", "h.ts", "-o", "t.wasm"])
        .expect_code(0);
    workspace.write("f/handler.mts", "import { mark } from '../mark.ts';\nexport const handler = (w: any) => ({ ...w, payload: mark });");
    workspace
        .call(["build", "f", "-o", "f.wasm"])
        .expect_code(0);
    std::fs::remove_file(workspace.path("mark.ts")).expect("a file");
    for component in ["t.wasm", "f.wasm"] {
        let run = run(&workspace, component, 0);
        assert_eq!(run["webhook"]["payload"], "built", "{component}");
    }
}

#[test]
fn a_file_that_imports_nothing_stays_byte_for_byte_what_it_is() {
    let workspace = Workspace::new();
    // A position that a rewritten source would not have.
    workspace.write(
        "h.js",
        "\n\nfunction handler(w) { let   x   =   w.nothing.here;   return x }",
    );
    let fault = &run(&workspace, "h.js", 1)["fault"];
    assert_eq!(fault["position"]["line"], 3);
    assert_eq!(fault["position"].get("file"), None);
}
