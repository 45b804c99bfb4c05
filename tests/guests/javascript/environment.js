// Asks for secrets: it gets the endpoint's variables, which are none.
// expect: delivered
// body: [{},{}]
function handler(webhook) {
  webhook.payload = [webhook.env, webhook.transformationsParams];
  return webhook;
}
