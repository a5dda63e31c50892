/* What the service says: one line for each attempt, run, reload, hold. */
#include <inttypes.h>
#include <stdio.h>

#include "core/config/secret_check.h"
#include "core/service_private.h"

/* How an attempt ended, by the state that its delivery is in now. */
struct attempt_words {
    enum log_level level;
    const char *event;
};

static const struct attempt_words attempt_words[] = {
    [DELIVERY_PENDING] = {LEVEL_NOTICE, "delivery will be tried again"},
    [DELIVERY_IN_FLIGHT] = {LEVEL_NOTICE, "delivery will be tried again"},
    [DELIVERY_DELIVERED] = {LEVEL_INFO, "delivered"},
    [DELIVERY_FAILED] = {LEVEL_ERROR, "delivery failed"},
    [DELIVERY_HELD] = {LEVEL_WARNING, "delivery held"},
};

void service_log(struct service *s, struct log_line *line)
{
    s->options.log(s->options.log_ctx, line);
    log_line_release(line);
}

void service_log_event(struct service *s, enum log_level level, const char *event,
                       const struct error *err)
{
    struct log_line line;
    log_line_init(&line, level, event);
    log_line_text(&line, "reason", err ? err->text : NULL);
    service_log(s, &line);
}

/* "2/186"; the limit is that of the integration as it is now. */
static void add_attempt_number(struct service *s, struct log_line *line, const struct delivery *d,
                               const struct attempt *a)
{
    const struct integration *in = config_find(&s->options.app->config, d->integration_id);
    char text[48];
    int64_t most = in ? in->max_attempts + 1 : 0;
    if (most >= a->n)
        snprintf(text, sizeof text, "%d/%" PRId64, a->n, most);
    else
        snprintf(text, sizeof text, "%d", a->n);
    log_line_text(line, "attempt", text);
}

void service_log_attempt(struct service *s, const struct delivery *d,
                         const struct attempt_result *r)
{
    const struct attempt *a = &r->attempt;
    struct log_line line;
    char id[DELIVERY_ID_MAX];
    delivery_id_text(d->id, id);
    log_line_init(&line, attempt_words[r->state].level, attempt_words[r->state].event);
    log_line_text(&line, "integration", d->integration_name);
    log_line_text(&line, "event", d->event_id);
    log_line_text(&line, "delivery", id);
    add_attempt_number(s, &line, d, a);
    if (a->status > 0)
        log_line_int(&line, "status", a->status);
    log_line_int(&line, "ms", a->total_us > 0 ? a->total_us / 1000 : 0);
    log_line_text(&line, "outcome", a->outcome);
    if (r->state == DELIVERY_PENDING)
        log_line_time(&line, "next", r->due_at);
    log_line_text(&line, "reason", r->reason && r->reason[0] ? r->reason : NULL);
    service_log(s, &line);
}

/* Said before anything is held for it. */
static void warn_of_secrets(struct service *s)
{
    const struct app *app = s->options.app;
    for (size_t i = 0; i < app->config.integrations.count; i++) {
        const struct integration *in = &app->config.integrations.items[i];
        struct log_line line;
        struct error why = {0};
        if (!in->enabled || integration_secrets_open(app->keyring, in, &why))
            continue;
        log_line_init(&line, LEVEL_WARNING, "secret cannot be used");
        log_line_text(&line, "integration", in->name);
        log_line_text(&line, "reason", why.text);
        service_log(s, &line);
    }
}

void service_log_config(struct service *s, const char *event)
{
    const struct config *config = &s->options.app->config;
    struct log_line line;
    int64_t next_s = 0, now_s = service_now_ms(s) / 1000;
    log_line_init(&line, LEVEL_INFO, event);
    log_line_text(&line, "configuration", config->path);
    log_line_int(&line, "integrations", (int64_t)config->integrations.count);
    log_line_int(&line, "retention_days", config->general.retention_days);
    if (service_next_daily_s(s, &next_s))
        log_line_time(&line, "next_run", next_s > now_s ? next_s : now_s);
    service_log(s, &line);
    warn_of_secrets(s);
}

/* --- runs ------------------------------------------------------------------------------------ */

