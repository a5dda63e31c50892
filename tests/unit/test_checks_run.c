/* Whole runs over a real store: new, resolved, unknown, counted, faulty, chosen by id. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/recall.h"
#include "core/store/datasets.h"
#include "tests/support/checkbed.h"

#define CHECK(id, severity, more)                                                                  \
    "{ id = \"" id "\"; title = \"Title of " id "\"; severity = \"" severity "\";"                 \
    " description = \"Why.\"; recommended_actions = \"Do.\";" more " }"

static const char two_checks[] =
    "checks = (\n" CHECK("no-mfa", "critical",
                         "applies = \"u.enabled = 1\"; fails = \"u.mfa_enrolled = 0\";"
                         "explain = { type = \"u.user_type\"; created = \"u.created_at\"; "
                         "};") ",\n" CHECK("bypass", "low", "fails = \"u.mfa_bypass = 1\";") "\n);";

#define SQL_OPEN   "SELECT count(*) FROM findings WHERE resolved_at IS NULL"
#define SQL_EVENTS "SELECT count(*) FROM events"

static struct checkbed *begin(const char *users)
{
    struct checkbed *bed = mem_zalloc(sizeof *bed);

    checkbed_init(bed, two_checks, NULL);
    if (users)
        checkbed_load(bed, "okta", users);
    return bed;
}

static void end(struct checkbed *bed)
{
    checkbed_release(bed);
    free(bed);
}

/* Runs and compares what no-mfa says of it. */
static void expect(struct checkbed *bed, const char *fresh, int failing, int resolved, int kept)
{
    struct job *job = checkbed_run(bed);
    const struct run_line *line = checkbed_line(job, "no-mfa");

    assert_string_equal(line->error, "");
    assert_string_equal(checkbed_fresh(job, "no-mfa"), fresh);
    assert_int_equal(line->failing, failing);
    assert_int_equal(line->resolved, resolved);
    assert_int_equal(line->kept, kept);
    assert_int_equal(line->state, failing > 0 ? RUN_FAIL : kept > 0 ? RUN_STALE : RUN_PASS);
    job_free(job);
}

/* --- histories ---------------------------------------------------------------------------------
 */

static void run__names_a_user_once(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                 "user id=bob enabled=1 mfa_enrolled=1\n");

    (void)state;
    expect(bed, "ann", 1, 0, 0);
    expect(bed, "", 1, 0, 0);
    checkbed_load(bed, "okta",
                  "user id=ann enabled=1 mfa_enrolled=0\n"
                  "user id=bob enabled=1 mfa_enrolled=0\n");
    expect(bed, "bob", 2, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 2);
    end(bed);
}

static void run__names_a_user_again_who_was_fixed(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");

    (void)state;
    expect(bed, "ann", 1, 0, 0);
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=1\n");
    expect(bed, "", 0, 1, 0);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM findings WHERE resolved_run = 2"),
                     1);
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=0\n");
    expect(bed, "ann", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM findings"), 2);
    end(bed);
}

static void run__resolves_who_is_outside_now(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");

    (void)state;
    expect(bed, "ann", 1, 0, 0);
    checkbed_load(bed, "okta", "user id=ann enabled=0 mfa_enrolled=0\n");
    expect(bed, "", 0, 1, 0);
    end(bed);
}

static void run__keeps_what_is_unknown_today(void **state)
{
    static const char known[] = "user id=ann enabled=1 mfa_enrolled=0\n"
                                "user id=bob enabled=1 mfa_enrolled=1\n";
    static const char unknown[] = "user id=ann enabled=1\n"
                                  "user id=bob enabled=1 mfa_enrolled=1\n";
    struct checkbed *bed = begin(known);

    (void)state;
    expect(bed, "ann", 1, 0, 0);
    checkbed_load(bed, "okta", unknown);
    expect(bed, "", 0, 0, 1);
    assert_int_equal(checkbed_number(bed, "SELECT stale FROM findings"), 1);
    expect(bed, "", 0, 0, 1);
    checkbed_load(bed, "okta", known);
    expect(bed, "", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, "SELECT stale FROM findings"), 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    /* Never seen failing, then unknown, then failing: new. */
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=0\nuser id=bob enabled=1\n");
    expect(bed, "", 1, 0, 0);
    checkbed_load(bed, "okta",
                  "user id=ann enabled=1 mfa_enrolled=0\nuser id=bob enabled=1 mfa_enrolled=0\n");
    expect(bed, "bob", 2, 0, 0);
    end(bed);
}

