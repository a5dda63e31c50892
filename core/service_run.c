/* The jobs of the service: runs, of which the daily one is its own, and pruning. */
#include <stdio.h>

#include "core/audit.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/service_private.h"
#include "core/store/runs.h"

enum {
    DAY_S = 86400,
    LATE_S = 90, /* later than the sleep of an idle service can make it */
};

/* --- checks ---------------------------------------------------------------------------------- */

static void tell_faults(struct service *s, const struct catalogue *c)
{
    for (size_t i = 0; i < c->count; i++) {
        struct log_line line;
        if (!c->items[i].fault)
            continue;
        log_line_init(&line, LEVEL_WARNING, "check cannot be evaluated");
        log_line_text(&line, "check", c->items[i].id);
        log_line_text(&line, "reason", c->items[i].fault);
        service_log(s, &line);
    }
}

void service_load_catalogue(struct service *s, bool faults)
{
    struct app *app = s->options.app;
    struct catalogue fresh = {0};
    struct error err = {0};
    if (!catalogue_load(&fresh, app->paths.share_dir, app->paths.checks_dir, &err)) {
        service_log_event(s, LEVEL_ERROR, "checks not reloaded, the old ones stay", &err);
        return;
    }
    catalogue_release(&app->catalogue);
    app->catalogue = fresh;
    if (faults)
        tell_faults(s, &app->catalogue);
}

/* --- a run ----------------------------------------------------------------------------------- */

bool service_is_running(const struct service *s)
{
    return s->run != NULL;
}

bool service_start_run(struct service *s, const struct service_run *run, struct error *err)
{
    struct app *app = s->options.app;
    if (s->run)
        return error_set(err, ERR_BUSY, "a run of the checks is under way; wait for its end");
    if (s->stopping)
        return error_set(err, ERR_BUSY, "the service is stopping");
    service_load_catalogue(s, false);
    struct run_options options = {.store = app->store,
                                  .config = &app->config,
                                  .catalogue = &app->catalogue,
                                  .ids = run->ids,
                                  .id_count = run->id_count,
                                  .kind = run->kind,
                                  .day = run->day,
                                  .now_ms = service_now_ms(s),
                                  .actor = &s->actor};
    s->run = run_job_new(&options, err);
    s->order = *run;
    return s->run != NULL;
}

static void end_run(struct service *s, const struct run_result *result, const struct error *why)
{
    struct job *job = s->run;
    struct service_run order = s->order;
    s->run = NULL;
    if (order.ended)
        order.ended(order.ctx, result, why);
    job_free(job);
}

void service_drop_run(struct service *s, const struct error *why)
{
    if (!s->run)
        return;
    service_log_event(s, LEVEL_NOTICE, "run dropped", why);
    end_run(s, NULL, why);
}

void service_step_run(struct service *s)
{
    struct error err = {0};
    if (!s->run)
        return;
    enum job_state state = job_step(s->run, SERVICE_SLICE_MS, &err);
    if (state == JOB_RUNNING)
        return;
    if (state == JOB_DONE)
        service_log_run(s, run_job_result(s->run));
    end_run(s, state == JOB_DONE ? run_job_result(s->run) : NULL, &err);
}

/* --- the daily run --------------------------------------------------------------------------- */

static bool read_history(struct service *s, int64_t day, struct error *err)
{
    struct run last;
    bool has_run = false;
    if (!runs_last_daily(s->options.app->store, &last, err) ||
        !runs_daily_exists(s->options.app->store, day, &has_run, err))
        return false;
    s->history = (struct schedule_history){last.day, last.started_ms / 1000, has_run};
    s->history_day = day;
    return true;
}

/* Nobody else writes daily runs: the lock is ours. */
static bool know_history(struct service *s, int64_t day)
{
    struct error err = {0};
    if (s->history_day == day)
        return true;
    if (trouble_pauses(s, &s->history_trouble))
        return false;
    if (read_history(s, day, &err)) {
        s->history_trouble = (struct trouble){0};
        return true;
    }
    trouble_note(s, &s->history_trouble, "daily run cannot be planned, trying again", &err,
                 STORE_PAUSE_MS, STORE_PAUSE_MOST_MS);
    return false;
}

/* One under way counts, for it may only fail and be tried again. */
static struct schedule_history history_now(const struct service *s, int64_t day, int64_t now_s)
{
    if (s->run && s->order.day == day)
        return (struct schedule_history){day, now_s, true};
    return s->history;
}

