// Puts whoever paid on a list: `payment.succeeded` becomes a request to the
// list's members. Every other event is canceled, so that nothing is sent.
//
// Credentials don't belong here: Hookmill adds them afterwards.

#include "sdk/hookmill.h"
#include <string>

namespace {

// A list's address. What hm_text points to must outlive the event, which a
// std::string in a function does not: the text is copied into SDK memory.
hm_text members_of(hm_text list) {
  std::string url = "https://api.example.com/lists/";
  url.append(list.at, list.len).append("/members");
  const hm_text text = {url.data(), url.size()};
  return hm_concat(&text, 1);
}

hm_text member(const hm_json *data, const hm_json *customer) {
  hm_writer body = hm_writer_new();
  hm_open_object(&body);
  hm_member(&body, "email", hm_get(customer, "email"));
  hm_member(&body, "name", hm_get(customer, "name"));
  hm_member(&body, "paid", hm_get(data, "total_amount"));  // in the smallest unit
  hm_member(&body, "currency", hm_get(data, "currency"));
  hm_close_object(&body);
  return hm_written(&body);
}

}  // namespace

hm_outcome handler(hm_webhook *webhook, const hm_context *context) {
  if (!hm_same(webhook->event_type, "payment.succeeded")) {
    webhook->cancel = true;
    return hm_send();
  }
  const hm_text list = hm_env(context, "LIST_ID");
  if (list.len == 0) return hm_reject(hm_text_of("set the variable LIST_ID"));

  hm_text why;
  const hm_json *payload = hm_parse(webhook->payload, &why);
  if (!payload) return hm_reject(why);
  const hm_json *data = hm_get(payload, "data");
  const hm_json *customer = hm_get(data, "customer");
  if (!customer) return hm_reject(hm_text_of("the event has no data.customer"));

  webhook->payload = member(data, customer);
  webhook->url = members_of(list);
  hm_set_header(webhook, hm_text_of("Accept"), hm_text_of("application/json"));
  return hm_send();
}
