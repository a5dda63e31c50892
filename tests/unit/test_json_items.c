/* Tests of the cutting of saved API answers into items, in pieces of every size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/json_items.h"

static const char *const arrays[] = {"value", "data.org.edges", "data.org.other", NULL};

/* What came, one line each: "LINE PATH TEXT [head]" and "page TEXT". */
struct log {
    struct json_items *items;
    struct strbuf out;
    bool refuse;
};

static bool log_item(void *ctx, const char *text, size_t len, const cJSON *page, struct error *err)
{
    struct log *log = ctx;
    char path[JSON_PLACE_MAX];
    json_items_path(log->items, path);
    strbuf_addf(&log->out, "%d %s %.*s", (int)json_items_line(log->items), path, (int)len, text);
    if (page) {
        char *head = json_compact(page);
        strbuf_addf(&log->out, " in %s", head);
        free(head);
    }
    strbuf_addc(&log->out, '\n');
    return !log->refuse || error_set(err, ERR_INVALID, "refused");
}

static bool log_page(void *ctx, const cJSON *page, struct error *err)
{
    struct log *log = ctx;
    (void)err;
    char *text = json_compact(page);
    strbuf_addf(&log->out, "page %s\n", text);
    free(text);
    return true;
}

static const struct json_items_handler handler = {.item = log_item, .page = log_page};

static bool read_all(struct log *log, const char *const *paths, const char *bytes, size_t len,
                     size_t piece, struct error *err)
{
    log->items = json_items_new(paths, &handler, log);
    strbuf_init(&log->out, SIZE_MAX);
    json_items_begin(log->items, "file");
    bool ok = true;
    for (size_t at = 0; ok && at < len; at += piece) {
        /* A copy of its own, so that a look past its end is found. */
        char *copy = mem_dup(bytes + at, len - at < piece ? len - at : piece);
        ok = json_items_feed(log->items, copy, len - at < piece ? len - at : piece, err);
        free(copy);
    }
    return ok && json_items_finish(log->items, err);
}

static void log_release(struct log *log)
{
    json_items_free(log->items);
    strbuf_release(&log->out);
}

static void assert_items(const char *const *paths, const char *bytes, const char *expected)
{
    for (size_t piece = 1; piece <= strlen(bytes) + 1; piece++) {
        struct log log = {0};
        struct error err = {0};
        bool ok = read_all(&log, paths, bytes, strlen(bytes), piece, &err);
        assert_string_equal(err.text, "");
        assert_true(ok);
        assert_string_equal(log.out.text, expected);
        log_release(&log);
    }
}

static void assert_fault(const char *bytes, const char *expected)
{
    for (size_t piece = 1; piece <= strlen(bytes) + 1; piece++) {
        struct log log = {0};
        struct error err = {0};
        assert_false(read_all(&log, arrays, bytes, strlen(bytes), piece, &err));
        assert_string_equal(err.text, expected);
        assert_int_equal(err.kind, ERR_INVALID);
        log_release(&log);
    }
}

static void json_items__opens_an_array_at_the_top(void **state)
{
    (void)state;
    assert_items(NULL, "[{\"a\":1},{\"b\":[2,{\"c\":\"]}\"}]}]",
                 "1 $[0] {\"a\":1}\n1 $[1] {\"b\":[2,{\"c\":\"]}\"}]}\n");
    assert_items(arrays, " [ ] ", "");
    assert_items(arrays, "", "");
}

static void json_items__takes_json_lines_and_names_the_line(void **state)
{
    (void)state;
    assert_items(arrays, "{\"a\":1}\n\r\n{\"a\":2}\n {\"a\":3}",
                 "1  {\"a\":1}\n3  {\"a\":2}\n4  {\"a\":3}\n");
    assert_items(NULL, "{}{}", "1  {}\n1  {}\n");
}

static void json_items__takes_the_entries_of_a_page(void **state)
{
    (void)state;
    assert_items(arrays, "{\"c\":\"x\",\n\"value\":[{\"a\":1},\n{\"a\":2}],\"next\":null}",
                 "2 $.value[0] {\"a\":1} in {\"c\":\"x\",\"value\":[]}\n"
                 "3 $.value[1] {\"a\":2} in {\"c\":\"x\",\"value\":[]}\n"
                 "page {\"c\":\"x\",\"value\":[],\"next\":null}\n");
}

