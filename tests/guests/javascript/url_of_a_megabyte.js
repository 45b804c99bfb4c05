// A URL of a megabyte.
// expect: invalid_result: `url` is longer
function handler(webhook) {
  webhook.url += "?" + "x".repeat(1_000_000);
  return webhook;
}
