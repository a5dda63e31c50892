/* The service as it runs: ready, delivering, reloading, ending, and idle when there is nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/lock.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"

/* CLEAN_END_MS: attempts have 3 s to end, else their 30. AT_ONCE_MS: sooner than that. WOKEN_MS: a
 * service that nobody woke looks once a minute. */
enum {
    WAIT_MS = 30000,
    CLEAN_END_MS = 15000,
    AT_ONCE_MS = 2900,
    WOKEN_MS = 30000,
    GIVES_UP_MS = 8000
};

static const char secret_text[] = "s3cr3t-of-the-receiver";

struct scene {
    struct product *product;
    struct receiver *receiver;
    int manager_fd; /* what a service manager would listen at */
    char notify_variable[300];
    const char *env[4];
    struct run_child service;
};

static int open_manager(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    void *product;
    product_setup(&product);
    s->product = product;
    s->receiver = receiver_start();
    snprintf(s->notify_variable, sizeof s->notify_variable, "NOTIFY_SOCKET=%s/notify",
             s->product->dir.path);
    s->manager_fd = open_manager(strchr(s->notify_variable, '=') + 1);
    s->env[0] = s->product->variable;
    s->env[1] = s->notify_variable;
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    void *product = s->product;
    if (s->service.pid > 0)
        run_stop(&s->service, SIGTERM);
    close(s->manager_fd);
    receiver_stop(s->receiver);
    product_teardown(&product);
    free(s);
    return 0;
}

static void start_service(struct scene *s)
{
    const char *const args[] = {"service", NULL};
    s->service = run_start(args, &(struct run_options){.env = s->env});
    run_wait_text(&s->service, " started ", WAIT_MS);
}

static int stop_service(struct scene *s, int signal_number)
{
    int status = run_stop(&s->service, signal_number);
    s->service = (struct run_child){0};
    return status;
}

/* Waits for a datagram that holds the text; others are passed over. */
static void wait_notification(struct scene *s, const char *text)
{
    struct pollfd fd = {.fd = s->manager_fd, .events = POLLIN};
    char message[1024];
    for (;;) {
        if (poll(&fd, 1, WAIT_MS) <= 0)
            fail_msg("'%s' was not told; there is:\n%s", text, s->service.seen);
        ssize_t len = recv(s->manager_fd, message, sizeof message - 1, 0);
        message[len > 0 ? len : 0] = '\0';
        if (strstr(message, text))
            return;
    }
}

/* An integration of the receiver that presents a key, ticked for a check that users fail. */
static void set_up_integration(const struct scene *s)
{
    char *url = mem_printf("url=%s", receiver_url(s->receiver, "/in"));
    char *file = tmpdir_write(&s->product->dir, "key", secret_text);
    char *key = mem_printf("auth.key_value=@%s", file);
    product_expect(s->product, 0, NULL, "integration", "add", "Hook", url, "auth.type=api_key",
                   "auth.key_name=X-Key", key);
    product_expect(s->product, 0, NULL, "data", "import", "share/samples/users.csv");
    product_expect(s->product, 0, NULL, "check", "enable", "no-mfa", "Hook");
    free(url);
    free(file);
    free(key);
}

/* How many runs the store has, by the history of a check that is part of each. */
static size_t count_runs(const struct scene *s)
{
    struct run_result r = PRODUCT(s->product, "check", "show", "no-mfa", "--json");
    size_t count = 0;
    const char *history = strstr(r.out, "\"history\"");
    assert_non_null(history);
    for (const char *at = history; (at = strstr(at, "\"evaluated\"")); at++)
        count++;
    run_release(&r);
    return count;
}

/* --- delivering ------------------------------------------------------------------------------ */

static void service__delivers_at_once_what_another_process_wrote(void **state)
{
    struct scene *s = *state;
    set_up_integration(s);
    start_service(s);
    wait_notification(s, "READY=1");
    run_wait_text(&s->service, "run ended kind=daily", WAIT_MS);
    receiver_wait(s->receiver, 0, WAIT_MS); /* what the run at the start found */
    run_wait_text(&s->service, "delivery=d_1 ", WAIT_MS);
    product_expect(s->product, 0, NULL, "delivery", "retry", "d_1");
    receiver_wait(s->receiver, 1, WOKEN_MS);
    const char *line = run_wait_text(&s->service, "delivery=d_2 ", WAIT_MS);
    assert_non_null(strstr(line, "attempt=1/186 status=200 ms="));
    assert_null(strstr(s->service.seen, secret_text));
    assert_int_equal(stop_service(s, SIGTERM), 0);
}

