/* make bench-deliver: how fast the product delivers, held against a bare loop and wrk. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/store/lock.h"
#include "tests/bench/arrivals.h"
#include "tests/bench/backlog.h"
#include "tests/bench/bare_loop.h"
#include "tests/bench/figures.h"
#include "tests/bench/process.h"
#include "tests/bench/webserver.h"
#include "tests/support/tmpdir.h"

enum {
    DELIVERIES = 100000,
    INTEGRATIONS = 8,
    IN_FLIGHT = 8, /* of each; the bare loop has as many in all */
    ROUNDS = 3,
    MANY = 10, /* times as many wait in the second measure of memory */
    WRK_SECONDS = 5,
    EVENTS_A_SECOND = 200,
    EVENT_SECONDS = 10,
    IDLE_SECONDS = 60,
    SETTLE_SECONDS = 5,
};

struct bench {
    struct tmpdir dir;
    struct webserver web;
    const char *program; /* the product */
    size_t deliveries;
    int homes; /* made so far */
};

/* --- parts ----------------------------------------------------------------------------------- */

static struct backlog new_home(struct bench *b, size_t deliveries)
{
    char name[32];
    snprintf(name, sizeof name, "home%d", ++b->homes);
    char *home = tmpdir_path(&b->dir, name);
    if (mkdir(home, 0700) != 0)
        give_up("%s cannot be made", home);
    return (struct backlog){.home = home,
                            .url = b->web.url,
                            .integrations = INTEGRATIONS,
                            .deliveries = deliveries,
                            .max_in_flight = IN_FLIGHT};
}

static struct usage deliver(const struct bench *b, const struct backlog *backlog)
{
    const char *const args[] = {b->program, "--home", backlog->home, "deliver", NULL};
    char *log = tmpdir_path(&b->dir, "deliver.out");
    struct usage used = measure_command(args, log);
    backlog_expect_delivered(backlog->home, backlog->deliveries);
    free(log);
    return used;
}

static struct usage bare(const struct bench *b)
{
    struct bare_loop loop = {.url = b->web.url,
                             .body = backlog_body(),
                             .requests = b->deliveries,
                             .at_once = (size_t)INTEGRATIONS * IN_FLIGHT};
    return measure_function(bare_loop_run, &loop);
}

/* Requests a second of `wrk -c 64`, with the same body. */
static double wrk(const struct bench *b)
{
    char seconds[16], line[256];
    double rate = 0;
    char *log = tmpdir_path(&b->dir, "wrk.out");
    char *lua = tmpdir_path(&b->dir, "post.lua");
    FILE *script = fopen(lua, "w");
    if (!script)
        give_up("the script of wrk cannot be written");
    fprintf(script,
            "wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\n"
            "wrk.body = [==[%s]==]\n",
            backlog_body());
    fclose(script);
    snprintf(seconds, sizeof seconds, "-d%d", WRK_SECONDS);
    const char *const args[] = {"wrk", "-t1", "-c64", seconds, "-s", lua, b->web.url, NULL};
    unlink(log);
    measure_command(args, log);
    FILE *out = fopen(log, "r");
    while (out && fgets(line, sizeof line, out))
        sscanf(line, "Requests/sec: %lf", &rate);
    if (out)
        fclose(out);
    if (rate <= 0)
        give_up("wrk says no rate");
    free(log);
    free(lua);
    return rate;
}

static double rate(const struct bench *b, const struct usage *used)
{
    return (double)b->deliveries / used->wall_s;
}

/* The peak of memory with so many waiting at the start comes out of the first round. */
static double bench_speed(struct bench *b)
{
    double to_bare[ROUNDS], to_wrk[ROUNDS], cpu[ROUNDS], peak_mb = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct backlog backlog = new_home(b, b->deliveries);
        backlog_make(&backlog);
        struct usage loop = bare(b);
        struct usage durable = deliver(b, &backlog);
        double wrk_rate = wrk(b);
        printf("round %zu: bare loop %.0f/s, %.2f CPU s; durable %.0f/s, %.2f CPU s; wrk %.0f/s\n",
               i + 1, rate(b, &loop), loop.cpu_s, rate(b, &durable), durable.cpu_s, wrk_rate);
        fflush(stdout);
        to_bare[i] = rate(b, &durable) / rate(b, &loop);
        to_wrk[i] = rate(b, &durable) / wrk_rate;
        cpu[i] = durable.cpu_s / loop.cpu_s;
        peak_mb = durable.peak_mb > peak_mb ? durable.peak_mb : peak_mb;
    }
    print_row("durable deliveries a second / bare loop (median)", part_of(to_bare, ROUNDS, 0.5),
              AT_LEAST, 0.60, "");
    print_row("durable deliveries a second / wrk (median)", part_of(to_wrk, ROUNDS, 0.5), AT_LEAST,
              0.25, "");
    print_row("CPU seconds / bare loop (median)", part_of(cpu, ROUNDS, 0.5), AT_MOST, 1.7, "");
    return peak_mb;
}

static void bench_memory(struct bench *b, double peak_mb)
{
    struct backlog backlog = new_home(b, b->deliveries * MANY);
    backlog_make(&backlog);
    struct usage many = deliver(b, &backlog);
    print_row("peak memory, that many waiting", peak_mb, AT_MOST, 32, " MB");
    print_row("peak memory, ten times as many waiting", many.peak_mb, AT_MOST, 32, " MB");
    print_row("ten times as many / that many", many.peak_mb / peak_mb, AT_MOST, 1.1, "");
}

