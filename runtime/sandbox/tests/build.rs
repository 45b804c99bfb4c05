//! Core modules to components: those that say which world they were made for
//! and those that do not. WASI 0.1 is in `wasi_0_1.rs`.

mod common;

use common::{fixture, guest};
use hookmill_sandbox::build::{BuildError, component_from_core_module, imports};

const ECHO: &str = "(call $echo (local.get $in))";

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is a module")
}

/// A module with another import.
fn importing(import: &str, text: &str) -> Vec<u8> {
    module(&text.replacen("(module", &format!("(module {import}"), 1))
}

#[test]
fn a_module_that_does_not_say_its_world_is_taken_as_a_transform() {
    let fixture = fixture();
    let component = component_from_core_module(&module(&guest(ECHO))).expect("it is built");
    let names = imports(&component).expect("it is a component");
    assert!(names.iter().all(|name| !name.contains("wasi")), "{names:?}");
    let run = fixture.run(&fixture.component(&component));
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
}

#[test]
fn a_module_of_no_known_world_is_refused_with_the_way_to_embed_one() {
    let table = [
        (module("(module)"), "handler"),
        (
            importing(r#"(import "env" "magic" (func))"#, &guest(ECHO)),
            "env",
        ),
        (module(r#"(module (func (export "handler")))"#), "handler"),
    ];
    for (module, expected) in table {
        let error = component_from_core_module(&module).expect_err("it is refused");
        assert!(matches!(error, BuildError::NoWorld(_)), "{error:?}");
        let text = error.to_string();
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("wasm-tools component embed"), "{text}");
    }
}
