/* Tests of core/store/prune: what goes, what stays, and how little at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/db.h"
#include "core/store/prune.h"
#include "tests/support/loadbed.h"

enum { OLD = 1000, BEFORE = 2000, NEW = 3000, GIVES_WAY_MS = 3000 };

#define assert_number(bed, sql, wanted)                                                            \
    do {                                                                                           \
        long long got_ = loadbed_number(bed, sql);                                                 \
        if (got_ != (wanted))                                                                      \
            fail_msg("%s gives %lld, wanted %lld", sql, got_, (long long)(wanted));                \
    } while (0)

static void add_event(struct loadbed *bed, const char *id)
{
    char sql[512];
    snprintf(sql, sizeof sql,
             "INSERT INTO events VALUES ('%s', 'v', 'finding', 'no-mfa', 1, 1);"
             "INSERT INTO event_bodies VALUES (NULL, '%s', 'v', 1, 1, '{}', NULL)",
             id, id);
    sql_run(store_db(bed->store), sql);
}

static void add_delivery(struct loadbed *bed, int id, const char *event, const char *state,
                         int finished_at)
{
    char sql[700];
    snprintf(sql, sizeof sql,
             "INSERT INTO deliveries (id, kind, event_id, check_id, integration_id,"
             " integration_name, state, attempts, reason, created_at, due_at, aged_from,"
             " finished_at) VALUES (%d, 'finding', '%s', 'no-mfa', 'i', 'I', '%s', 2, '', 1, 1, 1,"
             " %d);"
             "INSERT INTO attempts (delivery_id, n, started_ms, outcome, status, reason,"
             " resolve_us, connect_us, tls_us, first_byte_us, total_us, response_cut)"
             " VALUES (%d, 1, 1, 'retry', 503, '', 0, 0, 0, 0, 0, 0),"
             " (%d, 2, 1, 'delivered', 200, '', 0, 0, 0, 0, 0, 0)",
             id, event, state, finished_at, id, id);
    sql_run(store_db(bed->store), sql);
}

static struct prune_counts prune(struct loadbed *bed)
{
    struct job *job = prune_job_new(bed->store, BEFORE);
    struct error err = {0};
    enum job_state state;
    while ((state = job_step(job, 20, &err)) == JOB_RUNNING)
        continue;
    if (state != JOB_DONE)
        fail_msg("%s", err.text);
    struct prune_counts counts = *prune_job_counts(job);
    job_free(job);
    return counts;
}

static void prune__removes_finished_deliveries_with_all_that_is_theirs(void **state)
{
    struct loadbed *bed = *state;
    add_event(bed, "old");
    add_event(bed, "new");
    add_delivery(bed, 1, "old", "delivered", OLD);
    add_delivery(bed, 2, "old", "failed", BEFORE - 1);
    add_delivery(bed, 3, "new", "delivered", BEFORE);
    add_delivery(bed, 4, "new", "failed", NEW);
    struct prune_counts counts = prune(bed);
    assert_int_equal(counts.deliveries, 2);
    assert_int_equal(counts.events, 1);
    assert_number(bed, "SELECT count(*) FROM deliveries WHERE id IN (3, 4)", 2);
    assert_number(bed, "SELECT count(*) FROM deliveries", 2);
    assert_number(bed, "SELECT count(*) FROM attempts", 4);
    assert_number(bed, "SELECT count(*) FROM events WHERE id = 'new'", 1);
    assert_number(bed, "SELECT count(*) FROM events", 1);
    assert_number(bed, "SELECT count(*) FROM event_bodies", 1);
}

static void prune__keeps_what_is_not_finished_whatever_its_age(void **state)
{
    static const char *const states[] = {"pending", "held", "in_flight"};
    struct loadbed *bed = *state;
    add_event(bed, "e");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        add_delivery(bed, (int)i + 1, "e", states[i], 0);
        add_delivery(bed, (int)i + 11, "e", states[i], OLD); /* even with a wrong time */
    }
    struct prune_counts counts = prune(bed);
    assert_int_equal(counts.deliveries, 0);
    assert_number(bed, "SELECT count(*) FROM deliveries", 6);
    assert_number(bed, "SELECT count(*) FROM attempts", 12);
}

