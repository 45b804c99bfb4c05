// Measures time and chance: the clock stands, and nothing can be timed.
// expect: delivered
function handler(webhook) {
  const before = [Date.now(), +new Date(), performance.now()].join();
  for (let n = 0; n < 10_000; n++);
  const after = [Date.now(), +new Date(), performance.now()].join();
  if (before !== after) throw new Error(`${before} became ${after}`);
  webhook.payload = [Date.now(), Math.random(), crypto.randomUUID()];
  return webhook;
}
