// One message of a megabyte.
// expect: delivered
// log: the log was cut at
function handler(webhook) {
  console.error("x".repeat(1 << 20));
  return webhook;
}
