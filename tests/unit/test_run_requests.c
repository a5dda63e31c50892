/* Tests of the runs that consoles ask the service for, between two connections. */
#include "core/store/run_requests.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1700000000 };

struct scene {
    struct tmpdir dir;
    struct store *console, *service;
};

static struct error err;

static void check(bool ok)
{
    if (!ok)
        fail_msg("unexpected error: %s", err.text);
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    err = (struct error){0};
    tmpdir_init(&s->dir);
    char *path = tmpdir_path(&s->dir, "checkhook.db");
    s->console = store_open(path, &err);
    s->service = store_open(path, &err);
    check(s->console && s->service);
    free(path);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    store_close(s->console);
    store_close(s->service);
    tmpdir_release(&s->dir);
    free(s);
    return 0;
}

static int64_t ask(struct scene *s, int64_t now)
{
    int64_t id = 0;
    const struct run_ask ask = {"alice on prod-db-01", "", now};
    check(run_requests_add(s->console, &ask, &id, &err));
    assert_true(id > 0);
    return id;
}

static int64_t take(struct scene *s, int64_t now)
{
    struct run_request r = {0};
    check(run_requests_take(s->service, now, &r, &err));
    int64_t id = r.id;
    if (id > 0) {
        assert_int_equal(r.state, REQUEST_RUNNING);
        assert_string_equal(r.asked_by, "alice on prod-db-01");
    }
    run_request_release(&r);
    return id;
}

static bool report(struct scene *s, int64_t id, int64_t done, int64_t total)
{
    bool cancel = false;
    struct job_progress progress = {done, total, "checking users"};
    check(run_requests_progress(s->service, id, &progress, "[]", &cancel, &err));
    return cancel;
}

static void expect(struct scene *s, int64_t id, enum run_request_state state)
{
    struct run_request r = {0};
    check(run_requests_find(s->console, id, &r, &err));
    assert_int_equal(r.state, state);
    run_request_release(&r);
}

static void run_requests_add__is_taken_reported_and_ended(void **state)
{
    struct scene *s = *state;
    struct run_request r = {0};
    assert_int_equal(take(s, NOW), 0);
    int64_t id = ask(s, NOW);
    expect(s, id, REQUEST_WAITING);
    assert_int_equal(take(s, NOW), id);
    assert_int_equal(take(s, NOW), 0);
    assert_false(report(s, id, 40, 100));
    check(run_requests_find(s->console, id, &r, &err));
    assert_true(run_request_is_open(&r));
    assert_int_equal(r.progress.done, 40);
    assert_int_equal(r.progress.total, 100);
    assert_string_equal(r.progress.what, "checking users");
    run_request_release(&r);

    struct run_request_end end = {.state = REQUEST_DONE, .run_id = 7, .deliveries = 3};
    check(run_requests_end(s->service, id, &end, &err));
    check(run_requests_find(s->console, id, &r, &err));
    assert_int_equal(r.state, REQUEST_DONE);
    assert_int_equal(r.run_id, 7);
    assert_int_equal(r.deliveries, 3);
    assert_null(r.error);
    assert_false(run_request_is_open(&r));
    run_request_release(&r);
}

static void run_requests_add__shares_the_open_one(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s, NOW), open = 0;
    assert_int_equal(ask(s, NOW + 1), id);
    assert_int_equal(take(s, NOW + 2), id);
    assert_int_equal(ask(s, NOW + 3), id);
    check(run_requests_open(s->console, &open, &err));
    assert_int_equal(open, id);
    check(run_requests_end(s->service, id, &(struct run_request_end){.state = REQUEST_DONE}, &err));
    check(run_requests_open(s->console, &open, &err));
    assert_int_equal(open, 0);
    assert_true(ask(s, NOW + 4) > id);
}

