// One header of a megabyte.
// expect: invalid_result: `headers` has 1 fields
function handler(webhook) {
  webhook.headers = { "x-large": "x".repeat(1_000_000) };
  return webhook;
}
