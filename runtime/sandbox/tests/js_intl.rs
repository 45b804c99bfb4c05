//! `Intl` and what writes in words: what Node.js answers.
//!
//! `js_intl/cases.mjs` asks Node.js, `js_intl/differs.json` says where the
//! engine answers otherwise, and why.

mod common;

use std::collections::HashMap;

use common::handlers::{load, run, value_of};
use common::{fixture, invocation};
use hookmill_domain::fault::FaultCode;
use serde_json::Value;

const CASES: &str = include_str!("js_intl/cases.json");
const DIFFERS: &str = include_str!("js_intl/differs.json");

/// So many cases stand in one program, whose source has a limit.
const CASES_PER_PROGRAM: usize = 250;

fn pairs(text: &str) -> Vec<Vec<String>> {
    serde_json::from_str(text).expect("the expectations are lists of texts")
}

#[test]
fn expressions_give_what_node_gives() {
    let fixture = fixture();
    let cases = pairs(CASES);
    // Expression, what the engine says, why.
    let differs: HashMap<_, _> = pairs(DIFFERS)
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let mut wrong = Vec::new();
    let mut stale = differs.len();
    for chunk in cases.chunks(CASES_PER_PROGRAM) {
        for (case, found) in chunk.iter().zip(answers(&fixture, chunk)) {
            let expected = match differs.get(&case[0]) {
                Some(other) => {
                    stale -= 1;
                    assert_ne!(*other, case[1], "{} does not differ any more", case[0]);
                    other
                }
                None => &case[1],
            };
            if !agree(&found, expected) {
                wrong.push(format!(
                    "{}\n  expected {expected}\n  found    {found}",
                    case[0]
                ));
            }
        }
    }
    if let Ok(file) = std::env::var("JS_INTL_REPORT") {
        std::fs::write(file, wrong.join("\n")).expect("the report can be written");
    }
    let shown = wrong.iter().take(40).cloned().collect::<Vec<_>>();
    assert!(
        wrong.is_empty(),
        "{} of {} cases are wrong:\n{}",
        wrong.len(),
        cases.len(),
        shown.join("\n")
    );
    assert_eq!(stale, 0, "differs.json names cases that there are");
}

/// Whether two answers are the same. Node.js' `invalid_argument` says nothing,
/// so that any message of the same kind of error will do.
fn agree(found: &str, expected: &str) -> bool {
    match expected.strip_suffix(": invalid_argument") {
        Some(kind) => found.starts_with(kind),
        None => found == expected,
    }
}

/// What the engine answers to a chunk of cases.
fn answers(fixture: &common::Fixture, chunk: &[Vec<String>]) -> Vec<String> {
    let functions: Vec<_> = chunk
        .iter()
        .map(|case| format!("() => ({})", case[0]))
        .collect();
    let text = format!(
        "const cases = [{}]
        const show = (value) => value === undefined ? 'undefined' : JSON.stringify(value)
        const told = (ask) => {{ try {{ return show(ask()) }} catch (e) {{ return `throws ${{e.name}}: ${{e.message}}` }} }}
        function handler(w) {{ w.payload = cases.map(told); return w }}",
        functions.join(",\n")
    );
    let program = load(fixture, &text).unwrap_or_else(|error| panic!("{error}"));
    let mut invocation = invocation();
    invocation.caps.fuel_max = 100_000_000_000;
    invocation.caps.deadline_ms = 60_000;
    invocation.caps.output_bytes_max = 16 << 20;
    let webhook = fixture.run_with(&program, invocation).outcome;
    let webhook = webhook.unwrap_or_else(|fault| panic!("{fault:?}"));
    serde_json::from_slice(webhook.request().body()).expect("a payload is JSON")
}

#[test]
fn a_locale_that_is_not_there_is_written_in_american_english_and_logged_once() {
    let fixture = fixture();
    let text = "function handler(w) {
            w.payload = [(1234.5).toLocaleString('de-DE'), (1).toLocaleString('de-DE'),
                new Intl.NumberFormat(['fr', 'en']).resolvedOptions().locale,
                new Intl.DateTimeFormat('de-DE').resolvedOptions().locale,
                new Date(0).toLocaleDateString('en-US')]
            return w
        }";
    let run = run(&fixture, text, "{}");
    let webhook = run.outcome.expect("it runs");
    assert_eq!(
        &webhook.request().body()[..],
        br#"["1,234.5","1","en","en-US","1/1/1970"]"#
    );
    assert_eq!(
        run.logs.trim_end(),
        "warn: \"de-DE\" is not available in transforms: dates, numbers and words are in American English"
    );
}

