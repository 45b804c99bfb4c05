//! What an event of the largest size costs an ordinary handler.
//!
//! Fuel repeats exactly, so it is what is asserted; the table is printed, in
//! fuel for each byte of the event:
//!
//! ```sh
//! cargo nextest run -p hookmill-sandbox --test js_cost --success-output immediate
//! ```
//!
//! The bounds are the defaults, with what an event's size adds to them. The
//! wall time is not asserted.

mod common;

use common::handlers::load;
use common::{Fixture, fixture, invocation};
use hookmill_domain::caps::{IngestCaps, SandboxCaps};
use hookmill_domain::fault::FaultCode;
use hookmill_sandbox::Invocation;
use std::fmt::Write as _;

/// Ordinary handlers, by what they do.
const HANDLERS: [(&str, &str); 7] = [
    ("alone", "return w"),
    ("url", "w.url += '?type=' + w.eventType; return w"),
    ("add", "w.payload.added = 1; return w"),
    ("wrap", "w.payload = { event: w.payload }; return w"),
    ("spread", "w.payload = { ...w.payload, added: 1 }; return w"),
    (
        "json",
        "w.payload = JSON.parse(JSON.stringify(w.payload)); return w",
    ),
    (
        "map",
        "const copy = (v) => Array.isArray(v) ? v.map((x) => x) : v;
         for (const k of Object.keys(w.payload)) w.payload[k] = copy(w.payload[k]);
         let text = ''; for (const k in w.payload) text += k + ';';
         w.payload.text = text.length; return w",
    ),
];

/// The shapes of events, each filled up to the size.
fn shapes(bytes: usize) -> Vec<(&'static str, String)> {
    let list = |item: &dyn Fn(usize) -> String| {
        let mut text = String::from("{\"type\":\"t\",\"d\":[");
        let mut index = 0;
        loop {
            let item = item(index);
            if text.len() + item.len() + 3 > bytes {
                break;
            }
            if index > 0 {
                text.push(',');
            }
            text.push_str(&item);
            index += 1;
        }
        text + "]}"
    };
    let nested = |open: &str, inner: &str, close: &str, levels: usize| {
        format!(
            "{{\"type\":\"t\",\"d\":{}{inner}{}}}",
            open.repeat(levels),
            close.repeat(levels)
        )
    };
    // As deep as an event may be, as often as there is room.
    let levels = hookmill_domain::caps::EVENT_DEPTH_MAX as usize - 2;
    let mut keys = String::from("{\"type\":\"t\"");
    for index in 0.. {
        let key = format!(",\"k{index}\":1");
        if keys.len() + key.len() + 1 > bytes {
            break;
        }
        keys.push_str(&key);
    }
    let mut numbered = String::from("{\"type\":\"t\"");
    for index in 0.. {
        // Not in order.
        let key = format!(",\"{}\":1", index ^ 0x155);
        if numbered.len() + key.len() + 1 > bytes {
            break;
        }
        numbered.push_str(&key);
    }
    let text = |part: &str| {
        let text = part.repeat((bytes - 32) / part.len());
        format!("{{\"type\":\"t\",\"d\":\"{text}\"}}")
    };
    vec![
        (
            "orders",
            list(&|n| {
                format!(
                    r#"{{"id":"ord_{n:08}","customer":{{"name":"Zoë Ines","email":"c{n}@example.com"}},"total":{},"paid":true,"note":null,"tags":["a","b"]}}"#,
                    n * 37
                )
            }),
        ),
        ("small objects", list(&|n| format!("{{\"a\":{}}}", n % 10))),
        ("pairs", list(&|n| format!("[{},{}]", n % 10, n % 7))),
        ("keys", keys + "}"),
        ("numbered keys", numbered + "}"),
        ("digits", list(&|n| (n % 10).to_string())),
        ("integers", list(&|n| (n * 7919 % 1_000_000).to_string())),
        (
            "fractions",
            list(&|n| format!("{}.{:06}", n % 1000, n * 7919 % 999_983)),
        ),
        (
            "long fractions",
            list(&|n| {
                format!(
                    "0.{:017}",
                    n as u64 * 7_919_000_003 % 99_999_999_999_999_997
                )
            }),
        ),
        ("words", list(&|_| "true".into())),
        ("short texts", list(&|n| format!("\"{}\"", n % 10))),
        ("empty objects", list(&|_| "{}".into())),
        ("empty arrays", list(&|_| "[]".into())),
        ("text", text("plain text ")),
        ("unicode", text("naïve 世界 😀 ")),
        ("escapes", text("\\u00e9")),
        ("quotes", text("\\\"")),
        (
            "deep arrays",
            list(&|_| format!("{}{}", "[".repeat(levels), "]".repeat(levels))),
        ),
        (
            "deep objects",
            list(&|_| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))),
        ),
        ("5,000 levels", nested("[1,", "1", "]", 5_000)),
    ]
}

