/* The outbox: events, claims, attempts, holds, counts, over a real database and two processes. */
#include "core/store/outbox.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1000, MANY = 1000 };

struct fixture {
    struct tmpdir dir;
    char *path;
    struct store *store;
    struct error err;
};

static void check(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static bool add_event(struct store *s, const char *id, enum delivery_kind kind, struct error *err)
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

static int make_fixture(void **state)
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

static int drop_fixture(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    tmpdir_release(&f->dir);
    free(f->path);
    free(f);
    return 0;
}

static int64_t add_held(struct fixture *f, const char *integration, int64_t now, const char *reason)
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

static int64_t add(struct fixture *f, const char *integration, int64_t now)
{
    return add_held(f, integration, now, NULL);
}

static int64_t add_test(struct fixture *f, const char *integration, int64_t now)
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

static struct delivery_list claim_with(struct fixture *f, struct claim claim)
{
    struct delivery_list list = {0};
    check(outbox_claim_due(f->store, &claim, &list, &f->err), &f->err);
    return list;
}

static struct delivery_list claim(struct fixture *f, int64_t now, size_t limit)
{
    return claim_with(
        f, (struct claim){.now = now, .lease_s = 60, .limit = limit, .per_integration = MANY});
}

static size_t claimed(struct fixture *f, int64_t now)
{
    struct delivery_list list = claim(f, now, MANY);
    size_t count = list.count;
    delivery_list_release(&list);
    return count;
}

static struct attempt_result result(int64_t id, enum delivery_state state, int status,
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

static void record(struct fixture *f, int64_t id, enum delivery_state state, int status,
                   const char *outcome, int64_t now)
{
    struct attempt_result r = result(id, state, status, outcome, now);
    check(outbox_record(f->store, &r, &f->err), &f->err);
    attempt_release(&r.attempt);
}

static struct delivery look(struct fixture *f, int64_t id)
{
    struct delivery d = {0};
    check(outbox_delivery(f->store, id, &d, &f->err), &f->err);
    return d;
}

static void expect(struct fixture *f, int64_t id, enum delivery_state state, const char *reason,
                   int64_t due_at)
{
    struct delivery d = look(f, id);
    assert_string_equal(delivery_state_text(d.state), delivery_state_text(state));
    assert_string_equal(d.reason, reason);
    assert_int_equal(d.due_at, due_at);
    delivery_release(&d);
}

/* --- words and ids ------------------------------------------------------------------------------
 */

static void delivery_state__words_go_both_ways(void **state)
{
    (void)state;
    for (int i = DELIVERY_PENDING; i <= DELIVERY_HELD; i++) {
        enum delivery_state back = DELIVERY_PENDING;
        assert_true(delivery_state_parse(delivery_state_text((enum delivery_state)i), &back));
        assert_int_equal(back, i);
    }
    enum delivery_state kept = DELIVERY_HELD;
    assert_false(delivery_state_parse("Failed", &kept));
    assert_int_equal(kept, DELIVERY_HELD);
    assert_string_equal(delivery_kind_text(KIND_TEST), "test");
}

static void delivery_id__reads_what_it_writes(void **state)
{
    static const char *const bad[] = {"",     "d_",  "d_x",   "-1",
                                      " 1",   "1 ",  "d_1 ",  "0x10",
                                      "1f2e", "D_1", "d_d_1", "99999999999999999999"};
    char text[DELIVERY_ID_MAX];
    int64_t id = 0;
    (void)state;
    delivery_id_text(0x1f2e, text);
    assert_string_equal(text, "d_1f2e");
    assert_true(delivery_id_parse(text, &id));
    assert_int_equal(id, 0x1f2e);
    assert_true(delivery_id_parse("7982", &id));
    assert_int_equal(id, 7982);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (delivery_id_parse(bad[i], &id))
            fail_msg("'%s' was taken for an id", bad[i]);
}

/* --- events -------------------------------------------------------------------------------------
 */

static void outbox_event__gives_back_what_was_added(void **state)
{
    struct fixture *f = *state;
    struct event e = {0};
    check(outbox_event(f->store, "event", &e, &f->err), &f->err);
    assert_string_equal(e.id, "event");
    assert_string_equal(e.envelope_id, "envelope");
    assert_int_equal(e.kind, KIND_FINDING);
    assert_string_equal(e.check_id, "no-mfa");
    assert_int_equal(e.run_id, 7);
    assert_int_equal(e.published_ms, 1691501242416);
    assert_string_equal(e.detail, "{\"usersFailing\":[\"ann\"]}");
    assert_string_equal(e.explain, "[]");
    event_release(&e);
    check(outbox_event(f->store, "test-event", &e, &f->err), &f->err);
    assert_int_equal(e.kind, KIND_TEST);
    assert_null(e.explain);
    event_release(&e);
    assert_false(outbox_event(f->store, "none", &e, &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
}

static void outbox_add_delivery__needs_its_event(void **state)
{
    struct fixture *f = *state;
    const struct new_delivery d = {.event_id = "none",
                                   .check_id = "c",
                                   .integration_id = "a",
                                   .integration_name = "A",
                                   .now = NOW};
    int64_t id = 0;
    assert_false(outbox_add_delivery(f->store, &d, &id, &f->err));
    assert_int_equal(f->err.kind, ERR_INVALID);
    assert_int_equal(claimed(f, NOW), 0);
}

static void outbox_add_delivery__a_rolled_back_run_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    check(store_begin(f->store, &f->err), &f->err);
    check(add_event(f->store, "second", KIND_FINDING, &f->err), &f->err);
    add(f, "a", NOW);
    store_rollback(f->store);
    assert_int_equal(claimed(f, NOW), 0);
    struct event e = {0};
    assert_false(outbox_event(f->store, "second", &e, &f->err));
}

/* --- claims -------------------------------------------------------------------------------------
 */

static void outbox_claim_due__takes_what_is_due_once(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "a", NOW);
    add(f, "a", NOW + 5);
    struct delivery_list list = claim(f, NOW, MANY);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, id);
    assert_int_equal(list.items[0].state, DELIVERY_IN_FLIGHT);
    assert_string_equal(list.items[0].integration_id, "a");
    assert_string_equal(list.items[0].integration_name, "Billing events");
    assert_string_equal(list.items[0].event_id, "event");
    assert_int_equal(list.items[0].created_at, NOW);
    assert_int_equal(list.items[0].aged_from, NOW);
    assert_int_equal(list.items[0].attempts, 0);
    assert_int_equal(list.items[0].took_ms, -1);
    delivery_list_release(&list);
    assert_int_equal(claimed(f, NOW), 0);
    int64_t due_at = 0;
    check(outbox_next_due(f->store, &due_at, &f->err), &f->err);
    assert_int_equal(due_at, NOW + 5);
    assert_int_equal(claimed(f, NOW + 5), 1);
    check(outbox_next_due(f->store, &due_at, &f->err), &f->err);
    assert_int_equal(due_at, 0);
}

static void outbox_claim_due__goes_round_the_integrations(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++)
        add(f, "a", NOW + i);
    add(f, "b", NOW + 10);
    add(f, "b", NOW + 11);
    add(f, "c", NOW + 12);
    struct delivery_list list = claim(f, NOW + 20, 5);
    char order[8] = "";
    for (size_t i = 0; i < list.count; i++)
        order[i] = list.items[i].integration_id[0];
    assert_string_equal(order, "abcab");
    delivery_list_release(&list);
    /* a and b have two in flight, c one and nothing left */
    list = claim(f, NOW + 20, 1);
    assert_string_equal(list.items[0].integration_id, "a");
    delivery_list_release(&list);
}

