/* Several processes on one home: consoles, a service and commands at the same time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/store/store.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"

enum { WAIT_MS = 60000, HANDOVER_MS = 1000, EVENTS_AT_MOST = 1000 };

/* What nobody may ever be told because somebody else of us works. */
static const char *const forbidden[] = {"busy", "is locked", "another checkhook is writing",
                                        "try again"};

static void expect_calm(const char *who, const char *text)
{
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (strstr(text, forbidden[i]))
            fail_msg("%s says '%s':\n%s", who, forbidden[i], text);
}

/* --- processes ------------------------------------------------------------------------------- */

static struct run_child start_service(const struct product *p)
{
    struct run_child service =
        run_start((const char *const[]){"service", NULL}, &(struct run_options){.env = p->env});
    run_wait_text(&service, "info started ", WAIT_MS);
    return service;
}

static void end_service(struct run_child *service)
{
    expect_calm("the service", service->seen);
    assert_int_equal(run_stop(service, SIGTERM), 0);
}

static struct term *start_console(const struct product *p, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "1 Integrations", 0);
    return term;
}

static void end_console(struct term *term)
{
    size_t len;
    expect_calm("a console", term_output(term, &len));
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

/* In a process of many that run commands: the first that does not succeed, or complains, ends it
 * with a status that the test sees. */
static void command(const struct product *p, const char *const *args)
{
    struct run_result r = product_run(p, args, NULL);
    bool calm = true;
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        calm = calm && !strstr(r.err, forbidden[i]);
    if (r.status == 0 && calm) {
        run_release(&r);
        return;
    }
    fprintf(stderr, "%s %s: status %d\n%s%s", args[0], args[1], r.status, r.out, r.err);
    _exit(1);
}
#define COMMAND(p, ...) command(p, (const char *const[]){__VA_ARGS__, NULL})

typedef void process_work(const struct product *p, int number);

static void start_processes(const struct product *p, process_work *work, pid_t *pids, int count)
{
    for (int i = 0; i < count; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            work(p, i);
            _exit(0);
        }
        assert_true(pids[i] > 0);
    }
}

static void wait_for_processes(const pid_t *pids, int count)
{
    int status, failed = 0;
    for (int i = 0; i < count; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        failed += status != 0;
    }
    assert_int_equal(failed, 0);
}

/* --- what was sent --------------------------------------------------------------------------- */

static void add_ticked(const struct product *p, struct receiver *receiver, const char *more)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", "Billing events", url, "auth.type=none",
                   "rate_limit=0", more);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Billing events");
}

static void import(const struct product *p, const char *source, const char *prefix, int users)
{
    struct strbuf csv;
    char name[80];
    strbuf_init(&csv, 1 << 20);
    strbuf_adds(&csv, "id,login,enabled,mfa_enrolled\n");
    for (int i = 0; i < users; i++)
        strbuf_addf(&csv, "%d,%s%d@example.com,true,false\n", i, prefix, i);
    snprintf(name, sizeof name, "%s.csv", source);
    char *path = tmpdir_write(&p->dir, name, csv.text);
    COMMAND(p, "data", "import", path, "--source", source);
    strbuf_release(&csv);
    free(path);
}

/* state NULL = all. */
static int count_deliveries(const struct product *p, const char *state)
{
    const char *const args[] = {"delivery", "list", "--json", state ? "--state" : NULL,
                                state,      NULL};
    struct run_result r = product_run(p, args, NULL);
    int count = 0;
    assert_int_equal(r.status, 0);
    for (const char *at = r.out; (at = strstr(at, "\"event\"")) != NULL; at++)
        count++;
    run_release(&r);
    return count;
}

static void wait_until_delivered(const struct product *p, struct term *console, int count)
{
    int64_t give_up_ms = clock_monotonic_ms() + WAIT_MS;
    while (count_deliveries(p, "delivered") < count) {
        if (console)
            term_find(console, "", NULL, NULL);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("%d of %d delivered", count_deliveries(p, "delivered"), count);
    }
}

/* Every event came exactly once. */
static void expect_each_once(struct receiver *receiver, int count)
{
    char *seen[EVENTS_AT_MOST] = {0};
    assert_in_range(count, 1, EVENTS_AT_MOST);
    assert_int_equal(receiver_count(receiver), count);
    for (int i = 0; i < count; i++) {
        const struct receiver_request *r = receiver_wait(receiver, (size_t)i, WAIT_MS);
        seen[i] = receiver_header(r, "X-Checkhook-Event-Id");
        assert_non_null(seen[i]);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(seen[i], seen[k]);
    }
    for (int i = 0; i < count; i++)
        free(seen[i]);
}

/* --- configuration --------------------------------------------------------------------------- */

enum { WRITERS = 4, ADDED_BY_EACH = 5 };

