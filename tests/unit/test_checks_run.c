/* Whole runs over a real store: new, resolved, unknown, events, deliveries, faults, crashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "tests/support/checkbed.h"
#include "tests/support/fail.h"

#define CHECK(id, severity, more)                                                                  \
    "{ id = \"" id "\"; title = \"Title of " id "\"; severity = \"" severity "\";"                 \
    " description = \"Why.\"; recommended_actions = \"Do.\";" more " }"

static const char
    two_checks
        [] = "checks = (\n" CHECK("no-mfa", "critical",
                                  "applies = \"u.enabled = 1\"; fails = \"u.mfa_enrolled = 0\";"
                                  "explain = { type = \"u.user_type\"; created = \"u.created_at\"; "
                                  "};") ",\n" CHECK("bypass", "low",
                                                    "fails = \"u.mfa_bypass = 1\";") "\n);";

#define SQL_OPEN       "SELECT count(*) FROM findings WHERE resolved_at IS NULL"
#define SQL_EVENTS     "SELECT count(*) FROM events"
#define SQL_DELIVERIES "SELECT count(*) FROM deliveries"

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

/* --- events and deliveries ---------------------------------------------------------------------
 */

static void run__delivers_to_each_ticked_integration(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                 "user id=bob enabled=1 mfa_enrolled=0\n");
    struct job *job;

    (void)state;
    checkbed_tick(bed, "no-mfa", "One");
    checkbed_tick(bed, "no-mfa", "Two");
    checkbed_tick(bed, "bypass", "Three");
    text_list_add(&config_check_make(&bed->config, "no-mfa")->integrations,
                  "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11"); /* was removed */
    job = checkbed_run(bed);
    assert_int_equal(run_job_result(job)->events, 1);
    assert_int_equal(run_job_result(job)->deliveries, 2);
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS " WHERE kind = 'finding' AND run_id = 1 AND"
                                                     " check_id = 'no-mfa'"),
                     1);
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES " WHERE state = 'pending' AND"
                                                         " due_at = 1700000000"),
                     2);
    assert_int_equal(
        checkbed_number(bed, "SELECT count(*) FROM deliveries WHERE integration_name = 'Three'"),
        0);
    job = checkbed_run(bed);
    assert_int_equal(run_job_result(job)->events, 0);
    assert_int_equal(run_job_result(job)->deliveries, 0);
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 1);
    end(bed);
}

static void run__writes_the_message_of_the_event(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0 user_type=member\n");
    struct error err = {0};
    struct delivery_list list = {0};
    struct delivery_filter filter = DELIVERY_FILTER_ALL;
    struct event event = {0};

    (void)state;
    checkbed_tick(bed, "no-mfa", "One");
    config_check_make(&bed->config, "no-mfa")->severity = SEVERITY_MODERATE;
    job_free(checkbed_run(bed));
    assert_true(outbox_list(bed->store, &filter, &list, &err));
    assert_int_equal(list.count, 1);
    assert_true(outbox_event(bed->store, list.items[0].event_id, &event, &err));
    char *detail = mem_printf("{\"id\":\"%s\",\"checkId\":\"no-mfa\",\"title\":\"Title of no-mfa\","
                              "\"description\":[\"Why.\"],\"recommendedActions\":[\"Do.\"],"
                              "\"severity\":\"moderate\",\"usersFailing\":[\"ann\"],"
                              "\"published\":\"2023-11-14T22:13:20.000Z\"}",
                              list.items[0].event_id);
    assert_string_equal(event.detail, detail);
    assert_string_equal(event.explain,
                        "[{\"login\":\"ann\",\"key\":\"type\",\"value\":\"member\"}]");
    assert_true(uuid_valid(event.id));
    assert_true(uuid_valid(event.envelope_id));
    assert_string_not_equal(event.id, event.envelope_id);
    assert_int_equal(event.published_ms, 1700000000000);
    free(detail);
    event_release(&event);
    delivery_list_release(&list);
    end(bed);
}

static void run__holds_for_integrations_that_wait(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct error err = {0};

    (void)state;
    checkbed_tick(bed, "no-mfa", "Ready");
    checkbed_tick(bed, "no-mfa", "Disabled")->enabled = false;
    const struct integration *held = checkbed_tick(bed, "no-mfa", "Held");
    assert_true(outbox_hold(bed->store, held->id, "credentials refused (401)", BED_NOW, &err));
    job_free(checkbed_run(bed));
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES " WHERE state = 'pending' AND"
                                                         " integration_name = 'Ready'"),
                     1);
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES " WHERE state = 'held' AND"
                                                         " integration_name = 'Disabled' AND"
                                                         " reason = 'integration is disabled'"),
                     1);
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES " WHERE state = 'held' AND"
                                                         " integration_name = 'Held' AND"
                                                         " reason = 'credentials refused (401)'"),
                     1);
    end(bed);
}

static void run__writes_findings_where_nobody_is_told(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");

    (void)state;
    expect(bed, "ann", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 0);
    /* Ticking sends nothing by itself. */
    checkbed_tick(bed, "no-mfa", "One");
    expect(bed, "", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 0);
    end(bed);
}