/* A receiver that keeps many busy does not get the next free place before others had theirs. */
static void outbox_claim_due__counts_what_is_in_flight_already(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++)
        add(f, "slow", NOW);
    struct delivery_list list = claim(f, NOW, 3);
    delivery_list_release(&list);
    add(f, "quick", NOW + 1);
    list = claim(f, NOW + 1, 1);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].integration_id, "quick");
    delivery_list_release(&list);
}

static void outbox_claim_due__respects_limits_and_room(void **state)
{
    struct fixture *f = *state;
    static const struct claim_room room[] = {{"a", 1}, {"b", 0}};
    for (int i = 0; i < 5; i++) {
        add(f, "a", NOW);
        add(f, "b", NOW);
        add(f, "c", NOW);
    }
    struct claim c = {.now = NOW,
                      .lease_s = 60,
                      .limit = MANY,
                      .per_integration = 3,
                      .room = room,
                      .room_count = ARRAY_LEN(room)};
    struct delivery_list list = claim_with(f, c);
    size_t counts[3] = {0};
    for (size_t i = 0; i < list.count; i++)
        counts[list.items[i].integration_id[0] - 'a']++;
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 0);
    assert_int_equal(counts[2], 3);
    delivery_list_release(&list);
    list = claim(f, NOW, 0);
    assert_int_equal(list.count, 0);
    delivery_list_release(&list);
}

