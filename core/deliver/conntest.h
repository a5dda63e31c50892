/*
 * Test Connectivity: one test event to one integration, its steps as they happen, recorded as a
 * delivery of kind test. Works on a saved integration and on a draft.
 */
#ifndef CHECKHOOK_CORE_DELIVER_CONNTEST_H
#define CHECKHOOK_CORE_DELIVER_CONNTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/secret.h"
#include "core/deliver/outcome.h"
#include "core/deliver/transport.h"
#include "core/store/outbox.h"

enum test_step { TEST_RESOLVE, TEST_CONNECT, TEST_TLS, TEST_TOKEN, TEST_REQUEST, TEST_STEP_COUNT };
enum test_step_state { STEP_NOT_REACHED, STEP_UNDER_WAY, STEP_OK, STEP_BAD, STEP_NOT_NEEDED };

struct test_step_result {
    enum test_step_state state;
    int64_t time_us;
    char detail[256]; /* "203.0.113.10:443", "TLSv1.3, CN hooks.example.com, expires in 62 days" */
};

struct conntest_options {
    struct transport *transport;
    struct store *store;           /* NULL = do not record */
    const struct general *general; /* must outlive the test */
    struct keyring *keyring;
    const struct integration *integration; /* copied */
    bool sample; /* a notification in the integration's own format, with invented users */
    bool draft;  /* not what is saved: a pass then releases no held deliveries */
    int64_t now_ms;
};

struct conntest;

/* "resolve", "connect", "tls", "token", "request" as in JSON; labels "DNS", "TCP", "TLS",
 * "OAuth token", "Request". */
const char *test_step_name(enum test_step step);
const char *test_step_label(enum test_step step);

/* Starts; it moves on in transport_poll. Never fails: what is wrong becomes a step. */
struct conntest *conntest_start(const struct conntest_options *options);
bool conntest_done(const struct conntest *t);
const struct test_step_result *
conntest_steps(const struct conntest *t); /* TEST_STEP_COUNT of them */

/* After it is done: outcome (reason and verdict), what to try next ("" where there is nothing),
 * the attempt as recorded (headers, body), the event id, the delivery's id (0 = not recorded). */
const struct outcome *conntest_outcome(const struct conntest *t);
const char *conntest_advice(const struct conntest *t);
const struct attempt *conntest_attempt(const struct conntest *t);
const char *conntest_event_id(const struct conntest *t);
int64_t conntest_delivery_id(const struct conntest *t);
/* A sentence without a full stop where the store did not take the test: why, and that a hold which
 * a pass would have ended stays; else "". */
const char *conntest_unrecorded(const struct conntest *t);
int64_t conntest_time_us(const struct conntest *t);

/* Cancels when it is not done; NULL is fine. */
void conntest_free(struct conntest *t);

#endif