static void add_integrations(const struct product *p, int number)
{
    for (int i = 0; i < ADDED_BY_EACH; i++) {
        char name[32];
        snprintf(name, sizeof name, "hook-%d-%d", number, i);
        COMMAND(p, "integration", "add", name, "url=https://hooks.example.com/in",
                "auth.type=none");
        COMMAND(p, "check", "enable", "no-mfa", name);
        COMMAND(p, "integration", "set", name, "enabled=false");
    }
}

static void sharing__loses_no_change_of_the_configuration(void **state)
{
    const struct product *p = *state;
    pid_t pids[WRITERS];
    struct run_child service = start_service(p);
    struct term *console = start_console(p, 30, 80); /* room for all */
    start_processes(p, add_integrations, pids, WRITERS);
    wait_for_processes(pids, WRITERS);
    for (int number = 0; number < WRITERS; number++)
        for (int i = 0; i < ADDED_BY_EACH; i++) {
            char name[32];
            snprintf(name, sizeof name, "hook-%d-%d", number, i);
            product_expect(p, 0, "\"enabled\": false", "integration", "show", name, "--json");
            product_expect(p, 0, name, "check", "show", "no-mfa", "--json");
        }
    term_wait_text(console, "hook-0-0", 0);
    end_console(console);
    end_service(&service);
}

/* --- everything at once ---------------------------------------------------------------------- */

enum { RUNNERS = 3, RUNS_OF_EACH = 4 };

/* A source of its own, one user more for each run. The first also changes the configuration. */
static void import_and_run(const struct product *p, int number)
{
    char source[16];
    snprintf(source, sizeof source, "source%d", number);
    for (int i = 1; i <= RUNS_OF_EACH; i++) {
        char text[48];
        snprintf(text, sizeof text, "description=change %d by %d", i, number);
        import(p, source, source, i);
        COMMAND(p, "check", "run");
        COMMAND(p, "integration", "set", "Billing events", text);
    }
}

static void sharing__everybody_at_once(void **state)
{
    const struct product *p = *state;
    pid_t pids[RUNNERS];
    struct receiver *receiver = receiver_start();
    add_ticked(p, receiver, "max_in_flight=8");
    struct term *first = start_console(p, 24, 80), *second = start_console(p, 30, 100);
    struct run_child service = start_service(p);
    term_key(first, "4");
    term_key(second, "2");
    start_processes(p, import_and_run, pids, RUNNERS);
    for (int i = 0; i < 3; i++) {
        term_wait_text(second, "[ R  Run Checks Now ]", 0);
        term_key(second, "R");
        term_wait_text(second, "Run finished", WAIT_MS);
        term_key(second, "Esc");
    }
    wait_for_processes(pids, RUNNERS);
    const int all = count_deliveries(p, NULL);
    wait_until_delivered(p, first, all);
    expect_each_once(receiver, all);
    product_expect(p, 0, "\"failing\": 12", "check", "show", "no-mfa", "--json");
    end_console(first);
    end_console(second);
    end_service(&service);
    receiver_stop(receiver);
}

/* --- handover -------------------------------------------------------------------------------- */

enum { HANDED_USERS = 240, HANDED_AT_LEAST = 30, ANSWER_MS = 150 };

/* Many deliveries wait, each a part of one event, and whoever has the lock is told. Gives their
 * number. */
static int fill_outbox(const struct product *p)
{
    import(p, "people", "fern", HANDED_USERS);
    product_expect(p, 0, NULL, "check", "run", "--no-deliver");
    const int count = count_deliveries(p, NULL);
    assert_in_range(count, HANDED_AT_LEAST, HANDED_USERS);
    return count;
}

static void expect_handover_within(const struct product *p, struct run_child *service)
{
    const int64_t asked_ms = clock_monotonic_ms();
    *service = start_service(p);
    assert_non_null(strstr(service->seen, "waiting to take over"));
    assert_in_range(clock_monotonic_ms() - asked_ms, 0, HANDOVER_MS + ANSWER_MS);
}

static void handover__from_a_console_loses_and_doubles_nothing(void **state)
{
    const struct product *p = *state;
    struct run_child service;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.delay_ms = ANSWER_MS});
    add_ticked(p, receiver, "max_event_kb=1");
    struct term *console = start_console(p, 24, 80);
    term_key(console, "4");
    term_wait_text(console, "live ●", 0);
    const int all = fill_outbox(p);
    term_wait_text(console, "● 200", 0);
    expect_handover_within(p, &service);
    term_wait_text(console, "The service delivers from here on.", 0);
    term_wait_text(console, "service ●", 0);
    wait_until_delivered(p, console, all);
    expect_each_once(receiver, all);
    end_service(&service);
    term_wait_text(console, "live ●", 0); /* nobody holds it: it is ours again */
    end_console(console);
    receiver_stop(receiver);
}

