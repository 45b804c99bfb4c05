// Prints what Node.js makes of each program of `modules.json`: the payload of
// its handler, or the kind of error.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const programs = JSON.parse(readFileSync(new URL("modules.json", import.meta.url)));
const root = mkdtempSync(join(tmpdir(), "modules-"));
writeFileSync(join(root, "package.json"), '{"type": "module"}');

const answers = {};
for (const [name, files] of Object.entries(programs)) {
  for (const [file, text] of Object.entries(files)) {
    const path = join(root, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  delete globalThis.seen;
  try {
    const program = await import(pathToFileURL(join(root, name, "handler.js")));
    const webhook = (program.handler ?? program.default)({ payload: null });
    answers[name] = { payload: webhook.payload };
  } catch (error) {
    answers[name] = { error: error.name };
  }
}
rmSync(root, { recursive: true });
console.log(JSON.stringify(answers, null, 1));
