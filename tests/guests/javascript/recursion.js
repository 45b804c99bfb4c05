// Recurses without end.
// expect: stack_overflow
function handler(webhook) {
  return handler(webhook) + 1;
}
