// Makes a component of a JavaScript handler with componentize-js, for
// tests/transforms.rs: another engine than Hookmill's, with all that it imports
// unasked.
//
// node component.mjs FOLDER HANDLER WIT OUTPUT, where FOLDER has componentize-js
// below `node_modules`.

import { readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [folder, handler, witPath, output] = process.argv.slice(2);
// By its path: a module is looked up beside this file, and it is not here.
const entry = `${folder}/node_modules/@bytecodealliance/componentize-js/src/componentize.js`;
const { componentize } = await import(pathToFileURL(entry));

// From the contract's webhook to the one that handlers know, and back.
const ADAPTER = `
const adapted = (webhook, context) => {
  const given = {
    ...webhook,
    method: webhook.method.toUpperCase(),
    payload: JSON.parse(new TextDecoder().decode(webhook.payload)),
    headers: Object.fromEntries(webhook.headers.map(({ name, value }) => [name, value])),
    env: Object.fromEntries(context.env.map(({ name, value }) => [name, value])),
  };
  const made = handler(given);
  return {
    ...made,
    method: made.method.toLowerCase(),
    payload: new TextEncoder().encode(JSON.stringify(made.payload)),
    headers: Object.entries(made.headers).map(([name, value]) => ({ name, value })),
  };
};
export { adapted as handler };
`;

const source = (await readFile(handler, "utf8")).replace("export default ", "");
const { component } = await componentize(source + ADAPTER, { witPath, worldName: "transform" });
await writeFile(output, component);
