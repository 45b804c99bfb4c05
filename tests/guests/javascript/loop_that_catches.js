// Never ends, and catches whatever would end it.
// expect: out_of_fuel
function handler(webhook) {
  for (;;) {
    try {
      for (;;) {}
    } catch {
    } finally {
      continue;
    }
  }
}
