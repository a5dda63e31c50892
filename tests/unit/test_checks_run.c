/* Whole runs over a real store, one after the other: who is new, resolved, unknown. */
#include "tests/support/two_checks.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void run__names_a_user_once(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                            "user id=bob enabled=1 mfa_enrolled=1\n");

    two_checks_expect(bed, "ann", 1, 0, 0);
    two_checks_expect(bed, "", 1, 0, 0);
    checkbed_load(bed, "okta",
                  "user id=ann enabled=1 mfa_enrolled=0\n"
                  "user id=bob enabled=1 mfa_enrolled=0\n");
    two_checks_expect(bed, "bob", 2, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 2);
    two_checks_end(bed);
}

static void run__names_a_user_again_who_was_fixed(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");

    two_checks_expect(bed, "ann", 1, 0, 0);
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=1\n");
    two_checks_expect(bed, "", 0, 1, 0);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM findings WHERE resolved_run = 2"),
                     1);
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=0\n");
    two_checks_expect(bed, "ann", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM findings"), 2);
    two_checks_end(bed);
}

static void run__resolves_who_is_outside_now(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");

    two_checks_expect(bed, "ann", 1, 0, 0);
    checkbed_load(bed, "okta", "user id=ann enabled=0 mfa_enrolled=0\n");
    two_checks_expect(bed, "", 0, 1, 0);
    two_checks_end(bed);
}

static void run__keeps_what_is_unknown_today(void **state)
{
    (void)state;
    static const char known[] = "user id=ann enabled=1 mfa_enrolled=0\n"
                                "user id=bob enabled=1 mfa_enrolled=1\n";
    static const char unknown[] = "user id=ann enabled=1\n"
                                  "user id=bob enabled=1 mfa_enrolled=1\n";
    struct checkbed *bed = two_checks_begin(known);

    two_checks_expect(bed, "ann", 1, 0, 0);
    checkbed_load(bed, "okta", unknown);
    two_checks_expect(bed, "", 0, 0, 1);
    assert_int_equal(checkbed_number(bed, "SELECT stale FROM findings"), 1);
    two_checks_expect(bed, "", 0, 0, 1);
    checkbed_load(bed, "okta", known);
    two_checks_expect(bed, "", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, "SELECT stale FROM findings"), 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    /* Never seen failing, then unknown, then failing: new. */
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=0\nuser id=bob enabled=1\n");
    two_checks_expect(bed, "", 1, 0, 0);
    checkbed_load(bed, "okta",
                  "user id=ann enabled=1 mfa_enrolled=0\nuser id=bob enabled=1 mfa_enrolled=0\n");
    two_checks_expect(bed, "bob", 2, 0, 0);
    two_checks_end(bed);
}

static void run__tells_data_sets_apart(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=1 login=ann enabled=1 mfa_enrolled=0\n");

    checkbed_load(bed, "entra", "user id=1 login=ann enabled=1 mfa_enrolled=0\n");
    two_checks_expect(bed, "ann ann", 2, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 2);
    checkbed_load(bed, "entra", "user id=1 login=ann enabled=1 mfa_enrolled=1\n");
    two_checks_expect(bed, "", 1, 1, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN " AND source = 'okta'"), 1);
    two_checks_end(bed);
}

static void run__resolves_who_left(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                            "user id=bob enabled=1 mfa_enrolled=0\n");

    checkbed_load(bed, "entra", "user id=cat enabled=1 mfa_enrolled=0\n");
    two_checks_expect(bed, "ann bob cat", 3, 0, 0);
    checkbed_load(bed, "okta", "user id=bob enabled=1 mfa_enrolled=0\n");
    two_checks_expect(bed, "", 2, 1, 0);
    checkbed_remove(bed, "okta");
    two_checks_expect(bed, "", 1, 1, 0);
    checkbed_remove(bed, "entra");
    two_checks_expect(bed, "", 0, 1, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    two_checks_end(bed);
}

static void run__never_reports_who_is_ignored(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                            "user id=o'bob enabled=1 mfa_enrolled=0\n");
    struct text_list *ignore = &config_check_make(&bed->config, "no-mfa")->ignore;

    text_list_add(ignore, "O'BOB");
    two_checks_expect(bed, "ann", 1, 0, 0);
    text_list_add(ignore, "ann");
    two_checks_expect(bed, "", 0, 1, 0);
    text_list_release(ignore);
    two_checks_expect(bed, "ann o'bob", 2, 0, 0);
    two_checks_end(bed);
}

static void run__leaves_findings_of_a_check_that_is_off(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");

    two_checks_expect(bed, "ann", 1, 0, 0);
    config_check_make(&bed->config, "no-mfa")->enabled = 0;
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=1\n");
    struct job *job = checkbed_run(bed);
    assert_int_equal(checkbed_line(job, "no-mfa")->state, RUN_SKIPPED);
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    assert_int_equal(
        checkbed_number(bed, "SELECT count(*) FROM run_checks WHERE check_id = 'no-mfa'"), 1);
    config_check_make(&bed->config, "no-mfa")->enabled = -1;
    two_checks_expect(bed, "", 0, 1, 0);
    two_checks_end(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__names_a_user_once),
        cmocka_unit_test(run__names_a_user_again_who_was_fixed),
        cmocka_unit_test(run__resolves_who_is_outside_now),
        cmocka_unit_test(run__keeps_what_is_unknown_today),
        cmocka_unit_test(run__tells_data_sets_apart),
        cmocka_unit_test(run__resolves_who_left),
        cmocka_unit_test(run__never_reports_who_is_ignored),
        cmocka_unit_test(run__leaves_findings_of_a_check_that_is_off),
    };
    return cmocka_run_group_tests_name("checks_run", tests, NULL, NULL);
}
