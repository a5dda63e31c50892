/* The built-in checks together: whom none of them names, what they leave to one another, and how
 * they explain themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/findings.h"
#include "core/store/needs.h"
#include "tests/support/check_rows.h"
#include "tests/support/fail.h"
#include "tests/support/trial.h"

/* Member, MFA enforced, two strong factors, signed in yesterday, password 30 days old, manager. */
static const char good_user[] =
    "user id=good enabled=1 status=active user_type=member email=good@example.com created_at=400d"
    " expires_at=-400d last_login_known=1 last_login_at=1d password_enabled=1"
    " password_changed_at=30d password_never_expires=0 password_not_required=0"
    " password_must_change=0 mfa_enrolled=1 mfa_enforced=1 mfa_bypass=0 factors_known=1"
    " roles_known=1 sign_ins_known=1 credentials_known=1 is_admin=0 on_prem_synced=0"
    " risk_level=none manager=boss\n"
    "factor kind=webauthn strength=3 status=active\n"
    "factor kind=totp strength=2 status=active\n"
    "sign_in at=1d result=success interactive=1 mfa_used=1 legacy_auth=0\n"
    "credential cred_id=1 kind=access_key active=1 created_at=30d last_used_known=1"
    " last_used_at=1d\n";

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

/* --- nobody ------------------------------------------------------------------------------------
 */

static void builtin__names_nobody_who_is_good(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta", good_user);
    struct job *job = checkbed_run(&bed);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct run_line *line = checkbed_line(job, bed.catalogue.items[i].id);
        if (*line->error || line->failing > 0 || line->unknown > 0)
            support_fail_at(__FILE__, __LINE__, "%s: %s, failing %lld, unknown %lld",
                            line->check->id, line->error, (long long)line->failing,
                            (long long)line->unknown);
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
        if (line->failing > 0 || line->fresh > 0)
            support_fail_at(__FILE__, __LINE__, "%s names somebody", line->check->id);
    }
    job_free(job);
    checkbed_release(&bed);
}

/* --- what a source lacks -----------------------------------------------------------------------
 */

/* Each check says what it lacks of a source that gives nothing but who is enabled. */
static void builtin__says_what_the_source_lacks(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta", "user id=ann enabled=1\nuser id=bob enabled=0\n");
    struct job *job = checkbed_run(&bed);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        const char *first = check->needs.items[strcmp(check->needs.items[0], "enabled") == 0];
        char *expected = mem_printf("not evaluated: source lacks %s", need_find(first)->label);
        if (strcmp(checkbed_line(job, check->id)->error, expected) != 0)
            support_fail_at(__FILE__, __LINE__, "%s says '%s' and not '%s'", check->id,
                            checkbed_line(job, check->id)->error, expected);
        free(expected);
    }
    job_free(job);
    checkbed_release(&bed);
}

/* Every check with a guard for enabled accounts knows that it depends on it. */
static void builtin__needs_the_enabled_state_where_it_asks_for_it(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta",
                  "user id=x status=active user_type=guest email=x@example.com created_at=400d"
                  " expires_at=4d last_login_known=1 last_login_at=1d password_enabled=1"
                  " password_changed_at=30d password_never_expires=0 password_not_required=0"
                  " password_must_change=0 mfa_enrolled=1 mfa_enforced=1 mfa_bypass=0"
                  " factors_known=1 roles_known=1 sign_ins_known=1 credentials_known=1 is_admin=1"
                  " on_prem_synced=0 risk_level=none manager=boss\n");
    struct job *job = checkbed_run(&bed);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        bool asks = check->applies && strstr(check->applies, "u.enabled");
        const char *error = asks ? "not evaluated: source lacks enabled state" : "";
        if (strcmp(checkbed_line(job, check->id)->error, error) != 0)
            support_fail_at(__FILE__, __LINE__, "%s says '%s' and not '%s'", check->id,
                            checkbed_line(job, check->id)->error, error);
    }
    job_free(job);
    checkbed_release(&bed);
}

/* --- between checks and data sets --------------------------------------------------------------
 */

