/* Unit tests of the handler, on this machine: `sh tests/run`. The samples under
 * events/ and expected/ are for `hookmill test`, which runs the sandbox.
 */
#undef NDEBUG
#include "sdk/hookmill.h"
#include <assert.h>
#include <stdio.h>

static const char PAYMENT[] =
    "{\"data\":{\"customer\":{\"email\":\"a@example.org\",\"name\":\"Ada\"},"
    "\"total_amount\":9007199254740993,\"currency\":\"EUR\"}}";

static hm_webhook webhook_of(const char *event_type, const char *payload) {
  hm_webhook webhook = {0};
  webhook.event_type = hm_text_of(event_type);
  webhook.url = hm_text_of("https://relay.invalid/default");
  webhook.payload = hm_text_of(payload);
  return webhook;
}

static hm_outcome run(hm_webhook *webhook, size_t variables) {
  static const hm_variable list = {{"LIST_ID", 7}, {"7", 1}};
  hm_context context = {0};
  context.env.at = &list;
  context.env.len = variables;
  return handler(webhook, &context);
}

static void a_payment_goes_to_the_lists_members(void) {
  hm_webhook webhook = webhook_of("payment.succeeded", PAYMENT);
  assert(run(&webhook, 1).kind == HM_SEND && !webhook.cancel);
  assert(hm_same(webhook.url, "https://api.example.com/lists/7/members"));
  assert(hm_same(webhook.payload, "{\"email\":\"a@example.org\",\"name\":\"Ada\","
                                  "\"paid\":9007199254740993,\"currency\":\"EUR\"}"));
}

static void other_events_are_canceled(void) {
  hm_webhook webhook = webhook_of("refund.succeeded", "{}");
  assert(run(&webhook, 1).kind == HM_SEND && webhook.cancel);
}

static void without_a_list_the_event_is_rejected(void) {
  hm_webhook webhook = webhook_of("payment.succeeded", PAYMENT);
  hm_outcome outcome = run(&webhook, 0);
  assert(outcome.kind == HM_REJECT && hm_same(outcome.reason, "set the variable LIST_ID"));
}

int main(void) {
  a_payment_goes_to_the_lists_members();
  other_events_are_canceled();
  without_a_list_the_event_is_rejected();
  hm_test_free_all();
  puts("3 tests passed");
  return 0;
}
