//! The web's helpers as Node.js 20 has them: text encodings, query strings,
//! structured clones, base64, random numbers.
//!
//! URLs have their own table in `js_urls.rs`, the costs are in
//! `js_globals_cost.rs`.

mod common;

use common::handlers::{body, value_of};
use common::{fixture, node};
use serde_json::Value;

/// What Node.js answers; `js_web/web.mjs` writes it.
const WEB: &str = include_str!("js_web/web.json");
const SHOW: &str = include_str!("js_web/show.js");

#[test]
fn what_the_web_s_helpers_answer_is_what_node_answers() {
    let fixture = fixture();
    let text = format!(
        "{SHOW}
        function handler(w) {{ return {{ payload: w.payload.map((row) => told(row.expression)) }} }}"
    );
    let rows: Vec<Value> = serde_json::from_str(WEB).expect("the expectations are JSON");
    // In parts, so that no part meets the limits of a run.
    let mut wrong = Vec::new();
    for rows in rows.chunks(40) {
        let payload = serde_json::to_string(rows).expect("rows are JSON");
        let found: Vec<Value> =
            serde_json::from_str(&body(&fixture, &text, &payload)).expect("a list");
        for (row, found) in rows.iter().zip(found) {
            if row["result"] != found {
                wrong.push(format!(
                    "{}\n  Node: {}\n  here: {found}",
                    row["expression"], row["result"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_what_node_says() {
    node::assert_writes("js_web", "web.mjs", "web.json");
}

#[test]
fn what_can_not_be_cloned_is_named() {
    let fixture = fixture();
    for (value, named) in [
        ("new URL('http://h')", "#<URL> could not be cloned."),
        (
            "new URLSearchParams('a=1')",
            "#<URLSearchParams> could not be cloned.",
        ),
        (
            "new DOMException('a', 'AbortError')",
            "#<DOMException> could not be cloned.",
        ),
        ("[Promise.resolve()]", "#<Promise> could not be cloned."),
        (
            "{ f: function total() {} }",
            "[Function: total] could not be cloned.",
        ),
        ("Symbol('s')", "Symbol(s) could not be cloned."),
    ] {
        let expression = format!(
            "(() => {{ try {{ structuredClone({value}) }} catch (e) {{ return [e.name, e.message] }} }})()"
        );
        let expected = serde_json::to_string(&["DataCloneError", named]).expect("a list");
        assert_eq!(value_of(&fixture, &expression), expected, "{value}");
    }
}

#[test]
fn depth_costs_a_clone_no_stack() {
    let fixture = fixture();
    let expression = "((a) => { for (let i = 0; i < 20000; i++) a = [a]; \
        let c = structuredClone(a), n = 0; while (c.length) { c = c[0]; n++ } return n })([])";
    assert_eq!(value_of(&fixture, expression), "20000");
}

#[test]
fn encodings_that_are_not_there_are_refused_and_windows_1252_is_the_standard_s() {
    let fixture = fixture();
    for label in ["iso-8859-2", "windows-1251", "shift_jis", "gbk", "koi8-r"] {
        let expression = format!(
            "(() => {{ try {{ new TextDecoder('{label}') }} catch (e) {{ return [e.name, e.message] }} }})()"
        );
        let message = format!("The \"{label}\" encoding is not supported");
        let expected = serde_json::to_string(&["RangeError", &message]).expect("a list");
        assert_eq!(value_of(&fixture, &expression), expected);
    }
    // Node.js 20 reads these as control characters, against the standard.
    assert_eq!(
        value_of(
            &fixture,
            "new TextDecoder('windows-1252').decode(new Uint8Array([0x80, 0x85, 0x93, 0x81]))"
        ),
        "\"€…“\u{81}\""
    );
}

#[test]
fn programs_can_not_reach_what_the_helpers_use() {
    let fixture = fixture();
    let text =
        "const made = [new TextDecoder(), new URLSearchParams('a=1'), new Map([[1, { b: 2 }]])]
        Map.prototype.entries = Map.prototype.set = Date.prototype.getTime = () => { throw 1 }
        Array.prototype[Symbol.iterator] = Uint8Array.prototype.subarray = null
        delete globalThis.Map; delete globalThis.Uint8Array; delete globalThis.RegExp
        function handler(w) {
            w.payload = [
                made[0].decode(structuredClone(new TextEncoder().encode('é'))),
                structuredClone(made[2]).get(1).b, structuredClone(/a/g).flags, `${made[1]}`,
            ]
            return w
        }";
    assert_eq!(body(&fixture, text, "{}"), "[\"é\",2,\"g\",\"a=1\"]");
}

#[test]
fn hashes_take_and_give_the_encodings_of_node() {
    let fixture = fixture();
    let hash = |update: &str| {
        format!("crypto.createHash('sha256').update({update}).digest('hex').slice(0, 8)")
    };
    for update in [
        "'6869', 'hex'",
        "'aGk=', 'base64'",
        "'aGk', 'base64url'",
        "'hi', 'latin1'",
    ] {
        assert_eq!(
            value_of(&fixture, &hash(update)),
            value_of(&fixture, &hash("'hi'")),
            "{update}"
        );
    }
    for (expression, message) in [
        (
            "crypto.createHash('sha256', { outputLength: 8 })",
            "takes no options",
        ),
        (
            "crypto.createHash('sha256').update('a', 'utf-7')",
            "Unknown encoding",
        ),
    ] {
        let caught =
            format!("(() => {{ try {{ {expression} }} catch (e) {{ return e.message }} }})()");
        let found = value_of(&fixture, &caught);
        assert!(found.contains(message), "{expression}: {found}");
    }
    let copied = "((h) => h.copy().update('b').digest('hex') === crypto.createHash('sha256').update('ab').digest('hex'))(crypto.createHash('sha256').update('a'))";
    assert_eq!(value_of(&fixture, copied), "true");
}
