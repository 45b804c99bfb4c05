// A chain of closures and iterators, each holding the last.
// expect: memory_exceeded
function handler(webhook) {
  let chain = () => 1;
  for (;;) {
    const last = chain;
    chain = () => last();
  }
}
