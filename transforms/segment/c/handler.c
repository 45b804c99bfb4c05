/* Payments and subscriptions to Segment's HTTP tracking API, the same requests
 * as `../handler.js` and `../rust` make.
 *
 * What happens to a customer becomes a `track` call; `subscription.updated`
 * becomes an `identify` call with the traits as they are now. Events that are
 * not listed are canceled, so that no raw event ever reaches the vendor. Must
 * not set credentials: Hookmill adds the write key afterwards.
 */
#include "sdk/hookmill.h"

static const struct {
  const char *type, *name;
} tracked[] = {
    {"payment.succeeded", "Payment Succeeded"},
    {"payment.failed", "Payment Failed"},
    {"subscription.active", "Subscription Started"},
    {"subscription.renewed", "Subscription Renewed"},
    {"subscription.on_hold", "Subscription On Hold"},
    {"subscription.plan_changed", "Subscription Plan Changed"},
    {"subscription.cancelled", "Subscription Cancelled"},
    {"subscription.expired", "Subscription Expired"},
};

/* What every call is made of. */
typedef struct event {
  hm_text type;
  const char *name;
  const hm_json *timestamp, *data, *customer;
} event;

static const char *tracked_name(hm_text type) {
  for (size_t i = 0; i < sizeof tracked / sizeof *tracked; i++)
    if (hm_same(type, tracked[i].type)) return tracked[i].name;
  return NULL;
}

static void money(hm_writer *to, const char *name, const event *from, const char *amount) {
  int64_t minor;
  if (!hm_integer(hm_get(from->data, amount), &minor)) return;
  hm_key(to, name);
  hm_put_money(to, minor, hm_string(hm_get(from->data, "currency")));
}

static void copy(hm_writer *to, const event *from, const char *name) {
  hm_member(to, name, hm_get(from->data, name));
}

static void person(hm_writer *to, const event *from) {
  hm_member(to, "email", hm_get(from->customer, "email"));
  hm_member(to, "name", hm_get(from->customer, "name"));
  hm_member(to, "phone", hm_get(from->customer, "phone_number"));
}

static void products(hm_writer *to, const hm_json *cart) {
  if (!cart) return;
  hm_key(to, "products");
  hm_open_array(to);
  for (const hm_json *item = cart->first; item; item = item->next) {
    hm_open_object(to);
    hm_member(to, "product_id", hm_get(item, "product_id"));
    hm_member(to, "quantity", hm_get(item, "quantity"));
    hm_close_object(to);
  }
  hm_close_array(to);
}

static void payment_properties(hm_writer *to, const event *from) {
  copy(to, from, "payment_id");
  copy(to, from, "subscription_id");
  if (hm_same(from->type, "payment.succeeded")) money(to, "revenue", from, "total_amount");
  money(to, "value", from, "total_amount");
  money(to, "tax", from, "tax");
  copy(to, from, "currency");
  copy(to, from, "payment_method");
  products(to, hm_get(from->data, "product_cart"));
  copy(to, from, "error_code");
  copy(to, from, "error_message");
}

static void subscription_properties(hm_writer *to, const event *from) {
  copy(to, from, "subscription_id");
  copy(to, from, "product_id");
  copy(to, from, "quantity");
  copy(to, from, "status");
  money(to, "value", from, "recurring_pre_tax_amount");
  copy(to, from, "currency");
  hm_member(to, "interval", hm_get(from->data, "payment_frequency_interval"));
  hm_member(to, "interval_count", hm_get(from->data, "payment_frequency_count"));
  copy(to, from, "next_billing_date");
  copy(to, from, "cancel_at_next_billing_date");
  copy(to, from, "cancelled_at");
  copy(to, from, "cancellation_feedback");
}

static void traits(hm_writer *to, const event *from) {
  hm_text company = hm_string(hm_get(from->data, "customer_business_name"));
  person(to, from);
  if (company.len) {
    hm_key(to, "company");
    hm_open_object(to);
    hm_member_text(to, "name", company);
    hm_close_object(to);
  }
  hm_member(to, "plan", hm_get(from->data, "product_id"));
  hm_member(to, "subscription_status", hm_get(from->data, "status"));
}

/* What Segment drops a repeated call by. A subscription may renew, or start
 * again after a pause, within the day for which it remembers ids: the instant
 * keeps those apart. */
static hm_text message_id(const event *from, bool is_payment) {
  hm_text colon = hm_text_of(":");
  if (is_payment)
    return HM_CONCAT(from->type, colon, hm_string(hm_get(from->data, "payment_id")));
  return HM_CONCAT(from->type, colon, hm_string(hm_get(from->data, "subscription_id")), colon,
                   hm_string(from->timestamp));
}

static hm_text body(const event *from) {
  bool is_payment = hm_starts_with(from->type, "payment.");
  hm_writer to = hm_writer_new();
  hm_open_object(&to);
  hm_member(&to, "userId", hm_get(from->customer, "customer_id"));
  if (from->name) hm_member_text(&to, "event", hm_text_of(from->name));
  hm_member_text(&to, "messageId", message_id(from, is_payment));
  hm_member(&to, "timestamp", from->timestamp);
  hm_key(&to, from->name ? "properties" : "traits");
  hm_open_object(&to);
  if (!from->name)
    traits(&to, from);
  else if (is_payment)
    payment_properties(&to, from);
  else
    subscription_properties(&to, from);
  hm_close_object(&to);
  if (from->name) {
    hm_key(&to, "context");
    hm_open_object(&to);
    hm_key(&to, "traits");
    hm_open_object(&to);
    person(&to, from);
    hm_close_object(&to);
    hm_close_object(&to);
  }
  hm_close_object(&to);
  return hm_written(&to);
}

hm_outcome handler(hm_webhook *webhook, const hm_context *context) {
  event from = {.type = webhook->event_type, .name = tracked_name(webhook->event_type)};
  if (!from.name && !hm_same(from.type, "subscription.updated")) {
    webhook->cancel = true;
    return hm_send();
  }
  hm_text why;
  const hm_json *payload = hm_parse(webhook->payload, &why);
  if (!payload) return hm_reject(why);
  from.timestamp = hm_get(payload, "timestamp");
  from.data = hm_get(payload, "data");
  from.customer = hm_get(from.data, "customer");
  if (!from.customer) return hm_reject(hm_text_of("the event has no data.customer"));
  bool is_european = hm_same(hm_env(context, "REGION"), "eu");
  const char *host = is_european ? "events.eu1.segmentapis.com" : "api.segment.io";
  webhook->url = HM_CONCAT(hm_text_of("https://"), hm_text_of(host), hm_text_of("/v1/"),
                           hm_text_of(from.name ? "track" : "identify"));
  webhook->payload = body(&from);
  return hm_send();
}
