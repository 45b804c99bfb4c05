// Logs without end, in effect: it is cut, and the event delivered.
// expect: delivered
// log: the log was cut at
function handler(webhook) {
  for (let n = 0; n < 2_000; n++) console.log("flood", n, "x".repeat(100));
  return webhook;
}
