//! The C SDK on this machine: its JSON under the sanitizers, beside another
//! reader of JSON, and its structures against the contract.

use hookmill_tests::binary::root;
use hookmill_tests::project::succeeded;
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind};

const SANITIZERS: [&str; 2] = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

fn sdk() -> PathBuf {
    root().join("guest-sdk/c")
}

/// Compiles the SDK's unit tests; with sanitizers where the compiler has them.
fn unit_tests(folder: &Path) -> Option<PathBuf> {
    let program = folder.join("tests");
    let compile = |flags: &[&str]| {
        let mut cc = Command::new("cc");
        cc.current_dir(sdk())
            .args([
                "-g",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-I",
                ".",
                "tests/json.c",
            ])
            .args([
                "hookmill.c",
                "hookmill_memory.c",
                "hookmill_read.c",
                "hookmill_write.c",
            ])
            .args(flags)
            .arg("-o")
            .arg(&program);
        cc.output().ok()
    };
    let with = compile(&SANITIZERS).filter(|output| output.status.success());
    if with.is_none() {
        hookmill_peer::missing("the C compiler here has no sanitizers");
        let Some(without) = compile(&[]) else {
            hookmill_peer::missing("there is no C compiler here");
            return None;
        };
        let _ = succeeded(&without);
    }
    Some(program)
}

#[test]
fn the_sdks_own_unit_tests_hold_under_the_sanitizers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(program) = unit_tests(folder.path()) else {
        return;
    };
    let _ = succeeded(&Command::new(program).output().expect("the tests start"));
}

#[test]
fn events_are_read_and_written_as_another_reader_understands_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(program) = unit_tests(folder.path()) else {
        return;
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for system in ["segment", "customerio", "mailerlite"] {
        let events = root().join("transforms").join(system).join("events");
        let entries = fs::read_dir(events).expect("the events can be listed");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    assert!(files.len() > 50);
    let output = Command::new(program).args(&files).output();
    let printed = succeeded(&output.expect("the reader starts"));
    for (line, file) in printed.lines().zip(&files) {
        let text = fs::read_to_string(file).expect("an event is text");
        let expected: Value = serde_json::from_str(&text).expect("an event is JSON");
        let written = line.strip_prefix("json\t").expect("it is read");
        let written: Value = serde_json::from_str(written).expect("JSON is written");
        assert_eq!(written, expected, "{}", file.display());
    }
    assert_eq!(printed.lines().count(), files.len());
}

/// A structure of the SDK, and the record that it stands for.
const STRUCTURES: [(&str, &str); 4] = [
    ("hm_header", "header"),
    ("hm_webhook", "webhook"),
    ("hm_variable", "variable"),
    ("hm_context", "context"),
];

#[test]
fn the_sdks_structures_have_the_contracts_layout() {
    let assertions = assertions();
    for expected in ["hm_webhook, cancel) == 36", "sizeof(hm_context) == 40"] {
        assert!(assertions.contains(expected), "{assertions}");
    }
    let Some(clang) = ["clang-19", "clang"].into_iter().find(|name| {
        let found = Command::new(name).arg("--version").output();
        found.is_ok_and(|output| output.status.success())
    }) else {
        hookmill_peer::missing("there is no clang here");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("layout.c");
    fs::write(&source, assertions).expect("the source can be written");
    let output = Command::new(clang)
        .args(["--target=wasm32-unknown-unknown", "-fsyntax-only", "-I"])
        .arg(sdk())
        .arg(&source)
        .output();
    let _ = succeeded(&output.expect("clang starts"));
}

/// A C file that compiles when every field is where the contract has it.
fn assertions() -> String {
    let mut resolve = Resolve::default();
    resolve
        .push_dir(root().join("wit"))
        .expect("the contract can be read");
    let mut sizes = SizeAlign::default();
    sizes.fill(&resolve);
    let mut code = String::from("#include \"hookmill.h\"\n");
    for (structure, record) in STRUCTURES {
        let mut types = resolve.types.iter();
        let found = types.find(|(_, it)| it.name.as_deref() == Some(record));
        let (id, definition) = found.expect("the contract has the record");
        let TypeDefKind::Record(fields) = &definition.kind else {
            panic!("{record} is not a record");
        };
        let types = fields.fields.iter().map(|field| &field.ty);
        for ((offset, _), field) in sizes.field_offsets(types).into_iter().zip(&fields.fields) {
            let name = field.name.replace('-', "_");
            let offset = offset.size_wasm32();
            let _ = writeln!(
                code,
                "_Static_assert(offsetof({structure}, {name}) == {offset}, \"{structure}.{name}\");"
            );
        }
        let size = sizes.size(&Type::Id(id)).size_wasm32();
        let _ = writeln!(
            code,
            "_Static_assert(sizeof({structure}) == {size}, \"{structure}\");"
        );
    }
    code
}
