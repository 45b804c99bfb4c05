// Lengths that no 32-bit memory can have, caught in a loop.
// expect: out_of_fuel
function handler(webhook) {
  for (;;) {
    try { new ArrayBuffer(2 ** 53); } catch {}
    try { new Array(-1); } catch {}
    try { "x".repeat(2 ** 31); } catch {}
  }
}
