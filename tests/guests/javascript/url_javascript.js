// A program instead of a destination.
// expect: invalid_result: `url`
function handler(webhook) {
  webhook.url = "javascript:alert(1)";
  return webhook;
}