/// Fuel that a handler takes on an event, or the fault.
fn cost(
    fixture: &Fixture,
    statement: &str,
    event: &str,
    caps: SandboxCaps,
) -> (u64, u64, FaultCodeOr) {
    let text = format!("function handler(w) {{ {statement} }}");
    let program = load(fixture, &text).unwrap_or_else(|error| panic!("{error}"));
    let run = fixture.run_with(
        &program,
        Invocation {
            event_type: "t".into(),
            payload: event.to_owned().into(),
            caps,
            ..invocation()
        },
    );
    let end = run.outcome.map(|_| ()).map_err(|fault| fault.code);
    (run.usage.fuel, run.usage.memory_bytes, end)
}

type FaultCodeOr = Result<(), FaultCode>;

#[test]
fn any_event_of_the_largest_size_passes_an_ordinary_handler() {
    let fixture = fixture();
    let bytes = IngestCaps::default().body_bytes_max;
    let measured = SandboxCaps {
        fuel_max: 10_000_000_000,
        memory_bytes_max: 256 << 20,
        deadline_ms: 20_000,
        ..SandboxCaps::default()
    };
    let mut table = format!("{:<16}", "fuel a byte");
    for (name, _) in HANDLERS {
        let _ = write!(table, "{name:>9}");
    }
    table.push('\n');
    let mut failures = Vec::new();
    for (shape, event) in shapes(bytes) {
        assert!(event.len() <= bytes, "{shape}: {} bytes", event.len());
        let _ = write!(table, "{shape:<16}");
        for (name, statement) in HANDLERS {
            let (fuel, memory, end) = cost(&fixture, statement, &event, measured);
            let each = fuel as f64 / event.len() as f64;
            let _ = write!(table, "{each:>9.1}");
            let caps = SandboxCaps::default().for_event(event.len());
            let passes = fuel <= caps.fuel_max && memory <= caps.memory_bytes_max as u64;
            if end.is_err() || !passes {
                failures.push(format!(
                    "{shape}, {name}: {fuel} fuel, {} MiB, {end:?}",
                    memory >> 20
                ));
            }
        }
        table.push('\n');
    }
    println!("{table}");
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn comparing_costs_no_more_than_one_pass() {
    let fixture = fixture();
    let caps = SandboxCaps {
        fuel_max: 10_000_000_000,
        deadline_ms: 20_000,
        ..SandboxCaps::default()
    };
    for (shape, event) in shapes(200_000) {
        let fuel = |statement| cost(&fixture, statement, &event, caps).0;
        let (nothing, alone) = (
            fuel("w.cancel = true; return { cancel: true }"),
            fuel("return w"),
        );
        let (added, copied) = (
            fuel("w.payload.added = 1; return w"),
            fuel("w.payload = { ...w.payload, added: 1 }; return w"),
        );
        // Reading is one pass. Comparing is another, and may cost twice as
        // much: names that are numbers are sorted for it, and a long text is
        // read from its engine's form. Writing is a third.
        assert!(alone <= 3 * nothing, "{shape}: {alone} of {nothing}");
        assert!(
            added <= copied + 2 * nothing,
            "{shape}: {added} of {copied} and {nothing}"
        );
    }
}

#[test]
fn depth_costs_what_length_costs() {
    let fixture = fixture();
    let event =
        |levels: usize| format!("{{\"d\":{}1{}}}", "[1,".repeat(levels), "]".repeat(levels));
    let caps = SandboxCaps {
        deadline_ms: 20_000,
        ..SandboxCaps::default()
    };
    for statement in ["return w", "w.payload.added = 1; return w"] {
        let fuel = |levels| {
            let (fuel, _, end) = cost(&fixture, statement, &event(levels), caps);
            assert_eq!(end, Ok(()), "{statement}: {levels} levels");
            fuel
        };
        let (some, many) = (fuel(5_000), fuel(50_000));
        assert!(many < 11 * some, "{statement}: {some} and {many}");
    }
}