static void builtin__names_the_inactive_once(void **state)
{
    enum { DAYS = 200 };
    struct checkbed bed;
    struct strbuf text;
    struct question questions[3];

    (void)state;
    init(&bed);
    strbuf_init(&text, 64 * 1024);
    strbuf_adds(&text, "user id=never enabled=1 last_login_known=1\n");
    for (int day = 0; day < DAYS; day++)
        strbuf_addf(&text,
                    "user id=u%d enabled=1 last_login_known=1 last_login_at=%dd\n"
                    "user id=v%d enabled=1 last_login_known=1 last_login_at=%dd+1\n",
                    day, day, day, day);
    checkbed_load(&bed, "okta", text.text);
    strbuf_release(&text);
    trial_compile(&bed, "inactive-45", 0, &questions[0]);
    trial_compile(&bed, "inactive-90", 1, &questions[1]);
    trial_compile(&bed, "inactive-90 days=45", 2, &questions[2]);
    struct evaluation *e = trial_evaluate(&bed, questions, ARRAY_LEN(questions));
    assert_int_equal(evaluation_users(e), 1 + 2 * DAYS);
    for (size_t user = 0; user < evaluation_users(e); user++) {
        bool early = evaluation_verdict(e, 0, user) == VERDICT_FAIL;
        bool late = evaluation_verdict(e, 1, user) == VERDICT_FAIL;
        assert_false(early && late);
        assert_int_equal(early || late, evaluation_verdict(e, 2, user) == VERDICT_FAIL);
        assert_true(user > 0 || (!early && !late));
    }
    evaluation_close(e);
    for (size_t i = 0; i < ARRAY_LEN(questions); i++)
        question_release(&questions[i]);
    checkbed_release(&bed);
}

#define SUPER(name)                                                                                \
    "user id=" name " enabled=1 roles_known=1\nrole role=Owner tier=3 assignment=active\n"
#define FOUR(prefix) SUPER(prefix "1") SUPER(prefix "2") SUPER(prefix "3") SUPER(prefix "4")

static void builtin__counts_super_admins_by_data_set(void **state)
{
    struct checkbed bed;
    struct job *job;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta", FOUR("o"));
    checkbed_load(&bed, "entra", FOUR("e"));
    job = checkbed_run(&bed);
    assert_int_equal(checkbed_line(job, "too-many-super-admins")->evaluated, 8);
    assert_int_equal(checkbed_line(job, "too-many-super-admins")->failing, 0);
    job_free(job);
    checkbed_load(&bed, "entra", FOUR("e") SUPER("e5"));
    checkbed_load(&bed, "google", SUPER("g1"));
    job = checkbed_run(&bed);
    assert_string_equal(checkbed_fresh(job, "too-many-super-admins"), "e1 e2 e3 e4 e5");
    assert_string_equal(checkbed_fresh(job, "lone-super-admin"), "g1");
    job_free(job);
    checkbed_release(&bed);
}

