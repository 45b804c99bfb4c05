// Puts whoever paid on a list: `payment.succeeded` becomes a request to the
// list's members. Every other event is canceled, so that nothing is sent.
//
// Credentials don't belong here: Hookmill adds them afterwards. There is no
// network, no timer and no file; types/hookmill/globals.d.ts lists what there is.

import type { DodoEvent, Webhook } from "hookmill";

interface Member {
  email: string;
  name: string;
  /** In the currency's smallest unit. */
  paid: number;
  currency: string;
}

export default function handler(webhook: Webhook<DodoEvent>): Webhook {
  const { payload, env } = webhook;
  if (payload.type !== "payment.succeeded") {
    webhook.cancel = true;
    return webhook;
  }
  if (!env.LIST_ID) throw new Error("set the variable LIST_ID");
  const { customer, total_amount, currency } = payload.data;
  const member: Member = {
    email: customer.email,
    name: customer.name,
    paid: total_amount,
    currency,
  };
  webhook.url = `https://api.example.com/lists/${env.LIST_ID}/members`;
  webhook.headers = { Accept: "application/json" };
  webhook.payload = member;
  return webhook;
}
