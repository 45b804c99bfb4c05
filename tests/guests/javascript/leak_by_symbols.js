// The registry of symbols and weak references, as places to leave something.
// expect: delivered
function handler(webhook) {
  const mark = Symbol.for("mark");
  if (globalThis[mark] || Array[mark]) throw new Error("leaked");
  globalThis[mark] = Array[mark] = new WeakRef(webhook);
  return webhook;
}
