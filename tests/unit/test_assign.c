/* Tests of core/config/assign: settings, secrets and parameters given as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/assign.h"
#include "tests/support/tmpdir.h"

enum { NOW_S = 1788307200 }; /* 2026-09-02 */

struct fixture {
    struct tmpdir dir;
    struct integration in;
    struct problem_list problems;
    struct assign assign;
};

static int set_up(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    char *key_file;

    tmpdir_init(&f->dir);
    key_file = tmpdir_path(&f->dir, "secret.key");
    integration_init(&f->in);
    f->assign = (struct assign){
        .in = &f->in,
        .keyring = keyring_new(key_file),
        .may_create_key = true,
        .now_s = NOW_S,
        .problems = &f->problems,
    };
    free(key_file);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    assign_end(&f->assign);
    keyring_free(f->assign.keyring);
    problem_list_release(&f->problems);
    integration_release(&f->in);
    tmpdir_release(&f->dir);
    free(f);
    return 0;
}

/* Exactly one problem, of that setting (NULL: of the whole); forgets it. */
static void assert_problem(struct fixture *f, const char *name, const char *why)
{
    if (f->problems.count != 1)
        fail_msg("%zu problems", f->problems.count);
    if (name)
        assert_string_equal(f->problems.items[0].row->name, name);
    else
        assert_null(f->problems.items[0].row);
    assert_string_equal(f->problems.items[0].text, why);
    problem_list_release(&f->problems);
}

static void assert_no_problem(const struct fixture *f)
{
    if (f->problems.count > 0)
        fail_msg("%s", f->problems.items[0].text);
}

static void assert_opens(struct fixture *f, const char *name, const char *stored, const char *clear)
{
    struct secret s = {0};
    struct error err = {0};

    if (!secret_open(f->assign.keyring, f->in.id, name, stored, &s, &err))
        fail_msg("%s", err.text);
    assert_string_equal(s.text, clear);
    secret_release(&s);
}

static void assign_setting__collects_what_is_wrong(void **state)
{
    struct fixture *f = *state;

    assign_setting(&f->assign, "name", "Billing");
    assign_setting(&f->assign, "timeout_s", "soon");
    assign_setting(&f->assign, "auth.typ", "basic");
    assign_setting(&f->assign, "zebra", "1");
    assign_setting(&f->assign, "url", "ftp://h");
    assert_string_equal(f->in.name, "Billing");
    assert_int_equal(f->problems.count, 4);
    assert_string_equal(f->problems.items[0].text, "write a whole number from 1 to 300");
    assert_string_equal(f->problems.items[1].text,
                        "there is no setting 'auth.typ'; did you mean 'auth.type'?");
    assert_string_equal(f->problems.items[2].text, "there is no setting 'zebra'");
    assert_string_equal(f->problems.items[3].row->name, "url");
    /* Those settings are not complained about again. */
    integration_validate(&f->in, NULL, VALIDATE_NEW, &f->problems);
    assert_int_equal(f->problems.count, 5);
    assert_string_equal(f->problems.items[4].row->name, "auth.type");
}

static void assign_setting__takes_no_secret_in_clear(void **state)
{
    static const char *const clear[] = {"hunter2", "sealed:1:2026-09-02:QUJD", "env:", "file:x"};
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(clear); i++) {
        assign_setting(&f->assign, "auth.password", clear[i]);
        assert_problem(f, "auth.password",
                       "a secret is not taken in clear from the command line; write "
                       "auth.password=@FILE, auth.password=@- or auth.password=env:NAME");
        assert_null(f->in.auth.password);
    }
    assign_setting(&f->assign, "auth.password", "env:PASSWORD");
    assert_no_problem(f);
    assert_string_equal(f->in.auth.password, "env:PASSWORD");
    assign_setting(&f->assign, "auth.password", "");
    assert_null(f->in.auth.password);
}

