// A payload larger than the limit.
// expect: output_too_large: `output_bytes_max`
// limits: memory_bytes_max = 67108864
function handler(webhook) {
  webhook.payload = "x".repeat(2 << 20);
  return webhook;
}
