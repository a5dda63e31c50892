/* Tests of core/base/url: what is accepted, origins, query editing, masking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/url.h"

static void url_parse__takes_urls_apart(void **state)
{
    static const struct {
        const char *text, *scheme, *host;
        int port;
        const char *path, *query;
    } good[] = {
        {"https://example.com", "https", "example.com", 443, "/", NULL},
        {"http://example.com", "http", "example.com", 80, "/", NULL},
        {"HTTPS://Ex.COM:8443/A/../b?q=1&r#f", "https", "ex.com", 8443, "/A/../b", "q=1&r"},
        {"https://h?x", "https", "h", 443, "/", "x"},
        {"https://h:/x", "https", "h", 443, "/x", NULL},
        {"https://[2001:DB8::1]:1/x", "https", "[2001:db8::1]", 1, "/x", NULL},
        {"https://h:65535/a%20b", "https", "h", 65535, "/a%20b", NULL},
        {"https://h/é?ü=@", "https", "h", 443, "/é", "ü=@"},
        {"https://bücher.example/", "https", "bücher.example", 443, "/", NULL},
        {"https://0x7f.1/", "https", "127.0.0.1", 443, "/", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        struct error err = {0};
        struct url url;

        if (!url_parse(&url, good[i].text, &err))
            fail_msg("%s: %s", good[i].text, err.text);
        assert_string_equal(url.scheme, good[i].scheme);
        assert_string_equal(url.host, good[i].host);
        assert_int_equal(url.port, good[i].port);
        assert_string_equal(url.path, good[i].path);
        if (good[i].query)
            assert_string_equal(url.query, good[i].query);
        else
            assert_null(url.query);
        url_release(&url);
        assert_null(url.scheme);
    }
}

static const char whole[] = "write the whole URL, beginning with https://";
static const char user[] = "leave user name and password out of the URL; "
                           "use the Basic authorization type";
static const char blank[] = "a URL has no blanks; write %20";
static const char port[] = "the port of a URL is a number from 1 to 65535";
static const char host[] = "this is not a host name; write it like example.com";
static const struct {
    const char *text, *reason;
} bad_urls[] = {
    {"", whole},
    {"example.com", whole},
    {"example.com:443/x", whole},
    {"mailto:a@b.c", whole},
    {"://h", whole},
    {"https:/h", whole},
    {"https:///h", whole},
    {"https:/h?to=https://i", whole},
    {"ftp://h/", "only http and https URLs can be called, not ftp"},
    {"javascript://x", "only http and https URLs can be called, not javascript"},
    {"https://", "write a host name after https://"},
    {"https://?x", "write a host name after https://"},
    {"https://u@h/", user},
    {"https://u:p@h/", user},
    {"https://@h/", user},
    {"https://good.example\\@evil.example/", user},
    {" https://h/", blank},
    {"https://h/a b", blank},
    {"https://h/\t", blank},
    {"https://h/\u00a0", blank},
    {"https://h/\u3000", blank},
    {"https://h/\n", "the URL has the invisible character U+000A; type it again"},
    {"https://h\u200b/", "the URL has the invisible character U+200B; type it again"},
    {"https://h/\xff", "the URL is not UTF-8; type it again"},
    {"https://h:0/", port},
    {"https://h:65536/", port},
    {"https://h:x/", port},
    {"https://h:+80/", port},
    {"https://h:99999999999999999999/", port},
    {"https://./", host},
    {"https://%/", host},
    {"https://%33/", host},
    {"https://h%41?q", host},
    {"https://h%00x/", host},
    {"https://h%84x/", host},
    {"https://h%20x/", host},
    {"https://h%e2%80%8bx/", host},
    {"https://a,b/", host},
    {"https://h<x>/", host},
    {"https://[::1", "write an IPv6 address in brackets, like https://[2001:db8::1]/"},
    {"https://[1.2.3.4]/", "write an IPv6 address in brackets, like https://[2001:db8::1]/"},
};

static void url_parse__says_what_to_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_urls); i++) {
        struct error err = {0};
        struct url url;

        if (url_parse(&url, bad_urls[i].text, &err))
            fail_msg("accepted: %s", bad_urls[i].text);
        assert_int_equal(err.kind, ERR_INVALID);
        if (strcmp(err.text, bad_urls[i].reason) != 0)
            fail_msg("%s: %s", bad_urls[i].text, err.text);
        assert_null(url.scheme);
        assert_null(url.host);
    }
}

static void url_parse__has_a_longest_url(void **state)
{
    char text[URL_MAX + 2];
    struct error err = {0};
    struct url url;

    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, "https://h/", 10);
    text[URL_MAX] = '\0';
    assert_true(url_parse(&url, text, &err));
    url_release(&url);
    text[URL_MAX] = 'x';
    text[URL_MAX + 1] = '\0';
    assert_false(url_parse(&url, text, &err));
    assert_string_equal(err.text, "a URL has at most 2048 characters, this one has 2049");
}

static void url_parse__gives_whole_parts_or_nothing_on_mutants(void **state)
{
    static const char text[] = "https://ab.example:8443/p/q?a=1&b#f";
    static const char edges[] = ":/?#[]@%&=.\\ \x01\x7f\xc3\"<0";
    size_t accepted = 0;

    (void)state;
    for (size_t at = 0; at < sizeof text - 1; at++) {
        for (size_t edge = 0; edge < sizeof edges; edge++) {
            struct error err = {0};
            char mutant[sizeof text], *origin, *masked;
            struct url url;

            memcpy(mutant, text, sizeof text);
            mutant[at] = edges[edge];
            origin = url_origin(mutant);
            masked = url_masked(mutant);
            assert_non_null(masked);
            if (url_parse(&url, mutant, &err)) {
                accepted++;
                assert_non_null(origin);
                assert_true(url_same_origin(mutant, origin));
                assert_true(url.host[0] && url.path[0] == '/' && url.port > 0);
            } else {
                assert_null(origin);
                assert_string_equal(masked, "…");
                assert_true(err.text[0]);
            }
            url_release(&url);
            free(origin);
            free(masked);
        }
    }
    assert_true(accepted > 50);
}

static void url_same_origin__compares_scheme_host_and_port(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"https://h/a", "https://h/b?c#d", true},
        {"https://h", "HTTPS://H:443/", true},
        {"http://h", "http://h:80", true},
        {"https://h", "http://h", false},
        {"https://h", "https://h:8443", false},
        {"http://h:443", "https://h", false},
        {"https://h", "https://h.", false},
        {"https://a", "https://b", false},
        {"https://127.0.0.1", "https://127.1", true},
        {"nonsense", "nonsense", false},
        {"https://h", "nonsense", false},
        {"https://[::1]", "https://[::1]:443/x", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (url_same_origin(pairs[i].a, pairs[i].b) != pairs[i].same)
            fail_msg("%s %s", pairs[i].a, pairs[i].b);
    }
}

static void url_origin__leaves_the_default_port_out(void **state)
{
    static const char *const pairs[][2] = {
        {"https://H:443/x", "https://h"},
        {"https://h:8443/x?y", "https://h:8443"},
        {"http://h:443", "http://h:443"},
        {"https://[::1]/", "https://[::1]"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        char *origin = url_origin(pairs[i][0]);

        assert_string_equal(origin, pairs[i][1]);
        free(origin);
    }
    assert_null(url_origin("h"));
}

static void url_set_query__replaces_or_appends(void **state)
{
    static const struct {
        const char *url, *key, *value, *want;
    } cases[] = {
        {"https://h/p", "k", "v", "https://h/p?k=v"},
        {"https://h", "k", "v", "https://h?k=v"},
        {"https://h/p?", "k", "v", "https://h/p?k=v"},
        {"https://h/p#f?x", "k", "v", "https://h/p?k=v#f?x"},
        {"https://h/p?#f", "k", "v", "https://h/p?k=v#f"},
        {"https://h/p?a=1", "k", "v", "https://h/p?a=1&k=v"},
        {"https://h/p?a=1#f", "k", "v", "https://h/p?a=1&k=v#f"},
        {"https://h/p?a=1&", "k", "v", "https://h/p?a=1&k=v"},
        {"https://h/p?a=?", "k", "v", "https://h/p?a=?&k=v"},
        {"https://h/p??", "k", "v", "https://h/p??&k=v"},
        {"https://h/p?k=1&b=2", "k", "v", "https://h/p?k=v&b=2"},
        {"https://h/p?a=1&k=1&b=2&k=3", "k", "v", "https://h/p?a=1&k=v&b=2"},
        {"https://h/p?k=1&k=2&k", "k", "v", "https://h/p?k=v"},
        {"https://h/p?a&b=", "b", "v", "https://h/p?a&b=v"},
        {"https://h/p?a&b=", "a", "v", "https://h/p?a=v&b="},
        {"https://h/p?a&b=", "c", "v", "https://h/p?a&b=&c=v"},
        {"https://h/p?a&&b", "b", "v", "https://h/p?a&&b=v"},
        {"https://h/p?%6b=1", "k", "v", "https://h/p?k=v"},
        {"https://h/p?%6B=1", "k", "v", "https://h/p?k=v"},
        {"https://h/p?a+b=1", "a b", "v w", "https://h/p?a%20b=v%20w"},
        {"https://h/p?a%20b=1", "a b", "", "https://h/p?a%20b="},
        {"https://h/p?a%2bb=1", "a b", "v", "https://h/p?a%2bb=1&a%20b=v"},
        {"https://h/p?kk=1&K=2", "k", "v", "https://h/p?kk=1&K=2&k=v"},
        {"https://h/p?%zz=1&%6=2", "k", "v", "https://h/p?%zz=1&%6=2&k=v"},
        {"https://h/p?x=k=1", "k", "v", "https://h/p?x=k=1&k=v"},
        {"https://h/p?q=é%2F/", "k", "a&b=c#é~", "https://h/p?q=é%2F/&k=a%26b%3Dc%23%C3%A9~"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strbuf url;

        strbuf_init(&url, 4096);
        strbuf_adds(&url, cases[i].url);
        url_set_query(&url, cases[i].key, cases[i].value);
        assert_string_equal(url.text, cases[i].want);
        assert_false(url.overflow);
        url_set_query(&url, cases[i].key, cases[i].value);
        assert_string_equal(url.text, cases[i].want);
        strbuf_release(&url);
    }
}

static void url_set_query__reports_what_does_not_fit(void **state)
{
    struct strbuf url;

    (void)state;
    strbuf_init(&url, 14);
    strbuf_adds(&url, "https://h/p");
    url_set_query(&url, "key", "value");
    assert_true(url.overflow);
    assert_int_equal(url.max, 14);
    strbuf_release(&url);
}

static void url_masked__hides_values_and_fragment(void **state)
{
    static const char *const pairs[][2] = {
        {"https://h:8443/a/b", "https://h:8443/a/b"},
        {"https://h/a?sig=s3cret&v=2", "https://h/a?sig=…&v=…"},
        {"https://h/a?s3cret", "https://h/a?…"},
        {"https://h/a?x=a=b&", "https://h/a?x=…&…"},
        {"https://h/a#s3cret", "https://h/a#…"},
        {"https://h?t=s3cret#x", "https://h?t=…#…"},
        {"https://user:s3cret@h/", "…"},
        {"s3cret", "…"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        char *masked = url_masked(pairs[i][0]);

        assert_string_equal(masked, pairs[i][1]);
        free(masked);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_parse__takes_urls_apart),
        cmocka_unit_test(url_parse__says_what_to_type),
        cmocka_unit_test(url_parse__has_a_longest_url),
        cmocka_unit_test(url_parse__gives_whole_parts_or_nothing_on_mutants),
        cmocka_unit_test(url_same_origin__compares_scheme_host_and_port),
        cmocka_unit_test(url_origin__leaves_the_default_port_out),
        cmocka_unit_test(url_set_query__replaces_or_appends),
        cmocka_unit_test(url_set_query__reports_what_does_not_fit),
        cmocka_unit_test(url_masked__hides_values_and_fragment),
    };

    return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