static void run__tells_data_sets_apart(void **state)
{
    struct checkbed *bed = begin("user id=1 login=ann enabled=1 mfa_enrolled=0\n");

    (void)state;
    checkbed_load(bed, "entra", "user id=1 login=ann enabled=1 mfa_enrolled=0\n");
    expect(bed, "ann ann", 2, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 2);
    checkbed_load(bed, "entra", "user id=1 login=ann enabled=1 mfa_enrolled=1\n");
    expect(bed, "", 1, 1, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN " AND source = 'okta'"), 1);
    end(bed);
}

static void run__resolves_who_left(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                 "user id=bob enabled=1 mfa_enrolled=0\n");

    (void)state;
    checkbed_load(bed, "entra", "user id=cat enabled=1 mfa_enrolled=0\n");
    expect(bed, "ann bob cat", 3, 0, 0);
    checkbed_load(bed, "okta", "user id=bob enabled=1 mfa_enrolled=0\n");
    expect(bed, "", 2, 1, 0);
    checkbed_remove(bed, "okta");
    expect(bed, "", 1, 1, 0);
    checkbed_remove(bed, "entra");
    expect(bed, "", 0, 1, 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    end(bed);
}

static void run__never_reports_who_is_ignored(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                 "user id=o'bob enabled=1 mfa_enrolled=0\n");
    struct text_list *ignore = &config_check_make(&bed->config, "no-mfa")->ignore;

    (void)state;
    text_list_add(ignore, "O'BOB");
    expect(bed, "ann", 1, 0, 0);
    text_list_add(ignore, "ann");
    expect(bed, "", 0, 1, 0);
    text_list_release(ignore);
    expect(bed, "ann o'bob", 2, 0, 0);
    end(bed);
}

static void run__leaves_findings_of_a_check_that_is_off(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");

    (void)state;
    expect(bed, "ann", 1, 0, 0);
    config_check_make(&bed->config, "no-mfa")->enabled = 0;
    checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=1\n");
    struct job *job = checkbed_run(bed);
    assert_int_equal(checkbed_line(job, "no-mfa")->state, RUN_SKIPPED);
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    assert_int_equal(
        checkbed_number(bed, "SELECT count(*) FROM run_checks WHERE check_id = 'no-mfa'"), 1);
    config_check_make(&bed->config, "no-mfa")->enabled = -1;
    expect(bed, "", 0, 1, 0);
    end(bed);
}

/* --- what is stored ----------------------------------------------------------------------------
 */

static void run__stores_what_it_counted(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0 user_type=member"
                                 " created_at=10d\n"
                                 "user id=bob enabled=1 mfa_enrolled=1\n"
                                 "user id=cat enabled=1\n"
                                 "user id=dan enabled=0 mfa_enrolled=0\n");
    struct job *job = checkbed_run(bed);
    const struct run_result *result = run_job_result(job);
    const struct run_line *line = checkbed_line(job, "no-mfa");
    struct job_progress progress;

    (void)state;
    assert_int_equal(result->run_id, 1);
    assert_int_equal(result->users, 4);
    assert_int_equal(line->evaluated, 2);
    assert_int_equal(line->failing, 1);
    assert_int_equal(line->unknown, 1);
    assert_int_equal(line->done, 4);
    assert_int_equal(line->total, 4);
    job_progress(job, &progress);
    assert_int_equal(progress.done, 4);
    assert_int_equal(progress.total, 4);
    job_free(job);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs WHERE kind = 'now' AND"
                                          " users = 4 AND started_ms = 1700000000000"),
                     1);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM run_checks WHERE run_id = 1 AND"
                                          " check_id = 'no-mfa' AND evaluated = 2 AND failing = 1"
                                          " AND new = 1 AND resolved = 0 AND unknown = 1 AND"
                                          " error IS NULL"),
                     1);
    assert_int_equal(
        checkbed_number(bed, "SELECT count(*) FROM findings WHERE source = 'okta' AND"
                             " user_id = 'ann' AND login = 'ann' AND since_s = 1700000000 AND"
                             " first_run = 1 AND stale = 0 AND explain ="
                             " '{\"type\":\"member\",\"created\":\"2023-11-04T22:13:20Z\"}'"),
        1);
    end(bed);
}

