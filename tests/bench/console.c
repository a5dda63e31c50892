/* make bench-console: how fast the console answers on a large store, and what it writes. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/bigstore.h"
#include "tests/bench/figures.h"
#include "tests/bench/process.h"
#include "tests/bench/pty.h"

enum {
    STARTS = 15,
    ROUNDS = 3,
    KEYS = 100, /* of a kind, in a round */
    MENUS = 40,
    QUIET_MS = 20,
    START_QUIET_MS = 120,
    IDLE_SECONDS = 10,
    OPEN_SECONDS = 2, /* about what open_quiet takes */
    DEED_SECONDS = 8, /* about what a deed takes at most */
};

#define UP    "\033[A"
#define DOWN  "\033[B"
#define ESC   "\033"
#define ENTER "\r"

struct bench {
    const char *program, *home;
};

/* --- start ----------------------------------------------------------------------------------- */

static struct pty open_console(const struct bench *b)
{
    const char *const args[] = {b->program, "--home", b->home, NULL};
    return pty_start(args);
}

/* Waits until it stands, with what it does by itself soon after. */
static struct pty open_quiet(const struct bench *b)
{
    struct pty pty = open_console(b);
    pty_read(&pty, pty.started_us, 1000);
    return pty;
}

static double command_ms(const char *const *args)
{
    return measure_command(args, "/dev/null").wall_s * 1000;
}

static void bench_start(const struct bench *b)
{
    double load[STARTS], first[STARTS], last[STARTS], cpu[STARTS], bytes = 0;
    const char *const version[] = {b->program, "--version", NULL};
    for (size_t i = 0; i < STARTS; i++) {
        load[i] = command_ms(version);
        struct pty pty = open_console(b);
        const struct answer a = pty_read(&pty, pty.started_us, START_QUIET_MS);
        if (a.ended || a.bytes == 0)
            give_up("the console does not stay open");
        cpu[i] = pty_cpu_ms(&pty);
        pty_stop(&pty);
        first[i] = a.first_ms;
        last[i] = a.last_ms;
        bytes = (double)a.bytes;
    }
    print_row("start to first full paint (median)", part_of(last, STARTS, 0.5), AT_MOST, 30, " ms");
    print_fact("  of it: program and libraries (checkhook --version)", part_of(load, STARTS, 0.5),
               " ms");
    print_fact("  of it: until it takes the terminal", part_of(first, STARTS, 0.5), " ms");
    print_fact("  best of all", last[0], " ms");
    print_fact("  processor time until it is quiet", part_of(cpu, STARTS, 0.5), " ms");
    print_fact("  bytes of the first paint", bytes, "");
}

/* --- keys ------------------------------------------------------------------------------------ */

#define DOWN_25                                                                                    \
    DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN DOWN \
        DOWN DOWN DOWN DOWN DOWN DOWN

/* Something done over and over: `to` leads there, `keys` are pressed in turn (each one an array
 * entry) and measured, `back` leads back and is not measured. */
struct deed {
    const char *name, *to;
    const char *keys[6]; /* ends with NULL */
    const char *back;    /* NULL = nothing */
    int times;
    double most_bytes; /* 0 = said, not judged: a pane beside the list changes as well */
};

static const struct deed deeds[] = {
    {"move the selection", "1g", {DOWN, UP}, NULL, KEYS, 300},
    {"move the selection, checks", "2g", {DOWN, UP}, NULL, KEYS, 0},
    {"move the selection, matrix", "3g", {DOWN, UP}, NULL, KEYS, 300},
    {"move the selection, deliveries", "4g", {DOWN, UP}, NULL, KEYS, 0},
    {"move the selection, users", "5g", {DOWN, UP}, NULL, KEYS, 0},
    {"scroll by one", "1g" DOWN_25, {DOWN}, NULL, KEYS, 400},
    {"scroll by one, deliveries", "4g" DOWN_25, {DOWN}, NULL, KEYS, 0},
    {"scroll by one, users", "5g" DOWN_25, {DOWN}, NULL, KEYS, 0},
    {"open the action menu", "1g", {ENTER}, ESC, MENUS, 900},
    {"switch pages", "1g", {"2", "3", "4", "5", "1"}, NULL, MENUS, 3000},
};
enum { DEEDS = sizeof deeds / sizeof *deeds, ANSWERS_MAX = 2 * KEYS };

struct answers {
    double ms[ANSWERS_MAX], bytes[ANSWERS_MAX];
    size_t count;
};

