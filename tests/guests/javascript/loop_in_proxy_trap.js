// Never ends while the engine lists the headers.
// expect: out_of_fuel
function handler(webhook) {
  webhook.headers = new Proxy({}, { ownKeys() { for (;;) {} } });
  return webhook;
}
