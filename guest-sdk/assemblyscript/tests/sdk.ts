// Tests of the SDK itself. The project's tests put this file in the place of a
// template's tests/handler.ts and run it there.

import { Form, Json, Method, Webhook, bytes } from "../sdk/hookmill";

function written(text: string): string {
  const value = Json.tryParse(text);
  return value === null ? "refused" : value.toString();
}

function expect(found: string, expected: string): void {
  assert(found == expected, found + " is not " + expected);
}

export function test_what_is_json_is_written_as_it_was(): void {
  const table = [
    "null", "true", "false", "0", "-0", "1.50", "1e400", "-12.5E+7", "9007199254740993",
    "123456789012345678901234567890", '""', '"a\\"b\\\\c\\n"', '"\\u0001"', '"ä€😀"', "[]", "{}",
    '[1,[2,{"a":null}],"x"]', '{"a":{"b":[{}]},"":1,"a":2}', '"\\ud800"', '"\\udc00x"',
  ];
  for (let i = 0; i < table.length; i++) expect(written(table[i]), table[i]);
}

export function test_escapes_and_blanks_are_read(): void {
  expect(written(' \t\r\n{ "a" : [ 1 , 2 ] } '), '{"a":[1,2]}');
  expect(written('"\\/\\b\\f\\r\\t\\u00e4\\uD83D\\uDE00"'), '"/\\u0008\\u000c\\u000d\\u0009ä😀"');
}

export function test_what_is_no_json_is_refused(): void {
  const table = [
    "", " ", "nul", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", '"', '"\\x"', '"\\u12g4"',
    '"\t"', "'a'", "[", "[1", "[1,]", "[,1]", "[1 2]", "]", "{", '{"a"}', '{"a":}', '{"a":1,}', "{a:1}",
    '{"a" 1}', "{1:1}", "1 2", "[]]", "\\u0020", "\ufeff{}",
  ];
  for (let i = 0; i < table.length; i++) expect(written(table[i]), "refused");
}

export function test_nesting_has_a_limit(): void {
  expect(written("[".repeat(128) + "]".repeat(128)), "[".repeat(128) + "]".repeat(128));
  expect(written("[".repeat(129) + "]".repeat(129)), "refused");
  expect(written("[".repeat(1000000)), "refused");
}

export function test_what_is_not_there_can_be_asked(): void {
  const json = Json.parse('{"a":{"n":null,"t":"x","i":-7,"f":2.5,"b":true,"l":[1,2]},"a2":1,"a2":2}');
  const a = json.get("a");
  assert(!json.get("x").get("y").at(3).exists);
  assert(a.get("n").exists && !a.get("n").isKnown && !a.get("n").isString);
  assert(a.get("t").isString && a.get("t").string == "x" && a.get("t").integer == 0);
  assert(a.get("i").integer == -7 && a.get("i").number == -7 && a.get("i").string == "");
  assert(a.get("f").number == 2.5 && a.get("f").integer == 2 && a.get("f").isNumber);
  assert(a.get("b").bool && !a.get("x").bool);
  assert(a.get("l").isList && a.get("l").length == 2 && a.get("l").at(1).integer == 2);
  assert(!a.get("l").at(2).exists && !a.get("l").at(-1).exists);
  assert(json.get("a2").integer == 2 && json.isObject && json.nameAt(0) == "a" && json.nameAt(9) == "");
  assert(Json.parse("9007199254740993").integer == 9007199254740993);
}

export function test_values_are_made_and_changed(): void {
  const json = Json.object()
    .set("text", 'a"b')
    .set("whole", 9007199254740993)
    .set("float", 0.1)
    .set("round", 2.0)
    .set("nan", NaN)
    .set("bool", true)
    .set("list", Json.list().push(1).push("x").push(Json.none()))
    .set("gone", Json.object().get("x"))
    .setKnown("null", Json.none())
    .set("text", "c");
  expect(
    json.toString(),
    '{"text":"c","whole":9007199254740993,"float":0.1,"round":2,"nan":null,"bool":true,"list":[1,"x",null]}',
  );
}

export function test_amounts_are_written_as_people_write_them(): void {
  expect(Json.money(4999, "USD").toString(), "49.99");
  expect(Json.money(8150, "EUR").toString(), "81.5");
  expect(Json.money(100, "EUR").toString(), "1");
  expect(Json.money(5, "EUR").toString(), "0.05");
  expect(Json.money(-5, "EUR").toString(), "-0.05");
  expect(Json.money(0, "EUR").toString(), "0");
  expect(Json.money(1500, "JPY").toString(), "1500");
  expect(Json.money(12345, "KWD").toString(), "12.345");
  expect(Json.money(12050, "KWD").toString(), "12.05");
  expect(Json.money(10, "").toString(), "0.1");
  expect(Json.money(-123456, "XXX").toString(), "-1234.56");
  expect(Json.money(9007199254740993, "EUR").toString(), "90071992547409.93");
  expect(Json.money(i64.MIN_VALUE, "JPY").toString(), "-9223372036854775808");
}

export function test_bodies_bring_their_content_type(): void {
  const webhook = new Webhook("t", "u", bytes('{"a":1}'));
  assert(webhook.method == Method.Post && webhook.json().get("a").integer == 1);
  webhook.setForm(new Form().add("to", "+43 1").add("body", "ä&b*-._~"));
  expect(webhook.text(), "to=%2B43+1&body=%C3%A4%26b*-._%7E");
  expect(webhook.header("content-type")!, "application/x-www-form-urlencoded");
  webhook.setText("a text");
  expect(webhook.header("CONTENT-TYPE")!, "text/plain; charset=utf-8");
  assert(webhook.headers.length == 1);
  webhook.setJson(Json.object());
  expect(webhook.text(), "{}");
  assert(webhook.header("content-type") === null);
  webhook.setHeader("content-type", "application/vnd.api+json");
  webhook.setJson(Json.list());
  expect(webhook.header("content-type")!, "application/vnd.api+json");
}
