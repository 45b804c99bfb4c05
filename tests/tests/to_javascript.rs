//! Languages that compile to JavaScript: every program of the page about them
//! is compiled by the commands of the page, and gives the requests of the
//! template in JavaScript.

use hookmill_tests::binary;
use hookmill_tests::page::Section;
use hookmill_tests::peers;
use hookmill_tests::project::{self, make, path_with, succeeded};
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

const PAGE: &str = "guest-sdk/js/languages.md";

/// The compilers of npm, in the versions that the page names.
const PACKAGES: [&str; 5] = [
    "coffeescript@2",
    "rescript@12",
    "squint-cljs@0.14",
    "opal-compiler@3",
    "esbuild@0",
];

/// Compiles a section's program in a project of the template's, whose handler
/// it replaces, and runs the template's own tests.
fn holds(title: &str, modules: Option<&Path>, path: &OsString) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let project = make("js", folder.path());
    let handler = project.join("handler.js");
    fs::remove_file(&handler).expect("the template has a handler");
    // It says which module system counts, and not every compiler's is that.
    fs::remove_file(project.join("package.json")).expect("the template has a package");
    if let Some(modules) = modules {
        std::os::unix::fs::symlink(modules, project.join("node_modules")).expect("a link");
    }
    let section = Section::read(PAGE, title);
    section.write(&project);
    let _ = succeeded(&section.run(&project, path));
    assert!(handler.is_file(), "{title} makes handler.js");
    let left_over = project.join("handler.mjs");
    if left_over.exists() {
        fs::remove_file(left_over).expect("the project can be written");
    }
    let tested = succeeded(&project::test(&project, path));
    assert!(tested.ends_with("\n2 passed\n"), "{title}: {tested}");
    let checked = Command::new(binary::hookmill())
        .arg("check")
        .arg(&handler)
        .env("HOOKMILL_CACHE_DIR", binary::cache_dir())
        .output();
    let _ = succeeded(&checked.expect("the binary starts"));
}

fn by_npm(title: &str) {
    let Some(folder) = peers::node("to-javascript", &PACKAGES) else {
        return;
    };
    let modules = folder.join("node_modules");
    holds(title, Some(&modules), &path_with(&[modules.join(".bin")]));
}

#[test]
fn coffeescript_becomes_a_handler() {
    by_npm("CoffeeScript");
}

#[test]
fn rescript_becomes_a_handler() {
    by_npm("ReScript");
}

#[test]
fn clojurescript_becomes_a_handler_by_squint() {
    by_npm("ClojureScript");
}

#[test]
fn ruby_becomes_a_handler_by_opal() {
    by_npm("Ruby");
}

#[test]
fn nim_becomes_a_handler() {
    if peers::program("nim") {
        holds("Nim", None, &path_with(&[]));
    }
}
