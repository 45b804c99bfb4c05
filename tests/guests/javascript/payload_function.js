// JSON has no functions.
// expect: invalid_result: a function
function handler(webhook) {
  webhook.payload = () => 1;
  return webhook;
}
