/* Unit tests of the SDK's JSON, on the host. Exit code 0 when all hold.
 *
 *   cc -fsanitize=address,undefined -I.. json.c ../hookmill*.c -o t && ./t
 *
 * With arguments, each is a file whose bytes are read as JSON; it says whether
 * they are, and what the reader makes of them.
 */
#include "hookmill.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

hm_outcome handler(hm_webhook *webhook, const hm_context *context) {
  (void)webhook;
  (void)context;
  return hm_send();
}

static int failures;

static void check(bool holds, const char *what, int line) {
  if (holds) return;
  failures++;
  fprintf(stderr, "line %d: %s\n", line, what);
}

#define CHECK(condition) check(condition, #condition, __LINE__)

/* A copy of exactly its length, so that the sanitizer sees a byte too many. */
static hm_text exact(const char *text, size_t len) {
  hm_text copy = {hm_alloc(len), len};
  if (len) memcpy((char *)copy.at, text, len);
  return copy;
}

static const hm_json *parse(const char *text) {
  hm_text why;
  return hm_parse(exact(text, strlen(text)), &why);
}

static void write_value(hm_writer *to, const hm_json *value) {
  const hm_json *item;
  switch (value->kind) {
    case HM_STRING: hm_put_text(to, hm_string(value)); break;
    case HM_ARRAY:
      hm_open_array(to);
      for (item = value->first; item; item = item->next) write_value(to, item);
      hm_close_array(to);
      break;
    case HM_OBJECT:
      hm_open_object(to);
      for (item = value->first; item; item = item->next) {
        /* Names with zero bytes can't be given as zero-terminated ones. */
        hm_text name = HM_CONCAT(item->key, exact("", 1));
        hm_key(to, name.at);
        write_value(to, item);
      }
      hm_close_object(to);
      break;
    default: hm_put(to, value);
  }
}

static hm_text rewritten(const hm_json *value) {
  hm_writer to = hm_writer_new();
  write_value(&to, value);
  return hm_written(&to);
}