static void check_run__wakes_the_service(void **state)
{
    struct scene *s = *state;
    start_service(s);
    run_wait_text(&s->service, "run ended kind=daily", WAIT_MS);
    set_up_integration(s);
    product_expect(s->product, 0, NULL, "check", "run", "--no-deliver", "no-mfa");
    receiver_wait(s->receiver, 0, WOKEN_MS);
    assert_int_equal(stop_service(s, SIGTERM), 0);
}

/* What a refusal put on hold goes as soon as a test passes, whoever made the test. */
static void integration_test__wakes_the_service(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    set_up_integration(s);
    start_service(s);
    run_wait_text(&s->service, "delivery=d_1 ", WAIT_MS);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 200});
    product_expect(s->product, 0, "The test passed", "integration", "test", "Hook");
    /* the refused one, the test, and the one that waited */
    receiver_wait(s->receiver, 2, WOKEN_MS);
    assert_int_equal(stop_service(s, SIGTERM), 0);
}

static void service__makes_up_for_a_missed_run_once(void **state)
{
    struct scene *s = *state;
    set_up_integration(s);
    start_service(s);
    run_wait_text(&s->service, "daily run begun late", WAIT_MS);
    run_wait_text(&s->service, "run ended kind=daily", WAIT_MS);
    assert_int_equal(stop_service(s, SIGTERM), 0);
    assert_int_equal(count_runs(s), 1);
    start_service(s);
    kill(s->service.pid, SIGHUP); /* answered after the first step, when a run would have begun */
    run_wait_text(&s->service, "configuration reloaded", WAIT_MS);
    assert_null(strstr(s->service.seen, "run begun"));
    assert_int_equal(stop_service(s, SIGINT), 0);
    assert_int_equal(count_runs(s), 1);
}

/* --- the end --------------------------------------------------------------------------------- */

static void start_hanging(struct scene *s)
{
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    set_up_integration(s);
    start_service(s);
    receiver_wait(s->receiver, 0, WAIT_MS);
}

static void service__gives_back_what_hangs_when_it_ends(void **state)
{
    struct scene *s = *state;
    start_hanging(s);
    int64_t began_ms = clock_monotonic_ms();
    kill(s->service.pid, SIGTERM);
    wait_notification(s, "STOPPING=1");
    run_wait_text(&s->service, "stopped given_back=1", WAIT_MS);
    assert_int_equal(stop_service(s, 0), 0);
    assert_true(clock_monotonic_ms() - began_ms < CLEAN_END_MS);
    product_expect(s->product, 0, "\"attempts\": 0", "delivery", "list", "--state", "pending",
                   "--json");
}

static void service__ends_at_once_at_the_second_signal(void **state)
{
    struct scene *s = *state;
    start_hanging(s);
    int64_t began_ms = clock_monotonic_ms();
    kill(s->service.pid, SIGINT);
    run_wait_text(&s->service, "stopping sending=1", WAIT_MS);
    kill(s->service.pid, SIGINT);
    run_wait_text(&s->service, "stopped given_back=1", WAIT_MS);
    assert_true(clock_monotonic_ms() - began_ms < AT_ONCE_MS);
    assert_int_equal(stop_service(s, 0), 0);
}

/* --- reloading ------------------------------------------------------------------------------- */

static void service__reloads_on_sighup(void **state)
{
    struct scene *s = *state;
    start_service(s);
    wait_notification(s, "READY=1");
    run_wait_text(&s->service, "run ended kind=daily", WAIT_MS);
    free(tmpdir_write(&s->product->dir, "home/checkhook.conf", "schedule = { hour = 99; };\n"));
    kill(s->service.pid, SIGHUP);
    wait_notification(s, "RELOADING=1");
    wait_notification(s, "READY=1");
    run_wait_text(&s->service, "configuration not reloaded, the old one stays", WAIT_MS);
    run_wait_text(&s->service, "schedule.hour", WAIT_MS);
    free(tmpdir_write(&s->product->dir, "home/checkhook.conf",
                      "schedule = { hour = 23; minute = 59; };\n"));
    kill(s->service.pid, SIGHUP);
    run_wait_text(&s->service, "configuration reloaded", WAIT_MS);
    run_wait_text(&s->service, "T23:59:00Z", WAIT_MS);
    assert_int_equal(stop_service(s, SIGTERM), 0);
}

/* --- who delivers ---------------------------------------------------------------------------- */

static void service__says_who_delivers_already(void **state)
{
    struct scene *s = *state;
    start_service(s);
    char *who = mem_printf("the service (process %ld) is delivering already", (long)s->service.pid);
    product_expect(s->product, 4, who, "service");
    free(who);
}

