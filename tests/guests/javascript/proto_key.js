// A key that would change a prototype if somebody copied it carelessly.
// expect: delivered
// body: {"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}
function handler(webhook) {
  const text = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
  webhook.payload = JSON.parse(text);
  if ({}.polluted !== undefined) throw new Error("polluted");
  return webhook;
}
