/* Rules of the command line beyond single commands: questions, output that fails, many at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"

enum { WAIT_MS = 30000, WRITERS = 6 };

static struct run_result shell(const struct product *p, const char *command)
{
    const struct run_options options = {.env = p->env, .dir = p->dir.path};
    char *real = realpath(run_product(), NULL);
    const char *const argv[] = {"sh", "-c", command, real, NULL};
    struct run_result r = run_command(argv, &options);
    free(real);
    return r;
}

/* --- questions ------------------------------------------------------------------------------ */

static struct term *start_add(const struct product *p)
{
    const char *const argv[] = {
        run_product(),     "integration",     "add", "Asked", "url=https://e.example.com",
        "auth.type=basic", "auth.username=u", NULL};
    const struct term_options options = {.argv = argv, .env = p->env};
    return term_start(&options);
}

static void add__asks_for_a_missing_secret_on_a_terminal(void **state)
{
    const struct product *p = *state;
    struct term *term = start_add(p);
    term_wait_text(term, "Password:", WAIT_MS);
    term_type(term, "hunter2");
    term_key(term, "Enter");
    assert_int_equal(term_wait_exit(term, WAIT_MS), 0);
    size_t len;
    assert_null(strstr(term_output(term, &len), "hunter2"));
    term_stop(term);
    product_expect(p, 0, "auth.password          stored", "integration", "show", "Asked");
}

/* Presses a key at the question: the command ends, nothing is saved. */
static void declines_with(const struct product *p, const char *key)
{
    struct term *term = start_add(p);
    term_wait_text(term, "Password:", WAIT_MS);
    term_key(term, key);
    term_wait_text(term, "nothing was entered, nothing was changed", WAIT_MS);
    assert_int_equal(term_wait_exit(term, WAIT_MS), 1);
    term_stop(term);
    product_expect(p, 0, "no integration yet", "integration", "list");
}

static void add__takes_an_empty_answer_and_an_interrupt_for_no(void **state)
{
    declines_with(*state, "Enter");
    declines_with(*state, "C-c");
}

static void set__reads_standard_input_once(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Tickets", "url=https://e.example.com",
                   "auth.type=none");
    product_expect(p, 2, "only one secret can come from there", "integration", "set", "Tickets",
                   "auth.type=basic", "auth.username=u", "auth.password=@-", "--secret-param",
                   "body:token=@-");
    product_expect(p, 2, "nothing to change", "integration", "set", "Tickets");
}

/* --- output --------------------------------------------------------------------------------- */

static void output__that_cannot_be_written_is_no_success(void **state)
{
    const struct product *p = *state;
    struct run_result r = shell(p, "\"$0\" check list >/dev/full");
    assert_int_equal(r.status, 3);
    assert_non_null(strstr(r.err, "the output could not be written: No space left on device"));
    run_release(&r);
    r = shell(p, "mkfifo go; { read x <go; \"$0\" check list; echo $? >code; } |"
                 " { exec <&-; echo >go; }; cat code"); /* nobody reads any more */
    assert_string_equal(r.out, "3\n");
    assert_string_equal(r.err, "");
    run_release(&r);
}

static void messages__show_control_characters_as_text(void **state)
{
    const struct product *p = *state;
    product_expect(p, 2, "'a\\u{1b}[31m'", "integration", "show", "a\x1b[31m");
    product_expect(p, 2, "'\\u{1b}[2J'", "check", "show", "\x1b[2J");
}

/* --- many at once --------------------------------------------------------------------------- */

static void writers__at_once_lose_nothing(void **state)
{
    const struct product *p = *state;
    struct run_result r = shell(
        p, "for i in 1 2 3 4 5 6; do"
           " \"$0\" integration add w$i url=https://e.example.com auth.type=none & done; wait");
    assert_int_equal(r.status, 0);
    run_release(&r);
    r = PRODUCT(p, "integration", "list");
    for (int i = 1; i <= WRITERS; i++) {
        char name[24];
        snprintf(name, sizeof name, "  w%d  ", i);
        assert_non_null(strstr(r.out, name));
    }
    run_release(&r);
}

/* One user who fails no-mfa, which an integration is told of. */
static void add_ticked(const struct product *p, struct receiver *receiver)
{
    char url[200];
    char *file = tmpdir_write(&p->dir, "u.csv", "id,login,enabled,mfa_enrolled\n1,a,true,false\n");
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", "Tickets", url, "auth.type=none");
    product_expect(p, 0, "1 user,", "data", "import", file);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    free(file);
}

