// Parses JSON that is a hundred thousand arrays deep.
// expect: memory_exceeded
function handler(webhook) {
  const deep = 100_000;
  webhook.payload = JSON.parse("[".repeat(deep) + "]".repeat(deep));
  return webhook;
}