/* One key at a time, so that an escape sequence is not taken for part of another. */
static void press_all(struct pty *pty, const char *keys)
{
    char one[4];
    while (*keys) {
        const size_t len = strncmp(keys, "\033[", 2) == 0 ? 3 : 1;
        snprintf(one, sizeof one, "%.*s", (int)len, keys);
        pty_press_unseen(pty, one);
        keys += len;
    }
}

static void add_answer(struct answers *all, const struct answer *a)
{
    all->ms[all->count] = a->last_ms;
    all->bytes[all->count++] = (double)a->bytes;
}

/* The clock on the screen moves once a minute: not while we look. */
static void avoid_minute(int seconds)
{
    const time_t second = time(NULL) % 60;
    if (second + seconds >= 59)
        sleep((unsigned)(61 - second));
}

static void do_over_and_over(struct pty *pty, const struct deed *d, struct answers *all)
{
    avoid_minute(DEED_SECONDS);
    press_all(pty, d->to);
    all->count = 0;
    for (int n = 0; n < d->times;) {
        for (size_t k = 0; d->keys[k]; k++, n++) {
            const struct answer a = pty_press(pty, d->keys[k], QUIET_MS);
            add_answer(all, &a);
            if (d->back)
                pty_press_unseen(pty, d->back);
        }
    }
}

struct deed_figures {
    double p50_ms[ROUNDS], p99_ms[ROUNDS], most_bytes;
};

static void measure_deed(struct pty *pty, const struct deed *d, struct deed_figures *f,
                         size_t round)
{
    static struct answers all;
    do_over_and_over(pty, d, &all);
    f->p50_ms[round] = part_of(all.ms, all.count, 0.5);
    f->p99_ms[round] = part_of(all.ms, all.count, 0.99);
    const double most = part_of(all.bytes, all.count, 1);
    f->most_bytes = most > f->most_bytes ? most : f->most_bytes;
}

static void print_deed(const struct deed *d, struct deed_figures *f)
{
    char name[80];
    snprintf(name, sizeof name, "%s: p99", d->name);
    print_row(name, part_of(f->p99_ms, ROUNDS, 0.5), AT_MOST, 8, " ms");
    print_fact("  median", part_of(f->p50_ms, ROUNDS, 0.5), " ms");
    if (d->most_bytes > 0)
        print_row("  bytes, at most", f->most_bytes, AT_MOST, d->most_bytes, "");
    else
        print_fact("  bytes with the pane beside it, at most", f->most_bytes, "");
}

static void bench_keys(const struct bench *b)
{
    static struct deed_figures figures[DEEDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        struct pty pty = open_quiet(b);
        for (size_t i = 0; i < DEEDS; i++)
            measure_deed(&pty, &deeds[i], &figures[i], round);
        if (round == ROUNDS - 1) {
            print_row("resident memory after all of that", (double)pty_status(&pty, "VmRSS") / 1024,
                      AT_MOST, 16, " MB");
            print_fact("  of it: its own, not shared with files",
                       (double)pty_status(&pty, "RssAnon") / 1024, " MB");
        }
        pty_stop(&pty);
    }
    for (size_t i = 0; i < DEEDS; i++)
        print_deed(&deeds[i], &figures[i]);
}

/* --- idle ------------------------------------------------------------------------------------ */

static void bench_idle(const struct bench *b)
{
    avoid_minute(IDLE_SECONDS + OPEN_SECONDS);
    struct pty pty = open_quiet(b);
    const long before = pty_status(&pty, "voluntary_ctxt_switches");
    const double cpu = pty_cpu_ms(&pty);
    const struct answer a = pty_read(&pty, monotonic_us(), IDLE_SECONDS * 1000);
    const long after = pty_status(&pty, "voluntary_ctxt_switches");
    print_row("bytes while nothing happens", (double)a.bytes, AT_MOST, 0, "");
    print_row("wake-ups a second meanwhile", (double)(after - before) / IDLE_SECONDS, AT_MOST, 1,
              "");
    print_fact("  processor time a second", (pty_cpu_ms(&pty) - cpu) / IDLE_SECONDS, " ms");
    pty_stop(&pty);
}

/* --- the filter over all users --------------------------------------------------------------- */

/* Each key is answered by itself and the rows by what is found: the first answer is the key's. */
static void bench_filter(const struct bench *b)
{
    static const char *const keys[] = {"w", "e", "i", ".", "z", "h", "a", "n", "g", "1"};
    enum { TYPED = sizeof keys / sizeof *keys };
    double first[ROUNDS * TYPED], rows[ROUNDS * TYPED];
    size_t n = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct pty pty = open_quiet(b);
        press_all(&pty, "5/");
        for (size_t k = 0; k < TYPED; k++, n++) {
            const struct answer a = pty_press(&pty, keys[k], QUIET_MS);
            first[n] = a.first_ms;
            rows[n] = a.last_ms;
        }
        pty_stop(&pty);
    }
    print_row("filter over all users: the next key is taken after, p99", part_of(first, n, 0.99),
              AT_MOST, 8, " ms");
    print_row("  first rows on screen, p99", part_of(rows, n, 0.99), AT_MOST, 50, " ms");
    print_fact("  median", part_of(rows, n, 0.5), " ms");
}