static void builtin__shares_no_email_across_data_sets(void **state)
{
    struct checkbed bed;

    (void)state;
    init(&bed);
    checkbed_load(&bed, "okta", "user id=a enabled=1 email=ann@example.com\n");
    checkbed_load(&bed, "entra", "user id=b enabled=1 email=ann@example.com\n");
    struct job *job = checkbed_run(&bed);
    assert_int_equal(checkbed_line(job, "shared-email")->evaluated, 2);
    assert_int_equal(checkbed_line(job, "shared-email")->failing, 0);
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

/* --- why ---------------------------------------------------------------------------------------
 */

#define ROLES                                                                                      \
    " roles_known=1 / role role=Reader tier=1 assignment=active"                                   \
    " / role role=Owner tier=3 assignment=active assigned_at=9d"                                   \
    " / role role=Billing tier=2 assignment=eligible"
#define FACTORS                                                                                    \
    " factors_known=1 / factor kind=sms strength=1 status=active"                                  \
    " / factor kind=totp strength=2 status=active last_used_at=3d"                                 \
    " / factor kind=voice strength=1 status=pending created_at=5d"
#define DATE(days) "\"" days "T22:13:20Z\"" /* the time of day of BED_NOW */

/* What is stored with each finding, as JSON; keys without a value are left out. */
static const struct {
    const char *check, *users, *explain;
} reasons[] = {
    {"admin-no-mfa", ADMIN SEEN "last_login_at=1d mfa_enrolled=0 user_type=member" ROLES,
     "{\"role\":\"Owner\",\"user_type\":\"member\",\"last_login\":" DATE(
         "2023-11-13") ",\"mfa\":\"not enrolled\"}"},
    {"weak-mfa", ENABLED "factors_known=1 / factor kind=sms strength=1 status=active",
     "{\"factor\":\"sms\"}"},
    {"weak-mfa-available", ENABLED FACTORS, "{\"weak_factor\":\"sms\",\"strong_factor\":\"totp\"}"},
    {"admin-not-phishing-resistant", ADMIN FACTORS, "{\"best_factor\":\"totp\"}"},
    {"single-factor-device", ENABLED FACTORS,
     "{\"factor\":\"totp\",\"last_used_at\":" DATE("2023-11-11") "}"},
    {"mfa-pending",
     ENABLED "factors_known=1 / factor kind=voice strength=1 status=pending created_at=5d",
     "{\"factor\":\"voice\",\"begun_at\":" DATE("2023-11-09") "}"},
    {"temp-pass-active",
     ENABLED "factors_known=1 / factor kind=bypass_code strength=0 status=active created_at=5d",
     "{\"code\":\"bypass_code\",\"issued_at\":" DATE("2023-11-09") "}"},
    {"inactive-90", ENABLED SEEN "last_login_at=100d", "{\"last_login\":" DATE("2023-08-06") "}"},
    {"admin-never-logged-in", ADMIN SEEN "created_at=4d",
     "{\"created\":" DATE("2023-11-10") ",\"last_login\":\"never\"}"},
    {"too-many-super-admins count=2",
     ENABLED ROLES " / user id=a enabled=1 / role role=Owner tier=3 assignment=active"
                   " / user id=b enabled=1 / role role=Owner tier=3 assignment=active",
     "{\"role\":\"Owner\",\"allowed\":\"2\"}"},
    {"lone-super-admin", ENABLED ROLES, "{\"role\":\"Owner\"}"},
    {"standing-super-admin", ENABLED ROLES,
     "{\"role\":\"Owner\",\"assigned_at\":" DATE("2023-11-05") "}"},
    {"super-admin-extra-roles", ENABLED ROLES,
     "{\"role\":\"Owner\",\"other_role\":\"Billing\",\"admin_roles\":\"3\"}"},
    {"password-expired", ENABLED "status=password_expired created_at=40d",
     "{\"status\":\"password_expired\",\"created\":" DATE("2023-10-05") "}"},
    {"locked-out", "status=locked locked_at=2d",
     "{\"locked_since\":" DATE("2023-11-12") ",\"status\":\"locked\"}"},
    {"disabled-with-role", DISABLED ROLES, "{\"role\":\"Owner\",\"admin_roles\":\"3\"}"},
    {"disabled-with-credential",
     DISABLED "credentials_known=1 / credential cred_id=K1 kind=ssh_key active=1"
              " / credential cred_id=K2 kind=api_token active=1 last_used_at=1d",
     "{\"key\":\"K1\",\"kind\":\"ssh_key\",\"active_keys\":\"2\",\"last_used_at\":" DATE(
         "2023-11-13") "}"},
    {"expired-still-enabled", ENABLED "expires_at=1d", "{\"ended\":" DATE("2023-11-13") "}"},
    {"shared-email",
     ENABLED "email=a@example.com / user id=y enabled=1 email=A@example.com"
             " / user id=z enabled=0 email=a@example.com",
     "{\"email\":\"a@example.com\",\"other_account\":\"y\"}"},
    {"no-manager", ENABLED "manager= department=Sales",
     "{\"department\":\"Sales\",\"manager\":\"none\"}"},
    {"root-access-key",
     "user_type=root / credential cred_id=K1 kind=access_key active=1 created_at=3d"
     " last_used_at=1d",
     "{\"key\":\"K1\",\"key_created_at\":" DATE("2023-11-11") ",\"last_used_at\":" DATE(
         "2023-11-13") "}"},
    {"old-key-90",
     "credentials_known=1 / credential cred_id=K1 kind=access_key active=0 created_at=400d"
     " / credential cred_id=K2 kind=api_token active=1 created_at=100d",
     "{\"key\":\"K2\",\"kind\":\"api_token\",\"oldest_key_created_at\":" DATE("2023-08-06") "}"},
    {"unused-key-45",
     "credentials_known=1 / credential cred_id=K1 kind=access_key active=1 last_used_known=1"
     " last_used_at=1d / credential cred_id=K2 kind=access_key active=1 last_used_known=1"
     " created_at=100d",
     "{\"key\":\"K2\",\"kind\":\"access_key\",\"unused_since_at\":" DATE("2023-08-06") "}"},
    {"two-active-keys",
     "credentials_known=1 / credential cred_id=K1 kind=access_key active=1 created_at=3d"
     " / credential cred_id=K2 kind=access_key active=1",
     "{\"active_keys\":\"2\",\"oldest_key_created_at\":" DATE("2023-11-11") "}"},
    {"failed-logins count=2",
     "sign_ins_known=1 / sign_in at=0d result=failure ip=192.0.2.7"
     " / sign_in at=0d+9 result=failure ip=192.0.2.8 / sign_in at=2d result=failure",
     "{\"failed\":\"2\",\"last_failed_at\":" DATE("2023-11-14") ",\"ip\":\"192.0.2.7\"}"},
    {"login-without-mfa-7d",
     "sign_ins_known=1 / sign_in at=1d result=success interactive=1 mfa_used=0 app=Mail"
     " ip=192.0.2.7 / sign_in at=0d result=success interactive=1 mfa_used=1 app=Portal",
     "{\"signed_in_at\":" DATE("2023-11-13") ",\"app\":\"Mail\",\"ip\":\"192.0.2.7\"}"},
    {"legacy-auth-30d", "sign_ins_known=1 / sign_in at=1d result=success legacy_auth=1 app=IMAP",
     "{\"signed_in_at\":" DATE("2023-11-13") ",\"app\":\"IMAP\"}"},
    {"risky-user", ENABLED "risk_level=high", "{\"risk_level\":\"high\"}"},
};

/* "inactive-90 days=3": sets the number and gives the id; the caller frees it. */
static char *tune(struct checkbed *bed, const char *check)
{
    char *id = mem_strdup(check), *blank = strchr(id, ' ');

    if (blank) {
        char *equals = strchr(blank, '=');
        *blank = *equals = '\0';
        check_value_set(config_check_make(&bed->config, id), blank + 1,
                        strtoll(equals + 1, NULL, 10));
    }
    return id;
}

struct why {
    const char *check_id;
    char *explain;
};

static bool take_why(void *ctx, const struct finding *f, struct error *err)
{
    struct why *why = ctx;

    (void)err;
    if (strcmp(f->check_id, why->check_id) == 0)
        mem_replace(&why->explain, f->explain);
    return true;
}

static void builtin__explains_why(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    char *ids[ARRAY_LEN(reasons)], source[16];

    (void)state;
    init(&bed);
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        snprintf(source, sizeof source, "s%zu", i);
        ids[i] = tune(&bed, reasons[i].check);
        trial_load(&bed, source, reasons[i].users);
    }
    job_free(checkbed_run(&bed));
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        struct why why = {.check_id = ids[i]};
        snprintf(source, sizeof source, "s%zu", i);
        assert_true(findings_of_user(bed.store, source, "x", take_why, &why, &err));
        if (!why.explain || strcmp(why.explain, reasons[i].explain) != 0)
            support_fail_at(__FILE__, __LINE__, "%s: %s", ids[i],
                            why.explain ? why.explain : "names nobody");
        free(why.explain);
        free(ids[i]);
    }
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtin__names_nobody_who_is_good),
        cmocka_unit_test(builtin__names_nobody_of_whom_nothing_is_known),
        cmocka_unit_test(builtin__says_what_the_source_lacks),
        cmocka_unit_test(builtin__needs_the_enabled_state_where_it_asks_for_it),
        cmocka_unit_test(builtin__names_the_inactive_once),
        cmocka_unit_test(builtin__counts_super_admins_by_data_set),
        cmocka_unit_test(builtin__shares_no_email_across_data_sets),
        cmocka_unit_test(builtin__follows_a_tuned_number),
        cmocka_unit_test(builtin__explains_why),
    };

    return cmocka_run_group_tests_name("checks_together", tests, NULL, NULL);
}
