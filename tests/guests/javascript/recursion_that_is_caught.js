// Overflows the stack again and again, and catches it.
// expect: out_of_fuel
function handler(webhook) {
  const deep = () => deep() + 1;
  for (;;) {
    try { deep(); } catch {}
  }
}
