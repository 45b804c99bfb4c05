// Returns a payload that is a hundred thousand arrays deep.
// expect: delivered
// limits: fuel_max = 2000000000, memory_bytes_max = 67108864
function handler(webhook) {
  let deep = [];
  for (let n = 0; n < 100_000; n++) deep = [deep];
  webhook.payload = deep;
  return webhook;
}
