/* make bench-checks: how fast users are imported and checked, held against sqlite3, Python, jq. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/app.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tests/bench/figures.h"
#include "tests/bench/others.h"
#include "tests/bench/population.h"
#include "tests/bench/process.h"
#include "tests/support/tmpdir.h"

enum { USERS = 1000000, SMALLER = 10, ROUNDS = 3, ROUNDS_MAX = 9, CHANGED_EACH = 100 };

static const uint64_t seed = 20260917;

/* What is measured in one round, at one number of users. */
enum figure {
    SQLITE_IMPORT,
    SQLITE_CHECKS,
    IMPORT_CSV,
    IMPORT_JSONL,
    IMPORT_AGAIN,
    IMPORT_CHANGED,
    RUN_FIRST,
    RUN_SAME,
    RUN_CHANGED,
    FIGURES
};

static const char *const figure_names[FIGURES] = {
    "sqlite3 .import, keyed table",
    "sqlite3, the checks in one pass",
    "import CSV",
    "import JSON Lines",
    "import CSV, nothing changed",
    "import CSV, 1 % of users changed",
    "first run: all is new",
    "run, nothing changed",
    "run, 1 % of users changed",
};

/* Files of one number of users, and what was measured with them. */
struct scale {
    size_t users;
    char *csv, *jsonl, *changed_csv, *changed_jsonl;
    struct usage used[ROUNDS_MAX][FIGURES];
};

struct bench {
    struct tmpdir dir;
    const char *program; /* the product */
    size_t rounds, round;
    size_t checks; /* in the catalogue, all of them on */
};

/* --- parts ----------------------------------------------------------------------------------- */

static void make_files(const struct bench *b, struct scale *s, size_t users)
{
    struct population p = {.users = users, .seed = seed, .now = clock_now_s()};
    char name[64];
    char **const paths[] = {&s->csv, &s->jsonl, &s->changed_csv, &s->changed_jsonl};
    static const char *const names[] = {"csv", "jsonl", "changed.csv", "changed.jsonl"};
    s->users = users;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        snprintf(name, sizeof name, "users-%zu.%s", users, names[i]);
        *paths[i] = tmpdir_path(&b->dir, name);
    }
    population_write(&p, s->csv, s->jsonl);
    p.change = CHANGED_EACH;
    population_write(&p, s->changed_csv, s->changed_jsonl);
}

static struct usage import(const struct bench *b, const char *home, const char *file)
{
    const char *const args[] = {b->program, "--home",   home,        "data", "import",
                                file,       "--source", "directory", NULL};
    return measure_command(args, "/dev/null");
}

static struct usage run(const struct bench *b, const char *home)
{
    const char *const args[] = {b->program, "--home", home, "check", "run", "--no-deliver", NULL};
    return measure_command(args, "/dev/null");
}

/* Those that are off by default as well. */
static void switch_all_on(const struct bench *b, const char *home)
{
    struct error err = {0};
    struct app app;
    if (!app_open(&app, home, APP_CATALOGUE, &err))
        give_up("%s", err.text);
    for (size_t i = 0; i < app.catalogue.count; i++) {
        const struct check *check = &app.catalogue.items[i];
        const char *const args[] = {b->program, "--home",  home,           "check",
                                    "set",      check->id, "enabled=true", NULL};
        if (!check->enabled)
            measure_command(args, "/dev/null");
    }
    app_close(&app);
}

static char *make_home(const struct bench *b, const char *name)
{
    char *home = tmpdir_path(&b->dir, name);
    if (mkdir(home, 0700) != 0)
        give_up("%s cannot be made", home);
    switch_all_on(b, home);
    return home;
}

static void remove_tree(char *path)
{
    const char *const args[] = {"rm", "-rf", path, NULL};
    measure_command(args, NULL);
    free(path);
}

static void note(const struct bench *b, struct scale *s, enum figure figure, struct usage used)
{
    s->used[b->round][figure] = used;
    printf("  %9zu users  %-34s %7.2f s, %6.2f CPU s, %9.0f users/s, %6.1f MB\n", s->users,
           figure_names[figure], used.wall_s, used.cpu_s, (double)s->users / used.wall_s,
           used.peak_mb);
    fflush(stdout);
}

