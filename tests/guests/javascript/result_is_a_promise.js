// Returns a promise.
// expect: invalid_result: a Promise
async function handler(webhook) {
  return webhook;
}
