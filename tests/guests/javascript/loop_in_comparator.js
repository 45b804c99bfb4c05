// Never ends inside a built-in: the comparator of a sort.
// expect: out_of_fuel
function handler(webhook) {
  [2, 1].sort(() => { for (;;) {} });
  return webhook;
}
