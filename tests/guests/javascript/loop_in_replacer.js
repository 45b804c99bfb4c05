// Never ends inside a built-in: the callback of a replacement.
// expect: out_of_fuel
function handler(webhook) {
  "a".replace(/a/, () => { for (;;) {} });
  return webhook;
}
