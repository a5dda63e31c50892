/* Campaign: many integrations, some dead, slow or flaky. The healthy do not notice, and at the end
 * the receivers have what the outbox had. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/app.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/deliver/worker.h"
#include "tests/support/fail.h"
#include "tests/support/ledger.h"
#include "tests/support/tmpdir.h"

/*
 * Parameters: CAMPAIGN_SEED; CAMPAIGN_DELIVERIES (2,000; long 20,000) over 50 integrations;
 * CAMPAIGN_SLOW_MS (300; long 2,000) until a slow receiver answers.
 */
enum {
    HEALTHY_MS = 50,      /* a receiver somewhere in the network: pace, not this machine, decides */
    SLOW_IN_FLIGHT = 64,  /* four of them could take all places of the worker */
    FEW_RETRIES = 2,      /* of the dead ones that are given up */
    PAIRS = 3,            /* a busy machine may spoil a measurement; an unfair worker spoils all */
    RATIO_PERCENT = 150,  /* the time of the healthy with the sick ones, of that without … */
    RATIO_PLUS_MS = 250,  /* … and this much more */
    PEAK_KIB = 32 * 1024, /* DESIGN's figure for any backlog */
    GROWTH_PERCENT = 125, /* memory at the end, of that after a tenth of the work */
    SHARES = 65,          /* of all integrations together */
    CHILD_MS = 600 * 1000,
};

enum role { HEALTHY, SLOW, FLAKY, DEAD_WAITING, DEAD_FAILING, ROLES };

struct role_row {
    const char *name; /* display names begin so */
    size_t count;     /* of integrations */
    size_t share;     /* of the deliveries, of each */
    enum ledger_fate fate;
};

static const struct role_row roles[ROLES] = {
    [HEALTHY] = {"healthy", 35, 1, LEDGER_DELIVERED},
    [SLOW] = {"slow", 5, 4, LEDGER_DELIVERED},
    [FLAKY] = {"flaky", 5, 1, LEDGER_DELIVERED},
    [DEAD_WAITING] = {"dead, waiting", 3, 1, LEDGER_WAITS},
    [DEAD_FAILING] = {"dead, given up", 2, 1, LEDGER_FAILED},
};

/* What the worker's process tells of itself, in a file that both map. */
struct progress {
    int64_t each;       /* in: deliveries of one integration */
    int64_t healthy_ms; /* from the first step until all healthy ones were recorded */
    int64_t total_ms, skipped_s;
    int64_t attempts;
    int64_t early_kib, late_kib, peak_kib;
    char complaint[512];
};

struct scene {
    struct tmpdir dir;
    struct receiver *receivers[FLAKY + 1];
    struct dice dice;
    uint64_t seed;
    size_t each; /* deliveries of one share */
};

/* --- the worker's process -------------------------------------------------------------------- */

struct process {
    struct app app;
    struct transport *transport;
    struct worker *worker;
    struct progress *progress;
    int64_t began_ms;
    size_t ended[ROLES], tried[ROLES], wanted[ROLES];
};

static int64_t skipped_ms; /* the worker's clock is ahead by so much */

static int64_t worker_clock_ms(void)
{
    return clock_now_ms() + skipped_ms;
}

static enum role role_of(const char *name)
{
    enum role role = HEALTHY;
    while (role + 1 < ROLES && strncmp(name, roles[role].name, strlen(roles[role].name)) != 0)
        role++;
    return role;
}

static void on_recorded(void *ctx, const struct delivery *d, const struct attempt_result *r)
{
    struct process *p = ctx;
    enum role role = role_of(d->integration_name);
    p->progress->attempts++;
    p->tried[role] += d->attempts == 0;
    p->ended[role] += r->state == DELIVERY_DELIVERED || r->state == DELIVERY_FAILED;
    if (role == HEALTHY && p->ended[HEALTHY] == p->wanted[HEALTHY])
        p->progress->healthy_ms = support_now_ms() - p->began_ms;
    if (p->progress->early_kib == 0 && p->ended[HEALTHY] * 10 >= p->wanted[HEALTHY])
        p->progress->early_kib = campaign_memory_kib(getpid());
}

static bool is_done(const struct process *p)
{
    return p->ended[HEALTHY] == p->wanted[HEALTHY] && p->ended[SLOW] == p->wanted[SLOW] &&
           p->ended[FLAKY] == p->wanted[FLAKY] &&
           p->tried[DEAD_WAITING] == p->wanted[DEAD_WAITING] &&
           p->ended[DEAD_FAILING] == p->wanted[DEAD_FAILING];
}

/* Time passes by itself while anything is on its way; later, pauses are skipped. */
static void wait_or_skip(struct process *p)
{
    int wait_ms = worker_timeout_ms(p->worker);
    if (p->progress->healthy_ms > 0 && transport_active(p->transport) == 0 && wait_ms > 100)
        skipped_ms += wait_ms;
    else
        transport_poll(p->transport, NULL, 0, wait_ms < 0 || wait_ms > 100 ? 100 : wait_ms);
}

