// Takes all memory before it has declared its handler.
// expect: refused: needs more than 134217728 bytes of memory
const kept = [];
for (;;) kept.push(new ArrayBuffer(1 << 20));
function handler(webhook) { return webhook; }
