// Never ends while the engine writes the payload.
// expect: out_of_fuel
function handler(webhook) {
  webhook.payload = { toJSON() { for (;;) {} } };
  return webhook;
}
