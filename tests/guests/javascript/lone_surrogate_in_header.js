// Half a character in a header.
// expect: invalid_result: header "x-half"
function handler(webhook) {
  webhook.headers = { "x-half": "\ud800" };
  return webhook;
}
