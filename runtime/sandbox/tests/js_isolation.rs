//! Nothing that an event changes in the JavaScript engine's memory is there for
//! the next one, wherever in that memory it lies.
//!
//! The host restores the memory between two runs in a slot: a part by copying,
//! the rest by mapping it anew. So the handler changes something in each part:
//! what is shipped and often used, what is shipped and seldom used, what its
//! top level made, the stack, and memory that it made grow.

mod common;

use common::{Fixture, cache_dir, config, fixture_of, invocation};
use hookmill_sandbox::{Config, Program, Source};

/// Counts its visits to objects all over the memory, and gives the counts.
const COUNTING: &str = "
const own = { calls: 0, list: [1, 2], bytes: new Uint8Array(20_000), expression: /a/g };
const map = new Map([['calls', 0]]);
const deep = (n) => (n === 0 ? 0 : 1 + deep(n - 1));
const visits = (object) => {
  const before = Object.hasOwn(object, 'visits') ? object.visits : 0;
  Object.defineProperty(object, 'visits', { value: before + 1, configurable: true, writable: true });
  return before;
};
function handler(webhook) {
  const shipped = [
    globalThis, Object, Object.prototype, Function.prototype, Array, Array.prototype, String.prototype,
    Number.prototype, Map.prototype, Date.prototype, RegExp.prototype, Error.prototype, Promise.prototype,
    Uint8Array.prototype, Math, JSON, Reflect, console, console.log, crypto, performance, structuredClone,
    URL, URL.prototype, URLSearchParams.prototype, TextEncoder.prototype, TextDecoder,
    Intl, Intl.NumberFormat, Intl.NumberFormat.prototype, Intl.DateTimeFormat.prototype, Intl.Collator,
    Number.prototype.toLocaleString, Date.prototype.toLocaleDateString, String.prototype.localeCompare,
  ].map(visits);
  const made = [own, own.list, own.bytes, own.expression, map, deep, handler].map(visits);
  const calls = own.calls++;
  const stored = map.get('calls');
  map.set('calls', stored + 1);
  const lengths = [own.list.push(3), own.bytes[19_999]++, own.expression.lastIndex];
  own.expression.test('aaa');
  const grown = Array.from({ length: 40_000 }, (_, at) => 'text ' + at);
  const legacy = RegExp.$1;
  /(b)/.exec('b');
  console.count('calls');
  const money = (1234.5).toLocaleString('en-US', { style: 'currency', currency: 'EUR' });
  webhook.payload = { shipped, made, calls, stored, lengths, depth: deep(700), grown: grown.length, legacy, money };
  return webhook;
}";

/// Leaves what is not zero wherever it can.
const FILLING: &str = "
function handler(webhook) {
  const fill = (n) => { const text = 'x'.repeat(40 + n % 7); return n === 0 ? text : fill(n - 1) + text.length };
  const bytes = [1, 100, 10_000, 1_000_000].map((length) => new Uint8Array(length).fill(255));
  const objects = Array.from({ length: 20_000 }, (_, at) => ({ ['name' + at % 500]: 'value ' + at }));
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (name !== 'undefined' && name !== 'JSON') try { globalThis[name].visits = 7 } catch {}
  }
  webhook.payload = { fill: fill(500).length, bytes: bytes.length, objects: objects.length };
  return webhook;
}";

const EVENTS: usize = 24;

fn load(fixture: &Fixture, text: &str) -> Program {
    let source = Source::JavaScript {
        name: "handler.js",
        text,
    };
    fixture.sandbox.load(source).expect("it loads")
}

/// The request's body and the log.
fn run(fixture: &Fixture, program: &Program) -> (String, String) {
    let mut event = invocation();
    event.caps.deadline_ms = 10_000;
    let run = fixture.run_with(program, event);
    let body = run.outcome.expect("it runs").request().body().clone();
    (String::from_utf8_lossy(&body).into_owned(), run.logs)
}

fn each_event_finds_what_the_first_one_found(top_level_fuel_max: u64) {
    let fixture = fixture_of(Config {
        top_level_fuel_max,
        ..config(&cache_dir())
    });
    let counting = load(&fixture, COUNTING);
    let filling = load(&fixture, FILLING);
    let first = run(&fixture, &counting);
    let nothing = |objects| vec!["0"; objects].join(",");
    for part in [
        format!(r#""shipped":[{}]"#, nothing(35)),
        format!(r#""made":[{}]"#, nothing(7)),
        r#""calls":0,"stored":0,"lengths":[3,0,0],"depth":700"#.into(),
        r#""legacy":"""#.into(),
    ] {
        assert!(first.0.contains(&part), "{part}: {first:?}");
    }
    for number in 1..EVENTS {
        if number % 3 == 0 {
            run(&fixture, &filling);
        }
        assert_eq!(run(&fixture, &counting), first, "event {number}");
    }
}

#[test]
fn an_event_changes_nothing_for_the_next_where_the_top_level_has_run() {
    each_event_finds_what_the_first_one_found(0);
}

#[test]
fn an_event_changes_nothing_for_the_next_where_the_top_level_runs_each_time() {
    each_event_finds_what_the_first_one_found(u64::MAX);
}
