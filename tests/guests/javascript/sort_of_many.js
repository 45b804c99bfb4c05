// Built-ins that walk far in one call, over and over.
// expect: out_of_fuel
function handler(webhook) {
  const many = new Array(10_000).fill(0).map((_, n) => (n * 7919) % 10_007);
  for (;;) many.slice().sort().reverse().join().split(",").indexOf("x");
}
