/* Puts whoever paid on a list: `payment.succeeded` becomes a request to the
 * list's members. Every other event is canceled, so that nothing is sent.
 *
 * Credentials don't belong here: Hookmill adds them afterwards.
 */
#include "sdk/hookmill.h"

hm_outcome handler(hm_webhook *webhook, const hm_context *context) {
  if (!hm_same(webhook->event_type, "payment.succeeded")) {
    webhook->cancel = true;
    return hm_send();
  }
  hm_text list = hm_env(context, "LIST_ID");
  if (!list.len) return hm_reject(hm_text_of("set the variable LIST_ID"));

  hm_text why;
  const hm_json *payload = hm_parse(webhook->payload, &why);
  if (!payload) return hm_reject(why);
  const hm_json *data = hm_get(payload, "data");
  const hm_json *customer = hm_get(data, "customer");
  if (!customer) return hm_reject(hm_text_of("the event has no data.customer"));

  hm_writer body = hm_writer_new();
  hm_open_object(&body);
  hm_member(&body, "email", hm_get(customer, "email"));
  hm_member(&body, "name", hm_get(customer, "name"));
  hm_member(&body, "paid", hm_get(data, "total_amount")); /* in the smallest unit */
  hm_member(&body, "currency", hm_get(data, "currency"));
  hm_close_object(&body);

  webhook->payload = hm_written(&body);
  webhook->url = HM_CONCAT(hm_text_of("https://api.example.com/lists/"), list,
                           hm_text_of("/members"));
  hm_set_header(webhook, hm_text_of("Accept"), hm_text_of("application/json"));
  return hm_send();
}
