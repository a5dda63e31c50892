/* What the console does with checks, done by commands: the grid, tuning, history, what would be
 * sent, sending who fails already. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"

enum { WAIT_MS = 30000 };

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
    product_expect(p, 0, "Tickets was sent no-mfa before (d_1, delivered, ", "check", "enable",
                   "no-mfa", "Tickets", "--send-current");
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

/* --- what would be sent --------------------------------------------------------------------- */

static void dry_run__says_what_would_be_sent_to_whom(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    add_webhook(p, "Tickets", "https://tickets.example.com/in");
    add_webhook(p, "Archive", "https://archive.example.com/in");
    product_expect(p, 0, NULL, "integration", "set", "Archive", "enabled=false");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0,
                   "no-mfa would name 2 users, to nobody: no integration is ticked\n\n2 users",
                   "check", "run", "--dry-run");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets", "Archive");
    product_expect(p, 0,
                   "no-mfa would name 2 users\n"
                   "    fern@example.com\n"
                   "    and 1 more (--limit 0 names all)\n"
                   "  to\n"
                   "    Tickets                   1 event\n"
                   "    Archive                   1 event, held: integration is disabled\n",
                   "check", "run", "--dry-run", "--limit", "1");
    product_expect(p, 0, "1 event, 2 deliveries would be written; nothing was stored.", "check",
                   "run", "--dry-run");
    product_expect(p, 0,
                   "\"integration\": \"Archive\",\n"
                   "          \"users\": 2,\n"
                   "          \"events\": 1,\n"
                   "          \"held\": \"integration is disabled\"",
                   "check", "run", "no-mfa", "--dry-run", "--json");
    product_expect(p, 2, "--limit goes with --dry-run", "check", "run", "--limit", "1");
    product_expect(p, 0, "\"last_run\": null", "check", "show", "no-mfa", "--json");
    free(file);
}

/* --- tuning --------------------------------------------------------------------------------- */

static void check_set__ignores_by_kind(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "users.csv",
                              "id,login,email,enabled,mfa_enrolled,department,user_type\n"
                              "1,fern,,true,false,,\n"
                              "2,moss,moss@partner.example,true,false,,\n"
                              "3,reed,,true,false,\"Sales, EMEA\",\n"
                              "4,sedge,,true,false,,external\n"
                              "5,lily,,true,false,Sales,member\n");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, "fail    no-mfa          5        5    5 ", "check", "run", "no-mfa");
    product_expect(p, 0, "4 entries now", "check", "set", "no-mfa",
                   "ignore=FERN, @Partner.example, department:sales\\, emea",
                   "ignore+=type:external");
    product_expect(p, 0,
                   "ignore       FERN, @Partner.example, department:sales\\, emea, type:external",
                   "check", "show", "no-mfa");
    product_expect(p, 0, "fail    no-mfa          1        1    0         4 ", "check", "run",
                   "no-mfa");
    product_expect(p, 0, "ignore          loses FERN\n                  3 entries now\n", "check",
                   "set", "no-mfa", "ignore-=fern");
    product_expect(p, 0, "fail    no-mfa          2        2    1 ", "check", "run", "no-mfa");
    product_expect(p, 2, "ignore: 'fern' is not in the list", "check", "set", "no-mfa",
                   "ignore-=fern");
    product_expect(p, 2, "ignore: 'dept:Sales': write a login, @DOMAIN, department:NAME or",
                   "check", "set", "no-mfa", "ignore+=dept:Sales");
    product_expect(p, 0, NULL, "check", "set", "no-mfa", "ignore=");
    product_expect(p, 0, "\"ignore\": []", "check", "show", "no-mfa", "--json");
    product_expect(p, 0, "ignore: @Partner.example", "audit", "list");
    free(file);
}

/* Whoever is ignored since the run is not sent either. */
static void check_enable__sends_nobody_who_is_ignored(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    add_webhook(p, "Tickets", "https://tickets.example.com/in");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run");
    product_expect(p, 0, NULL, "check", "set", "no-mfa", "ignore=Moss@Example.com");
    product_expect(p, 0, "1 delivery of 1 user who fails already is queued.", "check", "enable",
                   "no-mfa", "Tickets", "--send-current");
    product_expect(p, 0, NULL, "check", "set", "no-mfa", "ignore=@example.com");
    product_expect(p, 0, "Nobody fails no-mfa: there is nothing to send.", "check", "enable",
                   "no-mfa", "Tickets", "--send-current");
    free(file);
}

