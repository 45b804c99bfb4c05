// A header's value that would begin another header.
// expect: invalid_result: header "x-a"
function handler(webhook) {
  webhook.headers = { "x-a": "1\r\nauthorization: Bearer forged" };
  return webhook;
}
