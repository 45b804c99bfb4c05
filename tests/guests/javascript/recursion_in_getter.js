// A getter that reads itself, met by the engine.
// expect: stack_overflow
function handler(webhook) {
  return { get url() { return this.url; } };
}