static void bench_tokens(struct bench *b)
{
    struct backlog backlog = new_home(b, b->deliveries);
    backlog.integrations = 1;
    backlog.token_url = b->web.token_url;
    backlog_make(&backlog);
    struct usage used = deliver(b, &backlog);
    printf("one integration with OAuth: %.0f/s\n", rate(b, &used));
    print_row("token requests for them, lifetime one hour", (double)webserver_tokens(&b->web),
              AT_MOST, 1, "");
}

/* --- the service ----------------------------------------------------------------------------- */

static struct running start_service(const struct bench *b, const char *home)
{
    const char *const args[] = {b->program, "--home", home, "service", NULL};
    char *log = tmpdir_path(&b->dir, "service.out");
    struct running r = start_command(args, log);
    free(log);
    sleep(SETTLE_SECONDS);
    return r;
}

/* Commits an event each 5 ms and says when. */
static void produce(const struct backlog *backlog, size_t count, char (*ids)[37],
                    int64_t *committed_us)
{
    struct store *store = backlog_open(backlog->home);
    char wake[512];
    snprintf(wake, sizeof wake, "%s/wake", backlog->home);
    int64_t begun_us = monotonic_us();
    for (size_t i = 0; i < count; i++) {
        int64_t at_us = begun_us + (int64_t)i * 1000000 / EVENTS_A_SECOND;
        int64_t wait_us = at_us - monotonic_us();
        if (wait_us > 0)
            usleep((useconds_t)wait_us);
        backlog_add(store, backlog, 1, &ids[i]);
        committed_us[i] = monotonic_us();
        worker_wake(wake);
    }
    store_close(store);
}

static void bench_latency(struct bench *b)
{
    enum { COUNT = EVENTS_A_SECOND * EVENT_SECONDS };
    static char ids[COUNT][37];
    static int64_t committed_us[COUNT];
    static double ms[COUNT];
    struct backlog backlog = new_home(b, 0);
    struct arrivals *arrivals = arrivals_start(COUNT);
    backlog.url = arrivals_url(arrivals);
    backlog_make(&backlog);
    struct running service = start_service(b, backlog.home);
    produce(&backlog, COUNT, ids, committed_us);
    sleep(1);
    for (size_t i = 0; i < COUNT; i++) {
        int64_t at_us = arrivals_of(arrivals, ids[i]);
        if (at_us == 0)
            give_up("event %s has not arrived", ids[i]);
        ms[i] = (double)(at_us - committed_us[i]) / 1000;
    }
    end_command(&service, SIGTERM);
    arrivals_stop(arrivals);
    double median = part_of(ms, COUNT, 0.5);
    printf("commit to first byte: median %.2f ms, longest %.2f ms\n", median, ms[COUNT - 1]);
    print_row("commit to first byte at 200 events a second, p95", part_of(ms, COUNT, 0.95), AT_MOST,
              50, " ms");
}

/* Wake-ups and CPU time in ticks so far. */
static void read_process(pid_t pid, long *wakeups, long *ticks)
{
    char path[64], line[1024];
    long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        sscanf(line, "voluntary_ctxt_switches: %ld", wakeups);
    if (file)
        fclose(file);
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file))
        give_up("the service is gone");
    fclose(file);
    sscanf(strrchr(line, ')') + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user,
           &system);
    *ticks = user + system;
}

static void bench_idle(struct bench *b)
{
    long wakeups = 0, wakeups_after = 0, ticks = 0, ticks_after = 0;
    struct backlog backlog = new_home(b, 0);
    backlog_make(&backlog);
    struct running service = start_service(b, backlog.home);
    read_process(service.pid, &wakeups, &ticks);
    sleep(IDLE_SECONDS);
    read_process(service.pid, &wakeups_after, &ticks_after);
    end_command(&service, SIGTERM);
    double cpu_s = (double)(ticks_after - ticks) / (double)sysconf(_SC_CLK_TCK);
    print_row("idle service: wake-ups a minute",
              (double)(wakeups_after - wakeups) * 60 / IDLE_SECONDS, AT_MOST, 2, "");
    print_row("idle service: CPU", cpu_s * 100 / IDLE_SECONDS, AT_MOST, 0.0, " %");
}

int main(void)
{
    struct bench b = {.program = getenv("CHECKHOOK_BIN"), .deliveries = DELIVERIES};
    const char *count = getenv("DELIVERIES");
    if (!b.program)
        give_up("CHECKHOOK_BIN is not set: run make bench-deliver");
    if (count)
        b.deliveries = (size_t)strtoul(count, NULL, 10);
    tmpdir_init(&b.dir);
    webserver_start(&b.web, b.dir.path);
    printf("%zu deliveries, %zu bytes each, to nginx on loopback\n", b.deliveries,
           strlen(backlog_body()));
    double peak_mb = bench_speed(&b);
    bench_memory(&b, peak_mb);
    bench_tokens(&b);
    webserver_stop(&b.web);
    bench_latency(&b);
    bench_idle(&b);
    tmpdir_release(&b.dir);
}
