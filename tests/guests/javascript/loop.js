// Never ends.
// expect: out_of_fuel
function handler(webhook) {
  for (;;) {}
}
