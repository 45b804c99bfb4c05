// Never ends while the engine describes what was thrown.
// expect: out_of_fuel
function handler(webhook) {
  const error = new Error();
  Object.defineProperty(error, "message", { get() { for (;;) {} } });
  Object.defineProperty(error, "stack", { get() { for (;;) {} } });
  throw error;
}
