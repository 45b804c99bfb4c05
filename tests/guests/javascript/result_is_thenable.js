// Returns an object with `then`, which nothing may call.
// expect: delivered
function handler(webhook) {
  webhook.then = () => { throw new Error("called"); };
  return webhook;
}
