// Proxies of proxies: one read recurses inside the engine, not in JavaScript.
// expect: stack_overflow
// limits: memory_bytes_max = 67108864
function handler(webhook) {
  let proxy = {};
  for (let n = 0; n < 100_000; n++) proxy = new Proxy(proxy, {});
  webhook.payload = proxy.a;
  return webhook;
}
