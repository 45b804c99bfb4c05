// Walks over an array whose length says four billion.
// expect: memory_exceeded
function handler(webhook) {
  const sparse = [];
  sparse.length = 2 ** 32 - 1;
  sparse.fill(0).reverse().join();
  return webhook;
}