static void check_set__tunes_and_goes_back(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0,
                   "Changed inactive-90, from the next run on:\n"
                   "  enabled         true → false\n"
                   "  severity        moderate → low\n"
                   "  settings.days   90 → 60\n",
                   "check", "set", "inactive-90", "settings.days=60", "severity=low",
                   "enabled=false");
    product_expect(p, 0,
                   "severity     low (default moderate)\n"
                   "switched     off (default on)\n"
                   "settings     settings.days=60 (default 90, ",
                   "check", "show", "inactive-90");
    product_expect(p, 0, "\"days\": 60", "check", "show", "inactive-90", "--json");
    product_expect(p, 2, "settings.days: write a whole number from 0 to 1000000", "check", "set",
                   "inactive-90", "settings.days=-1");
    product_expect(p, 2,
                   "settings.hours: check inactive-90 has no such setting; it has settings.days",
                   "check", "set", "inactive-90", "settings.hours=1");
    product_expect(p, 0,
                   "  enabled         false → true (the default)\n"
                   "  severity        low → moderate (the default)\n"
                   "  settings.days   60 → 90 (the default)\n",
                   "check", "set", "inactive-90", "settings.days=", "severity=", "enabled=");
    product_expect(p, 0, "severity     moderate\nswitched     on\nsettings     settings.days=90 (",
                   "check", "show", "inactive-90");
    product_expect(p, 0, "settings.days: 60 → ", "audit", "list");
}

static void config_check__names_what_a_check_does_not_take(void **state)
{
    const struct product *p = *state;
    free(tmpdir_write(&p->dir, "home/checkhook.conf",
                      "checks : { inactive-90 : { settings : { day = 60; }; }; };\n"));
    product_expect(p, 3, "checks.inactive-90: settings.day: check inactive-90 has no such setting",
                   "config", "check");
    product_expect(p, 3, "checkhook check set inactive-90 settings.NAME= takes one back", "config",
                   "check");
    product_expect(p, 0, "settings.day: check inactive-90 has no such setting", "check", "run");
}

static void check_reset__takes_everything_back_but_ticks(void **state)
{
    const struct product *p = *state;
    add_webhook(p, "Tickets", "https://tickets.example.com/in");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, NULL, "check", "set", "no-mfa", "severity=low", "ignore+=fern",
                   "enabled=false");
    product_expect(p, 0,
                   "no-mfa is as its definition has it, from the next run on; it notifies 1 "
                   "integration.\n",
                   "check", "reset", "no-mfa");
    product_expect(p, 0, "severity     critical\nswitched     on\nnotifies     Tickets\n", "check",
                   "show", "no-mfa");
    product_expect(p, 2, "there is no check 'no-mfb'", "check", "reset", "no-mfb");
}

/* What was set for it would otherwise be there until somebody edits the file. */
static void check_reset__drops_what_is_left_of_a_check_that_is_gone(void **state)
{
    const struct product *p = *state;
    free(tmpdir_write(&p->dir, "home/checkhook.conf",
                      "checks : { gone : { enabled = false; settings : { days = 60; }; };\n"
                      "  no-mfa : { severity = \"low\"; }; };\n"));
    product_expect(p, 3, "or drop what is set for it: checkhook check reset gone", "config",
                   "check");
    product_expect(p, 0, "Nothing is set for gone any more.\n", "check", "reset", "gone");
    product_expect(p, 0, "is sound", "config", "check");
    product_expect(p, 0, "severity     low", "check", "show", "no-mfa");
    product_expect(p, 0, "gone", "audit", "list");
    product_expect(p, 2, "there is no check 'gone'", "check", "reset", "gone");
}

/* --- history ---------------------------------------------------------------------------------- */

static void check_show__draws_its_history(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    struct run_result r = PRODUCT(p, "check", "show", "no-mfa");
    assert_null(strstr(r.out, "history"));
    run_release(&r);
    free(file);
    file = tmpdir_write(&p->dir, "users.csv",
                        "id,login,enabled,mfa_enrolled\n"
                        "1,fern@example.com,true,false\n"
                        "2,moss@example.com,true,\n");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    product_expect(p, 0, "history      2 runs, ", "check", "show", "no-mfa");
    product_expect(p, 0, "  failing    █   1 to 2\n             ██  now 1\n", "check", "show",
                   "no-mfa");
    product_expect(p, 0, "  unknown     █  0 to 1\n             _█  now 1\n", "check", "show",
                   "no-mfa");
    product_expect(p, 0, "    fern@example.com (people), since ", "check", "show", "no-mfa");
    free(file);
}

static void check_show__lists_who_is_open_though_it_was_not_evaluated(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run");
    free(file);
    file = tmpdir_write(&p->dir, "users.csv",
                        "id,login,enabled\n1,fern@example.com,true\n2,moss@example.com,true\n");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, "source lacks MFA enrolment", "check", "run");
    product_expect(p, 0, "users failing\n    moss@example.com (people), since", "check", "show",
                   "no-mfa");
    product_expect(p, 0, "Z, stale", "check", "show", "no-mfa");
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
        TEST(dry_run__says_what_would_be_sent_to_whom),
        TEST(check_set__ignores_by_kind),
        TEST(check_enable__sends_nobody_who_is_ignored),
        TEST(check_set__tunes_and_goes_back),
        TEST(config_check__names_what_a_check_does_not_take),
        TEST(check_reset__takes_everything_back_but_ticks),
        TEST(check_reset__drops_what_is_left_of_a_check_that_is_gone),
        TEST(check_show__draws_its_history),
        TEST(check_show__lists_who_is_open_though_it_was_not_evaluated),
    };
    return cmocka_run_group_tests_name("cli_checks", tests, NULL, NULL);
}
