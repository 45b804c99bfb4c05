// Returns a function.
// expect: invalid_result: not a webhook
function handler(webhook) {
  return handler;
}
