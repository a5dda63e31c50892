/* Compares screens with golden ones, and makes the showcase that they show. */
#include "tests/support/golden.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fail.h"
#include "tests/support/run.h"
#include "tests/support/term_private.h"

enum { QUIET_MS = 150 };

/* --- the showcase ---------------------------------------------------------------------------- */

static char *beside_product(const char *name)
{
    char *product = strdup(run_product()), *path = NULL;
    if (asprintf(&path, "%s/%s", dirname(product), name) < 0)
        support_die("out of memory");
    free(product);
    return path;
}

void showcase_env(struct showcase *s, const char *entry)
{
    size_t n = 0;
    while (s->env[n])
        n++;
    if (n + 1 >= SHOWCASE_ENV_MAX)
        support_die("too many variables");
    s->env[n] = s->owned[n] = strdup(entry);
}

static void add_variable(struct showcase *s, const char *name, char *value)
{
    char *entry = NULL;
    if (asprintf(&entry, "%s=%s", name, value) < 0)
        support_die("out of memory");
    showcase_env(s, entry);
    free(entry);
    free(value);
}

static void copy_catalogue(const struct showcase *s)
{
    const struct tmpdir here = {.path = "tests/showcase"};
    char *text = tmpdir_read(&here, "checks.conf", NULL);
    free(tmpdir_write(&s->dir, "share/checks/showcase.conf", text));
    free(text);
}

static void fill(const struct showcase *s)
{
    char *program = beside_product("showcase"), *home = tmpdir_path(&s->dir, "home");
    const pid_t pid = fork();
    if (pid == 0) {
        for (const char *const *env = s->env; *env; env++) {
            if (strchr(*env, '='))
                putenv(strdup(*env));
            else
                unsetenv(*env);
        }
        execl(program, program, home, NULL);
        _exit(127);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        support_die("%s did not make the showcase (status %d)", program, status);
    free(program);
    free(home);
}

int showcase_setup_empty(void **state)
{
    struct showcase *s = calloc(1, sizeof *s);
    if (!s)
        support_die("out of memory");
    tmpdir_init(&s->dir);
    copy_catalogue(s);
    add_variable(s, "CHECKHOOK_HOME", tmpdir_path(&s->dir, "home"));
    add_variable(s, "CHECKHOOK_SHARE", tmpdir_path(&s->dir, "share"));
    add_variable(s, "LD_PRELOAD", beside_product("frozen.so"));
    add_variable(s, "ASAN_OPTIONS", strdup("detect_leaks=1:verify_asan_link_order=0"));
    add_variable(s, "FROZEN_AT", strdup("1789655525"));
    add_variable(s, "FROZEN_HOST", strdup("prod-db-01"));
    add_variable(s, "FROZEN_USER", strdup("alice"));
    add_variable(s, "TZ", strdup("UTC"));
    showcase_env(s, "SUDO_USER");
    showcase_env(s, "SSH_CLIENT");
    *state = s;
    return 0;
}

int showcase_setup(void **state)
{
    showcase_setup_empty(state);
    fill(*state);
    return 0;
}

int showcase_teardown(void **state)
{
    struct showcase *s = *state;
    for (size_t i = 0; i < SHOWCASE_ENV_MAX; i++)
        free(s->owned[i]);
    tmpdir_release(&s->dir);
    free(s);
    return 0;
}

struct term *showcase_console(const struct showcase *s, const char *term, int rows, int cols)
{
    return term_start(
        &(struct term_options){.env = s->env, .term = term, .rows = rows, .cols = cols});
}

struct term *showcase_on_users(const struct showcase *s, int rows, int cols)
{
    struct term *term = showcase_console(s, NULL, rows, cols);
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "5");
    term_wait_text(term, "[5 Users]", 0);
    return term;
}

/* --- a screen as text ------------------------------------------------------------------------ */

static void print_colour(FILE *out, const char *name, int colour)
{
    if (colour >= 0)
        fprintf(out, " %s=%d", name, colour);
}

static void print_attributes(FILE *out, const struct term_cell *c)
{
    fprintf(out, "%s%s%s%s%s", c->bold ? " bold" : "", c->underline ? " underline" : "",
            c->reverse ? " reverse" : "", c->blink ? " blink" : "", c->italic ? " italic" : "");
    print_colour(out, "fg", c->fg);
    print_colour(out, "bg", c->bg);
}