bool service_next_daily_s(struct service *s, int64_t *at_s)
{
    struct schedule schedule = service_schedule(s);
    int64_t now_s = service_now_ms(s) / 1000, day = schedule_day(&schedule, now_s);
    if (!know_history(s, day))
        return false;
    struct schedule_history history = history_now(s, day, now_s);
    *at_s = schedule_next_s(&schedule, &history, now_s);
    return true;
}

static void note_daily(struct service *s, const struct error *why)
{
    trouble_note(s, &s->daily, "daily run failed, trying again", why, DAILY_PAUSE_MS,
                 DAILY_PAUSE_MOST_MS);
}

static void on_daily_ended(void *ctx, const struct run_result *result, const struct error *why)
{
    struct service *s = ctx;
    s->history_day = -1;
    s->prune_wanted = true;
    if (result)
        s->daily = (struct trouble){0};
    else if (why->kind != ERR_CANCELLED)
        note_daily(s, why);
}

static void log_begun(struct service *s, int64_t scheduled_s)
{
    struct log_line line;
    bool late = service_now_ms(s) / 1000 - scheduled_s > LATE_S;
    log_line_init(&line, LEVEL_INFO, late ? "daily run begun late" : "daily run begun");
    log_line_time(&line, "scheduled", scheduled_s);
    service_log(s, &line);
}

void service_start_daily(struct service *s)
{
    struct schedule schedule = service_schedule(s);
    struct error err = {0};
    int64_t at_s, now_s = service_now_ms(s) / 1000;
    if (s->run || trouble_pauses(s, &s->daily) || !service_next_daily_s(s, &at_s) || at_s > now_s)
        return;
    struct service_run run = {
        .kind = "daily", .day = schedule_day(&schedule, now_s), .ended = on_daily_ended, .ctx = s};
    if (service_start_run(s, &run, &err))
        log_begun(s, at_s);
    else
        note_daily(s, &err);
}

/* --- pruning --------------------------------------------------------------------------------- */

/* {"deliveries":"12"}, what there was any of; the caller deletes. */
static cJSON *removed_of(const struct prune_counts *counts)
{
    const struct {
        const char *name;
        int64_t count;
    } rows[] = {
        {"deliveries", counts->deliveries}, {"events", counts->events},
        {"findings", counts->findings},     {"runs", counts->runs},
        {"audit", counts->audit},
    };
    cJSON *removed = mem_check(cJSON_CreateObject());
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)rows[i].count);
        if (rows[i].count > 0)
            json_add_text(removed, rows[i].name, text);
    }
    return removed;
}

/* Not worth to wait for: the log says it as well. */
static void note_pruned(struct service *s, const struct prune_counts *counts)
{
    struct error ignored = {0};
    if (prune_counts_none(counts) || !store_begin_within(s->options.app->store, 0, &ignored))
        return;
    cJSON *removed = removed_of(counts);
    const struct audit_note note = {
        .what = "old entries removed", .before_all = removed, .actor = &s->actor};
    if (!audit_note(s->options.app, &note, &ignored) ||
        !store_commit(s->options.app->store, &ignored))
        store_rollback(s->options.app->store);
    cJSON_Delete(removed);
}

static void end_prune(struct service *s, enum job_state state, const struct error *err)
{
    s->prune_wanted = state == JOB_FAILED;
    if (state == JOB_FAILED) {
        s->prune_at_ms = service_monotonic_ms(s) + PRUNE_AGAIN_MS;
        service_log_event(s, LEVEL_WARNING, "old deliveries not removed, trying again later", err);
    } else {
        service_log_pruned(s, prune_job_counts(s->prune));
        note_pruned(s, prune_job_counts(s->prune));
    }
    job_free(s->prune);
    s->prune = NULL;
}

void service_step_prune(struct service *s)
{
    struct error err = {0};
    const int64_t days = s->options.app->config.general.retention_days;
    s->prune_wanted = s->prune_wanted || days != s->pruned_days;
    if (!s->prune_wanted || s->run || service_monotonic_ms(s) < s->prune_at_ms)
        return;
    if (!s->prune) {
        s->pruned_days = days;
        s->prune = prune_job_new(s->options.app->store, service_now_ms(s) / 1000 - days * DAY_S);
    }
    enum job_state state = job_step(s->prune, SERVICE_SLICE_MS, &err);
    s->prune_at_ms = service_monotonic_ms(s) + PRUNE_PAUSE_MS;
    if (state != JOB_RUNNING)
        end_prune(s, state, &err);
}
