/* Campaign: kill -9 at random points of enqueue, send and record, and of a run. Nothing is lost. */
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
#include "core/store/db.h"
#include "core/store/lock.h"
#include "core/store/outbox.h"
#include "tests/support/fail.h"
#include "tests/support/ledger.h"
#include "tests/support/sql.h"
#include "tests/support/tmpdir.h"

/*
 * Parameters: CAMPAIGN_SEED; CAMPAIGN_KILLS (15, long 200) of writer and sender; CAMPAIGN_RUNS
 * (12, long 100) that are killed; CAMPAIGN_EVENTS, the most that are written.
 */
enum {
    INTEGRATIONS = 3,
    EVENTS_A_BATCH = 40,
    EVENTS_A_LIFE = 600, /* then a writer only waits for its end */
    LIFE_MS = 160,
    ANSWERS = 4000,
    END_MS = 30000,
    USERS = 4000,
};

struct scene {
    struct tmpdir dir;
    char *home, *db;
    struct receiver *receiver;
    struct ledger *ledger;
    struct dice dice;
    pid_t writer, sender;
    size_t writers_killed, senders_killed, senders_ended;
    int64_t in_flight; /* at all kills of senders together */
};

static char log_name[] = "sender.log";

/* Some answers take a while, some ask for another try, so that kills meet all of it. */
static void script_receiver(struct scene *s)
{
    struct receiver_answer *answers = mem_zalloc(ANSWERS * sizeof *answers);
    for (size_t i = 0; i + 1 < ANSWERS; i++) {
        int64_t roll = dice_between(&s->dice, 0, 99);
        answers[i].status = roll < 5 ? 503 : 0;
        answers[i].delay_ms = roll >= 90 ? (int)(roll - 89) : 0;
    }
    receiver_script(s->receiver, NULL, answers, ANSWERS);
    free(answers);
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
    s->ledger = ledger_new((size_t)campaign_number("CAMPAIGN_EVENTS", 20000, 400000), seed);
    for (size_t i = 0; i < INTEGRATIONS; i++) {
        char name[32];
        snprintf(name, sizeof name, "Receiver %zu", i);
        ins[i] = campaign_integration(name, receiver_url(s->receiver, "/in"));
        ledger_add_integration(s->ledger, &ins[i], LEDGER_DELIVERED);
    }
    campaign_save(s->home, ins, INTEGRATIONS);
    for (size_t i = 0; i < INTEGRATIONS; i++)
        integration_release(&ins[i]);
    script_receiver(s);
    CAMPAIGN_RUN(s->home, "deliver"); /* makes the store */
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    if (s->writer > 0)
        campaign_kill(s->writer);
    if (s->sender > 0)
        campaign_kill(s->sender);
    receiver_stop(s->receiver);
    ledger_free(s->ledger);
    tmpdir_release(&s->dir);
    free(s->home);
    free(s->db);
    free(s);
    return 0;
}

/* --- the two that are killed ----------------------------------------------------------------- */

/* Writes batches until it is killed. */
static _Noreturn void write_events(struct scene *s, uint64_t seed)
{
    struct dice dice = dice_of(seed);
    struct error err = {0};
    struct app app;
    bool ok = app_open(&app, s->home, APP_STORE, &err);
    for (int64_t written = 0, count; ok && written < EVENTS_A_LIFE; written += count) {
        count = dice_between(&dice, 1, EVENTS_A_BATCH);
        if ((size_t)count > ledger_room(s->ledger))
            break;
        ok = ledger_enqueue(s->ledger, app.store, &dice, (size_t)count, clock_now_s(), &err);
        worker_wake(app.paths.wake_file);
        campaign_pause_us(dice_between(&dice, 0, 3000));
    }
    if (!ok)
        ledger_complain(s->ledger, err.text);
    for (;;)
        pause();
}

static void start_writer(struct scene *s)
{
    uint64_t seed = dice_roll(&s->dice);
    s->writer = fork();
    if (s->writer < 0)
        support_die("no process for the writer");
    if (s->writer == 0)
        write_events(s, seed);
}

static void start_sender(struct scene *s)
{
    static const char *const words[] = {"deliver", "service"};
    const char *const args[] = {words[dice_between(&s->dice, 0, 1)], NULL};
    s->sender = campaign_start(s->home, log_name, args);
}

