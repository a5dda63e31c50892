/* Tests of the handover of the worker lock: a real lock, a worker at work, moments as arguments. */
#include "tests/support/delivery_fixture.h"

#include "core/deliver/handover.h"
#include "tests/support/receiver.h"

enum { ASKED_MS = 5000 };

struct scene {
    struct fixture f;
    struct receiver *receiver;
    struct worker_lock lock;
    char *lock_path, *wake_path;
    struct worker *worker;
    struct handover handover;
};

static struct error fault;

/* A delivery on its way to a receiver that answers like this. */
static void send_one(struct scene *s, struct receiver_answer answer)
{
    struct event event = fixture_event();
    struct new_delivery d = {.event_id = event.id,
                             .check_id = "no-mfa",
                             .integration_id = s->f.in.id,
                             .integration_name = "Billing events",
                             .kind = KIND_FINDING,
                             .now = clock_now_s()};
    int64_t id;
    receiver_answer(s->receiver, "/in", answer);
    fixture_check(outbox_add_event(s->f.store, &event, &fault) &&
                      outbox_add_delivery(s->f.store, &d, &id, &fault) &&
                      worker_step(s->worker, &fault),
                  &fault);
    assert_int_equal(worker_sending(s->worker), 1);
    event_release(&event);
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    fault = (struct error){0};
    fixture_init(&s->f);
    s->lock_path = tmpdir_path(&s->f.dir, "lock");
    s->wake_path = tmpdir_path(&s->f.dir, "wake");
    s->receiver = receiver_start();
    s->f.in.url = mem_strdup(receiver_url(s->receiver, "/in"));
    config_put(&s->f.config, &s->f.in);
    fixture_check(worker_lock_take(&s->lock, s->lock_path, s->wake_path, "console", &fault),
                  &fault);
    struct worker_options options = {.transport = s->f.transport,
                                     .store = s->f.store,
                                     .config = &s->f.config,
                                     .keyring = s->f.keyring};
    s->worker = worker_new(&options);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    worker_free(s->worker);
    worker_lock_release(&s->lock);
    receiver_stop(s->receiver);
    fixture_release(&s->f);
    free(s->lock_path);
    free(s->wake_path);
    free(s);
    return 0;
}

static void handover_listen__a_wake_up_is_no_question(void **state)
{
    struct scene *s = *state;
    worker_wake(s->wake_path);
    handover_listen(&s->handover, &s->lock, s->worker, ASKED_MS);
    assert_false(s->handover.asked);
    assert_false(handover_due(&s->handover, s->worker, ASKED_MS + HANDOVER_MOST_MS));
    assert_int_equal(handover_timeout_ms(&s->handover, -1, ASKED_MS), -1);
    assert_int_equal(handover_timeout_ms(&s->handover, 70, ASKED_MS), 70);
}

static void handover_due__at_once_when_nothing_is_being_sent(void **state)
{
    struct scene *s = *state;
    worker_ask(s->wake_path);
    handover_listen(&s->handover, &s->lock, s->worker, ASKED_MS);
    assert_true(handover_due(&s->handover, s->worker, ASKED_MS));
}

static void handover_due__when_the_attempt_has_ended(void **state)
{
    struct scene *s = *state;
    send_one(s, (struct receiver_answer){.delay_ms = 50});
    worker_ask(s->wake_path);
    handover_listen(&s->handover, &s->lock, s->worker, ASKED_MS);
    assert_false(handover_due(&s->handover, s->worker, ASKED_MS));
    FIXTURE_POLL_UNTIL(s->f.transport, worker_sending(s->worker) == 0);
    assert_true(handover_due(&s->handover, s->worker, ASKED_MS));
    worker_free(s->worker);
    s->worker = NULL;
    struct outbox_counts counts = {0};
    fixture_check(outbox_count(s->f.store, NULL, 0, &counts, &fault), &fault);
    assert_int_equal(counts.delivered, 1);
}

/* Asked again and again, it counts from the first time. */
static void handover_due__when_the_attempt_had_its_time(void **state)
{
    struct scene *s = *state;
    const int64_t end_ms = ASKED_MS + HANDOVER_MOST_MS;
    send_one(s, (struct receiver_answer){.way = RECEIVER_HANGS});
    for (int64_t now_ms = ASKED_MS; now_ms < end_ms; now_ms += 100) {
        worker_ask(s->wake_path);
        handover_listen(&s->handover, &s->lock, s->worker, now_ms);
    }
    assert_false(handover_due(&s->handover, s->worker, end_ms - 1));
    assert_int_equal(handover_timeout_ms(&s->handover, -1, end_ms - 1), 1);
    assert_int_equal(handover_timeout_ms(&s->handover, 5000, end_ms - 30), 30);
    assert_int_equal(handover_timeout_ms(&s->handover, 20, end_ms - 30), 20);
    assert_true(handover_due(&s->handover, s->worker, end_ms));
    assert_int_equal(handover_timeout_ms(&s->handover, -1, end_ms + 9), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(handover_listen__a_wake_up_is_no_question),
        TEST(handover_due__at_once_when_nothing_is_being_sent),
        TEST(handover_due__when_the_attempt_has_ended),
        TEST(handover_due__when_the_attempt_had_its_time),
    };
    return cmocka_run_group_tests_name("handover", tests, NULL, NULL);
}