static void measure_others(const struct bench *b, struct scale *s)
{
    char *db = tmpdir_path(&b->dir, "others.db");
    note(b, s, SQLITE_IMPORT, sqlite_import(s->csv, population_header(), db));
    unlink(db);
    free(db);
}

static void measure_jsonl(const struct bench *b, struct scale *s)
{
    char *home = make_home(b, "home-jsonl");
    note(b, s, IMPORT_JSONL, import(b, home, s->jsonl));
    remove_tree(home);
}

static void measure_checks(struct bench *b, struct scale *s)
{
    char *home = make_home(b, "home"), *script = tmpdir_path(&b->dir, "checks.sql");
    note(b, s, IMPORT_CSV, import(b, home, s->csv));
    note(b, s, RUN_FIRST, run(b, home));
    b->checks = sqlite_checks_write(home, script);
    note(b, s, SQLITE_CHECKS, sqlite_checks(script));
    note(b, s, RUN_SAME, run(b, home));
    note(b, s, IMPORT_AGAIN, import(b, home, s->csv));
    note(b, s, IMPORT_CHANGED, import(b, home, s->changed_csv));
    note(b, s, RUN_CHANGED, run(b, home));
    free(script);
    remove_tree(home);
}

static void measure(struct bench *b, struct scale *s)
{
    measure_others(b, s);
    measure_checks(b, s);
    measure_jsonl(b, s);
}

/* --- figures --------------------------------------------------------------------------------- */

/* Of two figures of the same round, the middle one of all rounds. */
static double ratio(const struct bench *b, const struct scale *left, enum figure of,
                    const struct scale *right, enum figure to)
{
    double ratios[ROUNDS_MAX];
    for (size_t i = 0; i < b->rounds; i++)
        ratios[i] = left->used[i][of].wall_s / right->used[i][to].wall_s;
    return part_of(ratios, b->rounds, 0.5);
}

/* The same of processor time, which says more where others use the machine as well. */
static void print_cpu(const struct bench *b, const struct scale *left, enum figure of,
                      const struct scale *right, enum figure to, double by)
{
    double ratios[ROUNDS_MAX];
    for (size_t i = 0; i < b->rounds; i++)
        ratios[i] = left->used[i][of].cpu_s / right->used[i][to].cpu_s / by;
    print_fact("  by processor time", part_of(ratios, b->rounds, 0.5), "");
}

static double peak_mb(const struct bench *b, const struct scale *s, enum figure figure)
{
    double most = 0;
    for (size_t i = 0; i < b->rounds; i++)
        most = s->used[i][figure].peak_mb > most ? s->used[i][figure].peak_mb : most;
    return most;
}

static void print_speed(const struct bench *b, const struct scale *s)
{
    print_row("import CSV, rows a second / sqlite3 .import",
              ratio(b, s, SQLITE_IMPORT, s, IMPORT_CSV), AT_LEAST, 1.0, "");
    print_cpu(b, s, SQLITE_IMPORT, s, IMPORT_CSV, 1);
    print_fact("  the same file again / sqlite3 .import",
               ratio(b, s, SQLITE_IMPORT, s, IMPORT_AGAIN), "");
    print_fact("  1 % of users changed / sqlite3 .import",
               ratio(b, s, SQLITE_IMPORT, s, IMPORT_CHANGED), "");
    print_row("import JSON Lines, rows a second / CSV", ratio(b, s, IMPORT_CSV, s, IMPORT_JSONL),
              AT_LEAST, 0.6, "");
    print_cpu(b, s, IMPORT_CSV, s, IMPORT_JSONL, 1);
    print_row("run, nothing changed / one bare pass of sqlite3",
              ratio(b, s, RUN_SAME, s, SQLITE_CHECKS), AT_MOST, 1.3, "");
    print_cpu(b, s, RUN_SAME, s, SQLITE_CHECKS, 1);
    print_row("run, 1 % of users changed / one bare pass",
              ratio(b, s, RUN_CHANGED, s, SQLITE_CHECKS), AT_MOST, 1.5, "");
    print_cpu(b, s, RUN_CHANGED, s, SQLITE_CHECKS, 1);
    print_fact("  first run, all is new / one bare pass", ratio(b, s, RUN_FIRST, s, SQLITE_CHECKS),
               "");
}