static void prune__keeps_an_event_that_a_redelivery_still_sends(void **state)
{
    struct loadbed *bed = *state;
    add_event(bed, "e");
    add_delivery(bed, 1, "e", "failed", OLD);
    add_delivery(bed, 2, "e", "pending", 0);
    sql_run(store_db(bed->store), "UPDATE deliveries SET redelivery_of = 1 WHERE id = 2");
    struct prune_counts counts = prune(bed);
    assert_int_equal(counts.deliveries, 1);
    assert_int_equal(counts.events, 0);
    assert_number(bed, "SELECT count(*) FROM event_bodies", 1);
    assert_number(bed, "SELECT redelivery_of FROM deliveries", 1);
}

static void prune__removes_resolved_findings_alone(void **state)
{
    struct loadbed *bed = *state;
    sql_run(store_db(bed->store),
            "INSERT INTO findings (check_id, source, user_id, login, since_s, last_seen_s,"
            " first_run, resolved_at, resolved_run, explain) VALUES"
            " ('c', 's', 'open', 'l', 1, 1, 1, NULL, NULL, '{}'),"
            " ('c', 's', 'old', 'l', 1, 1, 1, 1999, 1, '{}'),"
            " ('c', 's', 'new', 'l', 1, 1, 1, 2000, 1, '{}')");
    struct prune_counts counts = prune(bed);
    assert_int_equal(counts.findings, 1);
    assert_number(bed, "SELECT count(*) FROM findings WHERE user_id IN ('open', 'new')", 2);
}

/* Run 1: of check a, superseded. 2: the last of check b. 3: the last daily one. 4: of check a, not
 * old enough. 5: nothing ran. 6: the last of all. */
static void prune__keeps_the_last_run_of_everything(void **state)
{
    struct loadbed *bed = *state;
    sql_run(store_db(bed->store),
            "INSERT INTO runs (id, kind, started_ms, time_ms, users, day) VALUES"
            " (1, 'daily', 1000000, 1, 1, 1), (2, 'command', 1100000, 1, 1, 0),"
            " (3, 'daily', 1200000, 1, 1, 2), (4, 'command', 2000000, 1, 1, 0),"
            " (5, 'now', 1300000, 1, 1, 0), (6, 'now', 1400000, 1, 1, 0)");
    sql_run(store_db(bed->store),
            "INSERT INTO run_checks (run_id, check_id, evaluated, failing, new, resolved, "
            "unknown, error) VALUES (1, 'a', 1, 1, 1, 1, 1, NULL),"
            " (2, 'a', 1, 1, 1, 1, 1, NULL), (2, 'b', 1, 1, 1, 1, 1, NULL),"
            " (3, 'a', 1, 1, 1, 1, 1, NULL), (4, 'a', 1, 1, 1, 1, 1, NULL)");
    struct prune_counts counts = prune(bed);
    assert_int_equal(counts.runs, 2);
    assert_number(bed, "SELECT count(*) FROM runs WHERE id IN (2, 3, 4, 6)", 4);
    assert_number(bed, "SELECT count(*) FROM runs", 4);
    assert_number(bed, "SELECT count(*) FROM run_checks WHERE run_id = 1", 0);
    assert_number(bed, "SELECT count(*) FROM run_checks", 4);
}

static void prune__of_an_empty_store_is_done_at_once(void **state)
{
    struct prune_counts counts = prune(*state);
    assert_int_equal(counts.deliveries + counts.events + counts.findings + counts.runs, 0);
}

enum { MANY = 20000 };

static void add_many(struct loadbed *bed)
{
    sql_run(store_db(bed->store),
            "BEGIN;"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            " INSERT INTO events SELECT 'e' || i, 'v', 'finding', 'c', 1, 1 FROM n;"
            "INSERT INTO event_bodies SELECT NULL, id, 'v', 1, 1, '{}', NULL FROM events;"
            "INSERT INTO deliveries (kind, event_id, check_id, integration_id,"
            " integration_name, state, attempts, reason, created_at, due_at, aged_from,"
            " finished_at) SELECT 'finding', id, 'c', 'i', 'I', 'delivered', 1, '', 1, 0, 1,"
            " 1000 FROM events;"
            "INSERT INTO attempts (delivery_id, n, started_ms, outcome, status, reason,"
            " resolve_us, connect_us, tls_us, first_byte_us, total_us, response_cut)"
            " SELECT id, 1, 1, 'delivered', 200, '', 0, 0, 0, 0, 0, 0 FROM deliveries;"
            "COMMIT");
}

