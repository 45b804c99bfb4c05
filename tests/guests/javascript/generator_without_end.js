// Spreads an iterator that never ends, of nothing: memory stays small.
// expect: out_of_fuel
function handler(webhook) {
  function* nothing() { for (;;) yield; }
  for (const _ of nothing());
  return webhook;
}