/* --- a test that gets no answer -------------------------------------------------------------- */

/* Takes connections into its queue and never answers. */
static int silent_port(int *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, size) != 0 || listen(fd, 64) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &size) != 0)
        give_up("there is no port for the receiver that never answers");
    *port = ntohs(at.sin_port);
    return fd;
}

static void set_silent(const struct bench *b, int port)
{
    char url[64];
    snprintf(url, sizeof url, "url=http://127.0.0.1:%d/", port);
    const char *const add[] = {b->program, "--home", b->home,          "integration", "add",
                               "!Silent",  url,      "auth.type=none", NULL};
    const char *const remove[] = {b->program, "--home",  b->home, "integration",
                                  "remove",   "!Silent", NULL};
    measure_command(port > 0 ? add : remove, "/dev/null");
}

/* Help opens over the test, with the clock of the test going on beneath it. */
static double p99_of_help(struct pty *pty)
{
    static struct answers all;
    all.count = 0;
    for (int i = 0; i < MENUS; i++) {
        const struct answer a = pty_press(pty, "?", QUIET_MS);
        add_answer(&all, &a);
        pty_press_unseen(pty, ESC);
    }
    return part_of(all.ms, all.count, 0.99);
}

static void bench_silent_test(const struct bench *b)
{
    int port = 0;
    const int fd = silent_port(&port);
    set_silent(b, port);
    struct pty pty = open_quiet(b);
    const double before = p99_of_help(&pty);
    press_all(&pty, "gt");
    const double during = p99_of_help(&pty);
    pty_stop(&pty);
    set_silent(b, 0);
    close(fd);
    print_row("help, p99, while a test waits for a silent receiver", during, AT_MOST, 8, " ms");
    print_fact("  without it", before, " ms");
}

/* --- others ---------------------------------------------------------------------------------- */

struct other {
    const char *name;
    const char *args[6];
};

static const struct other others[] = {
    {"htop", {"htop", "-d", "100", NULL}},
    {"tig", {"tig", NULL}},
    {"nmtui", {"nmtui", NULL}},
};

static bool is_installed(const char *name)
{
    char path[64];
    snprintf(path, sizeof path, "/usr/bin/%s", name);
    return access(path, X_OK) == 0;
}

static void measure_other(const struct other *o)
{
    static struct answers all;
    double start[ROUNDS];
    long rss = 0;
    all.count = 0;
    for (size_t round = 0; round < ROUNDS; round++) {
        struct pty pty = pty_start(o->args);
        const struct answer a = pty_read(&pty, pty.started_us, 500);
        start[round] = a.last_ms;
        for (int i = 0; i < MENUS && !a.ended; i++) {
            const struct answer moved = pty_press(&pty, DOWN, QUIET_MS);
            add_answer(&all, &moved);
        }
        rss = pty_status(&pty, "VmRSS");
        pty_stop(&pty);
    }
    if (all.count == 0) {
        printf("%s does not start here\n", o->name);
        return;
    }
    printf("%-8s start %7.2f ms, key %6.2f ms (p99 %.2f), %.0f bytes, %.1f MB\n", o->name,
           part_of(start, ROUNDS, 0.5), part_of(all.ms, all.count, 0.5),
           part_of(all.ms, all.count, 0.99), part_of(all.bytes, all.count, 0.5),
           (double)rss / 1024);
}

static void bench_others(void)
{
    printf("beside it, each with what it shows of its own:\n");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (is_installed(others[i].name))
            measure_other(&others[i]);
}

/* --- main ------------------------------------------------------------------------------------ */

int main(int argc, char **argv)
{
    static const struct bigstore size = {
        .integrations = 1000, .users = 1000000, .findings = 60000, .deliveries = 1000000};
    struct bench b = {.program = getenv("CHECKHOOK_BIN")};
    if (!b.program || argc != 2)
        give_up("use `make bench-console`");
    b.home = argv[1];
    bigstore_make(&size, b.home);
    bench_start(&b);
    bench_idle(&b);
    bench_keys(&b);
    bench_filter(&b);
    bench_silent_test(&b);
    bench_others();
    return 0;
}
