// Payments and subscriptions to Customer.io's Track API, version 2.
//
// What happens to a customer becomes an `event` of a person, for campaigns to
// start from; `subscription.updated` becomes an `identify` with the attributes
// as they are now. Those two actions are the API's own: it refuses others, so
// the event's name goes into `name`. Events that are not listed are cancelled.
// Must not set credentials: Hookmill adds site id and key afterwards.
//
// Variables: REGION, `eu` for an account in Europe.

const EVENTS = new Map([
  ["payment.succeeded", "payment_succeeded"],
  ["payment.failed", "payment_failed"],
  ["subscription.active", "subscription_started"],
  ["subscription.renewed", "subscription_renewed"],
  ["subscription.on_hold", "subscription_on_hold"],
  ["subscription.plan_changed", "subscription_plan_changed"],
  ["subscription.cancelled", "subscription_cancelled"],
  ["subscription.expired", "subscription_expired"],
]);

// ISO 4217 currencies whose minor unit is not a hundredth.
const WHOLE = new Set(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
  "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]);
const THOUSANDTHS = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

/** @param {import("hookmill").Webhook} webhook */
export default function handler(webhook) {
  const { eventType, payload, env } = webhook;
  const name = EVENTS.get(eventType);
  if (name !== undefined) {
    webhook.payload = event(name, payload, eventType.startsWith("payment.") ? payment : subscription);
  } else if (eventType === "subscription.updated") {
    webhook.payload = identify(payload);
  } else {
    webhook.cancel = true;
    return webhook;
  }
  const host = env.REGION === "eu" ? "track-eu.customer.io" : "track.customer.io";
  webhook.url = `https://${host}/api/v2/entity`;
  return webhook;
}

/** @param {string} name @param {any} payload @param {(data: any) => object} attributes */
function event(name, { data, timestamp }, attributes) {
  return {
    type: "person",
    identifiers: { id: data.customer.customer_id },
    action: "event",
    name,
    timestamp: seconds(timestamp),
    attributes: attributes(data),
  };
}

/** @param {import("hookmill").Payment} data */
function payment(data) {
  return {
    email: data.customer.email,
    name: data.customer.name,
    payment_id: data.payment_id,
    subscription_id: present(data.subscription_id),
    amount: major(data.total_amount, data.currency),
    currency: data.currency,
    payment_method: present(data.payment_method),
    product_ids: present(data.product_cart)?.map((item) => item.product_id),
    invoice_url: present(data.invoice_url),
    error_code: present(data.error_code),
    error_message: present(data.error_message),
  };
}

/** @param {import("hookmill").Subscription} data */
function subscription(data) {
  return {
    email: data.customer.email,
    name: data.customer.name,
    subscription_id: data.subscription_id,
    product_id: data.product_id,
    quantity: data.quantity,
    status: data.status,
    amount: major(data.recurring_pre_tax_amount, data.currency),
    currency: data.currency,
    interval: data.payment_frequency_interval,
    interval_count: data.payment_frequency_count,
    next_billing_at: seconds(data.next_billing_date),
    cancel_at_next_billing_date: data.cancel_at_next_billing_date,
    cancellation_feedback: present(data.cancellation_feedback),
  };
}

/** @param {import("hookmill").SubscriptionEvent} payload */
function identify({ data }) {
  return {
    type: "person",
    identifiers: { id: data.customer.customer_id },
    action: "identify",
    attributes: {
      email: data.customer.email,
      name: data.customer.name,
      phone: present(data.customer.phone_number),
      company: present(data.customer_business_name),
      country: data.billing?.country,
      plan: data.product_id,
      subscription_status: data.status,
    },
  };
}

// Customer.io counts time in seconds since the Unix epoch. What is not an
// instant is left out: an event then counts as of its arrival.
/** @param {string} timestamp */
function seconds(timestamp) {
  const ms = Date.parse(timestamp);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
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
