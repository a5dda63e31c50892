#ifndef CHECKHOOK_TESTS_SUPPORT_WORKER_BENCH_H
#define CHECKHOOK_TESTS_SUPPORT_WORKER_BENCH_H

#include "core/deliver/worker.h"
#include "tests/support/delivery_fixture.h"
#include "tests/support/receiver.h"

/*
 * A worker on a real store, against a receiver or another server, with its clock in the test's
 * hand, and the loop of every caller. Whatever goes wrong here fails the running test.
 */
struct bench {
    struct fixture f;
    struct receiver *receiver; /* NULL unless the test has one; stopped with the bench */
    struct worker *worker;     /* NULL until bench_start_worker, or bench_run */
    bool once;                 /* the next one takes only what is due at its start */
    size_t recorded;           /* attempts that were committed */
    int next_event;
};

/* --- the clock of the worker */

extern int64_t bench_ahead_ms;   /* added to the real clock */
extern int64_t bench_stopped_ms; /* not 0: the clock stands here */

int64_t bench_now_ms(void);
int64_t bench_now_s(void);

/* --- life */

/* The integration under test has no limits but its slots. The clock is the real one. */
void bench_init(struct bench *b);
void bench_release(struct bench *b);

/* As cmocka's setup and teardown: *state becomes a struct bench. */
int bench_setup(void **state);
int bench_teardown(void **state);

/* The same with a receiver, whose path /in the integration under test calls. */
int bench_setup_receiver(void **state);

/* --- integrations */

/* The integration under test as it stands goes into the configuration. */
void bench_save(struct bench *b);

/* Another one with all of its settings, but that id, and that path of the receiver. */
void bench_save_other(struct bench *b, const char *id, const char *path);

/* What the store knows of the integration under test; the caller releases it. */
struct integration_facts bench_facts(struct bench *b);

/* --- deliveries */

/* One more delivery, of an event of its own; returns its id. */
int64_t bench_enqueue_to(struct bench *b, const char *integration_id);
int64_t bench_enqueue(struct bench *b); /* to the integration under test */

/* `count` of them in one transaction; returns the id of the first, the others follow. */
int64_t bench_enqueue_many(struct bench *b, int count);

/* A delivery, and its attempts, as they stand; the caller releases them. */
struct delivery bench_delivery(struct bench *b, int64_t id);
struct attempt_list bench_attempts(struct bench *b, int64_t id);

/* What has to have come of a delivery. */
struct bench_end {
    enum delivery_state state;
    int attempts;       /* 0: any number, where a random delay of 0 s may have added some */
    const char *reason; /* is somewhere in it; NULL = any */
};

/* Compares, and shows the delivery where it differs. */
void bench_expect(struct bench *b, int64_t id, struct bench_end end);

/* The same, after any number of attempts. */
void bench_expect_state(struct bench *b, int64_t id, enum delivery_state state, const char *reason);

/* --- the worker */

void bench_start_worker(struct bench *b);
void bench_start_worker_on(struct bench *b, struct config *config); /* which is the caller's */

/* Ends it; the next one starts anew. */
void bench_stop_worker(struct bench *b);

void bench_step(struct bench *b);

/* Steps and polls until nothing is due and nothing under way; fails the test after
 * BENCH_IDLE_MS. */
enum { BENCH_IDLE_MS = 60000 };
void bench_run(struct bench *b);

#endif
