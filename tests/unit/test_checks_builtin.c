/* The built-in checks one by one: what they are called, whom they name, whom they do not, and what
 * they cannot say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/explain.h"
#include "tests/support/check_rows.h"
#include "tests/support/fail.h"
#include "tests/support/trial.h"

enum { TITLE_COLUMNS_MAX = 60, TEXT_COLUMNS_MAX = 130, SETTING_MAX = 48 };

static const struct {
    const char *id;
    enum severity severity;
    const char *title;
} promised[] = {
    {"admin-no-mfa", SEVERITY_CRITICAL, "Administrator without MFA"},
    {"no-mfa", SEVERITY_CRITICAL, "No MFA"},
    {"guest-no-mfa", SEVERITY_MODERATE, "Guest without MFA"},
    {"weak-mfa", SEVERITY_MODERATE, "Only weak MFA (SMS, voice, email, question)"},
    {"weak-mfa-available", SEVERITY_LOW, "Strong MFA but a weak factor is still usable"},
    {"admin-not-phishing-resistant", SEVERITY_MODERATE,
     "Administrator without phishing-resistant MFA"},
    {"single-factor-device", SEVERITY_LOW, "Only one MFA device (no backup)"},
    {"mfa-bypass", SEVERITY_CRITICAL, "MFA bypass is switched on"},
    {"mfa-not-enforced", SEVERITY_MODERATE, "MFA enrolled but not enforced"},
    {"mfa-pending", SEVERITY_LOW, "MFA enrolment started but never finished"},
    {"temp-pass-active", SEVERITY_MODERATE, "Temporary pass or bypass code outstanding"},

    {"inactive-90", SEVERITY_MODERATE, "Inactive user (90 days)"},
    {"inactive-45", SEVERITY_LOW, "Inactive user (45 days)"},
    {"admin-inactive-30", SEVERITY_CRITICAL, "Administrator inactive (30 days)"},
    {"never-logged-in", SEVERITY_MODERATE, "Never logged in (account older than 14 days)"},
    {"admin-never-logged-in", SEVERITY_CRITICAL, "Administrator never logged in"},
    {"guest-inactive-60", SEVERITY_MODERATE, "Guest inactive (60 days)"},

    {"guest-admin", SEVERITY_CRITICAL, "Guest or external user holds an admin role"},
    {"too-many-super-admins", SEVERITY_MODERATE,
     "More than 4 super administrators (lists them all)"},
    {"lone-super-admin", SEVERITY_MODERATE, "Only one super administrator"},
    {"standing-super-admin", SEVERITY_LOW,
     "Permanent super-admin role (not eligible / time-bound)"},
    {"super-admin-extra-roles", SEVERITY_LOW, "Super admin also holds other admin roles"},
    {"admin-synced", SEVERITY_MODERATE, "Privileged account synced from on-premises"},

    {"stale-password-365", SEVERITY_LOW, "Stale password (1 year)"},
    {"admin-stale-password-180", SEVERITY_MODERATE, "Administrator password older than 180 days"},
    {"password-never-expires", SEVERITY_LOW, "Password never expires"},
    {"password-not-required", SEVERITY_CRITICAL, "Password not required"},
    {"password-expired", SEVERITY_LOW, "Password expired or change pending for 30 days"},

    {"locked-out", SEVERITY_LOW, "Account locked out"},
    {"pending-30", SEVERITY_LOW, "Invited or staged for more than 30 days"},
    {"disabled-with-role", SEVERITY_MODERATE, "Disabled account still holds an admin role"},
    {"disabled-with-credential", SEVERITY_CRITICAL, "Disabled account has an active key or token"},
    {"expired-still-enabled", SEVERITY_MODERATE, "Past its end date but still enabled"},
    {"shared-email", SEVERITY_LOW, "Several enabled accounts share one e-mail address"},
    {"no-manager", SEVERITY_LOW, "Enabled person without a manager or owner"},

    {"root-no-mfa", SEVERITY_CRITICAL, "Root account without MFA"},
    {"root-access-key", SEVERITY_CRITICAL, "Root account has an active access key"},
    {"root-used", SEVERITY_MODERATE, "Root account used in the last 7 days"},
    {"old-key-90", SEVERITY_MODERATE, "Active key older than 90 days"},
    {"unused-key-45", SEVERITY_MODERATE, "Active key unused for 45 days"},
    {"two-active-keys", SEVERITY_LOW, "Two or more active keys"},

    {"failed-logins", SEVERITY_MODERATE, "10+ failed sign-ins in 24 h with no success after"},
    {"login-without-mfa-7d", SEVERITY_MODERATE, "Signed in without MFA in the last 7 days"},
    {"legacy-auth-30d", SEVERITY_MODERATE, "Legacy-protocol sign-in in the last 30 days"},
    {"risky-user", SEVERITY_CRITICAL, "Identity provider rates the user high risk"},
};

/* --- what stands in the catalogue --------------------------------------------------------------
 */

