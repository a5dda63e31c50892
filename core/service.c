/* The engine of the service: what is due is done, what fails is tried again after a pause. */
#include "core/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/service_private.h"

int64_t service_now_ms(const struct service *s)
{
    return s->options.now_ms ? s->options.now_ms() : clock_now_ms();
}

int64_t service_monotonic_ms(const struct service *s)
{
    return s->options.monotonic_ms ? s->options.monotonic_ms() : clock_monotonic_ms();
}

struct schedule service_schedule(const struct service *s)
{
    const struct general *general = &s->options.app->config.general;
    return (struct schedule){general->schedule_hour, general->schedule_minute};
}

/* --- trouble --------------------------------------------------------------------------------- */

void trouble_note(struct service *s, struct trouble *t, const char *event, const struct error *err,
                  int64_t first_ms, int64_t most_ms)
{
    t->failures++;
    t->again_ms = service_monotonic_ms(s) + schedule_pause(t->failures, first_ms, most_ms);
    if (strcmp(t->text, err->text) == 0)
        return;
    snprintf(t->text, sizeof t->text, "%s", err->text);
    service_log_event(s, LEVEL_ERROR, event, err);
}

bool trouble_pauses(const struct service *s, const struct trouble *t)
{
    return t->failures > 0 && service_monotonic_ms(s) < t->again_ms;
}

/* --- configuration --------------------------------------------------------------------------- */

/* A secret that was sealed with a key that is not here would put its integration on hold. */
static void check_key(struct service *s)
{
    struct error err = {0};
    if (config_has_sealed(&s->options.app->config) &&
        !keyring_load(s->options.app->keyring, false, &err))
        service_log_event(s, LEVEL_ERROR, "secrets cannot be opened", &err);
}

static void on_reloaded(void *ctx)
{
    ((struct service *)ctx)->config_news = true;
}

static void tell_config_fault(struct service *s, const struct error *err)
{
    if (strcmp(s->config_fault, err->text) == 0)
        return;
    snprintf(s->config_fault, sizeof s->config_fault, "%s", err->text);
    service_log_event(s, LEVEL_ERROR, "configuration not reloaded, the old one stays", err);
}

/* Also notices what the worker has read. */
static void follow_config(struct service *s)
{
    struct error err = {0};
    bool changed = false;
    if (!config_refresh(&s->options.app->config, &changed, &err)) {
        tell_config_fault(s, &err);
        return;
    }
    if (changed)
        worker_config_changed(s->worker);
    s->config_news = s->config_news || changed || s->config_fault[0];
    s->config_fault[0] = '\0';
    if (!s->config_news)
        return;
    s->config_news = false;
    check_key(s);
    service_log_config(s, "configuration reloaded");
}

void service_reload(struct service *s)
{
    s->config_fault[0] = '\0'; /* who asks is told again */
    s->config_news = true;
    follow_config(s);
    s->catalogue_wanted = true;
}

/* A run under way points into the checks. */
static void follow_catalogue(struct service *s)
{
    if (s->run || !s->catalogue_wanted)
        return;
    s->catalogue_wanted = false;
    service_load_catalogue(s, true);
}

/* --- the worker ------------------------------------------------------------------------------ */

static void on_recorded(void *ctx, const struct delivery *d, const struct attempt_result *r)
{
    struct service *s = ctx;
    bool was_held = text_list_has(&s->held, d->integration_id);
    if (was_held && r->state != DELIVERY_HELD)
        service_follow_releases(s);
    service_log_attempt(s, d, r);
    if (!was_held && r->state == DELIVERY_HELD)
        service_follow_holds(s);
}

static void step_worker(struct service *s)
{
    struct error err = {0};
    if (trouble_pauses(s, &s->store))
        return;
    if (!worker_step(s->worker, &err)) {
        trouble_note(s, &s->store, "store cannot be used, trying again", &err, STORE_PAUSE_MS,
                     STORE_PAUSE_MOST_MS);
        return;
    }
    if (s->store.failures > 0)
        service_log_event(s, LEVEL_NOTICE, "store can be used again", NULL);
    s->store = (struct trouble){0};
}

/* --- public ---------------------------------------------------------------------------------- */

struct service *service_new(const struct service_options *options, struct error *err)
{
    struct service *s = mem_zalloc(sizeof *s);
    actor_service(&s->actor);
    struct worker_options worker = {.transport = options->transport,
                                    .store = options->app->store,
                                    .config = &options->app->config,
                                    .keyring = options->app->keyring,
                                    .now_ms = options->now_ms,
                                    .recorded = on_recorded,
                                    .reloaded = on_reloaded,
                                    .ctx = s};
    s->options = *options;
    s->history_day = -1;
    if (!run_requests_recover(options->app->store, err)) {
        free(s);
        return NULL;
    }
    s->worker = worker_new(&worker);
    service_log_config(s, "started");
    service_load_catalogue(s, true);
    service_follow_holds(s);
    return s;
}

