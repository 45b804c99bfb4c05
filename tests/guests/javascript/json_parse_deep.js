// Parses JSON that is a hundred thousand arrays deep.
// expect: stack_overflow
function handler(webhook) {
  const deep = 100_000;
  webhook.payload = JSON.parse("[".repeat(deep) + "]".repeat(deep));
  return webhook;
}
