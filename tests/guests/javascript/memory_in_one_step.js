// One buffer of a gigabyte.
// expect: memory_exceeded
function handler(webhook) {
  new ArrayBuffer(1 << 30);
  return webhook;
}
