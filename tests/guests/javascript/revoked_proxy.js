// A result of which every read throws.
// expect: thrown: revoked
function handler(webhook) {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
