// Clones what grows while it is cloned, and a chain of a hundred thousand.
// expect: delivered
// limits: fuel_max = 2000000000, memory_bytes_max = 134217728
function handler(webhook) {
  const map = new Map();
  map.set(map, { get again() { map.set({}, map); return map; } });
  let deep = {};
  for (let n = 0; n < 100_000; n++) deep = { deep };
  const copy = structuredClone([map, deep]);
  if (!copy[0].has(copy[0])) throw new Error("the cycle is not kept");
  return webhook;
}
