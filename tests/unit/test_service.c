/* Tests of core/service: the engine under a clock that is given, with real store and receiver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/service.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "core/store/runs.h"
#include "tests/support/receiver.h"
#include "tests/support/tmpdir.h"

/* 2023-08-08T13:27:22Z; the schedule is 06:00. */
enum { NOW_S = 1691501242, DAY_S = 86400, TODAY = NOW_S / DAY_S, MIDNIGHT_S = TODAY * DAY_S };

static const char integration_id[] = "44444444-4444-4444-8444-444444444444";
static const char secret_text[] = "s3cr3t-of-the-receiver";

static int64_t wall_ms, monotonic_ms;

static int64_t given_wall_ms(void)
{
    return wall_ms;
}

static int64_t given_monotonic_ms(void)
{
    return monotonic_ms;
}

static void pass(int64_t ms)
{
    wall_ms += ms;
    monotonic_ms += ms;
}

struct scene {
    struct tmpdir dir;
    struct app app;
    struct transport *transport;
    struct receiver *receiver;
    struct service *service;
    struct strbuf log;
    int next_event;
};

static void check(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static void on_line(void *ctx, const struct log_line *line)
{
    struct scene *s = ctx;
    strbuf_addf(&s->log, "%d %s\n", (int)line->level, line->text.text);
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    struct error err = {0};
    wall_ms = (int64_t)NOW_S * 1000;
    monotonic_ms = 5000000;
    setenv("CHECKHOOK_SHARE", "share", 1);
    tmpdir_init(&s->dir);
    strbuf_init(&s->log, 1 << 20);
    check(app_open(&s->app, s->dir.path, APP_STORE | APP_CATALOGUE, &err), &err);
    s->transport = transport_new();
    s->receiver = receiver_start();
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    service_free(s->service);
    transport_free(s->transport);
    receiver_stop(s->receiver);
    app_close(&s->app);
    strbuf_release(&s->log);
    tmpdir_release(&s->dir);
    free(s);
    return 0;
}

static void start(struct scene *s)
{
    struct error err = {0};
    struct service_options options = {.app = &s->app,
                                      .transport = s->transport,
                                      .now_ms = given_wall_ms,
                                      .monotonic_ms = given_monotonic_ms,
                                      .log = on_line,
                                      .log_ctx = s};
    s->service = service_new(&options, &err);
    check(s->service != NULL, &err);
}

static void step(struct scene *s)
{
    service_step(s->service);
    transport_poll(s->transport, NULL, 0, 0);
}

/* Until the service would sleep: no run, no pruning, no work of the worker. */
static void settle(struct scene *s)
{
    int64_t give_up_ms = clock_monotonic_ms() + 20000;
    for (;;) {
        step(s);
        int timeout_ms = service_timeout_ms(s->service);
        if (timeout_ms > 100 && transport_active(s->transport) == 0)
            return;
        transport_poll(s->transport, NULL, 0, transport_active(s->transport) > 0 ? 10 : 0);
        pass(timeout_ms < 20 ? timeout_ms : 20);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("the service does not come to rest:\n%s", s->log.text);
    }
}

static size_t count_lines(const struct scene *s, const char *text)
{
    size_t count = 0;
    for (const char *at = s->log.text; (at = strstr(at, text)); at += strlen(text))
        count++;
    return count;
}

#define assert_log(scene, wanted, count)                                                           \
    do {                                                                                           \
        if (count_lines(scene, wanted) != (count))                                                 \
            fail_msg("'%s' is there %zu times, not %d:\n%s", wanted, count_lines(scene, wanted),   \
                     (int)(count), (scene)->log.text);                                             \
    } while (0)

static void run_sql(struct scene *s, const char *sql)
{
    struct error err = {0};
    if (!db_exec(store_db(s->app.store), sql, &err))
        fail_msg("%s: %s", sql, err.text);
}

static long long number(struct scene *s, const char *sql)
{
    struct error err = {0};
    struct stmt *st = db_prepare_once(store_db(s->app.store), sql, &err);
    if (!st || stmt_step(st, &err) != STEP_ROW)
        fail_msg("%s: %s", sql, err.text);
    long long value = stmt_int(st, 0);
    stmt_free(st);
    return value;
}

/* Saves an integration of the receiver that presents an API key. */
static void save_integration(struct scene *s)
{
    struct error err = {0};
    struct integration in;
    struct problem_list problems = {0};
    integration_init(&in);
    memcpy(in.id, integration_id, sizeof integration_id);
    mem_replace(&in.name, "Billing events");
    mem_replace(&in.url, receiver_url(s->receiver, "/in"));
    in.auth.type = AUTH_API_KEY;
    mem_replace(&in.auth.key_name, "X-Key");
    check(secret_seal(s->app.keyring, true, in.id, "auth.key_value", secret_text,
                      strlen(secret_text), NOW_S, &in.auth.key_value, &err),
          &err);
    check(action_save_integration(&s->app, &in, &(struct save_options){.now_s = NOW_S}, NULL,
                                  &problems, &err),
          &err);
    problem_list_release(&problems);
    integration_release(&in);
}

static int64_t enqueue(struct scene *s)
{
    struct error err = {0};
    char event_id[UUID_LEN + 1];
    int64_t id = 0;
    snprintf(event_id, sizeof event_id, "11111111-1111-4111-8111-%012d", s->next_event++);
    struct event event = {.id = event_id,
                          .envelope_id = event_id,
                          .kind = KIND_FINDING,
                          .check_id = (char *)(uintptr_t) "no-mfa",
                          .published_ms = wall_ms,
                          .detail = (char *)(uintptr_t) "{\"id\":\"x\"}"};
    struct new_delivery d = {.event_id = event_id,
                             .check_id = "no-mfa",
                             .integration_id = integration_id,
                             .integration_name = "Billing events",
                             .kind = KIND_FINDING,
                             .now = wall_ms / 1000};
    check(outbox_add_event(s->app.store, &event, &err) &&
              outbox_add_delivery(s->app.store, &d, &id, &err),
          &err);
    return id;
}

static void expect_state(struct scene *s, int64_t id, enum delivery_state state, int attempts)
{
    struct error err = {0};
    struct delivery d = {0};
    check(outbox_delivery(s->app.store, id, &d, &err), &err);
    if (d.state != state || d.attempts != attempts)
        fail_msg("delivery is %s after %d attempts (%s), wanted %s after %d",
                 delivery_state_text(d.state), d.attempts, d.reason, delivery_state_text(state),
                 attempts);
    delivery_release(&d);
}

static void write_config(struct scene *s, const char *text)
{
    free(tmpdir_write(&s->dir, "checkhook.conf", text));
}

/* --- deliveries ------------------------------------------------------------------------------ */

static void service__delivers_and_says_so_without_secrets(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    int64_t id = enqueue(s);
    start(s);
    settle(s);
    expect_state(s, id, DELIVERY_DELIVERED, 1);
    assert_log(s,
               "6 delivered integration=\"Billing events\""
               " event=11111111-1111-4111-8111-000000000000 delivery=d_1 attempt=1/186 status=200"
               " ms=",
               1);
    char *key = receiver_header(receiver_wait(s->receiver, 0, 5000), "X-Key");
    assert_string_equal(key, secret_text);
    free(key);
    assert_log(s, secret_text, 0);
}

static void service__says_why_a_delivery_waits(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in",
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 120\r\n"});
    save_integration(s);
    enqueue(s);
    start(s);
    settle(s);
    assert_log(s, "5 delivery will be tried again integration=", 1);
    assert_log(s, "status=503", 1);
    assert_log(s, " next=2023-08-08T13:", 1);
}

static void service__says_holds_and_releases(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    save_integration(s);
    enqueue(s);
    start(s);
    settle(s);
    assert_log(s, "4 delivery held integration=", 1);
    assert_log(s, "4 integration on hold integration=\"Billing events\"", 1);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 200});
    check(outbox_release(s->app.store, integration_id, wall_ms / 1000, &err), &err);
    pass(2000);
    settle(s);
    assert_log(s, "5 integration released integration=\"Billing events\" waiting=1", 1);
    assert_log(s, "6 delivered", 1);
}

