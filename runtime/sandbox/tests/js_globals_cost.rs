//! What the globals cost: fuel for each byte, which is the same on every
//! machine. A handler that uses any of them on an event of the largest size
//! must stay far below the default fuel.
//!
//! `HOOKMILL_WRITE_COSTS=1 cargo nextest run -p hookmill-sandbox -E
//! 'test(each_global)'` writes the table into the engine's README.

mod common;

use common::handlers::run;
use common::{Fixture, fixture};
use hookmill_domain::caps::SandboxCaps;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const MB: u64 = 1 << 20;
/// A quarter of the default fuel for 1 MB; reading and writing an event of that
/// size take their own part.
const MOST_A_BYTE: u64 = 120;
/// A clone makes as many values as a second event has; a text of nothing but
/// accents is written character by character.
const MOST_A_BYTE_OF_MANY: u64 = 250;

/// What is measured: its name, what it needs, the call. The needs are made
/// outside of what is measured; `N` is a megabyte.
const CALLS: [(&str, &str, &str); 24] = [
    ("TextEncoder.encode", TEXT, "new TextEncoder().encode(text)"),
    (
        "TextEncoder.encodeInto",
        "const text = 'x'.repeat(N), bytes = new Uint8Array(N)",
        "new TextEncoder().encodeInto(text, bytes)",
    ),
    (
        "TextDecoder, UTF-8",
        BYTES,
        "new TextDecoder().decode(bytes)",
    ),
    (
        "TextDecoder, UTF-8 beyond ASCII",
        ACCENTS,
        "new TextDecoder().decode(accents)",
    ),
    (
        "TextDecoder, UTF-16",
        BYTES,
        "new TextDecoder('utf-16le').decode(bytes)",
    ),
    (
        "TextDecoder, windows-1252",
        ACCENTS,
        "new TextDecoder('latin1').decode(accents)",
    ),
    ("btoa", TEXT, "btoa(text)"),
    (
        "atob",
        "const base64 = 'QUJD'.repeat(N / 4)",
        "atob(base64)",
    ),
    (
        "new URLSearchParams, of a text",
        QUERY,
        "new URLSearchParams(query)",
    ),
    (
        "new URLSearchParams, of pairs",
        "const pairs = Array.from({ length: N / 64 }, () => ['a name of a field', 'some value of this field, of a usual length'])",
        "new URLSearchParams(pairs)",
    ),
    ("URLSearchParams.toString", PARAMS, "params.toString()"),
    ("URLSearchParams.sort", PARAMS, "params.sort()"),
    ("URLSearchParams.get", PARAMS, "params.get('none')"),
    (
        "URLSearchParams.forEach",
        PARAMS,
        "params.forEach(() => {})",
    ),
    ("new URL", QUERY, "new URL('https://h/?' + query)"),
    (
        "URL.searchParams",
        "const url = new URL('https://h/?' + 'name=a+value%20&'.repeat(N / 16))",
        "url.searchParams",
    ),
    (
        "structuredClone, of an event",
        EVENT,
        "structuredClone(event)",
    ),
    ("structuredClone, of bytes", BYTES, "structuredClone(bytes)"),
    (
        "structuredClone, of a Map of texts",
        "const map = new Map(Array.from({ length: N / 80 }, (_, i) => ['a key ' + i, 'x'.repeat(70)]))",
        "structuredClone(map)",
    ),
    (
        "crypto.createHash",
        TEXT,
        "crypto.createHash('sha256').update(text).digest('hex')",
    ),
    (
        "crypto.createHmac",
        BYTES,
        "crypto.createHmac('sha256', 'key').update(bytes).digest('hex')",
    ),
    (
        "crypto.getRandomValues",
        "const bytes = new Uint8Array(N / 16)",
        "for (let i = 0; i < 16; i++) crypto.getRandomValues(bytes)",
    ),
    ("console.log, of a text", TEXT, "console.log(text)"),
    ("console.log, of an event", EVENT, "console.log(event)"),
];

const TEXT: &str = "const text = 'x'.repeat(N)";
const BYTES: &str = "const bytes = new Uint8Array(N).fill(65)";
const ACCENTS: &str = "const accents = new TextEncoder().encode('é'.repeat(N / 2))";
const QUERY: &str = "const query = 'name=a+value%20&'.repeat(N / 16)";
const PARAMS: &str = "const params = new URLSearchParams('name=a+value%20&'.repeat(N / 16))";
const EVENT: &str = "const event = Array.from({ length: N / 80 }, () => ({ id: 12345, name: 'a customer', \
    tags: ['new', 'eu'], total: 12.5, active: true }))";

