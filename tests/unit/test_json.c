/* Tests of core/base/json: what is refused, getters, and the text that is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"

static cJSON *parse(const char *text)
{
    struct error err = {0};
    cJSON *value = json_parse(text, strlen(text), &err);

    if (!value)
        fail_msg("%s: %s", text, err.text);
    return value;
}

static void json_parse__accepts(void **state)
{
    static const struct {
        const char *in, *out;
    } good[] = {
        {"1", "1"},
        {" \t\r\n{ \"a\" : [ 1 , 2.5 , -3e2 ] } \n", "{\"a\":[1,2.5,-300]}"},
        {"\"é日\"", "\"é日\""},
        {"\"\\u00e9\\ud83d\\ude00\"", "\"é😀\""},
        {"\"\\\\u0000\"", "\"\\\\u0000\""},
        {"\"\\\\\\\\u0000 \\\"\"", "\"\\\\\\\\u0000 \\\"\""},
        {"[]", "[]"},
        {"{}", "{}"},
        {"null", "null"},
        {"[\"]\",\"}{[\"]", "[\"]\",\"}{[\"]"},
        {"[0,-0,10,0.5,1E+2]", "[0,-0,10,0.5,100]"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        cJSON *value = parse(good[i].in);
        char *text = json_compact(value);

        assert_string_equal(text, good[i].out);
        free(text);
        cJSON_Delete(value);
    }
}

static void json_parse__refuses(void **state)
{
    static const struct {
        const char *in, *reason;
    } bad[] = {
        {"", "there is nothing"},
        {" \n", "there is nothing"},
        {"{\"a\":1}x", "text follows the value (byte 8)"},
        {"1 2", "text follows the value (byte 3)"},
        {"{} {}", "text follows the value (byte 4)"},
        {"\"\\u0000\"", "NUL character is not accepted (byte 2)"},
        {"\"\\\\\\u0000\"", "NUL character is not accepted (byte 4)"},
        {"{\"k\\u0000\":1}", "NUL character"},
        {"\"\xff\"", "not UTF-8 (byte 2)"},
        {"\"\xc0\x80\"", "not UTF-8"},
        {"\"\xed\xa0\x80\"", "not UTF-8"},
        {"\x01", "control character is not accepted (byte 1)"},
        {"[1,\x0b 2]", "control character is not accepted (byte 4)"},
        {"\"a\nb\"", "must be escaped (byte 3)"},
        {"01", "number"},
        {"-", "number"},
        {"1.", "number"},
        {"1e", "number"},
        {"[-a]", "number"},
        {"1000000000000000000000000000000000000000000000000000000000000000000", "number"},
        {"[1,]", "breaks at byte 4"},
        {"[1 2]", "breaks at byte 4"},
        {"{\"a\"}", "breaks at byte 5"},
        {"{a:1}", "breaks"},
        {"[", "breaks"},
        {"\"", "breaks"},
        {"\"\\", "breaks"},
        {"\"\\x\"", "breaks"},
        {"\"\\ud800\"", "breaks"},
        {"tru", "breaks"},
        {"True", "breaks"},
        {"+1", "breaks"},
        {"'a'", "breaks"},
        {"/**/1", "breaks"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};

        if (json_parse(bad[i].in, strlen(bad[i].in), &err))
            fail_msg("accepted: %s", bad[i].in);
        assert_int_equal(err.kind, ERR_INVALID);
        if (!strstr(err.text, bad[i].reason))
            fail_msg("%s: %s", bad[i].in, err.text);
    }
}

static void json_parse__reads_the_given_bytes_only(void **state)
{
    static const char bytes[] = {'[', '1', ']', '9'};
    static const char with_nul[] = {'1', '\0'};
    struct error err = {0};
    cJSON *value = json_parse(bytes, 3, &err);

    (void)state;
    assert_non_null(value);
    cJSON_Delete(value);
    assert_null(json_parse(bytes, 2, &err));
    assert_null(json_parse(with_nul, 2, &err));
}

