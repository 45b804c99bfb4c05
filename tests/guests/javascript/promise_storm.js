// Jobs that queue jobs: nothing waits for promises, so none runs.
// expect: delivered
function handler(webhook) {
  const again = () => Promise.resolve().then(again).then(again);
  again();
  return webhook;
}
