#ifndef CHECKHOOK_TESTS_SUPPORT_DELIVERY_FIXTURE_H
#define CHECKHOOK_TESTS_SUPPORT_DELIVERY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/config.h"
#include "core/config/secret.h"
#include "core/deliver/transport.h"
#include "core/store/outbox.h"
#include "core/store/store.h"
#include "tests/support/tmpdir.h"

/*
 * What the tests of core/deliver share: integrations made in one line, a fixed event, secrets
 * sealed with a key of their own, a home with store and configuration. Whatever goes wrong here
 * fails the running test.
 */

enum { FIXTURE_NOW = 1691501242 }; /* 2023-08-08T13:27:22Z */

/* Of fixture_event, and of the tenant. */
extern const char fixture_event_id[], fixture_envelope_id[], fixture_tenant[], fixture_detail[];

struct fixture {
    struct tmpdir dir;
    struct keyring *keyring;
    struct general general;
    struct transport *transport;
    struct store *store;
    struct config config;
    struct integration in; /* the one under test */
};

/* Fails the test with the sentence of the error unless `ok`. */
#define fixture_check(ok, err) fixture_check_at(__FILE__, __LINE__, ok, err)
void fixture_check_at(const char *file, int line, bool ok, const struct error *err);

/* A folder with key and store, a transport, and an integration without authorization and URL. */
void fixture_init(struct fixture *f);
void fixture_release(struct fixture *f);

/* As cmocka's setup and teardown: *state becomes a struct fixture. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Sets a parameter of the integration under test, for its requests or those of its token. */
void fixture_param(struct fixture *f, enum param_place place, const char *key, const char *value,
                   bool secret);
void fixture_oauth_param(struct fixture *f, enum param_place place, const char *key,
                         const char *value, bool secret);

/* Its authorization; the last text is sealed. */
void fixture_basic(struct fixture *f, const char *user, const char *password);
void fixture_api_key(struct fixture *f, const char *name, const char *value);
void fixture_oauth(struct fixture *f, const char *endpoint, const char *id, const char *secret);

/* The event that every test sends; the caller releases it. */
struct event fixture_event(void);

/* Polls until the condition holds; fails the test after 30 s. */
#define FIXTURE_POLL_UNTIL(transport, condition)                                                   \
    do {                                                                                           \
        int64_t give_up_ms = clock_monotonic_ms() + FIXTURE_PATIENCE_MS;                           \
        while (!(condition))                                                                       \
            fixture_poll_at(__FILE__, __LINE__, transport, give_up_ms, #condition);                \
    } while (0)
enum { FIXTURE_PATIENCE_MS = 30000 };
void fixture_poll_at(const char *file, int line, struct transport *transport, int64_t give_up_ms,
                     const char *what);

#endif
