/* Campaign: every write and sync of enqueue, claim and record fails once: on a full disk, a broken
 * one, and by SIGKILL. A sentence is said, nothing is lost, and the same worker goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/app.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/deliver/worker.h"
#include "tests/support/fail.h"
#include "tests/support/faultfs.h"
#include "tests/support/ledger.h"
#include "tests/support/tmpdir.h"

/*
 * Parameters: CAMPAIGN_SEED; CAMPAIGN_POINTS (1 of each kind; long 0 = every one), the operations
 * that fail.
 */
enum {
    INTEGRATIONS = 2,
    BATCHES = 2,
    EVENTS_A_BATCH = 4,
    RATE_LIMIT = 200,  /* some wait in the worker when their integration goes on hold */
    FAILURES_SEEN = 4, /* then a lasting fault is mended */
    PAUSE_MS = 20,     /* a longer pause is skipped */
    SCENE_MS = 20000,
};

struct scene {
    struct tmpdir dir;
    char *home, *db;
    struct receiver *receiver;
    struct ledger *ledger;
    struct dice dice;
    bool dies_on_error; /* the process ends at the first error, in the middle of everything */
    bool refused_once;  /* the first answer puts its integration on hold */
    bool
        disabled_once; /* the first integration is disabled while its deliveries are on their way */
    size_t errors, struck; /* sentences, and faults, at the point at hand */
    struct ledger_report report;
};

static int64_t skipped_ms;

static int64_t worker_clock_ms(void)
{
    return clock_now_ms() + skipped_ms;
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    struct integration ins[INTEGRATIONS];
    uint64_t seed = campaign_seed();
    s->dice = dice_of(seed);
    tmpdir_init(&s->dir);
    s->home = tmpdir_path(&s->dir, "home");
    s->db = tmpdir_path(&s->dir, "home/checkhook.db");
    s->receiver = receiver_start();
    s->ledger = ledger_new(100000, seed);
    for (size_t i = 0; i < INTEGRATIONS; i++) {
        char name[32];
        snprintf(name, sizeof name, "Receiver %zu", i);
        ins[i] = campaign_integration(name, receiver_url(s->receiver, "/in"));
        ins[i].rate_limit = RATE_LIMIT;
        ledger_add_integration(s->ledger, &ins[i], LEDGER_DELIVERED);
    }
    campaign_save(s->home, ins, INTEGRATIONS);
    for (size_t i = 0; i < INTEGRATIONS; i++)
        integration_release(&ins[i]);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    faultfs_mend();
    receiver_stop(s->receiver);
    ledger_free(s->ledger);
    tmpdir_release(&s->dir);
    free(s->home);
    free(s->db);
    free(s);
    return 0;
}

/* --- one pass: enqueue, claim, send, record -------------------------------------------------- */

/* What went wrong is said in a sentence that names the file and what to do. */
static void expect_sentence(struct scene *s, const struct error *err)
{
    bool says_what = strstr(err->text, "free some space") || strstr(err->text, "its free space");
    if (s->dies_on_error)
        _exit(0);
    s->errors++;
    if (err->kind != ERR_IO || !strstr(err->text, s->db) || !says_what)
        fail_msg("kind %d: %s", err->kind, err->text);
    if (s->errors >= FAILURES_SEEN)
        faultfs_mend();
}

static void open_app(struct scene *s, struct app *app)
{
    struct error err = {0};
    while (!app_open(app, s->home, APP_STORE, &err))
        expect_sentence(s, &err);
}

/* What could not be written is given up, as a run is that has failed. */
static void enqueue(struct scene *s, struct app *app)
{
    for (int i = 0; i < BATCHES; i++) {
        struct error err = {0};
        if (!ledger_enqueue(s->ledger, app->store, &s->dice, EVENTS_A_BATCH,
                            worker_clock_ms() / 1000, &err))
            expect_sentence(s, &err);
    }
}

static struct worker *open_worker(struct app *app, struct transport *transport)
{
    struct worker_options options = {.transport = transport,
                                     .store = app->store,
                                     .config = &app->config,
                                     .keyring = app->keyring,
                                     .now_ms = worker_clock_ms};
    return worker_new(&options);
}

