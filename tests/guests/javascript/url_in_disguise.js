// The endpoint's host as user name, in the hope that somebody looks there.
// expect: invalid_result: `url`
function handler(webhook) {
  webhook.url = webhook.url.replace(/^(http:..[^/]+).*/, "$1@169.254.169.254/");
  return webhook;
}
