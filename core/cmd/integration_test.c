/* checkhook integration test: one test event or sample, its steps as they happen, and the answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/config/secret_check.h"
#include "core/deliver/conntest.h"
#include "core/store/lock.h"

static double ms(int64_t us)
{
    return (double)us / 1000.0;
}

static void print_step(enum test_step step, const struct test_step_result *r)
{
    if (r->state != STEP_OK && r->state != STEP_BAD)
        return;
    char *detail = text_safe(r->detail);
    printf("  %-4s %-12s %8.1f ms  %s\n", r->state == STEP_OK ? "ok" : "FAIL",
           test_step_label(step), ms(r->time_us), detail);
    fflush(stdout);
    free(detail);
}

static bool settled(const struct test_step_result *r)
{
    return r->state != STEP_NOT_REACHED && r->state != STEP_UNDER_WAY;
}

/* Which address the name led to is known once the connection stands. */
static bool complete(const struct test_step_result *steps, size_t step)
{
    return settled(&steps[step]) && (step != TEST_RESOLVE || settled(&steps[TEST_CONNECT]));
}

/* Waits for the end; shows each step when it is done, unless the output is JSON. */
static void follow(struct conntest *t, struct transport *transport, bool show)
{
    size_t shown = 0;
    bool done;
    do {
        done = conntest_done(t);
        const struct test_step_result *steps = conntest_steps(t);
        for (; shown < TEST_STEP_COUNT && (done || complete(steps, shown)); shown++)
            if (show)
                print_step((enum test_step)shown, &steps[shown]);
        if (!done)
            transport_poll(transport, NULL, 0, 1000);
    } while (!done);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void add_steps(cJSON *out, const struct conntest *t)
{
    const struct test_step_result *steps = conntest_steps(t);
    cJSON *array = json_add_array(out, "steps");
    for (size_t i = 0; i < TEST_STEP_COUNT; i++) {
        if (steps[i].state != STEP_OK && steps[i].state != STEP_BAD)
            continue;
        cJSON *row = cJSON_CreateObject();
        json_add_text(row, "name", test_step_name((enum test_step)i));
        json_add_flag(row, "ok", steps[i].state == STEP_OK);
        cJSON_AddNumberToObject(row, "time_ms", ms(steps[i].time_us));
        json_add_text(row, "detail", steps[i].detail);
        cJSON_AddItemToArray(array, row);
    }
}

static void add_headers(cJSON *object, const char *json)
{
    cJSON *headers = json ? cJSON_Parse(json) : NULL;
    cJSON_AddItemToObject(object, "headers", headers ? headers : cJSON_CreateObject());
}

static void add_exchange(cJSON *out, const struct attempt *a)
{
    struct strbuf body;
    cJSON *request = json_add_object(out, "request");
    add_headers(request, a ? a->request_headers : NULL);
    cJSON *response = json_add_object(out, "response");
    add_headers(response, a ? a->response_headers : NULL);
    strbuf_init(&body, 256 * 1024);
    if (a && a->response_body)
        text_safe_add(&body, a->response_body, a->response_len, true);
    json_add_text(response, "body", body.text);
    strbuf_release(&body);
}

static void print_result_json(const struct conntest *t, bool ok)
{
    const struct outcome *o = conntest_outcome(t);
    cJSON *out = cJSON_CreateObject();
    json_add_flag(out, "ok", ok);
    json_add_int(out, "status", o->status);
    cJSON_AddNumberToObject(out, "time_ms", ms(conntest_time_us(t)));
    json_add_text(out, "reason", o->reason);
    json_add_text(out, "event", conntest_event_id(t));
    add_steps(out, t);
    add_exchange(out, conntest_attempt(t));
    print_json(out);
}

/* --- text --------------------------------------------------------------------------------- */

static void print_result(const struct conntest *t, bool ok)
{
    const struct outcome *o = conntest_outcome(t);
    const struct attempt *a = conntest_attempt(t);
    char *reason = text_safe(o->reason), *advice = text_safe(conntest_advice(t));
    printf("%s%s%s\n", ok ? "The test passed" : "The test failed", reason[0] ? ": " : ".", reason);
    if (!ok && advice[0])
        printf("Try next: %s\n", advice);
    if (!ok && a && a->response_len > 0) {
        struct strbuf body;
        strbuf_init(&body, 256 * 1024);
        text_safe_add(&body, a->response_body, a->response_len, true);
        printf("Answer: %s%s\n", body.text, a->response_cut ? " (cut here)" : "");
        strbuf_release(&body);
    }
    free(reason);
    free(advice);
}

static void report(const struct cmd *cmd, const struct conntest *t, bool ok)
{
    if (cmd->json)
        print_result_json(t, ok);
    else
        print_result(t, ok);
    if (conntest_unrecorded(t)[0])
        print_note("%s", conntest_unrecorded(t));
    else if (ok)
        worker_wake(cmd->app.paths.wake_file); /* what was on hold can go */
}

static int test(struct cmd *cmd)
{
    struct error err = {0};
    const struct integration *in = named_integration(cmd, cmd->args[0], &err);
    if (!in)
        return cmd_fail(&err);
    /* A key that cannot be used is no answer of the receiver. */
    if (!integration_secrets_open(cmd->app.keyring, in, &err) && err.kind == ERR_CRYPTO)
        return cmd_fail(&err);
    struct transport *transport = transport_new();
    struct conntest_options options = {.transport = transport,
                                       .store = cmd->app.store,
                                       .general = &cmd->app.config.general,
                                       .keyring = cmd->app.keyring,
                                       .integration = in,
                                       .sample = cmd_has(cmd, "sample"),
                                       .now_ms = clock_now_ms()};
    struct conntest *t = conntest_start(&options);
    follow(t, transport, !cmd->json);
    bool ok = conntest_outcome(t)->verdict == VERDICT_DELIVERED;
    report(cmd, t, ok);
    conntest_free(t);
    transport_free(transport);
    return ok ? EXIT_DONE : EXIT_NO;
}

static const struct option test_options[] = {
    {"sample", NULL,
     "send a notification in its own format, with invented users, marked as a test"},
    {NULL, NULL, NULL},
};

const struct command cmd_integration_test = {
    .group = "integration",
    .verb = "test",
    .arguments = "NAME",
    .summary = "Test Connectivity: send one test event and explain what came of it",
    .details = "Exit 0 when the receiver accepted it, 1 when not.",
    .options = test_options,
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE,
    .run = test,
};
