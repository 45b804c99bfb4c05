/* Writes JSON (RFC 8259) into one growing text.
 *
 * Puts commas, escapes strings, and keeps what came from a source as it was
 * written. A text that would be no JSON is a mistake in the program and ends
 * the event: brackets that do not match can't be sent by accident.
 */
#include "hookmill.h"
#include <string.h>

#define FIRST_ROOM 1024

hm_writer hm_writer_new(void) {
  hm_writer to = {hm_alloc(FIRST_ROOM), 0, FIRST_ROOM, 0, false};
  return to;
}

static void make_room(hm_writer *to, size_t len) {
  if (to->room - to->len >= len) return;
  size_t room;
  if (__builtin_add_overflow(to->room, len, &room) || __builtin_mul_overflow(room, 2, &room))
    hm_abort("the text is too long");
  char *grown = hm_alloc(room);
  memcpy(grown, to->at, to->len);
  to->at = grown;
  to->room = room;
}

static void raw(hm_writer *to, const char *at, size_t len) {
  if (!len) return;
  make_room(to, len);
  memcpy(to->at + to->len, at, len);
  to->len += len;
}

static void byte(hm_writer *to, char c) { raw(to, &c, 1); }

/* Before a value or a member's name. */
static void separate(hm_writer *to) {
  if (to->comma) byte(to, ',');
  to->comma = true;
}

static void open(hm_writer *to, char bracket) {
  separate(to);
  byte(to, bracket);
  to->depth++;
  to->comma = false;
}

static void close(hm_writer *to, char bracket) {
  if (!to->depth--) hm_abort("more brackets are closed than were opened");
  byte(to, bracket);
  to->comma = true;
}

void hm_open_object(hm_writer *to) { open(to, '{'); }
void hm_close_object(hm_writer *to) { close(to, '}'); }
void hm_open_array(hm_writer *to) { open(to, '['); }
void hm_close_array(hm_writer *to) { close(to, ']'); }

static void unicode_escape(hm_writer *to, unsigned code) {
  static const char hex[] = "0123456789abcdef";
  char escape[] = {'\\', 'u', hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15],
                   hex[code & 15]};
  raw(to, escape, sizeof escape);
}

static void control(hm_writer *to, unsigned char c) {
  static const char escapes[] = "btn\0fr"; /* 8 to 13; 11 has none */
  char escape[] = {'\\', 0};
  if (c == '"' || c == '\\')
    escape[1] = (char)c;
  else if (c >= 8 && c <= 13)
    escape[1] = escapes[c - 8];
  if (escape[1])
    raw(to, escape, 2);
  else
    unicode_escape(to, c);
}

/* The bytes of a lone surrogate at a place in the text, as the reader makes
 * them; 0 where there is none. */
static unsigned surrogate(const char *at, const char *end) {
  if (end - at < 3 || (unsigned char)at[0] != 0xED || (unsigned char)at[1] < 0xA0) return 0;
  return 0xD000u | ((unsigned)at[1] & 0x3F) << 6 | ((unsigned)at[2] & 0x3F);
}

static void quoted(hm_writer *to, hm_text text) {
  const char *from = text.at, *end = from + text.len, *plain = from;
  byte(to, '"');
  while (from < end) {
    unsigned char c = (unsigned char)*from;
    unsigned lone = c == 0xED ? surrogate(from, end) : 0;
    if (c >= 0x20 && c != '"' && c != '\\' && !lone) {
      from++;
      continue;
    }
    raw(to, plain, (size_t)(from - plain));
    if (lone)
      unicode_escape(to, lone);
    else
      control(to, c);
    from += lone ? 3 : 1;
    plain = from;
  }
  raw(to, plain, (size_t)(from - plain));
  byte(to, '"');
}

void hm_key(hm_writer *to, const char *name) {
  separate(to);
  quoted(to, hm_text_of(name));
  byte(to, ':');
  to->comma = false;
}

void hm_put(hm_writer *to, const hm_json *value) {
  separate(to);
  if (value)
    raw(to, value->source.at, value->source.len);
  else
    raw(to, "null", 4);
}

void hm_put_text(hm_writer *to, hm_text text) {
  separate(to);
  quoted(to, text.at ? text : hm_text_of(""));
}

void hm_put_bool(hm_writer *to, bool value) {
  separate(to);
  raw(to, value ? "true" : "false", value ? 4 : 5);
}

/* A number of 10^-digits, without zeros at the end of its fraction. */
static void decimal(hm_writer *to, int64_t number, unsigned digits) {
  char text[24], *first = text + sizeof text;
  uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
  for (; digits && rest % 10 == 0; digits--) rest /= 10;
  bool has_fraction = digits > 0;
  do {
    *--first = (char)('0' + rest % 10);
    rest /= 10;
    if (has_fraction && --digits == 0) {
      *--first = '.';
      has_fraction = false;
      if (!rest) *--first = '0';
    }
  } while (rest || has_fraction);
  if (number < 0) *--first = '-';
  separate(to);
  raw(to, first, (size_t)(text + sizeof text - first));
}

void hm_put_integer(hm_writer *to, int64_t number) { decimal(to, number, 0); }

static bool is_listed(hm_text currency, const char *list) {
  if (currency.len != 3) return false;
  for (; *list; list += 3)
    if (memcmp(list, currency.at, 3) == 0) return true;
  return false;
}

void hm_put_money(hm_writer *to, int64_t minor, hm_text currency) {
  /* ISO 4217's currencies whose minor unit is not a hundredth. */
  static const char whole[] = "BIFCLPDJFGNFISKJPYKMFKRWPYGRWFUGXVNDVUVXAFXOFXPF";
  static const char thousandths[] = "BHDIQDJODKWDLYDOMRTND";
  decimal(to, minor, is_listed(currency, whole) ? 0 : is_listed(currency, thousandths) ? 3 : 2);
}

void hm_member(hm_writer *to, const char *name, const hm_json *value) {
  if (!value || value->kind == HM_NULL) return;
  hm_key(to, name);
  hm_put(to, value);
}

void hm_member_text(hm_writer *to, const char *name, hm_text text) {
  if (!text.at) return;
  hm_key(to, name);
  hm_put_text(to, text);
}

hm_text hm_written(const hm_writer *writer) {
  if (writer->depth) hm_abort("a bracket that was opened is not closed");
  hm_text text = {writer->at, writer->len};
  return text;
}
