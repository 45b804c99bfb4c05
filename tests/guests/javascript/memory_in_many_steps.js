// Many buffers of a quarter of a megabyte.
// expect: memory_exceeded
function handler(webhook) {
  const kept = [];
  for (;;) kept.push(new ArrayBuffer(256 << 10));
}
