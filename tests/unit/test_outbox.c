/* The outbox: events, attempts, redelivery, lists and counts over a real database. */
#include "core/store/outbox.h"

#include <string.h>

#include "tests/unit/outbox_fixture.h"

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
    assert_int_equal(facts.counts.failed, 1);
    integration_facts_release(&facts);

    record(f, add_test(f, "a", NOW + 4), DELIVERY_DELIVERED, 204, "delivered", NOW + 5);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_true(facts.last_ok);
    assert_false(facts.gone);
    assert_int_equal(facts.counts.failed, 1); /* tests are not counted */
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

static bool is_a(void *ctx, const char *id)
{
    (void)ctx;
    return strcmp(id, "a") == 0;
}

static int64_t open_failures(struct fixture *f, int64_t most)
{
    int64_t count = -1;
    check(outbox_count_open_failures(f->store, is_a, NULL, most, &count, &f->err), &f->err);
    return count;
}

static void outbox_count_open_failures__leaves_out_what_needs_nobody(void **state)
{
    struct fixture *f = *state;
    int64_t again = 0;
    assert_int_equal(open_failures(f, 100), 0);
    const int64_t first = add(f, "a", NOW);
    record(f, first, DELIVERY_FAILED, 404, "", NOW + 1);
    record(f, add(f, "a", NOW), DELIVERY_FAILED, 404, "", NOW + 1);
    record(f, add(f, "removed", NOW), DELIVERY_FAILED, 404, "", NOW + 1);
    record(f, add_test(f, "a", NOW), DELIVERY_FAILED, 404, "", NOW + 1);
    record(f, add(f, "a", NOW), DELIVERY_DELIVERED, 200, "", NOW + 1);
    assert_int_equal(open_failures(f, 100), 2);
    assert_int_equal(open_failures(f, 1), 1);
    check(outbox_redeliver(f->store, first, NOW + 2, NULL, &again, &f->err), &f->err);
    assert_int_equal(open_failures(f, 100), 1);
    record(f, again, DELIVERY_FAILED, 404, "", NOW + 3); /* it stands for the first one now */
    assert_int_equal(open_failures(f, 100), 2);
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

    /* One that is retried stays so while it is under way again. */
    list = claim(f, NOW + 1000, MANY);
    delivery_list_release(&list);
    check(outbox_count(f->store, "b", 0, &c, &f->err), &f->err);
    assert_int_equal(c.waiting, 1);
    assert_int_equal(c.retrying, 1);
}

static void outbox_facts_all__says_what_each_says_alone(void **state)
{
    static const char *const ids[] = {"a", "b", "c", "none"};
    struct fixture *f = *state;
    struct integration_facts all[ARRAY_LEN(ids)] = {0};
    record(f, add(f, "a", NOW), DELIVERY_DELIVERED, 200, "", NOW + 1);
    record(f, add(f, "b", NOW), DELIVERY_FAILED, 404, "gone", NOW + 60);
    record(f, add(f, "b", NOW), DELIVERY_PENDING, 503, "", NOW + 60);
    add(f, "unasked", NOW);
    add(f, "c", NOW);
    check(outbox_hold(f->store, "c", "refused", NOW + 2, &f->err), &f->err);
    check(outbox_facts_all(f->store, ids, ARRAY_LEN(ids), true, all, &f->err), &f->err);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct integration_facts one = {0};
        check(outbox_facts(f->store, ids[i], &one, &f->err), &f->err);
        assert_memory_equal(&all[i].counts, &one.counts, sizeof one.counts);
        assert_int_equal(all[i].last_at, one.last_at);
        assert_int_equal(all[i].last_status, one.last_status);
        assert_int_equal(all[i].on_hold, one.on_hold);
        assert_string_equal(all[i].hold_reason ? all[i].hold_reason : "",
                            one.hold_reason ? one.hold_reason : "");
        integration_facts_release(&one);
    }
    assert_int_equal(all[1].counts.failed, 1);
    assert_int_equal(all[1].counts.retrying, 1);
    assert_true(all[2].on_hold);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        integration_facts_release(&all[i]);
}

static void outbox_facts_all__leaves_failures_out_where_they_are_not_wanted(void **state)
{
    static const char *const ids[] = {"a", "b"};
    struct fixture *f = *state;
    struct integration_facts all[ARRAY_LEN(ids)] = {0};
    int64_t failed = -1;
    record(f, add(f, "a", NOW), DELIVERY_FAILED, 404, "gone", NOW + 1);
    record(f, add(f, "a", NOW), DELIVERY_PENDING, 503, "", NOW + 60);
    check(outbox_facts_all(f->store, ids, ARRAY_LEN(ids), false, all, &f->err), &f->err);
    assert_int_equal(all[0].counts.failed, 0);
    assert_int_equal(all[0].counts.retrying, 1);
    check(outbox_count_failures(f->store, "a", &failed, &f->err), &f->err);
    assert_int_equal(failed, 1);
    check(outbox_count_failures(f->store, "b", &failed, &f->err), &f->err);
    assert_int_equal(failed, 0);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        integration_facts_release(&all[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delivery_state__words_go_both_ways),
        cmocka_unit_test(delivery_id__reads_what_it_writes),
        FIXED(outbox_event__gives_back_what_was_added),
        FIXED(outbox_add_delivery__needs_its_event),
        FIXED(outbox_add_delivery__a_rolled_back_run_leaves_nothing),
        FIXED(outbox_record__keeps_everything_of_an_attempt),
        FIXED(outbox_record__tells_the_integration_what_ended),
        FIXED(outbox_record__an_unknown_delivery_is_not_found),
        FIXED(outbox_redeliver__makes_a_new_delivery_of_the_same_event),
        FIXED(outbox_list__filters_newest_first),
        FIXED(outbox_count__counts_by_state_and_time),
        FIXED(outbox_count_open_failures__leaves_out_what_needs_nobody),
        FIXED(outbox_facts_all__says_what_each_says_alone),
        FIXED(outbox_facts_all__leaves_failures_out_where_they_are_not_wanted),
    };
    return cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
}
