// A file instead of a destination.
// expect: invalid_result: `url`
function handler(webhook) {
  webhook.url = "file:///etc/passwd";
  return webhook;
}
