// @ts-check
// Puts whoever paid on a list: `payment.succeeded` becomes a request to the
// list's members. Every other event is canceled, so that nothing is sent.
//
// Credentials don't belong here: Hookmill adds them afterwards. There is no
// network, no timer and no file; types/hookmill/globals.d.ts lists what there is.

/** @type {import("hookmill").Handler<import("hookmill").DodoEvent>} */
export default function handler(webhook) {
  const { payload, env } = webhook;
  if (payload.type !== "payment.succeeded") {
    webhook.cancel = true;
    return webhook;
  }
  if (!env.LIST_ID) throw new Error("set the variable LIST_ID");
  const { customer, total_amount, currency } = payload.data;
  webhook.url = `https://api.example.com/lists/${env.LIST_ID}/members`;
  webhook.headers = { Accept: "application/json" };
  webhook.payload = {
    email: customer.email,
    name: customer.name,
    paid: total_amount, // in the currency's smallest unit
    currency,
  };
  return webhook;
}
