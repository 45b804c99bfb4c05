// Payments and subscriptions to Segment's HTTP tracking API.
//
// What happens to a customer becomes a `track` call; `subscription.updated`
// becomes an `identify` call with the traits as they are now. Events that are
// not listed are cancelled, so that no raw event ever reaches the vendor.
// Must not set credentials: Hookmill adds the write key afterwards.
//
// The same as `handler.js`, with the types of `guest-sdk/js`.
//
// Variables: REGION, `eu` for a workspace in Europe. Segment answers 200 to
// the wrong region as well and drops the event.

import type { Customer, DodoEvent, PaymentEvent, SubscriptionEvent, Webhook } from "hookmill";

type Tracked = PaymentEvent | SubscriptionEvent;

const TRACKED = new Map<string, string>([
  ["payment.succeeded", "Payment Succeeded"],
  ["payment.failed", "Payment Failed"],
  ["subscription.active", "Subscription Started"],
  ["subscription.renewed", "Subscription Renewed"],
  ["subscription.on_hold", "Subscription On Hold"],
  ["subscription.plan_changed", "Subscription Plan Changed"],
  ["subscription.cancelled", "Subscription Cancelled"],
  ["subscription.expired", "Subscription Expired"],
]);

// ISO 4217 currencies whose minor unit is not a hundredth.
const WHOLE: ReadonlySet<string> = new Set(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
  "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]);
const THOUSANDTHS: ReadonlySet<string> = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

export default function handler(webhook: Webhook<DodoEvent>): Webhook {
  const { payload } = webhook;
  const name = TRACKED.get(webhook.eventType);
  if (name !== undefined) {
    webhook.payload = track(name, webhook.eventType, payload as Tracked);
    webhook.url = api(webhook.env, "track");
  } else if (payload.type === "subscription.updated") {
    webhook.payload = identify(webhook.eventType, payload);
    webhook.url = api(webhook.env, "identify");
  } else {
    webhook.cancel = true;
  }
  return webhook;
}

function api(env: Webhook["env"], call: "track" | "identify"): string {
  const host = env.REGION === "eu" ? "events.eu1.segmentapis.com" : "api.segment.io";
  return `https://${host}/v1/${call}`;
}

function track(event: string, type: string, payload: Tracked) {
  return type.startsWith("payment.")
    ? trackPayment(event, type, payload as PaymentEvent)
    : trackSubscription(event, type, payload as SubscriptionEvent);
}

function trackPayment(event: string, type: string, { data, timestamp }: PaymentEvent) {
  const { customer } = data;
  return {
    userId: customer.customer_id,
    event,
    messageId: `${type}:${data.payment_id}`,
    timestamp,
    properties: {
      payment_id: data.payment_id,
      subscription_id: present(data.subscription_id),
      revenue: type === "payment.succeeded" ? major(data.total_amount, data.currency) : undefined,
      value: major(data.total_amount, data.currency),
      tax: major(data.tax, data.currency),
      currency: data.currency,
      payment_method: present(data.payment_method),
      products: present(data.product_cart)?.map(({ product_id, quantity }) => ({ product_id, quantity })),
      error_code: present(data.error_code),
      error_message: present(data.error_message),
    },
    context: { traits: person(customer) },
  };
}

function trackSubscription(event: string, type: string, { data, timestamp }: SubscriptionEvent) {
  const { customer } = data;
  return {
    userId: customer.customer_id,
    event,
    // A subscription may renew, or start again after a pause, within the day
    // for which Segment remembers ids: the instant keeps those apart.
    messageId: `${type}:${data.subscription_id}:${timestamp}`,
    timestamp,
    properties: {
      subscription_id: data.subscription_id,
      product_id: data.product_id,
      quantity: data.quantity,
      status: data.status,
      value: major(data.recurring_pre_tax_amount, data.currency),
      currency: data.currency,
      interval: data.payment_frequency_interval,
      interval_count: data.payment_frequency_count,
      next_billing_date: data.next_billing_date,
      cancel_at_next_billing_date: data.cancel_at_next_billing_date,
      cancelled_at: present(data.cancelled_at),
      cancellation_feedback: present(data.cancellation_feedback),
    },
    context: { traits: person(customer) },
  };
}

function identify(type: string, { data, timestamp }: SubscriptionEvent) {
  return {
    userId: data.customer.customer_id,
    messageId: `${type}:${data.subscription_id}:${timestamp}`,
    timestamp,
    traits: {
      ...person(data.customer),
      company: data.customer_business_name ? { name: data.customer_business_name } : undefined,
      plan: data.product_id,
      subscription_status: data.status,
    },
  };
}

function person(customer: Customer) {
  return {
    email: customer.email,
    name: customer.name,
    phone: present(customer.phone_number),
  };
}

// Minor units to the number that people write: 4999 USD is 49.99, 1500 JPY 1500.
function major(minor: number | null | undefined, currency: string): number | undefined {
  if (minor === null || minor === undefined) return undefined;
  if (WHOLE.has(currency)) return minor;
  return minor / (THOUSANDTHS.has(currency) ? 1000 : 100);
}

// Null means "nothing known", and nothing is what the vendor should be told.
function present<Value>(value: Value): NonNullable<Value> | undefined {
  return value === null ? undefined : value;
}
