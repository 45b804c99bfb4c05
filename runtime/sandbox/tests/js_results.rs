//! What a handler may return, and what is refused because it would be ignored.
//!
//! A row is a handler's body over the webhook `w`, and what comes of it. Bodies
//! that are not JSON are in `bodies.rs`.

mod common;

use common::handlers::{body, load, run};
use common::{Fixture, fixture, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_domain::request::Request;
use hookmill_sandbox::Run;

const EVENT: &str = r#"{"type":"payment.succeeded","card":"4242"}"#;

fn handler(statement: &str) -> String {
    format!("function handler(w) {{ {statement} }}")
}

fn request(fixture: &Fixture, statement: &str) -> Request {
    let outcome = run(fixture, &handler(statement), EVENT).outcome;
    outcome
        .unwrap_or_else(|fault| panic!("{statement}: {fault:?}"))
        .request()
        .clone()
}

fn refused(fixture: &Fixture, statement: &str, words: &[&str]) {
    let outcome = run(fixture, &handler(statement), EVENT).outcome;
    let fault = outcome.expect_err(statement);
    assert_eq!(
        fault.code,
        FaultCode::InvalidResult,
        "{statement}: {fault:?}"
    );
    for word in words {
        assert!(fault.message.contains(word), "{statement}: {fault:?}");
    }
}

#[test]
fn a_property_that_a_webhook_has_not_is_refused_with_the_one_that_was_meant() {
    let fixture = fixture();
    for (statement, meant) in [
        ("w.body = {}; return w", "payload"),
        ("w.data = {}; return w", "payload"),
        ("w.Payload = {}; return w", "payload"),
        ("w.payLoad = {}; return w", "payload"),
        ("w.paylod = {}; return w", "payload"),
        ("w.json = undefined; return w", "payload"),
        ("w.cancelled = true; return w", "cancel"),
        ("w.canceled = true; return w", "cancel"),
        ("w.Cancel = true; return w", "cancel"),
        ("w.skip = true; return w", "cancel"),
        ("w.header = {}; return w", "headers"),
        ("w.Headers = {}; return w", "headers"),
        ("w.uri = 'https://a.test/'; return w", "url"),
        ("w.URL = 'https://a.test/'; return w", "url"),
        ("w.verb = 'PUT'; return w", "method"),
        ("w.methods = 'PUT'; return w", "method"),
        ("w.environment = {}; return w", "env"),
        ("w.event_type = 'x'; return w", "eventType"),
        ("return { payload: {}, body: {} }", "payload"),
        ("return { ...w, cancelled: true }", "cancel"),
        (
            "Object.defineProperty(w, 'body', { get() { return 1 } }); return w",
            "payload",
        ),
        (
            "return new (class { payload = {}; get body() { return 1 } })()",
            "payload",
        ),
    ] {
        let meant = format!("did you mean `{meant}`?");
        refused(&fixture, statement, &["a webhook has not", &meant]);
    }
    for statement in [
        "w.then = () => 1; return w",
        "w.quux = 1; return w",
        "return { payload: {}, 'x\\n\\u001b[31m': 1 }",
    ] {
        refused(
            &fixture,
            statement,
            &["which a webhook has not: it has `url`"],
        );
    }
}

#[test]
fn an_object_that_is_not_a_webhook_is_refused() {
    let fixture = fixture();
    for (statement, words) in [
        ("return { text: 'hi' }", "the property \"text\""),
        (
            "const total = 1; return { total }",
            "the property \"total\"",
        ),
        ("return {}", "an empty object"),
        ("return w.payload", "the property \"type\""),
        ("return { eventType: 'x' }", "is not a webhook"),
        ("return new Map([['payload', 1]])", "is not a webhook"),
        ("return new Date()", "is not a webhook"),
        ("return Object.create({ total: 1 })", "is not a webhook"),
    ] {
        let advice = "Did you mean to set `webhook.payload` and to return `webhook`?";
        refused(&fixture, statement, &[words, advice]);
    }
}

#[test]
fn a_property_without_a_value_is_refused() {
    let fixture = fixture();
    for property in ["url", "method", "headers", "cancel"] {
        for value in ["undefined", "null", "w.env.MISSING"] {
            for statement in [
                format!("w.{property} = {value}; return w"),
                format!("return {{ payload: {{}}, {property}: {value} }}"),
                format!("return {{ payload: {{}}, get {property}() {{ return {value} }} }}"),
            ] {
                let words = format!("{property} is ");
                refused(&fixture, &statement, &[&words, "is a variable missing?"]);
            }
        }
    }
    for property in ["url", "method", "payload"] {
        let statement = format!("delete w.{property}; return w");
        let words = format!("{property} was deleted");
        refused(&fixture, &statement, &[&words]);
    }
    refused(
        &fixture,
        "w.payload = undefined; return w",
        &["it is undefined"],
    );
}

#[test]
fn cancel_is_a_boolean_and_nothing_like_one() {
    let fixture = fixture();
    for value in ["'true'", "1", "0", "''", "{}", "new Boolean(true)", "[]"] {
        let statement = format!("w.cancel = {value}; return w");
        refused(
            &fixture,
            &statement,
            &["cancel must be a boolean", "Boolean("],
        );
    }
}

#[test]
fn what_is_absent_stays_as_it_was() {
    let fixture = fixture();
    let made = request(&fixture, "return { url: 'https://a.test/x' }");
    assert_eq!(made.url().as_str(), "https://a.test/x");
    assert_eq!(&**made.body(), EVENT.as_bytes());
    let made = request(&fixture, "delete w.headers; delete w.env; return w");
    assert_eq!(&**made.body(), EVENT.as_bytes());
    for statement in [
        "return { payload: 1 }",
        "return { ...w, payload: 1 }",
        "return Object.assign(Object.create(null), { payload: 1 })",
        "return Object.create({ payload: 1 })",
        "return new (class { get payload() { return 1 } summary() { return 2 } })()",
        "return new Proxy(w, { get(t, name) { return name === 'payload' ? 1 : t[name] } })",
        "w[Symbol('note')] = 1; w.payload = 1; return w",
    ] {
        assert_eq!(
            body(&fixture, &handler(statement), EVENT),
            "1",
            "{statement}"
        );
    }
}

#[test]
fn a_url_may_be_a_url_and_a_method_written_in_any_case() {
    let fixture = fixture();
    let made = request(
        &fixture,
        "const url = new URL('/b', 'https://a.test/'); url.searchParams.set('q', 'a b');
         w.url = url; w.method = 'put'; return w",
    );
    assert_eq!(made.url().as_str(), "https://a.test/b?q=a+b");
    assert_eq!(made.method().as_str(), "PUT");
    let extended = "w.url = new (class Own extends URL {})('https://a.test/c'); return w";
    assert_eq!(
        request(&fixture, extended).url().as_str(),
        "https://a.test/c"
    );
    for statement in [
        "w.url = new String('https://a.test/'); return w",
        "w.url = { href: 'https://a.test/' }; return w",
    ] {
        refused(&fixture, statement, &["url must be a string"]);
    }
    refused(
        &fixture,
        "w.method = 'fetch'; return w",
        &["`method` is \"fetch\""],
    );
    refused(
        &fixture,
        "w.method = 1; return w",
        &["method must be a string"],
    );
}

#[test]
fn headers_are_names_and_values_and_none_is_dropped() {
    let fixture = fixture();
    let made = request(
        &fixture,
        "w.headers = { a: 'x', b: 1, c: true, d: new URL('https://a.test/') }; return w",
    );
    let fields = [
        ("a", "x"),
        ("b", "1"),
        ("c", "true"),
        ("d", "https://a.test/"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(made.headers(), fields);
    for (statement, words) in [
        (
            "w.headers = [['a', 'b']]; return w",
            "Object.fromEntries(webhook.headers)",
        ),
        (
            "w.headers = new Map([['a', 'b']]); return w",
            "Object.fromEntries(webhook.headers)",
        ),
        (
            "w.headers = new URLSearchParams('a=b'); return w",
            "Object.fromEntries(",
        ),
        (
            "w.headers = new (class Headers { #all = [1]; entries() { return this.#all } })(); return w",
            "keeps them elsewhere",
        ),
        ("w.headers = 'a: b'; return w", "headers must be an object"),
        (
            "w.headers = new Date(); return w",
            "headers must be an object",
        ),
        (
            "w.headers = { a: undefined }; return w",
            "headers[\"a\"] is undefined",
        ),
        ("w.headers.a = null; return w", "headers[\"a\"] is null"),
        (
            "w.headers.a = {}; return w",
            "headers[\"a\"] must be a string",
        ),
        (
            "w.headers.a = ['b']; return w",
            "headers[\"a\"] must be a string",
        ),
    ] {
        refused(&fixture, statement, &[words]);
    }
}

#[test]
fn what_json_would_write_as_nothing_is_refused_in_a_payload() {
    let fixture = fixture();
    for (value, words) in [
        ("new Map([[1, 2]])", "payload is a Map, which has no JSON"),
        ("{ tags: new Set([1]) }", "payload.tags is a Set"),
        ("[{ a: [new Map()] }]", "payload.a is a Map"),
        ("{ a: Promise.resolve(1) }", "payload.a is a Promise"),
        (
            "{ a: new URLSearchParams('b=1') }",
            "payload.a is a URLSearchParams",
        ),
        ("{ a: /x/ }", "payload.a is a regular expression"),
        ("{ a: new Error('x') }", "payload.a is an Error"),
        ("{ a: new ArrayBuffer(2) }", "payload.a is an ArrayBuffer"),
        (
            "new (class { tags = new Set() })()",
            "payload.tags is a Set",
        ),
    ] {
        refused(
            &fixture,
            &format!("w.payload = {value}; return w"),
            &[words, ": write "],
        );
    }
    for (value, json) in [
        ("{ a: new Date(0) }", r#"{"a":"1970-01-01T00:00:00.000Z"}"#),
        (
            "{ a: new URL('https://a.test/') }",
            r#"{"a":"https://a.test/"}"#,
        ),
        (
            "{ a: Object.assign(new Map(), { toJSON: () => 1 }) }",
            r#"{"a":1}"#,
        ),
        (
            "{ a: Object.assign(new Error(), { code: 1 }) }",
            r#"{"a":{"code":1}}"#,
        ),
        ("{ a: new Uint8Array([1]) }", r#"{"a":{"0":1}}"#),
        (
            "{ a: new Number(1), b: new String('x') }",
            r#"{"a":1,"b":"x"}"#,
        ),
    ] {
        let text = handler(&format!("w.payload = {value}; return w"));
        assert_eq!(body(&fixture, &text, EVENT), json, "{value}");
    }
}

fn warned(fixture: &Fixture, statement: &str) -> Run {
    let text = handler(statement);
    let program = load(fixture, &text).unwrap_or_else(|error| panic!("{error}"));
    let mut invocation = invocation();
    invocation.url = "https://api.test/lists/undefined/hook?own=null".into();
    let run = fixture.run_with(&program, invocation);
    assert!(run.outcome.is_ok(), "{statement}: {:?}", run.outcome);
    run
}

#[test]
fn a_missing_variable_in_the_url_or_a_header_is_a_warning() {
    let fixture = fixture();
    for (statement, warning) in [
        (
            "w.url = `https://api.test/${{}}/x`; return w",
            "`[object Object]` in the path of `url`: is a variable missing?",
        ),
        (
            "w.url = 'https://api.test/?n=' + Number('x'); return w",
            "`NaN` in the query of `url`, as \"n\": is a variable missing?",
        ),
        (
            "w.headers = { Authorization: `Bearer ${w.env.TOKEN}` }; return w",
            "`undefined` in the header \"Authorization\": is a variable missing?",
        ),
        ("return w", ""),
        // The endpoint's own URL has it.
        ("w.url += '&more=1'; return w", ""),
        ("w.url = 'https://api.test/undefined'; return w", ""),
        ("w.url = 'https://api.test/null-island'; return w", ""),
        (
            "w.url = 'https://api.test/?x=null'; w.cancel = true; return w",
            "",
        ),
        ("w.payload = { note: 'undefined' }; return w", ""),
    ] {
        let run = warned(&fixture, statement);
        assert_eq!(run.warnings.join("\n"), warning, "{statement}");
    }
    let run = warned(&fixture, "console.log(1); w.headers.a = NaN; return w");
    assert_eq!(
        run.log_with_warnings(),
        "info: 1\nwarning: `NaN` in the header \"a\": is a variable missing?\n"
    );
}
