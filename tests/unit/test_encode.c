/* Tests of core/base/encode: base64, percent and form encoding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/encode.h"
#include "core/base/mem.h"

static void base64_add__follows_the_rfc(void **state)
{
    static const char *const vectors[][2] = {
        /* RFC 4648, section 10 */
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xfb\xff\xbf", "+/+/"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct strbuf out;
        uint8_t bytes[16];
        size_t len = 99;

        strbuf_init(&out, 100);
        base64_add(&out, vectors[i][0], strlen(vectors[i][0]));
        assert_string_equal(out.text, vectors[i][1]);
        assert_true(base64_decode(out.text, bytes, sizeof bytes, &len));
        assert_int_equal(len, strlen(vectors[i][0]));
        assert_memory_equal(bytes, vectors[i][0], len);
        strbuf_release(&out);
    }
}

static void base64_decode__refuses_other_text(void **state)
{
    static const char *const bad[] = {"Zg",       "Zg=",    "Zg===",       "Z",     "Zm9v ",
                                      " Zm9v",    "Zm9v\n", "Zm-_",        "Zm9v!", "=",
                                      "Zg==Zg==", "Zh==",   "Zm9vYmFyYmF6"};
    uint8_t bytes[8];
    size_t len;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (base64_decode(bad[i], bytes, sizeof bytes, &len))
            fail_msg("accepted \"%s\"", bad[i]);
    }
}

static void base64_decode__fills_the_room_exactly(void **state)
{
    uint8_t bytes[6];
    size_t len;

    (void)state;
    assert_true(base64_decode("Zm9vYmFy", bytes, 6, &len));
    assert_int_equal(len, 6);
    assert_false(base64_decode("Zm9vYmFy", bytes, 5, &len));
}

static void percent_add__keeps_only_unreserved_characters(void **state)
{
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 1000);
    percent_add(&out, "AZaz09-._~ !*'();:@&=+$,/?#[]%\"é\x01");
    assert_string_equal(out.text, "AZaz09-._~%20%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%2F%3F%23%5B"
                                  "%5D%25%22%C3%A9%01");
    strbuf_release(&out);
}

static void form_add__writes_blanks_as_plus(void **state)
{
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 1000);
    /* The example of RFC 6749, appendix B. */
    form_add(&out, " %&+\xc2\xa3\xe2\x82\xac");
    assert_string_equal(out.text, "+%25%26%2B%C2%A3%E2%82%AC");
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_add__follows_the_rfc),
        cmocka_unit_test(base64_decode__refuses_other_text),
        cmocka_unit_test(base64_decode__fills_the_room_exactly),
        cmocka_unit_test(percent_add__keeps_only_unreserved_characters),
        cmocka_unit_test(form_add__writes_blanks_as_plus),
    };

    return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