static void print_memory(const struct bench *b, const struct scale *small,
                         const struct scale *large)
{
    static const enum figure figures[] = {IMPORT_CSV, IMPORT_JSONL, IMPORT_AGAIN,
                                          RUN_FIRST,  RUN_SAME,     RUN_CHANGED};
    char text[96];
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const double few = peak_mb(b, small, figures[i]), many = peak_mb(b, large, figures[i]);
        snprintf(text, sizeof text, "%s, peak memory", figure_names[figures[i]]);
        print_row(text, many, AT_MOST, 64, " MB");
        print_row("  / that of a tenth of the users", many / few, AT_MOST, 1.2, "");
    }
}

static void print_growth(const struct bench *b, const struct scale *small,
                         const struct scale *large)
{
    static const enum figure figures[] = {SQLITE_IMPORT, IMPORT_CSV, IMPORT_JSONL, IMPORT_AGAIN,
                                          SQLITE_CHECKS, RUN_FIRST,  RUN_SAME,     RUN_CHANGED};
    char text[96];
    for (size_t i = 0; i < ARRAY_LEN(figures); i++) {
        const double growth = ratio(b, large, figures[i], small, figures[i]) / SMALLER;
        snprintf(text, sizeof text, "time a user / that of a tenth: %s", figure_names[figures[i]]);
        if (figures[i] == SQLITE_IMPORT || figures[i] == SQLITE_CHECKS || figures[i] == RUN_FIRST)
            print_fact(text, growth, "");
        else
            print_row(text, growth, AT_MOST, 1.15, "");
        print_cpu(b, large, figures[i], small, figures[i], SMALLER);
    }
}

/* A tenth of the users, since jq takes minutes for all of them. */
static void print_others(const struct bench *b, const struct scale *s)
{
    const double checks = (double)b->checks, simple = OTHERS_CHECKS;
    const double product = (double)s->users * checks / s->used[0][RUN_SAME].wall_s;
    print_fact("users x checks a second: checkhook, stored (million)", product / 1e6, "");
    if (program_exists("python3"))
        print_fact("  Python over JSON Lines, 20 of the checks (million)",
                   (double)s->users * simple / python_checks(s->jsonl).wall_s / 1e6, "");
    else
        printf("  Python is not measured: python3 is not installed\n");
    if (program_exists("jq"))
        print_fact("  jq over JSON Lines, 20 of the checks (million)",
                   (double)s->users * simple / jq_checks(s->jsonl).wall_s / 1e6, "");
    else
        printf("  jq is not measured: it is not installed\n");
}

static size_t number(const char *name, size_t otherwise, size_t most)
{
    const char *text = getenv(name);
    const size_t value = text ? (size_t)strtoul(text, NULL, 10) : otherwise;
    if (value == 0 || value > most)
        give_up("%s is a number from 1 to %zu", name, most);
    return value;
}

int main(void)
{
    static struct scale small, large;
    struct bench b = {.program = getenv("CHECKHOOK_BIN")};
    if (!b.program)
        give_up("CHECKHOOK_BIN is not set: run make bench-checks");
    const size_t users = number("BENCH_USERS", USERS, 100000000);
    b.rounds = number("BENCH_ROUNDS", ROUNDS, ROUNDS_MAX);
    tmpdir_init(&b.dir);
    make_files(&b, &small, users / SMALLER);
    make_files(&b, &large, users);
    for (; b.round < b.rounds; b.round++) {
        printf("round %zu\n", b.round + 1);
        measure(&b, &small);
        measure(&b, &large);
    }
    printf("%zu checks over %zu users\n", b.checks, users);
    print_speed(&b, &large);
    print_memory(&b, &small, &large);
    print_growth(&b, &small, &large);
    print_others(&b, &small);
    tmpdir_release(&b.dir);
}