static void builtin__is_the_promised_catalogue(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    assert_int_equal(ARRAY_LEN(promised), 45);
    assert_int_equal(bed.catalogue.count, ARRAY_LEN(promised));
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        if (check->fault)
            support_fail_at(check->file, check->line, "%s", check->fault);
        assert_string_equal(check->id, promised[i].id);
        assert_string_equal(check->title, promised[i].title);
        assert_int_equal(check->severity, promised[i].severity);
        assert_true(check->builtin);
    }
    checkbed_release(&bed);
}

/* NIST 800-63B and SCuBA advise against changing passwords by the calendar. */
static void builtin__leaves_calendar_passwords_off(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        assert_int_equal(check->enabled, strcmp(check->id, "stale-password-365") != 0 &&
                                             strcmp(check->id, "password-never-expires") != 0);
    }
    checkbed_release(&bed);
}

static void expect_sentences(const struct check *check, const struct text_list *texts, size_t most)
{
    if (texts->count < 1 || texts->count > most)
        support_fail_at(check->file, check->line, "%s has %zu texts", check->id, texts->count);
    for (size_t i = 0; i < texts->count; i++) {
        const char *text = texts->items[i];
        if (text_width(text) > TEXT_COLUMNS_MAX || text[strlen(text) - 1] != '.' ||
            strstr(text, "  "))
            support_fail_at(check->file, check->line, "'%s' is no short sentence", text);
    }
}

static void builtin__says_what_is_wrong_and_what_to_do(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        expect_sentences(check, &check->description, 2);
        expect_sentences(check, &check->actions, 3);
        assert_true(text_width(check->title) <= TITLE_COLUMNS_MAX);
        assert_in_range(check->needs.count, 1, 4);
        assert_in_range(check->explain_count, 1, 4);
    }
    checkbed_release(&bed);
}

/* What runs on SQLite and PostgreSQL alike. */
static void builtin__is_portable_sql(void **state)
{
    static const char *const unportable[] = {"LIKE",       "!=",     "==", "\"",
                                             "strftime",   "date(",  "||", "group_concat",
                                             "string_agg", "ifnull", "iif"};
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    for (size_t i = 0; i < bed.catalogue.count; i++) {
        const struct check *check = &bed.catalogue.items[i];
        for (size_t w = 0; w < ARRAY_LEN(unportable); w++)
            if (strstr(check->fails, unportable[w]) ||
                (check->applies && strstr(check->applies, unportable[w])))
                support_fail_at(check->file, check->line, "%s uses %s", check->id, unportable[w]);
    }
    checkbed_release(&bed);
}

/* --- whom the checks name ----------------------------------------------------------------------
 */

static size_t count_rows(void)
{
    size_t count = 0;

    for (size_t t = 0; check_rows[t]; t++)
        for (const struct check_row *row = check_rows[t]; row->check; row++)
            count++;
    return count;
}

static const struct check_row **list_rows(size_t *count)
{
    const struct check_row **list = mem_zalloc((count_rows() + 1) * sizeof *list);

    *count = 0;
    for (size_t t = 0; check_rows[t]; t++)
        for (const struct check_row *row = check_rows[t]; row->check; row++)
            list[(*count)++] = row;
    return list;
}

static size_t count_users(const char *users)
{
    size_t count = 1;

    for (const char *at = users; (at = strstr(at, "/ user ")); at++)
        count++;
    return count;
}

/* All rows stand in one store, each as a data set of its own, and are judged in one pass. */
struct judged {
    struct checkbed bed;
    const struct check_row **rows;
    size_t count;
    struct question *questions;
    struct evaluation *evaluation;
};

static void judge_rows(struct judged *j)
{
    *j = (struct judged){.rows = list_rows(&j->count)};
    j->questions = mem_zalloc(j->count * sizeof *j->questions);
    checkbed_init(&j->bed, NULL, NULL);
    for (size_t i = 0; i < j->count; i++) {
        char source[32];
        snprintf(source, sizeof source, "row%zu", i);
        trial_load(&j->bed, source, j->rows[i]->users);
        trial_compile(&j->bed, j->rows[i]->check, i, &j->questions[i]);
    }
    j->evaluation = trial_evaluate(&j->bed, j->questions, j->count);
}

static void judged_release(struct judged *j)
{
    evaluation_close(j->evaluation);
    for (size_t i = 0; i < j->count; i++)
        question_release(&j->questions[i]);
    free(j->questions);
    free(j->rows);
    checkbed_release(&j->bed);
}

static void builtin__says_what_the_rows_say(void **state)
{
    struct judged j;
    size_t user = 0;

    (void)state;
    judge_rows(&j);
    for (size_t i = 0; i < j.count; i++) {
        const char *verdict = trial_word(evaluation_verdict(j.evaluation, i, user));
        if (strcmp(verdict, j.rows[i]->verdict) != 0)
            support_fail_at(__FILE__, __LINE__, "%s says %s and not %s of: %s", j.rows[i]->check,
                            verdict, j.rows[i]->verdict, j.rows[i]->users);
        user += count_users(j.rows[i]->users);
    }
    assert_int_equal(evaluation_users(j.evaluation), user);
    judged_release(&j);
}