static void prune__takes_few_at_a_time(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    int64_t before = 0;
    int steps = 0;
    add_many(bed);
    struct job *job = prune_job_new(bed->store, BEFORE);
    while (job_step(job, 20, &err) == JOB_RUNNING) {
        int64_t now = prune_job_counts(job)->deliveries;
        assert_true(now - before <= 500);
        before = now;
        steps++;
    }
    assert_int_equal(prune_job_counts(job)->deliveries, MANY);
    assert_int_equal(prune_job_counts(job)->events, MANY);
    assert_true(steps >= MANY / 500);
    assert_number(bed, "SELECT count(*) FROM attempts", 0);
    job_free(job);
}

/* One that has no time for more removes one. */
static void prune__keeps_to_its_time(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    add_event(bed, "e");
    add_delivery(bed, 1, "e", "delivered", OLD);
    add_delivery(bed, 2, "e", "delivered", OLD);
    struct job *job = prune_job_new(bed->store, BEFORE);
    assert_int_equal(job_step(job, 0, &err), JOB_RUNNING);
    assert_int_equal(prune_job_counts(job)->deliveries, 1);
    job_free(job);
    assert_number(bed, "SELECT count(*) FROM deliveries", 1);
}

static void prune__gives_way_to_another_writer(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    add_event(bed, "e");
    add_delivery(bed, 1, "e", "delivered", OLD);
    struct db *other = db_open(bed->path, DB_WRITE, &err);
    assert_true(db_begin(other, &err));
    struct job *job = prune_job_new(bed->store, BEFORE);
    int64_t began_ms = clock_monotonic_ms();
    assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
    assert_true(clock_monotonic_ms() - began_ms < GIVES_WAY_MS);
    assert_int_equal(prune_job_counts(job)->deliveries, 0);
    db_rollback(other);
    db_close(other);
    assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
    assert_int_equal(prune_job_counts(job)->deliveries, 1);
    job_free(job);
}

/* Where rows are found by age, time must not grow with the history. */
static void prune__finds_by_index(void **state)
{
    static const char *const searches[] = {
        "SELECT id FROM deliveries WHERE finished_at > 0 AND finished_at < 5"
        " AND state IN ('delivered', 'failed') ORDER BY finished_at LIMIT 5",
        "SELECT id FROM findings WHERE resolved_at IS NOT NULL AND resolved_at < 5"
        " ORDER BY resolved_at LIMIT 5",
        "SELECT 1 FROM deliveries WHERE event_id = 'e' LIMIT 1",
        "SELECT id FROM runs WHERE started_ms < 5 ORDER BY started_ms LIMIT 5",
    };
    struct loadbed *bed = *state;
    struct error err = {0};
    for (size_t i = 0; i < ARRAY_LEN(searches); i++) {
        char *sql = mem_printf("EXPLAIN QUERY PLAN %s", searches[i]);
        struct stmt *st = db_prepare_once(store_db(bed->store), sql, &err);
        assert_non_null(st);
        while (stmt_step(st, &err) == STEP_ROW)
            if (strstr(stmt_text(st, 3), "SCAN") || strstr(stmt_text(st, 3), "TEMP B-TREE"))
                fail_msg("%s: %s", searches[i], stmt_text(st, 3));
        stmt_free(st);
        free(sql);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)
    const struct CMUnitTest tests[] = {
        TEST(prune__removes_finished_deliveries_with_all_that_is_theirs),
        TEST(prune__keeps_what_is_not_finished_whatever_its_age),
        TEST(prune__keeps_an_event_that_a_redelivery_still_sends),
        TEST(prune__removes_resolved_findings_alone),
        TEST(prune__keeps_the_last_run_of_everything),
        TEST(prune__of_an_empty_store_is_done_at_once),
        TEST(prune__takes_few_at_a_time),
        TEST(prune__keeps_to_its_time),
        TEST(prune__gives_way_to_another_writer),
        TEST(prune__finds_by_index),
    };
    return cmocka_run_group_tests_name("prune", tests, NULL, NULL);
}