static void service_new__says_what_is_on_hold_already(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    save_integration(s);
    enqueue(s);
    check(outbox_hold(s->app.store, integration_id, "401 Unauthorized", NOW_S, &err), &err);
    start(s);
    assert_log(s,
               "4 integration on hold integration=\"Billing events\" reason=\"401 Unauthorized\""
               " since=2023-08-08T13:27:22Z held=1",
               1);
}

/* --- the daily run --------------------------------------------------------------------------- */

static void service__makes_up_once_for_a_missed_run(void **state)
{
    struct scene *s = *state;
    start(s);
    settle(s);
    assert_log(s, "daily run begun late scheduled=2023-08-08T06:00:00Z", 1);
    assert_log(s, "run ended kind=daily", 1);
    assert_int_equal(number(s, "SELECT day FROM runs WHERE kind = 'daily'"), TODAY);
    assert_int_equal(number(s, "SELECT count(*) FROM audit WHERE who = 'service' AND through ="
                               " 'service' AND what = 'daily run'"),
                     1);
    service_free(s->service);
    start(s);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 1);
}

static void service__runs_each_day_at_its_minute(void **state)
{
    struct scene *s = *state;
    start(s);
    settle(s);
    wall_ms = ((int64_t)MIDNIGHT_S + DAY_S + 6 * 3600) * 1000 - 1500;
    step(s);
    assert_int_equal(service_timeout_ms(s->service), 1500);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 1);
    pass(1500);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 2);
    assert_int_equal(number(s, "SELECT max(day) FROM runs"), TODAY + 1);
    assert_log(s, "daily run begun scheduled=2023-08-09T06:00:00Z", 1);
    pass(3600 * 1000);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 2);
}

