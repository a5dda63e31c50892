/* What runs write for the outbox, and that they write all of it or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/strbuf.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "tests/support/two_checks.h"

/* --- events and deliveries ---------------------------------------------------------------------
 */

static void run__delivers_to_each_ticked_integration(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n"
                                            "user id=bob enabled=1 mfa_enrolled=0\n");
    struct job *job;

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
    two_checks_end(bed);
}

static void run__writes_the_message_of_the_event(void **state)
{
    (void)state;
    struct checkbed *bed =
        two_checks_begin("user id=ann enabled=1 mfa_enrolled=0 user_type=member\n");
    struct error err = {0};
    struct delivery_list list = {0};
    struct delivery_filter filter = DELIVERY_FILTER_ALL;
    struct event event = {0};

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
    two_checks_end(bed);
}

/* Both kinds of run say the same: whom they tell, or would tell, and who waits. */
static void expect_told(struct checkbed *bed, bool dry)
{
    static const char *const told[][2] = {{"Ready", NULL},
                                          {"Disabled", "integration is disabled"},
                                          {"Held", "credentials refused (401)"}};
    struct run_options options = checkbed_options(bed);
    options.dry_run = dry;
    struct job *job = checkbed_start(&options);
    checkbed_finish(job);
    const struct told_list *list = &run_job_result(job)->told;
    assert_int_equal(list->count, ARRAY_LEN(told));
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        assert_string_equal(list->items[i].check->id, "no-mfa");
        assert_string_equal(list->items[i].integration, told[i][0]);
        assert_int_equal(list->items[i].users, 1);
        assert_int_equal(list->items[i].events, 1);
        if (told[i][1])
            assert_string_equal(list->items[i].held, told[i][1]);
        else
            assert_null(list->items[i].held);
    }
    job_free(job);
}

static void run__holds_for_integrations_that_wait(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct error err = {0};

    checkbed_tick(bed, "no-mfa", "Ready");
    checkbed_tick(bed, "no-mfa", "Disabled")->enabled = false;
    const struct integration *held = checkbed_tick(bed, "no-mfa", "Held");
    assert_true(outbox_hold(bed->store, held->id, "credentials refused (401)", BED_NOW, &err));
    expect_told(bed, true);
    expect_told(bed, false);
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
    two_checks_end(bed);
}

static void run__writes_findings_where_nobody_is_told(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");

    two_checks_expect(bed, "ann", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 0);
    /* Ticking sends nothing by itself. */
    checkbed_tick(bed, "no-mfa", "One");
    two_checks_expect(bed, "", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 0);
    two_checks_end(bed);
}

static void run__splits_events_and_shares_equal_parts(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin(NULL);
    struct strbuf users;

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
    two_checks_end(bed);
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
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);

    step_to_write(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "ann");
    checkbed_load(bed, "okta", "user id=bob enabled=1 mfa_enrolled=0\n");
    checkbed_finish(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "bob");
    assert_int_equal(run_job_result(job)->run_id, 1);
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN " AND login = 'bob'"), 1);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    two_checks_end(bed);
}

static void run__gives_up_when_data_never_stands_still(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);
    enum job_state result = JOB_RUNNING;
    struct error err = {0};
    int times = 0;

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
    two_checks_end(bed);
}

static void run__compares_again_after_another_run(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);

    checkbed_tick(bed, "no-mfa", "One");
    step_to_write(job);
    job_free(checkbed_run(bed));
    checkbed_finish(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "");
    job_free(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 1);
    two_checks_end(bed);
}

static void run__leaves_nothing_when_writing_fails(void **state)
{
    (void)state;
    static const char *const tables[] = {"runs", "run_checks", "findings", "events", "deliveries"};
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");

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
    two_checks_expect(bed, "ann", 1, 0, 0);
    assert_int_equal(checkbed_number(bed, SQL_DELIVERIES), 1);
    two_checks_end(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__delivers_to_each_ticked_integration),
        cmocka_unit_test(run__writes_the_message_of_the_event),
        cmocka_unit_test(run__holds_for_integrations_that_wait),
        cmocka_unit_test(run__writes_findings_where_nobody_is_told),
        cmocka_unit_test(run__splits_events_and_shares_equal_parts),
        cmocka_unit_test(run__starts_over_when_data_changed),
        cmocka_unit_test(run__gives_up_when_data_never_stands_still),
        cmocka_unit_test(run__compares_again_after_another_run),
        cmocka_unit_test(run__leaves_nothing_when_writing_fails),
    };

    return cmocka_run_group_tests_name("checks_notify", tests, NULL, NULL);
}
