// JSON has no BigInt.
// expect: invalid_result: BigInt
function handler(webhook) {
  webhook.payload = { amount: 1n };
  return webhook;
}
