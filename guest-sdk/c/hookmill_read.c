/* Reads JSON (RFC 8259) into a tree that borrows from the text.
 *
 * Numbers keep their source, so no digit is lost; a string is copied only
 * where it has escapes. It reads nothing beyond the text's end, whatever the
 * text holds, and goes no deeper than HM_DEPTH_MAX.
 */
#include "hookmill.h"
#include <string.h>

typedef struct reader {
  const char *start, *at, *end;
  const char *why; /* the first error; NULL while there is none */
} reader;

static hm_json *value(reader *from, unsigned depth);

static bool fail(reader *from, const char *why) {
  if (!from->why) from->why = why;
  return false;
}

/* The next byte, or -1 at the end: no byte of the text is -1. */
static int peek(const reader *from) {
  return from->at < from->end ? (unsigned char)*from->at : -1;
}

static bool take(reader *from, char c) {
  if (peek(from) != c) return false;
  from->at++;
  return true;
}

static void skip_space(reader *from) {
  int c = peek(from);
  while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
    from->at++;
    c = peek(from);
  }
}

static bool is_digit(int c) { return c >= '0' && c <= '9'; }

static bool digits(reader *from) {
  if (!is_digit(peek(from))) return fail(from, "a digit is missing");
  while (is_digit(peek(from))) from->at++;
  return true;
}

static bool number(reader *from) {
  take(from, '-');
  if (!take(from, '0') && !digits(from)) return false;
  if (take(from, '.') && !digits(from)) return false;
  if (take(from, 'e') || take(from, 'E')) {
    if (!take(from, '+')) take(from, '-');
    return digits(from);
  }
  return true;
}

static bool word(reader *from, const char *letters) {
  size_t len = strlen(letters);
  if ((size_t)(from->end - from->at) < len || memcmp(from->at, letters, len) != 0)
    return fail(from, "a value is missing");
  from->at += len;
  return true;
}

static int hex_digit(int c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

static bool unit(reader *from, uint32_t *code) {
  *code = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(peek(from));
    if (digit < 0) return fail(from, "an escape lacks its four hexadecimal digits");
    *code = *code << 4 | (uint32_t)digit;
    from->at++;
  }
  return true;
}

/* What follows `\u`: one code unit, or both of a pair. */
static bool code_point(reader *from, uint32_t *code) {
  uint32_t low;
  if (!unit(from, code)) return false;
  if (*code < 0xD800 || *code > 0xDBFF) return true;
  const char *after = from->at;
  if (!take(from, '\\') || !take(from, 'u')) {
    from->at = after;
    return true;
  }
  if (!unit(from, &low)) return false;
  if (low >= 0xDC00 && low <= 0xDFFF)
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
  else
    from->at = after;
  return true;
}

/* UTF-8; a lone surrogate gets the three bytes that its number would have. */
static char *encode(char *to, uint32_t code) {
  if (code < 0x80) {
    *to++ = (char)code;
  } else if (code < 0x800) {
    *to++ = (char)(0xC0 | code >> 6);
    *to++ = (char)(0x80 | (code & 0x3F));
  } else {
    if (code < 0x10000) {
      *to++ = (char)(0xE0 | code >> 12);
    } else {
      *to++ = (char)(0xF0 | code >> 18);
      *to++ = (char)(0x80 | (code >> 12 & 0x3F));
    }
    *to++ = (char)(0x80 | (code >> 6 & 0x3F));
    *to++ = (char)(0x80 | (code & 0x3F));
  }
  return to;
}

static bool escape(reader *from, char **to) {
  static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  uint32_t code;
  if (take(from, 'u')) {
    if (!code_point(from, &code)) return false;
    *to = encode(*to, code);
    return true;
  }
  int c = peek(from);
  const char *found = c > 0 ? strchr(escapes, c) : NULL;
  if (!found) return fail(from, "an escape is unknown");
  *(*to)++ = meanings[found - escapes];
  from->at++;
  return true;
}

/* Goes on behind `start` with a copy: the text without its escapes is never
 * longer than with them, so the rest of the source is room enough. */
static bool unescape(reader *from, const char *start, hm_text *text) {
  const char *close = from->at;
  while (close < from->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= from->end) return fail(from, "a string has no end");
  char *copy = hm_alloc((size_t)(close - start)), *to = copy;
  size_t before = (size_t)(from->at - start);
  memcpy(to, start, before);
  to += before;
  while (!take(from, '"')) {
    int c = peek(from);
    if (c < 0x20) return fail(from, "a string holds a control character or has no end");
    from->at++;
    if (c != '\\')
      *to++ = (char)c;
    else if (!escape(from, &to))
      return false;
  }
  text->at = copy;
  text->len = (size_t)(to - copy);
  return true;
}

