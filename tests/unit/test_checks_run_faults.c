/* Runs in which a check cannot be evaluated: it says why, and the others go on. */
#include "tests/support/two_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/datasets.h"

#define UNWRITTEN CHECKBED_CHECK("unwritten", "low", "fails = \"u.x = 1; --\";")
#define WRONG     CHECKBED_CHECK("wrong", "low", "fails = \"u.nonsense = 1\";")
#define MINE                                                                                       \
    CHECKBED_CHECK("mine", "low", "settings = { n = 5; }; fails = \"length(u.login) < :n\";")

static void run__reports_a_fault_and_goes_on(void **state)
{
    (void)state;
    static const char own[] = "checks = (\n" UNWRITTEN ",\n" WRONG ",\n" MINE "\n);";
    struct checkbed bed;

    checkbed_init(&bed, two_checks, own);
    checkbed_load(&bed, "okta", "user id=ann enabled=1 mfa_enrolled=0\nuser id=robert enabled=1\n");
    struct job *job = checkbed_run(&bed);
    char *place = mem_printf("%s/checks.d/own.conf", bed.dir.path);
    char *unwritten =
        mem_printf("%s:2: setting 'fails': ';' is not allowed: write one expression", place);
    char *wrong = mem_printf("%s:3: setting 'fails': no such column: u.nonsense", place);
    assert_string_equal(checkbed_line(job, "unwritten")->error, unwritten);
    assert_string_equal(checkbed_line(job, "wrong")->error, wrong);
    assert_string_equal(run_line_text(checkbed_line(job, "wrong")), "error");
    assert_string_equal(run_line_text(checkbed_line(job, "mine")), "fail");
    assert_string_equal(run_line_text(checkbed_line(job, "bypass")), "n/a");
    assert_string_equal(checkbed_fresh(job, "mine"), "ann");
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "ann");
    assert_int_equal(
        checkbed_number(&bed, "SELECT count(*) FROM run_checks WHERE error IS NOT NULL"), 2);
    job_free(job);
    free(place);
    free(unwritten);
    free(wrong);
    checkbed_release(&bed);
}

#define NEEDS                                                                                      \
    CHECKBED_CHECK("x", "low", "needs = ( \"mfa_bypass\" ); fails = \"u.mfa_bypass = 1\";")

static void run__keeps_findings_stale_of_a_check_whose_source_lacks_what_it_needs(void **state)
{
    (void)state;
    static const char needs[] = "checks = (" NEEDS ");";
    struct checkbed bed;

    checkbed_init(&bed, needs, NULL);
    checkbed_load(&bed, "okta", "user id=ann enabled=1 mfa_bypass=1\n");
    job_free(checkbed_run(&bed));
    checkbed_load(&bed, "okta", "user id=ann enabled=1\n");
    struct job *job = checkbed_run(&bed);
    assert_int_equal(checkbed_line(job, "x")->state, RUN_ERROR);
    assert_string_equal(run_line_text(checkbed_line(job, "x")), "n/a");
    assert_string_equal(checkbed_line(job, "x")->error,
                        "not evaluated: source lacks MFA bypass state");
    job_free(job);
    assert_int_equal(checkbed_number(&bed, SQL_OPEN " AND stale = 1"), 1);
    checkbed_load(&bed, "okta", "user id=ann enabled=1 mfa_bypass=1\n");
    job_free(checkbed_run(&bed));
    assert_int_equal(checkbed_number(&bed, SQL_OPEN " AND stale = 0"), 1);
    assert_int_equal(checkbed_number(&bed, "SELECT count(*) FROM findings"), 1);
    checkbed_release(&bed);
}

static void run__resolves_who_is_gone_also_where_the_rest_lacks_what_it_needs(void **state)
{
    (void)state;
    static const char needs[] = "checks = (" NEEDS ");";
    struct error err = {0};
    struct checkbed bed;

    checkbed_init(&bed, needs, NULL);
    checkbed_load(&bed, "okta", "user id=ann enabled=1 mfa_bypass=1\n");
    checkbed_load(&bed, "entra", "user id=bob enabled=1\n");
    job_free(checkbed_run(&bed));
    assert_int_equal(checkbed_number(&bed, SQL_OPEN), 1);
    assert_true(datasets_remove(bed.store, "okta", &err));
    struct job *job = checkbed_run(&bed);
    assert_string_equal(run_line_text(checkbed_line(job, "x")), "n/a");
    assert_int_equal(checkbed_line(job, "x")->resolved, 1);
    job_free(job);
    assert_int_equal(checkbed_number(&bed, SQL_OPEN), 0);
    checkbed_release(&bed);
}

#define SLOW                                                                                       \
    CHECKBED_CHECK("slow", "low",                                                                  \
                   "fails = \"u.enabled = 1\"; explain = { n = \"(SELECT count(*) FROM users a,"   \
                   " users b, users c, users d WHERE a.uid <> b.uid)\"; };")

/* It takes the five seconds that the explains of one check have. */
static void run__reports_an_explain_that_takes_too_long_and_goes_on(void **state)
{
    (void)state;
    static const char own[] = "checks = (" SLOW ");";
    struct checkbed bed;
    struct strbuf users;

    checkbed_init(&bed, two_checks, own);
    strbuf_init(&users, 100000);
    for (int i = 0; i < 400; i++)
        strbuf_addf(&users, "user id=u%d enabled=1 mfa_enrolled=%d\n", i, i > 0);
    checkbed_load(&bed, "okta", users.text);
    strbuf_release(&users);
    struct job *job = checkbed_run(&bed);
    const struct run_line *line = checkbed_line(job, "slow");
    assert_int_equal(line->state, RUN_ERROR);
    assert_non_null(strstr(line->error, "its explain stopped after 5 s"));
    assert_int_equal(line->failing, 0);
    assert_int_equal(line->fresh, 0);
    assert_in_range(line->time_ms, 4900, 60000);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "u0");
    assert_int_equal(checkbed_number(&bed, SQL_OPEN), 1);
    job_free(job);
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__reports_a_fault_and_goes_on),
        cmocka_unit_test(run__keeps_findings_stale_of_a_check_whose_source_lacks_what_it_needs),
        cmocka_unit_test(run__resolves_who_is_gone_also_where_the_rest_lacks_what_it_needs),
        cmocka_unit_test(run__reports_an_explain_that_takes_too_long_and_goes_on),
    };
    return cmocka_run_group_tests_name("checks_run_faults", tests, NULL, NULL);
}
