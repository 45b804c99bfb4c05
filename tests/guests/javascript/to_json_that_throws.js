// Throws while the engine writes the payload.
// expect: thrown: from toJSON
function handler(webhook) {
  webhook.payload = { toJSON() { throw new Error("from toJSON"); } };
  return webhook;
}
