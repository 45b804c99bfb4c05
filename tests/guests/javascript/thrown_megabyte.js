// An error whose text has a megabyte: what is recorded of it is bounded.
// expect: thrown
function handler(webhook) {
  throw new Error("x".repeat(1_000_000));
}
