// Payments and subscriptions to MailerLite's subscribers.
//
// Always an upsert by POST: fields and groups that are left out stay as they
// are, where a PUT with groups would take a subscriber out of all others. No
// `status` is sent, so that nobody who unsubscribed is subscribed again.
// Events that are not listed are cancelled. Must not set credentials: Hookmill
// adds the API key afterwards.
//
// Variables: GROUP_ID, the group of those who pay; CHURNED_GROUP_ID, the group
// of those who left. Both are optional, and both are digits.
//
// Custom fields to create first: last_payment_id, last_payment_currency,
// payment_status, subscription_plan, subscription_status (Text),
// last_payment_amount (Number), last_payment_date, next_billing_date (Date).

const STATUS = new Map([
  ["payment.succeeded", "succeeded"],
  ["payment.failed", "failed"],
  ["subscription.active", "active"],
  ["subscription.renewed", "active"],
  ["subscription.plan_changed", "active"],
  ["subscription.on_hold", "on_hold"],
  ["subscription.cancelled", "cancelled"],
  ["subscription.expired", "expired"],
]);

const PAYING = new Set(["payment.succeeded", "subscription.active", "subscription.renewed"]);
const CHURNED = new Set(["subscription.cancelled", "subscription.expired"]);

// ISO 4217 currencies whose minor unit is not a hundredth.
const WHOLE = new Set(["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW",
  "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]);
const THOUSANDTHS = new Set(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);

/** @param {import("hookmill").Webhook} webhook */
export default function handler(webhook) {
  const { eventType, payload } = webhook;
  const status = STATUS.get(eventType);
  if (status === undefined) {
    webhook.cancel = true;
    return webhook;
  }
  const { data, timestamp } = payload;
  const specific = eventType.startsWith("payment.")
    ? payment(status, data, timestamp)
    : subscription(status, data);
  webhook.url = "https://connect.mailerlite.com/api/subscribers";
  webhook.headers = { Accept: "application/json" };
  webhook.payload = {
    email: data.customer.email,
    fields: { ...address(data), ...specific },
    groups: groups(eventType, webhook.env),
  };
  return webhook;
}

// An empty field would wipe what is known, so what is missing is left out.
/** @param {import("hookmill").Payment | import("hookmill").Subscription} data */
function address({ customer, billing }) {
  return {
    name: filled(customer.name),
    phone: filled(customer.phone_number),
    country: filled(billing?.country),
    state: filled(billing?.state),
    city: filled(billing?.city),
    z_i_p: filled(billing?.zipcode),
  };
}

/** @param {string} status @param {import("hookmill").Payment} data @param {string} timestamp */
function payment(status, data, timestamp) {
  if (status === "failed") {
    return { payment_status: status };
  }
  return {
    payment_status: status,
    last_payment_id: data.payment_id,
    last_payment_amount: major(data.total_amount, data.currency),
    last_payment_currency: data.currency,
    last_payment_date: date(timestamp),
  };
}

/** @param {string} status @param {import("hookmill").Subscription} data */
function subscription(status, data) {
  return {
    company: filled(data.customer_business_name),
    subscription_plan: data.product_id,
    subscription_status: status,
    next_billing_date: status === "active" ? date(data.next_billing_date) : undefined,
  };
}

/** @param {string} eventType @param {import("hookmill").Webhook["env"]} env */
function groups(eventType, env) {
  const id = PAYING.has(eventType)
    ? env.GROUP_ID
    : CHURNED.has(eventType) ? env.CHURNED_GROUP_ID : undefined;
  return id ? [id] : undefined;
}

// MailerLite's dates are days, in UTC like the event's instants.
/** @param {string} timestamp */
function date(timestamp) {
  return timestamp.slice(0, 10);
}

// Minor units to the number that people write: 4999 USD is 49.99, 1500 JPY 1500.
/** @param {number} minor @param {string} currency */
function major(minor, currency) {
  if (WHOLE.has(currency)) return minor;
  return minor / (THOUSANDTHS.has(currency) ? 1000 : 100);
}

/** @template T @param {T} value @returns {T | undefined} */
function filled(value) {
  return value ? value : undefined;
}
