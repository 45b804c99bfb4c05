// JSON has no symbols.
// expect: invalid_result: a symbol
function handler(webhook) {
  webhook.payload = Symbol("payload");
  return webhook;
}
