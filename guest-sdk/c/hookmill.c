/* The boundary between the host and a transform: the exported function, the
 * imported ones, texts and headers.
 *
 * It speaks the canonical ABI of the world in `wit/transform.wit` by hand. The
 * structures of hookmill.h have its layout; the project's tests hold them
 * against the WIT. Nothing here knows JSON.
 */
#include "hookmill.h"
#include <string.h>

hm_text hm_text_of(const char *zero_terminated) {
  hm_text text = {zero_terminated, zero_terminated ? strlen(zero_terminated) : 0};
  return text;
}

bool hm_same(hm_text text, const char *other) {
  size_t len = strlen(other);
  return text.at && text.len == len && memcmp(text.at, other, len) == 0;
}

bool hm_starts_with(hm_text text, const char *start) {
  size_t len = strlen(start);
  return text.at && text.len >= len && memcmp(text.at, start, len) == 0;
}

hm_text hm_concat(const hm_text *parts, size_t count) {
  size_t len = 0;
  for (size_t i = 0; i < count; i++)
    if (__builtin_add_overflow(len, parts[i].len, &len)) hm_abort("a text is too long");
  char *at = hm_alloc(len), *end = at;
  for (size_t i = 0; i < count; i++) {
    if (parts[i].len) memcpy(end, parts[i].at, parts[i].len);
    end += parts[i].len;
  }
  hm_text text = {at, len};
  return text;
}

/* A lone surrogate is not UTF-8, and the host takes nothing else: where it
 * can't be escaped as in JSON, U+FFFD stands for it. Both are three bytes. */