static bool looks_alike(const struct term_cell *a, const struct term_cell *b)
{
    return a->bold == b->bold && a->underline == b->underline && a->reverse == b->reverse &&
           a->blink == b->blink && a->italic == b->italic && a->fg == b->fg && a->bg == b->bg;
}

static bool is_plain(const struct term_cell *c)
{
    return looks_alike(c, &(struct term_cell){.fg = -1, .bg = -1});
}

/* "6: 0-99 fg=231 bg=24": only what is not plain. */
static void print_row_attributes(FILE *out, const struct term *term, int row)
{
    for (int from = 0, to; from < term->cols; from = to) {
        const struct term_cell first = term_cell(term, row, from);
        for (to = from + 1; to < term->cols; to++) {
            const struct term_cell next = term_cell(term, row, to);
            if (!looks_alike(&first, &next))
                break;
        }
        if (is_plain(&first))
            continue;
        fprintf(out, "%d: %d-%d", row, from, to - 1);
        print_attributes(out, &first);
        fputc('\n', out);
    }
}

static char *describe(struct term *term)
{
    char *text = NULL, *screen = term_screen(term);
    size_t size = 0;
    int row = 0, col = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        support_die("out of memory");
    const bool visible = term_cursor(term, &row, &col);
    fprintf(out, "%s--\nsize %dx%d, cursor ", screen, term->cols, term->rows);
    fprintf(out, visible ? "%d,%d\n" : "hidden\n", row, col);
    for (row = 0; row < term->rows; row++)
        print_row_attributes(out, term, row);
    fclose(out);
    free(screen);
    return text;
}

/* One sign for each character, however many bytes it has, so that columns stay what they are. */
static void cover(char *text, regoff_t from, regoff_t to)
{
    char *out = text + from;
    for (regoff_t i = from; i < to; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            *out++ = '~';
    }
    memmove(out, text + to, strlen(text + to) + 1);
}

static void mask(char *text, const char *pattern)
{
    regex_t regex;
    regmatch_t at;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE) != 0)
        support_die("'%s' is no regular expression", pattern);
    while (regexec(&regex, text, 1, &at, 0) == 0 && at.rm_eo > at.rm_so) {
        cover(text, at.rm_so, at.rm_eo);
        text += at.rm_eo;
    }
    regfree(&regex);
}

/* --- comparing ------------------------------------------------------------------------------- */

static void write_file(const char *folder, const char *name, const char *text)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s.txt", folder, name) < 0)
        support_die("out of memory");
    mkdir("build", 0777);
    mkdir(folder, 0777);
    FILE *out = fopen(path, "w");
    if (!out || fputs(text, out) < 0 || fclose(out) != 0)
        support_die("%s: %s", path, strerror(errno));
    free(path);
}

static char *read_golden(const char *name)
{
    const struct tmpdir folder = {.path = "tests/e2e/golden"};
    char *file = NULL, *text;
    if (asprintf(&file, "%s.txt", name) < 0)
        support_die("out of memory");
    text = tmpdir_exists(&folder, file) ? tmpdir_read(&folder, file, NULL) : strdup("");
    free(file);
    return text;
}

static void print_differences(const char *golden, const char *seen)
{
    for (int line = 1; *golden || *seen; line++) {
        const size_t a = strcspn(golden, "\n"), b = strcspn(seen, "\n");
        if (a != b || memcmp(golden, seen, a) != 0)
            fprintf(stderr, "%3d golden |%.*s\n    seen   |%.*s\n", line, (int)a, golden, (int)b,
                    seen);
        golden += a + (golden[a] == '\n');
        seen += b + (seen[b] == '\n');
    }
}

void golden_screen_at(const char *file, int line, struct term *term, const char *name,
                      const golden_mask *masks)
{
    const char *wish = getenv("GOLDEN");
    term_wait_quiet(term, QUIET_MS);
    char *seen = describe(term);
    for (; masks && *masks; masks++)
        mask(seen, *masks);
    if (wish && strcmp(wish, "write") == 0)
        write_file("tests/e2e/golden", name, seen);
    char *golden = read_golden(name);
    const bool same = strcmp(golden, seen) == 0;
    if (!same) {
        print_differences(golden, seen);
        write_file("build/golden", name, seen);
    }
    free(golden);
    free(seen);
    if (!same)
        support_fail_at(file, line, "screen '%s' is not the golden one; seen: build/golden/%s.txt",
                        name, name);
}
