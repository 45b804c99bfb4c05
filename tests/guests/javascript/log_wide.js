// Logs arrays, texts, maps, bytes and numbers of a hundred thousand, again and again.
// expect: delivered
// log: more items
function handler(webhook) {
  const wide = [new Array(1e5).fill(1), "x".repeat(1e5), new Uint8Array(1e5), 2n ** 100_000n, new Array(4e9)];
  for (let n = 0; n < 100; n++) for (const value of wide) console.log({ value }, value);
  return webhook;
}
