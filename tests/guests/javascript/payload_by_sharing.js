// A small object that becomes 2^60 bytes of JSON: each level twice the last.
// expect: memory_exceeded
function handler(webhook) {
  let level = ["xxxxxxxx"];
  for (let n = 0; n < 60; n++) level = [level, level];
  webhook.payload = level;
  return webhook;
}