/* A sender that found nothing due has ended, and is started again. */
static void keep_sending(struct scene *s)
{
    int status;
    if (!campaign_ended(s->sender, &status))
        return;
    s->sender = 0;
    if (status != 0) {
        campaign_show(s->home, log_name);
        fail_msg("the sender ended with status %d", status);
    }
    s->senders_ended++;
    start_sender(s);
}

static void live_for_a_while(struct scene *s)
{
    int64_t end_ms = support_now_ms() + dice_between(&s->dice, 1, LIFE_MS);
    while (support_now_ms() < end_ms) {
        keep_sending(s);
        campaign_pause_us(500);
    }
}

/* What was sent without a record of it is still in flight in the store. */
static int64_t count_in_flight(struct scene *s)
{
    struct error err = {0};
    struct db *db = db_open(s->db, DB_READ, &err);
    if (!db)
        fail_msg("%s", err.text);
    int64_t count = sql_number(db, "SELECT count(*) FROM deliveries WHERE state = 'in_flight'");
    db_close(db);
    return count;
}

static void kill_sender(struct scene *s)
{
    campaign_kill(s->sender);
    s->sender = 0;
    s->senders_killed++;
    s->in_flight += count_in_flight(s);
}

static void kill_some(struct scene *s)
{
    int64_t who = dice_between(&s->dice, 0, 2);
    if (who != 1) {
        kill_sender(s);
        start_sender(s);
    }
    if (who != 0) {
        campaign_kill(s->writer);
        s->writers_killed++;
        start_writer(s);
    }
}

/* --- the end --------------------------------------------------------------------------------- */

/* As if the pauses before further attempts were over; false when nothing waits any more. */
static bool end_pauses(struct scene *s)
{
    struct error err = {0};
    struct outbox_counts counts = {0};
    struct store *store = store_open(s->db, &err);
    if (!store ||
        !db_exec(store_db(store), "UPDATE deliveries SET due_at = 1 WHERE state = 'pending'",
                 &err) ||
        !outbox_count(store, NULL, 0, &counts, &err))
        fail_msg("%s", err.text);
    store_close(store);
    return counts.waiting + counts.held > 0;
}

/* Nothing is killed any more, and every answer is good. */
static void send_the_rest(struct scene *s)
{
    int64_t give_up_ms = support_now_ms() + END_MS;
    campaign_kill(s->writer);
    s->writer = 0;
    kill_sender(s);
    receiver_answer(s->receiver, NULL, (struct receiver_answer){0});
    do {
        CAMPAIGN_RUN(s->home, "deliver");
        if (support_now_ms() > give_up_ms)
            fail_msg("deliveries still wait after %d ms of an undisturbed sender", END_MS);
    } while (end_pauses(s));
}

static void deliveries__survive_kill_9(void **state)
{
    struct scene *s = *state;
    struct ledger_report r;
    int64_t kills = campaign_number("CAMPAIGN_KILLS", 15, 200), began_ms = support_now_ms();
    start_writer(s);
    start_sender(s);
    for (int64_t i = 0; i < kills; i++) {
        live_for_a_while(s);
        kill_some(s);
    }
    send_the_rest(s);
    ledger_take_requests(s->ledger, s->receiver);
    ledger_compare(s->ledger, s->db, &r);
    campaign_say("kill -9: %zu times a writer, %zu times a sender (%zu ended by themselves), %lld "
                 "ms",
                 s->writers_killed, s->senders_killed, s->senders_ended,
                 (long long)(support_now_ms() - began_ms));
    campaign_say("events: %zu announced, %zu committed, %zu more were there all the same; %zu "
                 "received, 0 lost",
                 r.announced, r.committed, r.kept, r.received);
    campaign_say("requests: %zu, attempts on record: %zu, repeats: %zu (in flight at the kills: "
                 "%lld)",
                 r.requests, r.attempts, r.repeats, (long long)s->in_flight);
    assert_true(r.committed > 0 && r.received == r.committed + r.kept);
    assert_true((int64_t)r.repeats <= s->in_flight);
}

/* --- a run ----------------------------------------------------------------------------------- */

/* What a run leaves behind. */
struct traces {
    int64_t runs, lines, findings, events, deliveries, logins;
};

