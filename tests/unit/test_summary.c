/* What a list of checks shows of each: state, counts, overrides, ticks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/summary.h"
#include "tests/support/checkbed.h"

#define CHECK(id, more)                                                                            \
    "{ id = \"" id "\"; title = \"T\"; severity = \"low\"; description = \"d\";"                   \
    " recommended_actions = \"r\"; " more " }"

static const char some_checks[] = "checks = (\n" CHECK(
    "no-mfa",
    "needs = ( \"mfa_enrolled\" ); fails = "
    "\"u.mfa_enrolled = 0\";") ",\n" CHECK("broken",
                                           "fails = \"(\";") "\n,\n" CHECK("wrong",
                                                                           "fails = \"u.x\";") "\n)"
                                                                                               ";"
                                                                                               "\n";

static struct check_summary summary_of(struct checkbed *bed, struct check_summary_list *list,
                                       const char *id)
{
    struct error err = {0};

    check_summary_list_release(list);
    assert_true(check_summaries(bed->store, &bed->config, &bed->catalogue, list, &err));
    assert_int_equal(list->count, bed->catalogue.count);
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].check->id, id) == 0)
            return list->items[i];
    fail_msg("no check %s", id);
    return (struct check_summary){0};
}

static void expect_end(const char *text, const char *end)
{
    size_t len = text ? strlen(text) : 0;

    assert_true(len >= strlen(end));
    assert_string_equal(text + len - strlen(end), end);
}

static void expect(struct checkbed *bed, const char *id, const char *text)
{
    struct check_summary_list list = {0};

    assert_string_equal(check_state_text(summary_of(bed, &list, id).state), text);
    check_summary_list_release(&list);
}

static void run_over(struct checkbed *bed, const char *users)
{
    checkbed_load(bed, "okta", users);
    job_free(checkbed_run(bed));
}

static void check_summaries__follow_a_check_through_its_states(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, some_checks, NULL);
    expect(&bed, "no-mfa", "never run");
    expect(&bed, "broken", "error");
    expect(&bed, "wrong", "never run");
    run_over(&bed, "user id=ann enabled=1 mfa_enrolled=1\n");
    expect(&bed, "no-mfa", "pass");
    expect(&bed, "wrong", "error");
    run_over(&bed, "user id=ann enabled=1 mfa_enrolled=0\n");
    expect(&bed, "no-mfa", "fail");
    run_over(&bed, "user id=ann enabled=1\nuser id=bob enabled=1 mfa_enrolled=1\n");
    expect(&bed, "no-mfa", "stale");
    run_over(&bed, "user id=ann enabled=1\n");
    expect(&bed, "no-mfa", "n/a");
    config_check_make(&bed.config, "no-mfa")->enabled = 0;
    expect(&bed, "no-mfa", "off");
    checkbed_release(&bed);
}

static void check_summaries__give_counts_and_overrides(void **state)
{
    struct check_summary_list list = {0};
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, some_checks, NULL);
    checkbed_tick(&bed, "no-mfa", "One");
    checkbed_tick(&bed, "no-mfa", "Two");
    text_list_add(&config_check_make(&bed.config, "no-mfa")->integrations,
                  "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11"); /* was removed */
    config_check_make(&bed.config, "no-mfa")->severity = SEVERITY_CRITICAL;
    run_over(&bed, "user id=ann enabled=1 mfa_enrolled=0\n"
                   "user id=bob enabled=1 mfa_enrolled=1\n"
                   "user id=cat enabled=1\n");
    struct check_summary s = summary_of(&bed, &list, "no-mfa");
    assert_true(s.enabled);
    assert_int_equal(s.severity, SEVERITY_CRITICAL);
    assert_int_equal(s.evaluated, 2);
    assert_int_equal(s.failing, 1);
    assert_int_equal(s.fresh, 1);
    assert_int_equal(s.unknown, 1);
    assert_int_equal(s.last_run, BED_NOW);
    assert_int_equal(s.integrations, 2);
    assert_null(s.error);
    s = summary_of(&bed, &list, "broken");
    expect_end(s.error, "test.conf:3: setting 'fails': a '(' is not closed");
    s = summary_of(&bed, &list, "wrong");
    expect_end(s.error, "test.conf:5: no such column: u.x");
    check_summary_list_release(&list);
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_summaries__follow_a_check_through_its_states),
        cmocka_unit_test(check_summaries__give_counts_and_overrides),
    };

    return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
