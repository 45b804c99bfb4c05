// An object that claims 2^53 - 1 elements, given to generic array methods.
// expect: thrown: invalid array length
function handler(webhook) {
  Array.prototype.push.call({ length: 2 ** 53 - 2 }, 1);
  Array.from({ length: 2 ** 53 - 1 });
  return webhook;
}
