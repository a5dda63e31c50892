/* The worker lock and the wake socket, between real processes. */
#include "core/store/lock.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/tmpdir.h"

struct place {
    struct tmpdir dir;
    char *lock, *wake;
    struct error err;
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    tmpdir_init(&p->dir);
    p->lock = tmpdir_path(&p->dir, "lock");
    p->wake = tmpdir_path(&p->dir, "wake");
    *state = p;
    return 0;
}

static int drop_place(void **state)
{
    struct place *p = *state;
    tmpdir_release(&p->dir);
    free(p->lock);
    free(p->wake);
    free(p);
    return 0;
}

static bool readable(const struct worker_lock *lock)
{
    struct pollfd fd = {.fd = lock->wake_fd, .events = POLLIN};
    return poll(&fd, 1, 0) == 1;
}

/* Another process that holds the lock as a service until it is killed. */
static pid_t start_holder(const struct place *p)
{
    int ready[2];
    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct error err = {0};
        struct worker_lock lock;
        if (!worker_lock_take(&lock, p->lock, p->wake, "service", &err) ||
            write(ready[1], "y", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    char answer = 0;
    close(ready[1]);
    assert_int_equal(read(ready[0], &answer, 1), 1);
    close(ready[0]);
    return pid;
}

static void end_holder(pid_t pid)
{
    int status;
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void worker_lock_take__one_at_a_time(void **state)
{
    struct place *p = *state;
    struct worker_lock first, second;
    char role[WORKER_ROLE_MAX];
    long pid = 0;
    assert_false(worker_lock_holder(p->lock, role, &pid));
    assert_true(worker_lock_take(&first, p->lock, p->wake, "console", &p->err));
    assert_true(worker_lock_holder(p->lock, role, &pid));
    assert_string_equal(role, "console");
    assert_int_equal(pid, getpid());
    assert_false(worker_lock_take(&second, p->lock, p->wake, "command", &p->err));
    assert_int_equal(p->err.kind, ERR_BUSY);
    assert_int_equal(second.fd, -1);
    worker_lock_release(&second);
    worker_lock_release(&first);
    assert_false(tmpdir_exists(&p->dir, "wake"));
    assert_false(worker_lock_holder(p->lock, role, &pid));
    assert_true(worker_lock_take(&second, p->lock, p->wake, "command", &p->err));
    worker_lock_release(&second);
    worker_lock_release(&second);
}

static void worker_lock_take__names_the_process_that_has_it(void **state)
{
    struct place *p = *state;
    struct worker_lock lock;
    char expected[64], role[WORKER_ROLE_MAX];
    long holder = 0;
    pid_t pid = start_holder(p);
    snprintf(expected, sizeof expected, "the service (process %ld) is delivering already",
             (long)pid);
    bool taken = worker_lock_take(&lock, p->lock, p->wake, "command", &p->err);
    bool held = worker_lock_holder(p->lock, role, &holder);
    end_holder(pid);
    assert_false(taken);
    assert_string_equal(p->err.text, expected);
    assert_true(held);
    assert_string_equal(role, "service");
    assert_int_equal(holder, pid);
}

static void worker_lock_take__works_after_the_holder_was_killed(void **state)
{
    struct place *p = *state;
    struct worker_lock lock;
    char role[WORKER_ROLE_MAX];
    long holder = 0;
    end_holder(start_holder(p));
    assert_true(tmpdir_exists(&p->dir, "wake"));
    assert_false(worker_lock_holder(p->lock, role, &holder));
    assert_true(worker_lock_take(&lock, p->lock, p->wake, "console", &p->err));
    worker_wake(p->wake);
    assert_true(readable(&lock));
    worker_lock_release(&lock);
}

static void worker_lock_take__keeps_its_files_private(void **state)
{
    struct place *p = *state;
    struct worker_lock lock;
    assert_true(worker_lock_take(&lock, p->lock, p->wake, "console", &p->err));
    assert_int_equal(tmpdir_mode(&p->dir, "lock"), 0600);
    assert_int_equal(tmpdir_mode(&p->dir, "wake"), 0600);
    worker_lock_release(&lock);
}

static void worker_lock_take__says_which_file_it_cannot_make(void **state)
{
    struct place *p = *state;
    struct worker_lock lock;
    char role[WORKER_ROLE_MAX];
    long pid = 0;
    char *nowhere = tmpdir_path(&p->dir, "lock/wake"); /* below a file */
    assert_false(worker_lock_take(&lock, p->lock, nowhere, "console", &p->err));
    assert_int_equal(p->err.kind, ERR_IO);
    assert_non_null(strstr(p->err.text, nowhere));
    assert_false(worker_lock_holder(p->lock, role, &pid));
    free(nowhere);
}

static void worker_wake__is_seen_until_drained(void **state)
{
    struct place *p = *state;
    struct worker_lock lock;
    worker_wake(p->wake); /* nobody there: nothing happens */
    assert_true(worker_lock_take(&lock, p->lock, p->wake, "console", &p->err));
    assert_false(readable(&lock));
    for (int i = 0; i < 1000; i++) /* more than a socket holds: none may block */
        worker_wake(p->wake);
    assert_true(readable(&lock));
    assert_false(worker_wake_drain(&lock));
    assert_false(readable(&lock));
    assert_false(worker_wake_drain(&lock));
    worker_ask(p->wake);
    worker_wake(p->wake);
    assert_true(readable(&lock));
    assert_true(worker_wake_drain(&lock));
    assert_false(worker_wake_drain(&lock));
    worker_lock_release(&lock);
}

static void worker_wake__works_below_a_very_long_path(void **state)
{
    struct place *p = *state;
    struct worker_lock lock;
    char name[160];
    memset(name, 'n', sizeof name);
    memcpy(name + sizeof name - 6, "/lock", 6);
    char *made = tmpdir_write(&p->dir, name, "");
    memcpy(name + sizeof name - 6, "/wake", 6);
    char *wake = tmpdir_path(&p->dir, name);
    assert_true(worker_lock_take(&lock, made, wake, "console", &p->err));
    worker_wake(wake);
    assert_true(readable(&lock));
    worker_lock_release(&lock);
    assert_false(tmpdir_exists(&p->dir, name));
    free(made);
    free(wake);
}

int main(void)
{
#define PLACED(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)
    const struct CMUnitTest tests[] = {
        PLACED(worker_lock_take__one_at_a_time),
        PLACED(worker_lock_take__names_the_process_that_has_it),
        PLACED(worker_lock_take__works_after_the_holder_was_killed),
        PLACED(worker_lock_take__keeps_its_files_private),
        PLACED(worker_lock_take__says_which_file_it_cannot_make),
        PLACED(worker_wake__is_seen_until_drained),
        PLACED(worker_wake__works_below_a_very_long_path),
    };
    return cmocka_run_group_tests_name("lock", tests, NULL, NULL);
}
