// A host name of sixty thousand characters, which no endpoint allows: what is
// recorded of it is bounded.
// expect: invalid_result: which endpoint `js-url_of_a_long_host` does not allow
function handler(webhook) {
  webhook.url = "http://" + "long.".repeat(12_000) + "test/";
  return webhook;
}