static void json_items__finds_an_array_deeper_in_a_page(void **state)
{
    (void)state;
    assert_items(
        arrays,
        "{\"edges\":[1],\"data\":{\"x\":{\"edges\":[2]},\"org\":{\"n\":[{}],"
        "\"edges\":[{\"a\":1}],\"last\":\"\\\"[\"}},\"value\":{\"a\":{}}}",
        "1 $.data.org.edges[0] {\"a\":1} in {\"edges\":[1],\"data\":{\"x\":{\"edges\":[2]},"
        "\"org\":{\"n\":[{}],\"edges\":[]}}}\n"
        "1 $.value {\"a\":{}} in {\"edges\":[1],\"data\":{\"x\":{\"edges\":[2]},"
        "\"org\":{\"n\":[{}],\"edges\":[],\"last\":\"\\\"[\"}},\"value\":null}\n"
        "page {\"edges\":[1],\"data\":{\"x\":{\"edges\":[2]},\"org\":{\"n\":[{}],"
        "\"edges\":[],\"last\":\"\\\"[\"}},\"value\":null}\n");
}

static void json_items__takes_pages_in_a_row_and_in_an_array(void **state)
{
    (void)state;
    assert_items(arrays, "{\"value\":[{}]}{\"value\":[]}\n[{\"value\":[{}]},{\"a\":1},[{\"b\":2}]]",
                 "1 $.value[0] {} in {\"value\":[]}\npage {\"value\":[]}\npage {\"value\":[]}\n"
                 "2 $[0].value[0] {} in {\"value\":[]}\npage {\"value\":[]}\n"
                 "2 $[1] {\"a\":1}\n2 $[2][0] {\"b\":2}\n");
}

static void json_items__takes_an_object_in_place_of_the_array(void **state)
{
    (void)state;
    assert_items(arrays, "{\"value\":{\"a\":[1]},\"s\":1}",
                 "1 $.value {\"a\":[1]} in {\"value\":null}\npage {\"value\":null,\"s\":1}\n");
    assert_items(arrays, "{\"value\":null,\"s\":1}", "page {\"value\":null,\"s\":1}\n");
}

static void json_items__does_not_take_a_text_for_a_name(void **state)
{
    (void)state;
    assert_items(arrays, "{\"a\":\"value\",\"b\":[{}],\"c\":{\"value\":[3]}}",
                 "1  {\"a\":\"value\",\"b\":[{}],\"c\":{\"value\":[3]}}\n");
    assert_items(arrays, "{\"values\":[1],\"valu\":[2]}", "1  {\"values\":[1],\"valu\":[2]}\n");
}

static void json_items__gives_what_is_no_object_as_well(void **state)
{
    (void)state;
    assert_items(NULL, "[1,\"a,]\",null,[[{}]]]true",
                 "1 $[0] 1\n1 $[1] \"a,]\"\n1 $[2] null\n1 $[3][0] [{}]\n1  true\n");
}

static void json_items__drops_a_byte_order_mark(void **state)
{
    (void)state;
    assert_items(NULL, "\xef\xbb\xbf{}", "1  {}\n");
}

static void json_items__says_where_the_file_breaks(void **state)
{
    (void)state;
    assert_fault("[{\"a\":1}\n{\"a\":2}]",
                 "file:2: $[0]: not usable as JSON: '{' stands where ',' or ']' is expected");
    assert_fault("[\n{\"a\":[1}]",
                 "file:2: $[0]: not usable as JSON: '}' stands where ']' is expected");
    assert_fault("{\"a\":1}\n{\"value\":[{\"a\":1},{]}}",
                 "file:2: $.value[1]: not usable as JSON: ']' stands where '}' is expected");
    assert_fault("{\"a\":1}\n}",
                 "file:2: not usable as JSON: '}' stands where a value is expected");
    assert_fault("[{},]", "file:1: $[1]: not usable as JSON: ']' stands where a value is expected");
    assert_fault("\xff\xfe{", "file:1: not usable as JSON: a byte ff stands where a value is "
                              "expected");
    assert_fault("[{\"a\":1,\n\"b\":[1,\n2}]",
                 "file:3: $[0]: not usable as JSON: '}' stands where ']' is expected");
    assert_fault("{\"a\":\"b\n\"}", "file:1: not usable as JSON: a text is not closed, or holds a "
                                    "control character that is not escaped");
}

static void json_items__says_what_the_end_of_the_file_cuts(void **state)
{
    (void)state;
    static const char cut[] = "the file ends early, in what begins here; it is cut off";
    char expected[120];
    snprintf(expected, sizeof expected, "file:2: $.value[1]: %s", cut);
    assert_fault("{\"value\":[{\"a\":1},\n{\"a\":\n", expected);
    assert_fault("[{\"a\":1}\n",
                 "file:2: $[0]: the file ends early, before the list is closed; it is "
                 "cut off");
    snprintf(expected, sizeof expected, "file:2: %s", cut);
    assert_fault("{}\n{\"a\":\"", expected);
}

static void json_items__checks_the_page_around_the_items(void **state)
{
    (void)state;
    assert_fault("{\"a\" 1,\"value\":[{}]}",
                 "file:1: before the items: not usable as JSON: it breaks at byte 6");
    assert_fault("{\"value\":[] \"a\":1}",
                 "file:1: around the items: not usable as JSON: it breaks at byte 13");
}

