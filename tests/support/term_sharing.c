/* Several processes on one home, and that none of them complains of another. */
#include "tests/support/term_sharing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"

enum { EVENTS_AT_MOST = 1000 };

/* What nobody may ever be told because somebody else of us works. */
static const char *const forbidden[] = {"busy", "is locked", "another checkhook is writing",
                                        "try again"};

static void expect_calm(const char *who, const char *text)
{
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (strstr(text, forbidden[i]))
            fail_msg("%s says '%s':\n%s", who, forbidden[i], text);
}

struct run_child sharing_start_service(const struct product *p)
{
    struct run_child service =
        run_start((const char *const[]){"service", NULL}, &(struct run_options){.env = p->env});
    run_wait_text(&service, "info started ", SHARING_WAIT_MS);
    return service;
}

void sharing_end_service(struct run_child *service)
{
    expect_calm("the service", service->seen);
    assert_int_equal(run_stop(service, SIGTERM), 0);
}

struct term *sharing_start_console(const struct product *p, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "1 Integrations", 0);
    return term;
}

void sharing_end_console(struct term *term)
{
    size_t len;
    expect_calm("a console", term_output(term, &len));
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

void sharing_command(const struct product *p, const char *const *args)
{
    struct run_result r = product_run(p, args, NULL);
    bool calm = true;
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        calm = calm && !strstr(r.err, forbidden[i]);
    if (r.status == 0 && calm) {
        run_release(&r);
        return;
    }
    fprintf(stderr, "%s %s: status %d\n%s%s", args[0], args[1], r.status, r.out, r.err);
    _exit(1);
}

void sharing_start_processes(const struct product *p, sharing_work *work, pid_t *pids, int count)
{
    for (int i = 0; i < count; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            work(p, i);
            _exit(0);
        }
        assert_true(pids[i] > 0);
    }
}

void sharing_wait_for_processes(const pid_t *pids, int count)
{
    int status, failed = 0;
    for (int i = 0; i < count; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        failed += status != 0;
    }
    assert_int_equal(failed, 0);
}

void sharing_add_ticked(const struct product *p, struct receiver *receiver, const char *more)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", "Billing events", url, "auth.type=none",
                   "rate_limit=0", more);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Billing events");
}

void sharing_import(const struct product *p, const char *source, const char *prefix, int users)
{
    struct strbuf csv;
    char name[80];
    strbuf_init(&csv, 1 << 20);
    strbuf_adds(&csv, "id,login,enabled,mfa_enrolled\n");
    for (int i = 0; i < users; i++)
        strbuf_addf(&csv, "%d,%s%d@example.com,true,false\n", i, prefix, i);
    snprintf(name, sizeof name, "%s.csv", source);
    char *path = tmpdir_write(&p->dir, name, csv.text);
    SHARING_COMMAND(p, "data", "import", path, "--source", source);
    strbuf_release(&csv);
    free(path);
}

int sharing_count_deliveries(const struct product *p, const char *state)
{
    const char *const args[] = {"delivery", "list", "--json", state ? "--state" : NULL,
                                state,      NULL};
    struct run_result r = product_run(p, args, NULL);
    int count = 0;
    assert_int_equal(r.status, 0);
    for (const char *at = r.out; (at = strstr(at, "\"event\"")) != NULL; at++)
        count++;
    run_release(&r);
    return count;
}

void sharing_wait_until_delivered(const struct product *p, struct term *console, int count)
{
    int64_t give_up_ms = clock_monotonic_ms() + SHARING_WAIT_MS;
    while (sharing_count_deliveries(p, "delivered") < count) {
        if (console)
            term_find(console, "", NULL, NULL);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("%d of %d delivered", sharing_count_deliveries(p, "delivered"), count);
    }
}

void sharing_expect_each_once(struct receiver *receiver, int count)
{
    char *seen[EVENTS_AT_MOST] = {0};
    assert_in_range(count, 1, EVENTS_AT_MOST);
    assert_int_equal(receiver_count(receiver), count);
    for (int i = 0; i < count; i++) {
        const struct receiver_request *r = receiver_wait(receiver, (size_t)i, SHARING_WAIT_MS);
        seen[i] = receiver_header(r, "X-Checkhook-Event-Id");
        assert_non_null(seen[i]);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(seen[i], seen[k]);
    }
    for (int i = 0; i < count; i++)
        free(seen[i]);
}
