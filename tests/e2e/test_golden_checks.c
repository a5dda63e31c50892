/* Page 2 and Run Checks Now as they were looked at and found right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/store/lock.h"
#include "core/store/run_requests.h"
#include "core/store/store.h"
#include "tests/showcase/showcase.h"
#include "tests/support/golden.h"

enum { ASKED_AGO_S = 7, TICK_BYTES_MAX = 40, USERS = 414, WITH_PANE = 100 };

/* A service that carries out a run, as far as the store tells. */
struct service {
    struct worker_lock lock;
    struct store *store;
};

/* As the service tells it in the middle of the run. */
#define LINE(id, state, rest) "{\"id\":\"" id "\",\"state\":\"" state "\"" rest "}"
#define DONE(evaluated, ms, time)                                                                  \
    ",\"evaluated\":" #evaluated ",\"done\":414,\"total\":414,\"time_ms\":" #ms                    \
    ",\"ended_ms\":17896555" #time "000"
static const char lines[] =
    "[" LINE("admin-inactive-30", "pass", DONE(412, 1100, 19)) "," LINE("no-mfa", "fail", DONE(411, 1200, 20) ",\"failing\":17,\"unknown\":1") "," LINE(
        "inactive-90", "stale",
        DONE(
            406, 900,
            21) ",\"kept\":5,\"unknown\":5") "," LINE("unused-key-45", "pass",
                                                      DONE(
                                                          96, 2000,
                                                          23)) "," LINE("locked-out", "error",
                                                                        ",\"time_ms\":5000,"
                                                                        "\"ended_ms\":"
                                                                        "1789655524000"
                                                                        ",\"error\":"
                                                                        "\"stopped after 5 "
                                                                        "s\"") "," LINE("roo"
                                                                                        "t-"
                                                                                        "no-"
                                                                                        "mf"
                                                                                        "a",
                                                                                        "run"
                                                                                        "nin"
                                                                                        "g",
                                                                                        ",\""
                                                                                        "don"
                                                                                        "e\""
                                                                                        ":20"
                                                                                        "7,"
                                                                                        "\"t"
                                                                                        "ota"
                                                                                        "l\""
                                                                                        ":41"
                                                                                        "4") "," LINE("legacy-sign-in",
                                                                                                      "waiting",
                                                                                                      "") "]";

static void must(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("%s", err->text);
}

static void start_run(const struct showcase *s, struct service *service)
{
    struct error err = {0};
    struct run_request request = {0};
    const struct job_progress progress = {.done = 207, .total = 414, .what = "checking users"};
    const struct run_ask ask = {"alice on prod-db-01", "", SHOWCASE_NOW_S - ASKED_AGO_S};
    int64_t id = 0;
    bool cancel = false;
    char *lock = tmpdir_path(&s->dir, "home/lock"), *wake = tmpdir_path(&s->dir, "home/wake");
    char *db = tmpdir_path(&s->dir, "home/checkhook.db");
    *service = (struct service){.lock = {.fd = -1, .wake_fd = -1}};
    must(worker_lock_take(&service->lock, lock, wake, "service", &err), &err);
    service->store = store_open(db, &err);
    must(service->store != NULL, &err);
    must(run_requests_add(service->store, &ask, &id, &err), &err);
    must(run_requests_take(service->store, ask.now, &request, &err), &err);
    must(run_requests_progress(service->store, id, &progress, lines, &cancel, &err), &err);
    run_request_release(&request);
    free(lock);
    free(wake);
    free(db);
}

static void end_run(struct service *service)
{
    struct error err = {0};
    int64_t id = 0;
    const struct run_request_end end = {.state = REQUEST_CANCELLED};
    must(run_requests_open(service->store, &id, &err), &err);
    must(run_requests_end(service->store, id, &end, &err), &err);
    store_close(service->store);
    worker_lock_release(&service->lock);
}

/* --- page 2 ---------------------------------------------------------------------------------- */

static struct term *open_checks_on(const struct showcase *s, const char *name, int rows, int cols)
{
    struct term *term = showcase_console(s, name, rows, cols);
    term_wait_text(term, "Billing events", 0);
    term_key(term, "2");
    term_wait_text(term, "[ R  Run Checks Now ]", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "No MFA ", 0);
    if (cols >= WITH_PANE) /* which follows when the selection rests */
        term_wait_text(term, "17 of 411 users", 0);
    return term;
}

static struct term *open_checks(const struct showcase *s, int rows, int cols)
{
    return open_checks_on(s, NULL, rows, cols);
}

/* Where there are no blocks, charts are digits. */
static void checks__without_line_drawing(void **state)
{
    struct term *term = open_checks_on(*state, "vt100", 30, 100);
    golden_screen(term, "checks-vt100-100x30");
    term_stop(term);
}

