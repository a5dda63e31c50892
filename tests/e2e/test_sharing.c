/* Consoles, a service and commands on one home at the same time, and what they wait for. */
#include "tests/support/term_sharing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/store/store.h"

/* --- configuration ---------------------------------------------------------------------------- */

enum { WRITERS = 4, ADDED_BY_EACH = 5 };

static void add_integrations(const struct product *p, int number)
{
    for (int i = 0; i < ADDED_BY_EACH; i++) {
        char name[32];
        snprintf(name, sizeof name, "hook-%d-%d", number, i);
        SHARING_COMMAND(p, "integration", "add", name, "url=https://hooks.example.com/in",
                        "auth.type=none");
        SHARING_COMMAND(p, "check", "enable", "no-mfa", name);
        SHARING_COMMAND(p, "integration", "set", name, "enabled=false");
    }
}

static void sharing__loses_no_change_of_the_configuration(void **state)
{
    const struct product *p = *state;
    pid_t pids[WRITERS];
    struct run_child service = sharing_start_service(p);
    struct term *console = sharing_start_console(p, 30, 80); /* room for all */
    sharing_start_processes(p, add_integrations, pids, WRITERS);
    sharing_wait_for_processes(pids, WRITERS);
    for (int number = 0; number < WRITERS; number++)
        for (int i = 0; i < ADDED_BY_EACH; i++) {
            char name[32];
            snprintf(name, sizeof name, "hook-%d-%d", number, i);
            product_expect(p, 0, "\"enabled\": false", "integration", "show", name, "--json");
            product_expect(p, 0, name, "check", "show", "no-mfa", "--json");
        }
    term_wait_text(console, "hook-0-0", 0);
    sharing_end_console(console);
    sharing_end_service(&service);
}

/* --- everything at once ----------------------------------------------------------------------- */

enum { RUNNERS = 3, RUNS_OF_EACH = 4 };

/* A source of its own, one user more for each run. The first also changes the configuration. */
static void import_and_run(const struct product *p, int number)
{
    char source[16];
    snprintf(source, sizeof source, "source%d", number);
    for (int i = 1; i <= RUNS_OF_EACH; i++) {
        char text[48];
        snprintf(text, sizeof text, "description=change %d by %d", i, number);
        sharing_import(p, source, source, i);
        SHARING_COMMAND(p, "check", "run");
        SHARING_COMMAND(p, "integration", "set", "Billing events", text);
    }
}

static void sharing__everybody_at_once(void **state)
{
    const struct product *p = *state;
    pid_t pids[RUNNERS];
    struct receiver *receiver = receiver_start();
    sharing_add_ticked(p, receiver, "max_in_flight=8");
    struct term *first = sharing_start_console(p, 24, 80),
                *second = sharing_start_console(p, 30, 100);
    struct run_child service = sharing_start_service(p);
    term_key(first, "4");
    term_key(second, "2");
    sharing_start_processes(p, import_and_run, pids, RUNNERS);
    for (int i = 0; i < 3; i++) {
        term_wait_text(second, "[ R  Run Checks Now ]", 0);
        term_key(second, "R");
        term_wait_text(second, "Run finished", SHARING_WAIT_MS);
        term_key(second, "Esc");
    }
    sharing_wait_for_processes(pids, RUNNERS);
    const int all = sharing_count_deliveries(p, NULL);
    sharing_wait_until_delivered(p, first, all);
    sharing_expect_each_once(receiver, all);
    product_expect(p, 0, "\"failing\": 12", "check", "show", "no-mfa", "--json");
    sharing_end_console(first);
    sharing_end_console(second);
    sharing_end_service(&service);
    receiver_stop(receiver);
}

/* --- a writer that takes long, such as an import ---------------------------------------------- */

static struct store *begin_writing(const struct product *p)
{
    struct error err = {0};
    char *path = tmpdir_path(&p->dir, "home/checkhook.db");
    struct store *store = store_open(path, &err);
    if (!store || !store_begin(store, &err))
        fail_msg("%s", err.text);
    free(path);
    return store;
}

static void end_writing(struct store *store)
{
    store_rollback(store);
    store_close(store);
}

static void waiting__a_console_says_why_and_goes_on(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Billing events",
                   "url=https://hooks.example.com/in", "auth.type=none");
    struct store *writer = begin_writing(p);
    struct term *console = sharing_start_console(p, 24, 80); /* opens at once */
    term_key(console, "x");
    term_wait_text(console, "Waiting for another checkhook that writes", 0);
    term_paste(console, "dropped");
    term_key(console, "4"); /* is kept until it can be done */
    end_writing(writer);
    term_wait_text(console, "[4 Deliveries", 0);
    term_key(console, "1");
    term_wait_text(console, "○ off", 0);
    term_key(console, "x");
    term_wait_text(console, "Billing events is enabled", 0);
    term_key(console, "x");
    term_wait_text(console, "Billing events is disabled", 0);
    writer = begin_writing(p);
    term_key(console, "x");
    term_wait_text(console, "Waiting for another checkhook that writes", 0);
    term_key(console, "Esc");
    term_wait_text(console, "perhaps an import; try again when it is done", 0);
    term_wait_text(console, "○ off", 0);
    term_key(console, "4"); /* reading waits for nobody */
    term_wait_text(console, "[4 Deliveries", 0);
    end_writing(writer);
    term_key(console, "q");
    assert_int_equal(term_wait_exit(console, 0), 0);
    term_stop(console);
    product_expect(p, 0, "\"enabled\": false", "integration", "show", "Billing events", "--json");
}

static void waiting__a_command_says_why_and_goes_on(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Billing events",
                   "url=https://hooks.example.com/in", "auth.type=none");
    struct store *writer = begin_writing(p);
    struct run_child command = run_start(
        (const char *const[]){"integration", "set", "Billing events", "enabled=false", NULL},
        &(struct run_options){.env = p->env});
    run_wait_text(&command, "waiting for another checkhook that writes", SHARING_WAIT_MS);
    /* What only looks does not wait, neither for it nor for that command. */
    product_expect(p, 0, "\"enabled\": true", "integration", "show", "Billing events", "--json");
    product_expect(p, 0, "no-mfa", "check", "list");
    end_writing(writer);
    run_wait_text(&command, "Changed", SHARING_WAIT_MS);
    assert_int_equal(run_stop(&command, 0), 0);
    product_expect(p, 0, "\"enabled\": false", "integration", "show", "Billing events", "--json");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sharing__loses_no_change_of_the_configuration),
        TEST(sharing__everybody_at_once),
        TEST(waiting__a_console_says_why_and_goes_on),
        TEST(waiting__a_command_says_why_and_goes_on),
    };
    return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
