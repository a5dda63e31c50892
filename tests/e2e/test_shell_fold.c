/* Folded commands fit and do what they did before: a real shell runs both. */
#include "tui/shell_fold.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/run.h"
#include "tui/draw.h"

static char *run_shell(const char *script)
{
    const char *const argv[] = {"sh", "-c", script, NULL};
    struct run_result r = run_command(argv, &(struct run_options){0});
    assert_int_equal(r.status, 0);
    free(r.err);
    return r.out;
}

static void expect_lines_within(const char *text, int cols)
{
    for (const char *at = text; *at;) {
        const size_t len = strcspn(at, "\n");
        char *line = mem_strndup(at, len);
        if (draw_width(line) > cols)
            fail_msg("wider than %d: %s", cols, line);
        free(line);
        at += len + (at[len] == '\n');
    }
}

static void shell_fold__changes_nothing_that_the_shell_sees(void **state)
{
    static const char *const scripts[] = {
        "printf '<%s>\\n' 'one two three four five six seven eight nine ten eleven twelve' last",
        "printf '%s\\n' '{\"login\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}'",
        "printf '%s\\n' 'it'\\''s a long one, it'\\''s, with quotes that it'\\''s hard to keep'",
        "X=value; printf '%s\\n' 'before the variable, which is here: '\"$X\"' and after it too'",
        "# a comment that is longer than a line, with words; it's not to be run\nprintf 'x\\n'",
        "printf '%s\\n' 'Zürich ist größer als Köln, aber kleiner als München, sagt man so'",
        "printf '%s\\n' 'two lines,\nof which the second is a long one that has to be folded'",
        "printf '%s\\n' 'byte '\"$(printf '\\101')\"' among many others that are only letters'",
        "true && printf '%s %s %s %s\\n' alpha beta gamma delta epsilon zeta eta theta iota",
        "",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
        char *plain = run_shell(scripts[i]);
        for (int cols = 24; cols < 90; cols++) {
            char *folded = shell_fold(scripts[i], cols);
            char *told = run_shell(folded);
            assert_string_equal(told, plain);
            expect_lines_within(folded, cols);
            free(told);
            free(folded);
        }
        free(plain);
    }
}

static void shell_fold__leaves_what_fits(void **state)
{
    char *folded = shell_fold("curl -X POST 'https://example.com'", 78);
    (void)state;
    assert_string_equal(folded, "curl -X POST 'https://example.com'");
    free(folded);
}

static void shell_fold__breaks_only_behind_a_backslash(void **state)
{
    char *folded = shell_fold("send 'abcdefghijklmnopqrstuvwxyz' now", 20);
    (void)state;
    assert_string_equal(folded, "send 'abcdefghijkl'\\\n'mnopqrstuvwxyz' \\\nnow");
    free(folded);
}

/* There a backslash and quotes would be text. */
static void shell_fold__leaves_here_documents_alone(void **state)
{
    static const char text[] = "cat <<'END'\nsomething that is longer than the line may be\nEND\n";
    char *folded = shell_fold(text, 20);
    (void)state;
    assert_string_equal(folded, text);
    free(folded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shell_fold__changes_nothing_that_the_shell_sees),
        cmocka_unit_test(shell_fold__leaves_what_fits),
        cmocka_unit_test(shell_fold__breaks_only_behind_a_backslash),
        cmocka_unit_test(shell_fold__leaves_here_documents_alone),
    };
    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests_name("shell_fold", tests, NULL, NULL);
}
