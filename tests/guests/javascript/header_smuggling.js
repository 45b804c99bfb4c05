// Headers that would make one request two.
// expect: invalid_result: header "Transfer-Encoding"
function handler(webhook) {
  webhook.headers = { "Transfer-Encoding": "chunked" };
  return webhook;
}