static bool count_call(void *ctx)
{
    ++*(int *)ctx;
    return false;
}

/* 100,000 waiting deliveries, nearly all of one integration: the others get their turn, and the
 * work of a claim does not depend on the length of the queue. */
static void outbox_claim_due__is_fair_and_cheap_with_a_long_queue(void **state)
{
    enum { INTEGRATIONS = 50, BACKLOG = 100000, EACH = 4, CALLS_MAX = 20 };
    struct fixture *f = *state;
    check(store_begin(f->store, &f->err), &f->err);
    for (int i = 0; i < BACKLOG; i++) {
        char name[8];
        int n = i < BACKLOG - INTEGRATIONS * EACH ? 0 : i % INTEGRATIONS;
        snprintf(name, sizeof name, "i%02d", n);
        add(f, name, NOW + i / 1000);
    }
    check(store_commit(f->store, &f->err), &f->err);

    int calls = 0;
    db_set_deadline(store_db(f->store), count_call, &calls);
    struct delivery_list list = claim(f, NOW + BACKLOG, INTEGRATIONS * EACH);
    db_set_deadline(store_db(f->store), NULL, NULL);
    size_t counts[INTEGRATIONS] = {0};
    for (size_t i = 0; i < list.count; i++)
        counts[atoi(list.items[i].integration_id + 1)]++;
    for (size_t i = 0; i < INTEGRATIONS; i++)
        assert_int_equal(counts[i], EACH);
    delivery_list_release(&list);
    assert_in_range(calls, 0, CALLS_MAX); /* each stands for 4,000 steps of the engine */
}

/* Nor does any step of a delivery's life depend on how much was delivered before. */
static void outbox_hold__is_cheap_with_a_long_history(void **state)
{
    enum { HISTORY = 20000, CALLS_MAX = 4 };
    struct fixture *f = *state;
    check(store_begin(f->store, &f->err), &f->err);
    for (int i = 0; i < HISTORY; i++)
        add(f, "a", NOW);
    check(db_exec(store_db(f->store),
                  "UPDATE deliveries SET state = 'delivered', due_at = 0, finished_at = 1",
                  &f->err),
          &f->err);
    check(store_commit(f->store, &f->err), &f->err);

    int calls = 0;
    db_set_deadline(store_db(f->store), count_call, &calls);
    int64_t id = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 1);
    check(outbox_hold(f->store, "a", "refused", NOW, &f->err), &f->err);
    check(outbox_give_back(f->store, id, NOW, &f->err), &f->err);
    add(f, "a", NOW);
    check(outbox_release(f->store, "a", NOW, &f->err), &f->err);
    assert_int_equal(claimed(f, NOW), 2);
    check(outbox_recover(f->store, NOW, &f->err), &f->err);
    check(outbox_end_integration(f->store, "a", NOW, &f->err), &f->err);
    db_set_deadline(store_db(f->store), NULL, NULL);
    assert_in_range(calls, 0, CALLS_MAX);
}