static void run_requests_add__refuses_other_checks_meanwhile(void **state)
{
    struct scene *s = *state;
    const struct run_ask some = {"bob on prod-db-01", "no-mfa locked-out", NOW};
    struct run_request r = {0};
    int64_t id = ask(s, NOW), other = 0;
    assert_false(run_requests_add(s->console, &some, &other, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_non_null(strstr(err.text, "alice on prod-db-01"));
    err = (struct error){0};
    check(run_requests_end(s->service, id, &(struct run_request_end){.state = REQUEST_DONE}, &err));
    check(run_requests_add(s->console, &some, &other, &err));
    check(run_requests_find(s->console, other, &r, &err));
    assert_string_equal(r.checks, "no-mfa locked-out");
    run_request_release(&r);
}

static void run_requests_progress__keeps_what_is_told_of_each_check(void **state)
{
    struct scene *s = *state;
    struct run_request r = {0};
    int64_t id = ask(s, NOW);
    check(run_requests_find(s->console, id, &r, &err));
    assert_int_equal(r.begun_at, 0);
    assert_string_equal(r.lines, "");
    run_request_release(&r);
    assert_int_equal(take(s, NOW + 3), id);
    report(s, id, 1, 2);
    check(run_requests_find(s->console, id, &r, &err));
    assert_int_equal(r.begun_at, NOW + 3);
    assert_string_equal(r.lines, "[]");
    run_request_release(&r);
    check(run_requests_recover(s->service, &err));
    check(run_requests_find(s->console, id, &r, &err));
    assert_int_equal(r.begun_at, 0);
    assert_string_equal(r.lines, "");
    run_request_release(&r);
}

static void run_requests_cancel__ends_a_waiting_one(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s, NOW);
    check(run_requests_cancel(s->console, id, &err));
    expect(s, id, REQUEST_CANCELLED);
    assert_int_equal(take(s, NOW), 0);
}

static void run_requests_cancel__tells_the_service(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s, NOW);
    assert_int_equal(take(s, NOW), id);
    check(run_requests_cancel(s->console, id, &err));
    expect(s, id, REQUEST_RUNNING);
    assert_true(report(s, id, 1, 2));
    check(run_requests_end(s->service, id, &(struct run_request_end){.state = REQUEST_CANCELLED},
                           &err));
    expect(s, id, REQUEST_CANCELLED);
    check(run_requests_cancel(s->console, id, &err)); /* too late is no fault */
    expect(s, id, REQUEST_CANCELLED);
}

static void run_requests_recover__the_next_service_runs_it(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s, NOW);
    assert_int_equal(take(s, NOW), id);
    report(s, id, 1, 2);
    check(run_requests_recover(s->service, &err));
    expect(s, id, REQUEST_WAITING);
    assert_int_equal(take(s, NOW), id);
    check(run_requests_cancel(s->console, id, &err));
    check(run_requests_recover(s->service, &err));
    expect(s, id, REQUEST_CANCELLED);
    check(run_requests_recover(s->service, &err)); /* nothing is open */
}

static void run_requests_take__leaves_what_is_too_old(void **state)
{
    struct scene *s = *state;
    struct run_request r = {0};
    int64_t id = ask(s, NOW);
    assert_int_equal(take(s, NOW + RUN_REQUEST_WAITS_S + 1), 0);
    check(run_requests_find(s->console, id, &r, &err));
    assert_int_equal(r.state, REQUEST_FAILED);
    assert_non_null(strstr(r.error, "no service"));
    run_request_release(&r);
    id = ask(s, NOW);
    assert_int_equal(take(s, NOW + RUN_REQUEST_WAITS_S), id);
}

static void run_requests_progress__does_not_wait_for_a_writer(void **state)
{
    struct scene *s = *state;
    struct job_progress progress = {1, 2, "checking users"};
    bool cancel = false;
    int64_t id = ask(s, NOW);
    assert_int_equal(take(s, NOW), id);
    check(store_begin(s->console, &err));
    assert_false(run_requests_progress(s->service, id, &progress, "[]", &cancel, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    store_rollback(s->console);
    assert_false(report(s, id, 1, 2));
}

static void run_requests_find__forgets_the_oldest(void **state)
{
    struct scene *s = *state;
    struct run_request r = {0};
    int64_t first = 0;
    for (int i = 0; i <= 100; i++) {
        int64_t id = ask(s, NOW);
        first = first ? first : id;
        check(run_requests_cancel(s->console, id, &err));
    }
    assert_false(run_requests_find(s->console, first, &r, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    expect(s, first + 1, REQUEST_CANCELLED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(run_requests_add__is_taken_reported_and_ended),
        TEST(run_requests_add__shares_the_open_one),
        TEST(run_requests_add__refuses_other_checks_meanwhile),
        TEST(run_requests_progress__keeps_what_is_told_of_each_check),
        TEST(run_requests_cancel__ends_a_waiting_one),
        TEST(run_requests_cancel__tells_the_service),
        TEST(run_requests_recover__the_next_service_runs_it),
        TEST(run_requests_take__leaves_what_is_too_old),
        TEST(run_requests_progress__does_not_wait_for_a_writer),
        TEST(run_requests_find__forgets_the_oldest),
    };
    return cmocka_run_group_tests_name("run_requests", tests, NULL, NULL);
}
