// Waits on shared memory.
// expect: thrown: Atomics is not defined
function handler(webhook) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(8)), 0, 0);
  return webhook;
}
