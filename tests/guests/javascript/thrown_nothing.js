// Throws what is not an error at all.
// expect: thrown: undefined
function handler(webhook) {
  throw undefined;
}
