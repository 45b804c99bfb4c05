// One expression of a few bytes that takes for ever: a power of a power.
// expect: out_of_fuel
function handler(webhook) {
  webhook.payload = String((9n ** 999_999n) ** 999n);
  return webhook;
}
