//! JSON in the engine: what is left alone keeps its bytes, what is changed is
//! written as the language has it, and the fast ways give what the engine's own
//! give.

mod common;

use common::fixture;
use common::handlers::{body, value_of};

fn handler(statement: &str) -> String {
    format!("function handler(w) {{ const p = w.payload; {statement}; return w }}")
}

#[test]
fn what_says_the_same_keeps_its_bytes() {
    let fixture = fixture();
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let deep_object = format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000));
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":{"x":1},"b":2,"a":{"x":1}}"#,
        r#"{"a":[1,{"b":1,"b":2}],"a":{"c":3}}"#,
        r#"{"1":5,"1":6}"#,
        r#"{"10":1,"2":2,"x":3,"1":4}"#,
        r#"{"3000000000":1,"2":1,"4294967295":2,"1768480496":3}"#,
        r#"{"007":1,"1":2,"-1":3,"1.5":4}"#,
        r#"{ "a" : 1.0 , "b" : [ 1e3 , -0 , 0.10 ] }"#,
        r#"{"\u0061\u0062":1,"naïve":2,"\"":3,"世界":4,"__proto__":{"x":1}}"#,
        r#"{"a":9007199254740993,"b":12345678901234567890,"c":1e400,"d":0.1000}"#,
        r#"{"a":[],"b":{},"c":[[]],"d":[{}],"e":""}"#,
        r#"{"toJSON":1,"length":2,"constructor":3}"#,
        &deep,
        &deep_object,
    ] {
        for statement in [
            "",
            "JSON.stringify(p)",
            "w.extra = p; delete w.extra",
            "if (Array.isArray(p)) { p.push(1); p.pop() } else { p.z = 1; delete p.z }",
            "p[Symbol.iterator]",
        ] {
            let found = body(&fixture, &handler(statement), text);
            assert_eq!(found, *text, "{statement}");
        }
    }
    let text = r#"{"a": 1.0, "b": [1, 2], "c": "x"}"#;
    for statement in [
        "p.a = 1",
        "p.a = 2 / 2",
        "p.b = [1, 2]",
        "p.b[1] = 2",
        "p.b = [...p.b]",
        "p.c = 'x'",
        "p.c = String.fromCharCode(120)",
        "delete p.c; p.c = 'x'",
        "Object.freeze(p)",
        "Object.defineProperty(p, 'hidden', { value: 1 })",
    ] {
        assert_eq!(
            body(&fixture, &handler(statement), text),
            text,
            "{statement}"
        );
    }
}

