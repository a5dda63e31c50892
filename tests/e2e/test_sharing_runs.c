/* Runs that a console asks the service for: they go on without it, and it hears how they end. */
#include "tests/support/term_sharing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* It looks at every pair of users for every user, for as long as a check may: five seconds, on a
 * fast machine too. */
static void make_runs_slow(const struct product *p)
{
    enum { USERS = 600 };
    sharing_import(p, "people", "fern", USERS);
    free(tmpdir_write(&p->dir, "home/checks.d/slow.conf",
                      "checks = ( { id = \"slow\"; title = \"Slow check\"; severity = \"low\";\n"
                      "  description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
                      "  enabled = true; fails = \"(SELECT count(*) FROM users a, users b"
                      " WHERE a.uid + b.uid + u.uid < 0) > 0\"; } );\n"));
}

/* A service whose next run takes a while; the daily one of the start is over. */
static struct run_child start_slow_service(const struct product *p)
{
    struct run_child service = sharing_start_service(p);
    run_wait_text(&service, "run ended kind=daily", SHARING_WAIT_MS);
    make_runs_slow(p);
    return service;
}

static struct term *start_run(const struct product *p, int rows, int cols)
{
    struct term *console = sharing_start_console(p, rows, cols);
    term_key(console, "2");
    term_wait_text(console, "[ R  ", 0); /* a run that goes on is shown already */
    term_key(console, "R");
    term_wait_text(console, "The run continues in the service", 0);
    term_wait_text(console, "█", 0);
    return console;
}

static void run_request__goes_on_without_the_console(void **state)
{
    const struct product *p = *state;
    struct run_child service = start_slow_service(p);
    struct term *console = start_run(p, 24, 80);
    term_key(console, "4");
    term_wait_text(console, "» ", 0);
    sharing_end_console(console);
    console = start_run(p, 30, 100); /* another one joins it */
    term_wait_text(console, "Run finished", SHARING_WAIT_MS);
    term_key(console, "End");
    term_wait_text(console, "Slow check", 0);
    run_wait_text(&service, "run ended kind=now", SHARING_WAIT_MS);
    assert_null(strstr(strstr(service.seen, "run begun as asked") + 1, "run begun as asked"));
    sharing_end_console(console);
    sharing_end_service(&service);
}

static void run_request__is_cancelled_when_asked_twice(void **state)
{
    const struct product *p = *state;
    struct run_child service = start_slow_service(p);
    struct term *console = start_run(p, 24, 80);
    term_key(console, "Esc");
    term_wait_text(console, "Cancel run?", 0);
    term_key(console, "C");
    term_wait_text(console, "The run was cancelled; nothing of it was kept.", 0);
    run_wait_text(&service, "run dropped", SHARING_WAIT_MS);
    sharing_end_console(console);
    sharing_end_service(&service);
}

static void run_request__says_when_the_service_ends_in_the_middle(void **state)
{
    const struct product *p = *state;
    struct run_child service = start_slow_service(p);
    struct term *console = start_run(p, 24, 80);
    run_stop(&service, SIGKILL);
    term_wait_text(console, "The service ended during the run; nothing of it was kept.", 0);
    term_key(console, "R"); /* nobody else is there: here */
    term_wait_text(console, "The run goes on if you leave this page", 0);
    term_wait_text(console, "Run finished", SHARING_WAIT_MS);
    sharing_end_console(console);
}

static void run_request__is_run_by_the_next_service(void **state)
{
    const struct product *p = *state;
    struct run_child service = start_slow_service(p);
    struct term *console = start_run(p, 24, 80);
    run_stop(&service, SIGKILL);
    service = sharing_start_service(p);
    run_wait_text(&service, "run begun as asked", SHARING_WAIT_MS);
    term_wait_text(console, "Run finished", SHARING_WAIT_MS);
    sharing_end_console(console);
    sharing_end_service(&service);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(run_request__goes_on_without_the_console),
        TEST(run_request__is_cancelled_when_asked_twice),
        TEST(run_request__says_when_the_service_ends_in_the_middle),
        TEST(run_request__is_run_by_the_next_service),
    };
    return cmocka_run_group_tests_name("sharing_runs", tests, NULL, NULL);
}
