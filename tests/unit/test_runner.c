/* tests/run itself: whatever a test program does, the last line counts it right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

static struct tmpdir dir;

static int open_dir(void **state)
{
    (void)state;
    tmpdir_init(&dir);
    return 0;
}

static int close_dir(void **state)
{
    (void)state;
    tmpdir_release(&dir);
    return 0;
}

/* A test program that is a shell script; the caller frees its path. */
static char *program(const char *name, const char *script)
{
    char *text, *path;

    assert_true(asprintf(&text, "#!/bin/sh\n%s\n", script) > 0);
    path = tmpdir_write(&dir, name, text);
    assert_int_equal(chmod(path, 0755), 0);
    free(text);
    return path;
}

/* Runs one script as the only test program and compares the last line. */
static void expect_last_line(const char *script, const char *wanted)
{
    char *path = program("test_sample", script);
    const char *argv[] = {"tests/run", "-t", "1", path, NULL};
    struct run_result result = run_command(argv, NULL);
    const char *last;

    assert_true(result.out_len > 0);
    result.out[result.out_len - 1] = '\0';
    last = strrchr(result.out, '\n');
    assert_string_equal(last ? last + 1 : result.out, wanted);
    assert_int_equal(result.status, strstr(wanted, ", 0 failed") ? 0 : 1);
    run_release(&result);
    free(path);
}

static void run__counts_passed_failed_and_skipped(void **state)
{
    (void)state;
    expect_last_line("echo 1..2; echo 'ok 1 - a'; echo 'ok 2 - b'", "2 passed, 0 failed");
    expect_last_line("echo 1..2; echo 'ok 1 - a'; echo 'not ok 2 - b'; exit 1",
                     "1 passed, 1 failed");
    expect_last_line("echo 1..2; echo 'ok 1 - a'; echo 'not ok 2 # SKIP b'", "1 passed, 0 failed");
    expect_last_line("echo 1..1; echo 'ok 1 - a'; echo 1..1; echo 'ok 1 - b'",
                     "2 passed, 0 failed");
}

static void run__counts_what_ends_badly_as_failed(void **state)
{
    (void)state;
    expect_last_line("echo 1..3; echo 'ok 1 - a'; kill -SEGV $$", "1 passed, 1 failed");
    expect_last_line("echo 1..2; echo 'ok 1 - a'", "1 passed, 1 failed");
    expect_last_line("echo 1..1; echo 'ok 1 - a'; exit 23", "1 passed, 1 failed");
    expect_last_line("exit 0", "0 passed, 1 failed");
    expect_last_line("echo 1..1; exec sleep 60", "0 passed, 1 failed");
}

static void run__shows_the_output_of_a_failure_only(void **state)
{
    char *good = program("test_good", "echo 1..1; echo quiet; echo 'ok 1 - a'");
    char *bad = program("test_bad", "echo 1..1; echo loud; echo 'not ok 1 - a'; exit 1");
    const char *argv[] = {"tests/run", "-j", "2", good, bad, NULL};
    struct run_result result = run_command(argv, NULL);

    (void)state;
    assert_null(strstr(result.out, "quiet"));
    assert_non_null(strstr(result.out, "| loud"));
    assert_true(strstr(result.out, "test_good") < strstr(result.out, "test_bad"));
    run_release(&result);
    free(good);
    free(bad);
}

static void run__gives_each_program_a_clean_home(void **state)
{
    char *path = program("test_home", "echo 1..1; env; touch \"$HOME/left\"; echo 'not ok 1 - a'");
    const char *argv[] = {"tests/run", path, NULL};
    static const char *const env[] = {"NO_COLOR=1", "http_proxy=http://127.0.0.1:1", NULL};
    struct run_options options = {.env = env};
    struct run_result result = run_command(argv, &options);

    (void)state;
    assert_non_null(strstr(result.out, "TZ=UTC"));
    assert_non_null(strstr(result.out, "LC_ALL=C.UTF-8"));
    assert_non_null(strstr(result.out, "CHECKHOOK_HOME=/"));
    assert_null(strstr(result.out, "NO_COLOR"));
    assert_null(strstr(result.out, "http_proxy"));
    run_release(&result);
    free(path);
}

#define IN_DIR(test) cmocka_unit_test_setup_teardown(test, open_dir, close_dir)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(run__counts_passed_failed_and_skipped),
        IN_DIR(run__counts_what_ends_badly_as_failed),
        IN_DIR(run__shows_the_output_of_a_failure_only),
        IN_DIR(run__gives_each_program_a_clean_home),
    };

    return cmocka_run_group_tests_name("runner", tests, NULL, NULL);
}
