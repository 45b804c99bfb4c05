//! `console`, as a handler's author meets it: what Node.js prints, and that
//! nothing which only observes ever ends a run.
//!
//! What logging costs is in `js_globals_cost.rs`.

mod common;

use common::handlers::run;
use common::{fixture, node};
use serde_json::Value;

/// What Node.js prints; `js_console/console.mjs` writes it.
const CONSOLE: &str = include_str!("js_console/console.json");

/// The messages of a log as a console prints them: without the level, and
/// without the indentation of their further lines.
fn printed(logs: &str) -> String {
    let mut printed = String::new();
    for line in logs.lines() {
        let levels = ["trace: ", "debug: ", "info: ", "warn: ", "error: "];
        let message = levels.iter().find_map(|level| line.strip_prefix(level));
        let text = message.or_else(|| line.strip_prefix("    "));
        printed.push_str(text.unwrap_or(line));
        printed.push('\n');
    }
    printed
}

#[test]
fn the_console_prints_what_node_prints() {
    let fixture = fixture();
    let rows: Vec<Value> = serde_json::from_str(CONSOLE).expect("the expectations are JSON");
    let mut wrong = Vec::new();
    for row in rows {
        let call = row["call"].as_str().expect("a call");
        let text = format!("function handler(w) {{ console.{call}; return w }}");
        let run = run(&fixture, &text, "{}");
        let found = printed(&run.logs);
        if run.outcome.is_err() || row["printed"] != found.as_str() {
            let node = row["printed"].as_str().expect("a text");
            wrong.push(format!(
                "{call}\n  Node: {node}\n  here: {found} {:?}",
                run.outcome
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_is_what_node_prints() {
    node::assert_writes("js_console", "console.mjs", "console.json");
}

#[test]
fn no_method_of_the_console_throws_or_runs_the_program_s_code() {
    let fixture = fixture();
    let text = "
        const ran = [], run = (name) => () => { ran.push(name); throw new Error(name) }
        const trap = new Proxy({}, new Proxy({}, { get: (_, name) => run('trap ' + String(name)) }))
        const revoked = Proxy.revocable({}, {}); revoked.revoke()
        const revokedFunction = Proxy.revocable(() => {}, {}); revokedFunction.revoke()
        class Odd extends Error { get name() { return run('name')() } get message() { return run('message')() } }
        const odd = new Odd('x'); Object.defineProperty(odd, 'stack', { get: run('stack') })
        const cyclic = { list: [], map: new Map() }; cyclic.list.push(cyclic); cyclic.map.set(cyclic, cyclic)
        const tagged = { get [Symbol.toStringTag]() { return run('tag')() }, get constructor() { return run('constructor')() } }
        const buffer = new ArrayBuffer(8), detached = new Uint8Array(buffer); structuredClone(0, { transfer: [buffer] })
        const values = [
            undefined, null, -0, NaN, 10n, 2n ** 70000n, 'text', '\\ud800', '%s %d %j %o', Symbol(), Symbol('s'), {}, [],
            trap, revoked.proxy, revokedFunction.proxy, odd, cyclic, tagged, buffer, detached, new DataView(new ArrayBuffer(1)),
            Object.create(null), Object.create(trap), Object.setPrototypeOf([1], trap), Object.setPrototypeOf(() => {}, null),
            { toString: run('toString'), valueOf: run('valueOf'), toJSON: run('toJSON'), [Symbol.toPrimitive]: run('toPrimitive') },
            { get x() { return run('x')() } }, Object.defineProperty([], 0, { get: run('0'), enumerable: true }),
            new Date(NaN), /a/g, new Map([[{}, []]]), new Set([1]), new WeakMap(), Promise.reject(1), (function* () {})(), [].values(),
            new Error('e', { cause: cyclic }), new AggregateError([1]), new DOMException('m', 'n'), class A {}, function* g() {},
            async () => {}, new URL('http://h'), new URLSearchParams('a=1'), new TextDecoder(), Object(1), Object('s'), Object(Symbol('b')),
            globalThis, Math, console, (function () { return arguments })(1, 2), new Array(4294967295), [, , 1],
        ]
        const methods = Object.getOwnPropertyNames(console)
        function handler(w) {
            for (const method of methods) {
                for (const value of values) {
                    console[method](value); console[method]('%s %d %i %f %j %o %O %c', value, value, value, value, value, value, value, value)
                    console[method](false, value); console[method]([value]); console[method]({ value }, value)
                }
                console[method]()
            }
            w.payload = { ran, methods: methods.length }
            return w
        }";
    // Also where the log has room for all of it.
    for log_bytes_max in [0, 16 << 10, 1 << 20] {
        let program = common::handlers::load(&fixture, text).expect("it loads");
        let mut invocation = common::invocation();
        invocation.caps = hookmill_domain::caps::SandboxCaps {
            log_bytes_max,
            ..hookmill_domain::caps::SandboxCaps::CEILING
        };
        let outcome = fixture.run_with(&program, invocation).outcome;
        let webhook = outcome.unwrap_or_else(|fault| panic!("{log_bytes_max}: {fault:?}"));
        let body = String::from_utf8_lossy(webhook.request().body()).into_owned();
        assert_eq!(body, "{\"ran\":[],\"methods\":21}", "{log_bytes_max}");
    }
}

#[test]
fn timers_show_that_time_stands_still_and_traces_keep_their_level() {
    let fixture = fixture();
    let text = "function handler(w) {
            console.time('t'); console.time('t'); console.timeLog('t', { a: 1 }); console.timeEnd('t'); console.timeEnd('t')
            console.trace('here'); console.profile(); console.timeStamp('x')
            return w
        }";
    assert_eq!(
        run(&fixture, text, "{}").logs,
        "warn: Warning: Label 't' already exists for console.time()\n\
         info: t: 0ms { a: 1 }\n\
         info: t: 0ms\n\
         warn: Warning: No such label 't' for console.timeEnd()\n\
         trace: here\n"
    );
}

#[test]
fn large_values_show_their_start_and_how_much_more_there_is() {
    let fixture = fixture();
    for (value, ends) in [
        ("new Array(1e6).fill(1)", "... 999900 more items\n    ]"),
        ("new Uint8Array(300)", "... 200 more items\n    ]"),
        (
            "new Set(Array.from({ length: 200 }, (_, i) => i))",
            "... 100 more\n    }",
        ),
        (
            "Object.fromEntries(Array.from({ length: 150 }, (_, i) => ['k' + i, i]))",
            "... 50 more\n    }",
        ),
        ("['x'.repeat(1e5)]", "... 83616 more characters\n    ]"),
        ("[2n ** 100000n]", "[ [BigInt] ]"),
        (
            "[new ArrayBuffer(60)]",
            "... 10 more bytes>,\n        byteLength: 60\n      }\n    ]",
        ),
    ] {
        let text = format!("function handler(w) {{ console.log({value}); return w }}");
        let program = common::handlers::load(&fixture, &text).expect("it loads");
        let mut invocation = common::invocation();
        invocation.caps.log_bytes_max = 1 << 20;
        let logs = fixture.run_with(&program, invocation).logs;
        assert!(
            logs.trim_end().ends_with(ends),
            "{value}: {}",
            &logs[logs.len() - 200.min(logs.len())..]
        );
    }
}
