//! TypeScript handlers: types vanish, positions stay, and what can't be removed is
//! refused with what to write instead.
//!
//! Hostile sources are in `typescript_bombs.rs`.

mod common;

use common::{Fixture, config, fixture, fixture_of};
use hookmill_domain::fault::{FaultCode, Position};
use hookmill_domain::program::{ProgramDigest, ProgramKind};
use hookmill_sandbox::{LoadError, Program, Source, build};
use std::fs;

fn load(fixture: &Fixture, text: &str) -> Result<Program, LoadError> {
    fixture.sandbox.load(Source::TypeScript {
        name: "handler.ts",
        text,
    })
}

fn program(fixture: &Fixture, text: &str) -> Program {
    load(fixture, text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The body of the request that a program makes.
fn body(fixture: &Fixture, text: &str) -> String {
    let run = fixture.run(&program(fixture, text));
    let webhook = run
        .outcome
        .unwrap_or_else(|fault| panic!("{fault:?}\n{text}"));
    String::from_utf8_lossy(webhook.request().body()).into_owned()
}

#[test]
fn a_typescript_handler_runs() {
    let fixture = fixture();
    let text = "import type { Webhook } from \"hookmill\";\n\
                export default function handler(webhook: Webhook): Webhook {\n\
                  webhook.payload = { kind: webhook.eventType as string };\n\
                  return webhook;\n\
                }\n";
    let program = program(&fixture, text);
    assert_eq!(program.kind(), ProgramKind::TypeScript);
    assert_eq!(program.kind().as_str(), "typescript");
    assert_eq!(program.digest(), ProgramDigest::of(text.as_bytes()));
    assert_eq!(body(&fixture, text), r#"{"kind":"payment.succeeded"}"#);
}

#[test]
fn a_handler_may_be_declared_in_any_usual_way() {
    let fixture = fixture();
    for text in [
        "function handler(w: any): any { w.payload = 1; return w }",
        "const handler = (w: any): any => ({ ...w, payload: 1 })",
        "export function handler(w: any) { w.payload = 1; return w }",
        "export const handler = (w: any) => ({ payload: 1 })",
        "export const handler: (w: any) => any = (w) => ({ payload: 1 })",
        "export default function handler(w: any) { return { payload: 1 } }",
        "export default (w: any) => ({ payload: 1 })",
        "function f(w: any) { return { payload: 1 } } export { f as handler }",
        "\u{feff}export const handler = (w: any) => ({ payload: 1 })",
    ] {
        assert_eq!(body(&fixture, text), "1", "{text}");
    }
}

#[test]
fn every_kind_of_type_syntax_is_removed() {
    let fixture = fixture();
    for (declarations, expression, expected) in [
        ("interface A { b: string; c?(): void }", "1", "1"),
        (
            "type A<T extends object = {}> = { [K in keyof T]?: T[K] };",
            "2",
            "2",
        ),
        ("declare const nothing: number;", "3", "3"),
        ("declare module \"x\" { export const y: 1 }", "4", "4"),
        ("namespace Types { export type A = string }", "5", "5"),
        (
            "function f(a: number): number;\nfunction f(a: string): string;\nfunction f(a: any): any { return a }",
            "f(6)",
            "6",
        ),
        (
            "function f<T>(this: void, a: T, b?: number, ...c: T[]): a is T { return a as any }",
            "f<number>(7)",
            "7",
        ),
        ("const f = <T,>(a: T): T => a", "f(8)", "8"),
        (
            "const f = async <T,>(a: T): Promise<T> => a",
            "typeof f",
            "\"function\"",
        ),
        (
            "abstract class A { abstract b(): number; private c: number = 9; protected readonly d!: string; declare e: number; static f?: string; [key: string]: unknown; constructor(optional?: number) {} get(): number { return this.c } }\nclass B extends A implements Object { override b(): number { return 1 } }",
            "new B().get()",
            "9",
        ),
        ("const a: unknown = [10]", "(a as number[])[0]!", "10"),
        (
            "const a = { b: 11 } satisfies Record<string, number>",
            "a.b",
            "11",
        ),
        ("const a = [12] as const", "a[0]", "12"),
        ("let a!: number; a = 13", "a", "13"),
        (
            "function f(a: unknown): asserts a is number {}\nf(1)",
            "14",
            "14",
        ),
        ("const a: `x${string}` = 'x15'", "a", "\"x15\""),
        (
            "import type { A } from 'a'; import type B from 'b'; export type { A }",
            "16",
            "16",
        ),
        ("const f = (a: number) =>\n  a as number\n;", "f(17)", "17"),
        (
            "for (const a of [] as number[]) {}\ntry { throw 1 } catch (e: unknown) {}",
            "18",
            "18",
        ),
        (
            "enum_: 1; const type = 19, declare = 1, namespace = 2, as = 3",
            "type",
            "19",
        ),
        (
            "class A { accessor: number = 20; static { } #b?: number }",
            "new A().accessor",
            "20",
        ),
        (
            "const a = new Map<string, Array<Array<number>>>([['x', [[21]]]])",
            "a.get('x')![0][0]",
            "21",
        ),
        ("let a = 1\ntype T = string\n;(a as any) = 22", "a", "22"),
    ] {
        let text = format!(
            "{declarations}\nexport const handler = (w: any): any => ({{ payload: {expression} }})"
        );
        assert_eq!(body(&fixture, &text), expected, "{text}");
    }
}

#[test]
fn a_thrown_error_has_its_position_in_the_typescript() {
    let fixture = fixture();
    let text = "interface A {\n  b: string\n}\n\
                type Long = { \"\u{1f600}\": string, b: Array<Record<string, number>> };\n\
                export function handler<T extends A>(webhook: { payload: T }): T {\n\
                  const ü: Long | null = null as Long | null; ü!.b.length;\n\
                  return webhook.payload;\n\
                }\n";
    // Line 6, at `.b` behind the types that became blanks.
    let column = text.lines().nth(5).map(|line| {
        let before = line.split(".b.").next().unwrap_or("");
        before.encode_utf16().count() as u32
    });
    let fault = fixture.fault(&program(&fixture, text), common::invocation());
    assert_eq!(fault.code, FaultCode::Thrown);
    let position = fault.position.expect("a position");
    assert_eq!(position.line, 6, "{fault:?}");
    // The engine points somewhere into the expression `ü!.b`.
    let expected = column.expect("the line") - 1..=column.expect("the line") + 2;
    assert!(
        expected.contains(&position.column),
        "{expected:?} {fault:?}"
    );
    assert!(fault.stack.contains("handler.ts:6:"), "{}", fault.stack);
    // JavaScript with blanks there fails at the same position.
    let javascript = "\n\n\n\n\
                function handler(webhook) {\n\
                  const ü              = null               ; ü .b.length;\n\
                }\n"
    .replace("\n                ", "\n");
    let plain = fixture
        .sandbox
        .load(Source::JavaScript {
            name: "handler.js",
            text: &javascript,
        })
        .expect("it loads");
    let fault = fixture.fault(&plain, common::invocation());
    assert_eq!(fault.position, Some(position), "{fault:?}");
}

#[test]
fn a_mistake_has_its_position_in_the_typescript() {
    let fixture = fixture();
    for (text, line, column, message) in [
        ("let a: number = 1;\nlet b: = 2;", 2, 8, "SyntaxError: "),
        ("let ü: string = '😀'; let b: = 2;", 1, 30, "SyntaxError: "),
        // What the engine finds, behind types that became blanks.
        (
            "type A = string;\nlet a: A = 1, a: A = 2;",
            2,
            20,
            "SyntaxError: ",
        ),
        ("\u{feff}let a: = 1", 1, 8, "SyntaxError: "),
        ("let a = `never ${ending", 1, 24, "SyntaxError: "),
    ] {
        let error = load(&fixture, text).expect_err(text);
        let LoadError::SyntaxError {
            message: found,
            position: Some(position),
            ..
        } = &error
        else {
            panic!("{text}: {error:?}")
        };
        assert_eq!(*position, Position { line, column }, "{text}: {error}");
        assert!(found.starts_with(message), "{text}: {error}");
    }
}

#[test]
fn jsx_is_refused() {
    let fixture = fixture();
    for text in [
        "export const handler = (w: any) => <div>{w}</div>;",
        "export const handler = (w: any) => { return <b>x</b> };",
        "export const handler = (w: any) => <></>;",
    ] {
        let error = load(&fixture, text).expect_err(text);
        assert!(matches!(error, LoadError::SyntaxError { .. }), "{error:?}");
    }
}

#[test]
fn what_has_code_behind_it_is_refused_with_what_to_write_instead() {
    let fixture = fixture();
    for (text, line, column, advice) in [
        ("\n  enum Color { Red }", 2, 3, "as const"),
        ("export const enum Color { Red }", 1, 8, "as const"),
        (
            "namespace A { export const b = 1 }",
            1,
            1,
            "plain declarations",
        ),
        (
            "class A {\n  constructor(private b: string) {}\n}",
            2,
            23,
            "assign it in the constructor",
        ),
        ("import fs = require(\"fs\");", 1, 1, "bundle"),
        ("export = function handler() {}", 1, 1, "export default"),
        ("const a = <string>\"x\";", 1, 11, "value as Type"),
        ("class A {\n  @bound b() {}\n}", 2, 3, "decorator"),
    ] {
        let error = load(&fixture, text).expect_err(text);
        let LoadError::SyntaxError {
            message,
            position: Some(position),
            ..
        } = &error
        else {
            panic!("{text}: {error:?}")
        };
        assert_eq!(*position, Position { line, column }, "{text}: {error}");
        assert!(message.contains(advice), "{text}: {error}");
    }
}

#[test]
fn an_import_of_anything_but_types_is_refused_with_what_to_do() {
    let fixture = fixture();
    for text in [
        "import { sign } from \"./sign\"; export const handler = (w: any) => sign(w)",
        "import { Webhook } from \"hookmill\"; export const handler = (w: Webhook) => w",
        "import \"./setup\"; export const handler = (w: any) => w",
        "export * from \"./handler\"",
    ] {
        let error = load(&fixture, text).expect_err(text).to_string();
        assert!(error.contains("one file"), "{error}");
        assert!(error.contains("bundle"), "{error}");
        assert!(error.contains("import type"), "{error}");
    }
}

#[test]
fn a_missing_handler_is_named_as_in_javascript() {
    let error = load(&fixture(), "export const other = (w: any): any => w").expect_err("none");
    assert!(
        matches!(error, LoadError::MissingHandler { .. }),
        "{error:?}"
    );
}

#[test]
fn a_standalone_component_of_typescript_gives_the_same() {
    let fixture = fixture();
    let text = "export const handler = (w: any): any => ({ payload: 1 as number })";
    let wasm = build::standalone_from_typescript("handler.ts", text).expect("it is built");
    let run = fixture.run(&fixture.component(&wasm.component));
    assert_eq!(&**run.outcome.expect("it runs").request().body(), b"1");
    let error = build::standalone_from_typescript("handler.ts", "\nenum A { B }");
    let error = error.expect_err("an enum").to_string();
    assert!(error.starts_with("handler.ts:2:1: an `enum`"), "{error}");
}

#[test]
fn stripped_sources_are_kept_and_damage_is_noticed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // The engine's own entry comes from the folder of all tests.
    let texts = || {
        let entries = fs::read_dir(dir.path()).expect("the cache folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let mut paths: Vec<_> = paths
            .filter(|path| path.extension().is_some_and(|it| it == "js"))
            .collect();
        paths.sort();
        paths
    };
    let text = "export const handler = (w: any) => ({ payload: 1 as number })";
    assert_eq!(body(&fixture_of(config(dir.path())), text), "1");
    let [kept] = &texts()[..] else {
        panic!("{:?}", texts())
    };
    let mut entry = fs::read(kept).expect("the entry");
    let modified = |path| {
        fs::metadata(path)
            .and_then(|entry| entry.modified())
            .expect("a time")
    };
    let before = modified(kept);
    assert_eq!(body(&fixture_of(config(dir.path())), text), "1");
    assert_eq!(modified(kept), before, "nothing was parsed or written");
    // A changed entry is not believed.
    let at = entry.len() - 20;
    assert!(entry[at..].contains(&b'1'));
    let one = entry.iter().rposition(|byte| *byte == b'1').expect("a one");
    entry[one] = b'2';
    fs::write(kept, &entry).expect("it can be written");
    assert_eq!(body(&fixture_of(config(dir.path())), text), "1");
    assert_ne!(
        fs::read(kept).expect("the entry"),
        entry,
        "it was made again"
    );
    // Another source is another entry.
    body(&fixture_of(config(dir.path())), &text.replace('1', "3"));
    assert_eq!(texts().len(), 2);
}
