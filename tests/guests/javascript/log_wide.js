// Logs arrays, texts, maps, bytes and numbers of a million, again and again.
// expect: delivered
// log: more items
function handler(webhook) {
  const wide = [new Array(1e6).fill(1), "x".repeat(1e6), new Uint8Array(1e6), 2n ** 100_000n, new Array(4e9)];
  for (let n = 0; n < 100; n++) for (const value of wide) console.log({ value }, value);
  return webhook;
}