static void outbox_recover__returns_what_a_dead_worker_had(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "a", NOW), test = add_test(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 1);
    check(outbox_recover(f->store, NOW + 9, &f->err), &f->err);
    expect(f, id, DELIVERY_PENDING, "", NOW + 9);
    struct delivery d = look(f, id);
    assert_int_equal(d.attempts, 0);
    delivery_release(&d);
    expect(f, test, DELIVERY_IN_FLIGHT, "", 0); /* somebody sends it just now */
    assert_int_equal(claimed(f, NOW + 9), 1);
    check(outbox_recover(f->store, NOW + 7200, &f->err), &f->err);
    expect(f, test, DELIVERY_FAILED, "the test was interrupted", 0);
}

static void outbox_give_back__returns_one(void **state)
{
    struct fixture *f = *state;
    int64_t first = add(f, "a", NOW), second = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 2);
    check(outbox_give_back(f->store, second, NOW + 1, &f->err), &f->err);
    expect(f, first, DELIVERY_IN_FLIGHT, "", NOW);
    expect(f, second, DELIVERY_PENDING, "", NOW + 1);
    record(f, first, DELIVERY_DELIVERED, 200, "delivered", NOW + 1);
    check(outbox_give_back(f->store, first, NOW + 2, &f->err), &f->err);
    expect(f, first, DELIVERY_DELIVERED, "delivered", 0);
}

/* --- attempts -----------------------------------------------------------------------------------
 */

static void outbox_record__keeps_everything_of_an_attempt(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 1);
    struct attempt_result r = result(id, DELIVERY_PENDING, 503, "retry", NOW + 1);
    r.attempt.reason = mem_strdup("HTTP 503");
    r.attempt.peer = mem_strdup("203.0.113.10:443");
    r.attempt.method = mem_strdup("POST");
    r.attempt.url = mem_strdup("https://example.com/hook");
    r.attempt.request_headers = mem_strdup("{\"Authorization\":\"•••\"}");
    r.attempt.response_headers = mem_strdup("{}");
    r.attempt.response_body = mem_dup("a\0b", 3);
    r.attempt.response_len = 3;
    r.attempt.response_cut = true;
    r.attempt.connect_us = 31000;
    check(outbox_record(f->store, &r, &f->err), &f->err);
    attempt_release(&r.attempt);
    expect(f, id, DELIVERY_PENDING, "retry", NOW + 31);
    assert_int_equal(claimed(f, NOW + 31), 1);
    record(f, id, DELIVERY_DELIVERED, 204, "delivered", NOW + 32);

    struct attempt_list list = {0};
    check(outbox_attempts(f->store, id, &list, &f->err), &f->err);
    assert_int_equal(list.count, 2);
    const struct attempt *a = &list.items[0];
    assert_int_equal(a->n, 1);
    assert_int_equal(a->delivery_id, id);
    assert_int_equal(a->started_ms, (NOW + 1) * 1000);
    assert_string_equal(a->outcome, "retry");
    assert_int_equal(a->status, 503);
    assert_string_equal(a->reason, "HTTP 503");
    assert_string_equal(a->peer, "203.0.113.10:443");
    assert_string_equal(a->method, "POST");
    assert_string_equal(a->url, "https://example.com/hook");
    assert_string_equal(a->request_headers, "{\"Authorization\":\"•••\"}");
    assert_int_equal(a->resolve_us, -1);
    assert_int_equal(a->connect_us, 31000);
    assert_int_equal(a->response_len, 3);
    assert_memory_equal(a->response_body, "a\0b", 3);
    assert_true(a->response_cut);
    assert_int_equal(list.items[1].n, 2);
    assert_null(list.items[1].peer);
    assert_null(list.items[1].response_body);
    attempt_list_release(&list);

    struct delivery d = look(f, id);
    assert_int_equal(d.attempts, 2);
    assert_int_equal(d.status, 204);
    assert_int_equal(d.took_ms, 87);
    assert_int_equal(d.finished_at, NOW + 32);
    delivery_release(&d);
}

