// A password in the URL.
// expect: invalid_result: `url`
function handler(webhook) {
  webhook.url = webhook.url.replace("http://", "http://user:password@");
  return webhook;
}