static void set_enabled(struct app *app, struct worker *worker, bool enabled)
{
    app->config.integrations.items[0].enabled = enabled;
    worker_config_changed(worker);
}

/* As a passing test or enabling does: lets go what was held. */
static void release_held(struct scene *s, struct app *app, struct worker *worker)
{
    struct error err = {0};
    set_enabled(app, worker, true);
    for (size_t i = 0; i < app->config.integrations.count; i++)
        while (!outbox_release(app->store, app->config.integrations.items[i].id,
                               worker_clock_ms() / 1000, &err))
            expect_sentence(s, &err);
}

static void step(struct scene *s, struct worker *worker)
{
    struct error err = {0};
    if (!worker_step(worker, &err))
        expect_sentence(s, &err);
}

static void wait_or_skip(struct worker *worker, struct transport *transport)
{
    int wait_ms = worker_timeout_ms(worker);
    if (transport_active(transport) == 0 && wait_ms > PAUSE_MS)
        skipped_ms += wait_ms;
    else
        transport_poll(transport, NULL, 0, wait_ms < 0 || wait_ms > PAUSE_MS ? PAUSE_MS : wait_ms);
}

/* The one worker, until nothing waits: it resumes by itself. */
static void work(struct scene *s, struct app *app, struct worker *worker,
                 struct transport *transport)
{
    struct error err = {0};
    struct outbox_counts counts = {.waiting = 1};
    int64_t give_up_ms = support_now_ms() + SCENE_MS;
    bool disables = s->disabled_once;
    while (counts.waiting + counts.held > 0) {
        step(s, worker);
        if (disables && transport_active(transport) > 0) {
            set_enabled(app, worker, false);
            disables = false;
        }
        wait_or_skip(worker, transport);
        if (!outbox_count(app->store, NULL, 0, &counts, &err))
            expect_sentence(s, &err);
        if (counts.held > 0 && transport_active(transport) == 0)
            release_held(s, app, worker);
        if (support_now_ms() > give_up_ms)
            fail_msg("%lld deliveries still wait: the worker does not go on",
                     (long long)counts.waiting);
    }
}

static void pass(struct scene *s)
{
    struct app app;
    struct transport *transport = transport_new();
    open_app(s, &app);
    enqueue(s, &app);
    struct worker *worker = open_worker(&app, transport);
    work(s, &app, worker, transport);
    worker_free(worker);
    transport_free(transport);
    app_close(&app);
}

static void compare(struct scene *s)
{
    faultfs_plan(FAULTFS_FULL, 0, false);
    ledger_take_requests(s->ledger, s->receiver);
    ledger_compare(s->ledger, s->db, &s->report);
}

/* --- every point ----------------------------------------------------------------------------- */

/* Another try for some, a refusal for the first where that is asked for. */
static void script(struct scene *s)
{
    struct receiver_answer answers[] = {
        {.status = s->refused_once ? 401 : 200},
        {.status = 200},
        {.status = 503},
        {.status = 200},
        {.status = 429},
        {.status = 200},
    };
    receiver_script(s->receiver, "/in", answers, ARRAY_LEN(answers));
}

struct kind_row {
    const char *name;
    enum faultfs_kind kind;
    bool lasting, dies_on_error;
};

static const struct kind_row kinds[] = {
    {"a full disk, once", FAULTFS_FULL, false, false},
    {"a full disk, until space is back", FAULTFS_FULL, true, false},
    {"a write that fails", FAULTFS_WRITE, false, false},
    {"a sync that fails", FAULTFS_SYNC, false, false},
    {"a disk that does not sync for a while", FAULTFS_SYNC, true, false},
    {"a sync that fails, then kill -9", FAULTFS_SYNC, false, true},
    {"a full disk, then kill -9", FAULTFS_FULL, false, true},
    {"kill -9 in the middle of it", FAULTFS_KILL, false, true},
};