static void outbox_record__tells_the_integration_what_ended(void **state)
{
    struct fixture *f = *state;
    struct integration_facts facts = {0};
    int64_t id = add(f, "a", NOW);
    record(f, id, DELIVERY_PENDING, 503, "retry", NOW + 1);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_int_equal(facts.last_at, 0); /* it has not ended */
    assert_int_equal(facts.counts.retrying, 1);
    integration_facts_release(&facts);

    record(f, id, DELIVERY_DELIVERED, 200, "delivered", NOW + 2);
    record(f, add(f, "a", NOW), DELIVERY_FAILED, 410, "gone", NOW + 3);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_int_equal(facts.last_at, NOW + 3);
    assert_int_equal(facts.last_status, 410);
    assert_false(facts.last_ok);
    assert_string_equal(facts.last_reason, "gone");
    assert_int_equal(facts.last_ok_at, NOW + 2);
    assert_true(facts.gone);
    assert_false(facts.on_hold);
    assert_int_equal(facts.counts.delivered, 1);
    assert_int_equal(facts.counts.failed, 1);
    integration_facts_release(&facts);

    record(f, add_test(f, "a", NOW + 4), DELIVERY_DELIVERED, 204, "delivered", NOW + 5);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_true(facts.last_ok);
    assert_false(facts.gone);
    assert_int_equal(facts.counts.delivered, 1); /* tests are not counted */
    integration_facts_release(&facts);

    check(outbox_forget_facts(f->store, "a", &f->err), &f->err);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_int_equal(facts.last_at, 0);
    assert_int_equal(facts.last_ok_at, 0);
    integration_facts_release(&facts);
}

static void outbox_record__an_unknown_delivery_is_not_found(void **state)
{
    struct fixture *f = *state;
    struct attempt_result r = result(77, DELIVERY_DELIVERED, 200, "delivered", NOW);
    assert_false(outbox_record(f->store, &r, &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(f->err.text, "d_4d"));
    attempt_release(&r.attempt);
}

/* --- holds --------------------------------------------------------------------------------------
 */

static void outbox_hold__stops_and_releases_without_ageing(void **state)
{
    struct fixture *f = *state;
    int64_t waiting = add(f, "a", NOW), other = add(f, "b", NOW);
    check(outbox_hold(f->store, "a", "refused: 401", NOW + 1, &f->err), &f->err);
    check(outbox_hold(f->store, "a", "second reason", NOW + 2, &f->err), &f->err);
    expect(f, waiting, DELIVERY_HELD, "refused: 401", 0);
    expect(f, other, DELIVERY_PENDING, "", NOW);
    int64_t later = add(f, "a", NOW + 3);
    expect(f, later, DELIVERY_HELD, "refused: 401", 0);
    assert_int_equal(claimed(f, NOW + 10), 1);

    struct integration_facts facts = {0};
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_true(facts.on_hold);
    assert_string_equal(facts.hold_reason, "refused: 401");
    assert_int_equal(facts.hold_since, NOW + 1);
    assert_int_equal(facts.counts.held, 2);
    assert_int_equal(facts.counts.waiting, 0);
    integration_facts_release(&facts);

    check(outbox_release(f->store, "a", NOW + 5000, &f->err), &f->err);
    check(outbox_release(f->store, "a", NOW + 6000, &f->err), &f->err);
    expect(f, waiting, DELIVERY_PENDING, "", NOW + 5000);
    struct delivery d = look(f, waiting);
    assert_int_equal(d.aged_from, NOW + 5000);
    assert_int_equal(d.created_at, NOW);
    delivery_release(&d);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_false(facts.on_hold);
    assert_null(facts.hold_reason);
    integration_facts_release(&facts);
    assert_int_equal(claimed(f, NOW + 5000), 2);
}

/* What was in flight when the hold began does not slip past it. */
static void outbox_hold__catches_what_comes_back(void **state)
{
    struct fixture *f = *state;
    int64_t retried = add(f, "a", NOW), returned = add(f, "a", NOW), refused = add(f, "a", NOW),
            recovered = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 4);
    record(f, refused, DELIVERY_HELD, 401, "refused", NOW + 1);
    check(outbox_hold(f->store, "a", "refused", NOW + 1, &f->err), &f->err);
    record(f, retried, DELIVERY_PENDING, 503, "retry", NOW + 2);
    check(outbox_give_back(f->store, returned, NOW + 2, &f->err), &f->err);
    check(outbox_recover(f->store, NOW + 2, &f->err), &f->err);
    expect(f, refused, DELIVERY_HELD, "refused", 0);
    expect(f, retried, DELIVERY_HELD, "refused", 0);
    expect(f, returned, DELIVERY_HELD, "refused", 0);
    expect(f, recovered, DELIVERY_HELD, "refused", 0);
    check(outbox_release(f->store, "a", NOW + 3, &f->err), &f->err);
    assert_int_equal(claimed(f, NOW + 3), 4);
}

