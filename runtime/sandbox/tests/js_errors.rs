//! What a JavaScript author is told: what was called, on what, where, and what
//! to write instead.

mod common;

use common::handlers::load;
use common::{Fixture, fixture, invocation};
use hookmill_domain::fault::{Fault, FaultCode};

fn fault(fixture: &Fixture, text: &str) -> Fault {
    let program = load(fixture, text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    fixture.fault(&program, invocation())
}

#[test]
fn a_handler_that_can_never_run_is_refused_when_it_is_loaded() {
    let fixture = fixture();
    for (text, messages) in [
        (
            "async function handler(w) { return w }",
            ["`handler` is an async function", "without `async`"],
        ),
        (
            "const handler = async (w) => w",
            [
                "`handler` is an async function",
                "`function handler(webhook)",
            ],
        ),
        (
            "const handler = async function (w) { return w }",
            ["an async function", "without `async`"],
        ),
        (
            "const o = { async handler(w) { return w } }; const handler = o.handler",
            ["an async function", "synchronous"],
        ),
        (
            "export async function handler(w) { return w }",
            ["an async function", "`export function handler(webhook)"],
        ),
        (
            "export default async function (w) { return w }",
            ["the default export is an async function", "synchronous"],
        ),
        (
            "export default async (w) => w",
            ["the default export is an async function", "synchronous"],
        ),
        (
            "export const handler = async (w) => w",
            ["`handler` is an async function", "synchronous"],
        ),
        (
            "function* handler(w) { yield w }",
            ["a generator function", "without the `*`"],
        ),
        (
            "export default async function* (w) { yield w }",
            ["an async generator function", "without the `*`"],
        ),
        (
            "class handler { }",
            ["`handler` is a class", "write a function"],
        ),
        (
            "export default class Transform { run(w) { return w } }",
            ["the default export is a class", "write a function"],
        ),
        (
            "export default { fetch(request, env) { return 1 } }",
            [
                "an object with `fetch` (a Cloudflare Worker)",
                "`export function handler(webhook)",
            ],
        ),
        (
            "export default { async fetch() { } , scheduled() { } }",
            ["an object with `fetch` and `scheduled`", "write a function"],
        ),
        (
            "export const handler = { transform(w) { return w } }",
            [
                "`handler` is not a function but an object with `transform`",
                "write a function",
            ],
        ),
        (
            "const handler = 'text'",
            [
                "`handler` is not a function but 'text'",
                "write `function handler(webhook)",
            ],
        ),
        (
            "export default 3",
            [
                "the default export is not a function but 3",
                "write `export function",
            ],
        ),
        (
            "export default null",
            ["the default export is not a function but null", "write"],
        ),
        (
            "export default Promise.resolve((w) => w)",
            ["the default export is a Promise", "synchronous"],
        ),
        (
            "function transform(w) { return w }",
            ["no handler", "this program declares `transform`"],
        ),
        (
            "function main() { } function Handler(w) { return w }",
            ["no handler", "`main` and `Handler`"],
        ),
        (
            "export function transform(w) { return w }",
            ["no handler: export", "this program exports `transform`"],
        ),
        (
            "module.exports = (w) => w",
            ["module is not defined", "without `module.exports`"],
        ),
        (
            "exports.handler = async (event) => event",
            ["exports is not defined", "no CommonJS module"],
        ),
        (
            "addHandler('transform', (request, context) => request)",
            ["addHandler is not defined", "`webhook.payload`"],
        ),
        (
            "addEventListener('fetch', (event) => event)",
            [
                "addEventListener is not defined",
                "function handler(webhook)",
            ],
        ),
    ] {
        let error = load(&fixture, text).expect_err(text).to_string();
        for message in messages {
            assert!(error.contains(message), "{text}: {error}");
        }
    }
    // What can run does: a function by any other way, and one that is bound.
    for text in [
        "export { f as handler }; function f(w) { return w }",
        "function handler(w) { return w } handler = handler.bind(null)",
        "const handler = function* () {}.constructor && ((w) => w)",
        "const { handler } = { handler(w) { return w } }",
        "export default new Proxy((w) => w, {})",
    ] {
        assert!(load(&fixture, text).is_ok(), "{text}");
    }
}

#[test]
fn a_type_error_names_what_was_called_and_on_what() {
    let fixture = fixture();
    for (body, messages) in [
        (
            "w.headers.set('x-a', '1')",
            [
                "w.headers.set is not a function",
                "webhook.headers[\"x-name\"] = \"value\"",
            ],
        ),
        (
            "const h = w.headers; h.append('a', 'b')",
            ["h.append is not a function", "plain objects"],
        ),
        (
            "w.headers.forEach(() => 1)",
            [
                "w.headers.forEach is not a function",
                "Object.entries(webhook.headers)",
            ],
        ),
        (
            "return w.headers.get('a')",
            [
                "w.headers.get is not a function",
                "webhook.headers[\"x-name\"]",
            ],
        ),
        (
            "w.headers.delete('a')",
            [
                "w.headers.delete is not a function",
                "delete webhook.headers",
            ],
        ),
        (
            "for (const i of [0]) { if (i === 0) w.payload.items[i].sku.trim() }",
            [
                "cannot read property '0' of undefined (w.payload.items)",
                "",
            ],
        ),
        (
            "w.payload.a.b.c()",
            ["cannot read property 'b' of undefined (w.payload.a)", ""],
        ),
        (
            "w.payload.amount.trim()",
            ["w.payload.amount.trim is not a function", ""],
        ),
        ("w.notify(...[1])", ["w.notify is not a function", ""]),
        ("return new w.Request('x')", ["w.Request is not a", ""]),
        ("w.a = (w.payload.type || w.b)()", ["not a function", ""]),
        (
            "return w.payload?.x ?? w.body.x",
            [
                "cannot read property 'x' of undefined (w.body)",
                "`webhook.payload`",
            ],
        ),
        (
            "for (const item of w.payload.items) w.n = item",
            ["w.payload.items is not iterable", ""],
        ),
        (
            "w.x = [...w.payload.items]",
            ["w.payload.items is not iterable", ""],
        ),
        ("const [a] = w.payload.items", ["is not iterable", ""]),
        (
            "const { email } = w.payload.customer",
            ["Cannot convert undefined or null to object", ""],
        ),
        (
            "Object.keys(w.payload.lines)",
            [
                "Cannot convert undefined or null to object (w.payload.lines)",
                "",
            ],
        ),
        (
            "w.payload.a.b = 1",
            ["cannot set property 'b' of undefined (w.payload.a)", ""],
        ),
        (
            "crypto.subtle.importKey('raw')",
            [
                "cannot read property 'importKey' of undefined (crypto.subtle)",
                "crypto.createHmac",
            ],
        ),
        (
            "const { subtle } = crypto; subtle.digest('SHA-256')",
            ["of undefined (subtle)", "answers with promises"],
        ),
        (
            "crypto.createSign('RSA-SHA256')",
            ["crypto.createSign is not a function", "createHmac"],
        ),
        (
            "JSON.parse(w.body)",
            [
                "\"undefined\" is not valid JSON",
                "`webhook.payload` is the event's body, already parsed",
            ],
        ),
        (
            "JSON.parse(w.payload)",
            [
                "\"[object Object]\" is not valid JSON",
                "already: `webhook.payload` is parsed",
            ],
        ),
        (
            "w.json()",
            ["w.json is not a function", "`webhook.payload`"],
        ),
        (
            "try { w.x.y } finally { for (const a of [1]) w.deep.er(a) }",
            ["(w.deep)", ""],
        ),
        (
            "(() => { const env = arguments[1]; return env.KEY })()",
            ["of undefined (env)", "one argument"],
        ),
    ] {
        let text = format!("function handler(w) {{ {body}; return w }}");
        let fault = fault(&fixture, &text);
        assert_eq!(fault.code, FaultCode::Thrown, "{body}: {fault:?}");
        for message in messages {
            assert!(fault.message.contains(message), "{body}: {}", fault.message);
        }
        assert!(fault.position.is_some(), "{body}: {fault:?}");
    }
    // The second argument that others give, and `webhook` by its name.
    let text = "function handler(webhook, context) { return context.log }";
    assert!(fault(&fixture, text).message.contains("one argument"));
    let text = "function handler(webhook) { return webhook.query.id }";
    assert!(
        fault(&fixture, text)
            .message
            .contains("a webhook has eventType")
    );
}

#[test]
fn naming_an_operand_changes_nothing_else() {
    let fixture = fixture();
    // The message is text that a program can read, and the error is what it was.
    let text = "function handler(w) { const seen = [];
        for (const f of [() => w.a.b, () => w.c(), () => { const [x] = w.d }, () => JSON.parse(undefined)])
          try { f() } catch (e) { seen.push(e instanceof TypeError, e instanceof SyntaxError, e.message.length > 5) }
        w.payload = seen; return w }";
    let body = common::handlers::body(&fixture, text, "{}");
    assert_eq!(
        body,
        "[true,false,true,true,false,true,true,false,true,false,true,true]"
    );
    // In a large function, with every kind of jump before it.
    let arms: String = (0..300)
        .map(|n| format!("if (w.payload.n === {n}) {{ try {{ w.q{n} = [1].map((x) => x ? {n} : w?.z ?? 2) }} catch {{ continue }} }} else if (!w) break;"))
        .collect();
    let text = format!(
        "function handler(w) {{ for (let i = 0; i < 2; i++) {{ switch (i) {{ case 5: return w; default: }} {arms} }} w.payload.last.one() }}"
    );
    let fault = fault(&fixture, &text);
    assert!(
        fault
            .message
            .contains("cannot read property 'one' of undefined (w.payload.last)"),
        "{fault:?}"
    );
}