static void handover__from_a_command_loses_and_doubles_nothing(void **state)
{
    const struct product *p = *state;
    struct run_child service;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.delay_ms = ANSWER_MS});
    add_ticked(p, receiver, "max_event_kb=1");
    const int all = fill_outbox(p);
    struct run_child command =
        run_start((const char *const[]){"deliver", NULL}, &(struct run_options){.env = p->env});
    receiver_wait(receiver, 3, WAIT_MS);
    expect_handover_within(p, &service);
    run_wait_text(&command, "handed over to the service", WAIT_MS);
    assert_int_equal(run_stop(&command, 0), 4);
    wait_until_delivered(p, NULL, all);
    expect_each_once(receiver, all);
    end_service(&service);
    receiver_stop(receiver);
}

/* --- runs that the service carries out ------------------------------------------------------- */

/* It looks at every pair of users for every user: for some seconds. */
static void make_run_slow(const struct product *p)
{
    enum { USERS = 280 };
    import(p, "people", "fern", USERS);
    free(tmpdir_write(&p->dir, "home/checks.d/slow.conf",
                      "checks = ( { id = \"slow\"; title = \"Slow check\"; severity = \"low\";\n"
                      "  description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
                      "  enabled = true; fails = \"(SELECT count(*) FROM users a, users b"
                      " WHERE a.uid + b.uid + u.uid < 0) > 0\"; } );\n"));
}

/* The daily run of the start is over, so that the next one is ours. */
static struct run_child start_idle_service(const struct product *p)
{
    struct run_child service = start_service(p);
    run_wait_text(&service, "run ended kind=daily", WAIT_MS);
    return service;
}

static struct term *start_run(const struct product *p, int rows, int cols)
{
    struct term *console = start_console(p, rows, cols);
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
    make_run_slow(p);
    struct run_child service = start_idle_service(p);
    struct term *console = start_run(p, 24, 80);
    term_key(console, "4");
    term_wait_text(console, "» ", 0);
    end_console(console);
    console = start_run(p, 30, 100); /* another one joins it */
    term_wait_text(console, "Run finished", WAIT_MS);
    term_key(console, "End");
    term_wait_text(console, "Slow check", 0);
    run_wait_text(&service, "run ended kind=now", WAIT_MS);
    assert_null(strstr(strstr(service.seen, "run begun as asked") + 1, "run begun as asked"));
    end_console(console);
    end_service(&service);
}

static void run_request__is_cancelled_when_asked_twice(void **state)
{
    const struct product *p = *state;
    make_run_slow(p);
    struct run_child service = start_idle_service(p);
    struct term *console = start_run(p, 24, 80);
    term_key(console, "Esc");
    term_wait_text(console, "Cancel run?", 0);
    term_key(console, "C");
    term_wait_text(console, "The run was cancelled; nothing of it was kept.", 0);
    run_wait_text(&service, "run dropped", WAIT_MS);
    end_console(console);
    end_service(&service);
}

static void run_request__says_when_the_service_ends_in_the_middle(void **state)
{
    const struct product *p = *state;
    make_run_slow(p);
    struct run_child service = start_idle_service(p);
    struct term *console = start_run(p, 24, 80);
    run_stop(&service, SIGKILL);
    term_wait_text(console, "The service ended during the run; nothing of it was kept.", 0);
    term_key(console, "R"); /* nobody else is there: here */
    term_wait_text(console, "The run goes on if you leave this page", 0);
    term_wait_text(console, "Run finished", WAIT_MS);
    end_console(console);
}

static void run_request__is_run_by_the_next_service(void **state)
{
    const struct product *p = *state;
    make_run_slow(p);
    struct run_child service = start_idle_service(p);
    struct term *console = start_run(p, 24, 80);
    run_stop(&service, SIGKILL);
    service = start_service(p);
    run_wait_text(&service, "run begun as asked", WAIT_MS);
    term_wait_text(console, "Run finished", WAIT_MS);
    end_console(console);
    end_service(&service);
}

/* --- a writer that takes long, such as an import --------------------------------------------- */

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
    struct term *console = start_console(p, 24, 80); /* opens at once */
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
    run_wait_text(&command, "waiting for another checkhook that writes", WAIT_MS);
    /* What only looks does not wait, neither for it nor for that command. */
    product_expect(p, 0, "\"enabled\": true", "integration", "show", "Billing events", "--json");
    product_expect(p, 0, "no-mfa", "check", "list");
    end_writing(writer);
    run_wait_text(&command, "Changed", WAIT_MS);
    assert_int_equal(run_stop(&command, 0), 0);
    product_expect(p, 0, "\"enabled\": false", "integration", "show", "Billing events", "--json");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sharing__loses_no_change_of_the_configuration),
        TEST(sharing__everybody_at_once),
        TEST(handover__from_a_console_loses_and_doubles_nothing),
        TEST(handover__from_a_command_loses_and_doubles_nothing),
        TEST(waiting__a_console_says_why_and_goes_on),
        TEST(waiting__a_command_says_why_and_goes_on),
        TEST(run_request__goes_on_without_the_console),
        TEST(run_request__is_cancelled_when_asked_twice),
        TEST(run_request__says_when_the_service_ends_in_the_middle),
        TEST(run_request__is_run_by_the_next_service),
    };
    return cmocka_run_group_tests_name("sharing", tests, NULL, NULL);
}
