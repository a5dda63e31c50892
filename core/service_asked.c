/* Runs that a console asks the service for: taken, told how far they are, and ended. */
#include <stdio.h>
#include <stdlib.h>

#include "core/checks/recall.h"
#include "core/service_private.h"
#include "core/store/run_requests.h"

/* A failure to write here is no trouble of its own: the worker meets the same store. While somebody
 * else writes it is put off, for nothing is sent by one who waits. */
static void write_end(struct service *s)
{
    struct service_asked *a = &s->asked;
    struct store *store = s->options.app->store;
    struct error err = {0};
    const struct run_request_end end = {a->state, a->run_id, a->deliveries,
                                        a->why[0] ? a->why : NULL};
    if (store_begin_within(store, 0, &err) && run_requests_end(store, a->id, &end, &err) &&
        store_commit(store, &err)) {
        text_list_release(&a->checks);
        *a = (struct service_asked){.pressing = true};
        return;
    }
    store_rollback(store);
    a->pressing = true;
    a->next_ms = service_monotonic_ms(s) + ASKED_PAUSE_MS;
}

/* A run that ends with the service is for the next one. */
static void on_ended(void *ctx, const struct run_result *result, const struct error *why)
{
    struct service *s = ctx;
    struct service_asked *a = &s->asked;
    if (s->stopping)
        return;
    a->ended = true;
    a->state = result ? REQUEST_DONE : a->cancel ? REQUEST_CANCELLED : REQUEST_FAILED;
    a->run_id = result ? result->run_id : 0;
    a->deliveries = result ? result->deliveries : 0;
    snprintf(a->why, sizeof a->why, "%s", a->state == REQUEST_FAILED ? why->text : "");
    write_end(s);
}

static void log_asked(struct service *s, const char *event, const char *asked_by)
{
    struct log_line line;
    log_line_init(&line, LEVEL_INFO, event);
    log_line_text(&line, "by", asked_by);
    service_log(s, &line);
}

static void begin(struct service *s, const struct run_request *request)
{
    struct error err = {0};
    s->asked = (struct service_asked){.id = request->id,
                                      .next_ms = service_monotonic_ms(s) + ASKED_FIRST_MS};
    run_checks_split(request->checks, &s->asked.checks);
    const struct text_list *checks = &s->asked.checks;
    const struct service_run run = {.kind = "now",
                                    .ids =
                                        checks->count ? (const char *const *)checks->items : NULL,
                                    .id_count = checks->count,
                                    .ended = on_ended,
                                    .ctx = s};
    log_asked(s, "run begun as asked", request->asked_by);
    if (!service_start_run(s, &run, &err))
        on_ended(s, NULL, &err);
}

static void look(struct service *s)
{
    struct run_request request = {0};
    struct error ignored = {0}; /* looked at again soon */
    const bool ok =
        run_requests_take(s->options.app->store, service_now_ms(s) / 1000, &request, &ignored);
    s->asked.next_ms = service_monotonic_ms(s) + (ok ? SERVICE_SLEEP_MS : ASKED_PAUSE_MS);
    s->asked.pressing = !ok;
    if (ok && request.id > 0)
        begin(s, &request);
    run_request_release(&request);
}

static void report(struct service *s)
{
    struct service_asked *a = &s->asked;
    struct job_progress progress;
    struct error ignored = {0}; /* somebody else writes: told later */
    a->next_ms = service_monotonic_ms(s) + ASKED_PAUSE_MS;
    job_progress(s->run, &progress);
    char *lines = run_lines_tell(run_job_result(s->run));
    const bool told =
        run_requests_progress(s->options.app->store, a->id, &progress, lines, &a->cancel, &ignored);
    free(lines);
    if (!told || !a->cancel)
        return;
    const struct error why = {ERR_CANCELLED, "a console cancelled it; nothing of it was stored"};
    service_drop_run(s, &why);
}

void service_step_asked(struct service *s)
{
    if (service_monotonic_ms(s) < s->asked.next_ms)
        return;
    if (s->asked.ended)
        write_end(s);
    else if (s->asked.id > 0)
        report(s);
    else if (!s->run)
        look(s);
}

void service_woken(struct service *s)
{
    s->asked.next_ms = 0;
    s->asked.pressing = true;
}
