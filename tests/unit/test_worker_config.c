/* Tests of the worker when the configuration changes under it, here or in another process. */
#include "tests/support/worker_bench.h"

static void worker_config_changed__lets_new_credentials_count(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 401, .delay_ms = 500});
    fixture_api_key(&b->f, "X-Key", "old");
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_step(b);
    FIXTURE_POLL_UNTIL(b->f.transport, receiver_count(b->receiver) == 1);
    fixture_api_key(&b->f, "X-Key", "new"); /* while the old one is being refused */
    bench_save(b);
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 200});
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
    char *key = receiver_header(receiver_wait(b->receiver, 1, 5000), "X-Key");
    assert_string_equal(key, "new");
    free(key);
}

/* --- saved by another process ----------------------------------------------------------------- */

/* Another process saves the integration under test to the file. */
static void save_elsewhere(struct bench *b, const char *path)
{
    struct error err = {0};
    struct config other = {0};
    fixture_check(config_load(&other, path, &err) && config_begin(&other, &err), &err);
    config_put(&other, &b->f.in);
    fixture_check(config_commit(&other, &err), &err);
    config_release(&other);
}

/* A configuration of its own for the worker, read from a file that another process writes. */
struct elsewhere {
    char *path;
    struct config mine;
};

static struct elsewhere elsewhere_of(struct bench *b)
{
    return (struct elsewhere){.path = tmpdir_path(&b->f.dir, "checkhook.conf")};
}

static void start_elsewhere(struct bench *b, struct elsewhere *e)
{
    struct error err = {0};
    fixture_check(config_load(&e->mine, e->path, &err), &err);
    bench_start_worker_on(b, &e->mine);
}

static void stop_elsewhere(struct bench *b, struct elsewhere *e)
{
    bench_stop_worker(b);
    config_release(&e->mine);
    free(e->path);
}

static void worker__knows_what_another_process_saved(void **state)
{
    struct bench *b = *state;
    struct elsewhere elsewhere = elsewhere_of(b);
    start_elsewhere(b, &elsewhere);
    bench_step(b);
    save_elsewhere(b, elsewhere.path);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(b, &elsewhere);
}

/* The refusal ends the attempt, for which the worker reads the file: in the midst of the answer. */
static void worker__survives_a_change_while_a_token_is_refused(void **state)
{
    struct bench *b = *state;
    struct elsewhere elsewhere = elsewhere_of(b);
    receiver_answer(b->receiver, "/token",
                    (struct receiver_answer){.status = 401, .delay_ms = 200});
    fixture_oauth(&b->f, receiver_url(b->receiver, "/token"), "id", "secret-secret");
    save_elsewhere(b, elsewhere.path);
    int64_t id = bench_enqueue(b);
    start_elsewhere(b, &elsewhere);
    bench_step(b);
    FIXTURE_POLL_UNTIL(b->f.transport, receiver_count(b->receiver) == 1);
    b->f.in.auth.type = AUTH_NONE;
    save_elsewhere(b, elsewhere.path);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(b, &elsewhere);
}

static void worker__holds_nothing_for_credentials_that_another_process_replaced(void **state)
{
    struct bench *b = *state;
    struct elsewhere elsewhere = elsewhere_of(b);
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 401, .delay_ms = 500});
    fixture_api_key(&b->f, "X-Key", "old");
    save_elsewhere(b, elsewhere.path);
    int64_t id = bench_enqueue(b);
    start_elsewhere(b, &elsewhere);
    bench_step(b);
    FIXTURE_POLL_UNTIL(b->f.transport, receiver_count(b->receiver) == 1);
    fixture_api_key(&b->f, "X-Key", "new");
    save_elsewhere(b, elsewhere.path);
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 200});
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(b, &elsewhere);
}

static void worker__holds_nothing_for_credentials_that_were_replaced_before_the_commit(void **state)
{
    struct bench *b = *state;
    struct elsewhere elsewhere = elsewhere_of(b);
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 401});
    fixture_api_key(&b->f, "X-Key", "old");
    save_elsewhere(b, elsewhere.path);
    int64_t id = bench_enqueue(b);
    start_elsewhere(b, &elsewhere);
    bench_step(b);
    FIXTURE_POLL_UNTIL(b->f.transport, worker_sending(b->worker) == 0);
    fixture_api_key(&b->f, "X-Key", "new");
    save_elsewhere(b, elsewhere.path);
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 200});
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(b, &elsewhere);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker_config_changed__lets_new_credentials_count),
        TEST(worker__knows_what_another_process_saved),
        TEST(worker__survives_a_change_while_a_token_is_refused),
        TEST(worker__holds_nothing_for_credentials_that_another_process_replaced),
        TEST(worker__holds_nothing_for_credentials_that_were_replaced_before_the_commit),
    };
    return cmocka_run_group_tests_name("worker_config", tests, NULL, NULL);
}