/* A string behind its opening quote. */
static bool string(reader *from, hm_text *text) {
  const char *start = from->at;
  for (;; from->at++) {
    int c = peek(from);
    if (c < 0x20) return fail(from, "a string holds a control character or has no end");
    if (c == '\\') return unescape(from, start, text);
    if (c == '"') break;
  }
  text->at = start;
  text->len = (size_t)(from->at - start);
  from->at++;
  return true;
}

static bool key(reader *from, hm_text *name) {
  skip_space(from);
  if (!take(from, '"')) return fail(from, "a member's name is missing");
  if (!string(from, name)) return false;
  skip_space(from);
  return take(from, ':') || fail(from, "a colon is missing");
}

/* An array or object behind its opening bracket. */
static bool items(reader *from, hm_json *into, char close, unsigned depth) {
  const hm_json **last = &into->first;
  if (depth == HM_DEPTH_MAX) return fail(from, "it is nested too deeply");
  skip_space(from);
  if (take(from, close)) return true;
  do {
    hm_text name = {NULL, 0};
    if (into->kind == HM_OBJECT && !key(from, &name)) return false;
    hm_json *item = value(from, depth + 1);
    if (!item) return false;
    item->key = name;
    *last = item;
    last = &item->next;
    into->count++;
    skip_space(from);
  } while (take(from, ','));
  return take(from, close) || fail(from, "a comma or a closing bracket is missing");
}

static bool content(reader *from, hm_json *into, unsigned depth) {
  int c = peek(from);
  switch (c) {
    case '{': into->kind = HM_OBJECT; break;
    case '[': into->kind = HM_ARRAY; break;
    case '"': into->kind = HM_STRING; break;
    case 't': into->kind = HM_TRUE; return word(from, "true");
    case 'f': into->kind = HM_FALSE; return word(from, "false");
    case 'n': into->kind = HM_NULL; return word(from, "null");
    default:
      into->kind = HM_NUMBER;
      return c == '-' || is_digit(c) ? number(from) : fail(from, "a value is missing");
  }
  from->at++;
  if (c == '"') return string(from, &into->text);
  return items(from, into, c == '{' ? '}' : ']', depth);
}

static hm_json *value(reader *from, unsigned depth) {
  skip_space(from);
  hm_json *into = hm_alloc(sizeof *into);
  memset(into, 0, sizeof *into);
  into->source.at = from->at;
  if (!content(from, into, depth)) return NULL;
  into->source.len = (size_t)(from->at - into->source.at);
  return into;
}

/* Where and why, without a word of what the text holds. */
static hm_text explain(const reader *from) {
  char decimal[20], *first = decimal + sizeof decimal;
  size_t place = (size_t)(from->at - from->start);
  do *--first = (char)('0' + place % 10);
  while (place /= 10);
  hm_text parts[] = {
      hm_text_of("no JSON: "), hm_text_of(from->why),
      hm_text_of(" at byte "), {first, (size_t)(decimal + sizeof decimal - first)},
  };
  return hm_concat(parts, 4);
}

const hm_json *hm_parse(hm_text text, hm_text *why) {
  const char *start = text.at ? text.at : "";
  reader from = {start, start, start + text.len, NULL};
  hm_json *root = value(&from, 0);
  skip_space(&from);
  if (root && from.at < from.end) {
    fail(&from, "something follows the value");
    root = NULL;
  }
  if (!root && why) *why = explain(&from);
  return root;
}

const hm_json *hm_get(const hm_json *object, const char *name) {
  const hm_json *found = NULL;
  if (!object || object->kind != HM_OBJECT) return NULL;
  size_t len = strlen(name);
  for (const hm_json *member = object->first; member; member = member->next)
    if (member->key.len == len && memcmp(member->key.at, name, len) == 0) found = member;
  return found && found->kind != HM_NULL ? found : NULL;
}

hm_text hm_string(const hm_json *value) {
  return value && value->kind == HM_STRING ? value->text : hm_text_of(NULL);
}

bool hm_integer(const hm_json *value, int64_t *number) {
  if (!value || value->kind != HM_NUMBER) return false;
  const char *at = value->source.at, *end = at + value->source.len;
  bool negative = *at == '-';
  int64_t sum = 0;
  for (at += negative; at < end; at++) {
    if (!is_digit((unsigned char)*at)) return false;
    int digit = *at - '0';
    if (__builtin_mul_overflow(sum, 10, &sum)) return false;
    if (__builtin_add_overflow(sum, negative ? -digit : digit, &sum)) return false;
  }
  *number = sum;
  return true;
}
