/* Every built-in check: whom it names, whom it does not, and what it cannot say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/checkbed.h"
#include "tests/support/fail.h"

/* One user crafted for one check. */
struct row {
    const char *check;
    const char *user;    /* columns, then rows of other tables after '/' */
    const char *verdict; /* what the check says: fail, pass, outside, unknown */
};

#define ENABLED "enabled=1 "
#define SEEN    "last_login_known=1 "

static const struct row rows[] = {
    {"admin-no-mfa", ENABLED "is_admin=1 mfa_enrolled=0", "fail"},
    {"admin-no-mfa", ENABLED "is_admin=1 mfa_enrolled=1", "pass"},
    {"admin-no-mfa", ENABLED "is_admin=0 mfa_enrolled=0", "outside"},
    {"admin-no-mfa", ENABLED "is_admin=1", "unknown"},
    {"admin-no-mfa", ENABLED "mfa_enrolled=0", "unknown"},
    {"admin-no-mfa", "is_admin=1 mfa_enrolled=0", "unknown"},
    {"admin-no-mfa", "enabled=0 is_admin=1 mfa_enrolled=0", "outside"},

    {"no-mfa", ENABLED "mfa_enrolled=0", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=0 password_enabled=1 user_type=member", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=external", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=1", "pass"},
    {"no-mfa", ENABLED "mfa_enrolled=0 password_enabled=0", "outside"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=service", "outside"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=guest", "outside"},
    {"no-mfa", ENABLED, "unknown"},
    {"no-mfa", "mfa_enrolled=0", "unknown"},
    {"no-mfa", "enabled=0 mfa_enrolled=0", "outside"},

    {"weak-mfa", ENABLED "factors_known=1 / factor kind=sms strength=1 status=active", "fail"},
    {"weak-mfa",
     ENABLED "factors_known=1 / factor kind=sms strength=1 status=active"
             " / factor kind=temp_pass strength=0 status=active",
     "fail"},
    {"weak-mfa",
     ENABLED "factors_known=1 / factor kind=sms strength=1 status=active"
             " / factor kind=totp strength=2 status=active",
     "pass"},
    {"weak-mfa",
     ENABLED "factors_known=1 / factor kind=sms strength=1 status=active"
             " / factor kind=totp strength=2 status=pending",
     "fail"},
    {"weak-mfa", ENABLED "factors_known=1 / factor kind=sms strength=1 status=inactive", "pass"},
    {"weak-mfa", ENABLED "factors_known=1", "pass"},
    {"weak-mfa", ENABLED "factors_known=0 / factor kind=sms strength=1 status=active", "unknown"},
    {"weak-mfa", "enabled=0 factors_known=1 / factor kind=sms strength=1 status=active", "outside"},

    {"mfa-bypass", ENABLED "mfa_bypass=1", "fail"},
    {"mfa-bypass", ENABLED "mfa_bypass=0", "pass"},
    {"mfa-bypass", ENABLED, "unknown"},
    {"mfa-bypass", "mfa_bypass=1", "unknown"},
    {"mfa-bypass", "enabled=0 mfa_bypass=1", "outside"},

    {"inactive-90", ENABLED SEEN "last_login_at=90d+1", "fail"},
    {"inactive-90", ENABLED SEEN "last_login_at=90d", "pass"},
    {"inactive-90", ENABLED SEEN "created_at=900d", "pass"},
    {"inactive-90", ENABLED "last_login_at=91d", "unknown"},
    {"inactive-90", SEEN "last_login_at=91d", "unknown"},
    {"inactive-90", "enabled=0 " SEEN "last_login_at=91d", "outside"},

    {"never-logged-in", ENABLED SEEN "created_at=14d+1", "fail"},
    {"never-logged-in", ENABLED SEEN "created_at=14d", "pass"},
    {"never-logged-in", ENABLED SEEN "created_at=15d last_login_at=14d", "pass"},
    {"never-logged-in", ENABLED SEEN, "unknown"},
    {"never-logged-in", ENABLED "created_at=15d", "unknown"},
    {"never-logged-in", "enabled=0 " SEEN "created_at=15d", "outside"},

    {"guest-inactive-60", ENABLED SEEN "user_type=guest last_login_at=60d+1", "fail"},
    {"guest-inactive-60", ENABLED SEEN "user_type=guest last_login_at=60d", "pass"},
    {"guest-inactive-60", ENABLED SEEN "user_type=guest last_login_at=1d created_at=90d", "pass"},
    {"guest-inactive-60", ENABLED SEEN "user_type=guest created_at=60d+1", "fail"},
    {"guest-inactive-60", ENABLED SEEN "user_type=guest created_at=60d", "pass"},
    {"guest-inactive-60", ENABLED SEEN "user_type=guest", "unknown"},
    {"guest-inactive-60", ENABLED "user_type=guest created_at=61d", "unknown"},
    {"guest-inactive-60", ENABLED SEEN "last_login_at=61d", "unknown"},
    {"guest-inactive-60", ENABLED SEEN "user_type=member last_login_at=61d", "outside"},

    {"stale-password-365", ENABLED "password_enabled=1 password_changed_at=365d+1", "fail"},
    {"stale-password-365", ENABLED "password_changed_at=365d+1", "fail"},
    {"stale-password-365", ENABLED "password_changed_at=365d", "pass"},
    {"stale-password-365", ENABLED "password_enabled=0 password_changed_at=366d", "outside"},
    {"stale-password-365", ENABLED, "unknown"},
    {"stale-password-365", "enabled=0 password_changed_at=366d", "outside"},

    {"disabled-with-role", "enabled=0 roles_known=1 / role role=Reader tier=1 assignment=eligible",
     "fail"},
    {"disabled-with-role", "enabled=0 roles_known=0 / role role=Owner tier=3 assignment=active",
     "fail"},
    {"disabled-with-role", "enabled=0 roles_known=1 / role role=User tier=0 assignment=active",
     "pass"},
    {"disabled-with-role", "enabled=0 roles_known=1", "pass"},
    {"disabled-with-role", "enabled=0 / role role=User tier=0 assignment=active", "unknown"},
    {"disabled-with-role", "roles_known=1 / role role=Owner tier=3 assignment=active", "unknown"},
    {"disabled-with-role", ENABLED "roles_known=1 / role role=Owner tier=3 assignment=active",
     "outside"},

    {"root-no-mfa", "user_type=root mfa_enrolled=0", "fail"},
    {"root-no-mfa", "enabled=0 user_type=root mfa_enrolled=0", "fail"},
    {"root-no-mfa", "user_type=root mfa_enrolled=1", "pass"},
    {"root-no-mfa", "user_type=root", "unknown"},
    {"root-no-mfa", "mfa_enrolled=0", "unknown"},
    {"root-no-mfa", "user_type=member mfa_enrolled=0", "outside"},

    {"root-access-key",
     "user_type=root credentials_known=1 / credential cred_id=1 kind=access_key active=1", "fail"},
    {"root-access-key",
     "user_type=root credentials_known=1 / credential cred_id=1 kind=access_key active=0"
     " / credential cred_id=2 kind=access_key active=1",
     "fail"},
    {"root-access-key",
     "user_type=root credentials_known=1 / credential cred_id=1 kind=access_key active=0", "pass"},
    {"root-access-key",
     "user_type=root credentials_known=1 / credential cred_id=1 kind=certificate active=1", "pass"},
    {"root-access-key", "user_type=root", "unknown"},
    {"root-access-key", "credentials_known=1 / credential cred_id=1 kind=access_key active=1",
     "unknown"},
    {"root-access-key",
     "user_type=member credentials_known=1 / credential cred_id=1 kind=access_key active=1",
     "outside"},

    {"old-key-90",
     "credentials_known=1 / credential cred_id=1 kind=api_token active=1 created_at=90d+1", "fail"},
    {"old-key-90",
     "enabled=0 credentials_known=1"
     " / credential cred_id=1 kind=ssh_key active=1 created_at=91d",
     "fail"},
    {"old-key-90",
     "credentials_known=1 / credential cred_id=1 kind=access_key active=0 created_at=99d"
     " / credential cred_id=2 kind=access_key active=1 created_at=91d",
     "fail"},
    {"old-key-90",
     "credentials_known=1 / credential cred_id=1 kind=access_key active=1 created_at=90d", "pass"},
    {"old-key-90",
     "credentials_known=1 / credential cred_id=1 kind=access_key active=0 created_at=99d",
     "outside"},
    {"old-key-90", "credentials_known=1", "outside"},
    {"old-key-90", "credentials_known=1 / credential cred_id=1 kind=access_key active=1",
     "unknown"},
    {"old-key-90",
     "credentials_known=1 / credential cred_id=1 kind=access_key active=1"
     " / credential cred_id=2 kind=access_key active=1 created_at=91d",
     "fail"},
    {"old-key-90", ENABLED, "unknown"},
};

/* Member, MFA enforced, two strong factors, signed in yesterday, password 30 days old, manager. */
static const char good_user[] =
    "user id=good enabled=1 status=active user_type=member email=good@example.com created_at=400d"
    " last_login_known=1 last_login_at=1d password_enabled=1 password_changed_at=30d"
    " password_never_expires=0 password_not_required=0 password_must_change=0 mfa_enrolled=1"
    " mfa_enforced=1 mfa_bypass=0 factors_known=1 roles_known=1 sign_ins_known=1"
    " credentials_known=1 is_admin=0 on_prem_synced=0 risk_level=none manager=boss\n"
    "factor kind=webauthn strength=3 status=active\n"
    "factor kind=totp strength=2 status=active\n";

static const char unknown_users[] = "user id=plain enabled=1\n"
                                    "user id=perhaps-disabled\n"
                                    "user id=administrator enabled=1 is_admin=1\n"
                                    "user id=guest enabled=1 user_type=guest\n"
                                    "user id=root user_type=root\n";

static void init(struct checkbed *bed)
{
    checkbed_init(bed, NULL, NULL);
    for (size_t i = 0; i < bed->catalogue.count; i++)
        config_check_make(&bed->config, bed->catalogue.items[i].id)->enabled = 1;
}

static void load_row(struct checkbed *bed, const struct row *row)
{
    struct strbuf text;

    strbuf_init(&text, 4096);
    strbuf_adds(&text, "user id=x ");
    for (const char *p = row->user; *p; p++)
        strbuf_addc(&text, *p == '/' ? '\n' : *p);
    checkbed_load(bed, "crafted", text.text);
    strbuf_release(&text);
}

static const char *verdict_text(const struct run_line *line)
{
    if (line->failing > 0)
        return "fail";
    if (line->evaluated > 0)
        return "pass";
    /* All that a lone user is unknown for was perhaps not given by its source. */
    return line->unknown > 0 || line->state == RUN_ERROR ? "unknown" : "outside";
}

static void builtin__loads_without_faults(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        if (check->fault)
            support_fail_at(check->file, check->line, "%s", check->fault);
        assert_true(check->builtin);
        assert_in_range(check->description.count, 1, 2);
        assert_in_range(check->actions.count, 1, 3);
        assert_true(check->needs.count > 0);
        assert_true(check->explain_count > 0);
    }
    checkbed_release(&bed);
}

