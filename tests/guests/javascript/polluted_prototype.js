// Puts a header and a cancel into every object: what a program does to its own
// objects is its own result.
// expect: canceled
function handler(webhook) {
  Object.prototype.cancel = true;
  return { payload: {} };
}
