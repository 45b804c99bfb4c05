// A Map deep inside: JSON would write {} for it, without a word.
// expect: invalid_result: payload.items is a Map
function handler(webhook) {
  webhook.payload = { orders: [{ items: {} }, { items: new Map([["a", 1]]) }] };
  return webhook;
}