static void builtin__says_what_the_catalogue_promises(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct run_options options = checkbed_options(&bed);
        load_row(&bed, &rows[i]);
        options.ids = &rows[i].check;
        options.id_count = 1;
        options.dry_run = true;
        struct job *job = checkbed_start(&options);
        checkbed_finish(job);
        const struct run_line *line = checkbed_line(job, rows[i].check);
        if (strcmp(verdict_text(line), rows[i].verdict) != 0)
            support_fail_at(__FILE__, __LINE__, "%s says %s and not %s of: %s (%s)", rows[i].check,
                            verdict_text(line), rows[i].verdict, rows[i].user, line->error);
        if (strcmp(rows[i].verdict, "fail") == 0)
            assert_string_equal(checkbed_fresh(job, rows[i].check), "x");
        job_free(job);
    }
    checkbed_release(&bed);
}

/* Tests that the table above forgets no check: each has a user it names and one it cannot tell. */
static void builtin__is_tested_whole(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    for (size_t c = 0; c < bed.catalogue.count; c++) {
        int fails = 0, passes = 0, unknown = 0;
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            if (strcmp(rows[i].check, bed.catalogue.items[c].id) != 0)
                continue;
            fails += strcmp(rows[i].verdict, "fail") == 0;
            passes += strcmp(rows[i].verdict, "pass") == 0;
            unknown += strcmp(rows[i].verdict, "unknown") == 0;
        }
        if (!fails || !passes || !unknown)
            support_fail_at(__FILE__, __LINE__, "%s is not tested whole",
                            bed.catalogue.items[c].id);
    }
    checkbed_release(&bed);
}

