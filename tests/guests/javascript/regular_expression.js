// A regular expression that backtracks catastrophically (ReDoS).
// expect: out_of_fuel
function handler(webhook) {
  /^(a+)+$/.test("a".repeat(64) + "b");
  return webhook;
}