static bool work(struct process *p, struct error *err)
{
    p->began_ms = support_now_ms();
    while (!is_done(p)) {
        if (!worker_step(p->worker, err))
            return false;
        wait_or_skip(p);
        if (support_now_ms() - p->began_ms > CHILD_MS)
            return error_set(err, ERR_BUSY, "not done after %d ms", CHILD_MS);
    }
    return true;
}

static bool open_process(struct process *p, const char *home, struct error *err)
{
    if (!app_open(&p->app, home, APP_STORE, err))
        return false;
    for (size_t i = 0; i < p->app.config.integrations.count; i++)
        p->wanted[role_of(p->app.config.integrations.items[i].name)] += 1;
    for (size_t role = 0; role < ROLES; role++)
        p->wanted[role] *= (size_t)p->progress->each * roles[role].share;
    p->transport = transport_new();
    struct worker_options options = {.transport = p->transport,
                                     .store = p->app.store,
                                     .config = &p->app.config,
                                     .keyring = p->app.keyring,
                                     .now_ms = worker_clock_ms,
                                     .recorded = on_recorded,
                                     .ctx = p};
    p->worker = worker_new(&options);
    return true;
}

static struct progress *map_progress(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct progress)) != 0)
        support_die("cannot make %s", path);
    struct progress *progress =
        mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (progress == MAP_FAILED)
        support_die("cannot map %s", path);
    close(fd);
    return progress;
}

/* `test_reconcile worker HOME PROGRESS`: memory of its own, measured from the start. */
static int worker_main(const char *home, const char *progress_path)
{
    struct error err = {0};
    struct process p = {.progress = map_progress(progress_path)};
    bool ok = open_process(&p, home, &err) && work(&p, &err);
    if (!ok)
        snprintf(p.progress->complaint, sizeof p.progress->complaint, "%s", err.text);
    p.progress->total_ms = support_now_ms() - p.began_ms;
    p.progress->skipped_s = skipped_ms / 1000;
    p.progress->late_kib = campaign_memory_kib(getpid());
    p.progress->peak_kib = campaign_peak_kib(getpid());
    worker_free(p.worker);
    transport_free(p.transport);
    app_close(&p.app);
    munmap(p.progress, sizeof *p.progress);
    return ok ? 0 : 1;
}

/* --- the scene ------------------------------------------------------------------------------- */

/* Half of the answers ask for another try, in four ways. */
static void script_flaky(struct scene *s)
{
    static const struct receiver_answer refusals[] = {
        {.status = 429},
        {.status = 429, .headers = "Retry-After: 1\r\n"},
        {.status = 503},
        {.status = 503, .headers = "Retry-After: 1\r\n"},
    };
    size_t count = s->each * roles[FLAKY].count * 8;
    struct receiver_answer *answers = mem_zalloc(count * sizeof *answers);
    for (size_t i = 0; i + 1 < count; i++)
        if (dice_between(&s->dice, 0, 1) == 1)
            answers[i] = refusals[dice_between(&s->dice, 0, ARRAY_LEN(refusals) - 1)];
    receiver_script(s->receivers[FLAKY], NULL, answers, count);
    free(answers);
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    s->seed = campaign_seed();
    s->dice = dice_of(s->seed);
    s->each = (size_t)campaign_number("CAMPAIGN_DELIVERIES", 2000, 20000) / SHARES;
    tmpdir_init(&s->dir);
    for (size_t role = HEALTHY; role <= FLAKY; role++)
        s->receivers[role] = receiver_start();
    receiver_answer(s->receivers[HEALTHY], NULL, (struct receiver_answer){.delay_ms = HEALTHY_MS});
    int slow_ms = (int)campaign_number("CAMPAIGN_SLOW_MS", 300, 2000);
    receiver_answer(s->receivers[SLOW], NULL, (struct receiver_answer){.delay_ms = slow_ms});
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    for (size_t role = HEALTHY; role <= FLAKY; role++)
        receiver_stop(s->receivers[role]);
    tmpdir_release(&s->dir);
    free(s);
    return 0;
}

static struct integration make_integration(struct scene *s, enum role role, size_t n)
{
    char name[64], dead_url[64];
    snprintf(name, sizeof name, "%s %02zu", roles[role].name, n);
    snprintf(dead_url, sizeof dead_url, "http://127.0.0.1:%d/in", receiver_dead_port());
    struct integration in = campaign_integration(
        name, role <= FLAKY ? receiver_url(s->receivers[role], "/in") : dead_url);
    if (role == SLOW)
        in.max_in_flight = SLOW_IN_FLIGHT;
    if (role == DEAD_FAILING)
        in.max_attempts = FEW_RETRIES;
    return in;
}

static void add_integrations(struct scene *s, const char *home, enum role last,
                             struct ledger *ledger)
{
    struct integration ins[LEDGER_INTEGRATIONS];
    size_t count = 0;
    for (enum role role = HEALTHY; role <= last; role++)
        for (size_t n = 0; n < roles[role].count; n++) {
            ins[count] = make_integration(s, role, n);
            ledger_add_integration(ledger, &ins[count++], roles[role].fate);
        }
    campaign_save(home, ins, count);
    for (size_t i = 0; i < count; i++)
        integration_release(&ins[i]);
}

