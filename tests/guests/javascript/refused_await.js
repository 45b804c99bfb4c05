// Waits before it has declared its handler.
// expect: refused: synchronous
await new Promise(() => {});
export default (webhook) => webhook;
