// Never ends before it has declared its handler.
// expect: refused: used up 5000000000 units of fuel before its handler was called
for (;;) {}
function handler(webhook) { return webhook; }
