// Writes what Node.js prints for these calls of the console, for js_console.rs
// to compare with:
//
//   node console.mjs > console.json
//
// Left out is where a log is shown differently on purpose: more depth, other
// line breaks, no colours, no stack of `trace`.
import { Console } from "node:console";
import { Writable } from "node:stream";

const CALLS = String.raw`
log()
log("")
log("a", 1, -0, null, undefined, true, 10n)
log({ a: 1, "b-c": [1, "x"], d: {} })
log("%s is %d, %o%%", "x", 4.5, 1, "rest")
log("%i %f %d %d %i", "42.9px", "1.5em", "7", "x", 3.9)
log("100%", 1)
log("%c red", "color: red")
log("%s", { a: 1 }, [2])
log("%s %s", 1n, Symbol("s"))
log("%x", 1)
log(new Map([[1, "x"], ["k", { a: 1 }]]), new Set([2]))
log(Symbol("q"), /a\/b/g, new Date(0), new Date(NaN))
log(function f() {}, () => 1)
log([1, , 3], [, ,], [undefined, null])
log(Object.assign([1], { extra: 2 }))
log(new (class Point { x = 1 })())
log(Object.create(null), Object.assign(Object.create(null), { a: 1 }))
log(Object(1), Object("s"), Object(true), Object(2n), Object(Symbol("y")))
log(new Uint8Array([1, 2, 3]), new Float64Array([1.5, -0]), new Uint8Array(0))
log(new Uint8Array([1, 2]).buffer)
log(new WeakMap(), new WeakSet())
log({ [Symbol("k")]: 1 })
log({ get x() { throw 1 } })
log("it's", ["it's", 'say "hi"', "line\nbreak"])
log({ [Symbol.toStringTag]: "Tagged" })
log(new (class extends Map {})([[1, 2]]))
log(new (class List extends Array {})(1, 2, 3))
log(new URLSearchParams("a=1&b=x y"), new URLSearchParams())
log(globalThis.Math.max, Math)
log([["a", 1], ["b", 2]], { a: { b: { c: 1 } } })
dir({ a: 1 })
dir({ a: { b: { c: 1 } } }, { depth: 0 })
assert(true, "yes")
assert(false)
assert(1 === 2, "no %s", "way")
count()
count("x"); console.count("x"); console.countReset("x"); console.count("x")
countReset("unknown")
group("outer"); console.log("in\ntwo"); console.group(); console.log("deeper"); console.groupEnd(); console.groupEnd(); console.groupEnd(); console.log("out")
groupCollapsed("g"); console.log({ a: 1 })
table([{ a: 1, b: "x" }, { a: 2, c: true }])
table([[1, 2], [3, 4]])
table({ x: { a: 1 }, y: 5 })
table([1, "two"])
table([{ a: 1, b: 2 }], ["b"])
table(new Map([["k", 1]]))
table(new Set([1]))
table("text")
table(5)
table([])
timeEnd("unknown")
timeLog("unknown")
dirxml({ a: 1 }, [2])
`.trim().split("\n");

const rows = CALLS.map((call) => {
  let printed = "";
  const stream = new Writable({ write(chunk, _, done) { printed += chunk; done(); } });
  const real = globalThis.console;
  globalThis.console = new Console({ stdout: stream, stderr: stream, colorMode: false });
  // Warnings of the process go elsewhere; the console's own are caught here.
  const warned = process.emitWarning;
  process.emitWarning = (text) => { printed += `Warning: ${text}\n`; };
  try { (0, eval)(`console.${call}`); } finally { globalThis.console = real; process.emitWarning = warned; }
  return JSON.stringify({ call, printed });
});
console.log(`[\n${rows.join(",\n")}\n]`);
