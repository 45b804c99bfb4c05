// A length that is not the body's.
// expect: invalid_result: header "content-length"
function handler(webhook) {
  webhook.headers = { "content-length": 0 };
  return webhook;
}
