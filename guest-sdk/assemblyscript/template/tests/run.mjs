// Compiles tests/handler.ts with the transform and runs its tests, each in an
// instance of its own. What a test says to the log is printed.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LEVELS = ["trace", "debug", "info", "warn", "error"];

/** @param {string} folder */
function compile(folder) {
  const file = join(folder, "tests.wasm");
  const config = ["--config", "asconfig.json", "--target", "release"];
  execFileSync("asc", ["tests/handler.ts", ...config, "--outFile", file], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  return new WebAssembly.Module(readFileSync(file));
}

/** @param {WebAssembly.Module} module */
function start(module) {
  const instance = new WebAssembly.Instance(module, {
    "hookmill:transform/log@1.0.0": {
      write(/** @type {number} */ level, /** @type {number} */ at, /** @type {number} */ length) {
        const bytes = new Uint8Array(instance.exports.memory.buffer, at, length);
        console.log(`  ${LEVELS[level]}: ${new TextDecoder().decode(bytes)}`);
      },
    },
  });
  return instance.exports;
}

const folder = mkdtempSync(join(tmpdir(), "hookmill-"));
let module;
try {
  module = compile(folder);
} finally {
  rmSync(folder, { recursive: true });
}
const tests = Object.keys(start(module)).filter((name) => name.startsWith("test"));
let failed = 0;
for (const name of tests) {
  try {
    start(module)[name]();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error.message}`);
  }
}
console.log(`${tests.length - failed} of ${tests.length} passed`);
process.exitCode = failed > 0 || tests.length === 0 ? 1 : 0;
