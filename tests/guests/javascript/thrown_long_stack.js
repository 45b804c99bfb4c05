// A stack of functions whose names have a hundred thousand characters: what is
// recorded of it is bounded.
// expect: thrown: Error: x
// limits: fuel_max = 1000000000, memory_bytes_max = 67108864
function handler(webhook) {
  const name = "f".repeat(100_000);
  const frames = { [name](n) { if (n) return frames[name](n - 1); throw new Error("x"); } };
  return frames[name](20);
}