static void outbox_add_delivery__may_begin_held(void **state)
{
    struct fixture *f = *state;
    int64_t id = add_held(f, "a", NOW, "integration is disabled");
    expect(f, id, DELIVERY_HELD, "integration is disabled", 0);
    check(outbox_release(f->store, "a", NOW + 1, &f->err), &f->err);
    expect(f, id, DELIVERY_PENDING, "", NOW + 1);
}

static void outbox_end_integration__ends_what_waits(void **state)
{
    struct fixture *f = *state;
    int64_t done = add(f, "a", NOW), flying = add(f, "a", NOW), late = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 3);
    record(f, done, DELIVERY_DELIVERED, 200, "delivered", NOW + 1);
    int64_t pending = add(f, "a", NOW + 1), held = add_held(f, "a", NOW + 1, "off");
    int64_t other = add(f, "b", NOW + 1);
    check(outbox_end_integration(f->store, "a", NOW + 2, &f->err), &f->err);
    expect(f, done, DELIVERY_DELIVERED, "delivered", 0);
    expect(f, pending, DELIVERY_FAILED, "integration removed", 0);
    expect(f, held, DELIVERY_FAILED, "integration removed", 0);
    expect(f, other, DELIVERY_PENDING, "", NOW + 1);

    /* answers that were on their way: one would be retried, the other arrived after all */
    record(f, flying, DELIVERY_PENDING, 503, "retry", NOW + 3);
    expect(f, flying, DELIVERY_FAILED, "integration removed", 0);
    struct delivery d = look(f, flying);
    assert_int_equal(d.attempts, 1);
    delivery_release(&d);
    record(f, late, DELIVERY_DELIVERED, 200, "delivered", NOW + 3);
    expect(f, late, DELIVERY_DELIVERED, "delivered", 0);
}

/* --- redelivery ---------------------------------------------------------------------------------
 */

static void outbox_redeliver__makes_a_new_delivery_of_the_same_event(void **state)
{
    struct fixture *f = *state;
    int64_t old = add(f, "a", NOW), again = 0;
    assert_false(outbox_redeliver(f->store, old, NOW + 1, NULL, &again, &f->err));
    assert_int_equal(f->err.kind, ERR_INVALID);
    record(f, old, DELIVERY_FAILED, 404, "failed", NOW + 1);
    check(outbox_redeliver(f->store, old, NOW + 2, NULL, &again, &f->err), &f->err);
    struct delivery d = look(f, again);
    assert_int_equal(d.redelivery_of, old);
    assert_string_equal(d.event_id, "event");
    assert_string_equal(d.integration_id, "a");
    assert_string_equal(d.check_id, "no-mfa");
    assert_int_equal(d.attempts, 0);
    assert_int_equal(d.due_at, NOW + 2);
    delivery_release(&d);
    expect(f, old, DELIVERY_FAILED, "failed", 0);

    int64_t test = add_test(f, "a", NOW);
    record(f, test, DELIVERY_FAILED, 404, "failed", NOW + 1);
    assert_false(outbox_redeliver(f->store, test, NOW + 2, NULL, &again, &f->err));
    assert_int_equal(f->err.kind, ERR_INVALID);
    assert_false(outbox_redeliver(f->store, 4711, NOW + 2, NULL, &again, &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
}

/* --- looking ------------------------------------------------------------------------------------
 */

static size_t listed(struct fixture *f, struct delivery_filter filter)
{
    struct delivery_list list = {0};
    check(outbox_list(f->store, &filter, &list, &f->err), &f->err);
    size_t count = list.count;
    for (size_t i = 1; i < list.count; i++)
        assert_true(list.items[i - 1].id > list.items[i].id);
    delivery_list_release(&list);
    return count;
}

static void outbox_list__filters_newest_first(void **state)
{
    struct fixture *f = *state;
    record(f, add(f, "a", NOW), DELIVERY_FAILED, 404, "Not Found", NOW + 1);
    record(f, add(f, "b", NOW + 1), DELIVERY_FAILED, 500, "gave up", NOW + 1);
    add(f, "a", NOW + 2);
    record(f, add_test(f, "a", NOW + 3), DELIVERY_DELIVERED, 200, "", NOW + 3);
    const struct delivery_filter all = DELIVERY_FILTER_ALL;
    assert_int_equal(listed(f, all), 4);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .limit = 3}), 3);
    assert_int_equal(listed(f, (struct delivery_filter){.state = DELIVERY_FAILED}), 2);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .integration_id = "a"}), 3);
    assert_int_equal(
        listed(f, (struct delivery_filter){.state = DELIVERY_FAILED, .integration_id = "a"}), 1);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .check_id = "WebhookTest"}),
                     1);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .since = NOW + 2}), 2);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .text = "not found"}), 1);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .text = "BILLING"}), 4);
    assert_int_equal(
        listed(f, (struct delivery_filter){.state = -1, .text = "billing", .limit = 2}), 2);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .text = "d_2"}), 1);
    assert_int_equal(listed(f, (struct delivery_filter){.state = -1, .text = "100%"}), 0);
}

