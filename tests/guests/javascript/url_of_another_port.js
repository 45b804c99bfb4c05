// Another port of the endpoint's host.
// expect: invalid_result: 127.0.0.1
function handler(webhook) {
  webhook.url = "http://127.0.0.1:1/";
  return webhook;
}
