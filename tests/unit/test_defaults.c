/* Tests of core/dataset/record: what is filled in where an import file is silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

/* The users that this JSON makes, with the required members in front. */
static char *user_with(const char *members)
{
    struct error err = {0};
    char *line = mem_printf("{\"id\":\"1\",\"login\":\"a\"%s%s}", *members ? "," : "", members);
    char *user = records_read(&checkhook_jsonl_format, line, strlen(line), 0, &err);
    assert_string_equal(err.text, "");
    free(line);
    return user;
}

static void assert_has(const char *members, const char *expected)
{
    char *user = user_with(members);
    if (!strstr(user, expected))
        fail_msg("{%s} gives %s without \"%s\"", members, user, expected);
    free(user);
}

static void assert_lacks(const char *members, const char *unexpected)
{
    char *user = user_with(members);
    if (strstr(user, unexpected))
        fail_msg("{%s} gives %s", members, user);
    free(user);
}

static void record_complete__decides_enabled_by_status(void **state)
{
    static const struct {
        const char *status, *expected;
    } cases[] = {
        {"active", " enabled=1"},  {"password_expired", " enabled=1"}, {"locked", " enabled=1"},
        {"pending", " enabled=0"}, {"suspended", " enabled=0"},        {"disabled", " enabled=0"},
        {"deleted", " enabled=0"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *members = mem_printf("\"status\":\"%s\"", cases[i].status);
        assert_has(members, cases[i].expected);
        free(members);
    }
    assert_lacks("\"status\":\"unknown\"", " enabled");
    assert_lacks("", " enabled");
    assert_has("", " status='unknown'");
}

static void record_complete__lets_a_given_value_win(void **state)
{
    (void)state;
    assert_has("\"status\":\"active\",\"enabled\":false", " enabled=0");
    assert_has("\"enabled\":false,\"status\":\"active\"", " enabled=0");
    assert_has("\"status\":\"disabled\",\"enabled\":true", " enabled=1");
    assert_has("\"factors\":[],\"factors_known\":false", " factors_known=0");
    assert_has("\"roles_known\":true", " roles_known=1");
    assert_has("\"last_login_at\":5,\"last_login_known\":false", " last_login_known=0");
    assert_has("\"factors\":[{\"kind\":\"sms\",\"status\":\"active\",\"strength\":2}]",
               "kind='sms' strength=2");
}

static void record_complete__tells_never_from_unknown(void **state)
{
    (void)state;
    assert_has("\"last_login_at\":5", " last_login_at=5 last_login_known=1");
    assert_has("", " last_login_known=0");
    assert_has("\"last_login_at\":null,\"last_login_known\":true", " last_login_known=1");
    assert_lacks("\"last_login_known\":true", " last_login_at");
}

static void record_complete__knows_the_lists_that_are_there(void **state)
{
    static const char *const lists[] = {"factors", "roles", "sign_ins", "credentials"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        char *members = mem_printf("\"%s\":[]", lists[i]);
        char *known = mem_printf(" %s_known=1", lists[i]);
        char *unknown = mem_printf(" %s_known=0", lists[i]);
        assert_has(members, known);
        assert_has("", unknown);
        free(members);
        free(known);
        free(unknown);
    }
}

static void record_complete__rates_every_kind_of_factor(void **state)
{
    static const struct {
        const char *kind;
        int strength;
    } cases[] = {
        {"webauthn", 3},    {"smartcard", 3},   {"hello", 3},        {"push", 2},
        {"push_number", 2}, {"totp", 2},        {"hotp", 2},         {"other", 2},
        {"sms", 1},         {"voice", 1},       {"email", 1},        {"question", 1},
        {"temp_pass", 0},   {"bypass_code", 0}, {"app_password", 0},
    };
    size_t kinds = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *members =
            mem_printf("\"factors\":[{\"kind\":\"%s\",\"status\":\"active\"}]", cases[i].kind);
        char *expected = mem_printf("kind='%s' strength=%d ", cases[i].kind, cases[i].strength);
        assert_has(members, expected);
        free(members);
        free(expected);
    }
    for (const struct column *c = factor_columns; c->name; c++)
        for (size_t i = 0; c->choices && strcmp(c->name, "kind") == 0 && c->choices[i]; i++)
            kinds++;
    assert_int_equal(kinds, ARRAY_LEN(cases));
}

static void record_complete__knows_the_last_use_that_is_there(void **state)
{
    (void)state;
    assert_has("\"credentials\":[{\"cred_id\":\"k\",\"kind\":\"api_token\",\"active\":true,"
               "\"last_used_at\":7}]",
               "last_used_at=7 last_used_known=1");
    assert_has("\"credentials\":[{\"cred_id\":\"k\",\"kind\":\"api_token\",\"active\":true}]",
               "active=1 last_used_known=0");
    assert_has("\"credentials\":[{\"cred_id\":\"k\",\"kind\":\"api_token\",\"active\":true,"
               "\"last_used_known\":true}]",
               "active=1 last_used_known=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_complete__decides_enabled_by_status),
        cmocka_unit_test(record_complete__lets_a_given_value_win),
        cmocka_unit_test(record_complete__tells_never_from_unknown),
        cmocka_unit_test(record_complete__knows_the_lists_that_are_there),
        cmocka_unit_test(record_complete__rates_every_kind_of_factor),
        cmocka_unit_test(record_complete__knows_the_last_use_that_is_there),
    };
    return cmocka_run_group_tests_name("defaults", tests, NULL, NULL);
}
