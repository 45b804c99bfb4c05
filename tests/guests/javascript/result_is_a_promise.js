// Returns a promise, without being an `async` function, which is not loaded.
// expect: invalid_result: a Promise
function handler(webhook) {
  return (async () => webhook)();
}
