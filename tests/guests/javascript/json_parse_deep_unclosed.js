// Parses a million opening brackets.
// expect: memory_exceeded
function handler(webhook) {
  webhook.payload = JSON.parse("[".repeat(1_000_000));
  return webhook;
}