static void outbox_count__counts_by_state_and_time(void **state)
{
    struct fixture *f = *state;
    struct outbox_counts c = {0};
    record(f, add(f, "a", NOW), DELIVERY_DELIVERED, 200, "", NOW + 1);
    record(f, add(f, "a", NOW), DELIVERY_DELIVERED, 200, "", NOW + 50);
    record(f, add(f, "b", NOW), DELIVERY_FAILED, 404, "", NOW + 60);
    record(f, add(f, "b", NOW), DELIVERY_PENDING, 503, "", NOW + 60);
    add_held(f, "b", NOW, "off");
    add(f, "a", NOW);
    struct delivery_list list = claim(f, NOW, 1);
    delivery_list_release(&list);
    add(f, "a", NOW);
    check(outbox_count(f->store, NULL, 0, &c, &f->err), &f->err);
    assert_int_equal(c.delivered, 2);
    assert_int_equal(c.failed, 1);
    assert_int_equal(c.held, 1);
    assert_int_equal(c.waiting, 3);
    assert_int_equal(c.retrying, 1);
    check(outbox_count(f->store, NULL, NOW + 50, &c, &f->err), &f->err);
    assert_int_equal(c.delivered, 1);
    assert_int_equal(c.waiting, 3);
    check(outbox_count(f->store, "b", 0, &c, &f->err), &f->err);
    assert_int_equal(c.delivered, 0);
    assert_int_equal(c.failed, 1);
    assert_int_equal(c.retrying, 1);
    check(outbox_count(f->store, "none", 0, &c, &f->err), &f->err);
    assert_int_equal(c.failed + c.waiting + c.held + c.delivered + c.retrying, 0);
}

/* --- processes ----------------------------------------------------------------------------------
 */

/* Claims at most three and records each as delivered; -1 where that failed. */
static int work_once(struct store *s, struct error *err)
{
    const struct claim c = {.now = NOW, .lease_s = 60, .limit = 3, .per_integration = 3};
    struct delivery_list list = {0};
    bool ok = outbox_claim_due(s, &c, &list, err);
    int count = (int)list.count;
    for (size_t i = 0; ok && i < list.count; i++) {
        struct attempt_result r =
            result(list.items[i].id, DELIVERY_DELIVERED, 200, "delivered", NOW);
        ok = outbox_record(s, &r, err);
        attempt_release(&r.attempt);
    }
    delivery_list_release(&list);
    return ok ? count : -1;
}

/* A worker in a process of its own: writes how many it delivered before nothing was left. */
static void work(const char *path, int out)
{
    struct error err = {0};
    struct store *s = store_open(path, &err);
    int sum = 0, count = -1;
    while (s && (count = work_once(s, &err)) > 0)
        sum += count;
    if (count < 0)
        fprintf(stderr, "worker: %s\n", err.text);
    store_close(s);
    _exit(count == 0 && write(out, &sum, sizeof sum) == sizeof sum ? 0 : 1);
}