static void run__splits_events_and_shares_equal_parts(void **state)
{
    struct checkbed *bed = begin(NULL);
    struct strbuf users;

    (void)state;
    strbuf_init(&users, 200000);
    for (int i = 0; i < 100; i++)
        strbuf_addf(&users,
                    "user id=a-rather-long-login-%03d@example.com enabled=1"
                    " mfa_enrolled=0\n",
                    i);
    checkbed_load(bed, "okta", users.text);
    strbuf_release(&users);
    checkbed_tick(bed, "no-mfa", "Whole")->max_event_kb = 0;
    checkbed_tick(bed, "no-mfa", "Also whole")->max_event_kb = 256;
    checkbed_tick(bed, "no-mfa", "Small")->max_event_kb = 2;
    checkbed_tick(bed, "no-mfa", "Also small")->max_event_kb = 2;
    struct job *job = checkbed_run(bed);
    long long events = run_job_result(job)->events;
    assert_true(events > 2);
    assert_int_equal(run_job_result(job)->deliveries, 2 + 2 * (events - 1));
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), events);
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES), 2 + 2 * (events - 1));
    assert_int_equal(checkbed_number(bed, "SELECT count(DISTINCT event_id) FROM deliveries"
                                          " WHERE integration_name LIKE '%whole'"),
                     1);
    assert_int_equal(checkbed_number(bed, "SELECT count(DISTINCT event_id) FROM deliveries"
                                          " WHERE integration_name LIKE '%small'"),
                     events - 1);
    end(bed);
}

/* --- others at work ----------------------------------------------------------------------------
 */

static bool is_writing(const struct job *job)
{
    struct job_progress progress;

    job_progress(job, &progress);
    return strcmp(progress.what, "writing the results") == 0;
}

static void step_to_write(struct job *job)
{
    struct error err = {0};

    while (!is_writing(job))
        assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
}

static void run__starts_over_when_data_changed(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);

    (void)state;
    step_to_write(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "ann");
    checkbed_load(bed, "okta", "user id=bob enabled=1 mfa_enrolled=0\n");
    checkbed_finish(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "bob");
    assert_int_equal(run_job_result(job)->run_id, 1);
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN " AND login = 'bob'"), 1);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    end(bed);
}

static void run__gives_up_when_data_never_stands_still(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);
    enum job_state result = JOB_RUNNING;
    struct error err = {0};
    int times = 0;

    (void)state;
    while (result == JOB_RUNNING && times < 100) {
        step_to_write(job);
        checkbed_load(bed, "okta", "user id=ann enabled=1 mfa_enrolled=0\n");
        result = job_step(job, 20, &err);
        times++;
    }
    assert_int_equal(result, JOB_FAILED);
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(times, 5);
    job_free(job);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs"), 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    end(bed);
}

static void run__compares_again_after_another_run(void **state)
{
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);

    (void)state;
    checkbed_tick(bed, "no-mfa", "One");
    step_to_write(job);
    job_free(checkbed_run(bed));
    checkbed_finish(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "");
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 1);
    end(bed);
}

static void run__leaves_nothing_when_writing_fails(void **state)
{
    static const char *const tables[] = {"runs", "run_checks", "findings", "events", "deliveries"};
    struct checkbed *bed = begin("user id=ann enabled=1 mfa_enrolled=0\n");

    (void)state;
    checkbed_tick(bed, "no-mfa", "One");
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        struct run_options options = checkbed_options(bed);
        struct error err = {0};
        char *trap = mem_printf("CREATE TRIGGER trap BEFORE INSERT ON %s"
                                " BEGIN SELECT RAISE(ABORT, 'no'); END",
                                tables[i]);
        assert_true(db_exec(store_db(bed->store), trap, &err));
        struct job *job = checkbed_start(&options);
        step_to_write(job);
        assert_int_equal(job_step(job, 20, &err), JOB_FAILED);
        assert_true(err.text[0]);
        job_free(job);
        assert_true(db_exec(store_db(bed->store), "DROP TRIGGER trap", &err));
        for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
            char *sql = mem_printf("SELECT count(*) FROM %s", tables[t]);
            assert_int_equal(checkbed_number(bed, sql), 0);
            free(sql);
        }
        free(trap);
    }
    expect(bed, "ann", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES), 1);
    end(bed);
}

/* --- own checks and faults ---------------------------------------------------------------------
 */

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
    char *wrong = mem_printf("%s:3: no such column: u.nonsense", place);
    assert_string_equal(checkbed_line(job, "unwritten")->error, unwritten);
    assert_string_equal(checkbed_line(job, "wrong")->error, wrong);
    assert_int_equal(checkbed_line(job, "wrong")->state, RUN_ERROR);
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
    assert_string_equal(checkbed_line(job, "x")->error,
                        "not evaluated: source lacks MFA bypass state");
    job_free(job);
    assert_int_equal(checkbed_number(&bed, SQL_OPEN " AND stale = 0"), 1);
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
        cmocka_unit_test(run__stores_nothing_when_dry),
        cmocka_unit_test(run__keeps_nothing_of_a_job_that_was_cancelled),
        cmocka_unit_test(run__delivers_to_each_ticked_integration),
        cmocka_unit_test(run__writes_the_message_of_the_event),
        cmocka_unit_test(run__holds_for_integrations_that_wait),
        cmocka_unit_test(run__writes_findings_where_nobody_is_told),
        cmocka_unit_test(run__splits_events_and_shares_equal_parts),
        cmocka_unit_test(run__starts_over_when_data_changed),
        cmocka_unit_test(run__gives_up_when_data_never_stands_still),
        cmocka_unit_test(run__compares_again_after_another_run),
        cmocka_unit_test(run__leaves_nothing_when_writing_fails),
        cmocka_unit_test(run__reports_a_fault_and_goes_on),
        cmocka_unit_test(run__leaves_findings_of_a_check_that_cannot_be_evaluated),
        cmocka_unit_test(run_job_new__takes_ids_in_their_order),
        cmocka_unit_test(run_job_new__refuses_ids),
        cmocka_unit_test(run_each_unknown__lists_who_cannot_be_told),
    };

    return cmocka_run_group_tests_name("checks_run", tests, NULL, NULL);
}
