//! Bodies that are not JSON: what a handler or a component returns, by the
//! content type, and what goes out.

mod common;

use bytes::Bytes;
use common::handlers::load;
use common::{Fixture, component, fixture, guest_with, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_domain::request::Request;
use hookmill_sandbox::{Invocation, Program, Run, build};

const FORM: &str = "application/x-www-form-urlencoded";

/// A handler's program.
fn program(fixture: &Fixture, statement: &str) -> Program {
    let text = format!("function handler(w) {{ {statement} }}");
    load(fixture, &text).unwrap_or_else(|error| panic!("{error}"))
}

fn run(fixture: &Fixture, program: &Program, endpoint: Option<&str>) -> Run {
    let invocation = Invocation {
        content_type: endpoint.map(str::to_owned),
        ..invocation()
    };
    fixture.run_with(program, invocation)
}

fn shown(request: &Request) -> (Option<&str>, &[u8]) {
    (request.content_type(), request.body())
}

#[test]
fn a_handlers_payload_is_sent_as_its_content_type_wants_it() {
    let fixture = fixture();
    let table: [(&str, Option<&str>, &[u8]); 17] = [
        ("w.payload = 'hi'", None, b"\"hi\""),
        (
            "w.payload = new URLSearchParams({ To: '+49 1', Body: 'a&b=\\u00e9' })",
            Some("application/x-www-form-urlencoded;charset=UTF-8"),
            b"To=%2B49+1&Body=a%26b%3D%C3%A9",
        ),
        (
            "w.headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
             w.payload = new URLSearchParams('a=1')",
            Some(FORM),
            b"a=1",
        ),
        (
            "w.headers['content-type'] = 'application/x-www-form-urlencoded'; w.payload = 'a=1&b=2'",
            Some(FORM),
            b"a=1&b=2",
        ),
        (
            "w.headers['CONTENT-TYPE'] = 'text/xml'; w.payload = '<a>\\u00e9\"</a>'",
            Some("text/xml"),
            "<a>é\"</a>".as_bytes(),
        ),
        (
            "w.headers['content-type'] = 'text/plain'; w.payload = ''",
            Some("text/plain"),
            b"",
        ),
        (
            "w.payload = new Uint8Array([0, 255, 10])",
            Some("application/octet-stream"),
            &[0, 255, 10],
        ),
        (
            "w.payload = new Uint16Array([1, 2, 3]).subarray(1, 2)",
            Some("application/octet-stream"),
            &[2, 0],
        ),
        (
            "w.payload = new DataView(new Uint8Array([1, 2, 3]).buffer, 1, 1)",
            Some("application/octet-stream"),
            &[2],
        ),
        (
            "w.payload = new Uint8Array([7, 8]).buffer",
            Some("application/octet-stream"),
            &[7, 8],
        ),
        (
            "w.payload = new ArrayBuffer(0)",
            Some("application/octet-stream"),
            b"",
        ),
        (
            "w.headers['content-type'] = 'image/png'; w.payload = new TextEncoder().encode('PNG')",
            Some("image/png"),
            b"PNG",
        ),
        (
            "w.headers['content-type'] = 'application/json'; w.payload = new TextEncoder().encode('[1]')",
            Some("application/json"),
            b"[1]",
        ),
        (
            "w.headers['content-type'] = 'application/vnd.api+json; charset=utf-8'; w.payload = { a: 1 }",
            Some("application/vnd.api+json; charset=utf-8"),
            b"{\"a\":1}",
        ),
        (
            "w.headers['content-type'] = 'application/problem+json'; w.payload = 'text'",
            Some("application/problem+json"),
            b"\"text\"",
        ),
        (
            "w.method = 'get'; w.headers['content-type'] = 'text/plain'",
            Some("text/plain"),
            br#"{"type": "payment.succeeded", "amount": 9007199254740993}"#,
        ),
        (
            "w.headers['content-type'] = 'application/json'",
            Some("application/json"),
            br#"{"type": "payment.succeeded", "amount": 9007199254740993}"#,
        ),
    ];
    for (statement, content_type, body) in table {
        let program = self::program(&fixture, &format!("{statement}; return w"));
        let run = self::run(&fixture, &program, None);
        let webhook = run.outcome.unwrap_or_else(|e| panic!("{statement}: {e:?}"));
        assert_eq!(
            shown(webhook.request()),
            (content_type, body),
            "{statement}"
        );
    }
}

/// A handler that makes a body of each kind, by the event's `kind`.
const KINDS: &str = "
function handler(w) {
  const { kind } = w.payload;
  const type = (name) => { w.headers['Content-Type'] = name };
  if (kind === 'form') w.payload = new URLSearchParams({ a: '1 2' });
  if (kind === 'text') { type('text/plain'); w.payload = 'é'; }
  if (kind === 'quoted') w.payload = 'é\"';
  if (kind === 'bytes') w.payload = new Uint8Array([0, 255]);
  if (kind === 'json') { type('application/ld+json'); w.payload = [1]; }
  if (kind === 'misfit') { type('text/plain'); w.payload = [1]; }
  if (kind === 'alone') type('text/plain');
  if (kind === 'canceled') { type('text/plain'); w.cancel = true; }
  return w;
}";

#[test]
fn a_standalone_component_sends_what_the_shared_engine_sends() {
    let fixture = fixture();
    let shared = load(&fixture, KINDS).unwrap_or_else(|error| panic!("{error}"));
    let wasm = build::standalone_from_javascript("handler.js", KINDS);
    let standalone = wasm.unwrap_or_else(|error| panic!("{error}"));
    let standalone = fixture.component(&standalone.component);
    for (kind, is_fault) in [
        ("form", false),
        ("text", false),
        ("quoted", false),
        ("bytes", false),
        ("json", false),
        ("misfit", true),
        ("alone", true),
        ("canceled", false),
    ] {
        let invocation = Invocation {
            payload: format!("{{\"kind\": \"{kind}\"}}").into(),
            ..invocation()
        };
        let one = fixture.run_with(&shared, invocation.clone()).outcome;
        let other = fixture.run_with(&standalone, invocation).outcome;
        assert_eq!(one.is_err(), is_fault, "{kind}: {one:?}");
        match (one, other) {
            (Err(one), Err(other)) => {
                // The contract knows no other word for it than a rejection.
                assert!(other.message.contains(&one.message), "{one:?} {other:?}");
            }
            (one, other) => assert_eq!(one, other, "{kind}"),
        }
    }
}

#[test]
fn the_endpoints_content_type_counts_and_stays_with_the_request() {
    let fixture = fixture();
    for (statement, endpoint, content_type, body) in [
        ("w.payload = 'a=1'", FORM, Some(FORM), "a=1"),
        (
            "w.payload = new URLSearchParams({ a: 1 })",
            FORM,
            Some(FORM),
            "a=1",
        ),
        (
            "w.payload = new Uint8Array([65])",
            "text/plain",
            Some("text/plain"),
            "A",
        ),
        ("w.payload = 'a'", "application/json", None, "\"a\""),
        (
            "w.headers['content-type'] = 'text/plain'; w.payload = 'a'",
            "application/json",
            Some("text/plain"),
            "a",
        ),
        (
            "w.headers['content-type'] = 'application/json'; w.payload = 'a'",
            FORM,
            Some("application/json"),
            "\"a\"",
        ),
        // As without a transform.
        (
            "w.url += '?x'",
            "text/plain",
            None,
            r#"{"type": "payment.succeeded", "amount": 9007199254740993}"#,
        ),
    ] {
        let program = self::program(&fixture, &format!("{statement}; return w"));
        let run = self::run(&fixture, &program, Some(endpoint));
        let webhook = run.outcome.unwrap_or_else(|e| panic!("{statement}: {e:?}"));
        let expected = (content_type, body.as_bytes());
        assert_eq!(shown(webhook.request()), expected, "{statement}");
    }
}

#[test]
fn what_does_not_fit_its_content_type_is_refused_with_what_would() {
    let fixture = fixture();
    let form = format!("w.headers['content-type'] = '{FORM}';");
    let text = "w.headers['content-type'] = 'text/plain';";
    for (statement, endpoint, words) in [
        (format!("{form} w.payload = {{ a: 1 }}"), None, "new URLSearchParams(webhook.payload)"),
        (form.clone(), None, "was left alone: it is an object"),
        ("w.payload = { a: 1 }".into(), Some(FORM), "new URLSearchParams(webhook.payload)"),
        (format!("{text} w.payload = [1]"), None, "JSON.stringify(webhook.payload)"),
        (format!("{text} w.payload = 1"), None, "is a number"),
        (format!("{text} w.payload = true"), None, "is a boolean"),
        (format!("{text} w.payload = null"), None, "is null"),
        (format!("{text} w.payload = '\\ud800'"), None, "toWellFormed()"),
        (format!("{text} w.payload = new Date()"), None, "String(webhook.payload)"),
        (
            "w.headers['content-type'] = 'application/json'; w.payload = new URLSearchParams('a=1')".into(),
            None,
            "Leave the content type out",
        ),
        ("w.payload = new URLSearchParams('a=1')".into(), Some("application/json"), "is a URLSearchParams"),
        (
            "w.headers['content-type'] = 'application/json'; w.payload = new Uint8Array([1])".into(),
            None,
            "`payload` is not JSON",
        ),
    ] {
        let program = self::program(&fixture, &format!("{statement}; return w"));
        let fault = self::run(&fixture, &program, endpoint).outcome.expect_err(&statement);
        assert_eq!(fault.code, FaultCode::InvalidResult, "{statement}: {fault:?}");
        assert!(fault.message.contains(words), "{statement}: {fault:?}");
        // Nothing is sent, so nothing has to fit.
        let canceled = format!("{statement}; w.cancel = true; return w");
        let program = self::program(&fixture, &canceled);
        let canceled = self::run(&fixture, &program, endpoint).outcome;
        assert!(canceled.expect("it is canceled").is_canceled(), "{statement}");
    }
}

/// A guest that returns `hi` as the payload, with this content type.
fn component_saying(content_type: &str) -> String {
    let length = content_type.len();
    guest_with(
        &format!(
            r#"(data (i32.const 8) "hi") (data (i32.const 16) "Content-Type")
               (data (i32.const 32) "{content_type}")"#
        ),
        &format!(
            "(drop (call $echo (local.get $in)))
             (i32.store (i32.const 1056) (i32.const 8)) (i32.store (i32.const 1060) (i32.const 2))
             (i32.store (i32.const 512) (i32.const 16)) (i32.store (i32.const 516) (i32.const 12))
             (i32.store (i32.const 520) (i32.const 32)) (i32.store (i32.const 524) (i32.const {length}))
             (i32.store (i32.const 1048) (i32.const 512))
             (i32.store (i32.const 1052) (i32.const {}))
             (i32.const 1024)",
            usize::from(length > 0)
        ),
    )
}

#[test]
fn a_components_bytes_are_sent_as_they_are_where_they_need_not_be_json() {
    let fixture = fixture();
    for (own, endpoint, expected) in [
        ("text/plain", None, Some("text/plain")),
        ("", Some("text/plain"), Some("text/plain")),
        ("text/plain", Some("application/json"), Some("text/plain")),
        ("", None, None),
        ("application/json", Some("text/plain"), None),
        ("application/ld+json", None, None),
        ("", Some("application/json"), None),
    ] {
        let program = fixture.component(&component(&component_saying(own)));
        let outcome = self::run(&fixture, &program, endpoint).outcome;
        match (outcome, expected) {
            (Ok(webhook), Some(_)) => {
                let found = shown(webhook.request());
                assert_eq!(found, (expected, &b"hi"[..]), "{own} {endpoint:?}");
            }
            (Err(fault), None) => {
                assert_eq!(fault.code, FaultCode::InvalidResult, "{fault:?}");
                let words = "To send something else, set the header `content-type`";
                assert!(fault.message.contains(words), "{fault:?}");
            }
            (outcome, _) => panic!("{own} {endpoint:?}: {outcome:?}"),
        }
    }
}

#[test]
fn a_component_is_warned_of_a_missing_variable_as_a_handler_is() {
    let fixture = fixture();
    let fields = r#"(data (i32.const 8) "https://a.test/null/xyz")"#;
    let program = fixture.component(&component(&guest_with(
        fields,
        "(drop (call $echo (local.get $in)))
         (i32.store (i32.const 1036) (i32.const 8)) (i32.store (i32.const 1040) (i32.const 23))
         (i32.const 1024)",
    )));
    let invocation = Invocation {
        payload: Bytes::from_static(b"{}"),
        ..invocation()
    };
    let run = fixture.run_with(&program, invocation);
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    assert_eq!(
        run.warnings,
        ["`null` in the path of `url`: is a variable missing?"]
    );
}
