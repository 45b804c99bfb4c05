// An error whose text has terminal escapes, and poses as a line of a log.
// expect: thrown: Error: red\n2026-01-15 ERROR forged
function handler(webhook) {
  throw new Error("\u001b[31mred\u001b[0m\r\n2026-01-15 ERROR forged\u0007");
}
