#ifndef CHECKHOOK_TESTS_SUPPORT_SERVICEBED_H
#define CHECKHOOK_TESTS_SUPPORT_SERVICEBED_H

#include "core/base/strbuf.h"
#include "core/service.h"
#include "core/store/outbox.h"
#include "tests/support/receiver.h"
#include "tests/support/sql.h"
#include "tests/support/tmpdir.h"

/*
 * The engine of the service on a home of its own, with a real store and a receiver, under clocks
 * that the test moves. Its daily run is due at 06:00, its checks are those of the product, found in
 * the working directory as `share`. Whatever goes wrong here fails the running test.
 */
struct servicebed {
    struct tmpdir dir; /* the home */
    struct app app;
    struct transport *transport;
    struct receiver *receiver;
    struct service *service; /* NULL until it is started */
    struct strbuf log;       /* lines "LEVEL TEXT", as the service wrote them */
    int next_event;
};

/* --- the clocks */

/* 2023-08-08T13:27:22Z, where both begin; its day, and the beginning of that. */
enum {
    SERVICEBED_NOW_S = 1691501242,
    SERVICEBED_DAY_S = 86400,
    SERVICEBED_TODAY = SERVICEBED_NOW_S / SERVICEBED_DAY_S,
    SERVICEBED_MIDNIGHT_S = SERVICEBED_TODAY * SERVICEBED_DAY_S,
};

extern int64_t servicebed_wall_ms, servicebed_monotonic_ms;

/* Moves both on. */
void servicebed_pass(int64_t ms);

/* --- life */

/* As cmocka's setup and teardown: *state becomes a struct servicebed. */
int servicebed_setup(void **state);
int servicebed_teardown(void **state);

void servicebed_start(struct servicebed *s);
void servicebed_end(struct servicebed *s); /* frees the service */

/* One step, and one look at the network that waits for nothing. */
void servicebed_step(struct servicebed *s);

/* Until the service would sleep: no run, no pruning, no work of the worker. Its time goes on. */
void servicebed_settle(struct servicebed *s);

/* --- what it has to do */

/* The integration, "Billing events", calls /in of the receiver and presents an API key. */
extern const char servicebed_integration_id[], servicebed_key[];
void servicebed_save_integration(struct servicebed *s);

/* A delivery to it, of an event of its own: the first has id 11111111-1111-4111-8111-000000000000.
 */
int64_t servicebed_enqueue(struct servicebed *s);

/* The whole configuration from here on. */
void servicebed_configure(struct servicebed *s, const char *text);

/* A check of the administrator's own in checks.d; an id stands there once. */
void servicebed_add_check(struct servicebed *s, const char *id);

/* --- what came of it */

void servicebed_expect(struct servicebed *s, int64_t id, enum delivery_state state, int attempts);

/* The text stands so often in the log. */
#define servicebed_expect_log(s, text, count)                                                      \
    servicebed_expect_log_at(__FILE__, __LINE__, s, text, count)
void servicebed_expect_log_at(const char *file, int line, const struct servicebed *s,
                              const char *text, size_t count);

/* Statements on the store, and one number from it; see sql.h. */
#define servicebed_sql(s, sql)    sql_run(store_db((s)->app.store), sql)
#define servicebed_number(s, sql) sql_number(store_db((s)->app.store), sql)

/* Fails the test with the sentence of the error unless `ok`. */
#define servicebed_check(ok, err) servicebed_check_at(__FILE__, __LINE__, ok, err)
void servicebed_check_at(const char *file, int line, bool ok, const struct error *err);

#endif
