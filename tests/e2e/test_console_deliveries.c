/* Page 4 of the console: what was sent, what came back, and sending it again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"

/* FIRST_ROW: where the newest delivery stands. */
enum { WAIT_MS = 10000, FIRST_ROW = 5 };

static void import_users(const struct product *p)
{
    char *path = tmpdir_write(&p->dir, "users.csv",
                              "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,false\n");
    product_expect(p, 0, " user", "data", "import", path, "--source", "people");
    free(path);
}

static void add_ticked(const struct product *p, const char *name, struct receiver *receiver,
                       const char *path)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, path));
    product_expect(p, 0, "Added", "integration", "add", name, url, "auth.type=none");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", name);
}

static struct term *open_deliveries(const struct product *p, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries", 0);
    return term;
}

static void quit(struct term *term)
{
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static char *event_of(struct receiver *receiver, size_t n)
{
    char *id = receiver_header(receiver_wait(receiver, n, WAIT_MS), "X-Checkhook-Event-Id");
    assert_non_null(id);
    return id;
}

/* One delivery is there; it is sent again from its page. */
static void redeliver(const struct product *p, int rows, int cols)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 202, .body = "{\"a\":1}"});
    add_ticked(p, "Billing events", receiver, "/hook");
    import_users(p);
    product_expect(p, 0, "1 delivered", "check", "run");
    char *first = event_of(receiver, 0);

    struct term *term = open_deliveries(p, rows, cols);
    term_wait_text(term, "● 202", 0);
    term_wait_text(term, "1/186", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Delivery · no-mfa → Billing events", 0);
    term_wait_text(term, first, 0);
    term_wait_text(term, "fern@example.com", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Request]", 0);
    term_wait_text(term, "POST http://127.0.0.1", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Response]", 0);
    term_wait_text(term, "HTTP 202 Accepted", 0);
    term_wait_text(term, "\"a\": 1", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Attempts 1]", 0);
    term_wait_text(term, "delivered", 0);

    term_key(term, "R");
    term_wait_text(term, "to Billing events again", 0);
    term_key(term, "R");
    term_wait_text(term, "is sent again as", 0);
    term_wait_text(term, "[Summary]", 0);
    term_wait_text(term, "a redelivery of", 0);
    char *second = event_of(receiver, 1);
    assert_string_equal(first, second);
    term_key(term, "Esc");
    term_wait_text(term, "2 shown", 0);
    quit(term);
    free(first);
    free(second);
    receiver_stop(receiver);
}

static void delivery_redeliver__keeps_the_event(void **state)
{
    redeliver(*state, 30, 100);
}

static void delivery_redeliver__does_so_at_80x24(void **state)
{
    redeliver(*state, 24, 80);
}

static void delivery_redeliver__escape_sends_nothing(void **state)
{
    struct receiver *receiver = receiver_start();
    add_ticked(*state, "Billing events", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 0, "1 delivered", "check", "run");
    struct term *term = open_deliveries(*state, 24, 80);
    term_wait_text(term, "● 200", 0);
    term_key(term, "R");
    term_wait_text(term, "[ Redeliver", 0);
    term_key(term, "Enter");
    term_wait_gone(term, "[ Redeliver", 0);
    term_wait_text(term, "1 shown", 0);
    assert_int_equal(receiver_count(receiver), 1);
    quit(term);
    receiver_stop(receiver);
}

/* Held after a 401: it is not finished, and says why. */
static void delivery_redeliver__refuses_what_waits(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 401});
    add_ticked(*state, "Billing events", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 0, NULL, "check", "run");
    struct term *term = open_deliveries(*state, 24, 80);
    term_wait_text(term, "○ held", 0);
    term_wait_text(term, "1 held", 0);
    term_key(term, "R");
    term_wait_text(term, "It is on hold", 0);
    quit(term);
    receiver_stop(receiver);
}

/* Page 1 says since when it is on hold and when it last worked, the reason after that. */
static void integrations_hint__tells_of_a_hold(void **state)
{
    struct receiver *receiver = receiver_start();
    add_ticked(*state, "Billing events", receiver, "/hook");
    product_expect(*state, 0, NULL, "integration", "test", "Billing events");
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 401});
    import_users(*state);
    product_expect(*state, 0, "1 held", "check", "run");
    struct term *term = open_deliveries(*state, 24, 120);
    term_key(term, "1");
    term_wait_text(term, "On hold for ", 0);
    term_wait_text(term, "refused the credentials (401 Unauthorized). It last worked ", 0);
    quit(term);
    receiver_stop(receiver);
}

