//! JavaScript handlers: what is refused at load, what a run gives, and what
//! each failure is called.

mod common;

use common::{Fixture, fixture, invocation};
use hookmill_domain::fault::{FaultCode, Position};
use hookmill_domain::program::ProgramKind;
use hookmill_sandbox::{LoadError, Program, Source};

fn load(fixture: &Fixture, text: &str) -> Result<Program, LoadError> {
    fixture.sandbox.load(Source::JavaScript {
        name: "handler.js",
        text,
    })
}

fn program(fixture: &Fixture, text: &str) -> Program {
    load(fixture, text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn a_handler_changes_what_it_wants_and_leaves_the_rest() {
    let fixture = fixture();
    let program = program(
        &fixture,
        "function handler(webhook) {
           console.log('type', webhook.eventType, { region: webhook.env.REGION });
           webhook.url = 'https://other.test/' + webhook.payload.amount;
           webhook.method = 'PUT';
           webhook.headers = { 'X-Test': 'yes' };
           webhook.payload = { event: webhook.eventType, gone: undefined };
           return webhook;
         }",
    );
    assert_eq!(program.kind(), ProgramKind::JavaScript);
    let run = fixture.run(&program);
    let webhook = run.outcome.expect("it succeeds");
    assert_eq!(
        webhook.request().url().as_str(),
        "https://other.test/9007199254740992"
    );
    assert_eq!(webhook.request().method().as_str(), "PUT");
    assert_eq!(
        webhook.request().headers(),
        [("X-Test".to_owned(), "yes".to_owned())]
    );
    assert_eq!(
        &**webhook.request().body(),
        br#"{"event":"payment.succeeded"}"#
    );
    assert!(
        run.logs.starts_with("info: type payment.succeeded"),
        "{}",
        run.logs
    );
    assert!(run.usage.fuel > 1_000);
}

#[test]
fn an_untouched_payload_is_forwarded_byte_for_byte() {
    let fixture = fixture();
    let program = program(
        &fixture,
        "export default function handler(webhook) { return webhook; }",
    );
    let invocation = invocation();
    let payload = invocation.payload.clone();
    let run = fixture.run_with(&program, invocation);
    let webhook = run.outcome.expect("it succeeds");
    assert_eq!(webhook.request().body().as_ptr(), payload.as_ptr());
}

#[test]
fn sources_without_a_handler_are_refused_with_their_position() {
    let fixture = fixture();
    let error = load(
        &fixture,
        "function handler(webhook) {\n  return webhook\n}}",
    )
    .expect_err("syntax");
    let LoadError::SyntaxError { position, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(position.map(|position| position.line), Some(3), "{error}");
    let error = load(&fixture, "function other() {}").expect_err("no handler");
    assert!(
        matches!(error, LoadError::MissingHandler { .. }),
        "{error:?}"
    );
    let large = format!("/* {} */", "x".repeat(1 << 20));
    let error = load(&fixture, &large).expect_err("too large");
    assert!(matches!(error, LoadError::TooLarge { .. }), "{error:?}");
    let error = load(&fixture, "for (;;) {}").expect_err("never ends");
    assert!(
        error.to_string().contains("handler.js can't be compiled: "),
        "{error}"
    );
}

#[test]
fn each_way_to_fail_has_its_code_and_message() {
    let fixture = fixture();
    let table = [
        (
            "throw new TypeError('bad')",
            FaultCode::Thrown,
            "TypeError: bad",
        ),
        ("return 1", FaultCode::InvalidResult, ""),
        (
            "return Promise.resolve(webhook)",
            FaultCode::InvalidResult,
            "",
        ),
        (
            "webhook.method = 'FETCH'; return webhook",
            FaultCode::InvalidResult,
            "FETCH",
        ),
        (
            "webhook.url = '/relative'; return webhook",
            FaultCode::InvalidResult,
            "`url` is not absolute",
        ),
        (
            "webhook.headers = {'a b': 'c'}; return webhook",
            FaultCode::InvalidResult,
            "a b",
        ),
        (
            "webhook.payload = () => 1; return webhook",
            FaultCode::InvalidResult,
            "payload",
        ),
        (
            "for (;;) {}",
            FaultCode::OutOfFuel,
            "500000000 units of fuel; `fuel_max`",
        ),
        (
            "const f = (n) => f(n + 1) + 1; return f(0)",
            FaultCode::StackOverflow,
            "call stack",
        ),
        (
            "const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))",
            FaultCode::MemoryExceeded,
            "67108864 bytes of memory; `memory_bytes_max`",
        ),
        (
            "webhook.payload = 'x'.repeat(1 << 20); return webhook",
            FaultCode::OutputTooLarge,
            "`output_bytes_max`",
        ),
    ];
    for (body, code, message) in table {
        let program = program(&fixture, &format!("function handler(webhook) {{ {body} }}"));
        let mut invocation = invocation();
        invocation.caps.deadline_ms = 20_000;
        if matches!(code, FaultCode::MemoryExceeded | FaultCode::OutputTooLarge) {
            // Filling that much memory takes more than the default fuel.
            invocation.caps.fuel_max = 1_000_000_000;
        }
        let fault = fixture.fault(&program, invocation);
        assert_eq!(fault.code, code, "{body}: {fault:?}");
        assert!(fault.message.contains(message), "{body}: {fault:?}");
    }
}

#[test]
fn a_thrown_error_says_where() {
    let fixture = fixture();
    let program = program(
        &fixture,
        "function handler(webhook) {\n  return webhook.payload.data.id;\n}",
    );
    let fault = fixture.fault(&program, invocation());
    assert_eq!(fault.code, FaultCode::Thrown);
    assert_eq!(
        fault.position.map(|Position { line, .. }| line),
        Some(2),
        "{fault:?}"
    );
    assert!(fault.stack.contains("handler"), "{fault:?}");
}

#[test]
fn nothing_stays_from_one_event_to_the_next() {
    let fixture = fixture();
    let program = program(
        &fixture,
        "let count = 0;
         function handler(webhook) {
           if (count++ || globalThis.seen || Array.prototype.seen) throw new Error('state');
           globalThis.seen = Array.prototype.seen = true;
           webhook.payload = { random: Math.random(), now: Date.now() };
           return webhook;
         }",
    );
    let first = fixture.run(&program);
    let body = first
        .outcome
        .as_ref()
        .expect("it succeeds")
        .request()
        .body()
        .clone();
    assert!(
        std::str::from_utf8(&body)
            .expect("JSON")
            .contains("\"now\":1700000000123")
    );
    for _ in 0..50 {
        let run = fixture.run(&program);
        assert_eq!(run.outcome, first.outcome);
        assert_eq!(run.usage.fuel, first.usage.fuel);
    }
    let mut other = invocation();
    other.delivery_id = "dlv_2".into();
    let run = fixture.run_with(&program, other);
    assert_ne!(
        run.outcome, first.outcome,
        "random numbers follow from the delivery's id"
    );
}
