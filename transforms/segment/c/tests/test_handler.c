/* Unit tests of the handler, on this machine: `sh tests/run`. That every sample
 * becomes the expected request is tested in the sandbox.
 */
#undef NDEBUG
#include "sdk/hookmill.h"
#include <assert.h>
#include <stdio.h>

static const char PAYMENT[] =
    "{\"timestamp\":\"t\",\"data\":{\"payment_id\":\"p\",\"total_amount\":4999,\"currency\":\"USD\","
    "\"tax\":null,\"product_cart\":[{\"product_id\":\"x\",\"quantity\":2}],"
    "\"customer\":{\"customer_id\":\"c\",\"email\":\"e\",\"name\":\"\\ud800\"}}}";

static hm_outcome run(hm_webhook *webhook, const char *event_type, const char *payload,
                      size_t variables) {
  static const hm_variable region = {{"REGION", 6}, {"eu", 2}};
  hm_context context = {0};
  context.env.at = &region;
  context.env.len = variables;
  webhook->event_type = hm_text_of(event_type);
  webhook->payload = hm_text_of(payload);
  return handler(webhook, &context);
}

static void a_payment_becomes_a_track_call(void) {
  hm_webhook webhook = {0};
  assert(run(&webhook, "payment.succeeded", PAYMENT, 0).kind == HM_SEND);
  assert(hm_same(webhook.url, "https://api.segment.io/v1/track"));
  assert(hm_same(webhook.payload,
                 "{\"userId\":\"c\",\"event\":\"Payment Succeeded\",\"messageId\":\"payment.succeeded:p\","
                 "\"timestamp\":\"t\",\"properties\":{\"payment_id\":\"p\",\"revenue\":49.99,"
                 "\"value\":49.99,\"currency\":\"USD\",\"products\":[{\"product_id\":\"x\","
                 "\"quantity\":2}]},\"context\":{\"traits\":{\"email\":\"e\",\"name\":\"\\ud800\"}}}"));
}

static void a_european_workspace_has_its_own_host(void) {
  hm_webhook webhook = {0};
  assert(run(&webhook, "subscription.updated", PAYMENT, 1).kind == HM_SEND);
  assert(hm_same(webhook.url, "https://events.eu1.segmentapis.com/v1/identify"));
}

static void an_event_without_its_customer_is_rejected(void) {
  hm_webhook webhook = {0};
  hm_outcome outcome = run(&webhook, "payment.succeeded", "{\"data\":{}}", 0);
  assert(outcome.kind == HM_REJECT);
  assert(hm_same(outcome.reason, "the event has no data.customer"));
}

static void what_is_no_json_is_rejected(void) {
  hm_webhook webhook = {0};
  assert(run(&webhook, "payment.succeeded", "{", 0).kind == HM_REJECT);
}

static void an_unknown_event_is_canceled(void) {
  hm_webhook webhook = {0};
  assert(run(&webhook, "payment.unknown", "{", 0).kind == HM_SEND && webhook.cancel);
}

int main(void) {
  a_payment_becomes_a_track_call();
  a_european_workspace_has_its_own_host();
  an_event_without_its_customer_is_rejected();
  what_is_no_json_is_rejected();
  an_unknown_event_is_canceled();
  hm_test_free_all();
  puts("5 tests passed");
  return 0;
}
