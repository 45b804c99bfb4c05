// One text of half a gigabyte.
// expect: memory_exceeded
function handler(webhook) {
  webhook.payload = "x".repeat(512 << 20);
  return webhook;
}