/// The fuel of a handler with this body and the default log.
fn fuel(fixture: &Fixture, needs: &str, body: &str) -> u64 {
    let text = format!("const N = 1 << 20; {needs}\nfunction handler(w) {{ {body}; return w }}");
    let program = common::handlers::load(fixture, &text).expect("the program is valid");
    let mut invocation = common::invocation();
    invocation.caps = SandboxCaps {
        log_bytes_max: SandboxCaps::default().log_bytes_max,
        ..SandboxCaps::CEILING
    };
    invocation.payload = "{}".into();
    let run = fixture.run_with(&program, invocation);
    run.outcome
        .unwrap_or_else(|fault| panic!("{body}: {fault:?}"));
    run.usage.fuel
}

#[test]
fn each_global_is_cheap_on_the_largest_event() {
    let fixture = fixture();
    let mut table = String::from("| on 1 MB | fuel a byte |\n|---|---|\n");
    let mut dear = Vec::new();
    for (name, needs, call) in CALLS {
        let cost = fuel(&fixture, needs, call).saturating_sub(fuel(&fixture, needs, ""));
        let tenths = cost * 10 / MB;
        writeln!(table, "| `{name}` | {}.{} |", tenths / 10, tenths % 10).expect("a String");
        let most = match name {
            "structuredClone, of an event" | "TextDecoder, windows-1252" => MOST_A_BYTE_OF_MANY,
            _ => MOST_A_BYTE,
        };
        if cost > most * MB {
            dear.push(format!("{name}: {} fuel a byte", cost / MB));
        }
    }
    println!("{table}");
    if std::env::var_os("HOOKMILL_WRITE_COSTS").is_some() {
        write_costs(&table);
    }
    assert!(dear.is_empty(), "{dear:?}");
}

fn write_costs(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest-sdk/js-engine/README.md");
    let text = fs::read_to_string(&path).expect("the README");
    let start = text.find("| on 1 MB |").expect("the table");
    let end = text[start..]
        .find("\n\n")
        .map_or(text.len(), |end| start + end + 1);
    let text = format!("{}{table}{}", &text[..start], &text[end..]);
    fs::write(path, text).expect("the README can be written");
}

#[test]
fn a_full_log_costs_almost_nothing() {
    let fixture = fixture();
    let fill = "console.log('x'.repeat(20000));";
    for (call, like_it) in [
        ("console.log(event)", "Math.max(event)"),
        ("console.log('%s', 'text', i)", "Math.max('%s', 'text', i)"),
        ("console.table(event)", "Math.max(event)"),
        ("console.error(failure)", "Math.max(failure)"),
        ("console.group('a group')", "Math.max('a group')"),
        ("console.assert(false, event)", "Math.max(false, event)"),
    ] {
        // Arguments that cost nothing to be converted.
        let needs = "const event = Symbol.iterator, failure = Symbol.iterator; \
            const like = Math.max; Math.max = () => 0";
        let cost = |call: &str| {
            let body = format!("{fill} for (let i = 0; i < 100000; i++) {call}");
            fuel(&fixture, needs, &body)
        };
        let (spent, same) = (cost(call), cost(like_it));
        let each = spent.saturating_sub(same) / 100_000;
        assert!(each < 400, "{call}: {each} more than {like_it}");
    }
    // Hundreds of thousands of calls pass a handler with the default limits.
    let text = format!(
        "function handler(w) {{ {fill} for (let i = 0; i < 400000; i++) console.log(w); return w }}"
    );
    let run = run(&fixture, &text, "{}");
    assert!(run.outcome.is_ok(), "{:?}", run.outcome);
    assert!(run.logs.contains("[the log was cut"), "{}", run.logs);
}

#[test]
fn logging_costs_what_it_keeps_and_not_what_it_is_given() {
    let fixture = fixture();
    for (name, value) in [
        ("a long text", "'x'.repeat(1e6)"),
        ("a long text in an object", "{ deep: ['x'.repeat(1e6)] }"),
        ("an array", "new Array(1e6).fill(1)"),
        (
            "a sparse array",
            "(() => { const a = []; a[4e9] = 1; return a })()",
        ),
        (
            "a hundred thousand keys",
            "Object.fromEntries(Array.from({ length: 1e5 }, (_, i) => ['k' + i, i]))",
        ),
        (
            "a map",
            "new Map(Array.from({ length: 1e5 }, (_, i) => [i, i]))",
        ),
        ("bytes", "new Uint8Array(1e6)"),
        (
            "a deep one",
            "((a) => { for (let i = 0; i < 1e5; i++) a = { a }; return a })({})",
        ),
        (
            "a wide one",
            "Array.from({ length: 300 }, () => new Array(300).fill({ a: ['b', 'c'] }))",
        ),
        ("a large number", "2n ** 1000000n"),
    ] {
        let needs = format!("const v = {value}");
        let cost = |call: &str| fuel(&fixture, &needs, call);
        let spent = cost("console.log(v)").saturating_sub(cost(""));
        assert!(spent < 10_000_000, "{name}: {spent}");
    }
}
