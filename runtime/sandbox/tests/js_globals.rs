//! What handlers find beyond the language, and what they look for in vain:
//! hashes, hints, generators, imports.
//!
//! The rest of the engine's own behaviour is in `js_engine.rs`.

mod common;

use common::handlers::load;
use common::{Fixture, fixture, invocation};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::LoadError;

/// What a handler throws or gives, with this body.
fn run(fixture: &Fixture, body: &str) -> Result<String, hookmill_domain::fault::Fault> {
    let text = format!("function handler(w) {{ {body} }}");
    let program = load(fixture, &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let outcome = fixture.run_with(&program, invocation()).outcome;
    outcome.map(|webhook| String::from_utf8_lossy(webhook.request().body()).into_owned())
}

/// What an expression gives, as JSON.
fn value_of(fixture: &Fixture, expression: &str) -> String {
    run(fixture, &format!("w.payload = {expression}; return w"))
        .unwrap_or_else(|fault| panic!("{expression}: {fault:?}"))
}

/// RFC 4231: key and data as JavaScript, the HMAC-SHA-256.
const RFC_4231: [(&str, &str, &str); 6] = [
    (
        "new Uint8Array(20).fill(0x0b)",
        "'Hi There'",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    (
        "'Jefe'",
        "'what do ya want for nothing?'",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        "new Uint8Array(20).fill(0xaa)",
        "new Uint8Array(50).fill(0xdd)",
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    (
        "new Uint8Array(25).map((_, i) => i + 1)",
        "new Uint8Array(50).fill(0xcd)",
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    (
        "new Uint8Array(131).fill(0xaa)",
        "'Test Using Larger Than Block-Size Key - Hash Key First'",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    (
        "new Uint8Array(131).fill(0xaa)",
        "'This is a test using a larger than block-size key and a larger than block-size data. \
         The key needs to be hashed before being used by the HMAC algorithm.'",
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
];

#[test]
fn an_hmac_is_that_of_the_standard() {
    let fixture = fixture();
    for (key, data, expected) in RFC_4231 {
        let expression = format!("crypto.createHmac('sha256', {key}).update({data}).digest('hex')");
        assert_eq!(value_of(&fixture, &expression), format!("\"{expected}\""));
    }
}

#[test]
fn a_hash_answers_as_in_node() {
    let fixture = fixture();
    for (expression, expected) in [
        (
            "crypto.createHash('sha256').update('').digest('hex')",
            "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
        ),
        (
            "crypto.createHash('SHA256').update('a').update(new TextEncoder().encode('bc')).digest('hex')",
            "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
        ),
        (
            "crypto.createHash('sha256').update('é😀').digest('base64')",
            "\"EYTR9ggVjuoJ0pdWVXWJIjFVDEA6qpEwCNhnqXz9XHY=\"",
        ),
        (
            "crypto.createHash('sha256').update('é😀').digest('base64url')",
            "\"EYTR9ggVjuoJ0pdWVXWJIjFVDEA6qpEwCNhnqXz9XHY\"",
        ),
        (
            "((d) => [d instanceof Uint8Array, d.length, d[0], d.buffer.byteLength])(crypto.createHash('sha256').update('').digest())",
            "[true,32,227,32]",
        ),
        // Bytes count as they are when they are given.
        (
            "((b) => { const h = crypto.createHash('sha256').update(b); b[0] = 9; return h.digest('hex') === crypto.createHash('sha256').update(new Uint8Array(2)).digest('hex') })(new Uint8Array(2))",
            "true",
        ),
        (
            "((b) => crypto.createHash('sha256').update(new DataView(b, 1, 1)).digest('hex') === crypto.createHash('sha256').update(new Uint16Array([258]).buffer.slice(1)).digest('hex'))(new Uint16Array([258]).buffer)",
            "true",
        ),
    ] {
        assert_eq!(value_of(&fixture, expression), expected, "{expression}");
    }
    for (expression, message) in [
        (
            "crypto.createHash('md5')",
            "unknown algorithm \"md5\": there is \"sha256\" only",
        ),
        ("crypto.createHmac('sha256')", "key must be a string"),
        (
            "crypto.createHash('sha256').update({})",
            "data must be a string",
        ),
        (
            "crypto.createHash('sha256').digest('utf16le')",
            "unknown encoding",
        ),
        (
            "((h) => { h.digest(); h.digest() })(crypto.createHash('sha256'))",
            "called already",
        ),
        (
            "((h) => { h.digest(); h.update('') })(crypto.createHash('sha256'))",
            "called already",
        ),
    ] {
        let fault = run(&fixture, expression).expect_err(expression);
        assert_eq!(fault.code, FaultCode::Thrown);
        assert!(fault.message.contains(message), "{expression}: {fault:?}");
    }
}

#[test]
fn a_program_that_changes_built_ins_does_not_change_what_is_hashed() {
    let fixture = fixture();
    let hostile = "Array.prototype[Symbol.iterator] = function* () { yield 1 }; \
        Array.prototype.push = () => 0; Reflect.apply = () => 'x'; Uint8Array = undefined; \
        w.payload = crypto.createHash('sha256').update('').digest('hex').slice(0, 8); return w";
    assert_eq!(run(&fixture, hostile).expect("it runs"), "\"e3b0c442\"");
}

#[test]
fn what_is_drawn_at_random_repeats_with_the_delivery() {
    let fixture = fixture();
    let drawn =
        "[crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(8))], Math.random()]";
    let first = value_of(&fixture, drawn);
    assert_eq!(first, value_of(&fixture, drawn));
    let uuid = "/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())";
    assert_eq!(value_of(&fixture, uuid), "true");
    let text = format!("function handler(w) {{ w.payload = {drawn}; return w }}");
    let program = load(&fixture, &text).expect("it loads");
    let mut other = invocation();
    other.delivery_id = "dlv_2".into();
    let webhook = fixture.run_with(&program, other).outcome.expect("it runs");
    assert_ne!(first.as_bytes(), &**webhook.request().body());
}

#[test]
fn what_is_not_there_says_what_to_do_instead() {
    let fixture = fixture();
    for (statement, hint) in [
        ("fetch('https://a.test')", "set `webhook.url`"),
        ("new XMLHttpRequest()", "set `webhook.url`"),
        ("setTimeout(() => {}, 1)", "no timers"),
        ("setInterval(() => {}, 1)", "no timers"),
        ("const fs = require('fs')", "bundle"),
        ("module.exports = {}", "`export`"),
        ("process.env.KEY", "`webhook.env`"),
        ("Buffer.from('a')", "`btoa`"),
        ("window.location", "`globalThis`"),
        ("document.title", "`globalThis`"),
    ] {
        let fault = run(&fixture, statement).expect_err(statement);
        assert_eq!(fault.code, FaultCode::Thrown);
        assert!(fault.message.starts_with("ReferenceError: "), "{fault:?}");
        assert!(fault.message.contains(" is not defined ("), "{fault:?}");
        assert!(fault.message.contains(hint), "{statement}: {fault:?}");
        assert!(fault.position.is_some(), "{fault:?}");
    }
    // A name of the author's own gets none, and the program sees no hint.
    let fault = run(&fixture, "webhok.url = ''").expect_err("a slip");
    assert_eq!(fault.message, "ReferenceError: webhok is not defined");
    let caught = "try { fetch('') } catch (e) { w.payload = [e.message, typeof fetch, 'fetch' in globalThis] } return w";
    assert_eq!(
        run(&fixture, caught).expect("it runs"),
        "[\"fetch is not defined\",\"undefined\",false]"
    );
    // At the top level, such a program is refused.
    let error = load(
        &fixture,
        "const fs = require('fs'); function handler(w) { return w }",
    );
    let error = error.expect_err("no require").to_string();
    assert!(error.contains("bundle"), "{error}");
}

#[test]
fn waiting_is_refused_with_what_to_remove() {
    let fixture = fixture();
    // One that is written so is refused when it is loaded: `js_errors.rs`.
    let fault = run(&fixture, "return (async () => w)()").expect_err("a promise");
    assert_eq!(fault.code, FaultCode::InvalidResult);
    assert!(fault.message.contains("remove `async`"), "{fault:?}");
    let error = load(&fixture, "function handler(w) { await 1; return w }").expect_err("await");
    assert!(matches!(error, LoadError::SyntaxError { .. }), "{error:?}");
}

#[test]
fn a_generator_is_neither_handler_nor_webhook() {
    let fixture = fixture();
    for text in [
        "function* handler(w) { yield w }",
        "async function* handler(w) { yield w }",
        "const handler = function* (w) { return w }",
        "export function* handler(w) { return w }",
        "export default function* (w) { return w }",
        "export const handler = async function* (w) { return w }",
    ] {
        let error = load(&fixture, text).expect_err(text).to_string();
        assert!(error.contains("without the `*`"), "{text}: {error}");
    }
    for body in [
        "return (function* () { yield w })()",
        "return (async function* () { yield w })()",
    ] {
        let fault = run(&fixture, body).expect_err(body);
        assert_eq!(fault.code, FaultCode::InvalidResult);
        assert!(fault.message.contains("a generator"), "{fault:?}");
    }
}

#[test]
fn an_import_is_refused_with_what_to_do() {
    let fixture = fixture();
    for text in [
        "import { sign } from './sign.js'; export const handler = (w) => sign(w)",
        "import crypto from 'node:crypto'; export default (w) => w",
        "export { handler } from './other.js'",
    ] {
        let error = load(&fixture, text).expect_err(text).to_string();
        assert!(error.contains("bundle what it needs into it"), "{error}");
    }
    let fault = run(&fixture, "return import('./sign.js')").expect_err("a promise");
    assert_eq!(fault.code, FaultCode::InvalidResult);
}
