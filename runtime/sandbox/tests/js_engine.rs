//! The JavaScript engine's own behaviour, as a handler's author meets it: how
//! a handler may be declared, where mistakes are reported, what JSON keeps,
//! what the console prints, what the globals answer.
//!
//! Table-driven: a row is a program and what it gives. What the sandbox adds
//! (limits, codes) is tested in `javascript.rs`, URLs in `js_urls.rs`.

mod common;

use common::fixture;
use common::handlers::{body, load, run, value_of};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::LoadError;

#[test]
fn a_handler_may_be_declared_in_any_usual_way() {
    let fixture = fixture();
    for text in [
        "function handler(w) { w.payload = 1; return w }",
        "const handler = (w) => { w.payload = 1; return w }",
        "let handler = function (w) { w.payload = 1; return w }",
        "var handler = w => ({ ...w, payload: 1 }) // the end",
        "export function handler(w) { w.payload = 1; return w }",
        "export const handler = (w) => ({ payload: 1 })",
        "export default function (w) { return { payload: 1 } }",
        "export default (w) => ({ payload: 1 })",
        "const change = (w) => ({ payload: 1 }); export default change",
        "function f(w) { return { payload: 1 } } export { f as handler }",
        "function f(w) { return { payload: 1 } } export { f as default }",
        "// export default\nfunction handler(w) { with (w) { payload = 1 } return w }",
    ] {
        assert_eq!(body(&fixture, text, "{}"), "1", "{text}");
    }
}

#[test]
fn broken_programs_are_refused_with_their_position() {
    let fixture = fixture();
    for (text, message, expected) in [
        (
            "function handler(w) {\n  return = 1\n}",
            "SyntaxError",
            Some((2, 10)),
        ),
        (
            "let s = '日本😀'; let y = = 3;",
            "SyntaxError",
            Some((1, 25)),
        ),
        (
            "export function handler(w) {\n  x = = 3\n}",
            "SyntaxError",
            Some((2, 7)),
        ),
        ("with (a) {}\nx = = 3", "SyntaxError", Some((2, 5))),
        ("/* unclosed", "SyntaxError", Some((1, 1))),
        (
            "import _ from 'lodash'; export default _",
            "cannot import \"lodash\"",
            None,
        ),
        (
            "export const x = await 1; export default () => x",
            "synchronous",
            None,
        ),
        (
            "\nthrow new RangeError('top')",
            "RangeError: top",
            Some((2, 11)),
        ),
        ("function other(w) {}", "no handler: declare", None),
        ("export function other(w) {}", "no handler: export", None),
        ("const handler = 3", "not a function", None),
    ] {
        let error = load(&fixture, text).expect_err(text);
        assert!(error.to_string().contains(message), "{text}: {error}");
        if let LoadError::SyntaxError { position, .. } = &error {
            let found = position.map(|at| (at.line, at.column));
            assert_eq!(found, expected, "{text}: {error}");
        }
    }
}

#[test]
fn a_result_that_is_not_a_webhook_says_what_is_wrong() {
    let fixture = fixture();
    for (statement, message) in [
        ("", "did you forget `return webhook`?"),
        ("return [w]", "an array"),
        (
            "return (async () => w)()",
            "a Promise; transforms are synchronous",
        ),
        (
            "w.url = 1; return w",
            "url must be a string, but is a number",
        ),
        ("w.headers = { a: {} }; return w", "headers[\"a\"]"),
        ("w.cancel = 'yes'; return w", "cancel must be a boolean"),
        ("w.payload = undefined; return w", "it is undefined"),
        ("w.payload = { a: 1n }; return w", "BigInt"),
        (
            "w.payload = {}; w.payload.a = w.payload; return w",
            "contains itself",
        ),
    ] {
        let text = format!("function handler(w) {{ {statement} }}");
        let fault = run(&fixture, &text, "{}").outcome.expect_err(statement);
        assert_eq!(
            fault.code,
            FaultCode::InvalidResult,
            "{statement}: {fault:?}"
        );
        assert!(fault.message.contains(message), "{statement}: {fault:?}");
    }
}

