// Compiles a program, at run time, that nests a hundred thousand brackets.
// expect: stack_overflow
function handler(webhook) {
  new Function("return " + "(".repeat(100_000) + "1" + ")".repeat(100_000))();
  return webhook;
}
