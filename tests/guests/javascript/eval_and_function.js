// Compiles text at run time. It may: the text gets the same sandbox.
// expect: delivered
// body: [2,3,"undefined"]
function handler(webhook) {
  const direct = eval("1 + 1");
  const made = new Function("return 1 + 2")();
  const hidden = (() => {}).constructor("return typeof process")();
  webhook.payload = [direct, made, hidden];
  return webhook;
}
