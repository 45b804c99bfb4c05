// Declares no handler.
// expect: refused: no handler
globalThis.hander = (webhook) => webhook;
