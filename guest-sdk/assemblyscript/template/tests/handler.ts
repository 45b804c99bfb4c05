// Unit tests of the transform, run on this machine by `npm test`: each exported
// function whose name begins with `test`, in an instance of its own.
//
// The samples under events/ and expected/ are for `hookmill test`, which runs
// the sandbox.

import { handler } from "../assembly/index";
import { Context, Webhook, bytes } from "../sdk/hookmill";

function webhook(eventType: string): Webhook {
  const event =
    '{"data":{"customer":{"email":"a@example.org","name":"Ada"},"total_amount":9007199254740993,"currency":"EUR"}}';
  return new Webhook(eventType, "https://relay.invalid/default", bytes(event));
}

function context(list: string): Context {
  const context = new Context();
  if (list.length) context.setVariable("LIST_ID", list);
  return context;
}

export function test_a_payment_goes_to_the_lists_members(): void {
  const payment = webhook("payment.succeeded");
  assert(!handler(payment, context("7")).isFailure);
  assert(payment.url == "https://api.example.com/lists/7/members", payment.url);
  assert(payment.header("accept") == "application/json");
  const expected = '{"email":"a@example.org","name":"Ada","paid":9007199254740993,"currency":"EUR"}';
  assert(payment.text() == expected, payment.text());
}

export function test_other_events_are_canceled(): void {
  const refund = webhook("refund.succeeded");
  assert(!handler(refund, context("7")).isFailure);
  assert(refund.cancel);
}

export function test_without_a_list_the_event_is_rejected(): void {
  const outcome = handler(webhook("payment.succeeded"), context(""));
  assert(outcome.isFailure && !outcome.isRetry);
  assert(outcome.reason == "set the variable LIST_ID", outcome.reason);
}