static void service__runs_no_day_twice_when_the_clock_is_set_back(void **state)
{
    struct scene *s = *state;
    start(s);
    settle(s);
    wall_ms -= (int64_t)8 * 3600 * 1000; /* 05:27 */
    settle(s);
    pass(3600 * 1000); /* 06:27 */
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 1);
}

static void service__tries_a_failed_run_again_after_a_pause(void **state)
{
    struct scene *s = *state;
    run_sql(s, "ALTER TABLE run_checks RENAME TO away");
    start(s);
    settle(s);
    assert_log(s, "3 daily run failed, trying again reason=", 1);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 0);
    assert_in_range(service_timeout_ms(s->service), 59000, 60000);
    pass(60000);
    settle(s); /* fails again, is not told again */
    assert_log(s, "3 daily run failed", 1);
    run_sql(s, "ALTER TABLE away RENAME TO run_checks");
    pass(60000);
    settle(s); /* the second pause is of two minutes */
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 0);
    pass(60000);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 1);
    assert_log(s, "run ended kind=daily", 1);
}

/* --- runs for others ------------------------------------------------------------------------- */

struct ending {
    int count;
    bool done;
    enum error_kind kind;
    int64_t run_id;
};

static void on_ended(void *ctx, const struct run_result *result, const struct error *why)
{
    struct ending *e = ctx;
    e->count++;
    e->done = result != NULL;
    e->kind = why->kind;
    e->run_id = result ? result->run_id : 0;
}

