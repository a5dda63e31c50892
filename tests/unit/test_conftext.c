/* Tests of core/config/conftext: what libconfig would swallow, and quoting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/conftext.h"

static char *prepare(const char *text, struct error *err)
{
    return conf_text_prepare(text, strlen(text), "f.conf", err);
}

static void conf_text_prepare__keeps_ordinary_text(void **state)
{
    static const char *const texts[] = {
        "",
        "a = 1;",
        "a-b : { c = ( 1, -2, 0x1F ); };",
        "# @include \"x\"\na = true;",
        "/* @include \"x\" \\x00 99999999999 */ a = 1;",
        "// 99999999999\n",
        "a = \"@include 99999999999\";",
        "a = \"\\\\x00\";",
        "a = \"say \\\"\\x41\\\"\";",
        "a = 999999999L; b = 1.5e10; c = 0xFFL;",
        "a = \"unclosed",
        "a9999999999 = 1;",
        "a = \"é\";",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct error err = {0};
        char *out = prepare(texts[i], &err);

        if (!out)
            fail_msg("%s: %s", texts[i], err.text);
        assert_string_equal(out, texts[i]);
        free(out);
    }
}

static void conf_text_prepare__refuses_with_the_line(void **state)
{
    static const char *const bad[][2] = {
        {"\n@include \"/etc/passwd\"",
         "f.conf:2: @include is not allowed here; put the settings into this file"},
        {"a = 1;\npass = \"x\\x00y\";", "f.conf:2: setting 'pass': a text cannot hold \\x00"},
        {"a = \"1\n2\";\nb = \"\\x00\";", "f.conf:3: setting 'b': a text cannot hold \\x00"},
        {"n = 0x12345678901234567;", "f.conf:1: setting 'n': the number is too long"},
        {"a = 1;\n\nb = \"\xff\";", "f.conf:3: a byte here is not UTF-8 text"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};

        assert_null(prepare(bad[i][0], &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_string_equal(err.text, bad[i][1]);
    }
}

static void conf_text_prepare__refuses_what_is_nested_too_deeply(void **state)
{
    struct error err = {0};
    char text[256] = "\na = ";
    size_t len = strlen(text);

    (void)state;
    memset(text + len, '(', 101);
    assert_null(prepare(text, &err));
    assert_string_equal(err.text, "f.conf:2: setting 'a': groups and lists are nested too deeply");
    memset(text + len + 100, ')', 100);
    text[len + 200] = ';';
    char *out = prepare(text, &err);
    assert_non_null(out);
    free(out);
}

static void conf_text_prepare__refuses_nul_bytes(void **state)
{
    struct error err = {0};

    (void)state;
    assert_null(conf_text_prepare("a = 1;\n\0b", 9, "f.conf", &err));
    assert_string_equal(err.text, "f.conf:2: a byte here is not UTF-8 text");
}

static long long parsed_number(const char *text)
{
    struct error err = {0};
    char *prepared = prepare(text, &err);
    config_t config;
    long long number;

    config_init(&config);
    assert_int_equal(config_read_string(&config, prepared), CONFIG_TRUE);
    number = config_setting_get_int64(config_lookup(&config, "n"));
    config_destroy(&config);
    free(prepared);
    return number;
}

static void conf_text_prepare__keeps_large_numbers_whole(void **state)
{
    (void)state;
    assert_int_equal(parsed_number("n = 4294967297;"), 4294967297LL);
    assert_int_equal(parsed_number("n = -4294967297;"), -4294967297LL);
    assert_int_equal(parsed_number("n = 2147483648;"), 2147483648LL);
    assert_int_equal(parsed_number("n = 0xFFFFFFFF;"), 4294967295LL);
    assert_int_equal(parsed_number("n = 99999999999999999999999;"), INT64_MAX);
    assert_int_equal(parsed_number("n = 42;"), 42);
}

static void conf_text_quote__is_read_back_by_libconfig(void **state)
{
    static const char *const texts[] = {
        "",    "plain",        "a\"b\\c",   "line\nfeed\ttab\rreturn\fform",
        "é€😀", "\x01\x1f\x7f", "\\x00 \\n", "#//*/",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct strbuf out;
        config_t config;
        const char *back = NULL;

        strbuf_init(&out, 1000);
        strbuf_adds(&out, "t = ");
        conf_text_quote(&out, texts[i]);
        strbuf_adds(&out, ";");
        config_init(&config);
        assert_int_equal(config_read_string(&config, out.text), CONFIG_TRUE);
        assert_int_equal(config_lookup_string(&config, "t", &back), CONFIG_TRUE);
        assert_string_equal(back, texts[i]);
        config_destroy(&config);
        strbuf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conf_text_prepare__keeps_ordinary_text),
        cmocka_unit_test(conf_text_prepare__refuses_with_the_line),
        cmocka_unit_test(conf_text_prepare__refuses_what_is_nested_too_deeply),
        cmocka_unit_test(conf_text_prepare__refuses_nul_bytes),
        cmocka_unit_test(conf_text_prepare__keeps_large_numbers_whole),
        cmocka_unit_test(conf_text_quote__is_read_back_by_libconfig),
    };

    return cmocka_run_group_tests_name("conftext", tests, NULL, NULL);
}
