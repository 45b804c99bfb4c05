// A property that answers otherwise the second time: it is read once.
// expect: delivered
function handler(webhook) {
  let reads = 0;
  const url = webhook.url;
  return { get url() { return reads++ ? "http://127.0.0.2/" : url; }, payload: {} };
}