/* What is shown of a body that is not the one that was sent is said to be so. */
static void delivery_request__tells_what_would_be_sent_now(void **state)
{
    struct receiver *receiver = receiver_start();
    add_ticked(*state, "Billing events", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 0, "1 delivered", "check", "run");
    product_expect(*state, 0, NULL, "integration", "set", "Billing events", "--param",
                   "body:team=core");
    struct term *term = open_deliveries(*state, 40, 100);
    term_wait_text(term, "● 200", 0);
    term_key(term, "Enter");
    term_key(term, "Tab");
    term_wait_text(term, "the integration was changed since", 0);
    term_key(term, "Esc");
    quit(term);
    receiver_stop(receiver);
}

static void deliveries_list__shows_what_failed_alone(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/bad", (struct receiver_answer){.status = 400});
    add_ticked(*state, "Billing events", receiver, "/hook");
    add_ticked(*state, "Chat alerts", receiver, "/bad");
    import_users(*state);
    product_expect(*state, 1, "1 failed", "check", "run");
    struct term *term = open_deliveries(*state, 30, 100);
    term_wait_text(term, "[4 Deliveries ▲1]", 0);
    term_wait_text(term, "2 shown of 2 · 1 failed", 0);
    term_key(term, "f");
    term_wait_text(term, "failed only · 1 shown of 1 · 1 failed", 0);
    term_wait_text(term, "■ 400", 0);
    term_wait_gone(term, "● 200", 0);
    term_wait_text(term, "Chat alerts", 0);
    term_key(term, "f");
    term_wait_text(term, "● 200", 0);
    quit(term);
    receiver_stop(receiver);
}

static void deliveries_list__is_narrowed_to_an_integration(void **state)
{
    struct receiver *receiver = receiver_start();
    add_ticked(*state, "Billing events", receiver, "/hook");
    add_ticked(*state, "Chat alerts", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 0, "2 delivered", "check", "run");
    struct term *term = term_start(&(struct term_options){
        .env = ((const struct product *)*state)->env, .rows = 24, .cols = 80});
    term_wait_text(term, "► ● ok        Billing events", 0);
    term_key(term, "v");
    term_wait_text(term, "webhook: Billing events · last 24 h · 1 shown of 1", 0);
    term_wait_gone(term, "Chat alerts", 0);
    quit(term);
    receiver_stop(receiver);
}

/* While the page is open a command makes a delivery; the selection stays on its row. */
static void deliveries_list__is_live_and_keeps_the_selection(void **state)
{
    struct receiver *receiver = receiver_start();
    add_ticked(*state, "Billing events", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 0, "1 delivered", "check", "run");
    struct term *term = open_deliveries(*state, 30, 100);
    term_wait_text(term, "1 shown", 0);
    term_wait_row(term, FIRST_ROW, "► ", 0);
    product_expect(*state, 0, "sent again", "delivery", "retry", "1");
    term_wait_text(term, "2 shown", 0);
    term_wait_row(term, FIRST_ROW + 1, "► ", 0);
    term_wait_row(term, FIRST_ROW, "d_2", 0);
    term_wait_row(term, FIRST_ROW + 1, "d_1", 0);
    quit(term);
    receiver_stop(receiver);
}

static void delivery_response__is_shown_escaped(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 400, .body = "no\033[31m\r\nmore"});
    add_ticked(*state, "Billing events", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 1, NULL, "check", "run");
    struct term *term = open_deliveries(*state, 30, 100);
    term_wait_text(term, "■ 400", 0);
    term_key(term, "Tab");
    term_key(term, "Tab");
    term_wait_text(term, "HTTP 400 Bad Request", 0);
    term_wait_text(term, "no\\u{1b}[31m\\u{d}", 0);
    term_wait_text(term, "  more", 0);
    quit(term);
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
    import_users(p);
    product_expect(p, 0, "1 delivered", "check", "run");
    assert_non_null(strstr(receiver_wait(receiver, 0, WAIT_MS)->body, "correct-horse"));
    struct term *term = open_deliveries(p, 30, 100);
    term_wait_text(term, "● 200", 0);
    term_key(term, "Enter");
    term_key(term, "Tab");
    term_wait_text(term, "[Request]", 0);
    term_key(term, "G");
    term_wait_text(term, "\"token\": \"(hidden)\"", 0);
    size_t len;
    assert_null(strstr(term_output(term, &len), "correct-horse"));
    term_key(term, "Esc");
    quit(term);
    free(secret);
    receiver_stop(receiver);
}

