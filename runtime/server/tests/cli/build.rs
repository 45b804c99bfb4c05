//! `hookmill build`, without a WebAssembly toolchain: JavaScript, components,
//! and what can't be built. Crates are built by the project's own transforms.

use super::Desk;
use serde_json::Value;

const HANDLER: &str = "function handler(webhook) {
    console.log('built');
    webhook.payload = { sum: webhook.payload.a + 1 };
    return webhook;
}";

#[test]
fn a_handler_becomes_one_file_that_gives_the_same_request() {
    let desk = Desk::new();
    desk.write("t.js", HANDLER).write("e.json", r#"{"a":41}"#);
    let built = desk.call(["build", "t.js"]).expect_code(0);
    for expected in [
        "file     t.wasm\n",
        "\nsize     ",
        "\nimports  ",
        "\nsha256   ",
    ] {
        assert!(built.stdout.contains(expected), "{}", built.stdout);
    }
    let run = |file| {
        let called = desk.call(["run", file, "--event", "e.json", "--json"]);
        let text = called.expect_code(0).stdout;
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    let (source, built) = (run("t.js"), run("t.wasm"));
    assert_eq!(source["webhook"], built["webhook"]);
    assert_eq!(source["logs"], built["logs"]);
    assert_eq!(built["webhook"]["payload"]["sum"], 42);

    let again = desk.call(["build", "t.wasm", "-o", "copy.wasm"]);
    let again = again.expect_code(0);
    assert!(again.stdout.starts_with("t.wasm is a component already\n"));
    let bytes = |name| std::fs::read(desk.path(name)).expect("a file");
    assert_eq!(bytes("t.wasm"), bytes("copy.wasm"));
}

#[test]
fn what_cannot_be_built_is_one_clear_error_and_leaves_no_file() {
    let desk = Desk::new();
    desk.write("syntax.js", "function handler( {")
        .write("text.txt", "hello")
        .write("empty.wasm", b"\0asm\x01\0\0\0")
        .write("component.wasm", b"\0asm\x0d\0\x01\0")
        .write("folder/readme", "")
        .write(
            "lib/Cargo.toml",
            "[package]\nname = 'lib'\nversion = '1.0.0'\nedition = '2021'\n[workspace]\n",
        )
        .write("lib/src/lib.rs", "")
        .write("workspace/Cargo.toml", "[workspace]\nresolver = '3'\n");
    let table = [
        ("gone.js", "gone.js can't be read: No such file"),
        ("syntax.js", "syntax.js:1:"),
        (
            "text.txt",
            "text.txt can't be built: give a Rust crate's folder",
        ),
        ("empty.wasm", "empty.wasm must export `handler`"),
        ("component.wasm", "component.wasm must export `handler`"),
        ("folder", "folder is no Rust crate: it has no Cargo.toml"),
        (
            "lib",
            "lib makes no module: set `crate-type = [\"cdylib\", \"rlib\"]`",
        ),
        (
            "workspace",
            "workspace is a workspace: give the folder of one package",
        ),
    ];
    for (input, expected) in table {
        let called = desk.call(["build", input, "-o", "out.wasm"]).expect_code(1);
        let last = called.stderr.lines().last().unwrap_or_default();
        assert!(
            last.starts_with(&format!("hookmill: {expected}")),
            "{}",
            called.stderr
        );
        assert!(!desk.path("out.wasm").exists());
    }
}