static void service_start_run__carries_it_out_between_deliveries(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    const char *const ids[] = {"no-mfa"};
    struct service_run run = {
        .kind = "now", .ids = ids, .id_count = 1, .ended = on_ended, .ctx = &ending};
    start(s);
    settle(s);
    check(service_start_run(s->service, &run, &err), &err);
    assert_true(service_is_running(s->service));
    assert_int_equal(service_timeout_ms(s->service), 0);
    assert_false(service_start_run(s->service, &run, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    settle(s);
    assert_false(service_is_running(s->service));
    assert_int_equal(ending.count, 1);
    assert_true(ending.done);
    assert_int_equal(number(s, "SELECT id FROM runs WHERE kind = 'now'"), ending.run_id);
    assert_int_equal(number(s, "SELECT count(*) FROM run_checks WHERE run_id ="
                               " (SELECT id FROM runs WHERE kind = 'now')"),
                     1);
    assert_log(s, "run ended kind=now", 1);
}

static void service_start_run__refuses_what_is_unknown(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    const char *const ids[] = {"no-such-check"};
    struct service_run run = {
        .kind = "now", .ids = ids, .id_count = 1, .ended = on_ended, .ctx = &ending};
    start(s);
    settle(s);
    assert_false(service_start_run(s->service, &run, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(service_is_running(s->service));
    assert_int_equal(ending.count, 0);
}

static void service_stop__drops_a_run(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    struct service_run run = {.kind = "now", .ended = on_ended, .ctx = &ending};
    start(s);
    settle(s);
    check(service_start_run(s->service, &run, &err), &err);
    service_stop(s->service);
    assert_int_equal(ending.count, 1);
    assert_false(ending.done);
    assert_int_equal(ending.kind, ERR_CANCELLED);
    assert_true(service_stopped(s->service));
    assert_int_equal(number(s, "SELECT count(*) FROM runs WHERE kind = 'now'"), 0);
    assert_false(service_start_run(s->service, &run, &err));
}

/* --- the end --------------------------------------------------------------------------------- */

static void service_stop__lets_an_attempt_finish(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.delay_ms = 200});
    save_integration(s);
    int64_t id = enqueue(s);
    start(s);
    step(s);
    service_stop(s->service);
    assert_false(service_stopped(s->service));
    while (!service_stopped(s->service)) {
        service_step(s->service);
        transport_poll(s->transport, NULL, 0, 10);
    }
    service_free(s->service);
    s->service = NULL;
    expect_state(s, id, DELIVERY_DELIVERED, 1);
    assert_log(s, "6 stopping sending=1", 1);
    assert_log(s, "6 stopped given_back=0", 1);
}

static void service_stop__gives_back_what_hangs(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    save_integration(s);
    int64_t id = enqueue(s);
    start(s);
    for (int i = 0; i < 500 && receiver_count(s->receiver) == 0; i++) {
        service_step(s->service);
        transport_poll(s->transport, NULL, 0, 10);
    }
    service_stop(s->service);
    step(s);
    assert_in_range(service_timeout_ms(s->service), 1, 3000);
    pass(2900);
    assert_false(service_stopped(s->service));
    pass(100);
    assert_true(service_stopped(s->service));
    service_free(s->service);
    s->service = NULL;
    expect_state(s, id, DELIVERY_PENDING, 0);
    assert_log(s, "6 stopped given_back=1", 1);
}

/* --- the configuration ----------------------------------------------------------------------- */

static void service__keeps_the_old_configuration_where_the_new_one_is_broken(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    char *good = tmpdir_read(&s->dir, "checkhook.conf", NULL);
    start(s);
    settle(s);
    write_config(s, "integrations = ( { name = ");
    int64_t id = enqueue(s);
    settle(s);
    expect_state(s, id, DELIVERY_DELIVERED, 1);
    assert_log(s, "3 configuration not reloaded, the old one stays reason=", 1);
    assert_log(s, "checkhook.conf:1", 1);
    service_reload(s->service); /* who asks is told again */
    assert_log(s, "3 configuration not reloaded", 2);
    settle(s);
    assert_log(s, "3 configuration not reloaded", 2);
    write_config(s, good);
    settle(s);
    assert_log(s, "6 configuration reloaded", 1);
    free(good);
}

/* An editor replaces a file by taking it away first: that ends nobody's deliveries. */
static void service__takes_a_missing_file_for_no_configuration(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    char *path = tmpdir_path(&s->dir, "checkhook.conf");
    start(s);
    settle(s);
    int64_t first = enqueue(s);
    assert_int_equal(unlink(path), 0);
    settle(s);
    expect_state(s, first, DELIVERY_DELIVERED, 1);
    assert_log(s, "is gone; what was read before stays in force", 1);
    write_config(s, "");
    int64_t second = enqueue(s);
    settle(s);
    expect_state(s, second, DELIVERY_DELIVERED, 1);
    assert_log(s, "is empty; what was read before stays in force", 1);
    free(path);
}

static void service__follows_a_new_schedule(void **state)
{
    struct scene *s = *state;
    start(s);
    settle(s);
    write_config(s, "schedule = { hour = 13; minute = 30; };\n");
    settle(s);
    assert_log(s, "6 configuration reloaded", 1);
    assert_log(s, "next_run=2023-08-09T13:30:00Z", 1); /* today had its run */
    assert_int_equal(number(s, "SELECT count(*) FROM runs"), 1);
}

static void service_reload__reads_the_checks_again(void **state)
{
    struct scene *s = *state;
    start(s);
    settle(s);
    assert_null(catalogue_find(&s->app.catalogue, "my-own"));
    free(tmpdir_write(&s->dir, "checks.d/my.conf",
                      "checks = ( { id = \"my-own\"; title = \"Mine\"; severity = \"low\";"
                      " description = ( \"d\" ); recommended_actions = ( \"a\" );"
                      " fails = \"u.enabled = 1\"; } );"));
    free(tmpdir_write(&s->dir, "checks.d/broken.conf", "checks = ( {"));
    service_reload(s->service);
    settle(s);
    assert_non_null(catalogue_find(&s->app.catalogue, "my-own"));
    assert_log(s, "4 check cannot be evaluated check=", 1);
    assert_log(s, "broken.conf:1: syntax error", 1);
    assert_log(s, "6 configuration reloaded", 1);
}

/* A run under way points into the checks as they were read for it. */
static void service_reload__lets_a_run_end_before_the_checks_change(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    const struct service_run run = {.kind = "now", .ended = on_ended, .ctx = &ending};
    start(s);
    settle(s);
    check(service_start_run(s->service, &run, &err), &err);
    free(tmpdir_write(&s->dir, "checks.d/my.conf",
                      "checks = ( { id = \"my-own\"; title = \"Mine\"; severity = \"low\";"
                      " description = ( \"d\" ); recommended_actions = ( \"a\" );"
                      " fails = \"u.enabled = 1\"; } );"));
    service_reload(s->service);
    assert_null(catalogue_find(&s->app.catalogue, "my-own"));
    settle(s);
    assert_true(ending.done);
    assert_non_null(catalogue_find(&s->app.catalogue, "my-own"));
}

static void service_status__says_what_goes_on(void **state)
{
    struct scene *s = *state;
    char status[SERVICE_STATUS_MAX];
    run_sql(s, "ALTER TABLE run_checks RENAME TO away");
    start(s);
    while (!service_is_running(s->service))
        step(s);
    service_status(s->service, status);
    assert_string_equal(status,
                        "Running checks; the next daily run is due at 2023-08-09T06:00:00Z");
    settle(s);
    service_status(s->service, status);
    assert_non_null(strstr(status, "Delivering; the daily run fails: "));
    run_sql(s, "ALTER TABLE away RENAME TO run_checks");
    pass(60000);
    settle(s);
    service_status(s->service, status);
    assert_string_equal(status, "Delivering; the next daily run is due at 2023-08-09T06:00:00Z");
}

/* Before anything is held for it: at the start already. */
static void service__warns_of_secrets_that_cannot_be_used(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    mem_replace(&s->app.config.integrations.items[0].auth.key_value, "file:/nowhere/to/be/found");
    start(s);
    assert_log(s, "4 secret cannot be used integration=", 1);
    assert_log(s, "/nowhere/to/be/found", 1);
}

/* --- trouble --------------------------------------------------------------------------------- */

static void service__waits_for_a_store_that_cannot_be_used(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    start(s);
    settle(s);
    int64_t id = enqueue(s);
    run_sql(s, "ALTER TABLE deliveries RENAME TO away");
    for (int i = 0; i < 200; i++) {
        step(s);
        pass(service_timeout_ms(s->service));
    }
    assert_log(s, "3 store cannot be used, trying again reason=", 1);
    assert_in_range(service_timeout_ms(s->service), 0, 30000);
    run_sql(s, "ALTER TABLE away RENAME TO deliveries");
    pass(30000);
    settle(s);
    assert_log(s, "5 store can be used again", 1);
    expect_state(s, id, DELIVERY_DELIVERED, 1);
}

/* How often it wakes up within an hour of its own time. */
static int count_wakeups(struct scene *s)
{
    int64_t until_ms = monotonic_ms + (int64_t)3600 * 1000;
    int wakeups = 0;
    for (; monotonic_ms < until_ms && wakeups < 10000; wakeups++) {
        step(s);
        pass(service_timeout_ms(s->service));
    }
    return wakeups;
}

static void service_timeout__lets_an_idle_service_sleep(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    start(s);
    settle(s);
    assert_in_range(count_wakeups(s), 60, 2 * 60);
}

static void service_timeout__stays_calm_where_runs_cannot_be_read(void **state)
{
    struct scene *s = *state;
    char status[SERVICE_STATUS_MAX];
    run_sql(s, "ALTER TABLE runs RENAME TO away");
    start(s);
    assert_in_range(count_wakeups(s), 60, 1000);
    assert_log(s, "3 daily run cannot be planned, trying again reason=", 1);
    assert_log(s, "store can", 0);
    service_status(s->service, status);
    assert_non_null(strstr(status, "Delivering; no daily run: "));
    run_sql(s, "ALTER TABLE away RENAME TO runs");
    pass(30000);
    settle(s);
    assert_log(s, "run ended kind=daily", 1);
}

/* A run that failed, and whose minute is then moved to later, is not due for the moment. */
static void service_timeout__stays_calm_when_a_failed_run_is_put_off(void **state)
{
    struct scene *s = *state;
    char sql[200];
    snprintf(sql, sizeof sql,
             "INSERT INTO runs (kind, started_ms, time_ms, users, day)"
             " VALUES ('daily', %lld, 1, 1, %d)",
             ((long long)MIDNIGHT_S - DAY_S + 6 * 3600) * 1000, TODAY - 1);
    run_sql(s, sql);
    run_sql(s, "ALTER TABLE run_checks RENAME TO away");
    start(s);
    settle(s);
    assert_log(s, "3 daily run failed", 1);
    write_config(s, "schedule = { hour = 22; };\n");
    assert_in_range(count_wakeups(s), 60, 2 * 60);
}

/* --- retention ------------------------------------------------------------------------------- */

static void service__prunes_at_the_start_and_after_the_daily_run(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    int64_t old = enqueue(s), later = enqueue(s);
    char sql[200];
    snprintf(sql, sizeof sql,
             "UPDATE deliveries SET state = 'failed', due_at = 0, finished_at = CASE id WHEN %lld"
             " THEN %d ELSE %d END",
             (long long)old, NOW_S - 91 * DAY_S, NOW_S - 89 * DAY_S);
    run_sql(s, sql);
    start(s);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM deliveries"), 1);
    assert_log(s, "6 old entries removed deliveries=1 events=1 findings=0 runs=0", 1);
    assert_int_equal(number(s, "SELECT count(*) FROM audit WHERE who = 'service' AND"
                               " what = 'old entries removed' AND"
                               " before = '{\"deliveries\":\"1\",\"events\":\"1\"}'"),
                     1);
    pass((int64_t)2 * DAY_S * 1000);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM deliveries"), 0);
    assert_log(s, "6 old entries removed", 2);
    (void)later;
}

static void service__notes_all_that_it_pruned(void **state)
{
    struct scene *s = *state;
    run_sql(s, "INSERT INTO findings (check_id, source, user_id, login, since_s, last_seen_s,"
               " first_run, resolved_at, resolved_run, explain) VALUES"
               " ('c', 's', 'a', 'l', 1, 1, 1, 2, 1, '{}'), ('c', 's', 'b', 'l', 1, 1, 1, 2, 1,"
               " '{}')");
    run_sql(s, "INSERT INTO runs (kind, started_ms, time_ms, users, day) VALUES"
               " ('now', 1, 1, 1, 0), ('now', 2, 1, 1, 0)");
    run_sql(s, "DELETE FROM audit");
    start(s);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM audit WHERE who = 'service' AND"
                               " what = 'old entries removed' AND"
                               " before = '{\"findings\":\"2\",\"runs\":\"2\"}'"),
                     1);
    assert_int_equal(number(s, "SELECT count(*) FROM audit WHERE what = 'old entries removed'"), 1);
}

