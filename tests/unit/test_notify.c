/* Tests of core/base/notify: what arrives at a real socket of a service manager. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/notify.h"
#include "tests/support/tmpdir.h"

struct manager {
    struct tmpdir dir;
    int fd;
    char name[300]; /* for NOTIFY_SOCKET */
    char message[512];
};

static void bind_manager(struct manager *m, bool abstract)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t len = sizeof address;
    if (abstract) {
        snprintf(m->name, sizeof m->name, "@checkhook-test-%ld", (long)getpid());
        memcpy(address.sun_path + 1, m->name + 1, strlen(m->name) - 1);
        len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(m->name));
    } else {
        snprintf(m->name, sizeof m->name, "%s/notify", m->dir.path);
        memcpy(address.sun_path, m->name, strlen(m->name) + 1);
    }
    m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(m->fd, (const struct sockaddr *)&address, len), 0);
    setenv("NOTIFY_SOCKET", m->name, 1);
}

static int setup(void **state)
{
    struct manager *m = mem_zalloc(sizeof *m);
    tmpdir_init(&m->dir);
    m->fd = -1;
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    struct manager *m = *state;
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    if (m->fd >= 0)
        close(m->fd);
    tmpdir_release(&m->dir);
    free(m);
    return 0;
}

/* The next message, "" where none came: datagrams of a local socket are there at once. */
static const char *next_message(struct manager *m)
{
    ssize_t len = recv(m->fd, m->message, sizeof m->message - 1, 0);
    m->message[len > 0 ? len : 0] = '\0';
    return m->message;
}

static void notify__tells_the_life_of_a_service(void **state)
{
    struct manager *m = *state;
    struct notify n;
    bind_manager(m, false);
    notify_open(&n);
    notify_ready(&n, "Delivering");
    assert_string_equal(next_message(m), "READY=1\nSTATUS=Delivering\n");
    notify_status(&n, "Running\nREADY=0");
    assert_string_equal(next_message(m), "STATUS=Running\\u{a}READY=0\n");
    notify_stopping(&n);
    assert_memory_equal(next_message(m), "STOPPING=1\nSTATUS=", 18);
    assert_string_equal(next_message(m), "");
    notify_close(&n);
}

static void notify__knows_the_abstract_namespace(void **state)
{
    struct manager *m = *state;
    struct notify n;
    bind_manager(m, true);
    notify_open(&n);
    notify_status(&n, "here");
    assert_string_equal(next_message(m), "STATUS=here\n");
    notify_close(&n);
}

static void notify_reloading__bears_the_moment(void **state)
{
    struct manager *m = *state;
    struct notify n;
    struct timespec before, after;
    long long usec = 0;
    bind_manager(m, false);
    notify_open(&n);
    clock_gettime(CLOCK_MONOTONIC, &before);
    notify_reloading(&n);
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_int_equal(sscanf(next_message(m), "RELOADING=1\nMONOTONIC_USEC=%lld", &usec), 1);
    assert_true(usec >= before.tv_sec * 1000000LL + before.tv_nsec / 1000);
    assert_true(usec <= after.tv_sec * 1000000LL + after.tv_nsec / 1000);
    notify_close(&n);
}

static void notify_alive__comes_at_half_of_the_watchdog_time(void **state)
{
    struct manager *m = *state;
    struct notify n;
    bind_manager(m, false);
    setenv("WATCHDOG_USEC", "120000000", 1);
    notify_open(&n);
    assert_int_equal(n.keepalive_ms, 60000);
    assert_int_equal(notify_timeout_ms(&n, 1000), 0);
    notify_alive(&n, 1000);
    assert_string_equal(next_message(m), "WATCHDOG=1\n");
    notify_alive(&n, 1999); /* busy: not more than once a second */
    assert_string_equal(next_message(m), "");
    assert_int_equal(notify_timeout_ms(&n, 60999), 1);
    notify_alive(&n, 61000);
    assert_string_equal(next_message(m), "WATCHDOG=1\n");
    assert_int_equal(notify_timeout_ms(&n, 61000), 60000);
    notify_alive(&n, 81000); /* awake for something else: the next one is due later */
    assert_string_equal(next_message(m), "WATCHDOG=1\n");
    assert_int_equal(notify_timeout_ms(&n, 81000), 60000);
    notify_close(&n);
}

static void notify_open__heeds_only_its_own_watchdog(void **state)
{
    struct manager *m = *state;
    char own[24];
    snprintf(own, sizeof own, "%ld", (long)getpid());
    const struct {
        const char *usec, *pid;
        int64_t keepalive_ms;
    } cases[] = {
        {NULL, NULL, 0},     {"2000000", NULL, 1000}, {"2000000", own, 1000},
        {"2000000", "1", 0}, {"2000000", "x", 0},     {"-5", NULL, 0},
        {"soon", NULL, 0},   {"0", NULL, 0},          {"1", own, 1},
    };
    bind_manager(m, false);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct notify n;
        unsetenv("WATCHDOG_USEC");
        unsetenv("WATCHDOG_PID");
        if (cases[i].usec)
            setenv("WATCHDOG_USEC", cases[i].usec, 1);
        if (cases[i].pid)
            setenv("WATCHDOG_PID", cases[i].pid, 1);
        notify_open(&n);
        if (n.keepalive_ms != cases[i].keepalive_ms)
            fail_msg("case %zu gives %d ms", i, (int)n.keepalive_ms);
        notify_close(&n);
    }
}

static void notify__is_silent_where_nobody_listens(void **state)
{
    static const char *const names[] = {"", "@", "/", "relative", "/nowhere/notify"};
    struct notify n;
    (void)state;
    setenv("WATCHDOG_USEC", "2000000", 1);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        notify_open(&n);
        assert_int_equal(n.fd, -1);
        assert_int_equal(notify_timeout_ms(&n, 0), -1);
        notify_ready(&n, "x");
        notify_alive(&n, 0);
        notify_close(&n);
    }
    unsetenv("NOTIFY_SOCKET");
    notify_open(&n);
    assert_int_equal(n.fd, -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(notify__tells_the_life_of_a_service),
        TEST(notify__knows_the_abstract_namespace),
        TEST(notify_reloading__bears_the_moment),
        TEST(notify_alive__comes_at_half_of_the_watchdog_time),
        TEST(notify_open__heeds_only_its_own_watchdog),
        TEST(notify__is_silent_where_nobody_listens),
    };
    return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
