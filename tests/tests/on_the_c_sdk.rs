//! Nim and D on the C SDK: the programs of the page about them are built by
//! the commands of the page, and make the request of the template.

use hookmill_tests::binary;
use hookmill_tests::page::Section;
use hookmill_tests::peers;
use hookmill_tests::project::{make, path_with, read, succeeded};
use std::fs;
use std::process::Command;

const PAGE: &str = "guest-sdk/c/languages.md";

fn holds(title: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = make("c", folder.path());
    fs::remove_file(project.join("handler.c")).expect("the template has a handler");
    fs::remove_dir_all(project.join("tests")).expect("the template has tests");
    let section = Section::read(PAGE, title);
    section.write(&project);
    let hookmill = binary::hookmill();
    let beside = hookmill.parent().expect("the binary is in a folder");
    let path = path_with(&[beside.to_owned()]);
    let _ = succeeded(&section.run(&project, &path));
    let list = read(&project.join("env.json"))["LIST_ID"].clone();
    let list = list.as_str().expect("the template has a list").to_owned();
    let run = |event: &str| {
        let output = Command::new(hookmill)
            .args(["run", "transform.wasm", "--json", "--event"])
            .arg(format!("events/{event}.json"))
            .args(["--env", &format!("LIST_ID={list}")])
            .current_dir(&project)
            .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
            .output();
        let printed = succeeded(&output.expect("the binary starts"));
        serde_json::from_str::<serde_json::Value>(&printed).expect("the answer is JSON")
    };
    let ran = run("payment.succeeded");
    let expected = read(&project.join("expected/payment.succeeded.json"));
    for part in ["url", "headers", "payload", "cancel"] {
        assert_eq!(ran["webhook"][part], expected[part], "{title}: {ran}");
    }
    assert_eq!(run("refund.succeeded")["webhook"]["cancel"], true);
}

fn has_all(programs: &[&str]) -> bool {
    programs.iter().all(|program| peers::program(program))
}

#[test]
fn nim_is_built_on_the_c_sdk() {
    if has_all(&["nim", "clang-19", "wasm-ld-19"]) {
        holds("Nim");
    }
}

#[test]
fn d_is_built_on_the_c_sdk() {
    if has_all(&["ldc2", "clang-19", "wasm-ld-19"]) {
        holds("D");
    }
}