void service_step(struct service *s)
{
    if (!s->stopping)
        follow_config(s);
    step_worker(s);
    if (s->stopping || trouble_pauses(s, &s->store))
        return;
    if (s->held.count > 0 && service_monotonic_ms(s) >= s->look_at_ms)
        service_follow_releases(s);
    service_start_daily(s);
    service_step_run(s);
    follow_catalogue(s);
    service_step_asked(s);
    service_step_prune(s);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* The worker's affairs alone, and the end of the pause that they are in. */
static int64_t worker_wait_ms(struct service *s)
{
    if (s->store.failures > 0)
        return s->store.again_ms - service_monotonic_ms(s);
    int timeout_ms = worker_timeout_ms(s->worker);
    return timeout_ms < 0 ? SERVICE_SLEEP_MS : timeout_ms;
}

/* The moment that it is due, and the end of the pause after a failure. */
static int64_t daily_wait_ms(struct service *s)
{
    int64_t at_s, now_ms = service_monotonic_ms(s);
    if (!service_next_daily_s(s, &at_s))
        return s->history_trouble.again_ms - now_ms;
    int64_t wait_ms = at_s * 1000 - service_now_ms(s), pause_ms = s->daily.again_ms - now_ms;
    return s->daily.failures > 0 && pause_ms > wait_ms ? pause_ms : wait_ms;
}

int service_timeout_ms(struct service *s)
{
    int64_t wait_ms = earlier(SERVICE_SLEEP_MS, worker_wait_ms(s));
    if (s->stopping) {
        wait_ms = earlier(wait_ms, s->stop_by_ms - service_monotonic_ms(s));
    } else if (s->store.failures == 0) {
        wait_ms = s->run ? 0 : earlier(wait_ms, daily_wait_ms(s));
        if (s->asked.pressing)
            wait_ms = earlier(wait_ms, s->asked.next_ms - service_monotonic_ms(s));
        if (s->prune_wanted && !s->run)
            wait_ms = earlier(wait_ms, s->prune_at_ms - service_monotonic_ms(s));
    }
    return wait_ms < 0 ? 0 : (int)wait_ms;
}

void service_status(struct service *s, char out[SERVICE_STATUS_MAX])
{
    char next[TIME_TEXT_MAX];
    int64_t at_s;
    if (s->store.failures > 0) {
        snprintf(out, SERVICE_STATUS_MAX, "The store cannot be used: %.100s", s->store.text);
    } else if (!service_next_daily_s(s, &at_s)) {
        snprintf(out, SERVICE_STATUS_MAX, "Delivering; no daily run: %.100s",
                 s->history_trouble.text);
    } else if (s->daily.failures > 0) {
        snprintf(out, SERVICE_STATUS_MAX, "Delivering; the daily run fails: %.100s", s->daily.text);
    } else {
        time_format(at_s, next);
        snprintf(out, SERVICE_STATUS_MAX, "%s; the next daily run is due at %s",
                 s->run ? "Running checks" : "Delivering", next);
    }
}

void service_stop(struct service *s)
{
    if (s->stopping)
        return;
    s->stopping = true;
    s->stop_by_ms = service_monotonic_ms(s) + SERVICE_FINISH_MS;
    worker_stop_claiming(s->worker);
    struct log_line line;
    log_line_init(&line, LEVEL_INFO, "stopping");
    log_line_int(&line, "sending", (int64_t)worker_sending(s->worker));
    service_log(s, &line);
    const struct error why = {ERR_CANCELLED,
                              "the service was stopped; nothing of this run was stored"};
    service_drop_run(s, &why);
    job_free(s->prune);
    s->prune = NULL;
}

bool service_stopped(const struct service *s)
{
    return s->stopping &&
           (worker_sending(s->worker) == 0 || service_monotonic_ms(s) >= s->stop_by_ms);
}

void service_free(struct service *s)
{
    struct log_line line;
    if (!s)
        return;
    log_line_init(&line, LEVEL_INFO, "stopped");
    log_line_int(&line, "given_back", (int64_t)worker_sending(s->worker));
    worker_free(s->worker);
    job_free(s->run);
    job_free(s->prune);
    service_log(s, &line);
    text_list_release(&s->held);
    text_list_release(&s->asked.checks);
    free(s);
}