#[test]
fn thrown_values_of_every_kind_are_described() {
    let fixture = fixture();
    for (statement, message) in [
        ("throw 'text'", "Uncaught 'text'"),
        ("throw { code: 3 }", "Uncaught { code: 3 }"),
        ("null.x", "TypeError: "),
        (
            "return new Proxy(w, { get() { throw new RangeError('trap') } })",
            "RangeError: trap",
        ),
        (
            "w.payload = { toJSON() { throw new Error('in toJSON') } }; return w",
            "Error: in toJSON",
        ),
        (
            "Object.defineProperty(w, 'url', { get() { throw new Error('get') } }); return w",
            "Error: get",
        ),
        (
            "const e = new Error(); e.name = { toString() { throw 1 } }; throw e",
            "Error",
        ),
    ] {
        let text = format!("function handler(w) {{ {statement} }}");
        let fault = run(&fixture, &text, "{}").outcome.expect_err(statement);
        assert_eq!(fault.code, FaultCode::Thrown, "{statement}: {fault:?}");
        assert!(fault.message.contains(message), "{statement}: {fault:?}");
    }
}

#[test]
fn json_stays_what_it_is() {
    let fixture = fixture();
    let same = "function handler(w) { return w }";
    let copy = "function handler(w) { return { payload: [w.payload] } }";
    for (text, copied) in [
        (
            "{\"__proto__\": {\"x\": 1}, \"a\": 1}",
            "{\"__proto__\":{\"x\":1},\"a\":1}",
        ),
        ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
        (
            "{\"10\":1,\"2\":2,\"é\":3,\"Ã©\":4}",
            "{\"2\":2,\"10\":1,\"é\":3,\"Ã©\":4}",
        ),
        ("12345678901234567890", "12345678901234567000"),
        (
            "[ -0, 1e3, 2.50, 1E-7, true, null ]",
            "[0,1000,2.5,1e-7,true,null]",
        ),
        (
            "\"\\ud800 \\ud83d\\ude00 \\u0041\\/\\n\"",
            "\"\\ud800 😀 A/\\n\"",
        ),
        ("{\"toJSON\":1,\"toJSON\":2}", "{\"toJSON\":2}"),
    ] {
        assert_eq!(body(&fixture, same, text), text);
        assert_eq!(body(&fixture, copy, text), format!("[{copied}]"), "{text}");
    }
    let deep = format!("{}{}", "[".repeat(150), "]".repeat(150));
    assert_eq!(body(&fixture, same, &deep), deep);
}

#[test]
fn a_program_that_replaces_the_built_ins_harms_only_itself() {
    let fixture = fixture();
    let text = "JSON.parse = JSON.stringify = Object.defineProperty = null;
        Object.prototype.toString = Array.prototype[Symbol.iterator] = null;
        Reflect.defineProperty(Object.prototype, 'url', { set() { throw 1 }, get() { return 7 } });
        delete globalThis.Object; delete globalThis.Array;
        function handler(w) { w.payload = { a: [1, 'b'] }; return w }";
    assert_eq!(body(&fixture, text, "{\"x\": 1}"), "{\"a\":[1,\"b\"]}");
    let text = "Object.prototype.toJSON = () => 7; function handler(w) { return w }";
    assert_eq!(body(&fixture, text, "{\"x\": 1}"), "7");
}

#[test]
fn recursion_may_go_deep_and_ends_as_an_error_that_can_be_caught() {
    let fixture = fixture();
    let deep = "((n) => { const f = (n) => n ? 1 + f(n - 1) : 0; return f(n) })";
    assert_eq!(value_of(&fixture, &format!("{deep}(900)")), "900");
    let caught =
        format!("(() => {{ try {{ return {deep}(1e6) }} catch (e) {{ return e.name }} }})()");
    assert_eq!(value_of(&fixture, &caught), "\"RangeError\"");
}

/// Calls are not all that recurses: so do the parser and the serialiser.
#[test]
fn what_the_engine_does_by_itself_may_go_deep_too() {
    let fixture = fixture();
    let parsed = "(0, eval)('('.repeat(400) + '1' + ')'.repeat(400))";
    assert_eq!(value_of(&fixture, parsed), "1");
    let written = "(() => { let o = 1; for (let i = 0; i < 3000; i++) o = { o }; \
                   return JSON.stringify(o, null, 1).length })()";
    assert_eq!(value_of(&fixture, written), "9027001");
    let matched = "new RegExp('('.repeat(200) + 'a' + ')'.repeat(200)).test('a')";
    assert_eq!(value_of(&fixture, matched), "true");
}