/* Everything but whom an event names and how many there were. */
static void run_recall__is_what_the_job_said(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0 mfa_bypass=1\n"
                                 "user id=bob enabled=1\n");
    struct run_result past = {0};
    struct error err = {0};

    (void)state;
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
    end(bed);
}

static void run_foresee__waits_then_runs(void **state)
{
    struct checkbed *bed = begin(NULL);
    struct run_result foreseen = {0};

    (void)state;
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
    end(bed);
}

static void run_foresee__is_for_the_checks_that_were_asked_for(void **state)
{
    struct checkbed *bed = begin(NULL);
    struct run_result foreseen = {0};

    (void)state;
    run_foresee(&bed->catalogue, &bed->config, &(struct run_elsewhere){"bypass", 0, 0, ""},
                &foreseen);
    assert_int_equal(foreseen.line_count, 1);
    assert_string_equal(foreseen.lines[0].check->id, "bypass");
    run_recalled_release(&foreseen);
    end(bed);
}

static void run_lines_tell__is_heard_elsewhere(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0 mfa_bypass=1\n");
    struct run_result heard = {0};

    (void)state;
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
    end(bed);
}

static void run_checks_split__is_the_reverse_of_join(void **state)
{
    struct text_list ids = {0}, again = {0};

    (void)state;
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

static void run__stores_nothing_when_dry(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job;

    (void)state;
    checkbed_tick(bed, "no-mfa", "One");
    options.dry_run = true;
    job = checkbed_start(&options);
    checkbed_finish(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "ann");
    assert_int_equal(run_job_result(job)->run_id, 0);
    assert_int_equal(run_job_result(job)->events, 1);
    assert_int_equal(run_job_result(job)->deliveries, 1);
    job_free(job);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs"), 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 0);
    end(bed);
}

static void run__keeps_nothing_of_a_job_that_was_cancelled(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct error err = {0};

    (void)state;
    checkbed_tick(bed, "no-mfa", "One");
    for (int steps = 0; steps < 3; steps++) {
        struct job *job = checkbed_start(&options);
        for (int i = 0; i < steps; i++)
            assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
        job_free(job);
        assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs"), 0);
        assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    }
    expect(bed, "ann", 1, 0, 0);
    end(bed);
}

/* --- own checks and faults ---------------------------------------------------------------------
 */

/* It comes back to its caller instead of waiting, and ends once the other one is done. */
static void run__writes_after_another_process(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);
    struct job_progress progress = {0};
    struct error err = {0};
    struct store *other = store_open(store_path(bed->store), &err);

    (void)state;
    assert_true(store_begin(other, &err));
    while (!strstr(progress.what, "waiting for another")) {
        assert_int_equal(job_step(job, 1, &err), JOB_RUNNING);
        job_progress(job, &progress);
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(job_step(job, 1, &err), JOB_RUNNING);
    store_rollback(other);
    store_close(other);
    checkbed_finish(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    job_free(job);
    end(bed);
}

/* As another process does it. */
static void save_tick(const char *path, const char *check_id)
{
    struct config config = {.lock_fd = -1};
    struct integration in;
    struct error err = {0};

    integration_init(&in);
    in.name = mem_strdup("Billing events");
    mem_replace(&in.url, "https://hooks.example.com/in");
    in.auth.type = AUTH_NONE;
    assert_true(config_load(&config, path, &err) && config_begin(&config, &err));
    config_put(&config, &in);
    text_list_add(&config_check_make(&config, check_id)->integrations, in.id);
    assert_true(config_commit(&config, &err));
    integration_release(&in);
    config_release(&config);
}

static void run__follows_a_tick_that_was_saved_meanwhile(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    char *path = tmpdir_path(&bed->dir, "checkhook.conf");
    struct config config = {.lock_fd = -1};
    struct run_options options = checkbed_options(bed);
    struct error err = {0};

    (void)state;
    assert_true(config_load(&config, path, &err));
    options.config = &config;
    struct job *job = checkbed_start(&options);
    assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
    save_tick(path, "no-mfa");
    checkbed_finish(job);
    assert_int_equal(run_job_result(job)->deliveries, 1);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM deliveries"), 1);
    job_free(job);
    config_release(&config);
    free(path);
    end(bed);
}

static void run__reports_a_fault_and_goes_on(void **state)
{
    static const char own[] =
        "checks = (\n" CHECK("unwritten", "low", "fails = \"u.x = 1; --\";") ",\n" CHECK(
            "wrong", "low",
            "fails = \"u.nonsense = 1\";") ",\n" CHECK("mine", "low",
                                                       "settings = { n = 5; }; fails = "
                                                       "\"length(u.login) < :n\";") "\n);";
    struct checkbed bed;

    (void)state;
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

static void run__leaves_findings_of_a_check_that_cannot_be_evaluated(void **state)
{
    static const char needs[] = "checks = (" CHECK(
        "x", "low", "needs = ( \"mfa_bypass\" ); fails = \"u.mfa_bypass = 1\";") ");";
    struct checkbed bed;

    (void)state;
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
    assert_int_equal(checkbed_number(&bed, SQL_OPEN " AND stale = 0"), 1);
    checkbed_release(&bed);
}

static void run__resolves_who_is_gone_also_where_the_rest_lacks_what_it_needs(void **state)
{
    static const char needs[] = "checks = (" CHECK(
        "x", "low", "needs = ( \"mfa_bypass\" ); fails = \"u.mfa_bypass = 1\";") ");";
    struct error err = {0};
    struct checkbed bed;

    (void)state;
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

/* It takes the five seconds that the explains of one check have. */
static void run__reports_an_explain_that_takes_too_long_and_goes_on(void **state)
{
    static const char own[] =
        "checks = (" CHECK("slow", "low",
                           "fails = \"u.enabled = 1\"; explain = { n = \"(SELECT count(*) FROM"
                           " users a, users b, users c, users d WHERE a.uid <> b.uid)\"; };") ");";
    struct checkbed bed;
    struct strbuf users;

    (void)state;
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

static void run_job_new__takes_ids_in_their_order(void **state)
{
    static const char *const ids[] = {"bypass", "no-mfa", "bypass"};
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);

    (void)state;
    options.ids = ids;
    options.id_count = 3;
    struct job *job = checkbed_start(&options);
    checkbed_finish(job);
    const struct run_result *result = run_job_result(job);
    assert_int_equal(result->line_count, 2);
    assert_string_equal(result->lines[0].check->id, "bypass");
    assert_string_equal(result->lines[1].check->id, "no-mfa");
    job_free(job);
    options.ids = ids + 2;
    options.id_count = 1;
    job = checkbed_start(&options);
    checkbed_finish(job);
    assert_int_equal(run_job_result(job)->line_count, 1);
    job_free(job);
    end(bed);
}

static void run_job_new__refuses_ids(void **state)
{
    static const struct {
        const char *id, *text;
    } rows[] = {
        {"no-mfs", "there is no check 'no-mfs'; did you mean 'no-mfa'?"},
        {"zzz", "there is no check 'zzz'; see the list with `checkhook check list`"},
        {"bypass", "the check 'bypass' is switched off; switch it on with"
                   " `checkhook check set bypass enabled=true`"},
    };
    struct checkbed *bed = begin(NULL);

    (void)state;
    config_check_make(&bed->config, "bypass")->enabled = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *ids[] = {"no-mfa", rows[i].id};
        struct run_options options = checkbed_options(bed);
        struct error err = {0};
        options.ids = ids;
        options.id_count = 2;
        assert_null(run_job_new(&options, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, rows[i].text);
    }
    end(bed);
}

static bool add_unknown(void *ctx, const char *source, const char *id, const char *login,
                        struct error *err)
{
    (void)err;
    strbuf_addf(ctx, "%s/%s/%s ", source, id, login);
    return true;
}

static void run_each_unknown__lists_who_cannot_be_told(void **state)
{
    struct checkbed *bed = begin("user id=1 login=ann enabled=1 mfa_enrolled=0\n"
                                 "user id=2 login=bob enabled=1\n"
                                 "user id=3 login=cat\n"
                                 "user id=4 login=dan enabled=0\n");
    struct run_options options = checkbed_options(bed);
    struct error err = {0};
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 1000);
    assert_true(run_each_unknown(&options, "no-mfa", add_unknown, &out, &err));
    assert_string_equal(out.text, "okta/2/bob okta/3/cat ");
    assert_false(run_each_unknown(&options, "zzz", add_unknown, &out, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    strbuf_release(&out);
    end(bed);
}

static bool add_reason(void *ctx, const struct check *check, const char *reason, struct error *err)
{
    (void)err;
    strbuf_addf(ctx, "%s: %s; ", check->id, reason);
    return true;
}

static void run_each_unknown_of__says_why(void **state)
{
    struct checkbed *bed = begin("user id=1 login=ann enabled=1 mfa_enrolled=0\n"
                                 "user id=2 login=bob enabled=1\n");
    struct run_options options = checkbed_options(bed);
    const char *const ids[] = {"no-mfa"};
    struct error err = {0};
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 1000);
    options.ids = ids;
    options.id_count = 1;
    assert_true(run_each_unknown_of(&options, 1, add_reason, &out, &err));
    assert_string_equal(out.text, "");
    assert_true(run_each_unknown_of(&options, 2, add_reason, &out, &err));
    assert_string_equal(out.text, "no-mfa: the data does not say; ");
    strbuf_clear(&out);
    assert_true(run_each_unknown_of(&options, 99, add_reason, &out, &err));
    assert_string_equal(out.text, "");
    strbuf_release(&out);
    end(bed);
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
        cmocka_unit_test(run__stores_what_it_counted),
        cmocka_unit_test(run_recall__is_what_the_job_said),
        cmocka_unit_test(run_foresee__waits_then_runs),
        cmocka_unit_test(run_foresee__is_for_the_checks_that_were_asked_for),
        cmocka_unit_test(run_lines_tell__is_heard_elsewhere),
        cmocka_unit_test(run_checks_split__is_the_reverse_of_join),
        cmocka_unit_test(run__stores_nothing_when_dry),
        cmocka_unit_test(run__keeps_nothing_of_a_job_that_was_cancelled),
        cmocka_unit_test(run__writes_after_another_process),
        cmocka_unit_test(run__follows_a_tick_that_was_saved_meanwhile),
        cmocka_unit_test(run__reports_a_fault_and_goes_on),
        cmocka_unit_test(run__leaves_findings_of_a_check_that_cannot_be_evaluated),
        cmocka_unit_test(run__resolves_who_is_gone_also_where_the_rest_lacks_what_it_needs),
        cmocka_unit_test(run__reports_an_explain_that_takes_too_long_and_goes_on),
        cmocka_unit_test(run_job_new__takes_ids_in_their_order),
        cmocka_unit_test(run_job_new__refuses_ids),
        cmocka_unit_test(run_each_unknown__lists_who_cannot_be_told),
        cmocka_unit_test(run_each_unknown_of__says_why),
    };

    return cmocka_run_group_tests_name("checks_run", tests, NULL, NULL);
}
