/*
 * What the tests of the worker against real servers share: a worker on a real store, its clock in
 * the test's hand, and the loop of every caller. The first member of a test's own scene.
 */
#ifndef CHECKHOOK_TESTS_UNIT_WORKER_FIXTURE_H
#define CHECKHOOK_TESTS_UNIT_WORKER_FIXTURE_H

#include "tests/unit/delivery_fixture.h"

#include <stdio.h>

#include "core/deliver/worker.h"

enum { BENCH_IDLE_MS = 30000 };

struct bench {
    struct fixture f;
    struct worker *worker;
    size_t recorded; /* attempts that were committed */
    int next_event;
};

static int64_t bench_ahead_ms;   /* added to the real clock */
static int64_t bench_stopped_ms; /* not 0: the clock stands here */

static inline int64_t bench_now_ms(void)
{
    return bench_stopped_ms ? bench_stopped_ms : clock_now_ms() + bench_ahead_ms;
}

static inline void bench_count(void *ctx, const struct delivery *d, const struct attempt_result *r)
{
    struct bench *b = ctx;
    b->recorded++;
    assert_int_equal(r->attempt.delivery_id, d->id);
}

/* The integration under test has no limits but its slots. */
static inline void bench_init(struct bench *b)
{
    *b = (struct bench){0};
    bench_ahead_ms = bench_stopped_ms = 0;
    fixture_init(&b->f);
    b->f.in.timeout_s = 10;
    b->f.in.rate_limit = 0;
}

static inline void bench_release(struct bench *b)
{
    worker_free(b->worker);
    fixture_release(&b->f);
}

/* As cmocka's setup and teardown. */
static inline int bench_setup(void **state)
{
    struct bench *b = mem_zalloc(sizeof *b);
    bench_init(b);
    *state = b;
    return 0;
}

static inline int bench_teardown(void **state)
{
    bench_release(*state);
    free(*state);
    return 0;
}

static inline void bench_start_worker_on(struct bench *b, struct config *config)
{
    struct worker_options options = {.transport = b->f.transport,
                                     .store = b->f.store,
                                     .config = config,
                                     .keyring = b->f.keyring,
                                     .now_ms = bench_now_ms,
                                     .recorded = bench_count,
                                     .ctx = b};
    b->worker = worker_new(&options);
}

static inline void bench_start_worker(struct bench *b)
{
    bench_start_worker_on(b, &b->f.config);
}

/* The integration under test as it stands goes into the configuration. */
static inline void bench_save(struct bench *b)
{
    config_put(&b->f.config, &b->f.in);
    if (b->worker)
        worker_config_changed(b->worker);
}

/* One more delivery, of an event of its own; returns its id. */
static inline int64_t bench_enqueue_to(struct bench *b, const char *integration_id)
{
    struct error err = {0};
    struct event event = fixture_event();
    int64_t id = 0;
    snprintf(event.id, UUID_LEN + 1, "11111111-1111-4111-8111-%012d", b->next_event++);
    struct new_delivery d = {.event_id = event.id,
                             .check_id = "no-mfa",
                             .integration_id = integration_id,
                             .integration_name = "Billing events",
                             .kind = KIND_FINDING,
                             .now = bench_now_ms() / 1000};
    fixture_check(outbox_add_event(b->f.store, &event, &err) &&
                      outbox_add_delivery(b->f.store, &d, &id, &err),
                  &err);
    event_release(&event);
    return id;
}

static inline int64_t bench_enqueue(struct bench *b)
{
    return bench_enqueue_to(b, b->f.in.id);
}

/* `count` of them in one transaction; returns the id of the first, the others follow. */
static inline int64_t bench_enqueue_many(struct bench *b, int count)
{
    struct error err = {0};
    int64_t first = 0;
    fixture_check(store_begin(b->f.store, &err), &err);
    for (int i = 0; i < count; i++) {
        int64_t id = bench_enqueue(b);
        first = first ? first : id;
    }
    fixture_check(store_commit(b->f.store, &err), &err);
    return first;
}

static inline void bench_step(struct bench *b)
{
    struct error err = {0};
    fixture_check(worker_step(b->worker, &err), &err);
}

/* Steps and polls until nothing is due and nothing under way. */
static inline void bench_run(struct bench *b)
{
    int64_t give_up_ms = clock_monotonic_ms() + BENCH_IDLE_MS;
    if (!b->worker)
        bench_start_worker(b);
    bench_step(b);
    while (!worker_idle(b->worker)) {
        int wait_ms = worker_timeout_ms(b->worker);
        transport_poll(b->f.transport, NULL, 0, wait_ms < 0 || wait_ms > 100 ? 100 : wait_ms);
        bench_step(b);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("the worker is not idle after %d ms", BENCH_IDLE_MS);
    }
}

/* A delivery as it stands; the caller releases it. */
static inline struct delivery bench_delivery(struct bench *b, int64_t id)
{
    struct error err = {0};
    struct delivery d = {0};
    fixture_check(outbox_delivery(b->f.store, id, &d, &err), &err);
    return d;
}

static inline struct attempt_list bench_attempts(struct bench *b, int64_t id)
{
    struct error err = {0};
    struct attempt_list list = {0};
    fixture_check(outbox_attempts(b->f.store, id, &list, &err), &err);
    return list;
}

/* What has to have come of a delivery. */
struct bench_end {
    enum delivery_state state;
    int attempts;       /* 0: any number, where a random delay of 0 s may have added some */
    const char *reason; /* is somewhere in it; NULL = any */
};

/* Compares, and shows the delivery where it differs. */
static inline void bench_expect(struct bench *b, int64_t id, struct bench_end end)
{
    struct delivery d = bench_delivery(b, id);
    if (d.state != end.state || (end.attempts && d.attempts != end.attempts) ||
        (end.reason && !strstr(d.reason, end.reason)))
        fail_msg("delivery is %s after %d attempts (%s), expected %s after %d (…%s…)",
                 delivery_state_text(d.state), (int)d.attempts, d.reason,
                 delivery_state_text(end.state), end.attempts, end.reason ? end.reason : "");
    delivery_release(&d);
}

#endif
