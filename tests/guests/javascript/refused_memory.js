// Takes all memory before it has declared its handler.
// expect: refused: bytes of memory
const kept = [];
for (;;) kept.push(new ArrayBuffer(1 << 20));
function handler(webhook) { return webhook; }
