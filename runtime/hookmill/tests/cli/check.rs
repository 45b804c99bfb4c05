//! `hookmill check`: what an upload would say, without a server.

use super::Workspace;
use serde_json::{Value, json};

const HANDLER: &str = "function handler(w) {
    if (w.payload.bad) throw new Error('no ' + w.env.SHOP);
    w.cancel = !!w.payload.quiet;
    return w;
}";

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .write("shop/handler.js", HANDLER)
        .write("shop/env.json", r#"{"SHOP": "north"}"#)
        .write("good.json", r#"{"type": "sale"}"#)
        .write("quiet.json", r#"{"quiet": true}"#)
        .write("bad.json", r#"{"bad": true}"#);
    workspace
}

#[test]
fn a_fit_transform_is_described() {
    let workspace = workspace();
    workspace
        .call(["build", "shop/handler.js", "-o", "t.wasm"])
        .expect_code(0);
    let arguments = [
        "check",
        "shop",
        "t.wasm",
        "--event",
        "good.json",
        "--event",
        "quiet.json",
    ];
    let text = workspace.call(arguments).expect_code(0).stdout;
    let (source, component) = text.split_once("\n\n").expect("two transforms");
    for expected in [
        "fit       shop\n",
        "  kind      javascript\n",
        "  compiled  in ",
        "  event     good.json: POST https://relay.invalid/default, ",
        "  event     quiet.json: canceled, ",
    ] {
        assert!(source.contains(expected), "{expected}: {text}");
    }
    for expected in [
        "fit       t.wasm\n",
        "  kind      component\n  language  JavaScript\n",
        "hookmill-javascript ",
        "  imports   hookmill:transform/",
        "  needs     core instances ",
    ] {
        assert!(component.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn a_fault_in_a_dry_run_makes_it_unfit() {
    let workspace = workspace();
    let arguments = [
        "check",
        "shop",
        "--event",
        "good.json",
        "--event",
        "bad.json",
        "--json",
    ];
    let called = workspace.call(arguments).expect_code(1);
    let object: Value = serde_json::from_str(&called.stdout).expect("JSON");
    assert_eq!(object["fit"], false);
    let program = &object["programs"][0];
    assert_eq!(program["kind"], "javascript");
    assert_eq!(program["fault"], Value::Null);
    assert!(program["compileUs"].as_u64() > Some(0), "{program}");
    assert_eq!(program["needs"]["memories"], 0);
    let [good, bad] = program["events"].as_array().expect("a list").as_slice() else {
        panic!("{program}");
    };
    assert_eq!(good["outcome"], "webhook");
    assert!(good["limits"]["fuel"]["percent"].is_number(), "{good}");
    assert!(good["memory"].as_u64() > Some(0), "{good}");
    assert_eq!(bad["outcome"], "fault");
    assert_eq!(bad["fault"]["message"], "Error: no north");

    let arguments = [
        "check",
        "shop",
        "--event",
        "bad.json",
        "--env",
        "SHOP=south",
    ];
    let text = workspace.call(arguments).expect_code(1).stdout;
    assert!(text.starts_with("NOT FIT   shop\n"), "{text}");
    assert!(
        text.contains("  event     bad.json: thrown: Error: no south\n"),
        "{text}"
    );
}

#[test]
fn what_is_not_fit_is_told_for_each_and_the_others_are_checked_all_the_same() {
    let workspace = workspace();
    workspace
        .write("syntax.js", "function handler( {")
        .write("none.js", "const x = 1;")
        .write("module.wasm", b"\0asm\x01\0\0\0")
        .write("empty.wasm", b"\0asm\x0d\0\x01\0")
        .write("text.wasm", "(component)")
        .write("nothing.wasm", "")
        .write("folder/readme", "");
    let table = [
        ("syntax.js", "syntax.js:1:"),
        ("none.js", "none.js: no handler"),
        ("module.wasm", "run `hookmill build` on it"),
        ("empty.wasm", "must export `handler`"),
        ("text.wasm", "WebAssembly text"),
        ("nothing.wasm", "nothing.wasm is empty"),
        ("folder", "folder has no program that can be run"),
    ];
    let paths = table.iter().map(|(path, _)| *path).chain(["shop"]);
    let called = workspace
        .call(["check"].into_iter().chain(paths))
        .expect_code(1);
    let parts: Vec<&str> = called.stdout.split("\n\n").collect();
    assert_eq!(parts.len(), table.len() + 1, "{}", called.stdout);
    for ((path, expected), part) in table.iter().zip(&parts) {
        assert!(part.starts_with(&format!("NOT FIT   {path}\n")), "{part}");
        assert!(part.contains(expected), "{expected}: {part}");
    }
    assert!(
        parts[table.len()].starts_with("fit       shop\n"),
        "{}",
        called.stdout
    );
    let called = workspace.call(["check", "folder", "--json"]).expect_code(1);
    let object: Value = serde_json::from_str(&called.stdout).expect("JSON");
    assert_eq!(object["programs"][0]["kind"], Value::Null);
    assert_eq!(object["programs"][0]["events"], json!([]));
    assert_eq!(object["programs"][0]["fault"]["code"], "load_failed");
}

#[test]
fn mistakes_in_the_usage_are_one_line_and_exit_code_2() {
    let workspace = workspace();
    workspace.write("list.json", "[]");
    let table: [(&[&str], &str); 4] = [
        (&["gone.js"], "gone.js can't be read"),
        (&["good.json"], "good.json: a transform's file ends in"),
        (&["shop", "--event", "gone.json"], "gone.json can't be read"),
        (
            &["shop", "--event", "list.json"],
            "list.json: the body must be one JSON object in UTF-8",
        ),
    ];
    for (arguments, expected) in table {
        let called = workspace
            .call(["check"].iter().chain(arguments))
            .expect_code(2);
        let expected = format!("hookmill: {expected}");
        assert!(called.stderr.starts_with(&expected), "{}", called.stderr);
        assert_eq!(called.stdout, "");
    }
    workspace.call(["check"]).expect_code(2);
}
