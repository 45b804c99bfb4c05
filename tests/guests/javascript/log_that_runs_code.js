// Values that never end, or throw, when they are looked at: the console must
// look without running them, and no method of it may throw.
// expect: delivered
// body: {"calls":0}
function handler(webhook) {
  let calls = 0;
  const trap = () => { calls += 1; for (;;) {} };
  const proxy = new Proxy({}, new Proxy({}, { get: () => trap }));
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const error = Object.defineProperties(new Error(), { name: { get: trap }, message: { get: trap }, stack: { get: trap } });
  const values = [proxy, revoked.proxy, error, Object.create(proxy), { toString: trap, toJSON: trap, valueOf: trap },
    { get [Symbol.toStringTag]() { return trap(); }, get constructor() { return trap(); } }, Symbol(), Object.create(null)];
  for (const method of Object.getOwnPropertyNames(console)) {
    for (const value of values) console[method](value, value), console[method]("%s%d%j", value, value, value);
  }
  webhook.payload = { calls };
  return webhook;
}
