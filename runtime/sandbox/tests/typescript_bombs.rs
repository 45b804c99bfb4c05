//! TypeScript sources that try to stop the process which parses them: the
//! parser has no bound on depth, time or memory, so it runs in a child, and
//! whatever happens to that is an error about the source.

mod common;

use common::{Fixture, config, fixture_of, worker};
use hookmill_sandbox::{Compile, LoadError, Source};

const HANDLER: &str = "export const handler = (w: any): any => w";

fn fixture() -> (Fixture, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut config = config(dir.path());
    config.compile = Compile::Child { exe: worker() };
    (fixture_of(config), dir)
}

fn load(fixture: &Fixture, text: &str) -> Result<(), LoadError> {
    let source = Source::TypeScript {
        name: "bomb.ts",
        text,
    };
    fixture.sandbox.load(source).map(|_| ())
}

#[test]
fn a_child_strips_types_and_answers_mistakes_as_this_process_does() {
    let (child, _dir) = fixture();
    let own = common::fixture();
    for text in [
        HANDLER,
        "let a: = 1",
        "\n  enum A { B }",
        "export const other = 'ü😀' as string",
        "export const handler = (w: { \"ü😀\\\"\\n\": 1 }) => w",
    ] {
        assert_eq!(load(&child, text), load(&own, text), "{text}");
    }
}

#[test]
fn a_bomb_ends_the_child_at_most() {
    let (fixture, _dir) = fixture();
    const DEEP: usize = 100_000;
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(DEEP), close.repeat(DEEP))
    };
    let bombs = [
        (
            "parentheses",
            format!("const a = {}", nested("(", "1", ")")),
        ),
        ("arrays", format!("const a = {}", nested("[", "1", "]"))),
        ("objects", format!("const a = {}", nested("{a:", "1", "}"))),
        (
            "arrows",
            format!("const a = {}1", "(a: any) => ".repeat(DEEP / 2)),
        ),
        (
            "conditions",
            format!("const a = {}1", "a ? (b) : ".repeat(DEEP / 2)),
        ),
        ("generics", format!("type T = {}", nested("A<", "B", ">"))),
        (
            "type arguments",
            format!("const a = {}", nested("f<", "B", ">()")),
        ),
        ("array types", format!("type T = A{}", "[]".repeat(DEEP))),
        (
            "function types",
            format!("type T = {}void", "() => ".repeat(DEEP)),
        ),
        (
            "half a million brackets",
            format!("const a = {}", "[".repeat(1 << 19)),
        ),
        ("angle brackets", "<".repeat(1 << 20)),
        ("blocks", nested("{", "", "}")),
        ("sums", format!("const a = 1{}", "+1".repeat(DEEP))),
        ("negations", format!("const a = {}1", "!".repeat(DEEP))),
        ("a template", format!("const a = `{}", "${`".repeat(DEEP))),
        (
            "an unterminated template",
            format!("const a = `{}", "x".repeat(1 << 19)),
        ),
        (
            "an unterminated comment",
            format!("/*{}", "*".repeat(1 << 19)),
        ),
        ("casts", format!("const a = 1{}", " as any".repeat(DEEP))),
        ("assertions", format!("const a = b{}", "!".repeat(DEEP))),
        ("semicolons", ";".repeat((1 << 20) - 1)),
    ];
    for (name, bomb) in bombs {
        assert!(bomb.len() <= 1 << 20, "{name}: {}", bomb.len());
        let error = load(&fixture, &bomb).expect_err(name);
        eprintln!("{name}: {:.200}", error.to_string());
        assert!(
            matches!(
                error,
                LoadError::SyntaxError { .. }
                    | LoadError::CompileFailed { .. }
                    | LoadError::CompileStopped { .. }
                    | LoadError::MissingHandler { .. }
            ),
            "{name}: {error:?}"
        );
        load(&fixture, HANDLER).unwrap_or_else(|error| panic!("after {name}: {error}"));
    }
}

#[test]
fn a_source_of_the_full_size_loads() {
    let (fixture, _dir) = fixture();
    let line = "interface Unused { a: string; b?: Map<string, number[]> }\n";
    let lines = ((1 << 20) - HANDLER.len()) / line.len();
    let text = line.repeat(lines) + HANDLER;
    load(&fixture, &text).unwrap_or_else(|error| panic!("{error}"));
    let error = load(&fixture, &format!("{text}{}", " ".repeat(1 << 16))).expect_err("too large");
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error:?}");
}

#[test]
fn a_source_that_is_kept_starts_no_process() {
    let (fixture, dir) = fixture();
    load(&fixture, HANDLER).unwrap_or_else(|error| panic!("{error}"));
    let mut config = config(dir.path());
    config.compile = Compile::Child {
        exe: "/nowhere/hookmill".into(),
    };
    let second_start = fixture_of(config);
    load(&second_start, HANDLER).unwrap_or_else(|error| panic!("{error}"));
    load(&second_start, &format!("{HANDLER} ")).expect_err("another source needs the child");
}

#[test]
fn a_child_that_can_not_work_is_not_the_source_s_fault() {
    for (exe, expected) in [
        ("/nowhere/hookmill", "does not start"),
        ("/bin/false", "ended too early"),
        ("/bin/true", "ended too early"),
    ] {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(dir.path());
        config.compile = Compile::Child { exe: exe.into() };
        let error = load(&fixture_of(config), HANDLER).expect_err(exe);
        let LoadError::Unavailable { source, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(source.to_string().contains(expected), "{exe}: {source}");
    }
}