static void assign_secret__seals(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    assert_true(assign_secret(&f->assign, "auth.password", "env:literal", 11, &err));
    assert_no_problem(f);
    assert_opens(f, "auth.password", f->in.auth.password, "env:literal");
    assert_true(assign_secret(&f->assign, "auth.password", "a\nb", 3, &err));
    assert_problem(f, "auth.password", "a secret must not hold a line break");
    assert_true(assign_secret(&f->assign, "auth.password", "", 0, &err));
    assert_problem(f, "auth.password", "a secret must not be empty");
    assert_true(assign_secret(&f->assign, "auth.username", "x", 1, &err));
    assert_problem(f, "auth.username", "this is not a secret; write auth.username=VALUE");
    assert_opens(f, "auth.password", f->in.auth.password, "env:literal");
}

static void assign_secret__needs_the_key(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    f->assign.may_create_key = false;
    assert_false(assign_secret(&f->assign, "auth.password", "x", 1, &err));
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_int_equal(f->problems.count, 0);
    assert_null(f->in.auth.password);
    assert_false(tmpdir_exists(&f->dir, "secret.key"));
}

static void assign_param__splits_at_the_first_marks(void **state)
{
    struct fixture *f = *state;
    const struct param *p;

    assign_param(&f->assign, "params", "header:X-Link=https://a:1/?b=c", false);
    assign_param(&f->assign, "params", "header:x-link=new", false);
    assign_param(&f->assign, "params", "query:a:b=", false);
    assign_param(&f->assign, "auth.params", "body:assertion=env:A", true);
    assert_no_problem(f);
    assert_int_equal(f->in.params.count, 2);
    assert_string_equal(param_find(&f->in.params, PLACE_HEADER, "X-Link")->value, "new");
    assert_string_equal(param_find(&f->in.params, PLACE_QUERY, "a:b")->value, "");
    p = param_find(&f->in.auth.params, PLACE_BODY, "assertion");
    assert_true(p->secret);
    assert_string_equal(p->value, "env:A");
}

