// Replaces the built-ins that the engine might use on the result.
// expect: delivered
// body: {"list":[1,"two"]}
Array.prototype[Symbol.iterator] = () => { throw new Error("iterator"); };
JSON.stringify = JSON.parse = () => { throw new Error("JSON"); };
Object.keys = Object.entries = Reflect.ownKeys = () => ["authorization"];
String.prototype.toString = String.prototype.valueOf = () => "replaced";
globalThis.Promise = globalThis.Object = globalThis.Array = globalThis.Error = null;
function handler(webhook) {
  webhook.payload = { list: [1, "two"] };
  return webhook;
}
