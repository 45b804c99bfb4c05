// A payload whose `toJSON` gives a new object with a `toJSON`, without end.
// expect: stack_overflow
// limits: fuel_max = 1000000000, memory_bytes_max = 67108864
function handler(webhook) {
  class Endless { toJSON() { return { next: new Endless() }; } }
  webhook.payload = new Endless();
  return webhook;
}
