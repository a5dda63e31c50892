/* The engine of the service on a home of its own, under clocks that are given. */
#include "tests/support/servicebed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tests/support/fail.h"

enum { SETTLE_MS = 60000 };

const char servicebed_integration_id[] = "44444444-4444-4444-8444-444444444444";
const char servicebed_key[] = "s3cr3t-of-the-receiver";

int64_t servicebed_wall_ms, servicebed_monotonic_ms;

static int64_t given_wall_ms(void)
{
    return servicebed_wall_ms;
}

static int64_t given_monotonic_ms(void)
{
    return servicebed_monotonic_ms;
}

static void on_line(void *ctx, const struct log_line *line)
{
    struct servicebed *s = ctx;
    strbuf_addf(&s->log, "%d %s\n", (int)line->level, line->text.text);
}

void servicebed_pass(int64_t ms)
{
    servicebed_wall_ms += ms;
    servicebed_monotonic_ms += ms;
}

int servicebed_setup(void **state)
{
    struct servicebed *s = mem_zalloc(sizeof *s);
    struct error err = {0};
    servicebed_wall_ms = (int64_t)SERVICEBED_NOW_S * 1000;
    servicebed_monotonic_ms = 5000000;
    setenv("CHECKHOOK_SHARE", "share", 1);
    tmpdir_init(&s->dir);
    strbuf_init(&s->log, 1 << 20);
    servicebed_check(app_open(&s->app, s->dir.path, APP_STORE | APP_CATALOGUE, &err), &err);
    s->transport = transport_new();
    s->receiver = receiver_start();
    *state = s;
    return 0;
}

int servicebed_teardown(void **state)
{
    struct servicebed *s = *state;
    service_free(s->service);
    transport_free(s->transport);
    receiver_stop(s->receiver);
    app_close(&s->app);
    strbuf_release(&s->log);
    tmpdir_release(&s->dir);
    free(s);
    return 0;
}

void servicebed_start(struct servicebed *s)
{
    struct error err = {0};
    struct service_options options = {.app = &s->app,
                                      .transport = s->transport,
                                      .now_ms = given_wall_ms,
                                      .monotonic_ms = given_monotonic_ms,
                                      .log = on_line,
                                      .log_ctx = s};
    s->service = service_new(&options, &err);
    servicebed_check(s->service != NULL, &err);
}

void servicebed_end(struct servicebed *s)
{
    service_free(s->service);
    s->service = NULL;
}

void servicebed_step(struct servicebed *s)
{
    service_step(s->service);
    transport_poll(s->transport, NULL, 0, 0);
}

void servicebed_settle(struct servicebed *s)
{
    int64_t give_up_ms = clock_monotonic_ms() + SETTLE_MS;
    for (;;) {
        servicebed_step(s);
        int timeout_ms = service_timeout_ms(s->service);
        if (timeout_ms > 100 && transport_active(s->transport) == 0)
            return;
        transport_poll(s->transport, NULL, 0, transport_active(s->transport) > 0 ? 10 : 0);
        servicebed_pass(timeout_ms < 20 ? timeout_ms : 20);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("the service does not come to rest:\n%s", s->log.text);
    }
}

void servicebed_save_integration(struct servicebed *s)
{
    struct error err = {0};
    struct integration in;
    struct problem_list problems = {0};
    integration_init(&in);
    memcpy(in.id, servicebed_integration_id, sizeof servicebed_integration_id);
    mem_replace(&in.name, "Billing events");
    mem_replace(&in.url, receiver_url(s->receiver, "/in"));
    in.auth.type = AUTH_API_KEY;
    mem_replace(&in.auth.key_name, "X-Key");
    servicebed_check(secret_seal(s->app.keyring, true, in.id, "auth.key_value", servicebed_key,
                                 strlen(servicebed_key), SERVICEBED_NOW_S, &in.auth.key_value,
                                 &err),
                     &err);
    servicebed_check(action_save_integration(&s->app, &in,
                                             &(struct save_options){.now_s = SERVICEBED_NOW_S},
                                             NULL, &problems, &err),
                     &err);
    problem_list_release(&problems);
    integration_release(&in);
}

int64_t servicebed_enqueue(struct servicebed *s)
{
    struct error err = {0};
    char event_id[UUID_LEN + 1];
    int64_t id = 0;
    snprintf(event_id, sizeof event_id, "11111111-1111-4111-8111-%012d", s->next_event++);
    struct event event = {.id = event_id,
                          .envelope_id = event_id,
                          .kind = KIND_FINDING,
                          .check_id = (char *)(uintptr_t) "no-mfa",
                          .published_ms = servicebed_wall_ms,
                          .detail = (char *)(uintptr_t) "{\"id\":\"x\"}"};
    struct new_delivery d = {.event_id = event_id,
                             .check_id = "no-mfa",
                             .integration_id = servicebed_integration_id,
                             .integration_name = "Billing events",
                             .kind = KIND_FINDING,
                             .now = servicebed_wall_ms / 1000};
    servicebed_check(outbox_add_event(s->app.store, &event, &err) &&
                         outbox_add_delivery(s->app.store, &d, &id, &err),
                     &err);
    return id;
}

void servicebed_configure(struct servicebed *s, const char *text)
{
    free(tmpdir_write(&s->dir, "checkhook.conf", text));
}

void servicebed_add_check(struct servicebed *s, const char *id)
{
    char *path = mem_printf("checks.d/%s.conf", id);
    char *text = mem_printf("checks = ( { id = \"%s\"; title = \"Mine\"; severity = \"low\";"
                            " description = ( \"d\" ); recommended_actions = ( \"a\" );"
                            " fails = \"u.enabled = 1\"; } );",
                            id);
    free(tmpdir_write(&s->dir, path, text));
    free(text);
    free(path);
}

void servicebed_expect(struct servicebed *s, int64_t id, enum delivery_state state, int attempts)
{
    struct error err = {0};
    struct delivery d = {0};
    servicebed_check(outbox_delivery(s->app.store, id, &d, &err), &err);
    if (d.state != state || d.attempts != attempts)
        fail_msg("delivery is %s after %d attempts (%s), wanted %s after %d",
                 delivery_state_text(d.state), d.attempts, d.reason, delivery_state_text(state),
                 attempts);
    delivery_release(&d);
}

void servicebed_expect_log_at(const char *file, int line, const struct servicebed *s,
                              const char *text, size_t count)
{
    size_t found = 0;
    for (const char *at = s->log.text; (at = strstr(at, text)); at += strlen(text))
        found++;
    if (found != count)
        support_fail_at(file, line, "'%s' is there %zu times, not %zu:\n%s", text, found, count,
                        s->log.text);
}

void servicebed_check_at(const char *file, int line, bool ok, const struct error *err)
{
    if (!ok)
        support_fail_at(file, line, "unexpected error: %s", err->text);
}
