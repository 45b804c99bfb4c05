// Throws what is no error at all.
// expect: thrown: undefined
function handler(webhook) {
  throw undefined;
}