static void json_items__refuses_what_is_nested_too_deeply(void **state)
{
    (void)state;
    char bytes[2 * JSON_DEPTH_MAX + 16] = "{\"a\":";
    const size_t start = strlen(bytes);
    for (size_t depth = 1; depth <= JSON_DEPTH_MAX; depth++)
        bytes[start + depth - 1] = '[';
    assert_fault(bytes, "file:1: not usable as JSON: values are nested too deeply");
}

static char *long_item(size_t len)
{
    char *text = mem_alloc(len + 1);
    memset(text, 'a', len);
    memcpy(text, "{\"a\":\"", 6);
    memcpy(text + len - 2, "\"}", 3);
    return text;
}

static void json_items__refuses_an_item_over_1_mib(void **state)
{
    (void)state;
    static const char *const *const ways[] = {NULL, arrays};
    static const size_t pieces[] = {4096, JSON_ITEM_MAX * 2};
    for (size_t i = 0; i < 4; i++) {
        struct error err = {0};
        struct log log = {0};
        char *fits = long_item(JSON_ITEM_MAX), *large = long_item(JSON_ITEM_MAX + 1);
        assert_true(read_all(&log, ways[i / 2], fits, JSON_ITEM_MAX, pieces[i % 2], &err));
        log_release(&log);
        assert_false(read_all(&log, ways[i / 2], large, JSON_ITEM_MAX + 1, pieces[i % 2], &err));
        assert_string_equal(err.text, i < 2 ? "file:1: the item is larger than 1 MiB"
                                            : "file:1: the object is larger than 1 MiB, without "
                                              "items");
        log_release(&log);
        free(fits);
        free(large);
    }
}

static void json_items__holds_no_more_than_an_item(void **state)
{
    (void)state;
    struct error err = {0};
    struct log log = {0};
    log.items = json_items_new(arrays, &handler, &log);
    strbuf_init(&log.out, 1); /* forgets what comes */
    json_items_begin(log.items, "file");
    assert_true(json_items_feed(log.items, "{\"value\":[{}", 12, &err));
    for (int i = 0; i < 100000; i++)
        assert_true(json_items_feed(log.items, ",{\"a\":\"bbbbbbbbbbbbbbbbbbb\"}", 28, &err));
    char path[JSON_PLACE_MAX];
    json_items_path(log.items, path);
    assert_string_equal(path, "$.value[100000]");
    assert_true(json_items_feed(log.items, "]}", 2, &err));
    assert_true(json_items_finish(log.items, &err));
    log_release(&log);
}

static void json_items__gives_on_what_the_handler_refuses(void **state)
{
    (void)state;
    struct error err = {0};
    struct log log = {.refuse = true};
    assert_false(read_all(&log, NULL, "[{},{}]", 7, 100, &err));
    assert_string_equal(log.out.text, "1 $[0] {}\n");
    assert_string_equal(err.text, "refused");
    json_items_error(log.items, &err);
    assert_string_equal(err.text, "file:1: $[0]: refused");
    log_release(&log);
}

static void json_items__begins_afresh_with_a_new_file(void **state)
{
    (void)state;
    struct error err = {0};
    struct log log = {0};
    assert_false(read_all(&log, arrays, "{\"value\":[{}", 12, 100, &err));
    err = (struct error){0};
    strbuf_clear(&log.out);
    json_items_begin(log.items, "other");
    assert_true(json_items_feed(log.items, "\n[{}]", 5, &err));
    assert_true(json_items_finish(log.items, &err));
    assert_string_equal(log.out.text, "2 $[0] {}\n");
    log_release(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_items__opens_an_array_at_the_top),
        cmocka_unit_test(json_items__takes_json_lines_and_names_the_line),
        cmocka_unit_test(json_items__takes_the_entries_of_a_page),
        cmocka_unit_test(json_items__finds_an_array_deeper_in_a_page),
        cmocka_unit_test(json_items__takes_pages_in_a_row_and_in_an_array),
        cmocka_unit_test(json_items__takes_an_object_in_place_of_the_array),
        cmocka_unit_test(json_items__does_not_take_a_text_for_a_name),
        cmocka_unit_test(json_items__gives_what_is_no_object_as_well),
        cmocka_unit_test(json_items__drops_a_byte_order_mark),
        cmocka_unit_test(json_items__says_where_the_file_breaks),
        cmocka_unit_test(json_items__says_what_the_end_of_the_file_cuts),
        cmocka_unit_test(json_items__checks_the_page_around_the_items),
        cmocka_unit_test(json_items__refuses_what_is_nested_too_deeply),
        cmocka_unit_test(json_items__refuses_an_item_over_1_mib),
        cmocka_unit_test(json_items__holds_no_more_than_an_item),
        cmocka_unit_test(json_items__gives_on_what_the_handler_refuses),
        cmocka_unit_test(json_items__begins_afresh_with_a_new_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
