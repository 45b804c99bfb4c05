// Another port of the endpoint's host.
// expect: invalid_result: names the host 127.0.0.1:1, which
function handler(webhook) {
  webhook.url = "http://names the host 127.0.0.1:1, which:1/";
  return webhook;
}