#[test]
fn the_console_prints_as_node_does() {
    let fixture = fixture();
    for (call, line) in [
        (
            "log('a', 1, -0, null, undefined, true, 10n)",
            "info: a 1 -0 null undefined true 10n",
        ),
        (
            "info({ a: 1, 'b-c': [1, 'x'], d: {} })",
            "info: { a: 1, 'b-c': [ 1, 'x' ], d: {} }",
        ),
        (
            "warn('%s is %d, %j%%', 'x', 4.5, { a: 1 }, 'rest')",
            "warn: x is 4.5, { a: 1 }% rest",
        ),
        (
            "error(new Map([[1, 'x']]), new Set([2]))",
            "error: Map(1) { 1 => 'x' } Set(1) { 2 }",
        ),
        (
            "debug(Symbol('q'), /a/g, new Date(0))",
            "debug: Symbol(q) /a/g 1970-01-01T00:00:00.000Z",
        ),
        (
            "log(function f() {}, () => 1)",
            "info: [Function: f] [Function (anonymous)]",
        ),
        ("assert(1 === 2, 'no')", "error: Assertion failed: no"),
        ("log({ get x() { throw 1 } })", "info: { x: [Getter] }"),
    ] {
        let text = format!("function handler(w) {{ console.{call}; return w }}");
        let logs = run(&fixture, &text, "{}").logs;
        assert_eq!(logs.trim_end(), line, "{call}");
    }
    let text = "function handler(w) { const o = {}; o.o = o; console.log(o); return w }";
    assert!(run(&fixture, text, "{}").logs.contains("[Circular]"));
}

#[test]
fn dates_and_numbers_are_written_as_in_node() {
    let fixture = fixture();
    let date = "new Date(1768480496789)";
    for (expression, text) in [
        (format!("{date}.toLocaleDateString()"), "1/15/2026"),
        (format!("{date}.toLocaleTimeString()"), "12:34:56 PM"),
        (
            format!("{date}.toLocaleString('en-US')"),
            "1/15/2026, 12:34:56 PM",
        ),
        (
            format!(
                "{date}.toLocaleDateString('en-US', {{year:'numeric',month:'long',day:'numeric'}})"
            ),
            "January 15, 2026",
        ),
        (
            format!("{date}.toLocaleString('en-US', {{dateStyle:'long',timeStyle:'short'}})"),
            "January 15, 2026 at 12:34 PM",
        ),
        (
            format!("{date}.toLocaleDateString('en-US', {{weekday:'short',timeZone:'UTC'}})"),
            "Thu",
        ),
        ("(1234567.891).toLocaleString()".into(), "1,234,567.891"),
        (
            "(12.5).toLocaleString('en-US', {style:'currency',currency:'USD'})".into(),
            "$12.50",
        ),
        (
            "(1500).toLocaleString('en-US', {style:'currency',currency:'JPY'})".into(),
            "¥1,500",
        ),
        (
            "(0.256).toLocaleString('en-US', {style:'percent'})".into(),
            "26%",
        ),
        (
            "new Intl.NumberFormat('en-US', {maximumFractionDigits:1}).format(2.25)".into(),
            "2.3",
        ),
        (
            "String(new Date(2026, 0, 15).getTimezoneOffset())".into(),
            "0",
        ),
    ] {
        assert_eq!(
            value_of(&fixture, &expression),
            format!("\"{text}\""),
            "{expression}"
        );
    }
}

#[test]
fn the_web_s_small_helpers_are_there() {
    let fixture = fixture();
    for (expression, json) in [
        ("btoa('hi') + atob('aGk=')", "\"aGk=hi\""),
        (
            "[...new TextEncoder().encode('é😀')]",
            "[195,169,240,159,152,128]",
        ),
        (
            "new TextDecoder().decode(new Uint8Array([0xc3, 0xa9, 0xff]))",
            "\"é\u{fffd}\"",
        ),
        (
            "new URLSearchParams({ a: 'b c', 'ü': '&' }).toString()",
            "\"a=b+c&%C3%BC=%26\"",
        ),
        ("new URLSearchParams('?x=1&y=%20z').get('y')", "\" z\""),
        (
            "structuredClone({ a: [1, { b: 2 }] })",
            "{\"a\":[1,{\"b\":2}]}",
        ),
        ("crypto.randomUUID().length", "36"),
        ("performance.now()", "0"),
        (
            "typeof fetch + typeof setTimeout + typeof require",
            "\"undefinedundefinedundefined\"",
        ),
    ] {
        assert_eq!(value_of(&fixture, expression), json, "{expression}");
    }
    let drawn = "[Math.random(), crypto.randomUUID(), Date.now()]";
    assert_eq!(value_of(&fixture, drawn), value_of(&fixture, drawn));
}