#[test]
fn a_run_that_is_ended_says_where_it_was() {
    let fixture = fixture();
    let text = "function handler(webhook) {\n  return spin(webhook);\n}\nfunction spin(w) {\n  let n = 0;\n  for (;;) {\n    n += 1;\n  }\n}";
    let ended = fault(&fixture, text);
    let is_known = |fault: &Fault| {
        matches!(
            fault.code,
            FaultCode::OutOfFuel | FaultCode::DeadlineExceeded
        )
    };
    assert!(is_known(&ended), "{ended:?}");
    let line = ended.position.expect("a position").line;
    // A loop without a call is known by its function.
    assert!((4..=7).contains(&line), "{ended:?}");
    assert!(ended.stack.contains("at spin (handler.js:"), "{ended:?}");
    assert!(
        ended.stack.contains("at handler (handler.js:2:"),
        "{ended:?}"
    );
    assert!(!ended.message.contains("interrupted"), "{ended:?}");
    // By fuel it is the same each time, and the fuel is what was given.
    let program = load(&fixture, text).expect("it loads");
    let mut few = invocation();
    few.caps.fuel_max = 5_000_000;
    few.caps.deadline_ms = 30_000;
    let (one, other) = (
        fixture.run_with(&program, few.clone()),
        fixture.run_with(&program, few.clone()),
    );
    assert_eq!(one.outcome, other.outcome);
    let fault = one.outcome.expect_err("it never ends");
    assert_eq!(fault.code, FaultCode::OutOfFuel);
    assert!(
        fault.message.contains("used up its 5000000 units"),
        "{fault:?}"
    );
    assert_eq!(one.usage.fuel, 5_000_000);
    // No program can catch it, or go on after it.
    for body in [
        "for (;;) { try { for (;;) {} } catch (e) { w.url = 'https://caught.example' } finally { continue } }",
        "const f = () => { try { f() } catch { } finally { f() } }; f()",
        "[1, 2].sort(() => { for (;;) {} })",
        "w.payload = { toJSON() { for (;;) {} } }",
        "return new Proxy(w, { get() { for (;;) {} } })",
    ] {
        let text = format!("function handler(w) {{ {body}; return w }}");
        let program = load(&fixture, &text).expect("it loads");
        let fault = fixture.fault(&program, few.clone());
        assert!(is_known(&fault), "{body}: {fault:?}");
    }
    // What stays within its fuel by a little is not touched by the reserve.
    let text = "function handler(w) { for (let i = 0; i < 5_000; i++) {} return w }";
    let program = load(&fixture, text).expect("it loads");
    let mut enough = few.clone();
    let used = fixture.run_with(&program, few).usage.fuel;
    enough.caps.fuel_max = used;
    assert!(fixture.run_with(&program, enough.clone()).outcome.is_ok());
    enough.caps.fuel_max = used - 1;
    let fault = fixture.fault(&program, enough);
    assert_eq!(fault.code, FaultCode::OutOfFuel);
}

#[test]
fn a_syntax_error_shows_its_line() {
    let fixture = fixture();
    let error = load(
        &fixture,
        "// one\nfunction handler(w) {\n  const x = = 3;\n}",
    )
    .expect_err("syntax");
    let text = error.to_string();
    assert!(text.starts_with("handler.js:3:13: SyntaxError: "), "{text}");
    assert!(
        text.ends_with("\n3 |   const x = = 3;\n  |             ^"),
        "{text}"
    );
    // What the top level throws, too.
    let error = load(
        &fixture,
        "\nconst a = missing.b;\nfunction handler(w) { return w }",
    );
    let text = error.expect_err("it throws").to_string();
    assert!(text.contains("\n2 | const a = missing.b;\n"), "{text}");
}
