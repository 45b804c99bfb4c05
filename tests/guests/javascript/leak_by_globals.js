// Leaves marks wherever it can, and throws when it finds one.
// expect: delivered
let count = 0;
function handler(webhook) {
  const places = [
    globalThis, Object.prototype, Array.prototype, Function.prototype, JSON, Math,
    console, Reflect, handler, String, Promise.prototype, Symbol.prototype,
  ];
  if (count++ || places.some((place) => place.leak !== undefined)) throw new Error("leaked");
  for (const place of places) {
    place.leak = webhook.payload;
    if (place.leak === undefined) throw new Error("no mark was left");
  }
  return webhook;
}
