/* The command runner and the temporary folders of the tests. */
#include "tests/support/run.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/tmpdir.h"

#define SHELL(command) ((const char *const[]){"sh", "-c", command, NULL})

static void run_command__catches_both_outputs_and_the_status(void **state)
{
    struct run_result result = run_command(SHELL("echo out; echo err >&2; exit 3"), NULL);

    (void)state;
    assert_int_equal(result.status, 3);
    assert_string_equal(result.out, "out\n");
    assert_string_equal(result.err, "err\n");
    run_release(&result);
}

static void run_command__feeds_standard_input(void **state)
{
    struct run_options options = {.stdin_text = "one\ntwo\n"};
    struct run_result result = run_command(SHELL("wc -l"), &options);

    (void)state;
    assert_int_equal(atoi(result.out), 2);
    run_release(&result);
    result = run_command(SHELL("exec <&-; echo deaf"), &options);
    assert_string_equal(result.out, "deaf\n");
    run_release(&result);
}

static void run_command__sets_and_unsets_the_environment(void **state)
{
    const char *const env[] = {"COLOUR=red", "HOME", NULL};
    struct run_options options = {.env = env, .dir = "/"};
    struct run_result result = run_command(SHELL("echo $COLOUR-${HOME-none}-$(pwd)"), &options);

    (void)state;
    assert_string_equal(result.out, "red-none-/\n");
    run_release(&result);
}

static void run_command__kills_what_takes_too_long(void **state)
{
    struct run_options options = {.timeout_ms = 1500};
    struct run_result result = run_command(SHELL("echo begun; exec sleep 60"), &options);

    (void)state;
    assert_int_equal(result.status, RUN_TIMED_OUT);
    assert_string_equal(result.out, "begun\n");
    run_release(&result);
}

static void run_command__reports_signals_and_missing_commands(void **state)
{
    struct run_result result = run_command(SHELL("kill -TERM $$"), NULL);

    (void)state;
    assert_int_equal(result.status, 128 + SIGTERM);
    run_release(&result);
    result = run_command((const char *const[]){"/no/such/command", NULL}, NULL);
    assert_int_equal(result.status, 127);
    run_release(&result);
}

static void run_start__stays_until_it_is_stopped(void **state)
{
    struct run_child child;

    (void)state;
    setenv("CHECKHOOK_BIN", "/bin/sh", 1);
    child = run_start((const char *const[]){"-c", "echo rea''dy; exec sleep 60", NULL}, NULL);
    assert_string_equal(run_wait_text(&child, "ready", 5000), "ready\n");
    assert_int_equal(run_stop(&child, SIGINT), 128 + SIGINT);
    assert_int_equal(run_stop(&child, 0), 0);
}

static void tmpdir__holds_files_and_goes_away_whole(void **state)
{
    struct tmpdir dir;
    char path[256];
    char *text;
    size_t len;

    (void)state;
    tmpdir_init(&dir);
    strcpy(path, dir.path);
    free(tmpdir_write_bytes(&dir, "deep/er/file", "a\0b", 3));
    text = tmpdir_read(&dir, "deep/er/file", &len);
    assert_int_equal(len, 3);
    assert_memory_equal(text, "a\0b", 4);
    free(text);
    assert_true(tmpdir_exists(&dir, "deep/er"));
    assert_false(tmpdir_exists(&dir, "deep/other"));
    assert_int_equal(tmpdir_mode(&dir, "deep/er/file"), 0600);
    text = tmpdir_path(&dir, "deep");
    assert_int_equal(chmod(text, 0), 0);
    free(text);
    tmpdir_release(&dir);
    assert_int_not_equal(access(path, F_OK), 0);
    tmpdir_release(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_command__catches_both_outputs_and_the_status),
        cmocka_unit_test(run_command__feeds_standard_input),
        cmocka_unit_test(run_command__sets_and_unsets_the_environment),
        cmocka_unit_test(run_command__kills_what_takes_too_long),
        cmocka_unit_test(run_command__reports_signals_and_missing_commands),
        cmocka_unit_test(run_start__stays_until_it_is_stopped),
        cmocka_unit_test(tmpdir__holds_files_and_goes_away_whole),
    };

    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