/* --- many ---------------------------------------------------------------------------------- */

/* Three that failed and one that did not; the bad receiver answers as told. */
static struct term *open_with_failures(const struct product *p, struct receiver *receiver)
{
    receiver_answer(receiver, "/bad", (struct receiver_answer){.status = 400});
    add_ticked(p, "Billing events", receiver, "/hook");
    add_ticked(p, "Chat alerts", receiver, "/bad");
    add_ticked(p, "Data lake", receiver, "/bad");
    add_ticked(p, "Elastic", receiver, "/bad");
    import_users(p);
    product_expect(p, 1, "3 failed", "check", "run");
    struct term *term = open_deliveries(p, 30, 100);
    term_wait_text(term, "[4 Deliveries ▲3]", 0);
    term_wait_text(term, "4 shown of 4 · 3 failed", 0);
    return term;
}

static void deliveries_again__sends_all_that_failed_and_says_so(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
    receiver_answer(receiver, "/bad", (struct receiver_answer){.status = 200});
    term_key(term, "f");
    term_wait_text(term, "failed only · 3 shown of 3", 0);
    term_key(term, "R");
    term_wait_text(term, "All that failed and was not sent again yet: 3.", 0);
    term_key(term, "A");
    term_wait_text(term, "● 3 deliveries are sent again.", 0);
    term_wait_text(term, "failed only · 3 shown of 3 · 3 sent again", 0);
    term_wait_gone(term, "▲3", 0);
    term_wait_text(term, "○ 400", 0);
    receiver_wait(receiver, 6, WAIT_MS);
    term_key(term, "f");
    term_wait_text(term, "7 shown of 7", 0);
    quit(term);
    receiver_stop(receiver);
}

static void deliveries_again__sends_the_marked_and_counts_the_others(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
    product_expect(*state, 0, NULL, "integration", "test", "Billing events");
    term_wait_text(term, "5 shown of 5", 0);
    term_key(term, "Home");
    term_key(term, "Space");
    term_key(term, "Space");
    term_key(term, "Space");
    term_wait_text(term, "3 marked", 0);
    term_key(term, "R");
    term_wait_text(term, "Sends 2 marked deliveries again", 0);
    term_wait_text(term, "1 marked cannot be sent again", 0);
    term_key(term, "R");
    term_wait_text(term, "● 2 deliveries are sent again. 1 left out", 0);
    term_wait_gone(term, "marked", 0);
    receiver_wait(receiver, 6, WAIT_MS);
    quit(term);
    receiver_stop(receiver);
}

/* What was typed is lent to the list, which is read again while the cursor moves in it. */
static void deliveries_filter__goes_on_while_others_deliver(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
    term_key(term, "/");
    term_type(term, "data");
    term_wait_text(term, "1 found", 0);
    term_key(term, "Left");
    term_key(term, "Home");
    product_expect(*state, 1, NULL, "integration", "test", "Data lake");
    term_wait_text(term, "2 found", 0);
    term_key(term, "Esc");
    quit(term);
    receiver_stop(receiver);
}

static void deliveries_filter__finds_by_text_and_by_webhook(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
    term_key(term, "/");
    term_type(term, "data la");
    term_wait_text(term, "1 found", 0);
    term_wait_gone(term, "Elastic", 0);
    term_key(term, "Enter");
    term_key(term, "Esc");
    term_wait_text(term, "4 shown of 4", 0);
    term_key(term, "/");
    term_type(term, "nowhere");
    term_wait_text(term, "No delivery holds this text", 0);
    term_key(term, "Esc");
    term_wait_text(term, "4 shown of 4", 0);

    term_key(term, "w");
    term_wait_text(term, "Show deliveries of", 0);
    term_key(term, "Space");
    term_key(term, "Down");
    term_key(term, "Space");
    term_key(term, "Enter");
    term_wait_text(term, "webhook: Billing events, Chat alerts · last 24 h · 2 shown of 2", 0);
    term_wait_gone(term, "Elastic", 0);
    quit(term);
    receiver_stop(receiver);
}

