/* What the console does with checks, done by commands: the grid, and sending who fails already. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"

enum { WAIT_MS = 10000 };

static const char users[] = "id,login,enabled,mfa_enrolled\n"
                            "1,fern@example.com,true,false\n"
                            "2,moss@example.com,true,false\n";

static void add_webhook(const struct product *p, const char *name, const char *address)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", address);
    product_expect(p, 0, "Added", "integration", "add", name, url, "auth.type=none");
}

static void check_matrix__is_a_grid(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "There is no integration yet", "check", "matrix");
    add_webhook(p, "Audit archive", "https://audit.example.com/in");
    add_webhook(p, "Billing events", "https://billing.example.com/in");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Billing events");
    product_expect(p, 0, "   1  Audit archive\n   2  Billing events\n", "check", "matrix");
    product_expect(p, 0, "  on    .   x\n", "check", "matrix");
    product_expect(p, 0, "   1  Billing events\n", "check", "matrix", "Billing events");
    product_expect(p, 0, "  on    x\n", "check", "matrix", "Billing events");
    product_expect(p, 2, "there is no integration", "check", "matrix", "Billing event");
}

static void check_matrix__is_json(void **state)
{
    const struct product *p = *state;
    add_webhook(p, "Audit archive", "https://audit.example.com/in");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Audit archive");
    product_expect(p, 0, "\"Audit archive\": true", "check", "matrix", "--json");
    product_expect(p, 0, "\"Audit archive\": false", "check", "matrix", "--json");
}

static void check_enable__sends_who_fails_already(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    add_webhook(p, "Tickets", receiver_url(receiver, "/hook"));
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run");
    product_expect(p, 0, "no-mfa notifies 1 integration now.", "check", "enable", "no-mfa",
                   "Tickets");
    product_expect(p, 0, "[]", "delivery", "list", "--json");
    product_expect(p, 0, "1 delivery of 2 users who fail already is queued.", "check", "enable",
                   "no-mfa", "Tickets", "--send-current");
    product_expect(p, 0, NULL, "deliver");
    const struct receiver_request *request = receiver_wait(receiver, 0, WAIT_MS);
    assert_non_null(strstr(request->body, "fern@example.com"));
    assert_non_null(strstr(request->body, "moss@example.com"));
    free(file);
    receiver_stop(receiver);
}

static void check_show__says_how_long_it_took(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    product_expect(p, 0, "\"time_ms\": ", "check", "show", "no-mfa", "--json");
    free(file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_matrix__is_a_grid),
        TEST(check_matrix__is_json),
        TEST(check_enable__sends_who_fails_already),
        TEST(check_show__says_how_long_it_took),
    };
    return cmocka_run_group_tests_name("cli_checks", tests, NULL, NULL);
}
