//! What can't be loaded: each mistake is one typed error and one sentence.

mod common;

use common::{component, fixture, guest, guest_with, invocation, plain};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::{FileKind, LoadError, Source};

fn refusal(wasm: &[u8]) -> LoadError {
    let fixture = fixture();
    fixture
        .sandbox
        .load(Source::Component {
            name: "x.wasm",
            wasm,
        })
        .expect_err("it is refused")
}

fn refusal_of(text: &str) -> LoadError {
    refusal(&wat::parse_str(text).unwrap_or_else(|error| panic!("{error}")))
}

#[test]
fn other_files_than_components_are_named() {
    let core = wat::parse_str("(module)").expect("a module");
    let compiled = wasmtime::Engine::default()
        .precompile_component(&component(&guest("(call $echo (local.get $in))")))
        .expect("it compiles");
    let tar = [&[b'x'; 257][..], b"ustar\0"].concat();
    let table: [(&[u8], FileKind, &str); 13] = [
        (b"", FileKind::Empty, "empty"),
        (&core, FileKind::CoreModule, "`hookmill build`"),
        (b"\n(component)", FileKind::WebAssemblyText, "text"),
        (&compiled, FileKind::Precompiled, "never accepted"),
        (b"#!/bin/sh", FileKind::Text, "not WebAssembly"),
        (b"\0as", FileKind::Unknown, "not WebAssembly"),
        (b"PK\x03\x04\x14", FileKind::Archive("zip"), "a zip archive"),
        (b"\x1f\x8b\x08", FileKind::Archive("gzip"), "a gzip archive"),
        (&tar, FileKind::Archive("tar"), "a tar archive"),
        (b"\x7fELF\x02", FileKind::Machine("ELF"), "machine code"),
        (
            b"%PDF-1.7",
            FileKind::Document("a PDF document"),
            "a PDF document",
        ),
        (
            b" <!DOCTYPE html><title>404</title>",
            FileKind::Document("an HTML page"),
            "an HTML page",
        ),
        (
            b"function handler(webhook) { return webhook }",
            FileKind::JavaScript,
            "name the file `.js`",
        ),
    ];
    for (wasm, kind, text) in table {
        let error = refusal(wasm);
        assert_eq!(
            error,
            LoadError::NotAComponent {
                name: "x.wasm".into(),
                kind
            }
        );
        let sentence = error.to_string();
        assert!(
            sentence.starts_with("x.wasm is ") && sentence.contains(text),
            "{sentence}"
        );
    }
}