static hm_text scrubbed(hm_text text) {
  char *copy = NULL;
  for (size_t i = 0; i + 2 < text.len; i++) {
    if ((unsigned char)text.at[i] != 0xED || (unsigned char)text.at[i + 1] < 0xA0) continue;
    if (!copy) copy = memcpy(hm_alloc(text.len), text.at, text.len);
    memcpy(copy + i, "\xEF\xBF\xBD", 3);
    i += 2;
  }
  if (copy) text.at = copy;
  return text;
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

static bool same_name(hm_text a, hm_text b) {
  if (a.len != b.len) return false;
  for (size_t i = 0; i < a.len; i++)
    if (lower(a.at[i]) != lower(b.at[i])) return false;
  return true;
}

void hm_set_header(hm_webhook *webhook, hm_text name, hm_text value) {
  size_t len = webhook->headers.len;
  for (size_t i = 0; i < len; i++) {
    if (!same_name(webhook->headers.at[i].name, name)) continue;
    webhook->headers.at[i].value = value;
    return;
  }
  hm_header *grown = hm_alloc((len + 1) * sizeof *grown);
  if (len) memcpy(grown, webhook->headers.at, len * sizeof *grown);
  grown[len].name = name;
  grown[len].value = value;
  webhook->headers.at = grown;
  webhook->headers.len = len + 1;
}

void hm_set_body(hm_webhook *webhook, hm_text content_type, hm_text bytes) {
  hm_set_header(webhook, hm_text_of("content-type"), content_type);
  webhook->payload = bytes;
}

void hm_set_text(hm_webhook *webhook, hm_text text) {
  hm_set_body(webhook, hm_text_of("text/plain;charset=UTF-8"), scrubbed(text));
}

static bool stands_for_itself(char c) {
  return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '*' || c == '-' ||
         c == '.' || c == '_';
}

/* A name or a value as the WHATWG URL Standard writes it. */
static char *form_part(char *to, hm_text text) {
  static const char digits[] = "0123456789ABCDEF";
  for (size_t i = 0; i < text.len; i++) {
    unsigned char c = (unsigned char)text.at[i];
    if (c == ' ') {
      *to++ = '+';
    } else if (stands_for_itself((char)c)) {
      *to++ = (char)c;
    } else {
      *to++ = '%';
      *to++ = digits[c >> 4];
      *to++ = digits[c & 15];
    }
  }
  return to;
}

void hm_set_form(hm_webhook *webhook, const hm_field *fields, size_t count) {
  size_t room = 0;
  for (size_t i = 0; i < count; i++) {
    size_t part;
    if (__builtin_add_overflow(fields[i].name.len, fields[i].value.len, &part) ||
        __builtin_mul_overflow(part, 3, &part) || __builtin_add_overflow(part, 2, &part) ||
        __builtin_add_overflow(room, part, &room))
      hm_abort("a form is too long");
  }
  char *at = hm_alloc(room), *end = at;
  for (size_t i = 0; i < count; i++) {
    if (i) *end++ = '&';
    end = form_part(end, scrubbed(fields[i].name));
    *end++ = '=';
    end = form_part(end, scrubbed(fields[i].value));
  }
  hm_text form = {at, (size_t)(end - at)};
  hm_set_body(webhook, hm_text_of("application/x-www-form-urlencoded;charset=UTF-8"), form);
}

hm_text hm_env(const hm_context *context, const char *name) {
  for (size_t i = 0; i < context->env.len; i++)
    if (hm_same(context->env.at[i].name, name)) return context->env.at[i].value;
  return hm_text_of(NULL);
}

hm_outcome hm_send(void) {
  hm_outcome outcome = {HM_SEND, {NULL, 0}};
  return outcome;
}

hm_outcome hm_reject(hm_text reason) {
  hm_outcome outcome = {HM_REJECT, reason};
  return outcome;
}

hm_outcome hm_retry(hm_text reason) {
  hm_outcome outcome = {HM_RETRY, reason};
  return outcome;
}

#ifdef __wasm__

__attribute__((import_module("hookmill:transform/log@1.0.0"), import_name("write"))) void
hm_import_log(unsigned level, const char *at, size_t len);
__attribute__((import_module("hookmill:transform/clock@1.0.0"), import_name("now-ms"))) uint64_t
hm_import_now_ms(void);

void hm_log(unsigned level, hm_text message) {
  message = scrubbed(message);
  hm_import_log(level, message.at, message.len);
}

uint64_t hm_now_ms(void) { return hm_import_now_ms(); }

void hm_abort(const char *why) {
  hm_import_log(HM_ERROR, why, strlen(why));
  __builtin_trap();
}

/* The parameters, and the result, as they lie in memory. */
typedef struct parameters {
  hm_webhook webhook;
  hm_context context;
} parameters;

typedef struct result {
  uint8_t is_failure;
  union {
    hm_webhook webhook;
    struct {
      uint8_t is_retry;
      hm_text reason;
    } failure;
  } value;
} result;

/* Runs the constructors of C++ objects and of libc, if there are any. */
void __wasm_call_ctors(void);

__attribute__((export_name("handler"))) result *hm_export_handler(parameters *given) {
  static result answer;
  __wasm_call_ctors();
  hm_webhook *webhook = &given->webhook;
  hm_outcome outcome = handler(webhook, &given->context);
  if (outcome.kind != HM_SEND) {
    answer.is_failure = 1;
    answer.value.failure.is_retry = outcome.kind == HM_RETRY;
    answer.value.failure.reason = scrubbed(outcome.reason);
    return &answer;
  }
  webhook->url = scrubbed(webhook->url);
  for (size_t i = 0; i < webhook->headers.len; i++) {
    hm_header *header = &webhook->headers.at[i];
    header->name = scrubbed(header->name);
    header->value = scrubbed(header->value);
  }
  answer.value.webhook = *webhook;
  return &answer;
}

#else

#include <stdio.h>
#include <stdlib.h>

uint64_t hm_test_now_ms = 1768480496789;

void hm_log(unsigned level, hm_text message) {
  static const char *const names[] = {"trace", "debug", "info", "warn", "error"};
  message = scrubbed(message);
  fprintf(stderr, "%s: %.*s\n", names[level < 5 ? level : 4], (int)message.len, message.at);
}

uint64_t hm_now_ms(void) { return hm_test_now_ms; }

void hm_abort(const char *why) {
  fprintf(stderr, "%s\n", why);
  abort();
}

#endif