static void service__prunes_when_retention_days_changes(void **state)
{
    struct scene *s = *state;
    save_integration(s);
    enqueue(s);
    char sql[200];
    snprintf(sql, sizeof sql,
             "UPDATE deliveries SET state = 'failed', due_at = 0, finished_at = %d",
             NOW_S - 40 * DAY_S);
    run_sql(s, sql);
    start(s);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM deliveries"), 1);
    write_config(s, "retention_days = 30;\n");
    service_reload(s->service);
    pass(1000);
    settle(s);
    assert_int_equal(number(s, "SELECT count(*) FROM deliveries"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(service__delivers_and_says_so_without_secrets),
        TEST(service__warns_of_secrets_that_cannot_be_used),
        TEST(service__says_why_a_delivery_waits),
        TEST(service__says_holds_and_releases),
        TEST(service_new__says_what_is_on_hold_already),
        TEST(service__makes_up_once_for_a_missed_run),
        TEST(service__runs_each_day_at_its_minute),
        TEST(service__runs_no_day_twice_when_the_clock_is_set_back),
        TEST(service__tries_a_failed_run_again_after_a_pause),
        TEST(service_start_run__carries_it_out_between_deliveries),
        TEST(service_start_run__refuses_what_is_unknown),
        TEST(service_stop__drops_a_run),
        TEST(service_stop__lets_an_attempt_finish),
        TEST(service_stop__gives_back_what_hangs),
        TEST(service__keeps_the_old_configuration_where_the_new_one_is_broken),
        TEST(service__takes_a_missing_file_for_no_configuration),
        TEST(service__follows_a_new_schedule),
        TEST(service_reload__reads_the_checks_again),
        TEST(service_reload__lets_a_run_end_before_the_checks_change),
        TEST(service_status__says_what_goes_on),
        TEST(service__waits_for_a_store_that_cannot_be_used),
        TEST(service_timeout__lets_an_idle_service_sleep),
        TEST(service_timeout__stays_calm_where_runs_cannot_be_read),
        TEST(service_timeout__stays_calm_when_a_failed_run_is_put_off),
        TEST(service__prunes_at_the_start_and_after_the_daily_run),
        TEST(service__notes_all_that_it_pruned),
        TEST(service__prunes_when_retention_days_changes),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
