// Asks for too much again and again, and catches the refusal.
// expect: memory_exceeded
function handler(webhook) {
  const kept = [];
  for (;;) {
    try { kept.push(new Uint8Array(1 << 20).fill(1)); } catch {}
  }
}
