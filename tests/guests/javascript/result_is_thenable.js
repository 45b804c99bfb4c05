// Returns an object with `then`, which nothing may call.
// expect: invalid_result: a webhook has not
function handler(webhook) {
  webhook.then = () => { throw new Error("called"); };
  return webhook;
}
