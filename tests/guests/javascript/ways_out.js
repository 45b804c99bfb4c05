// Looks for a way to the machine: there is none.
// expect: delivered
function handler(webhook) {
  const names = [
    "require", "process", "fetch", "XMLHttpRequest", "WebSocket", "Deno", "Bun", "os", "std",
    "scriptArgs", "print", "load", "loadScript", "Worker", "importScripts", "WebAssembly",
    "setTimeout", "setInterval", "setImmediate", "navigator", "localStorage", "module",
    "exports", "global", "window", "self", "gc", "bjson",
  ];
  const found = names.filter((name) => name in globalThis);
  if (found.length) throw new Error("found " + found);
  return webhook;
}
