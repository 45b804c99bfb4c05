// Payments and subscriptions to Segment's HTTP tracking API, the same requests
// as `../handler.js` and `../rust` make.
//
// What happens to a customer becomes a `track` call; `subscription.updated`
// becomes an `identify` call with the traits as they are now. Events that are
// not listed are canceled, so that no raw event ever reaches the vendor. Must
// not set credentials: Hookmill adds the write key afterwards.

import { Context, Json, Outcome, Webhook, send } from "../sdk/hookmill";

/** The name of the call for an event; empty when there is none. */
function tracked(eventType: string): string {
  if (eventType == "payment.succeeded") return "Payment Succeeded";
  if (eventType == "payment.failed") return "Payment Failed";
  if (eventType == "subscription.active") return "Subscription Started";
  if (eventType == "subscription.renewed") return "Subscription Renewed";
  if (eventType == "subscription.on_hold") return "Subscription On Hold";
  if (eventType == "subscription.plan_changed") return "Subscription Plan Changed";
  if (eventType == "subscription.cancelled") return "Subscription Cancelled";
  if (eventType == "subscription.expired") return "Subscription Expired";
  return "";
}

export function handler(webhook: Webhook, context: Context): Outcome {
  const type = webhook.eventType;
  const name = tracked(type);
  let call = "track";
  if (name.length) {
    const event = webhook.json();
    webhook.setJson(type.startsWith("payment.") ? trackPayment(name, type, event) : trackSubscription(name, type, event));
  } else if (type == "subscription.updated") {
    webhook.setJson(identify(type, webhook.json()));
    call = "identify";
  } else {
    webhook.cancel = true;
    return send();
  }
  const host = context.variable("REGION") == "eu" ? "events.eu1.segmentapis.com" : "api.segment.io";
  webhook.url = "https://" + host + "/v1/" + call;
  return send();
}

function trackPayment(name: string, type: string, event: Json): Json {
  const data = event.get("data");
  const value = money(data, "total_amount");
  const properties = Json.object()
    .set("payment_id", data.get("payment_id"))
    .setKnown("subscription_id", data.get("subscription_id"));
  if (type == "payment.succeeded") properties.set("revenue", value);
  properties
    .set("value", value)
    .setKnown("tax", money(data, "tax"))
    .set("currency", data.get("currency"))
    .setKnown("payment_method", data.get("payment_method"))
    .setKnown("products", products(data.get("product_cart")))
    .setKnown("error_code", data.get("error_code"))
    .setKnown("error_message", data.get("error_message"));
  return track(name, type + ":" + data.get("payment_id").string, event, properties);
}

function trackSubscription(name: string, type: string, event: Json): Json {
  const data = event.get("data");
  const properties = Json.object()
    .set("subscription_id", data.get("subscription_id"))
    .set("product_id", data.get("product_id"))
    .set("quantity", data.get("quantity"))
    .set("status", data.get("status"))
    .set("value", money(data, "recurring_pre_tax_amount"))
    .set("currency", data.get("currency"))
    .set("interval", data.get("payment_frequency_interval"))
    .set("interval_count", data.get("payment_frequency_count"))
    .set("next_billing_date", data.get("next_billing_date"))
    .set("cancel_at_next_billing_date", data.get("cancel_at_next_billing_date"))
    .setKnown("cancelled_at", data.get("cancelled_at"))
    .setKnown("cancellation_feedback", data.get("cancellation_feedback"));
  return track(name, repeatableId(type, event), event, properties);
}

function track(name: string, messageId: string, event: Json, properties: Json): Json {
  const customer = event.get("data").get("customer");
  return Json.object()
    .set("userId", customer.get("customer_id"))
    .set("event", name)
    .set("messageId", messageId)
    .set("timestamp", event.get("timestamp"))
    .set("properties", properties)
    .set("context", Json.object().set("traits", person(customer)));
}

function identify(type: string, event: Json): Json {
  const data = event.get("data");
  const traits = person(data.get("customer"));
  const business = data.get("customer_business_name");
  if (business.string.length) traits.set("company", Json.object().set("name", business));
  traits.set("plan", data.get("product_id")).set("subscription_status", data.get("status"));
  return Json.object()
    .set("userId", data.get("customer").get("customer_id"))
    .set("messageId", repeatableId(type, event))
    .set("timestamp", event.get("timestamp"))
    .set("traits", traits);
}

/**
 * A subscription may renew, or start again after a pause, within the day for
 * which Segment remembers ids: the instant keeps those apart.
 */
function repeatableId(type: string, event: Json): string {
  return type + ":" + event.get("data").get("subscription_id").string + ":" + event.get("timestamp").string;
}

function person(customer: Json): Json {
  return Json.object()
    .set("email", customer.get("email"))
    .set("name", customer.get("name"))
    .setKnown("phone", customer.get("phone_number"));
}

function products(cart: Json): Json {
  if (!cart.isList) return cart;
  const products = Json.list();
  for (let i = 0; i < cart.length; i++) {
    const item = cart.at(i);
    products.push(
      Json.object().set("product_id", item.get("product_id")).set("quantity", item.get("quantity")),
    );
  }
  return products;
}

/** An amount as people write it; null stays null. */
function money(data: Json, name: string): Json {
  const minor = data.get(name);
  return minor.isNumber ? Json.money(minor.integer, data.get("currency").string) : minor;
}