/* The check of a row, which may name settings behind it. */
static const struct check *check_of(const struct judged *j, const struct check_row *row)
{
    char *id = mem_strndup(row->check, strcspn(row->check, " "));
    const struct check *check = catalogue_find(&j->bed.catalogue, id);

    free(id);
    return check;
}

/* The rows say little more of a user than what makes it fail: what is explained there is explained
 * of everybody. */
static void builtin__explains_everybody_who_fails(void **state)
{
    struct judged j;
    struct described described;
    struct error err = {0};
    size_t user = 0;

    (void)state;
    judge_rows(&j);
    for (size_t i = 0; i < j.count; user += count_users(j.rows[i++]->users)) {
        if (strcmp(j.rows[i]->verdict, "fail") != 0)
            continue;
        assert_true(evaluation_describe(j.evaluation, i, user, &described, &err));
        char *explain = explain_make(check_of(&j, j.rows[i]), &described);
        if (strcmp(explain, "{}") == 0)
            support_fail_at(__FILE__, __LINE__, "%s explains nothing of: %s", j.rows[i]->check,
                            j.rows[i]->users);
        free(explain);
    }
    judged_release(&j);
}

/* Where nothing else is known, that somebody never signed in is. */
static void builtin__explains_that_somebody_never_signed_in(void **state)
{
    struct checkbed bed;
    struct question q = {0};
    struct described described;
    struct error err = {0};

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    trial_load(&bed, "row", ENABLED SEEN "mfa_enrolled=0 / user id=y enabled=1 mfa_enrolled=0");
    trial_compile(&bed, "no-mfa", 0, &q);
    struct evaluation *e = trial_evaluate(&bed, &q, 1);
    for (size_t user = 0; user < 2; user++) {
        assert_true(evaluation_describe(e, 0, user, &described, &err));
        char *explain = explain_make(catalogue_find(&bed.catalogue, "no-mfa"), &described);
        assert_string_equal(explain, user == 0
                                         ? "{\"last_login\":\"never\",\"mfa\":\"not enrolled\"}"
                                         : "{\"mfa\":\"not enrolled\"}");
        free(explain);
    }
    evaluation_close(e);
    question_release(&q);
    checkbed_release(&bed);
}

/* How many rows are about `check`, where `tuned` is one of its settings or NULL, with VERDICT. */
static int count_verdicts(const char *check, const char *tuned, const char *verdict)
{
    char start[SETTING_MAX + 80];
    int count = 0;

    snprintf(start, sizeof start, "%s%s%s%s", check, tuned ? " " : "", tuned ? tuned : "",
             tuned ? "=" : "");
    for (size_t t = 0; check_rows[t]; t++)
        for (const struct check_row *row = check_rows[t]; row->check; row++)
            count += (tuned ? strncmp(row->check, start, strlen(start))
                            : strcmp(row->check, start)) == 0 &&
                     strcmp(row->verdict, verdict) == 0;
    return count;
}

/* Who is asked by everybody has nobody outside. */
static void builtin__is_tested_whole(void **state)
{
    static const char *const verdicts[] = {"fail", "pass", "unknown", "outside"};
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    for (size_t c = 0; c < bed.catalogue.count; c++) {
        const struct check *check = &bed.catalogue.items[c];
        for (size_t v = 0; v < ARRAY_LEN(verdicts); v++)
            if ((count_verdicts(check->id, NULL, verdicts[v]) > 0) !=
                (strcmp(verdicts[v], "outside") != 0 || check->applies))
                support_fail_at(__FILE__, __LINE__, "%s: rows for '%s' are missing or too many",
                                check->id, verdicts[v]);
        for (size_t n = 0; n < check->number_count; n++)
            if (!count_verdicts(check->id, check->numbers[n].name, "fail") ||
                !count_verdicts(check->id, check->numbers[n].name, "pass"))
                support_fail_at(__FILE__, __LINE__, "%s: the setting '%s' moves nothing", check->id,
                                check->numbers[n].name);
    }
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builtin__is_the_promised_catalogue),
        cmocka_unit_test(builtin__leaves_calendar_passwords_off),
        cmocka_unit_test(builtin__says_what_is_wrong_and_what_to_do),
        cmocka_unit_test(builtin__is_portable_sql),
        cmocka_unit_test(builtin__says_what_the_rows_say),
        cmocka_unit_test(builtin__explains_everybody_who_fails),
        cmocka_unit_test(builtin__explains_that_somebody_never_signed_in),
        cmocka_unit_test(builtin__is_tested_whole),
    };

    return cmocka_run_group_tests_name("checks_builtin", tests, NULL, NULL);
}
