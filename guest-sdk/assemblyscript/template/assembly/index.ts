// Puts whoever paid on a list: `payment.succeeded` becomes a request to the
// list's members. Every other event is canceled, so that nothing is sent.
//
// Credentials don't belong here: Hookmill adds them afterwards.

import { Context, Json, Outcome, Webhook, reject, send } from "../sdk/hookmill";

export function handler(webhook: Webhook, context: Context): Outcome {
  if (webhook.eventType != "payment.succeeded") {
    webhook.cancel = true;
    return send();
  }
  const list = context.variable("LIST_ID");
  if (list == "") return reject("set the variable LIST_ID");
  const data = webhook.json().get("data");
  const customer = data.get("customer");
  webhook.setJson(
    Json.object()
      .set("email", customer.get("email"))
      .set("name", customer.get("name"))
      .set("paid", data.get("total_amount")) // in the currency's smallest unit
      .set("currency", data.get("currency")),
  );
  webhook.url = "https://api.example.com/lists/" + list + "/members";
  webhook.setHeader("Accept", "application/json");
  return send();
}