static void assign_param__refuses_with_the_reason(void **state)
{
    static const struct {
        const char *list, *spec;
        bool secret;
        const char *why;
    } rows[] = {
        {"params", "X-A=b", false,
         "'X-A=b': write PLACE:KEY=VALUE, where PLACE is header, query or body"},
        {"params", "cookie:a=b", false,
         "'cookie:a=b': write PLACE:KEY=VALUE, where PLACE is header, query or body"},
        {"params", "query:=b", false,
         "'query:=b': write PLACE:KEY=VALUE, where PLACE is header, query or body"},
        {"params", "query:a", false,
         "'query:a': write PLACE:KEY=VALUE, as in header:X-Team=security"},
        {"params", "header:Host=b", false,
         "header parameter 'Host': the header host is set by checkhook or not allowed"},
        {"params", "header:X-A=b\r\nX-B: c", false,
         "header parameter 'X-A': the value must not hold a line break"},
        {"params", "header:X-Key=hunter2", true,
         "a secret is not taken in clear from the command line; write header:X-Key=@FILE, "
         "header:X-Key=@- or header:X-Key=env:NAME"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assign_param(&f->assign, rows[i].list, rows[i].spec, rows[i].secret);
        assert_problem(f, rows[i].list, rows[i].why);
    }
    assert_int_equal(f->in.params.count, 0);
    assign_param(&f->assign, "name", "query:a=b", false);
    assert_problem(f, "name", "this is not a list of parameters");
}

static void assign_secret_param__binds_to_place_and_key(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    assert_true(assign_secret_param(&f->assign, "params", PLACE_HEADER, "X-Key", "s3", 2, &err));
    assert_no_problem(f);
    assert_opens(f, "params/header/x-key", f->in.params.items[0].value, "s3");
    assert_true(f->in.params.items[0].secret);
    assert_true(
        assign_secret_param(&f->assign, "params", PLACE_HEADER, "Authorization", "s", 1, &err));
    assert_int_equal(f->problems.count, 1);
    problem_list_release(&f->problems);
    assert_true(assign_secret_param(&f->assign, "params", PLACE_HEADER, "X-B", "a\0b", 3, &err));
    assert_problem(f, "params", "header parameter 'X-B': a secret cannot hold a NUL byte");
    assert_int_equal(f->in.params.count, 1);
}

static void assign_param_remove__needs_one(void **state)
{
    struct fixture *f = *state;

    assign_param(&f->assign, "params", "query:a=b", false);
    assign_param_remove(&f->assign, "params", "query:a");
    assert_int_equal(f->in.params.count, 0);
    assert_no_problem(f);
    assign_param_remove(&f->assign, "params", "query:a");
    assert_problem(f, "params", "query parameter 'a': there is none of this name");
}

static void assign_end__names_what_does_not_apply(void **state)
{
    struct fixture *f = *state;

    assign_setting(&f->assign, "auth.client_id", "svc");
    assign_setting(&f->assign, "auth.type", "basic");
    assign_setting(&f->assign, "auth.key_name", "");
    assign_end(&f->assign);
    assert_problem(f, "auth.client_id", "does not apply to the authorization type Basic");
    assign_setting(&f->assign, "auth.type", "");
    assign_setting(&f->assign, "auth.client_id", "svc");
    assign_end(&f->assign);
    assert_no_problem(f);
}

static void check_config_set__reads_each_setting(void **state)
{
    static const char *const bad[][3] = {
        {"enabled", "on", "enabled: write true or false"},
        {"severity", "high", "severity: write critical, moderate or low"},
        {"settings.days", "six", "settings.days: write a whole number from 0 to 1000000"},
        {"settings.days", "-1", "settings.days: write a whole number from 0 to 1000000"},
        {"settings.Days", "6", "settings.Days: a name is written with a-z, 0-9 and _"},
        {"ignore", "a\nb", "ignore: an entry must be plain text"},
        {"ignore", "a, type:boss",
         "ignore: 'type:boss': a user is of type member, guest, service, root or external"},
        {"ignore-", "a", "ignore: 'a' is not in the list"},
        {"integrations", "x",
         "a check has no setting 'integrations'; there are enabled, severity, ignore and "
         "settings.NAME"},
    };
    struct check_config check;
    struct error err = {0};

    (void)state;
    check_config_init(&check, "no-mfa");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(check_config_set(&check, bad[i][0], bad[i][1], &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, bad[i][2]);
    }
    assert_true(check_config_is_empty(&check));
    assert_true(check_config_set(&check, "enabled", "true", &err));
    assert_int_equal(check.enabled, 1);
    assert_true(check_config_set(&check, "severity", "moderate", &err));
    assert_int_equal(check.severity, SEVERITY_MODERATE);
    assert_true(check_config_set(&check, "settings.days", "60", &err));
    assert_int_equal(*check_value_find(&check, "days"), 60);
    assert_true(check_config_set(&check, "settings.days", "", &err));
    assert_null(check_value_find(&check, "days"));
    assert_true(check_config_set(&check, "ignore", " root, svc-scan ,,root", &err));
    assert_int_equal(check.ignore.count, 2);
    assert_string_equal(check.ignore.items[1], "svc-scan");
    assert_true(check_config_set(&check, "ignore+", "@example.com,ROOT", &err));
    assert_int_equal(check.ignore.count, 3);
    assert_true(check_config_set(&check, "ignore-", "Svc-Scan", &err));
    assert_int_equal(check.ignore.count, 2);
    assert_string_equal(check.ignore.items[1], "@example.com");
    assert_true(check_config_set(&check, "ignore", "", &err));
    assert_int_equal(check.ignore.count, 0);
    check_config_release(&check);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(assign_setting__collects_what_is_wrong),
        T(assign_setting__takes_no_secret_in_clear),
        T(assign_secret__seals),
        T(assign_secret__needs_the_key),
        T(assign_param__splits_at_the_first_marks),
        T(assign_param__refuses_with_the_reason),
        T(assign_secret_param__binds_to_place_and_key),
        T(assign_param_remove__needs_one),
        T(assign_end__names_what_does_not_apply),
        cmocka_unit_test(check_config_set__reads_each_setting),
    };
#undef T

    return cmocka_run_group_tests_name("assign", tests, NULL, NULL);
}