static void deliver__leaves_the_work_to_the_worker_there_is(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    add_ticked(p, receiver);
    product_expect(p, 0, "0 delivered", "deliver");
    char *path = tmpdir_path(&p->dir, "home/lock");
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    product_expect(p, 4, "delivering already", "deliver");
    product_expect(p, 0, "it delivers what this run found", "check", "run");
    struct run_result r = PRODUCT(p, "check", "run");
    assert_int_equal(r.status, 0);
    assert_string_equal(r.err, ""); /* this run found nothing */
    run_release(&r);
    close(fd);
    product_expect(p, 0, "1 delivered", "deliver");
    free(path);
    receiver_stop(receiver);
}

static void deliver__counts_what_is_left_in_the_store(void **state)
{
    const struct product *p = *state;
    static const char waits[] = "0 delivered, 0 failed, 1 waiting for its next attempt, 0 held.";
    struct receiver *receiver = receiver_start();
    add_ticked(p, receiver);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 600\r\n"});
    product_expect(p, 0, waits, "check", "run", "no-mfa");
    product_expect(p, 0, waits, "deliver"); /* which attempts nothing */
    product_expect(p, 0, waits, "check", "run", "no-mfa");
    product_expect(p, 0, "\"waiting\": 1", "deliver", "--json");
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "enabled=false");
    product_expect(p, 0, "0 delivered, 0 failed, 0 waiting for their next attempt, 1 held.",
                   "deliver");
    receiver_stop(receiver);
}

/* --- retry ---------------------------------------------------------------------------------- */

static void fail_one(const struct product *p, struct receiver *receiver)
{
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 404});
    add_ticked(p, receiver);
    product_expect(p, 1, "1 failed", "check", "run", "no-mfa");
}

static void retry__sends_all_or_none_and_nothing_twice(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    fail_one(p, receiver);
    product_expect(p, 2, "there is no delivery d_ff", "delivery", "retry", "d_1", "d_ff");
    product_expect(p, 0, "d_1 is sent again as d_2", "delivery", "retry", "--all-failed");
    product_expect(p, 0, "nothing to send again", "delivery", "retry", "--all-failed");
    product_expect(p, 1, "1 failed", "deliver");
    product_expect(p, 0, "d_2 is sent again as d_3", "delivery", "retry", "--all-failed");
    receiver_stop(receiver);
}

/* --- crashes -------------------------------------------------------------------------------- */

/* The limit that the kernel would apply if the program crashed now; the caller frees. */
static char *core_limit_of(pid_t pid)
{
    static const char label[] = "Max core file size";
    char path[64], line[200], soft[32] = "", hard[32] = "";
    snprintf(path, sizeof path, "/proc/%ld/limits", (long)pid);
    FILE *limits = fopen(path, "r");
    assert_non_null(limits);
    while (fgets(line, sizeof line, limits))
        if (strncmp(line, label, strlen(label)) == 0)
            assert_int_equal(sscanf(line + strlen(label), "%31s %31s", soft, hard), 2);
    fclose(limits);
    return mem_printf("%s %s", soft, hard);
}

static void crash__writes_no_memory_with_secrets(void **state)
{
    const struct product *p = *state;
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
    if (before.rlim_max == 0)
        skip(); /* nothing to forbid */
    const struct rlimit allowed = {before.rlim_max, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_CORE, &allowed), 0);
    char *url = NULL;
    struct run_child child = product_listen(p, (const char *const[]){NULL}, &url);
    assert_int_equal(setrlimit(RLIMIT_CORE, &before), 0);
    char *limit = core_limit_of(child.pid);
    assert_string_equal(limit, "0 0");
    assert_int_equal(run_stop(&child, SIGINT), 0);
    free(limit);
    free(url);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(add__asks_for_a_missing_secret_on_a_terminal),
        TEST(add__takes_an_empty_answer_and_an_interrupt_for_no),
        TEST(set__reads_standard_input_once),
        TEST(output__that_cannot_be_written_is_no_success),
        TEST(messages__show_control_characters_as_text),
        TEST(writers__at_once_lose_nothing),
        TEST(deliver__leaves_the_work_to_the_worker_there_is),
        TEST(deliver__counts_what_is_left_in_the_store),
        TEST(retry__sends_all_or_none_and_nothing_twice),
        TEST(crash__writes_no_memory_with_secrets),
    };
    return cmocka_run_group_tests_name("cli_rules", tests, NULL, NULL);
}
