/* make bench-deliver: how fast the product delivers, held against a bare loop and wrk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/bench/backlog.h"
#include "tests/bench/bare_loop.h"
#include "tests/bench/process.h"
#include "tests/bench/webserver.h"
#include "tests/support/tmpdir.h"

enum { DELIVERIES = 100000, INTEGRATIONS = 8, IN_FLIGHT = 4 };

struct bench {
    struct tmpdir dir;
    struct webserver web;
    const char *program; /* the product */
    size_t deliveries;
    int homes; /* made so far */
};

static struct backlog new_home(struct bench *b)
{
    char name[32];
    snprintf(name, sizeof name, "home%d", ++b->homes);
    char *home = tmpdir_path(&b->dir, name);
    if (mkdir(home, 0700) != 0)
        give_up("%s cannot be made", home);
    return (struct backlog){.home = home,
                            .url = b->web.url,
                            .integrations = INTEGRATIONS,
                            .deliveries = b->deliveries,
                            .max_in_flight = IN_FLIGHT};
}

static struct usage deliver(const struct bench *b, const char *home)
{
    const char *const args[] = {b->program, "--home", home, "deliver", NULL};
    char *log = tmpdir_path(&b->dir, "deliver.out");
    struct usage used = measure_command(args, log);
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

static double rate(const struct bench *b, const struct usage *used)
{
    return (double)b->deliveries / used->wall_s;
}

static void bench_speed(struct bench *b)
{
    struct backlog backlog = new_home(b);
    backlog_make(&backlog);
    struct usage loop = bare(b);
    struct usage durable = deliver(b, backlog.home);
    backlog_expect_delivered(backlog.home, b->deliveries);
    printf("bare loop %.0f/s %.2f CPU s, durable %.0f/s %.2f CPU s: rate %.2f, CPU %.2f, %.1f MB\n",
           rate(b, &loop), loop.cpu_s, rate(b, &durable), durable.cpu_s,
           rate(b, &durable) / rate(b, &loop), durable.cpu_s / loop.cpu_s, durable.peak_mb);
}

int main(void)
{
    struct bench b = {.program = getenv("CHECKHOOK_BIN"), .deliveries = DELIVERIES};
    const char *count = getenv("DELIVERIES");
    if (count)
        b.deliveries = (size_t)strtoul(count, NULL, 10);
    tmpdir_init(&b.dir);
    webserver_start(&b.web, b.dir.path);
    bench_speed(&b);
    webserver_stop(&b.web);
    tmpdir_release(&b.dir);
}
