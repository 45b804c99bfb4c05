// Unit tests of the handler, for Node.js: `node --test`. The samples under
// events/ and expected/ are for `hookmill test`, which runs the real sandbox.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import handler from "./handler.js";

async function webhookOf(name) {
  const payload = JSON.parse(await readFile(new URL(`events/${name}.json`, import.meta.url), "utf8"));
  return {
    eventType: payload.type,
    payload,
    url: "https://relay.invalid/default",
    method: "POST",
    headers: {},
    cancel: false,
    env: { LIST_ID: "7" },
    transformationsParams: {},
  };
}

test("a payment goes to the list's members", async () => {
  const webhook = handler(await webhookOf("payment.succeeded"));
  assert.equal(webhook.url, "https://api.example.com/lists/7/members");
  assert.equal(webhook.payload.email, "ines.duarte@example.org");
});

test("other events are canceled", async () => {
  assert.equal(handler(await webhookOf("refund.succeeded")).cancel, true);
});

test("without a list the event fails", async () => {
  const webhook = await webhookOf("payment.succeeded");
  webhook.env = {};
  assert.throws(() => handler(webhook), /LIST_ID/);
});
