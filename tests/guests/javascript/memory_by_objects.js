// Keeps small objects without end.
// expect: memory_exceeded
function handler(webhook) {
  const kept = [];
  for (;;) kept.push({ kept });
}
