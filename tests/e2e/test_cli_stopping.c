/* What commands show while they work, and what they say when somebody stops them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"

enum { WAIT_MS = 20000, SLICE_MS = 2, SIGNALLED = 128, MANY = 60000, MANY_MAX = 8 << 20 };

/* `count` users who fail no-mfa, which a receiver that never answers is to be told. */
static void prepare(const struct product *p, struct receiver *receiver, int count)
{
    char url[200];
    struct strbuf text;
    strbuf_init(&text, MANY_MAX);
    strbuf_adds(&text, "id,login,enabled,mfa_enrolled\n");
    for (int i = 0; i < count; i++)
        strbuf_addf(&text, "u%06d,user%06d@example.com,true,false\n", i, i);
    char *file = tmpdir_write(&p->dir, "users.csv", text.text);
    strbuf_release(&text);
    receiver_answer(receiver, NULL, (struct receiver_answer){.way = RECEIVER_HANGS});
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", "Never", url, "auth.type=none");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "s");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Never");
    free(file);
}

/* Starts it, and stops it as soon as the receiver was asked. */
static void stop_while_sending(const struct product *p, struct receiver *receiver,
                               const char *const *args, const char *const *said)
{
    struct run_options options = {.env = p->env};
    struct run_child child = run_start(args, &options);
    receiver_wait(receiver, 0, WAIT_MS);
    kill(child.pid, SIGINT);
    for (; *said; said++)
        run_wait_text(&child, *said, WAIT_MS);
    assert_int_equal(run_stop(&child, 0), SIGNALLED + SIGINT);
}

static void check_run__sums_up_when_its_deliveries_are_stopped(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, 1);
    stop_while_sending(p, receiver, (const char *const[]){"check", "run", "no-mfa", NULL},
                       (const char *const[]){
                           "stopped; the run is stored, and what was not delivered waits",
                           "0 delivered, 0 failed, 1 waiting for its next attempt, 0 held.", NULL});
    product_expect(p, 0, "d_1", "delivery", "list", "--state", "pending");
    receiver_stop(receiver);
}

static void deliver__sums_up_when_it_is_stopped(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, 1);
    product_expect(p, 0, NULL, "check", "run", "no-mfa", "--no-deliver");
    stop_while_sending(p, receiver, (const char *const[]){"deliver", NULL},
                       (const char *const[]){
                           "stopped; what was being sent waits again",
                           "0 delivered, 0 failed, 1 waiting for its next attempt, 0 held.", NULL});
    receiver_stop(receiver);
}

/* The line drops, of a shell that began it in the background: SIGINT is not for it. */
static void deliver__sums_up_when_its_line_drops(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, 1);
    product_expect(p, 0, NULL, "check", "run", "no-mfa", "--no-deliver");
    const struct run_options options = {.env = p->env};
    const char *const argv[] = {"sh", "-c", "trap '' INT; exec \"$0\" deliver", run_product(),
                                NULL};
    struct run_child child = run_start_command(argv, &options);
    receiver_wait(receiver, 0, WAIT_MS);
    kill(child.pid, SIGINT);
    run_take_output(&child);
    assert_null(strstr(child.seen, "stopped"));
    kill(child.pid, SIGHUP);
    run_wait_text(&child, "stopped; what was being sent waits again", WAIT_MS);
    assert_int_equal(run_stop(&child, 0), SIGNALLED + SIGHUP);
    receiver_stop(receiver);
}

/* Commands on a terminal, one row of it. */
static struct term *open_terminal(const struct product *p, const char *words)
{
    char command[200];
    snprintf(command, sizeof command, "\"$0\" %s; echo ended $?; read x", words);
    const char *const argv[] = {"/bin/sh", "-c", command, run_product(), NULL};
    const struct term_options options = {.argv = argv, .env = p->env};
    return term_start(&options);
}

static void deliver__shows_how_far_it_is(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, 1);
    product_expect(p, 0, NULL, "check", "run", "no-mfa", "--no-deliver");
    struct term *term = open_terminal(p, "deliver");
    term_wait_text(term, "delivering: 0 of 1 attempted, 1 being sent", 0);
    term_key(term, "C-c");
    term_wait_text(term, "0 delivered, 0 failed, 1 waiting", 0);
    term_stop(term);
    receiver_stop(receiver);
}

static void check_run__shows_how_far_its_deliveries_are(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, 1);
    struct term *term = open_terminal(p, "check run no-mfa");
    term_wait_text(term, "delivering: 0 of 1 attempted, 1 being sent", 0);
    term_stop(term);
    receiver_stop(receiver);
}

/* Stopped as soon as the first of many users are looked at. */
static void check_run__stores_nothing_when_it_is_stopped_before(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, MANY);
    struct term *term = open_terminal(p, "check run");
    term_wait_text(term, "checking users", 0);
    term_key(term, "C-c");
    term_wait_text(term, "checkhook: stopped; nothing was stored or sent", 0);
    term_stop(term);
    product_expect(p, 0, "\"last_run\": null", "check", "show", "no-mfa", "--json");
    product_expect(p, 0, "no delivery to show", "delivery", "list");
    receiver_stop(receiver);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_run__sums_up_when_its_deliveries_are_stopped),
        TEST(deliver__sums_up_when_it_is_stopped),
        TEST(deliver__sums_up_when_its_line_drops),
        TEST(deliver__shows_how_far_it_is),
        TEST(check_run__shows_how_far_its_deliveries_are),
        TEST(check_run__stores_nothing_when_it_is_stopped_before),
    };
    return cmocka_run_group_tests_name("cli_stopping", tests, NULL, NULL);
}
