// Signs and verifies with the official JavaScript libraries, for
// tests/clients.rs.
//
// Reads one JSON object a line: {"library", "secret", "id", "timestamp",
// "body"} signs, and with "headers" verifies. Answers one line each:
// {"signature"} or {"verified"}. Holds no opinion of its own about signatures.

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// The libraries are in the folder that the test names, not beside this file.
const load = createRequire(`${process.argv[2]}/`);

function answer(task) {
  const webhook = new (load(task.library).Webhook)(task.secret);
  if (!task.headers) {
    return { signature: webhook.sign(task.id, new Date(task.timestamp * 1000), task.body) };
  }
  try {
    webhook.verify(task.body, task.headers);
    return { verified: true };
  } catch (error) {
    return { verified: false, error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(answer(JSON.parse(line))));
}
