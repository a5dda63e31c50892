/* Tests of runs that a console asks the service for: a real engine on a real home, no console. */
#include "core/service.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/run_requests.h"
#include "tests/support/tmpdir.h"

enum { STEPS_MAX = 2000 };

struct scene {
    struct tmpdir dir;
    char *home;
    struct app app;
    struct store *console;
    struct transport *transport;
    struct service *service;
};

static struct error err;

static void check(bool ok)
{
    if (!ok)
        fail_msg("unexpected error: %s", err.text);
}

static void drop_line(void *ctx, const struct log_line *line)
{
    (void)ctx;
    (void)line;
}

static void start_service(struct scene *s)
{
    const struct service_options options = {
        .app = &s->app, .transport = s->transport, .log = drop_line};
    s->service = service_new(&options, &err);
    check(s->service != NULL);
}

/* A daily run is due at the first start; afterwards nothing goes on. */
static void settle(struct scene *s)
{
    for (int i = 0; i < STEPS_MAX && (i < 2 || service_is_running(s->service)); i++)
        service_step(s->service);
    assert_false(service_is_running(s->service));
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    err = (struct error){0};
    tmpdir_init(&s->dir);
    s->home = tmpdir_path(&s->dir, "home");
    setenv("CHECKHOOK_SHARE", "share", 1);
    check(app_open(&s->app, s->home, APP_STORE | APP_CATALOGUE, &err));
    s->console = store_open(s->app.paths.db_file, &err);
    check(s->console != NULL);
    s->transport = transport_new();
    start_service(s);
    settle(s);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    service_free(s->service);
    transport_free(s->transport);
    store_close(s->console);
    app_close(&s->app);
    free(s->home);
    tmpdir_release(&s->dir);
    free(s);
    return 0;
}

static int64_t ask(struct scene *s)
{
    int64_t id = 0;
    const struct run_ask ask = {"alice on prod-db-01", "", clock_now_s()};
    check(run_requests_add(s->console, &ask, &id, &err));
    return id;
}

static struct run_request find(struct scene *s, int64_t id)
{
    struct run_request r = {0};
    check(run_requests_find(s->console, id, &r, &err));
    return r;
}

/* The state it has when nothing goes on any more. */
static enum run_request_state end_of(struct scene *s, int64_t id)
{
    settle(s);
    struct run_request r = find(s, id);
    enum run_request_state state = r.state;
    assert_true((r.run_id > 0) == (state == REQUEST_DONE));
    run_request_release(&r);
    return state;
}

static void asked__is_run_when_woken(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s);
    service_woken(s->service);
    assert_int_equal(service_timeout_ms(s->service), 0);
    assert_int_equal(end_of(s, id), REQUEST_DONE);
    int64_t next = ask(s);
    assert_true(next > id);
    service_woken(s->service);
    assert_int_equal(end_of(s, next), REQUEST_DONE);
}

static void asked__waits_for_a_wake_up(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s);
    assert_int_equal(end_of(s, id), REQUEST_WAITING);
    assert_true(service_timeout_ms(s->service) > 0);
}

static void asked__is_for_the_next_service_when_this_one_ends(void **state)
{
    struct scene *s = *state;
    int64_t id = ask(s);
    service_woken(s->service);
    service_step(s->service);
    struct run_request r = find(s, id);
    assert_int_equal(r.state, REQUEST_RUNNING);
    run_request_release(&r);
    service_stop(s->service);
    assert_false(service_is_running(s->service));
    service_free(s->service);
    r = find(s, id);
    assert_int_equal(r.state, REQUEST_RUNNING);
    run_request_release(&r);
    start_service(s);
    assert_int_equal(end_of(s, id), REQUEST_DONE);
}

/* Whoever waits here sends nothing meanwhile. */
static bool count_wait(void *ctx, int64_t waited_ms)
{
    (void)waited_ms;
    ++*(int *)ctx;
    return false;
}

static void asked__is_looked_for_again_when_the_store_was_taken(void **state)
{
    struct scene *s = *state;
    int waits = 0;
    int64_t id = ask(s);
    store_on_wait(s->app.store, count_wait, &waits);
    check(store_begin(s->console, &err));
    service_woken(s->service);
    service_step(s->service);
    assert_int_equal(waits, 0);
    assert_false(service_is_running(s->service));
    assert_true(service_timeout_ms(s->service) <= 1000);
    store_rollback(s->console);
    service_woken(s->service);
    assert_int_equal(end_of(s, id), REQUEST_DONE);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asked__is_run_when_woken),
        TEST(asked__waits_for_a_wake_up),
        TEST(asked__is_for_the_next_service_when_this_one_ends),
        TEST(asked__is_looked_for_again_when_the_store_was_taken),
    };
    return cmocka_run_group_tests_name("service_asked", tests, NULL, NULL);
}
