// Doubles an array until it does not fit.
// expect: memory_exceeded
function handler(webhook) {
  let many = [1, 2, 3];
  for (;;) many = many.concat(many);
}
