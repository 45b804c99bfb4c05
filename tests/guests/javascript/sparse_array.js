// An array whose length says four billion, made JSON.
// expect: memory_exceeded
// limits: fuel_max = 1000000000
function handler(webhook) {
  const sparse = [];
  sparse[2 ** 32 - 2] = 1;
  webhook.payload = sparse;
  return webhook;
}
