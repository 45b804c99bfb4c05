// What an expression gives or throws, as one text that Node.js and the engine
// can be compared by. Used by web.mjs and by js_web.rs.
const show = (value, around = []) => {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return String(value);
  if (typeof value === "function") return "function";
  if (value === undefined) return "undefined";
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (around.includes(value)) return `<${around.indexOf(value)}>`;
  const inner = (part) => show(part, [...around, value]);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  const parts = [];
  if (kind === "Date") parts.push(+value);
  if (kind === "RegExp") parts.push(String(value), value.lastIndex);
  if (kind === "ArrayBuffer") parts.push([...new Uint8Array(value)], value.resizable, value.maxByteLength);
  if (kind === "DataView") parts.push(value.byteOffset, value.byteLength);
  if (kind === "Error") parts.push(value.name, value.message, Object.getOwnPropertyNames(value));
  if (kind === "Map" || kind === "Set") for (const entry of value) parts.push(inner(entry));
  if (["Number", "String", "Boolean", "BigInt"].includes(kind)) parts.push(inner(value.valueOf()));
  if (ArrayBuffer.isView(value) && kind !== "DataView") parts.push(Array.from(value, String), value.byteOffset);
  if (Array.isArray(value)) parts.push(value.length);
  if (parts.length === 0 || Array.isArray(value)) for (const key of Object.keys(value)) parts.push(`${key}: ${inner(value[key])}`);
  return `${value.constructor?.name} ${kind}(${parts.join(", ")})`;
};
const told = (expression) => {
  try {
    return show((0, eval)(`(${expression})`));
  } catch (error) {
    // Messages are compared where Node.js gives an error a code of its own.
    const code = typeof error.code === "string" ? `${error.code}: ${error.message}` : error.code;
    return `throws ${error.name} ${code}`;
  }
};
