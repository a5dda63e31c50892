/* Who may call `checkhook listen`, and the tokens of its /token endpoint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/cmd/listen_access.h"

enum { NOW = 1691501242, TTL_S = 60 };

struct header {
    const char *name, *value;
};

static const char *lookup(void *ctx, const char *name)
{
    const struct header *h = ctx;
    return h->name && strcasecmp(h->name, name) == 0 ? h->value : NULL;
}

static bool allows_at(const struct listen_access *a, const char *name, const char *value,
                      int64_t now, const char **challenge)
{
    struct header h = {name, value};
    return listen_access_allows(a, lookup, &h, now, challenge);
}

static bool allows(const struct listen_access *a, const char *name, const char *value)
{
    const char *challenge;
    return allows_at(a, name, value, NOW, &challenge);
}

static void give(struct secret *secret, const char *text)
{
    struct error err = {0};
    assert_true(secret_set(secret, text, strlen(text), &err));
}

static void basic__takes_the_pair_and_nothing_else(void **state)
{
    (void)state;
    struct listen_access a = {.basic_user = mem_strdup("alice")};
    const char *challenge;
    give(&a.password, "a:b c");
    assert_true(allows_at(&a, "authorization", "basic YWxpY2U6YTpiIGM=", NOW, &challenge));
    assert_string_equal(challenge, "");
    assert_false(allows_at(&a, "Authorization", "Basic YWxpY2U6YTpi", NOW, &challenge));
    assert_string_equal(challenge, "Basic realm=\"checkhook listen\"");
    assert_false(allows(&a, "Authorization", "Basic !!"));
    assert_false(allows(&a, "Authorization", "Basic "));
    assert_false(allows(&a, "Authorization", "BasicYWxpY2U6YTpiIGM="));
    assert_false(allows(&a, NULL, NULL));
    listen_access_release(&a);
}

static void key__stands_in_its_header(void **state)
{
    (void)state;
    struct listen_access a = {.key_name = mem_strdup("X-Key")};
    give(&a.key, "k3y");
    assert_true(allows(&a, "x-key", "k3y"));
    assert_false(allows(&a, "x-key", "k3"));
    assert_false(allows(&a, "x-key", "k3yk3y"));
    assert_false(allows(&a, "x-key", ""));
    assert_false(allows(&a, "x-other", "k3y"));
    listen_access_release(&a);
}

static void nothing_demanded__lets_everybody_in(void **state)
{
    (void)state;
    struct listen_access a = {0};
    assert_true(allows(&a, NULL, NULL));
}

/* --- tokens --------------------------------------------------------------------------------- */

static struct listen_access client(void)
{
    struct listen_access a = {.client_id = mem_strdup("id+1"), .token_ttl_s = TTL_S};
    give(&a.client_secret, "s&%c");
    return a;
}

static int ask(struct listen_access *a, const char *authorization, const char *form,
               struct strbuf *out)
{
    strbuf_init(out, 4096);
    return listen_access_token(a, authorization, form, NOW, out);
}

static void token_answers_at(int line, const char *authorization, const char *form, int status,
                             const char *text)
{
    struct listen_access a = client();
    struct strbuf out;
    int got = ask(&a, authorization, form, &out);
    if (got != status || !strstr(out.text, text))
        fail_msg("line %d: %d %s", line, got, out.text);
    strbuf_release(&out);
    listen_access_release(&a);
}
#define answers(...) token_answers_at(__LINE__, __VA_ARGS__)

static void token__knows_the_client_in_body_and_basic(void **state)
{
    (void)state;
    static const char grant[] = "grant_type=client_credentials";
    answers(NULL, "grant_type=client_credentials&client_id=id%2b1&client_secret=s%26%25c", 200,
            "\"expires_in\":60");
    answers("Basic aWQlMkIxOnMlMjYlMjVj", grant, 200, "access_token"); /* id%2B1:s%26%25c */
    answers("Basic aWQrMTpzJiVj", grant, 200, "access_token");         /* id+1:s&%c */
    answers("Basic aWQrMTp4", grant, 401, "invalid_client");           /* id+1:x */
    answers(NULL, grant, 401, "invalid_client");
    answers(NULL, "grant_type=client_credentials&client_id=id%2B1&client_secret=", 401,
            "invalid_client");
    answers(NULL, "grant_type=client_credentials&client_id=id+1&client_secret=s%26%25c", 401,
            "invalid_client"); /* a plus is a blank here */
}

static void token__issues_for_client_credentials_alone(void **state)
{
    (void)state;
    answers(NULL, "grant_type=password&client_id=id%2B1&client_secret=s%26%25c", 400,
            "unsupported_grant_type");
    answers(NULL, "client_id=id%2B1&client_secret=s%26%25c", 400, "unsupported_grant_type");
}

static void token__opens_the_door_until_it_expires(void **state)
{
    (void)state;
    struct listen_access a = client();
    struct strbuf out;
    const char *challenge;
    assert_int_equal(ask(&a, "Basic aWQrMTpzJiVj", "grant_type=client_credentials", &out), 200);
    char *bearer = mem_printf("Bearer %s", a.tokens[0].text);
    assert_non_null(strstr(out.text, a.tokens[0].text));
    assert_true(allows_at(&a, "Authorization", bearer, NOW + TTL_S - 1, &challenge));
    assert_string_equal(challenge, "");
    assert_false(allows_at(&a, "Authorization", bearer, NOW + TTL_S, &challenge));
    assert_string_equal(challenge, "Bearer error=\"invalid_token\"");
    assert_false(allows(&a, "Authorization", "Bearer "));
    assert_false(allows(&a, "Authorization", "Bearer x"));
    free(bearer);
    strbuf_release(&out);
    listen_access_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic__takes_the_pair_and_nothing_else),
        cmocka_unit_test(key__stands_in_its_header),
        cmocka_unit_test(nothing_demanded__lets_everybody_in),
        cmocka_unit_test(token__knows_the_client_in_body_and_basic),
        cmocka_unit_test(token__issues_for_client_credentials_alone),
        cmocka_unit_test(token__opens_the_door_until_it_expires),
    };
    return cmocka_run_group_tests_name("listen_access", tests, NULL, NULL);
}
