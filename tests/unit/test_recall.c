/* Tests of runs that are told from elsewhere, and of those that are remembered. */
#include "tests/support/two_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/checks/recall.h"

/* Everything but whom an event names and how many there were. */
static void run_recall__is_what_the_job_said(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0 mfa_bypass=1\n"
                                            "user id=bob enabled=1\n");
    struct run_result past = {0};
    struct error err = {0};

    job_free(checkbed_run(bed));
    checkbed_load(bed, "okta", "user id=ann enabled=1\nuser id=bob enabled=1 mfa_bypass=0\n");
    config_check_make(&bed->config, "bypass")->enabled = false;
    struct job *job = checkbed_run(bed);
    const struct run_result *now = run_job_result(job);
    assert_true(run_recall(bed->store, &bed->catalogue, "", now->run_id, &past, &err));
    assert_int_equal(past.run_id, now->run_id);
    assert_int_equal(past.users, 2);
    assert_int_equal(past.line_count, now->line_count);
    for (size_t i = 0; i < past.line_count; i++) {
        const struct run_line *a = &past.lines[i], *b = &now->lines[i];
        assert_ptr_equal(a->check, b->check);
        assert_int_equal(a->state, b->state);
        assert_int_equal(a->evaluated, b->evaluated);
        assert_int_equal(a->kept, b->kept);
        assert_int_equal(a->fresh, b->fresh);
        assert_int_equal(a->unknown, b->unknown);
        assert_string_equal(a->error, b->error);
        assert_int_equal(a->time_ms, b->state == RUN_SKIPPED ? -1 : b->time_ms);
    }
    assert_int_equal(past.lines[1].state, RUN_SKIPPED);
    run_recalled_release(&past);
    job_free(job);
    assert_false(run_recall(bed->store, &bed->catalogue, "", 99, &past, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    two_checks_end(bed);
}

static void run_foresee__waits_then_runs(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin(NULL);
    struct run_result foreseen = {0};

    config_check_make(&bed->config, "bypass")->enabled = false;
    run_foresee(&bed->catalogue, &bed->config, &(struct run_elsewhere){"", 0, 0, ""}, &foreseen);
    assert_int_equal(foreseen.lines[0].state, RUN_WAITING);
    assert_int_equal(foreseen.lines[1].state, RUN_SKIPPED);
    run_recalled_release(&foreseen);
    run_foresee(&bed->catalogue, &bed->config, &(struct run_elsewhere){"", 3, 9, ""}, &foreseen);
    assert_int_equal(foreseen.lines[0].state, RUN_RUNNING);
    assert_int_equal(foreseen.lines[0].done, 3);
    assert_int_equal(foreseen.lines[0].total, 9);
    run_recalled_release(&foreseen);
    two_checks_end(bed);
}

static void run_foresee__is_for_the_checks_that_were_asked_for(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin(NULL);
    struct run_result foreseen = {0};

    run_foresee(&bed->catalogue, &bed->config, &(struct run_elsewhere){"bypass", 0, 0, ""},
                &foreseen);
    assert_int_equal(foreseen.line_count, 1);
    assert_string_equal(foreseen.lines[0].check->id, "bypass");
    run_recalled_release(&foreseen);
    two_checks_end(bed);
}

static void run_lines_tell__is_heard_elsewhere(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0 mfa_bypass=1\n");
    struct run_result heard = {0};

    struct job *job = checkbed_run(bed);
    const struct run_result *now = run_job_result(job);
    assert_true(now->lines[0].time_ms >= 0);
    assert_true(now->lines[0].ended_ms > 0);
    char *told = run_lines_tell(now);
    run_foresee(&bed->catalogue, &bed->config, &(struct run_elsewhere){"", 1, 1, told}, &heard);
    for (size_t i = 0; i < now->line_count; i++) {
        assert_int_equal(heard.lines[i].state, now->lines[i].state);
        assert_int_equal(heard.lines[i].failing, now->lines[i].failing);
        assert_int_equal(heard.lines[i].fresh, now->lines[i].fresh);
        assert_int_equal(heard.lines[i].time_ms, now->lines[i].time_ms);
        assert_int_equal(heard.lines[i].ended_ms, now->lines[i].ended_ms);
    }
    run_recalled_release(&heard);
    run_foresee(&bed->catalogue, &bed->config, &(struct run_elsewhere){"", 1, 2, "{no"}, &heard);
    assert_int_equal(heard.lines[0].state, RUN_RUNNING);
    run_recalled_release(&heard);
    free(told);
    job_free(job);
    two_checks_end(bed);
}

static void run_checks_split__is_the_reverse_of_join(void **state)
{
    (void)state;
    struct text_list ids = {0}, again = {0};

    text_list_add(&ids, "no-mfa");
    text_list_add(&ids, "bypass");
    char *joined = run_checks_join(&ids);
    assert_string_equal(joined, "no-mfa bypass");
    run_checks_split(joined, &again);
    assert_int_equal(again.count, 2);
    assert_string_equal(again.items[1], "bypass");
    free(joined);
    text_list_release(&ids);
    text_list_release(&again);
    run_checks_split("", &again);
    assert_int_equal(again.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_recall__is_what_the_job_said),
        cmocka_unit_test(run_foresee__waits_then_runs),
        cmocka_unit_test(run_foresee__is_for_the_checks_that_were_asked_for),
        cmocka_unit_test(run_lines_tell__is_heard_elsewhere),
        cmocka_unit_test(run_checks_split__is_the_reverse_of_join),
    };
    return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
