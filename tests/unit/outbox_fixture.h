/*
 * What the tests of the outbox share: a store with two events, deliveries made, claimed and
 * recorded in one line.
 */
#ifndef CHECKHOOK_TESTS_UNIT_OUTBOX_FIXTURE_H
#define CHECKHOOK_TESTS_UNIT_OUTBOX_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1000, MANY = 1000 };

struct fixture {
    struct tmpdir dir;
    char *path;
    struct store *store;
    struct error err;
};

static inline void check(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static inline bool add_event(struct store *s, const char *id, enum delivery_kind kind,
                             struct error *err)
{
    struct event e = {
        .id = mem_strdup(id),
        .envelope_id = mem_strdup("envelope"),
        .kind = kind,
        .check_id = mem_strdup("no-mfa"),
        .run_id = 7,
        .published_ms = 1691501242416,
        .detail = mem_strdup("{\"usersFailing\":[\"ann\"]}"),
        .explain = kind == KIND_FINDING ? mem_strdup("[]") : NULL,
    };
    bool ok = outbox_add_event(s, &e, err);
    event_release(&e);
    return ok;
}

static inline int make_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    tmpdir_init(&f->dir);
    f->path = tmpdir_path(&f->dir, "checkhook.db");
    f->store = store_open(f->path, &f->err);
    *state = f;
    return f->store && add_event(f->store, "event", KIND_FINDING, &f->err) &&
                   add_event(f->store, "test-event", KIND_TEST, &f->err)
               ? 0
               : -1;
}

static inline int drop_fixture(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    tmpdir_release(&f->dir);
    free(f->path);
    free(f);
    return 0;
}

static inline int64_t add_held(struct fixture *f, const char *integration, int64_t now,
                               const char *reason)
{
    const struct new_delivery d = {
        .event_id = "event",
        .check_id = "no-mfa",
        .integration_id = integration,
        .integration_name = "Billing events",
        .now = now,
        .held_reason = reason,
    };
    int64_t id = 0;
    check(outbox_add_delivery(f->store, &d, &id, &f->err), &f->err);
    return id;
}

static inline int64_t add(struct fixture *f, const char *integration, int64_t now)
{
    return add_held(f, integration, now, NULL);
}

static inline int64_t add_test(struct fixture *f, const char *integration, int64_t now)
{
    const struct new_delivery d = {.event_id = "test-event",
                                   .check_id = "WebhookTest",
                                   .integration_id = integration,
                                   .integration_name = "Billing events",
                                   .kind = KIND_TEST,
                                   .now = now};
    int64_t id = 0;
    check(outbox_add_delivery(f->store, &d, &id, &f->err), &f->err);
    return id;
}

static inline struct delivery_list claim_with(struct fixture *f, struct claim claim)
{
    struct delivery_list list = {0};
    check(outbox_claim_due(f->store, &claim, &list, &f->err), &f->err);
    return list;
}

static inline struct delivery_list claim(struct fixture *f, int64_t now, size_t limit)
{
    return claim_with(f, (struct claim){.due_by = now, .lease_until = now + 60, .limit = limit});
}

static inline size_t claimed(struct fixture *f, int64_t now)
{
    struct delivery_list list = claim(f, now, MANY);
    size_t count = list.count;
    delivery_list_release(&list);
    return count;
}

static inline struct attempt_result result(int64_t id, enum delivery_state state, int status,
                                           const char *outcome, int64_t now)
{
    return (struct attempt_result){
        .attempt = {.delivery_id = id,
                    .started_ms = now * 1000,
                    .outcome = mem_strdup(outcome),
                    .status = status,
                    .resolve_us = -1,
                    .total_us = 87400},
        .state = state,
        .due_at = state == DELIVERY_PENDING ? now + 30 : 0,
        .reason = outcome,
        .now = now,
    };
}

static inline void record(struct fixture *f, int64_t id, enum delivery_state state, int status,
                          const char *outcome, int64_t now)
{
    struct attempt_result r = result(id, state, status, outcome, now);
    check(outbox_record(f->store, &r, &f->err), &f->err);
    attempt_release(&r.attempt);
}

static inline struct delivery look(struct fixture *f, int64_t id)
{
    struct delivery d = {0};
    check(outbox_delivery(f->store, id, &d, &f->err), &f->err);
    return d;
}

static inline void expect(struct fixture *f, int64_t id, enum delivery_state state,
                          const char *reason, int64_t due_at)
{
    struct delivery d = look(f, id);
    assert_string_equal(delivery_state_text(d.state), delivery_state_text(state));
    assert_string_equal(d.reason, reason);
    assert_int_equal(d.due_at, due_at);
    delivery_release(&d);
}

#define FIXED(f) cmocka_unit_test_setup_teardown(f, make_fixture, drop_fixture)

#endif
