// Compiles a regular expression that nests ten thousand groups.
// expect: thrown: too many captures
function handler(webhook) {
  new RegExp("(".repeat(10_000) + "a" + ")".repeat(10_000)).test("a");
  return webhook;
}
