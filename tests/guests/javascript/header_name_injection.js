// A header's name that would begin another header.
// expect: invalid_result: header
function handler(webhook) {
  webhook.headers = { "x-a: 1\r\nauthorization": "Bearer forged" };
  return webhook;
}
