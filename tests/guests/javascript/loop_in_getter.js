// Never ends while the engine reads the result.
// expect: out_of_fuel
function handler(webhook) {
  return { get url() { for (;;) {} } };
}
