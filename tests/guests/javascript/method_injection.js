// A method that would be a request of its own.
// expect: invalid_result: `method`
function handler(webhook) {
  webhook.method = "POST / HTTP/1.1\r\n\r\nGET";
  return webhook;
}
