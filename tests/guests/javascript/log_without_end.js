// Logs hundreds of thousands of times: once the log is full, a call costs almost nothing.
// expect: delivered
// log: the log was cut at
function handler(webhook) {
  for (let n = 0; n < 400_000; n++) console.log(webhook);
  return webhook;
}
