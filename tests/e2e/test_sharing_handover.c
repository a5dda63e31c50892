/* A service takes over from whoever delivers: nothing is lost, and nothing is sent twice. */
#include "tests/support/term_sharing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"

/* ANSWER_MS: of the receiver. HANDOVER_MS: what is promised, and what a busy machine adds. */
enum { HANDED_USERS = 240, HANDED_AT_LEAST = 30, ANSWER_MS = 150, HANDOVER_MS = 1000 + 1000 };

/* Many deliveries wait, each a part of one event, and whoever has the lock is told. Gives their
 * number. */
static int fill_outbox(const struct product *p)
{
    sharing_import(p, "people", "fern", HANDED_USERS);
    product_expect(p, 0, NULL, "check", "run", "--no-deliver");
    const int count = sharing_count_deliveries(p, NULL);
    assert_in_range(count, HANDED_AT_LEAST, HANDED_USERS);
    return count;
}

/* From the moment at which the service asks for the lock. */
static struct run_child start_service_in_time(const struct product *p)
{
    struct run_child service =
        run_start((const char *const[]){"service", NULL}, &(struct run_options){.env = p->env});
    run_wait_text(&service, "waiting to take over", SHARING_WAIT_MS);
    const int64_t asked_ms = clock_monotonic_ms();
    run_wait_text(&service, "info started ", SHARING_WAIT_MS);
    assert_in_range(clock_monotonic_ms() - asked_ms, 0, HANDOVER_MS + ANSWER_MS);
    return service;
}

static void handover__from_a_console_loses_and_doubles_nothing(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.delay_ms = ANSWER_MS});
    sharing_add_ticked(p, receiver, "max_event_kb=1");
    struct term *console = sharing_start_console(p, 24, 80);
    term_key(console, "4");
    term_wait_text(console, "live ●", 0);
    const int all = fill_outbox(p);
    term_wait_text(console, "● 200", 0);
    struct run_child service = start_service_in_time(p);
    term_wait_text(console, "The service delivers from here on.", 0);
    term_wait_text(console, "service ●", 0);
    sharing_wait_until_delivered(p, console, all);
    sharing_expect_each_once(receiver, all);
    sharing_end_service(&service);
    term_wait_text(console, "live ●", 0); /* nobody holds it: it is ours again */
    sharing_end_console(console);
    receiver_stop(receiver);
}

static void handover__from_a_command_loses_and_doubles_nothing(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.delay_ms = ANSWER_MS});
    sharing_add_ticked(p, receiver, "max_event_kb=1");
    const int all = fill_outbox(p);
    struct run_child command =
        run_start((const char *const[]){"deliver", NULL}, &(struct run_options){.env = p->env});
    receiver_wait(receiver, 3, SHARING_WAIT_MS);
    struct run_child service = start_service_in_time(p);
    run_wait_text(&command, "handed over to the service", SHARING_WAIT_MS);
    assert_int_equal(run_stop(&command, 0), 4);
    sharing_wait_until_delivered(p, NULL, all);
    sharing_expect_each_once(receiver, all);
    sharing_end_service(&service);
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(handover__from_a_console_loses_and_doubles_nothing),
        TEST(handover__from_a_command_loses_and_doubles_nothing),
    };
    return cmocka_run_group_tests_name("sharing_handover", tests, NULL, NULL);
}
