/* One delivery in the console: request, response, attempts, and copies of it. */
#include "tests/support/term_deliveries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/mem.h"

enum { WAIT_MS = 30000 };

/* What is shown of a body that is not the one that was sent is said to be so. */
static void delivery_request__tells_what_would_be_sent_now(void **state)
{
    struct receiver *receiver = receiver_start();
    deliveries_make_one(*state, receiver, 0, "1 delivered");
    product_expect(*state, 0, NULL, "integration", "set", "Billing events", "--param",
                   "body:team=core");
    struct term *term = deliveries_open(*state, 40, 100);
    term_wait_text(term, "● 200", 0);
    term_key(term, "Enter");
    term_key(term, "Tab");
    term_wait_text(term, "the integration was changed since", 0);
    term_key(term, "Esc");
    console_quit(term);
    receiver_stop(receiver);
}

static void delivery_response__is_shown_escaped(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 400, .body = "no\033[31m\r\nmore"});
    deliveries_make_one(*state, receiver, 1, NULL);
    struct term *term = deliveries_open(*state, 30, 100);
    term_wait_text(term, "■ 400", 0);
    term_key(term, "Tab");
    term_key(term, "Tab");
    term_wait_text(term, "HTTP 400 Bad Request", 0);
    term_wait_text(term, "no\\u{1b}[31m\\u{d}", 0);
    term_wait_text(term, "  more", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void delivery_request__hides_secret_parameters(void **state)
{
    struct receiver *receiver = receiver_start();
    const struct product *p = *state;
    char url[200], param[300];
    char *secret = tmpdir_write(&p->dir, "secret", "correct-horse");
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    snprintf(param, sizeof param, "body:token=@%s", secret);
    product_expect(p, 0, "Added", "integration", "add", "Billing events", url, "auth.type=none",
                   "--secret-param", param);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Billing events");
    deliveries_import_user(p);
    product_expect(p, 0, "1 delivered", "check", "run");
    assert_non_null(strstr(receiver_wait(receiver, 0, WAIT_MS)->body, "correct-horse"));
    struct term *term = deliveries_open(p, 30, 100);
    term_wait_text(term, "● 200", 0);
    term_key(term, "Enter");
    term_key(term, "Tab");
    term_wait_text(term, "[Request]", 0);
    term_key(term, "G");
    term_wait_text(term, "\"token\": \"(hidden)\"", 0);
    size_t len;
    assert_null(strstr(term_output(term, &len), "correct-horse"));
    term_key(term, "Esc");
    console_quit(term);
    free(secret);
    receiver_stop(receiver);
}

static void delivery_attempts__draws_phases_and_lines_are_cut_by_w(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    term_key(term, "Enter");
    term_wait_text(term, "Delivery · no-mfa", 0);
    for (int i = 0; i < 3; i++)
        term_key(term, "Tab");
    term_wait_text(term, "[Attempts 1]", 0);
    term_wait_text(term, "first byte", 0);
    term_wait_text(term, "████", 0);
    term_key(term, "w");
    term_wait_text(term, "Long lines are cut", 0);
    term_key(term, "Esc");
    console_quit(term);
    receiver_stop(receiver);
}

/* Every kind of bad text in headers and body: nothing of it reaches the terminal raw. */
static void delivery_response__bears_hostile_headers(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 400,
                                             .headers = "X-Evil: a\xe2\x80\xae"
                                                        "b\xc2\x9b"
                                                        "31m\r\n",
                                             .body = "{\"a\":\"\xe2\x80\xae\033[2J\",\"b\":[1]}"});
    deliveries_make_one(*state, receiver, 1, NULL);
    struct term *term = deliveries_open(*state, 30, 100);
    term_wait_text(term, "■ 400", 0);
    term_key(term, "Tab");
    term_key(term, "Tab");
    term_wait_text(term, "a\\u{202e}b\\u{9b}31m", 0);
    term_wait_text(term, "    \"a\": \"\\u{202e}\\u{1b}[2J\",", 0);
    term_wait_text(term, "control characters shown escaped", 0);
    console_quit(term);
    receiver_stop(receiver);
}

/* --- pager and copies ------------------------------------------------------------------------- */

/* A pager that keeps what it is given and waits for Enter. */
static char *make_pager(const struct product *p)
{
    char *path = tmpdir_write(&p->dir, "pager",
                              "#!/bin/sh\ncat >\"$0.shown\"\necho PAGED\nread x </dev/tty\n");
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

static struct term *open_with_pager(const struct product *p, const char *path)
{
    char *pager = mem_printf("PAGER=%s", path);
    struct term *term = console_open_with(p, pager, 30, 100);
    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries", 0);
    free(pager);
    return term;
}

/* The whole delivery, escaped; the console is there again afterwards. */
static void delivery_pager__shows_all_of_it_escaped(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 400, .body = "no\033]0;title\a\033[31m"});
    deliveries_make_one(p, receiver, 1, NULL);
    char *path = make_pager(p);
    struct term *term = open_with_pager(p, path);
    term_wait_text(term, "■ 400", 0);
    term_key(term, "o");
    term_wait_text(term, "PAGED", 0);
    char *text = tmpdir_read(&p->dir, "pager.shown", NULL);
    assert_non_null(strstr(text, "--- Attempt 1: response"));
    assert_non_null(strstr(text, "fern@example.com"));
    assert_non_null(strstr(text, "no\\u{1b}]0;title\\u{7}\\u{1b}[31m"));
    assert_null(strchr(text, '\033'));
    term_key(term, "Enter");
    term_wait_text(term, "[4 Deliveries", 0);
    console_quit(term);
    free(text);
    free(path);
    receiver_stop(receiver);
}

/* It would keep the console that nobody sees any more. */
static void delivery_pager__that_heeds_no_signal_is_ended(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 400});
    deliveries_make_one(p, receiver, 1, NULL);
    char *path = tmpdir_write(&p->dir, "pager",
                              "#!/bin/sh\ntrap '' HUP TERM\ncat >/dev/null\necho PAGED\n"
                              "sleep 600\n");
    assert_int_equal(chmod(path, 0700), 0);
    struct term *term = open_with_pager(p, path);
    term_wait_text(term, "■ 400", 0);
    term_key(term, "o");
    term_wait_text(term, "PAGED", 0);
    term_terminate(term);
    term_wait_exit(term, 0);
    term_stop(term);
    free(path);
    receiver_stop(receiver);
}

static void delivery_copy__offers_curl_without_secrets(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    term_key(term, "y");
    term_wait_text(term, "curl command", 0);
    term_wait_text(term, "Event id", 0);
    term_wait_text(term, "Request body", 0);
    term_key(term, "Enter");
    term_wait_text(term, "curl ", 0);
    term_wait_text(term, "X-Checkhook-Event-Id", 0);
    term_key(term, "Esc");
    console_quit(term);
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(delivery_request__tells_what_would_be_sent_now),
        TEST(delivery_response__is_shown_escaped),
        TEST(delivery_request__hides_secret_parameters),
        TEST(delivery_attempts__draws_phases_and_lines_are_cut_by_w),
        TEST(delivery_response__bears_hostile_headers),
        TEST(delivery_pager__shows_all_of_it_escaped),
        TEST(delivery_pager__that_heeds_no_signal_is_ended),
        TEST(delivery_copy__offers_curl_without_secrets),
    };
    return cmocka_run_group_tests_name("console_delivery", tests, NULL, NULL);
}