static void checks__at_every_size(void **state)
{
    static const struct {
        int rows, cols;
        const char *name;
    } sizes[] = {{30, 100, "checks-100x30"}, {24, 80, "checks-80x24"}, {16, 60, "checks-60x16"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct term *term = open_checks(*state, sizes[i].rows, sizes[i].cols);
        golden_screen(term, sizes[i].name);
        term_stop(term);
    }
}

static void webhooks_menu__says_what_would_change(void **state)
{
    struct term *term = open_checks(*state, 30, 100);
    term_key(term, "w");
    term_wait_text(term, "Webhooks for: No MFA", 0);
    term_key(term, "Down");
    term_key(term, "Down");
    term_key(term, "Space");
    term_wait_text(term, "not saved", 0);
    golden_screen(term, "checks-webhooks-100x30");
    term_resize(term, 24, 80);
    golden_screen(term, "checks-webhooks-80x24");
    term_stop(term);
}

static void check__is_a_page_where_there_is_no_pane(void **state)
{
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "Enter");
    term_wait_text(term, "Check · no-mfa", 0);
    golden_screen(term, "check-80x24");
    term_key(term, "f");
    term_wait_text(term, "Findings · No MFA", 0);
    golden_screen(term, "findings-80x24");
    term_stop(term);
}

static void settings__show_what_is_set_and_the_default(void **state)
{
    struct term *term = open_checks(*state, 30, 100);
    term_key(term, "Down");
    term_wait_cursor_on(term, "Inactive user", 0);
    term_key(term, "e");
    term_wait_text(term, "Check settings · inactive-90", 0);
    golden_screen(term, "check-settings-100x30");
    term_resize(term, 24, 80);
    golden_screen(term, "check-settings-80x24");
    term_resize(term, 16, 60);
    golden_screen(term, "check-settings-60x16");
    term_resize(term, 24, 80);
    term_key(term, "n");
    term_wait_text(term, "Never report", 0);
    golden_screen(term, "check-settings-ignore-80x24");
    term_type(term, "break-glass-1, @partner.example, department:Lab, type:guest");
    term_key(term, "Enter");
    term_wait_text(term, "users of this type", 0);
    term_key(term, "g");
    term_key(term, "Space");
    term_wait_text(term, "5 set here", 0);
    golden_screen(term, "check-settings-set-80x24");
    term_key(term, "u");
    term_key(term, "u");
    term_wait_gone(term, "set here", 0);
    term_stop(term);
}

/* --- Run Checks Now -------------------------------------------------------------------------- */

static void run__at_every_size(void **state)
{
    struct service service;
    start_run(*state, &service);
    struct term *term = showcase_console(*state, NULL, 30, 100);
    term_wait_text(term, "Billing events", 0);
    term_key(term, "2");
    term_wait_text(term, "» 5/7 checks", 0);
    golden_screen(term, "checks-while-running-100x30");
    term_key(term, "R");
    term_wait_text(term, "Running checks", 0);
    golden_screen(term, "run-100x30");
    term_resize(term, 24, 80);
    golden_screen(term, "run-80x24");
    term_resize(term, 16, 60);
    golden_screen(term, "run-60x16");
    term_resize(term, 24, 80);
    term_key(term, "l");
    term_wait_gone(term, "STATE", 0);
    golden_screen(term, "run-log-80x24");
    term_key(term, "Esc");
    term_wait_text(term, "Cancel run?", 0);
    golden_screen(term, "run-cancel-80x24");
    end_run(&service);
    term_stop(term);
}

/* The next thing that the service tells. */
static void tell(const struct service *service, const char *root_done)
{
    struct error err = {0};
    const struct job_progress progress = {.done = USERS / 2, .total = USERS, .what = "…"};
    char *told = malloc(sizeof lines + 16);
    const char *at = strstr(lines, "\"done\":207");
    int64_t id = 0;
    bool cancel = false;
    snprintf(told, sizeof lines + 16, "%.*s\"done\":%s%s", (int)(at - lines), lines, root_done,
             at + strlen("\"done\":207"));
    must(run_requests_open(service->store, &id, &err), &err);
    must(run_requests_progress(service->store, id, &progress, told, &cancel, &err), &err);
    free(told);
}

static void run__a_tick_costs_few_bytes(void **state)
{
    struct service service;
    size_t before, after;
    start_run(*state, &service);
    struct term *term = showcase_console(*state, NULL, 30, 100);
    term_key(term, "2");
    term_wait_text(term, "[ R  Show the run ]", 0);
    term_key(term, "R");
    term_wait_text(term, "78%", 0);
    term_wait_quiet(term, 50);
    term_output(term, &before);
    tell(&service, "240");
    term_wait_text(term, "79%", 0);
    term_wait_quiet(term, 50);
    term_output(term, &after);
    assert_in_range(after - before, 1, TICK_BYTES_MAX);
    tell(&service, "240");
    end_run(&service);
    term_wait_text(term, "The run was cancelled", 0);
    term_stop(term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks__at_every_size),
        cmocka_unit_test(checks__without_line_drawing),
        cmocka_unit_test(webhooks_menu__says_what_would_change),
        cmocka_unit_test(check__is_a_page_where_there_is_no_pane),
        cmocka_unit_test(settings__show_what_is_set_and_the_default),
        cmocka_unit_test(run__at_every_size),
        cmocka_unit_test(run__a_tick_costs_few_bytes),
    };
    return cmocka_run_group_tests_name("golden_checks", tests, showcase_setup, showcase_teardown);
}