/* The sick ones first: what waits for them is older than what waits for the healthy. */
static void fill_home(struct scene *s, const char *home, enum role last, struct ledger *ledger)
{
    struct error err = {0};
    struct app app;
    add_integrations(s, home, last, ledger);
    bool ok = app_open(&app, home, APP_STORE, &err);
    size_t end = 0;
    for (enum role role = HEALTHY; role <= last; role++)
        end += roles[role].count;
    for (size_t left = (size_t)last + 1; ok && left-- > 0;) {
        enum role role = (enum role)left;
        size_t first = end - roles[role].count;
        ok = ledger_enqueue_all(ledger, app.store, first, end, s->each * roles[role].share,
                                clock_now_s(), &err);
        end = first;
    }
    if (!ok)
        fail_msg("%s", err.text);
    app_close(&app);
}

static void run_worker(const char *home, const char *progress_path)
{
    int status;
    int64_t give_up_ms = support_now_ms() + CHILD_MS + 10000;
    pid_t pid = fork();
    if (pid < 0)
        support_die("no process for the worker");
    if (pid == 0) {
        execl("/proc/self/exe", "test_reconcile", "worker", home, progress_path, (char *)NULL);
        _exit(127);
    }
    while (!campaign_ended(pid, &status)) {
        campaign_pause_us(5000);
        if (support_now_ms() > give_up_ms)
            campaign_kill(pid);
    }
    if (status != 0)
        support_die("the worker's process ended with status %d", status);
}

/* All deliveries of the roles up to `last` by a worker of its own, and the comparison. */
static struct progress deliver_all(struct scene *s, const char *name, enum role last)
{
    char *home = tmpdir_path(&s->dir, name), *db = mem_printf("%s/checkhook.db", home);
    char *progress_path = mem_printf("%s.progress", home);
    struct ledger *ledger = ledger_new(s->each * SHARES, dice_roll(&s->dice));
    struct ledger_report r;
    for (size_t role = HEALTHY; role <= FLAKY; role++)
        receiver_forget(s->receivers[role]);
    script_flaky(s);
    fill_home(s, home, last, ledger);
    struct progress *shared = map_progress(progress_path);
    shared->each = (int64_t)s->each;
    run_worker(home, progress_path);
    struct progress progress = *shared;
    munmap(shared, sizeof *shared);
    for (size_t role = HEALTHY; role <= FLAKY; role++)
        ledger_take_requests(ledger, s->receivers[role]);
    if (progress.complaint[0] != '\0')
        ledger_complain(ledger, progress.complaint);
    ledger_compare(ledger, db, &r);
    campaign_say("%s: %zu deliveries, healthy done after %lld ms, all after %lld ms (%lld s "
                 "skipped), %lld attempts, %zu received, %zu repeats",
                 name, r.committed, (long long)progress.healthy_ms, (long long)progress.total_ms,
                 (long long)progress.skipped_s, (long long)progress.attempts, r.received,
                 r.repeats);
    assert_int_equal(r.repeats, 0);
    ledger_free(ledger);
    free(progress_path);
    free(db);
    free(home);
    return progress;
}

static bool is_fair(const struct progress *without, const struct progress *with)
{
    return with->healthy_ms * 100 <= without->healthy_ms * RATIO_PERCENT + RATIO_PLUS_MS * 100;
}

static void sick_integrations__delay_no_healthy_one(void **state)
{
    struct scene *s = *state;
    struct progress with = {0};
    bool fair = false;
    for (int pair = 0; pair < PAIRS && !fair; pair++) {
        char without_name[32], with_name[32];
        snprintf(without_name, sizeof without_name, "without %d", pair + 1);
        snprintf(with_name, sizeof with_name, "with %d", pair + 1);
        struct progress without = deliver_all(s, without_name, HEALTHY);
        with = deliver_all(s, with_name, DEAD_FAILING);
        campaign_say("with / without the 15 sick ones: %.2f (at most %.2f + %d ms)",
                     (double)with.healthy_ms / (double)without.healthy_ms, RATIO_PERCENT / 100.0,
                     RATIO_PLUS_MS);
        fair = is_fair(&without, &with);
    }
    campaign_say("memory of the worker: %lld KiB after a tenth, %lld KiB at the end, peak %lld "
                 "KiB (at most %d)",
                 (long long)with.early_kib, (long long)with.late_kib, (long long)with.peak_kib,
                 PEAK_KIB);
    assert_true(fair);
    assert_true(
        campaign_is_sanitized() ||
        (with.peak_kib <= PEAK_KIB && with.late_kib * 100 <= with.early_kib * GROWTH_PERCENT));
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "worker") == 0)
        return worker_main(argv[2], argv[3]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sick_integrations__delay_no_healthy_one, setup, teardown),
    };
    return cmocka_run_group_tests_name("reconcile", tests, NULL, NULL);
}