#[test]
fn what_is_not_there_is_refused_by_name() {
    let fixture = fixture();
    for (expression, message) in [
        (
            "new Intl.NumberFormat('en-US', { numberingSystem: 'arab' })",
            "RangeError: numberingSystem \"arab\" is not available in transforms; \"latn\" is",
        ),
        (
            "new Date().toLocaleString('en-US', { calendar: 'buddhist' })",
            "RangeError: calendar \"buddhist\" is not available in transforms; \"gregory\" is",
        ),
        (
            "new Intl.Collator('en', { collation: 'phonebk' })",
            "RangeError: collation \"phonebk\" is not available in transforms; \"default\" is",
        ),
        (
            "new Intl.Segmenter('en')",
            "TypeError: Intl.Segmenter is not available in transforms: there are no tables of where words and characters end",
        ),
        (
            "new Intl.Locale('en').maximize()",
            "TypeError: Intl.Locale.prototype.maximize is not available in transforms: there are no tables of what is likely for a language",
        ),
        (
            "'i'.toLocaleUpperCase('tr')",
            "RangeError: String.prototype.toLocaleUpperCase: the rules of \"tr\" are not available in transforms",
        ),
    ] {
        let told = format!(
            "(() => {{ try {{ return {expression} }} catch (e) {{ return `${{e.name}}: ${{e.message}}` }} }})()"
        );
        let found: Value = serde_json::from_str(&value_of(&fixture, &told)).expect("JSON");
        assert_eq!(found, message, "{expression}");
    }
}

#[test]
fn formats_do_not_pile_up() {
    let fixture = fixture();
    let text = "function handler(w) {
            for (let i = 0; i < 5000; i++) {
                new Intl.NumberFormat('en-US', { style: 'currency', currency: 'EUR' }).format(i)
                new Date(i).toLocaleString('en-US', { timeZone: 'Europe/Berlin', dateStyle: 'full' })
                'a'.localeCompare('b', 'en', { numeric: true })
            }
            return w
        }";
    let program = load(&fixture, text).expect("the program is valid");
    let mut invocation = invocation();
    invocation.caps.memory_bytes_max = 4 << 20;
    invocation.caps.fuel_max = 10_000_000_000;
    invocation.caps.deadline_ms = 20_000;
    let run = fixture.run_with(&program, invocation);
    if let Err(fault) = run.outcome {
        panic!("{fault:?}");
    }
}

#[test]
fn words_cost_little() {
    let fixture = fixture();
    let fuel = |statement: &str| {
        let text = format!(
            "function handler(w) {{ for (let i = 0; i < 100; i++) {{ {statement} }} return w }}"
        );
        let program = load(&fixture, &text).expect("the program is valid");
        let run = fixture.run_with(&program, invocation());
        assert!(run.outcome.is_ok(), "{statement}: {:?}", run.outcome);
        run.usage.fuel / 100
    };
    // Twice of what they cost at present, so that a slow way is noticed.
    for (statement, most) in [
        ("(1234.5).toLocaleString()", 40_000),
        (
            "(1234.5).toLocaleString('en-US', { style: 'currency', currency: 'USD' })",
            60_000,
        ),
        ("new Date(i).toLocaleDateString()", 60_000),
        (
            "new Date(i).toLocaleString('en-US', { timeZone: 'Europe/Berlin' })",
            80_000,
        ),
        ("'Zoe'.localeCompare('anna')", 20_000),
    ] {
        let cost = fuel(statement);
        println!("{cost:>8} fuel: {statement}");
        assert!(cost < most, "{statement} costs {cost}");
    }
}

#[test]
fn a_wrong_zone_is_a_fault_that_names_it() {
    let fixture = fixture();
    let text = "function handler(w) {\n  w.payload = new Date().toLocaleString('en-US', { timeZone: 'Europe/Nowhere' })\n  return w\n}";
    let fault = run(&fixture, text, "{}").outcome.expect_err("it throws");
    assert_eq!(fault.code, FaultCode::Thrown, "{fault:?}");
    let message = "RangeError: Invalid time zone specified: Europe/Nowhere";
    assert!(fault.message.contains(message), "{fault:?}");
}