static void log_run_line(struct service *s, const struct run_line *l)
{
    struct log_line line;
    bool failed = l->state == RUN_ERROR;
    if (run_line_not_evaluated(l) || (!failed && l->fresh == 0))
        return;
    log_line_init(&line, failed ? LEVEL_WARNING : LEVEL_INFO,
                  failed ? "check failed to run" : "newly failing");
    log_line_text(&line, "check", l->check->id);
    if (failed) {
        log_line_text(&line, "reason", l->error);
    } else {
        log_line_int(&line, "new", l->fresh);
        log_line_int(&line, "failing", l->failing);
    }
    service_log(s, &line);
}

void service_log_run(struct service *s, const struct run_result *result)
{
    struct log_line line;
    int64_t checks = 0, lacking = 0, fresh = 0, resolved = 0;
    for (size_t i = 0; i < result->line_count; i++) {
        const struct run_line *l = &result->lines[i];
        checks += l->state != RUN_SKIPPED;
        lacking += run_line_not_evaluated(l);
        fresh += l->fresh;
        resolved += l->resolved;
        log_run_line(s, l);
    }
    log_line_init(&line, LEVEL_INFO, "run ended");
    log_line_text(&line, "kind", s->order.kind);
    log_line_int(&line, "run", result->run_id);
    log_line_int(&line, "ms", result->time_ms);
    log_line_int(&line, "users", result->users);
    log_line_int(&line, "checks", checks);
    log_line_int(&line, "without_data", lacking);
    log_line_int(&line, "new", fresh);
    log_line_int(&line, "resolved", resolved);
    log_line_int(&line, "events", result->events);
    log_line_int(&line, "deliveries", result->deliveries);
    service_log(s, &line);
}

void service_log_pruned(struct service *s, const struct prune_counts *counts)
{
    struct log_line line;
    if (prune_counts_none(counts))
        return;
    log_line_init(&line, LEVEL_INFO, "old entries removed");
    log_line_int(&line, "deliveries", counts->deliveries);
    log_line_int(&line, "events", counts->events);
    log_line_int(&line, "findings", counts->findings);
    log_line_int(&line, "runs", counts->runs);
    log_line_int(&line, "audit", counts->audit);
    service_log(s, &line);
}

/* --- holds ----------------------------------------------------------------------------------- */

static void log_hold(struct service *s, const struct integration *in,
                     const struct integration_facts *facts)
{
    struct log_line line;
    log_line_init(&line, facts->on_hold ? LEVEL_WARNING : LEVEL_NOTICE,
                  facts->on_hold ? "integration on hold" : "integration released");
    log_line_text(&line, "integration", in->name);
    log_line_text(&line, "reason", facts->hold_reason);
    if (facts->on_hold)
        log_line_time(&line, "since", facts->hold_since);
    log_line_int(&line, facts->on_hold ? "held" : "waiting",
                 facts->on_hold ? facts->counts.held : facts->counts.waiting);
    service_log(s, &line);
}

static void follow_hold(struct service *s, const struct integration *in)
{
    struct integration_facts facts = {0};
    struct error ignored = {0}; /* it is only to be told, and is looked at again */
    bool was_held = text_list_has(&s->held, in->id);
    if (outbox_facts(s->options.app->store, in->id, &facts, &ignored) &&
        facts.on_hold != was_held) {
        log_hold(s, in, &facts);
        if (facts.on_hold)
            text_list_add(&s->held, in->id);
        else
            text_list_remove(&s->held, in->id);
    }
    integration_facts_release(&facts);
}

void service_follow_holds(struct service *s)
{
    const struct integration_list *list = &s->options.app->config.integrations;
    for (size_t i = 0; i < list->count; i++)
        follow_hold(s, &list->items[i]);
}

void service_follow_releases(struct service *s)
{
    struct text_list ids = {0};
    text_list_copy(&ids, &s->held);
    for (size_t i = 0; i < ids.count; i++) {
        const struct integration *in = config_find(&s->options.app->config, ids.items[i]);
        if (in)
            follow_hold(s, in);
        else
            text_list_remove(&s->held, ids.items[i]);
    }
    text_list_release(&ids);
    s->look_at_ms = service_monotonic_ms(s) + LOOK_AGAIN_MS;
}
