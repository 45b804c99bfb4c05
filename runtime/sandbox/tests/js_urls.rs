//! `URL` and `URLSearchParams`, as a handler's author meets them: what Node.js
//! answers, what the standard describes.
//!
//! The rest of the engine's own behaviour is in `js_engine.rs`.

mod common;

use common::handlers::{body, load, run, value_of};
use common::{fixture, invocation, node};
use hookmill_domain::fault::FaultCode;
use serde_json::Value;

/// What Node.js answers; `js_urls/urls.mjs` says how to write it again.
const URLS: &str = include_str!("js_urls/urls.json");

#[test]
fn urls_are_parsed_and_changed_as_in_node() {
    let fixture = fixture();
    let text = "const shown = (url) => [url.href, url.origin, url.protocol, url.username, url.password,
            url.host, url.hostname, url.port, url.pathname, url.search, url.hash, [...url.searchParams]]
        const told = (make) => { try { return shown(make()) } catch (e) { return `${e.name}: ${e.message}` } }
        const changed = ([start, part, value]) => {
            const url = new URL(start)
            url.searchParams
            try { url[part] = value } catch (e) { if (!(e instanceof TypeError)) throw e }
            return url
        }
        function handler(w) {
            const { parsed, changed: changes } = w.payload
            return {
                payload: {
                    parsed: parsed.map((row) => told(() => new URL(...row.input))),
                    changed: changes.map((row) => told(() => changed(row.input))),
                },
            }
        }";
    let expected: Value = serde_json::from_str(URLS).expect("the expectations are JSON");
    let found = body(&fixture, text, URLS);
    let found: Value = serde_json::from_str(&found).expect("a payload is JSON");
    for table in ["parsed", "changed"] {
        let rows = expected[table].as_array().expect("a table of rows");
        for (index, row) in rows.iter().enumerate() {
            assert_eq!(
                found[table][index], row["result"],
                "{table} {}",
                row["input"]
            );
        }
    }
}

#[test]
fn the_table_is_what_node_answers() {
    node::assert_writes("js_urls", "urls.mjs", "urls.json");
}

#[test]
fn a_url_and_its_parameters_change_each_other() {
    let fixture = fixture();
    for (statements, json) in [
        (
            "p.append('b', 'é &'); return [u.href, u.search]",
            "[\"https://h/?a=1&b=%C3%A9+%26#x\",\"?a=1&b=%C3%A9+%26\"]",
        ),
        ("p.set('a', 2); return u.href", "\"https://h/?a=2#x\""),
        ("p.delete('a'); return u.href", "\"https://h/#x\""),
        (
            "p.append('Z', 1); p.sort(); return u.search",
            "\"?Z=1&a=1\"",
        ),
        (
            "u.search = 'c=3&c=4'; return [p.getAll('c'), p.has('a'), p.has('c', '4'), p.has('c', '5')]",
            "[[\"3\",\"4\"],false,true,false]",
        ),
        (
            "u.href = 'http://other/?d=5'; return [...p]",
            "[[\"d\",\"5\"]]",
        ),
        ("u.search = ''; return p.size", "0"),
        ("u.hash = ''; return [...p]", "[[\"a\",\"1\"]]"),
        ("return u.searchParams === p", "true"),
        (
            "u.searchParams = 'z=1'; return u.href",
            "\"https://h/?a=1#x\"",
        ),
        (
            "const q = new URLSearchParams(p); q.append('e', 6); return u.search",
            "\"?a=1\"",
        ),
        (
            "for (const [name] of new URL('https://h/?k=v').searchParams) p.append(name, 'w'); return u.search",
            "\"?a=1&k=w\"",
        ),
    ] {
        let expression = format!(
            "(() => {{ const u = new URL('https://h/?a=1#x'), p = u.searchParams; {statements} }})()"
        );
        assert_eq!(value_of(&fixture, &expression), json, "{statements}");
    }
}

#[test]
fn a_url_is_an_object_as_the_standard_describes_it() {
    let fixture = fixture();
    for (expression, json) in [
        ("`${new URL('http://h')}`", "\"http://h/\""),
        ("new URL('http://h')", "\"http://h/\""),
        ("{ u: new URL('http://h') }", "{\"u\":\"http://h/\"}"),
        (
            "new URL('b', new URL('http://h/a/')).href",
            "\"http://h/a/b\"",
        ),
        ("new URL({ toString: () => 'http://x' }).host", "\"x\""),
        (
            "[URL.canParse('http://h'), URL.canParse('h'), URL.canParse('h', 'http://x'), URL.canParse('', 'x')]",
            "[true,false,true,false]",
        ),
        (
            "[URL.parse('h'), URL.parse('h', 'http://x').href]",
            "[null,\"http://x/h\"]",
        ),
        (
            "Object.prototype.toString.call(new URL('http://h'))",
            "\"[object URL]\"",
        ),
        ("typeof URL + URL.name", "\"functionURL\""),
        (
            "(() => { class Mine extends URL { get top() { return this.host } } return new Mine('http://h').top })()",
            "\"h\"",
        ),
        (
            "(() => { try { URL('http://h') } catch (e) { return e.name } })()",
            "\"TypeError\"",
        ),
        // Half a surrogate pair is U+FFFD; other hosts than ASCII are refused.
        ("new URL('http://h/\\ud800').pathname", "\"/%EF%BF%BD\""),
        ("URL.canParse('https://bücher.example')", "false"),
    ] {
        assert_eq!(value_of(&fixture, expression), json, "{expression}");
    }
    let text = "function handler(w) {\n  w.url = new URL(w.payload).href\n  return w\n}";
    let fault = run(&fixture, text, "\"no URL\"").outcome;
    let fault = fault.expect_err("it throws");
    assert_eq!(fault.code, FaultCode::Thrown, "{fault:?}");
    assert!(
        fault.message.contains("TypeError: Invalid URL"),
        "{fault:?}"
    );
    let position = fault.position.map(|at| at.line);
    assert_eq!(position, Some(2), "{fault:?}");
}

#[test]
fn urls_do_not_pile_up() {
    let fixture = fixture();
    // A hundred bytes left behind each time would be too much.
    let text = "function handler(w) {
            const u = new URL('https://h/')
            for (let i = 0; i < 20000; i++) {
                u.searchParams.set('i', i)
                new URL('../' + i, u).searchParams.get('i')
                URL.canParse('no URL')
            }
            w.payload = u.search
            return w
        }";
    let program = load(&fixture, text).expect("the program is valid");
    let mut invocation = invocation();
    invocation.caps.memory_bytes_max = 2 << 20;
    invocation.caps.fuel_max = 10_000_000_000;
    invocation.caps.deadline_ms = 20_000;
    let webhook = fixture.run_with(&program, invocation).outcome;
    let webhook = webhook.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(&webhook.request().body()[..], b"\"?i=19999\"");
}

#[test]
fn a_url_outlives_what_a_program_does_to_the_built_ins() {
    let fixture = fixture();
    let text = "const first = new URL('http://h/?a=1')
        delete globalThis.URLSearchParams
        Array.prototype[Symbol.iterator] = Array.prototype.push = String.prototype.slice = null
        Object.defineProperty(Object.prototype, 'value', { set() { throw 1 }, get() { return 7 } })
        function handler(w) { first.searchParams.append('b', 2); w.payload = first.href; return w }";
    let expected = "\"http://h/?a=1&b=2\"";
    assert_eq!(body(&fixture, text, "{}"), expected);
    // The next event finds everything as it was.
    assert_eq!(
        value_of(&fixture, "new URL('http://h/?a=1').searchParams.get('a')"),
        "\"1\""
    );
}