static void json_parse__survives_every_cut(void **state)
{
    static const char text[] = "{\"a\":[1.5e3,\"\\u00e9 é\",{\"b\":null}],\"c\":-12}";

    (void)state;
    for (size_t len = 0; len < sizeof text - 1; len++) {
        struct error err = {0};
        char *exact = mem_dup(text, len);

        assert_null(json_parse(exact, len, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        free(exact);
    }
}

static void json_parse__writes_what_it_reads_back_from_mutants(void **state)
{
    static const char text[] = "{\"a\":[1.5e3,\"\\u00e9 é\",{\"b\":null}],\"c\":-12}";
    static const char edges[] = "\"\\[]{},:0e-.u \x01\xc3\xa9";
    size_t accepted = 0;

    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        for (size_t edge = 0; edge < sizeof edges; edge++) {
            struct error err = {0};
            char *mutant = mem_dup(text, sizeof text - 1), *once, *twice;
            cJSON *value, *again;

            mutant[at] = edges[edge];
            value = json_parse(mutant, sizeof text - 1, &err);
            free(mutant);
            assert_int_equal(err.kind, value ? ERR_NONE : ERR_INVALID);
            if (!value)
                continue;
            accepted++;
            once = json_compact(value);
            again = parse(once);
            twice = json_compact(again);
            assert_string_equal(once, twice);
            free(once);
            free(twice);
            cJSON_Delete(value);
            cJSON_Delete(again);
        }
    }
    assert_true(accepted > 20);
}

static char *nested(size_t depth)
{
    char *text = mem_zalloc(2 * depth + 1);

    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    return text;
}

static void json_parse__limits_nesting(void **state)
{
    char *deepest = nested(JSON_DEPTH_MAX), *deeper = nested(JSON_DEPTH_MAX + 1);
    struct error err = {0};
    cJSON *value = parse(deepest);

    (void)state;
    assert_null(json_parse(deeper, strlen(deeper), &err));
    assert_non_null(strstr(err.text, "nested too deeply"));
    cJSON_Delete(value);
    free(deepest);
    free(deeper);
}

static void json_member__is_exact_and_takes_the_first(void **state)
{
    cJSON *value = parse("{\"Key\":1,\"key\":2,\"key\":3,\"none\":null}");
    int64_t number = 0;

    (void)state;
    assert_true(json_int(value, "key", &number));
    assert_int_equal(number, 2);
    assert_null(json_member(value, "KEY"));
    assert_non_null(json_member(value, "none"));
    assert_null(json_member(NULL, "key"));
    assert_null(json_member(json_member(value, "key"), "key"));
    cJSON_Delete(value);
}

static void json_getters__refuse_other_types(void **state)
{
    cJSON *value = parse("{\"t\":\"x\",\"n\":5,\"f\":true,\"z\":null,\"h\":1.5,\"big\":1e18,"
                         "\"inf\":1e999,\"edge\":-9007199254740992}");
    int64_t number = 77;
    bool flag = false;

    (void)state;
    assert_string_equal(json_text(value, "t"), "x");
    assert_null(json_text(value, "n"));
    assert_null(json_text(value, "z"));
    assert_null(json_text(value, "absent"));
    assert_true(json_flag(value, "f", &flag));
    assert_true(flag);
    assert_false(json_flag(value, "n", &flag));
    assert_false(json_int(value, "t", &number));
    assert_false(json_int(value, "h", &number));
    assert_false(json_int(value, "big", &number));
    assert_false(json_int(value, "inf", &number));
    assert_false(json_int(value, "absent", &number));
    assert_int_equal(number, 77);
    assert_true(json_int(value, "edge", &number));
    assert_true(number == INT64_C(-9007199254740992));
    cJSON_Delete(value);
}

static cJSON *sample(void)
{
    cJSON *object = cJSON_CreateObject();
    cJSON *list;

    json_add_text(object, "z", "é \"quoted\"\n/");
    json_add_text(object, "none", NULL);
    json_add_int(object, "count", INT64_C(1691501242416));
    json_add_flag(object, "ok", true);
    json_add_null(object, "nil");
    json_add_time(object, "at", 1691501242);
    json_add_time(object, "never", -1);
    list = json_add_array(object, "list");
    json_push_text(list, "a");
    json_push_text(list, NULL);
    json_add_array(object, "empty");
    json_add_flag(json_add_object(object, "o"), "b", false);
    return object;
}

static void json_compact__keeps_order_without_blanks(void **state)
{
    cJSON *object = sample();
    char *text = json_compact(object);

    (void)state;
    assert_string_equal(text,
                        "{\"z\":\"é \\\"quoted\\\"\\n/\",\"none\":null,\"count\":1691501242416,"
                        "\"ok\":true,\"nil\":null,\"at\":\"2023-08-08T13:27:22Z\","
                        "\"never\":null,\"list\":[\"a\",null],\"empty\":[],"
                        "\"o\":{\"b\":false}}");
    free(text);
    cJSON_Delete(object);
}

static void json_pretty__indents_by_two(void **state)
{
    cJSON *value = parse("{\"a\\\"b\":1,\"l\":[\"x\",{\"y\":[]}],\"o\":{}}");
    char *text = json_pretty(value);

    (void)state;
    assert_string_equal(text, "{\n"
                              "  \"a\\\"b\": 1,\n"
                              "  \"l\": [\n"
                              "    \"x\",\n"
                              "    {\n"
                              "      \"y\": []\n"
                              "    }\n"
                              "  ],\n"
                              "  \"o\": {}\n"
                              "}");
    free(text);
    cJSON_Delete(value);
}

static void json_pretty__says_the_same_as_compact(void **state)
{
    cJSON *object = sample();
    char *pretty = json_pretty(object);
    cJSON *again = parse(pretty);

    (void)state;
    assert_true(cJSON_Compare(object, again, true));
    free(pretty);
    cJSON_Delete(again);
    cJSON_Delete(object);
}

static void json_add_text__never_writes_bad_utf8(void **state)
{
    cJSON *object = cJSON_CreateObject();
    char *text;

    (void)state;
    json_add_text(object, "a", "x\xff\xc3(é\xe6\x97");
    text = json_compact(object);
    assert_string_equal(text, "{\"a\":\"x\uFFFD\uFFFD(é\uFFFD\uFFFD\"}");
    cJSON_Delete(object);
    object = parse(text);
    free(text);
    cJSON_Delete(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_parse__accepts),
        cmocka_unit_test(json_parse__refuses),
        cmocka_unit_test(json_parse__reads_the_given_bytes_only),
        cmocka_unit_test(json_parse__survives_every_cut),
        cmocka_unit_test(json_parse__writes_what_it_reads_back_from_mutants),
        cmocka_unit_test(json_parse__limits_nesting),
        cmocka_unit_test(json_member__is_exact_and_takes_the_first),
        cmocka_unit_test(json_getters__refuse_other_types),
        cmocka_unit_test(json_compact__keeps_order_without_blanks),
        cmocka_unit_test(json_pretty__indents_by_two),
        cmocka_unit_test(json_pretty__says_the_same_as_compact),
        cmocka_unit_test(json_add_text__never_writes_bad_utf8),
    };

    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
