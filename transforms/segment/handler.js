// Payments and subscriptions to Segment's HTTP tracking API.
//
// What happens to a customer becomes a `track` call; `subscription.updated`
// becomes an `identify` call with the traits as they are now. Events that are
// not listed are cancelled, so that no raw event ever reaches the vendor.
// Must not set credentials: Hookmill adds the write key afterwards.
//
// Variables: REGION, `eu` for a workspace in Europe. Segment answers 200 to
// the wrong region as well and drops the event.

const TRACKED = new Map([
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
const WHOLE = new Set(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
  "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]);
const THOUSANDTHS = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

/** @param {import("hookmill").Webhook} webhook */
export default function handler(webhook) {
  const { eventType, payload } = webhook;
  const name = TRACKED.get(eventType);
  if (name !== undefined) {
    webhook.payload = eventType.startsWith("payment.")
      ? trackPayment(name, eventType, payload)
      : trackSubscription(name, eventType, payload);
    webhook.url = api(webhook.env, "track");
  } else if (eventType === "subscription.updated") {
    webhook.payload = identify(eventType, payload);
    webhook.url = api(webhook.env, "identify");
  } else {
    webhook.cancel = true;
  }
  return webhook;
}

/** @param {import("hookmill").Webhook["env"]} env @param {string} call */
function api(env, call) {
  const host = env.REGION === "eu" ? "events.eu1.segmentapis.com" : "api.segment.io";
  return `https://${host}/v1/${call}`;
}

/** @param {string} event @param {string} type @param {import("hookmill").PaymentEvent} payload */
function trackPayment(event, type, { data, timestamp }) {
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

/** @param {string} event @param {string} type @param {import("hookmill").SubscriptionEvent} payload */
function trackSubscription(event, type, { data, timestamp }) {
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

/** @param {string} type @param {import("hookmill").SubscriptionEvent} payload */
function identify(type, { data, timestamp }) {
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

/** @param {import("hookmill").Customer} customer */
function person(customer) {
  return {
    email: customer.email,
    name: customer.name,
    phone: present(customer.phone_number),
  };
}

// Minor units to the number that people write: 4999 USD is 49.99, 1500 JPY 1500.
/** @param {any} minor @param {string} currency */
function major(minor, currency) {
  if (present(minor) === undefined) return undefined;
  if (WHOLE.has(currency)) return minor;
  return minor / (THOUSANDTHS.has(currency) ? 1000 : 100);
}

// Null means "nothing known", and nothing is what the vendor should be told.
/** @template T @param {T} value @returns {NonNullable<T> | undefined} */
function present(value) {
  return value === null ? undefined : value;
}