static void texts_that_are_json_are_read_and_written_again(void) {
  static const char *const table[][2] = {
      {"null", "null"},
      {" [ ] ", "[]"},
      {"{}", "{}"},
      {"[1,-0,0.5,1e9,1E-7,12345678901234567890123]",
       "[1,-0,0.5,1e9,1E-7,12345678901234567890123]"},
      {"{\"a\":{\"b\":[true,false,null]}}", "{\"a\":{\"b\":[true,false,null]}}"},
      {"\"\\u0041\\u00e9\\u4e2d\\ud83d\\ude00\"", "\"A\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\""},
      {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
      {"\"\\u0000\\u001f\\u000b\"", "\"\\u0000\\u001f\\u000b\""},
      {"\"a\\ud800b\"", "\"a\\ud800b\""},
      {"\"\\ud800\\ud800\\udc00\"", "\"\\ud800\xF0\x90\x80\x80\""},
      {"\"\\udfff\\u0041\"", "\"\\udfffA\""},
      {"\"\\ud800\\n\"", "\"\\ud800\\n\""},
      {"{\"\\u0065\":1}", "{\"e\":1}"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const hm_json *value = parse(table[i][0]);
    check(value && hm_same(rewritten(value), table[i][1]), table[i][0], __LINE__);
  }
}

static void texts_that_are_no_json_are_refused(void) {
  static const char *const table[] = {
      "",        " ",       "nul",    "nulll",  "tru",     "[",        "]",       "{",
      "[1",      "[1,",     "[1,]",   "[,]",    "{\"a\"",  "{\"a\":",  "{a:1}",   "{\"a\":1,}",
      "1 2",     "01",      "-",      "+1",     "1.",      ".5",       "1e",      "1e+",
      "0x1",     "\"",      "\"\\",   "\"\\\"", "\"\\u",   "\"\\u12",  "\"\\u12x4\"", "\"\\x\"",
      "\"\n\"",  "\"\\n\n\"", "'a'",  "NaN",    "[1}",     "{\"a\":1]", "\"\\ud800\\u\"", "\"\\ud800\\u12\"",
      "\"a\\",   "\"\\ud800\\",
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++)
    check(!parse(table[i]), table[i], __LINE__);
  CHECK(!hm_parse(exact("\"a\0b\"", 5), NULL));
  CHECK(!hm_parse(hm_text_of(NULL), NULL));
}

static void an_error_names_the_place_and_not_the_content(void) {
  hm_text why;
  CHECK(!hm_parse(hm_text_of("{\"secret\": x}"), &why));
  CHECK(hm_same(why, "no JSON: a value is missing at byte 11"));
}

static void nesting_has_a_limit(void) {
  char text[2 * HM_DEPTH_MAX + 4] = {0};
  memset(text, '[', HM_DEPTH_MAX);
  memset(text + HM_DEPTH_MAX, ']', HM_DEPTH_MAX);
  CHECK(parse(text));
  memset(text, '[', HM_DEPTH_MAX + 1);
  memset(text + HM_DEPTH_MAX + 1, ']', HM_DEPTH_MAX + 1);
  CHECK(!parse(text));
  char *deep = malloc(1 << 20);
  memset(deep, '[', 1 << 20);
  hm_text all = {deep, 1 << 20};
  CHECK(!hm_parse(all, NULL));
  free(deep);
}

/* Every prefix of a text, and every text with one byte changed: nothing but
 * an answer may come of it. */
static void broken_texts_do_no_harm(void) {
  static const char text[] =
      "{\"a\\u00e9\\ud83d\\ude00\":[1.5e-3,true,null,\"\\\\x\",{\"k\":\"\\ud800\"}],\"z\":-0}";
  for (size_t len = 0; len < sizeof text - 1; len++)
    check(!hm_parse(exact(text, len), NULL), "a prefix is no JSON", __LINE__);
  for (size_t at = 0; at < sizeof text - 1; at++)
    for (int byte = 0; byte < 256; byte += 1) {
      char changed[sizeof text];
      memcpy(changed, text, sizeof text);
      changed[at] = (char)byte;
      const hm_json *value = hm_parse(exact(changed, sizeof text - 1), NULL);
      if (value) rewritten(value);
      hm_test_free_all();
    }
}

static void values_are_found_by_name(void) {
  const hm_json *value = parse("{\"a\":1,\"b\":{\"c\":\"x\"},\"n\":null,\"a\":2}");
  int64_t number;
  CHECK(hm_integer(hm_get(value, "a"), &number) && number == 2);
  CHECK(hm_same(hm_string(hm_get(hm_get(value, "b"), "c")), "x"));
  CHECK(!hm_get(value, "n") && !hm_get(value, "missing"));
  CHECK(!hm_get(hm_get(value, "missing"), "c") && !hm_get(hm_get(value, "a"), "c"));
  CHECK(!hm_string(hm_get(value, "a")).at && !hm_string(NULL).at);
  CHECK(value->count == 4 && hm_get(value, "b")->count == 1);
  CHECK(hm_same(hm_get(value, "b")->source, "{\"c\":\"x\"}"));
}

static void whole_numbers_are_read_where_they_fit(void) {
  static const struct {
    const char *text;
    bool fits;
    int64_t number;
  } table[] = {
      {"0", true, 0},
      {"-0", true, 0},
      {"-17", true, -17},
      {"9223372036854775807", true, INT64_MAX},
      {"-9223372036854775808", true, INT64_MIN},
      {"9223372036854775808", false, 0},
      {"-9223372036854775809", false, 0},
      {"123456789012345678901234567890", false, 0},
      {"1.0", false, 0},
      {"1e3", false, 0},
      {"\"1\"", false, 0},
      {"true", false, 0},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    int64_t number = 0;
    bool fits = hm_integer(parse(table[i].text), &number);
    check(fits == table[i].fits && number == table[i].number, table[i].text, __LINE__);
  }
}

static void amounts_are_written_as_people_write_them(void) {
  static const struct {
    int64_t minor;
    const char *currency, *text;
  } table[] = {
      {4999, "USD", "49.99"},  {8150, "EUR", "81.5"},     {100, "EUR", "1"},
      {5, "EUR", "0.05"},      {10, "EUR", "0.1"},        {-5, "EUR", "-0.05"},
      {0, "EUR", "0"},         {1500, "JPY", "1500"},     {12345, "KWD", "12.345"},
      {12050, "KWD", "12.05"}, {1, "KWD", "0.001"},       {123456, "XXX", "1234.56"},
      {7, "", "0.07"},         {INT64_MIN, "JPY", "-9223372036854775808"},
      {INT64_MAX, "USD", "92233720368547758.07"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    hm_writer to = hm_writer_new();
    hm_put_money(&to, table[i].minor, hm_text_of(table[i].currency));
    check(hm_same(hm_written(&to), table[i].text), table[i].text, __LINE__);
  }
}

static void a_writer_puts_commas_and_leaves_out_what_is_not_there(void) {
  const hm_json *value = parse("{\"x\":1.50,\"n\":null}");
  hm_writer to = hm_writer_new();
  hm_open_object(&to);
  hm_member(&to, "gone", hm_get(value, "gone"));
  hm_member(&to, "n", hm_get(value, "n"));
  hm_member_text(&to, "none", hm_text_of(NULL));
  hm_member(&to, "x", hm_get(value, "x"));
  hm_key(&to, "list");
  hm_open_array(&to);
  hm_put_integer(&to, -3);
  hm_put_bool(&to, true);
  hm_put(&to, NULL);
  hm_open_object(&to);
  hm_close_object(&to);
  hm_put_text(&to, hm_text_of(""));
  hm_close_array(&to);
  hm_member_text(&to, "last", hm_text_of("e"));
  hm_close_object(&to);
  CHECK(hm_same(hm_written(&to),
                "{\"x\":1.50,\"list\":[-3,true,null,{},\"\"],\"last\":\"e\"}"));
}

static void long_texts_grow_the_writer(void) {
  enum { COUNT = 5000 };
  hm_writer to = hm_writer_new();
  hm_open_array(&to);
  for (int i = 0; i < COUNT; i++) hm_put_text(&to, hm_text_of("0123456789"));
  hm_close_array(&to);
  const hm_json *value = hm_parse(hm_written(&to), NULL);
  CHECK(value && value->count == COUNT);
}

static void headers_are_set_once_whatever_their_case(void) {
  hm_webhook webhook = {0};
  hm_set_header(&webhook, hm_text_of("X-A"), hm_text_of("1"));
  hm_set_header(&webhook, hm_text_of("X-B"), hm_text_of("2"));
  hm_set_header(&webhook, hm_text_of("x-a"), hm_text_of("3"));
  CHECK(webhook.headers.len == 2);
  CHECK(hm_same(webhook.headers.at[0].value, "3") && hm_same(webhook.headers.at[1].value, "2"));
}

static void a_form_and_a_text_say_what_they_are(void) {
  hm_webhook webhook = {0};
  const hm_field fields[] = {{hm_text_of("To"), hm_text_of("+49 1")},
                             {hm_text_of("Body"), hm_text_of("a&b=\xc3\xa9 ~*")}};
  hm_set_header(&webhook, hm_text_of("Content-Type"), hm_text_of("application/json"));
  hm_set_form(&webhook, fields, 2);
  CHECK(hm_same(webhook.payload, "To=%2B49+1&Body=a%26b%3D%C3%A9+%7E*"));
  CHECK(webhook.headers.len == 1);
  CHECK(hm_same(webhook.headers.at[0].value, "application/x-www-form-urlencoded;charset=UTF-8"));
  hm_set_form(&webhook, fields, 0);
  CHECK(webhook.payload.len == 0);
  hm_set_text(&webhook, hm_text_of("hello"));
  CHECK(hm_same(webhook.payload, "hello"));
  hm_set_body(&webhook, hm_text_of("image/png"), exact("\x89P", 2));
  CHECK(webhook.payload.len == 2 && hm_same(webhook.headers.at[0].value, "image/png"));
}

static void variables_are_found_by_name(void) {
  hm_variable env[] = {{{"A", 1}, {"1", 1}}, {{"B", 1}, {"", 0}}};
  hm_context context = {0};
  context.env.at = env;
  context.env.len = 2;
  CHECK(hm_same(hm_env(&context, "A"), "1"));
  CHECK(hm_env(&context, "B").at && !hm_env(&context, "C").at);
}

static int show(const char *path) {
  static char bytes[1 << 22];
  FILE *file = fopen(path, "rb");
  if (!file) return 2;
  size_t len = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  hm_text why;
  const hm_json *value = hm_parse(exact(bytes, len), &why);
  hm_text said = value ? rewritten(value) : why;
  printf("%s\t%.*s\n", value ? "json" : "refused", (int)said.len, said.at);
  hm_test_free_all();
  return 0;
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++)
    if (show(arguments[i])) return 2;
  if (count > 1) return 0;
  texts_that_are_json_are_read_and_written_again();
  texts_that_are_no_json_are_refused();
  an_error_names_the_place_and_not_the_content();
  nesting_has_a_limit();
  broken_texts_do_no_harm();
  values_are_found_by_name();
  whole_numbers_are_read_where_they_fit();
  amounts_are_written_as_people_write_them();
  a_writer_puts_commas_and_leaves_out_what_is_not_there();
  long_texts_grow_the_writer();
  headers_are_set_once_whatever_their_case();
  a_form_and_a_text_say_what_they_are();
  variables_are_found_by_name();
  hm_test_free_all();
  return failures != 0;
}
