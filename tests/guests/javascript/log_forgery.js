// A message that poses as another, with terminal escapes.
// expect: delivered
// log: info: a\n    error: forged
function handler(webhook) {
  console.log("a\nerror: \u001b[31mforged\u001b[0m\r\u0007");
  return webhook;
}