#[test]
fn webassembly_that_is_called_javascript_is_named() {
    let module = wat::parse_str("(module)").expect("a module");
    let component = wat::parse_str("(component)").expect("a component");
    let table = [
        (module, "a core WebAssembly module"),
        (component, "`.wasm`"),
    ];
    let fixture = fixture();
    for (wasm, words) in table {
        let text = str::from_utf8(&wasm).expect("its few bytes are UTF-8");
        let name = "x.js";
        let error = fixture.sandbox.load(Source::JavaScript { name, text });
        let error = error.expect_err("it is not JavaScript");
        assert!(
            matches!(error, LoadError::NotJavaScript { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_name_of_any_length_and_kind_makes_a_short_line() {
    let long = "n".repeat(50_000);
    let error = refusal_of(&format!(
        r#"(component (import "evil:{long}/x@1.0.0" (instance)))"#
    ));
    assert!(error.to_string().len() < 2_000, "{error}");
}

#[test]
fn a_missing_import_is_named_with_its_version() {
    let table = [
        (
            r#"(component (import "wasi:keyvalue/store@0.2.3" (instance)))"#,
            "imports `wasi:keyvalue/store` version 0.2.3",
        ),
        (
            r#"(component (import "wasi:cli/stdout@0.4.0" (instance)))"#,
            "imports `wasi:cli/stdout` version 0.4.0",
        ),
        (
            r#"(component (import "hookmill:transform/log@2.0.0" (instance)))"#,
            "imports `hookmill:transform/log` version 2.0.0",
        ),
        (
            r#"(component (import "fetch" (func)))"#,
            "imports `fetch`, which",
        ),
    ];
    for (text, expected) in table {
        let error = refusal_of(text);
        assert!(
            matches!(error, LoadError::MissingImport { .. }),
            "{error:?}"
        );
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().contains("WASI 0.2"), "{error}");
    }
}

#[test]
fn a_wrong_import_or_export_is_named() {
    let error = refusal_of("(component)");
    assert!(matches!(error, LoadError::WrongExport { .. }), "{error:?}");
    assert!(
        error.to_string().contains("must export `handler`"),
        "{error}"
    );
    let error = refusal_of(
        r#"(component
          (core module $m (func (export "f") (result i32) (i32.const 0)))
          (core instance $i (instantiate $m))
          (func (export "handler") (result u32) (canon lift (core func $i "f"))))"#,
    );
    assert!(matches!(error, LoadError::WrongExport { .. }), "{error:?}");
    let error = refusal_of(
        r#"(component
          (import "hookmill:transform/clock@1.0.0" (instance (export "now-ms" (func (result string)))))
          (core module $m (func (export "f") (result i32) (i32.const 0)))
          (core instance $i (instantiate $m))
          (func (export "handler") (result u32) (canon lift (core func $i "f"))))"#,
    );
    assert!(matches!(error, LoadError::WrongImport { .. }), "{error:?}");
    assert!(error.to_string().contains("now-ms"), "{error}");
}

#[test]
fn what_is_switched_off_is_named_with_a_way_out() {
    let export = r#"(core module $e (func (export "f") (result i32) (i32.const 0)))
        (core instance $i (instantiate $e))
        (func (export "handler") (result u32) (canon lift (core func $i "f")))"#;
    let table = [
        ("(core module (memory 1 1 shared))", "threads"),
        ("(core module (memory i64 1))", "64-bit memories"),
        (
            "(core module (func (drop (i32x4.relaxed_trunc_f32x4_s (v128.const i32x4 0 0 0 0)))))",
            "relaxed SIMD",
        ),
        ("(core module (tag))", "exceptions"),
        ("(core module (type (struct)))", "garbage collection"),
        (
            "(core module (func (param externref)))",
            "garbage collection",
        ),
        (
            "(core func $f (canon context.get i32 0))",
            "the asynchronous component model",
        ),
    ];
    for (part, name) in table {
        let error = refusal_of(&format!("(component {export} {part})"));
        let LoadError::NeedsFeature { feature, .. } = &error else {
            panic!("{part}: {error:?}")
        };
        assert_eq!(*feature, name);
        assert!(error.to_string().contains(": build "), "{error}");
    }
}

#[test]
fn a_component_of_wasi_0_3_is_told_which_flag_of_its_toolchain_gives_0_2() {
    // As each toolchain signs; none signs, or one that nobody knows.
    let table: [(Option<&str>, &[&str]); 8] = [
        (
            Some("componentize-qjs"),
            &["componentize-qjs: pass `--sync`"],
        ),
        (
            Some("componentize-py"),
            &["componentize-py: ", "--stub-wasi"],
        ),
        (Some("ComponentizeJS"), &["jco and componentize-js: "]),
        (Some("TinyGo"), &["TinyGo: pass `-target=wasip2`"]),
        (Some("wit-bindgen-c"), &["without `--async`"]),
        (Some("rustc"), &["--target wasm32-wasip2", "`async: false`"]),
        (
            None,
            &["--sync", "--stub-wasi", "-target=wasip2", "`async: false`"],
        ),
        (
            Some("unheard-of"),
            &["--sync", "--stub-wasi", "`async: false`"],
        ),
    ];
    for (tool, words) in table {
        let imports = r#"(component
            (import "wasi:clocks/system-clock@0.3.0" (instance))
            (core module $e (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $e))
            (func (export "handler") (result u32) (canon lift (core func $i "f"))))"#;
        let lifts = r#"(component
            (core module $e (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $e))
            (core func $f (canon context.get i32 0))
            (func (export "handler") (result u32) (canon lift (core func $i "f"))))"#;
        for (text, is_import) in [(imports, true), (lifts, false)] {
            let mut wasm = wat::parse_str(text).expect("a component");
            if let Some(tool) = tool {
                sign(&mut wasm, tool);
            }
            let error = refusal(&wasm);
            let sentence = error.to_string();
            assert_eq!(
                matches!(error, LoadError::NeedsWasi03 { .. }),
                is_import,
                "{error:?}"
            );
            for word in words {
                assert!(sentence.contains(word), "{tool:?}: {sentence}");
            }
            let others = sentence.matches("; ").count();
            assert!(words.len() > 2 || others <= 2, "{tool:?}: {sentence}");
        }
    }
}

