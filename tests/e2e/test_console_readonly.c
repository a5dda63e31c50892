/* The console of a user who may not write the configuration: everything can be looked at, nothing
 * is changed, and every refusal says who could. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/product.h"
#include "tests/support/run.h"
#include "tests/support/term.h"

enum { ARGS_MAX = 16 };

/* As root every file can be written, so the product runs as another user; else the modes alone keep
 * it from writing. */
static const char *const nobody[] = {"setpriv", "--reuid",        "65534", "--regid",
                                     "65534",   "--clear-groups", NULL};

struct scene {
    void *product; /* struct product */
    char *program;
    const char *argv[ARGS_MAX];
    char *share;
    const char *env[4];
    char *before; /* every file of the home with its sum */
};

static struct product *product_of(struct scene *s)
{
    return s->product;
}

/* The output of a shell command in the folder of the test, which has to work; the caller frees. */
static char *shell(struct scene *s, const char *command)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    struct run_result r = run_command(argv, &(struct run_options){.dir = product_of(s)->dir.path});
    if (r.status != 0)
        support_die("%s: status %d\n%s%s", command, r.status, r.out, r.err);
    free(r.err);
    return r.out;
}

static void do_shell(struct scene *s, const char *command)
{
    free(shell(s, command));
}

static char *look_at_home(struct scene *s)
{
    return shell(s, "cd home && find . -type f -exec sha256sum {} + | sort");
}

static void fill_home(struct product *p)
{
    char *users = tmpdir_write(&p->dir, "users.csv",
                               "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,false\n");
    product_expect(p, 0, "Added", "integration", "add", "Billing events",
                   "url=https://hooks.example.com/in", "auth.type=none");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Billing events");
    product_expect(p, 0, " user", "data", "import", users, "--source", "people");
    product_expect(p, 0, NULL, "check", "run", "--no-deliver");
    free(users);
}

/* The program and its catalogue where everybody may read them. */
static void copy_program(struct scene *s)
{
    char here[PATH_MAX];
    assert_non_null(getcwd(here, sizeof here));
    char *copy = mem_printf("cp '%s' program && chmod 0755 program && cp -r '%s/share' . && "
                            "chmod -R a+rX share",
                            run_product(), here);
    do_shell(s, copy);
    free(copy);
    s->program = tmpdir_path(&product_of(s)->dir, "program");
    s->share = mem_printf("CHECKHOOK_SHARE=%s/share", product_of(s)->dir.path);
}

static void prepare_command(struct scene *s)
{
    size_t n = 0;
    for (; geteuid() == 0 && nobody[n]; n++)
        s->argv[n] = nobody[n];
    s->argv[n] = s->program;
    s->env[0] = product_of(s)->variable;
    s->env[1] = s->share;
}

static int set_up(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    setenv("TMPDIR", "/tmp", 1); /* the runner's own folder is closed to others */
    product_setup(&s->product);
    fill_home(s->product);
    copy_program(s);
    do_shell(s, "chmod a+rx . && chmod -R a+rX,a-w home");
    prepare_command(s);
    s->before = look_at_home(s);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct scene *s = *state;
    do_shell(s, "chmod -R u+w home");
    product_teardown(&s->product);
    free(s->program);
    free(s->share);
    free(s->before);
    free(s);
    return 0;
}

