// A property that throws when the engine reads it.
// expect: thrown: from the getter
function handler(webhook) {
  return { get headers() { throw new Error("from the getter"); } };
}
