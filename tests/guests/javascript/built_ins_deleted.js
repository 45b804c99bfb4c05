// Deletes every global there is.
// expect: delivered
function handler(webhook) {
  const globals = globalThis;
  for (const name of Object.getOwnPropertyNames(globals)) delete globals[name];
  webhook.payload = [typeof JSON];
  return webhook;
}