static void builtin__names_nobody_who_is_good(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta", good_user);
    struct job *job = checkbed_run(&bed);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct run_line *line = checkbed_line(job, bed.catalogue.items[i].id);
        assert_string_equal(line->error, "");
        assert_int_equal(line->state, RUN_PASS);
        assert_int_equal(line->failing, 0);
        assert_int_equal(line->unknown, 0);
    }
    job_free(job);
    checkbed_release(&bed);
}

static void builtin__names_nobody_of_whom_nothing_is_known(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta", unknown_users);
    struct job *job = checkbed_run(&bed);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct run_line *line = checkbed_line(job, bed.catalogue.items[i].id);
        assert_int_equal(line->failing, 0);
        assert_int_equal(line->fresh, 0);
    }
    assert_string_equal(checkbed_line(job, "no-mfa")->error,
                        "not evaluated: source lacks MFA enrolment");
    assert_string_equal(checkbed_line(job, "inactive-90")->error,
                        "not evaluated: source lacks last sign-in");
    job_free(job);
    checkbed_release(&bed);
}

static void builtin__follows_a_tuned_number(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    check_value_set(config_check_make(&bed.config, "inactive-90"), "days", 30);
    checkbed_load(&bed, "okta",
                  "user id=ann enabled=1 last_login_known=1 last_login_at=30d\n"
                  "user id=bob enabled=1 last_login_known=1 last_login_at=30d+1\n"
                  "user id=cat enabled=1 user_type=guest last_login_known=1 last_login_at=59d\n");
    struct job *job = checkbed_run(&bed);
    assert_string_equal(checkbed_fresh(job, "inactive-90"), "bob cat");
    assert_string_equal(checkbed_fresh(job, "guest-inactive-60"), "");
    job_free(job);
    checkbed_release(&bed);
}

static void builtin__leaves_calendar_passwords_off(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        assert_int_equal(check->enabled, strcmp(check->id, "stale-password-365") != 0);
    }
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtin__loads_without_faults),
        cmocka_unit_test(builtin__says_what_the_catalogue_promises),
        cmocka_unit_test(builtin__is_tested_whole),
        cmocka_unit_test(builtin__names_nobody_who_is_good),
        cmocka_unit_test(builtin__names_nobody_of_whom_nothing_is_known),
        cmocka_unit_test(builtin__follows_a_tuned_number),
        cmocka_unit_test(builtin__leaves_calendar_passwords_off),
    };

    return cmocka_run_group_tests_name("checks_builtin", tests, NULL, NULL);
}
