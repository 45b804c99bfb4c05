//! A top level that runs ahead gives what one gives that runs for each event,
//! and nothing of an event survives it.
//!
//! Each program is run by two sandboxes, one that freezes whatever it can and
//! one that freezes nothing; some also by the standalone component. They must
//! agree in requests, faults and logs, over several events.

mod common;

use common::{Fixture, cache_dir, config, fixture_of, invocation};
use hookmill_domain::fault::{Fault, FaultCode};
use hookmill_domain::webhook::Webhook;
use hookmill_sandbox::build::{TopLevel, standalone_from_javascript};
use hookmill_sandbox::{Config, Invocation, LoadError, Program, Source};
use std::sync::Arc;

/// One that freezes everything, one that freezes nothing.
fn fixtures() -> (Fixture, Fixture) {
    let with = |top_level_fuel_max| {
        fixture_of(Config {
            top_level_fuel_max,
            ..config(&cache_dir())
        })
    };
    (with(0), with(u64::MAX))
}

fn load(fixture: &Fixture, text: &str) -> Program {
    let source = Source::JavaScript {
        name: "handler.js",
        text,
    };
    let program = fixture.sandbox.load(source);
    program.unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn events() -> Vec<Invocation> {
    (1..4)
        .map(|number| {
            let mut event = invocation();
            event.delivery_id = format!("dlv_{number}");
            event.received_at.0 += number * 1_000;
            event.payload = format!(r#"{{"type":"t","n":{number},"email":"a@b.example"}}"#).into();
            event.caps.deadline_ms = 10_000;
            event
        })
        .collect()
}

/// A component's faults are told by text, so only that is compared of them.
fn told(outcome: Result<Webhook, Fault>) -> Result<Webhook, String> {
    outcome.map_err(|fault| {
        let message = fault.message.split(" (line ").next().unwrap_or_default();
        message.trim_start_matches("invalid result: ").to_owned()
    })
}

/// Runs a program in both sandboxes, and says whether its top level ran ahead.
fn agree(text: &str) -> bool {
    let (freezing, plain) = fixtures();
    let (frozen, afresh) = (load(&freezing, text), load(&plain, text));
    assert_eq!(afresh.frozen_bytes(), None);
    // Twice, so that a second round meets slots that were used.
    for event in events().into_iter().chain(events()) {
        let expected = plain.run_with(&afresh, event.clone());
        let found = freezing.run_with(&frozen, event);
        assert_eq!(found.outcome, expected.outcome, "{text}");
        assert_eq!(found.logs, expected.logs, "{text}");
    }
    frozen.frozen_bytes().is_some()
}

#[test]
fn a_standalone_component_runs_its_top_level_ahead_where_that_gives_the_same() {
    let (_, plain) = fixtures();
    for (text, top_level) in [
        (
            "let calls = 0; const table = new Map([['a', [1]]]);
             export function handler(w) { table.get('a').push(++calls, Math.random(), Date.now());
               if (w.payload.n === 2) throw new RangeError('two'); w.payload = [...table]; return w }",
            TopLevel::Ahead,
        ),
        (
            "const r = Math.random(); function handler(w) { w.payload = r; return w }",
            TopLevel::DrawsRandom,
        ),
        (
            "console.log('at', Date.now()); function handler(w) { return w }",
            TopLevel::ReachesOut,
        ),
    ] {
        let built = standalone_from_javascript("handler.js", text);
        let built = built.unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(built.top_level, top_level, "{text}");
        let standalone = plain.component(&built.component);
        let afresh = load(&plain, text);
        for event in events().into_iter().chain(events()) {
            let expected = plain.run_with(&afresh, event.clone());
            let found = plain.run_with(&standalone, event);
            assert_eq!(told(found.outcome), told(expected.outcome), "{text}");
            assert_eq!(found.logs, expected.logs, "{text}");
        }
    }
}

#[test]
fn what_a_top_level_makes_is_there_for_each_event_and_new_each_time() {
    for text in [
        "function handler(w) { return w }",
        "export default (w) => ({ ...w, payload: [w.payload.n] })",
        // Changed by the event: the next one must not see it.
        "let calls = 0; const seen = new Set(); const list = [1];
         function handler(w) { calls++; list.push(w.payload.n); seen.add(w.payload.n);
           globalThis.leak = (globalThis.leak ?? 0) + 1; Array.prototype.leak ??= 0; Array.prototype.leak++;
           w.payload = { calls, list, seen: [...seen], leak: globalThis.leak, own: [].leak }; return w }",
        // Classes, private fields, closures, generators half way, symbols, getters.
        "class Counter { #n = 0; static all = []; next() { return ++this.#n } }
         const counter = new Counter(); counter.next();
         const key = Symbol('key'); const tagged = { [key]: 1, get now() { return 2 } };
         const steps = (function* () { yield 1; yield 2; yield 3 })(); steps.next();
         const table = new Map([['a', { b: 1 }]]); const weak = new WeakMap([[tagged, 'w']]);
         export const handler = (w) => { w.payload = { c: counter.next(), k: tagged[key], g: tagged.now,
           s: steps.next().value, m: [...table], w: weak.get(tagged), sym: String(key) }; return w }",
        // Regular expressions with state, typed arrays, big tables, BigInt, dates of a fixed instant.
        "const re = /(\\w)@/g; re.exec('a@b@'); const bytes = new Uint8Array(70_000).fill(7);
         const words = Array.from({ length: 5000 }, (_, i) => 'word' + i); const at = new Date(0);
         function handler(w) { w.payload = { i: re.lastIndex, m: re.exec('a@b@')?.[1], b: bytes[69_999]++,
           n: words.length, l: words.at(-1), d: at.toISOString(), big: String(2n ** 70n), s: RegExp.$1 }; return w }",
        // Patched built-ins stay patched, as for each event.
        "const parse = JSON.parse; JSON.parse = (t) => ({ patched: parse(t) });
         Object.prototype.extra = 1; String.prototype.shout = function () { return this.toUpperCase() + '!' };
         function handler(w) { w.payload = { p: JSON.parse('1'), e: ({}).extra, s: 'a'.shout() }; return w }",
        // Proxies and getters with traps that run in the handler only.
        "const p = new Proxy({}, { get: (_, name) => 'got ' + String(name) });
         Object.defineProperty(globalThis, 'trap', { get() { return Math.random() }, configurable: true });
         function handler(w) { w.payload = { p: p.x, r: trap, n: Date.now() }; console.log(p.y); return w }",
        // A pending promise and a rejected one: nobody waits for them, either way.
        "const p = Promise.resolve(1); let got = 0; p.then(() => { got = 1 });
         function handler(w) { w.payload = { got }; return w }",
        // Errors made ahead keep their stack; thrown later they are the program's.
        "const early = new RangeError('early'); function handler(w) { if (w.payload.n > 1) throw early; return w }",
        "function handler(w) { return w.payload.n.missing.x }",
        // Random numbers and the clock in the handler are the event's.
        "function handler(w) { w.payload = [Math.random(), crypto.randomUUID(), Date.now(), new Date().toISOString()]; return w }",
        // A deep recursion ends in both.
        "const deep = (n) => n === 0 ? 0 : 1 + deep(n - 1); function handler(w) { w.payload = deep(500); return w }",
    ] {
        assert!(agree(text), "it runs ahead: {text}");
    }
}

#[test]
fn a_top_level_that_depends_on_the_event_or_is_seen_runs_for_each() {
    for text in [
        "const at = Date.now(); function handler(w) { w.payload = at; return w }",
        "const at = new Date(); function handler(w) { w.payload = at; return w }",
        "const at = String(Date()); function handler(w) { w.payload = at; return w }",
        "const r = Math.random(); function handler(w) { w.payload = r; return w }",
        "const id = crypto.randomUUID(); function handler(w) { w.payload = id; return w }",
        "const b = crypto.getRandomValues(new Uint8Array(4)); function handler(w) { w.payload = [...b]; return w }",
        "console.log('loading'); function handler(w) { return w }",
        "console.error(new Error('x').message); export default (w) => w",
        // Hidden ways to the clock and to random numbers.
        "const { now } = Date; const at = Reflect.apply(now, Date, []); function handler(w) { w.payload = at; return w }",
        "const f = Math['ran' + 'dom']; const r = [1, 2, 3].map(f); function handler(w) { w.payload = r; return w }",
        "let r; const o = { get x() { return r = Math.random() } }; JSON.stringify(o); function handler(w) { w.payload = r; return w }",
        "let r = 0; [3, 1, 2].sort(() => (r = Math.random()) - 0.5); function handler(w) { w.payload = r; return w }",
        "const f = new Intl.DateTimeFormat('en-US').format(); function handler(w) { w.payload = f; return w }",
        "try { throw Math.random() } catch {} function handler(w) { return w }",
    ] {
        assert!(!agree(text), "it runs for each event: {text}");
    }
}

#[test]
fn a_dear_top_level_runs_ahead_by_itself_and_a_cheap_one_shares_the_engine() {
    let fixture = fixture_of(config(&cache_dir()));
    let cheap = load(&fixture, "const a = 1; function handler(w) { return w }");
    assert_eq!(cheap.frozen_bytes(), None);
    let text = "const table = {}; for (let i = 0; i < 20_000; i++) table['k' + i] = { i };
        function handler(w) { w.payload = table['k' + w.payload.n]; return w }";
    let dear = load(&fixture, text);
    let bytes = dear.frozen_bytes().expect("it runs ahead");
    assert!((1 << 20..8 << 20).contains(&bytes), "{bytes}");
    let (_, plain) = fixtures();
    let afresh = load(&plain, text);
    let event = events().remove(0);
    let one = fixture.run_with(&dear, event.clone());
    let other = plain.run_with(&afresh, event);
    assert_eq!(one.outcome, other.outcome);
    assert!(
        one.usage.fuel * 20 < other.usage.fuel,
        "{:?} {:?}",
        one.usage,
        other.usage
    );
}

#[test]
fn what_frozen_programs_keep_is_bounded() {
    // One program: 16 MiB.
    let text = "const a = new Uint8Array(20 << 20).fill(1); function handler(w) { w.payload = a[5]; return w }";
    assert!(!agree(text));
    // All of them: what the configuration says. It comes back.
    let text = "const a = new Uint8Array(1 << 20).fill(1); function handler(w) { w.payload = a[5]; return w }";
    let with_room = |frozen_bytes_max| {
        fixture_of(Config {
            top_level_fuel_max: 0,
            frozen_bytes_max,
            ..config(&cache_dir())
        })
    };
    let one = load(&with_room(u64::MAX), text).frozen_bytes();
    let fixture = with_room(one.expect("it runs ahead") as u64 * 3 / 2);
    let first = load(&fixture, text);
    assert!(first.frozen_bytes().is_some());
    let second = load(&fixture, text);
    assert_eq!(second.frozen_bytes(), None);
    let event = events().remove(0);
    let (one, other) = (
        fixture.run_with(&first, event.clone()),
        fixture.run_with(&second, event),
    );
    assert_eq!(one.outcome, other.outcome);
    drop(first);
    assert!(load(&fixture, text).frozen_bytes().is_some());
}

#[test]
fn a_frozen_program_counts_for_its_events_memory() {
    let (freezing, _) = fixtures();
    let text = "const a = new Uint8Array(8 << 20).fill(1); function handler(w) { return w }";
    let program = load(&freezing, text);
    assert!(program.frozen_bytes().is_some());
    let mut event = events().remove(0);
    event.caps.memory_bytes_max = 4 << 20;
    let fault = freezing.fault(&program, event);
    assert_eq!(fault.code, FaultCode::MemoryExceeded, "{fault:?}");
}

#[test]
fn a_top_level_that_fails_or_never_ends_is_refused_wherever_it_runs() {
    let (freezing, plain) = fixtures();
    for (text, message) in [
        (
            "null.x; function handler(w) { return w }",
            "TypeError: cannot read property 'x' of null",
        ),
        ("for (;;) {} function handler(w) { return w }", "used up"),
        (
            "const a = []; for (;;) a.push(new Array(1000).fill(0)); function handler(w) { return w }",
            "bytes of memory",
        ),
        (
            "const f = () => f(); f(); function handler(w) { return w }",
            "Maximum call stack size exceeded",
        ),
    ] {
        for fixture in [&freezing, &plain] {
            let source = Source::JavaScript {
                name: "handler.js",
                text,
            };
            let error = fixture.sandbox.load(source).expect_err(text);
            assert!(!matches!(error, LoadError::Unavailable { .. }), "{error:?}");
            let sentence = error.to_string();
            let is_time = sentence.contains("ran longer");
            assert!(sentence.contains(message) || is_time, "{text}: {sentence}");
        }
    }
}

#[test]
fn many_events_at_once_share_a_frozen_program_and_nothing_else() {
    let (freezing, _) = fixtures();
    let text =
        "const own = { n: 0 }; const table = Array.from({ length: 3000 }, (_, i) => ({ i }));
        function handler(w) { own.n += w.payload.n; for (const row of table) row.i += own.n;
          w.payload = { n: own.n, last: table.at(-1).i }; return w }";
    let program = Arc::new(load(&freezing, text));
    assert!(program.frozen_bytes().is_some());
    let fixture = Arc::new(freezing);
    let threads: Vec<_> = (0..4_u64)
        .map(|number| {
            let (program, fixture) = (Arc::clone(&program), Arc::clone(&fixture));
            std::thread::spawn(move || {
                for _ in 0..25 {
                    let mut event = events().remove(0);
                    event.payload = format!(r#"{{"n":{number}}}"#).into();
                    let run = fixture.run_with(&program, event);
                    let body = run.outcome.expect("it runs").request().body().clone();
                    let expected = format!(r#"{{"n":{number},"last":{}}}"#, 2_999 + number);
                    assert_eq!(String::from_utf8_lossy(&body), expected);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread fails");
    }
}
