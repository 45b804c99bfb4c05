// A payload that contains itself.
// expect: invalid_result: contains itself
function handler(webhook) {
  webhook.payload = { a: [] };
  webhook.payload.a.push(webhook.payload);
  return webhook;
}