static struct term *start(struct scene *s, int rows, int cols)
{
    struct term *term = term_start(
        &(struct term_options){.argv = s->argv, .env = s->env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations", 0);
    return term;
}

static void stop(struct scene *s, struct term *term)
{
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
    char *after = look_at_home(s);
    assert_string_equal(after, s->before);
    free(after);
}

/* Says why, and who could. */
static void expect_refusal(struct term *term)
{
    term_wait_text(term, "Read-only: ", 0);
    if (geteuid() == 0)
        term_wait_text(term, "only root may write /", 0);
    else
        term_wait_text(term, "cannot be written: its mode is", 0);
}

static void forget_message(struct term *term, const char *key)
{
    term_key(term, key);
    term_wait_gone(term, "Read-only: ", 0);
}

static void readonly__everything_can_be_looked_at(void **state)
{
    static const char *const pages[][2] = {{"2", "[2 Checks"},
                                           {"3", "[3 Matrix"},
                                           {"4", "[4 Deliveries"},
                                           {"5", "[5 Users"},
                                           {"1", "[1 Integrations"}};
    struct scene *s = *state;
    struct term *term = start(s, 30, 100);
    term_wait_text(term, "· read-only ·", 0);
    term_wait_text(term, "Billing events", 0);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        term_key(term, pages[i][0]);
        term_wait_text(term, pages[i][1], 0);
    }
    term_key(term, "2");
    term_wait_text(term, "1 / 1", 0); /* who fails is known */
    term_key(term, "A");
    term_wait_text(term, "data imported", 0);
    term_key(term, "Esc");
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations", 0);
    stop(s, term);
}

static void readonly__actions_say_who_could(void **state)
{
    struct scene *s = *state;
    struct term *term = start(s, 24, 80);
    static const char *const keys[] = {"x", "n", "e", "D", "c", "a"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        term_key(term, keys[i]);
        expect_refusal(term);
        forget_message(term, "Up");
    }
    stop(s, term);
}

static void readonly__menus_say_why(void **state)
{
    static const char *const entries[] = {"  Edit…", "Assign checks…", "Disable", "Duplicate…",
                                          "Delete…"};
    struct scene *s = *state;
    struct term *term = start(s, 24, 80);
    term_key(term, "Enter");
    term_wait_text(term, "(read-only)", 0);
    term_wait_quiet(term, 50);
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        int row = 0;
        assert_true(term_find(term, entries[i], &row, NULL));
        char *text = term_row_text(term, row);
        assert_non_null(strstr(text, "(read-only)"));
        free(text);
    }
    term_key(term, "Esc");
    stop(s, term);
}

static void readonly__keys_offer_what_works_and_the_palette_says_why_not(void **state)
{
    struct scene *s = *state;
    struct term *term = start(s, 24, 80);
    term_wait_text(term, "t Test", 0);
    assert_false(term_find(term, "n New integration", NULL, NULL));
    term_key(term, ":");
    term_type(term, "run checks now");
    term_wait_text(term, "(read-only)", 0);
    term_key(term, "Enter"); /* it stays */
    term_key(term, "Esc");
    term_wait_gone(term, "─ Commands ─", 0);
    stop(s, term);
}

static void readonly__checks_are_not_run_or_changed(void **state)
{
    static const char *const keys[] = {"x", "w", "R"};
    struct scene *s = *state;
    struct term *term = start(s, 24, 80);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks", 0);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        term_key(term, keys[i]);
        expect_refusal(term);
        forget_message(term, "Up");
    }
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations", 0);
    stop(s, term);
}

static void readonly__no_page_changes_anything(void **state)
{
    static const char *const pages[][3] = {
        {"3", "[3 Matrix", "Space"}, {"4", "[4 Deliveries", "R"}, {"5", "[5 Users", "i"}};
    struct scene *s = *state;
    struct term *term = start(s, 24, 80);
    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        term_key(term, pages[i][0]);
        term_wait_text(term, pages[i][1], 0);
        term_key(term, pages[i][2]);
        expect_refusal(term);
        forget_message(term, "Up");
    }
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations", 0);
    stop(s, term);
}

static void readonly__settings_are_a_view(void **state)
{
    struct scene *s = *state;
    struct term *term = start(s, 24, 80);
    term_key(term, ",");
    term_wait_text(term, "Daily run, hour     6", 0); /* no field */
    term_wait_text(term, "read-only", 0);
    expect_refusal(term); /* as the hint */
    term_key(term, "Enter");
    expect_refusal(term);
    term_key(term, "Esc");
    term_wait_text(term, "[1 Integrations", 0);
    stop(s, term);
}

static void readonly__commands_say_who_could(void **state)
{
    struct scene *s = *state;
    const char *argv[ARGS_MAX + 8] = {NULL};
    const char *const words[] = {"integration", "set", "Billing events", "enabled=false"};
    size_t n = 0;
    for (; s->argv[n]; n++)
        argv[n] = s->argv[n];
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        argv[n++] = words[i];
    struct run_result r = run_command(argv, &(struct run_options){.env = s->env});
    assert_int_equal(r.status, 3);
    assert_non_null(strstr(r.err, geteuid() == 0 ? "only root may write" : "cannot be written"));
    run_release(&r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(readonly__everything_can_be_looked_at),
        TEST(readonly__actions_say_who_could),
        TEST(readonly__menus_say_why),
        TEST(readonly__keys_offer_what_works_and_the_palette_says_why_not),
        TEST(readonly__checks_are_not_run_or_changed),
        TEST(readonly__no_page_changes_anything),
        TEST(readonly__settings_are_a_view),
        TEST(readonly__commands_say_who_could),
    };
    return cmocka_run_group_tests_name("console_readonly", tests, NULL, NULL);
}
