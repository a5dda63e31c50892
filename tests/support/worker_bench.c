/* A worker on a real store whose clock a test sets. */
#include "tests/support/worker_bench.h"

#include <stdio.h>

int64_t bench_ahead_ms, bench_stopped_ms;

static void note_recorded(void *ctx, const struct delivery *d, const struct attempt_result *r)
{
    struct bench *b = ctx;
    b->recorded++;
    assert_int_equal(r->attempt.delivery_id, d->id);
}

int64_t bench_now_ms(void)
{
    return bench_stopped_ms ? bench_stopped_ms : clock_now_ms() + bench_ahead_ms;
}

int64_t bench_now_s(void)
{
    return bench_now_ms() / 1000;
}

void bench_init(struct bench *b)
{
    *b = (struct bench){0};
    bench_ahead_ms = bench_stopped_ms = 0;
    fixture_init(&b->f);
    b->f.in.timeout_s = 10;
    b->f.in.rate_limit = 0;
}

void bench_release(struct bench *b)
{
    worker_free(b->worker);
    receiver_stop(b->receiver);
    fixture_release(&b->f);
}

int bench_setup(void **state)
{
    struct bench *b = mem_zalloc(sizeof *b);
    bench_init(b);
    *state = b;
    return 0;
}

int bench_teardown(void **state)
{
    bench_release(*state);
    free(*state);
    return 0;
}

int bench_setup_receiver(void **state)
{
    bench_setup(state);
    struct bench *b = *state;
    b->receiver = receiver_start();
    mem_replace(&b->f.in.url, receiver_url(b->receiver, "/in"));
    return 0;
}

void bench_save(struct bench *b)
{
    config_put(&b->f.config, &b->f.in);
    if (b->worker)
        worker_config_changed(b->worker);
}

void bench_save_other(struct bench *b, const char *id, const char *path)
{
    struct integration other = {0};
    integration_copy(&other, &b->f.in);
    memcpy(other.id, id, UUID_LEN + 1);
    mem_replace(&other.name, id);
    mem_replace(&other.url, receiver_url(b->receiver, path));
    config_put(&b->f.config, &other);
    integration_release(&other);
}

struct integration_facts bench_facts(struct bench *b)
{
    struct error err = {0};
    struct integration_facts facts = {0};
    fixture_check(outbox_facts(b->f.store, b->f.in.id, &facts, &err), &err);
    return facts;
}

int64_t bench_enqueue_to(struct bench *b, const char *integration_id)
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
                             .now = bench_now_s()};
    fixture_check(outbox_add_event(b->f.store, &event, &err) &&
                      outbox_add_delivery(b->f.store, &d, &id, &err),
                  &err);
    event_release(&event);
    return id;
}

int64_t bench_enqueue(struct bench *b)
{
    return bench_enqueue_to(b, b->f.in.id);
}

int64_t bench_enqueue_many(struct bench *b, int count)
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

struct delivery bench_delivery(struct bench *b, int64_t id)
{
    struct error err = {0};
    struct delivery d = {0};
    fixture_check(outbox_delivery(b->f.store, id, &d, &err), &err);
    return d;
}

struct attempt_list bench_attempts(struct bench *b, int64_t id)
{
    struct error err = {0};
    struct attempt_list list = {0};
    fixture_check(outbox_attempts(b->f.store, id, &list, &err), &err);
    return list;
}

void bench_expect(struct bench *b, int64_t id, struct bench_end end)
{
    struct delivery d = bench_delivery(b, id);
    if (d.state != end.state || (end.attempts && d.attempts != end.attempts) ||
        (end.reason && !strstr(d.reason, end.reason)))
        fail_msg("delivery is %s after %d attempts (%s), expected %s after %d (…%s…)",
                 delivery_state_text(d.state), (int)d.attempts, d.reason,
                 delivery_state_text(end.state), end.attempts, end.reason ? end.reason : "");
    delivery_release(&d);
}

void bench_expect_state(struct bench *b, int64_t id, enum delivery_state state, const char *reason)
{
    bench_expect(b, id, (struct bench_end){.state = state, .reason = reason});
}

void bench_start_worker(struct bench *b)
{
    bench_start_worker_on(b, &b->f.config);
}

void bench_start_worker_on(struct bench *b, struct config *config)
{
    struct worker_options options = {.transport = b->f.transport,
                                     .store = b->f.store,
                                     .config = config,
                                     .keyring = b->f.keyring,
                                     .now_ms = bench_now_ms,
                                     .once = b->once,
                                     .recorded = note_recorded,
                                     .ctx = b};
    b->worker = worker_new(&options);
}

void bench_stop_worker(struct bench *b)
{
    worker_free(b->worker);
    b->worker = NULL;
}

void bench_step(struct bench *b)
{
    struct error err = {0};
    fixture_check(worker_step(b->worker, &err), &err);
}

void bench_run(struct bench *b)
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
