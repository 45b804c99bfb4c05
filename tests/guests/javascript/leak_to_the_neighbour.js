// Replaces what every other handler uses; the good tenant's events tell
// whether it did.
// expect: delivered
function handler(webhook) {
  JSON.parse = JSON.stringify = Object.keys = () => "replaced";
  Object.defineProperty(Object.prototype, "url", { get() { return "http://127.0.0.2/"; } });
  Object.defineProperty(Object.prototype, "payload", { get() { return "replaced"; } });
  return webhook;
}