static struct traces look(const char *home)
{
    struct error err = {0};
    char *path = mem_printf("%s/checkhook.db", home);
    struct db *db = db_open(path, DB_READ, &err);
    if (!db)
        fail_msg("%s", err.text);
    struct traces t = {
        .runs = sql_number(db, "SELECT count(*) FROM runs"),
        .lines = sql_number(db, "SELECT count(*) FROM run_checks"),
        .findings = sql_number(db, "SELECT count(*) FROM findings"),
        .events = sql_number(db, "SELECT count(*) FROM events"),
        .deliveries = sql_number(db, "SELECT count(*) FROM deliveries"),
        .logins =
            sql_number(db, "SELECT coalesce(sum(json_array_length(detail, '$.usersFailing')), 0)"
                           " FROM event_bodies"),
    };
    db_close(db);
    free(path);
    return t;
}

static char *copy_home(struct scene *s, const char *name)
{
    char *copy = tmpdir_path(&s->dir, name);
    char *command = mem_printf("rm -rf '%s' && cp -a '%s' '%s'", copy, s->home, copy);
    if (system(command) != 0) /* NOLINT(cert-env33-c) */
        support_die("cannot copy %s", s->home);
    free(command);
    return copy;
}

static void import_users(struct scene *s)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    fputs("id,login,enabled,mfa_enrolled,last_login_at\n", file);
    for (int i = 0; i < USERS; i++)
        fprintf(file, "u%d,user%d@example.com,true,%s,2020-01-01T00:00:00Z\n", i, i,
                i % 2 ? "false" : "true");
    fclose(file);
    char *path = tmpdir_write(&s->dir, "users.csv", text);
    CAMPAIGN_RUN(s->home, "data", "import", path);
    CAMPAIGN_RUN(s->home, "check", "enable", "no-mfa", "Receiver 0", "Receiver 1");
    CAMPAIGN_RUN(s->home, "check", "enable", "inactive-90", "Receiver 2");
    free(path);
    free(text);
}

/* How long an undisturbed run takes, and what it leaves. */
static int64_t measure_run(struct scene *s, struct traces *whole)
{
    char *home = copy_home(s, "whole");
    int64_t began_ms = support_now_ms();
    CAMPAIGN_RUN(home, "check", "run", "--no-deliver");
    int64_t took_ms = support_now_ms() - began_ms;
    *whole = look(home);
    free(home);
    return took_ms;
}

/* Kills one run after a while; true when it had committed. */
static bool kill_run(struct scene *s, int64_t after_us, const struct traces *whole)
{
    static const char *const args[] = {"check", "run", "--no-deliver", NULL};
    char *home = copy_home(s, "killed");
    pid_t pid = campaign_start(home, log_name, args);
    campaign_pause_us(after_us);
    campaign_kill(pid);
    struct traces t = look(home);
    static const struct traces nothing;
    bool committed = memcmp(&t, whole, sizeof t) == 0;
    if (!committed && memcmp(&t, &nothing, sizeof t) != 0)
        fail_msg("killed after %lld us, a part of the run is there: %lld runs, %lld lines, %lld "
                 "findings, %lld events, %lld deliveries, %lld logins",
                 (long long)after_us, (long long)t.runs, (long long)t.lines, (long long)t.findings,
                 (long long)t.events, (long long)t.deliveries, (long long)t.logins);
    CAMPAIGN_RUN(home, "check", "run", "--no-deliver");
    t = look(home);
    assert_int_equal(t.findings, whole->findings);
    assert_int_equal(t.events, whole->events);
    assert_int_equal(t.deliveries, whole->deliveries);
    assert_int_equal(t.logins, whole->logins);
    free(home);
    return committed;
}

static void check_run__is_all_or_nothing(void **state)
{
    struct scene *s = *state;
    struct traces whole;
    int64_t runs = campaign_number("CAMPAIGN_RUNS", 12, 100), committed = 0;
    import_users(s);
    int64_t took_ms = measure_run(s, &whole);
    assert_true(whole.events > 0 && whole.logins >= USERS && whole.deliveries > whole.events);
    for (int64_t i = 0; i < runs; i++)
        committed += kill_run(s, dice_between(&s->dice, 0, took_ms * 1100), &whole);
    campaign_say("kill -9 of a run (%lld ms undisturbed; %lld users named): %lld times, %lld of "
                 "them after its commit",
                 (long long)took_ms, (long long)whole.logins, (long long)runs,
                 (long long)committed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(deliveries__survive_kill_9, setup, teardown),
        cmocka_unit_test_setup_teardown(check_run__is_all_or_nothing, setup, teardown),
    };
    return cmocka_run_group_tests_name("kill9", tests, NULL, NULL);
}