/// Adds a `producers` section that names a tool.
fn sign(wasm: &mut Vec<u8>, tool: &str) {
    let text = |text: &str, bytes: &mut Vec<u8>| {
        bytes.push(u8::try_from(text.len()).expect("a short text"));
        bytes.extend_from_slice(text.as_bytes());
    };
    let mut section = Vec::new();
    text("producers", &mut section);
    section.push(1);
    text("processed-by", &mut section);
    section.push(1);
    text(tool, &mut section);
    text("1.0.0", &mut section);
    wasm.push(0);
    wasm.push(u8::try_from(section.len()).expect("a short section"));
    wasm.extend_from_slice(&section);
}

#[test]
fn a_damaged_component_is_refused_wherever_it_is_damaged() {
    let whole = component(&guest("(call $echo (local.get $in))"));
    for at in (8..whole.len()).step_by(97) {
        let error = refusal(&whole[..at]);
        assert!(
            matches!(
                error,
                LoadError::Malformed { .. } | LoadError::WrongExport { .. }
            ),
            "cut at {at}: {error:?}"
        );
    }
}

#[test]
fn what_does_not_fit_is_told_how_much_there_is() {
    let error = refusal(&component(&guest_with(
        "(table 200000 funcref)",
        "(call $echo (local.get $in))",
    )));
    assert_eq!(
        error.to_string(),
        "x.wasm needs 200000 elements in one table; an instance may have 100000, set by the operator"
    );
    let large = guest("(call $echo (local.get $in))").replace("\"memory\") 2", "\"memory\") 8192");
    let error = refusal(&component(&large));
    assert!(
        matches!(error, LoadError::DoesNotFit { needs, has, .. } if needs == 512 << 20 && has == 256 << 20),
        "{error:?}"
    );
    for (part, count, resource) in [
        ("(memory 1)", 9, "memories"),
        ("(table 1 funcref)", 5, "tables in one module"),
    ] {
        let module = format!("(component (core module {}))", part.repeat(count));
        let error = refusal_of(&module);
        assert!(
            matches!(error, LoadError::DoesNotFit { resource: found, .. } if found == resource),
            "{error:?}"
        );
        plain("x.wasm", &error.to_string());
    }
    let error = refusal(&vec![0; (50 << 20) + 1]);
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error:?}");
}

#[test]
fn a_component_that_fails_to_start_is_refused() {
    let error = refusal(&component(&guest_with(
        "(func $start (unreachable)) (start $start)",
        "(call $echo (local.get $in))",
    )));
    assert!(
        matches!(error, LoadError::InstantiationFailed { .. }),
        "{error:?}"
    );
    // What it said is the only explanation that its owner gets.
    let error = refusal(&component(&guest_with(
        r#"(data (i32.const 64) "no list\nof prices")
           (func (export "_initialize")
             (call $log (i32.const 4) (i32.const 64) (i32.const 17)) unreachable)"#,
        "(call $echo (local.get $in))",
    )));
    plain("x.wasm", &error.to_string());
    assert!(
        error
            .to_string()
            .ends_with(" Its log begins: error: no list"),
        "{error}"
    );
    let error = refusal(&component(&guest_with(
        "(func $start (loop $l (br $l))) (start $start)",
        "(call $echo (local.get $in))",
    )));
    let sentence = error.to_string();
    assert!(
        sentence.contains("used up 500000000 units of fuel before its handler was called"),
        "{sentence}"
    );
    // No key raises the limits of loading.
    assert!(!sentence.contains("`fuel_max`"), "{sentence}");
}

#[test]
fn memory_beyond_the_default_is_for_the_endpoint_to_allow() {
    let fixture = fixture();
    let large = guest("(call $echo (local.get $in))").replace("\"memory\") 2", "\"memory\") 2048");
    let program = fixture.component(&component(&large));
    let fault = fixture.fault(&program, invocation());
    assert_eq!(fault.code, FaultCode::MemoryExceeded, "{fault:?}");
    assert!(fault.message.contains("`memory_bytes_max`"), "{fault:?}");
    let mut allowed = invocation();
    allowed.caps.memory_bytes_max = 256 << 20;
    assert!(fixture.run_with(&program, allowed).outcome.is_ok());
}
