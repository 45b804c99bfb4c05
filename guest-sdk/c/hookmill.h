/* Hookmill transforms in C and C++: what an author needs, and no more.
 *
 * A transform is one function, `handler`. It gets the webhook as the event
 * source sent it and changes it into the request that the destination wants.
 * This header belongs to `wit/transform.wit`: the structures have the layout
 * in which the host passes them, so nothing is copied on the way in or out.
 *
 * Memory is never freed: an instance lives for one event. There are no files,
 * no network, no environment and no credentials here.
 */
#ifndef HOOKMILL_H
#define HOOKMILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Texts: UTF-8, with a length, without a zero byte at the end. */

typedef struct hm_text {
  const char *at; /* NULL: there is none */
  size_t len;     /* in bytes */
} hm_text;

/* A text from a zero-terminated one; NULL gives none. */
hm_text hm_text_of(const char *zero_terminated);
bool hm_same(hm_text text, const char *other);
bool hm_starts_with(hm_text text, const char *start);
/* One text after another; `HM_CONCAT(a, b, c)` counts them. */
hm_text hm_concat(const hm_text *parts, size_t count);

/* The webhook. `handler` changes it in place. */

enum { HM_POST, HM_PUT, HM_PATCH, HM_DELETE, HM_GET };

typedef struct hm_header {
  hm_text name;
  hm_text value;
} hm_header;

typedef struct hm_webhook {
  hm_text event_type; /* input: a change is ignored */
  hm_text url;        /* starts as the endpoint's URL */
  uint8_t method;     /* starts as HM_POST */
  struct {
    hm_header *at;
    size_t len;
  } headers;       /* starts empty; see hm_set_header */
  hm_text payload; /* bytes; forwarded as they came when they are left alone.
                    * JSON, unless hm_set_body, _text or _form says otherwise */
  bool cancel;     /* true sends nothing */
} hm_webhook;

/* Sets a header field, or replaces the one of that name in any case. */
void hm_set_header(hm_webhook *webhook, hm_text name, hm_text value);

/* Replaces the payload by what is not JSON: bytes with their content type, a
 * plain text, a form's fields (application/x-www-form-urlencoded). */
void hm_set_body(hm_webhook *webhook, hm_text content_type, hm_text bytes);
void hm_set_text(hm_webhook *webhook, hm_text text);

typedef struct hm_field {
  hm_text name;
  hm_text value;
} hm_field;

void hm_set_form(hm_webhook *webhook, const hm_field *fields, size_t count);

/* What a transform may know besides. */

typedef struct hm_variable {
  hm_text name;
  hm_text value;
} hm_variable;

typedef struct hm_context {
  hm_text event_id;    /* the same for every endpoint */
  hm_text delivery_id; /* the same for every attempt */
  uint64_t received_at_ms;
  struct {
    const hm_variable *at;
    size_t len;
  } env;          /* the endpoint's variables; see hm_env */
  hm_text params; /* a JSON object, `{}` when there are none */
} hm_context;

/* One of the endpoint's variables; none when it is not set. */
hm_text hm_env(const hm_context *context, const char *name);

/* What comes of an event. */

enum { HM_SEND, HM_REJECT, HM_RETRY };

typedef struct hm_outcome {
  uint8_t kind;
  hm_text reason;
} hm_outcome;

/* The webhook, as it is now, is sent, or canceled if it says so. */
hm_outcome hm_send(void);
/* The event can't be transformed: it is parked until someone replays it. */
hm_outcome hm_reject(hm_text reason);
/* Not now: it is tried again by the endpoint's schedule. */
hm_outcome hm_retry(hm_text reason);

/* The author's function. */
hm_outcome handler(hm_webhook *webhook, const hm_context *context);

/* The attempt's log, and the clock: it stands at the instant at which the
 * event was accepted. On the host, the log is standard error. */

enum { HM_TRACE, HM_DEBUG, HM_INFO, HM_WARN, HM_ERROR };
void hm_log(unsigned level, hm_text message);
uint64_t hm_now_ms(void);

/* Memory that stays until the event is done. Never NULL: without memory the
 * event ends as a fault. */
void *hm_alloc(size_t size);
/* Ends the event as a fault, with these words in the log. */
__attribute__((noreturn)) void hm_abort(const char *why);

/* Reading JSON. Every function takes NULL for a value that is not there, and
 * then gives nothing, so that a path needs one check at its end. */

typedef enum { HM_NULL, HM_FALSE, HM_TRUE, HM_NUMBER, HM_STRING, HM_ARRAY, HM_OBJECT } hm_kind;

typedef struct hm_json hm_json;
struct hm_json {
  hm_kind kind;
  uint32_t count;       /* items or members */
  hm_text source;       /* as it was written, every digit and escape */
  hm_text text;         /* a string's text; a lone surrogate is three bytes */
  hm_text key;          /* a member's name */
  const hm_json *first; /* the first item or member */
  const hm_json *next;  /* the next one beside this */
};

/* Arrays and objects may be this deep in one another. */
#define HM_DEPTH_MAX 128

/* A whole JSON text as a tree, borrowed from it. NULL when it is none, with
 * the place and the reason in `why`, which may be NULL. */
const hm_json *hm_parse(hm_text text, hm_text *why);
/* A member; of two with one name the last. NULL when it is missing or null. */
const hm_json *hm_get(const hm_json *object, const char *name);
/* A string's text; none for anything else. */
hm_text hm_string(const hm_json *value);
/* Whether it is a whole number in range, written without point or exponent. */
bool hm_integer(const hm_json *value, int64_t *number);

/* Writing JSON. Commas are put where they belong. */

typedef struct hm_writer {
  char *at;
  size_t len, room;
  unsigned depth;
  bool comma;
} hm_writer;

hm_writer hm_writer_new(void);
void hm_open_object(hm_writer *to);
void hm_close_object(hm_writer *to);
void hm_open_array(hm_writer *to);
void hm_close_array(hm_writer *to);
void hm_key(hm_writer *to, const char *name);
/* A value as it was written in its source; `null` for NULL. */
void hm_put(hm_writer *to, const hm_json *value);
void hm_put_text(hm_writer *to, hm_text text);
void hm_put_integer(hm_writer *to, int64_t number);
void hm_put_bool(hm_writer *to, bool value);
/* Minor units as people write them: 4999 of USD is 49.99, 1500 of JPY 1500.
 * Exact; `currency` is an ISO 4217 code in capitals. */
void hm_put_money(hm_writer *to, int64_t minor, hm_text currency);
/* A member, unless there is no such value. */
void hm_member(hm_writer *to, const char *name, const hm_json *value);
void hm_member_text(hm_writer *to, const char *name, hm_text text);
/* The text. Everything that was opened must have been closed. */
hm_text hm_written(const hm_writer *writer);

/* For unit tests on the host. */

#ifndef __wasm__
extern uint64_t hm_test_now_ms; /* what the clock shows */
void hm_test_free_all(void);    /* frees whatever hm_alloc gave */
#endif

#ifdef __cplusplus
}

template <class... Texts> hm_text hm_concat_all(Texts... texts) {
  const hm_text parts[] = {texts...};
  return hm_concat(parts, sizeof...(texts));
}
#define HM_CONCAT(...) hm_concat_all(__VA_ARGS__)
#else
#define HM_CONCAT(...)                      \
  hm_concat((const hm_text[]){__VA_ARGS__}, \
            sizeof((const hm_text[]){__VA_ARGS__}) / sizeof(hm_text))
#endif

#endif