/* A failure of an integration that is gone needs nobody: not counted, and shown as such. */
static void deliveries_list__tells_removed_webhooks_apart(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
    product_expect(*state, 0, NULL, "integration", "remove", "Elastic");
    term_wait_text(term, "[4 Deliveries ▲2]", 0);
    term_wait_text(term, "1/-", 0);
    term_key(term, "f");
    term_wait_text(term, "2 failed · 1 of removed webhooks", 0);
    term_wait_text(term, "○ 400", 0);
    quit(term);
    receiver_stop(receiver);
}

/* --- pager, copies ------------------------------------------------------------------------- */

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
    enum { ENV_MAX = 32 };
    char pager[400];
    const char *env[ENV_MAX] = {pager};
    snprintf(pager, sizeof pager, "PAGER=%s", path);
    for (size_t i = 0; p->env[i] && i + 2 < ENV_MAX; i++)
        env[i + 1] = p->env[i];
    struct term *term = term_start(&(struct term_options){.env = env, .rows = 30, .cols = 100});
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries", 0);
    return term;
}

/* The whole delivery, escaped; the console is there again afterwards. */
static void delivery_pager__shows_all_of_it_escaped(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 400, .body = "no\033]0;title\a\033[31m"});
    add_ticked(p, "Billing events", receiver, "/hook");
    import_users(p);
    product_expect(p, 1, NULL, "check", "run");
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
    quit(term);
    free(text);
    free(path);
    receiver_stop(receiver);
}

static void delivery_copy__offers_curl_without_secrets(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
    term_key(term, "y");
    term_wait_text(term, "curl command", 0);
    term_wait_text(term, "Event id", 0);
    term_wait_text(term, "Request body", 0);
    term_key(term, "Enter");
    term_wait_text(term, "curl ", 0);
    term_wait_text(term, "X-Checkhook-Event-Id", 0);
    term_key(term, "Esc");
    quit(term);
    receiver_stop(receiver);
}

static void delivery_attempts__draws_phases_and_lines_are_cut_by_w(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = open_with_failures(*state, receiver);
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
    quit(term);
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
    add_ticked(*state, "Billing events", receiver, "/hook");
    import_users(*state);
    product_expect(*state, 1, NULL, "check", "run");
    struct term *term = open_deliveries(*state, 30, 100);
    term_wait_text(term, "■ 400", 0);
    term_key(term, "Tab");
    term_key(term, "Tab");
    term_wait_text(term, "a\\u{202e}b\\u{9b}31m", 0);
    term_wait_text(term, "    \"a\": \"\\u{202e}\\u{1b}[2J\",", 0);
    term_wait_text(term, "control characters shown escaped", 0);
    quit(term);
    receiver_stop(receiver);
}

static void deliveries_empty__says_how_they_come_about(void **state)
{
    struct term *term = open_deliveries(*state, 16, 60);
    term_wait_text(term, "Nothing was sent yet", 0);
    term_wait_text(term, "Run Checks Now", 0);
    quit(term);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(delivery_redeliver__keeps_the_event),
        TEST(delivery_redeliver__does_so_at_80x24),
        TEST(delivery_redeliver__escape_sends_nothing),
        TEST(delivery_redeliver__refuses_what_waits),
        TEST(integrations_hint__tells_of_a_hold),
        TEST(delivery_request__tells_what_would_be_sent_now),
        TEST(deliveries_list__shows_what_failed_alone),
        TEST(deliveries_list__is_narrowed_to_an_integration),
        TEST(deliveries_list__is_live_and_keeps_the_selection),
        TEST(delivery_response__is_shown_escaped),
        TEST(delivery_request__hides_secret_parameters),
        TEST(deliveries_again__sends_all_that_failed_and_says_so),
        TEST(deliveries_again__sends_the_marked_and_counts_the_others),
        TEST(deliveries_filter__goes_on_while_others_deliver),
        TEST(deliveries_filter__finds_by_text_and_by_webhook),
        TEST(deliveries_list__tells_removed_webhooks_apart),
        TEST(delivery_pager__shows_all_of_it_escaped),
        TEST(delivery_copy__offers_curl_without_secrets),
        TEST(delivery_attempts__draws_phases_and_lines_are_cut_by_w),
        TEST(delivery_response__bears_hostile_headers),
        TEST(deliveries_empty__says_how_they_come_about),
    };
    return cmocka_run_group_tests_name("console_deliveries", tests, NULL, NULL);
}
