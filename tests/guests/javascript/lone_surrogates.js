// Halves of characters in payload and log: JSON escapes them.
// expect: delivered
// body: {"half":"\ud800","\udfff":1}
function handler(webhook) {
  console.log("\ud800");
  webhook.payload = { half: "\ud800", "\udfff": 1 };
  return webhook;
}
