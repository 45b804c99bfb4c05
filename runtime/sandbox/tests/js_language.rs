//! What the engine got from its patches (`guest-sdk/js-engine/patches`): each
//! value is what Node.js gives.

mod common;

use common::fixture;
use common::handlers::value_of;

#[test]
fn the_language_gives_what_node_gives() {
    let fixture = fixture();
    let table = [
        // Regular expressions with the flag v, outside of classes.
        ("/-/v.test('a-b')", "true"),
        ("/a,,b/v.exec('a,,b')[0]", "\"a,,b\""),
        ("/&&!!##%%/v.test('&&!!##%%')", "true"),
        ("/[[a-z]--[aeiou]]/v.test('a')", "false"),
        (
            "[/[(]/u.test('('), (() => { try { new RegExp('[(]', 'v') } catch (e) { return e.name } })()]",
            "[true,\"SyntaxError\"]",
        ),
        (
            "(() => { try { new RegExp('[a&&&b]', 'v') } catch (e) { return e.name } })()",
            "\"SyntaxError\"",
        ),
        // Shortest digits.
        ("String(2 ** -24)", "\"5.960464477539063e-8\""),
        ("String(2 ** -44)", "\"5.684341886080802e-14\""),
        ("String(2 ** -1074)", "\"5e-324\""),
        (
            "[2 ** -1, 2 ** -3, 2 ** 53, 2 ** 70].join()",
            "\"0.5,0.125,9007199254740992,1.1805916207174113e+21\"",
        ),
        (
            "[0.1 + 0.2, 1 / 3, 123456789.125, 1e21, 1e-7].join()",
            "\"0.30000000000000004,0.3333333333333333,123456789.125,1e+21,1e-7\"",
        ),
        // Every power of two is read back, and has no shorter form nearby.
        (
            "(() => { for (let e = -1074; e < 1024; e++) { const x = 2 ** e; if (Number(String(x)) !== x) return e } return 'all' })()",
            "\"all\"",
        ),
        // RFC 3339.
        (
            "new Date('2020-01-02t03:04:05z').toISOString()",
            "\"2020-01-02T03:04:05.000Z\"",
        ),
        (
            "new Date('2020-01-02t03:04:05.678+01:00').toISOString()",
            "\"2020-01-02T02:04:05.678Z\"",
        ),
        ("Date.parse('2020-01-02T03:04:05z')", "1577934245000"),
        ("Number.isNaN(Date.parse('2020-01-02q03:04:05z'))", "true"),
        // The zone's name.
        (
            "String(new Date(0))",
            "\"Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)\"",
        ),
        (
            "new Date(0).toTimeString()",
            "\"00:00:00 GMT+0000 (Coordinated Universal Time)\"",
        ),
        (
            "new Date(-62198755200000 * 100).toString().endsWith('(Coordinated Universal Time)')",
            "true",
        ),
        ("Date.parse(String(new Date(1e12)))", "1000000000000"),
        // The last match.
        (
            "(() => { /(\\d+)-(\\d+)(x)?/.exec('on 20-30.'); return [RegExp.$1, RegExp.$2, RegExp.$3, RegExp.$9, RegExp.lastMatch, RegExp['$&'], RegExp.leftContext, RegExp.rightContext, RegExp.lastParen, RegExp.input] })()",
            "[\"20\",\"30\",\"\",\"\",\"20-30\",\"20-30\",\"on \",\".\",\"\",\"on 20-30.\"]",
        ),
        (
            "(() => { 'a1b2'.replace(/([a-z])(\\d)/g, ''); /z/.test('a'); return RegExp.$1 + RegExp.$2 })()",
            "\"b2\"",
        ),
        (
            "(() => { 'x=é日'.match(/=(.)(.)/); return [RegExp.$1, RegExp.$2] })()",
            "[\"é\",\"日\"]",
        ),
        (
            "(() => { class R extends RegExp {} try { return R.$1 } catch (e) { return e.name } })()",
            "\"TypeError\"",
        ),
        ("Object.keys(RegExp).length", "0"),
        // Many arguments.
        (
            "Math.max.apply(null, new Array(100_000).fill(1).concat(7))",
            "7",
        ),
        ("Math.max(...new Array(200_000).fill(3))", "3"),
        (
            "((...rest) => rest.length)(...new Array(300_000).fill(0))",
            "300000",
        ),
        (
            "String.fromCharCode.apply(null, new Uint8Array(150_000)).length",
            "150000",
        ),
        (
            "(() => { const a = []; a.push(...new Array(100_000).fill(1)); return a.length })()",
            "100000",
        ),
        (
            "(() => { try { Math.max.apply(null, { length: 2 ** 21 }) } catch (e) { return e.name } })()",
            "\"RangeError\"",
        ),
    ];
    for (expression, expected) in table {
        assert_eq!(value_of(&fixture, expression), expected, "{expression}");
    }
}
