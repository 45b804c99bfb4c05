//! What a program says about itself, read from components as tools make them.

mod common;

use common::{component, guest_with};
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::about::{Needs, about};
use hookmill_sandbox::build;

const ECHO: &str = "(call $echo (local.get $in))";

#[test]
fn a_component_says_its_tools_imports_and_needs() {
    let fields =
        r#"(table 7 funcref) (@producers (language "C11" "") (processed-by "clang" "19.1"))"#;
    let wasm = component(&guest_with(fields, ECHO));
    let about = about(&wasm, ProgramKind::Component);
    assert_eq!(about.kind, ProgramKind::Component);
    assert_eq!(about.language.as_deref(), Some("C"));
    let names: Vec<_> = about
        .producers
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["wit-component", "C11", "clang"]);
    assert_eq!(
        about.imports,
        [
            "hookmill:transform/log@1.0.0",
            "hookmill:transform/clock@1.0.0",
            "hookmill:transform/types@1.0.0"
        ]
    );
    // Two memory pages; the guest's table, and the one of the encoder's shim.
    let needs = Needs {
        core_instances: 3,
        memories: 1,
        memory_bytes: 128 << 10,
        tables: 2,
        table_elements: 8,
    };
    assert_eq!(about.needs, needs);
    assert_eq!(about.size_bytes, wasm.len() as u64);
}

#[test]
fn a_standalone_handler_is_javascript() {
    let source = "function handler(webhook) { return webhook }";
    let wasm = build::standalone_from_javascript("handler.js", source).expect("it builds");
    let component = about(&wasm.component, ProgramKind::Component);
    assert_eq!(component.language.as_deref(), Some("JavaScript"));
    let source = about(source.as_bytes(), ProgramKind::JavaScript);
    assert_eq!(source.language.as_deref(), Some("JavaScript"));
    assert_eq!(source.needs, Needs::default());
}

#[test]
fn bytes_that_are_not_a_component_have_an_empty_description() {
    for bytes in [
        &b""[..],
        b"hello",
        b"\0asm\x0d\0\x01\0\x0b\xff\xff\xff\xff\x0f",
    ] {
        let about = about(bytes, ProgramKind::Component);
        assert_eq!(about.language, None);
        assert_eq!((about.producers, about.imports), (vec![], vec![]));
        assert_eq!(about.size_bytes, bytes.len() as u64);
    }
}