static void outbox_claim_due__two_processes_never_take_the_same(void **state)
{
    enum { WORKERS = 2, DELIVERIES = 120 };
    struct fixture *f = *state;
    int pipes[2], sum = 0;
    for (int i = 0; i < DELIVERIES; i++)
        add(f, i % 2 ? "a" : "b", NOW);
    store_close(f->store); /* a connection must not be carried over a fork */
    assert_int_equal(pipe(pipes), 0);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0)
            work(f->path, pipes[1]);
    for (int i = 0; i < WORKERS; i++) {
        int count = 0, status = -1;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
        assert_int_equal(read(pipes[0], &count, sizeof count), sizeof count);
        sum += count;
    }
    close(pipes[0]);
    close(pipes[1]);
    f->store = store_open(f->path, &f->err);
    assert_int_equal(sum, DELIVERIES);
    struct outbox_counts c = {0};
    check(outbox_count(f->store, NULL, 0, &c, &f->err), &f->err);
    assert_int_equal(c.delivered, DELIVERIES);
}

/* Results that were not committed when the worker was killed are only repeated. */
static void outbox_record__a_killed_worker_loses_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t first = add(f, "a", NOW), second = add(f, "a", NOW);
    store_close(f->store);
    pid_t pid = fork();
    if (pid == 0) {
        f->store = store_open(f->path, &f->err);
        if (claimed(f, NOW) != 2)
            _exit(1);
        record(f, first, DELIVERY_DELIVERED, 200, "delivered", NOW);
        check(store_begin(f->store, &f->err), &f->err);
        record(f, second, DELIVERY_DELIVERED, 200, "delivered", NOW);
        raise(SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    f->store = store_open(f->path, &f->err);
    assert_true(WIFSIGNALED(status));
    check(outbox_recover(f->store, NOW + 1, &f->err), &f->err);
    expect(f, first, DELIVERY_DELIVERED, "delivered", 0);
    expect(f, second, DELIVERY_PENDING, "", NOW + 1);
    struct attempt_list list = {0};
    check(outbox_attempts(f->store, second, &list, &f->err), &f->err);
    assert_int_equal(list.count, 0);
    attempt_list_release(&list);
}

int main(void)
{
#define FIXED(f) cmocka_unit_test_setup_teardown(f, make_fixture, drop_fixture)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delivery_state__words_go_both_ways),
        cmocka_unit_test(delivery_id__reads_what_it_writes),
        FIXED(outbox_event__gives_back_what_was_added),
        FIXED(outbox_add_delivery__needs_its_event),
        FIXED(outbox_add_delivery__a_rolled_back_run_leaves_nothing),
        FIXED(outbox_add_delivery__may_begin_held),
        FIXED(outbox_claim_due__takes_what_is_due_once),
        FIXED(outbox_claim_due__goes_round_the_integrations),
        FIXED(outbox_claim_due__counts_what_is_in_flight_already),
        FIXED(outbox_claim_due__respects_limits_and_room),
        FIXED(outbox_claim_due__is_fair_and_cheap_with_a_long_queue),
        FIXED(outbox_claim_due__two_processes_never_take_the_same),
        FIXED(outbox_recover__returns_what_a_dead_worker_had),
        FIXED(outbox_give_back__returns_one),
        FIXED(outbox_record__keeps_everything_of_an_attempt),
        FIXED(outbox_record__tells_the_integration_what_ended),
        FIXED(outbox_record__an_unknown_delivery_is_not_found),
        FIXED(outbox_record__a_killed_worker_loses_nothing),
        FIXED(outbox_hold__stops_and_releases_without_ageing),
        FIXED(outbox_hold__catches_what_comes_back),
        FIXED(outbox_hold__is_cheap_with_a_long_history),
        FIXED(outbox_end_integration__ends_what_waits),
        FIXED(outbox_redeliver__makes_a_new_delivery_of_the_same_event),
        FIXED(outbox_list__filters_newest_first),
        FIXED(outbox_count__counts_by_state_and_time),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
