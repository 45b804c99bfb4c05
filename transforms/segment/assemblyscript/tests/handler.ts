// Unit tests of the transform, run by the template's tests/run.mjs.

import { handler } from "../assembly/index";
import { Context, Webhook, bytes } from "../sdk/hookmill";

const CUSTOMER = '"customer":{"customer_id":"c","email":"e","name":"n","phone_number":null}';

export function test_a_payment_becomes_a_track_call(): void {
  const event = '{"timestamp":"t","data":{"payment_id":"p","total_amount":4999,"currency":"USD",' + CUSTOMER + "}}";
  const webhook = new Webhook("payment.failed", "", bytes(event));
  const context = new Context();
  context.setVariable("REGION", "eu");
  assert(!handler(webhook, context).isFailure);
  assert(webhook.url == "https://events.eu1.segmentapis.com/v1/track", webhook.url);
  const expected =
    '{"userId":"c","event":"Payment Failed","messageId":"payment.failed:p","timestamp":"t",' +
    '"properties":{"payment_id":"p","value":49.99,"currency":"USD"},' +
    '"context":{"traits":{"email":"e","name":"n"}}}';
  assert(webhook.text() == expected, webhook.text());
}

export function test_what_is_not_listed_is_canceled(): void {
  const webhook = new Webhook("refund.succeeded", "", bytes("{}"));
  assert(!handler(webhook, new Context()).isFailure);
  assert(webhook.cancel);
}