#[test]
fn what_says_something_else_is_written() {
    let fixture = fixture();
    for (text, statement, expected) in [
        (r#"{ "a" : 1 }"#, "p.b = 2", r#"{"a":1,"b":2}"#),
        (r#"{ "a" : 1 }"#, "delete p.a", "{}"),
        (r#"{ "a" : 1, "b" : 2 }"#, "delete p.a", r#"{"b":2}"#),
        (r#"{ "a" : 1, "b" : 2 }"#, "delete p.b", r#"{"a":1}"#),
        (
            r#"{ "a" : 1, "b" : 2 }"#,
            "delete p.a; p.a = 1",
            r#"{"b":2,"a":1}"#,
        ),
        (r#"{ "a" : 1 }"#, "p.a = '1'", r#"{"a":"1"}"#),
        (r#"{ "a" : "x" }"#, "p.a = 'y'", r#"{"a":"y"}"#),
        (r#"{ "a" : [1] }"#, "p.a.push(2)", r#"{"a":[1,2]}"#),
        (r#"{ "a" : [1, 2] }"#, "p.a.pop()", r#"{"a":[1]}"#),
        (r#"{ "a" : [] }"#, "p.a = {}", r#"{"a":{}}"#),
        (r#"{ "a" : {} }"#, "p.a = []", r#"{"a":[]}"#),
        (r#"{ "a" : {} }"#, "p.a.b = 1", r#"{"a":{"b":1}}"#),
        (r#"{ "a" : [] }"#, "p.a.length = 2", r#"{"a":[null,null]}"#),
        (
            r#"{ "a" : [1, 2, 3] }"#,
            "delete p.a[1]",
            r#"{"a":[1,null,3]}"#,
        ),
        (r#"{ "a" : [1] }"#, "p.a.note = 1", r#"{"a":[1]}"#),
        (r#"{ "a" : [1] }"#, "p.a.toJSON = () => 7", r#"{"a":7}"#),
        (r#"{ "a" : 1, "a" : 2 }"#, "p.b = 3", r#"{"a":2,"b":3}"#),
        (r#"{ "a" : 1, "a" : 2 }"#, "p.a = 1", r#"{"a":1}"#),
        (r#"{ "1" : 5, "1" : 5 }"#, "p[2] = 7", r#"{"1":5,"2":7}"#),
        (
            r#"{ "2" : 5, "1" : 5 }"#,
            "p[3] = 7",
            r#"{"1":5,"2":5,"3":7}"#,
        ),
        (r#"{ "2" : 5, "b" : 5 }"#, "delete p[2]", r#"{"b":5}"#),
        (r#"{ "a" : 1 }"#, "p.a = undefined", "{}"),
        (
            r#"{ "a" : 1 }"#,
            "p.f = () => 1; p.s = Symbol()",
            r#"{"a":1}"#,
        ),
        (
            r#"{ "a" : 1 }"#,
            "p[Symbol('s')] = 2; p.b = NaN",
            r#"{"a":1,"b":null}"#,
        ),
        (
            r#"{ "a" : 1 }"#,
            "p.d = new Date(0)",
            r#"{"a":1,"d":"1970-01-01T00:00:00.000Z"}"#,
        ),
        (
            r#"{ "a" : 1 }"#,
            "Object.defineProperty(p, 'a', { enumerable: false })",
            "{}",
        ),
        (
            r#"{ "a" : 1 }"#,
            "Object.defineProperty(p, 'a', { get() { return 2 } })",
            r#"{"a":2}"#,
        ),
        (
            r#"{ "a" : 1 }"#,
            "w.payload = new (class { b = 2 })()",
            r#"{"b":2}"#,
        ),
        (
            r#"{ "a" : 1 }"#,
            "w.payload = [p, p, [p]]",
            r#"[{"a":1},{"a":1},[{"a":1}]]"#,
        ),
        (
            r#"{ "a" : 1 }"#,
            "w.payload = Object.assign(Object.create(null), { 'q\"': '\\n', 2: 1, x: -0 })",
            r#"{"2":1,"q\"":"\n","x":0}"#,
        ),
    ] {
        let found = body(&fixture, &handler(statement), text);
        assert_eq!(found, expected, "{text}: {statement}");
    }
}

#[test]
fn json_parse_and_stringify_are_what_the_language_says() {
    let fixture = fixture();
    for (expression, expected) in [
        (
            "JSON.stringify({ a: [1, 'x', null, true, undefined] })",
            r#""{\"a\":[1,\"x\",null,true,null]}""#,
        ),
        ("JSON.stringify({ b: 1 }, null, 2)", r#""{\n  \"b\": 1\n}""#),
        ("JSON.stringify({ b: 1, c: 2 }, ['c'])", r#""{\"c\":2}""#),
        (
            "JSON.stringify({ b: 1 }, (k, v) => k ? v + 1 : v)",
            r#""{\"b\":2}""#,
        ),
        (
            "String(JSON.stringify(undefined)) + JSON.stringify(() => 1)",
            "\"undefinedundefined\"",
        ),
        (
            "JSON.stringify({ toJSON() { return { x: 1 } } })",
            r#""{\"x\":1}""#,
        ),
        ("JSON.stringify('\\ud800')", r#""\"\\ud800\"""#),
        ("JSON.stringify(new Map([[1, 2]]))", "\"{}\""),
        ("JSON.parse('[1,{\"a\":\"\\\\u00e9\"}]')[1].a", "\"é\""),
        (
            "JSON.parse('{\"a\":1}', (k, v) => k === 'a' ? 2 : v).a",
            "2",
        ),
        ("JSON.parse(12) + JSON.parse(' true ')", "13"),
        (
            "JSON.parse('{\"__proto__\":1}').hasOwnProperty('__proto__')",
            "true",
        ),
        (
            "(() => { try { JSON.parse('{') } catch (e) { return e.name } })()",
            "\"SyntaxError\"",
        ),
        (
            "(() => { try { JSON.parse() } catch (e) { return e.name } })()",
            "\"SyntaxError\"",
        ),
        (
            "(() => { const a = []; a.push([a]); try { JSON.stringify(a) } catch (e) { return e.name } })()",
            "\"TypeError\"",
        ),
        (
            "(() => { try { JSON.stringify(1n) } catch (e) { return e.name } })()",
            "\"TypeError\"",
        ),
        (
            "JSON.stringify.name + typeof JSON.parse.prototype",
            "\"stringifyundefined\"",
        ),
        // What is copied again and again is given up again and again.
        (
            "(() => { let n = 0; for (let i = 0; i < 3000; i++) n += JSON.parse(JSON.stringify({ i, s: 'x'.repeat(1000) + i })).s.length; return n })()",
            "3010890",
        ),
    ] {
        assert_eq!(value_of(&fixture, expression), expected, "{expression}");
    }
}

#[test]
fn numbers_are_read_and_written_as_the_engine_does() {
    let fixture = fixture();
    let wrong = "(() => {
      const wrong = [];
      const check = (x) => {
        if (JSON.stringify(x) !== String(x)) wrong.push(['written', String(x), JSON.stringify(x)]);
        if (JSON.parse(String(x)) !== x) wrong.push(['read', String(x), String(JSON.parse(String(x)))]);
        if (JSON.parse('[-' + String(Math.abs(x)) + ']')[0] !== -Math.abs(x)) wrong.push(['minus', String(x)]);
      };
      for (const x of [0, 1, -1, 0.1, 0.1 + 0.2, 1.5, 4.35, 1.005, 2.675, 1e-6, 1.5e-6, 1e-7, 123456.789, 1e15,
        999999999999999.9, 99999999999999.9, 0.000001234567, 1e20, 1e21, 1e22, 123456789012345680, 2 ** 53,
        2 ** 53 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 5e-324, 1.7976931348623157e308, 1 / 3, 100 / 3, 0.30000000000000004,
        1768480496.789, 12345678.12345678, 0.5, 1e-5, 9.5367431640625e-7]) check(x);
      let seed = 1;
      const next = () => (seed = (seed * 48271) % 2147483647);
      for (let i = 0; i < 3000; i++) {
        check(next() / 10 ** (next() % 12));
        check((next() * 2147483647 + next()) / 10 ** (next() % 25));
        check(Number((next() / 1e4).toFixed(next() % 6)));
      }
      return wrong.slice(0, 5);
    })()";
    assert_eq!(value_of(&fixture, wrong), "[]");
}
