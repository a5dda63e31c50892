/* One claimed delivery: sent, judged, and its result committed together with others. */
#include <inttypes.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/deliver/retry.h"
#include "core/deliver/worker_private.h"

struct dispatch *dispatch_new(struct worker *w, struct lane *lane, struct delivery *delivery)
{
    struct dispatch *dispatch = mem_zalloc(sizeof *dispatch);
    dispatch->worker = w;
    dispatch->delivery = *delivery;
    *delivery = (struct delivery){0};
    lane_add(lane, dispatch);
    w->dispatches++;
    return dispatch;
}

static void dispatch_free(struct dispatch *dispatch)
{
    dispatch->worker->dispatches--;
    dispatch->worker->room_came = true;
    lane_remove(dispatch);
    sending_free(dispatch->sending);
    delivery_release(&dispatch->delivery);
    free(dispatch);
}

bool dispatch_give_back(struct dispatch *dispatch, struct error *err)
{
    struct worker *w = dispatch->worker;
    int64_t id = dispatch->delivery.id;
    dispatch_free(dispatch);
    return outbox_give_back(w->options.store, id, worker_now_ms(w) / 1000, err);
}

bool lane_give_back_waiting(struct lane *lane, struct error *err)
{
    struct dispatch *next;
    bool ok = true;
    for (struct dispatch *dispatch = lane->first; dispatch; dispatch = next) {
        next = dispatch->next;
        if (!dispatch->sending)
            ok = dispatch_give_back(dispatch, err) && ok;
    }
    return ok;
}

/* --- results --------------------------------------------------------------------------------- */

/* Takes over the delivery of the dispatch. */
static struct result *add_result(struct dispatch *dispatch)
{
    struct worker *w = dispatch->worker;
    if (w->result_count == 0)
        w->results_since_ms = worker_now_ms(w);
    struct result *r = list_add(&w->results, &w->result_count, sizeof *r);
    r->delivery = dispatch->delivery;
    dispatch->delivery = (struct delivery){0};
    r->attempt.now = worker_now_ms(w) / 1000;
    return r;
}

void result_release(struct result *r)
{
    delivery_release(&r->delivery);
    attempt_release(&r->attempt.attempt);
    free(r->reason);
}

/* Credentials that were replaced while the attempt was under way say nothing about the new ones. */
static bool is_current(struct worker *w, const struct target *target)
{
    struct error ignored = {0}; /* a file that cannot be read now: what is known has to do */
    worker_refresh(w, &ignored);
    const struct integration *now = config_find(w->options.config, target->integration.id);
    return now && integration_equal(now, &target->integration);
}

static void decide_retry(struct result *r, const struct integration *in, const struct outcome *o)
{
    struct retry_policy policy = {.max_attempts = in->max_attempts,
                                  .max_age_s = in->max_age_h * 3600};
    uint32_t random = (uint32_t)random_below((uint64_t)UINT32_MAX + 1);
    struct retry_step step = retry_next(&policy, r->delivery.attempts + 1, r->delivery.aged_from,
                                        r->attempt.now, o->retry_after_s, random);
    r->attempt.state = step.again ? DELIVERY_PENDING : DELIVERY_FAILED;
    r->attempt.due_at = step.due_at;
    r->reason = step.again ? mem_strdup(o->reason)
                           : mem_printf("%s; not sent again: %s", o->reason, step.why_not);
}

/* Where the delivery goes after this outcome. */
static void decide(struct result *r, struct worker *w, struct target *target,
                   const struct outcome *o)
{
    switch (o->verdict) {
    case VERDICT_DELIVERED:
        r->attempt.state = DELIVERY_DELIVERED;
        r->reason = mem_strdup("");
        break;
    case VERDICT_RETRY:
        decide_retry(r, &target->integration, o);
        break;
    case VERDICT_REFUSED:
        r->hold = is_current(w, target);
        r->attempt.state = r->hold ? DELIVERY_HELD : DELIVERY_PENDING;
        r->attempt.due_at = r->hold ? 0 : r->attempt.now;
        r->reason = mem_strdup(o->reason);
        break;
    case VERDICT_FAILED:
    case VERDICT_GONE:
        r->attempt.state = DELIVERY_FAILED;
        r->reason = mem_strdup(o->reason);
        break;
    }
}

static void on_sent(void *ctx, struct sending *s)
{
    struct dispatch *dispatch = ctx;
    struct attempt *a = sending_attempt(s);
    struct result *r = add_result(dispatch);
    decide(r, dispatch->worker, sending_target(s), sending_outcome(s));
    r->attempt.attempt = *a;
    *a = (struct attempt){0};
    r->attempt.attempt.delivery_id = r->delivery.id;
    r->attempt.attempt.n = r->delivery.attempts + 1;
    dispatch_free(dispatch);
}

static bool record(struct worker *w, struct result *r, struct error *err)
{
    r->attempt.reason = r->reason;
    if (!outbox_record(w->options.store, &r->attempt, err))
        return false;
    return !r->hold || outbox_hold(w->options.store, r->delivery.integration_id, r->reason,
                                   r->attempt.now, err);
}

static bool record_all(struct worker *w, struct error *err)
{
    if (!store_begin(w->options.store, err))
        return false;
    bool ok = true;
    for (size_t i = 0; i < w->result_count && ok; i++)
        ok = record(w, &w->results[i], err);
    if (ok && store_commit(w->options.store, err))
        return true;
    store_rollback(w->options.store);
    return false;
}

bool results_commit(struct worker *w, struct error *err)
{
    if (w->result_count == 0)
        return true;
    if (!record_all(w, err)) {
        w->results_since_ms = worker_now_ms(w);
        return false;
    }
    bool ok = true;
    for (size_t i = 0; i < w->result_count; i++) {
        struct result *r = &w->results[i];
        struct lane *lane = r->hold ? lane_find(w, r->delivery.integration_id) : NULL;
        if (lane)
            ok = lane_give_back_waiting(lane, err) && ok;
        if (w->options.recorded)
            w->options.recorded(w->options.ctx, &r->delivery, &r->attempt);
        result_release(r);
    }
    free(w->results);
    w->results = NULL;
    w->result_count = 0;
    return ok;
}

bool results_due(const struct worker *w)
{
    return w->result_count >= RESULTS_PER_COMMIT ||
           (w->result_count > 0 &&
            (w->dispatches == 0 || worker_now_ms(w) - w->results_since_ms >= RESULTS_WAIT_MS));
}

/* --- sending --------------------------------------------------------------------------------- */

bool dispatch_start(struct dispatch *dispatch, struct error *err)
{
    struct worker *w = dispatch->worker;
    struct event event = {0};
    if (!outbox_event(w->options.store, dispatch->delivery.event_id, &event, err))
        return false;
    struct sending_options options = {
        .transport = w->options.transport,
        .tokens = w->tokens,
        .keyring = w->options.keyring,
        .general = &w->options.config->general,
        .target = dispatch->lane->target,
        .event = &event,
        .now_ms = worker_now_ms(w),
        .done = on_sent,
        .ctx = dispatch,
    };
    dispatch->sending = sending_new(&options);
    sending_start(dispatch->sending);
    return true;
}