static void service__takes_over_from_a_console_that_gives_way(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct worker_lock lock;
    const char *const args[] = {"service", NULL};
    product_expect(s->product, 0, NULL, "config", "set", "retention_days=90"); /* makes the home */
    char *path = tmpdir_path(&s->product->dir, "home/lock");
    char *wake = tmpdir_path(&s->product->dir, "home/wake");
    assert_true(worker_lock_take(&lock, path, wake, "console", &err));
    s->service = run_start(args, &(struct run_options){.env = s->env});
    struct pollfd asked = {.fd = lock.wake_fd, .events = POLLIN};
    assert_int_equal(poll(&asked, 1, WAIT_MS), 1);
    assert_true(worker_wake_drain(&lock));
    run_wait_text(&s->service, "waiting to take over", WAIT_MS);
    run_wait_text(&s->service, "an open console", WAIT_MS);
    kill(s->service.pid, SIGHUP); /* no reason to give up; the second question comes after it */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(poll(&asked, 1, WAIT_MS), 1);
        assert_true(worker_wake_drain(&lock));
    }
    worker_lock_release(&lock);
    wait_notification(s, "READY=1");
    assert_int_equal(stop_service(s, SIGTERM), 0);
    free(path);
    free(wake);
}

static void service__ends_while_it_waits_to_take_over(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct worker_lock lock;
    const char *const args[] = {"service", NULL};
    product_expect(s->product, 0, NULL, "config", "set", "retention_days=90");
    char *path = tmpdir_path(&s->product->dir, "home/lock");
    char *wake = tmpdir_path(&s->product->dir, "home/wake");
    assert_true(worker_lock_take(&lock, path, wake, "console", &err));
    s->service = run_start(args, &(struct run_options){.env = s->env});
    run_wait_text(&s->service, "waiting to take over", WAIT_MS);
    int64_t began_ms = clock_monotonic_ms();
    stop_service(s, SIGTERM);
    assert_true(clock_monotonic_ms() - began_ms < GIVES_UP_MS);
    worker_lock_release(&lock);
    free(path);
    free(wake);
}

static void service__needs_the_key_of_its_secrets(void **state)
{
    struct scene *s = *state;
    set_up_integration(s);
    char *path = tmpdir_path(&s->product->dir, "home/secret.key");
    assert_int_equal(unlink(path), 0);
    product_expect(s->product, 3, "secret.key", "service");
    free(path);
}

/* --- rest ------------------------------------------------------------------------------------ */

/* How often the process has gone to sleep so far. */
static long count_sleeps(pid_t pid)
{
    char path[64], line[200];
    long count = -1;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "voluntary_ctxt_switches: %ld", &count) == 1)
            break;
    fclose(file);
    assert_true(count >= 0);
    return count;
}

/* Until it has not woken up for a while. */
static void wait_for_rest(pid_t pid)
{
    struct pollfd none = {.fd = -1};
    int64_t give_up_ms = clock_monotonic_ms() + WAIT_MS;
    for (long before = -1, now = 0; before != now; poll(&none, 1, 700)) {
        before = now;
        now = count_sleeps(pid);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("it does not come to rest");
    }
}

/* Watches it for some seconds: at most two wake-ups a minute are allowed. */
static void service__sleeps_when_there_is_nothing_to_do(void **state)
{
    struct scene *s = *state;
    struct pollfd none = {.fd = -1};
    set_up_integration(s);
    start_service(s);
    run_wait_text(&s->service, "run ended kind=daily", WAIT_MS);
    run_wait_text(&s->service, "delivered", WAIT_MS);
    wait_for_rest(s->service.pid);
    long before = count_sleeps(s->service.pid);
    poll(&none, 1, 4000);
    assert_in_range(count_sleeps(s->service.pid) - before, 0, 1);
}

static void service__shows_the_watchdog_that_it_lives(void **state)
{
    struct scene *s = *state;
    s->env[2] = "WATCHDOG_USEC=400000";
    start_service(s);
    for (int i = 0; i < 4; i++)
        wait_notification(s, "WATCHDOG=1");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(service__delivers_at_once_what_another_process_wrote),
        TEST(check_run__wakes_the_service),
        TEST(integration_test__wakes_the_service),
        TEST(service__makes_up_for_a_missed_run_once),
        TEST(service__gives_back_what_hangs_when_it_ends),
        TEST(service__ends_at_once_at_the_second_signal),
        TEST(service__reloads_on_sighup),
        TEST(service__says_who_delivers_already),
        TEST(service__takes_over_from_a_console_that_gives_way),
        TEST(service__ends_while_it_waits_to_take_over),
        TEST(service__needs_the_key_of_its_secrets),
        TEST(service__sleeps_when_there_is_nothing_to_do),
        TEST(service__shows_the_watchdog_that_it_lives),
    };
    return cmocka_run_group_tests_name("cli_service", tests, NULL, NULL);
}