/* In a child, since it may be killed or end at any moment; what it leaves is delivered after. */
static void pass_in_child(struct scene *s, const struct kind_row *row, size_t at)
{
    int status;
    pid_t pid = fork();
    if (pid < 0)
        support_die("no process");
    if (pid == 0) {
        s->dies_on_error = true;
        faultfs_plan(row->kind, at, row->lasting);
        pass(s);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
        fail_msg("the child ended with status %d", WEXITSTATUS(status));
    for (size_t i = 0; i < BATCHES * EVENTS_A_BATCH; i++)
        dice_roll(&s->dice); /* those of the child are not repeated */
    pass(s);
}

static void fail_at(struct scene *s, const struct kind_row *row, size_t at)
{
    script(s);
    s->errors = s->struck = 0;
    if (row->dies_on_error) {
        pass_in_child(s, row, at);
    } else {
        faultfs_plan(row->kind, at, row->lasting);
        pass(s);
        s->struck = faultfs_failed();
    }
    compare(s);
}

/* How many operations an undisturbed pass has. */
static size_t count_operations(struct scene *s, const struct kind_row *row)
{
    script(s);
    faultfs_plan(row->kind, 0, false);
    pass(s);
    size_t count = faultfs_counted();
    compare(s);
    assert_true(count > 0);
    return count;
}

/* Returns how often a fault struck. */
static size_t fail_everywhere(struct scene *s, const struct kind_row *row)
{
    size_t all = count_operations(s, row);
    size_t wanted = (size_t)campaign_number("CAMPAIGN_POINTS", 1, 0);
    size_t kept = s->report.kept, errors = 0, struck = 0;
    if (wanted == 0 || wanted > all)
        wanted = all;
    /* One in each of `wanted` stretches of the same length. */
    for (size_t i = 0; i < wanted; i++) {
        size_t from = all * i / wanted, to = all * (i + 1) / wanted;
        size_t at = (size_t)dice_between(&s->dice, (int64_t)from + 1, (int64_t)to);
        fail_at(s, row, at);
        errors += s->errors;
        struck += s->struck;
    }
    campaign_say("%s: at %zu of %zu points, %zu sentences, %zu events kept whose commit did not "
                 "return",
                 row->name, wanted, all, errors, s->report.kept - kept);
    return struck;
}

static void run_kinds(struct scene *s)
{
    size_t struck = 0;
    faultfs_install();
    script(s);
    pass(s); /* makes the store */
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        struck += fail_everywhere(s, &kinds[i]);
    campaign_say("events: %zu announced, %zu committed, %zu more kept; requests: %zu, attempts on "
                 "record: %zu, repeats: %zu",
                 s->report.announced, s->report.committed, s->report.kept, s->report.requests,
                 s->report.attempts, s->report.repeats);
    assert_true(struck > 0);
    assert_int_equal(s->report.received, s->report.committed + s->report.kept);
}

static void deliveries__survive_a_failing_disk(void **state)
{
    run_kinds(*state);
}

static void holds__survive_a_failing_disk(void **state)
{
    struct scene *s = *state;
    s->refused_once = true;
    run_kinds(s);
}

static void disabling__survives_a_failing_disk(void **state)
{
    struct scene *s = *state;
    s->disabled_once = true;
    run_kinds(s);
}

/* A new store, at every point of its making: refused with a sentence, and made by the next try. */
static void making_a_store__survives_a_failing_disk(void **state)
{
    struct scene *s = *state;
    size_t errors = 0, points = 0;
    bool failed = true;
    faultfs_install();
    for (size_t at = 1; failed; at++) {
        struct error err = {0};
        s->errors = 0;
        char *name = mem_printf("new/%zu", at);
        free(s->db);
        s->db = tmpdir_write(&s->dir, name, "");
        faultfs_plan(at % 2 ? FAULTFS_FULL : FAULTFS_WRITE, at, false);
        struct store *store;
        while (!(store = store_open(s->db, &err)))
            expect_sentence(s, &err);
        failed = faultfs_failed() > 0;
        points += failed;
        errors += s->errors;
        store_close(store);
        free(name);
    }
    campaign_say("making a store: at %zu points, %zu sentences", points, errors);
    assert_true(points > 0 && errors > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(deliveries__survive_a_failing_disk, setup, teardown),
        cmocka_unit_test_setup_teardown(holds__survive_a_failing_disk, setup, teardown),
        cmocka_unit_test_setup_teardown(disabling__survives_a_failing_disk, setup, teardown),
        cmocka_unit_test_setup_teardown(making_a_store__survives_a_failing_disk, setup, teardown),
    };
    return cmocka_run_group_tests_name("storage", tests, NULL, NULL);
}
