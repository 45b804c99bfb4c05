// A text that doubles.
// expect: memory_exceeded
function handler(webhook) {
  let text = "x";
  for (;;) text = JSON.parse(JSON.stringify(text + text));
}
