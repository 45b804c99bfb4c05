// Logs a hundred thousand times: once the log is full, a call costs almost nothing.
// expect: delivered
// log: the log was cut at
function handler(webhook) {
  for (let n = 0; n < 100_000; n++) console.log(webhook);
  return webhook;
}
