// Never ends before it has declared its handler.
// expect: refused: units of fuel
for (;;) {}
function handler(webhook) { return webhook; }
