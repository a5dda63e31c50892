/* What came of deliveries: judged at once, committed many at a time. */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/config/access.h"
#include "core/deliver/retry.h"
#include "core/deliver/worker_private.h"

/* Takes over the delivery. */
static struct result *new_result(struct worker *w, struct delivery *delivery)
{
    if (w->result_count == 0)
        w->results_since_ms = worker_now_ms(w);
    if (w->result_count == w->result_room) {
        w->result_room = w->result_room == 0 ? RESULTS_PER_COMMIT : w->result_room * 2;
        w->results = mem_realloc(w->results, w->result_room * sizeof *w->results);
    }
    struct result *r = &w->results[w->result_count++];
    *r = (struct result){.delivery = *delivery, .attempt.now = worker_now_ms(w) / 1000};
    *delivery = (struct delivery){0};
    return r;
}

static void result_release(struct result *r)
{
    delivery_release(&r->delivery);
    attempt_release(&r->attempt.attempt);
    free(r->reason);
    target_unref(r->hold);
}

/* Credentials that were replaced while the attempt was under way say nothing about the new ones. */
static bool is_current(struct worker *w, const struct target *target)
{
    struct error ignored = {0}; /* a file that cannot be read now: what is known has to do */
    worker_refresh(w, &ignored);
    const struct integration *now = config_find(w->options.config, target->integration.id);
    return now && integration_equal(now, &target->integration);
}

static void drop_outdated_hold(struct worker *w, struct result *r)
{
    if (!r->hold || is_current(w, r->hold))
        return;
    target_unref(r->hold);
    r->hold = NULL;
    r->attempt.state = DELIVERY_PENDING;
    r->attempt.due_at = r->attempt.now;
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
        r->hold = target_ref(target);
        r->attempt.state = DELIVERY_HELD;
        r->reason = mem_strdup(o->reason);
        drop_outdated_hold(w, r);
        break;
    case VERDICT_FAILED:
    case VERDICT_GONE:
        r->attempt.state = DELIVERY_FAILED;
        r->reason = mem_strdup(o->reason);
        break;
    }
    r->attempt.reason = r->reason;
}

void results_add(struct worker *w, struct delivery *delivery, struct sending *s)
{
    struct attempt *a = sending_attempt(s);
    struct result *r = new_result(w, delivery);
    decide(r, w, sending_target(s), sending_outcome(s));
    r->attempt.attempt = *a;
    *a = (struct attempt){0};
    r->attempt.attempt.delivery_id = r->delivery.id;
    r->attempt.attempt.n = r->delivery.attempts + 1;
    r->attempt.integration_id = r->delivery.integration_id;
    struct lane *lane = r->hold ? lane_find(w, r->delivery.integration_id) : NULL;
    if (lane)
        lane_withdraw(lane); /* nothing more is begun, also before the hold is committed */
}

/* Also where the clock was set back since. */
static bool have_waited(const struct worker *w)
{
    int64_t waited_ms = worker_now_ms(w) - w->results_since_ms;
    return waited_ms < 0 || waited_ms >= RESULTS_WAIT_MS;
}

void results_add_failed(struct worker *w, struct delivery *delivery, const char *reason)
{
    struct result *r = new_result(w, delivery);
    r->reason = mem_strdup(reason);
    r->attempt.state = DELIVERY_FAILED;
    r->attempt.reason = r->reason;
    r->attempt.integration_id = r->delivery.integration_id;
    r->attempt.attempt = (struct attempt){.delivery_id = r->delivery.id,
                                          .n = r->delivery.attempts + 1,
                                          .started_ms = worker_now_ms(w),
                                          .outcome = mem_strdup(verdict_text(VERDICT_FAILED)),
                                          .reason = mem_strdup(reason),
                                          .resolve_us = -1,
                                          .connect_us = -1,
                                          .tls_us = -1,
                                          .first_byte_us = -1,
                                          .total_us = -1};
}

bool results_due(const struct worker *w)
{
    bool last = w->claimed == 0 || (w->stopping && w->sending == 0);
    return w->result_count >= RESULTS_PER_COMMIT ||
           (w->result_count > 0 && (last || have_waited(w)));
}

static bool record_holds(struct worker *w, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < w->result_count && ok; i++) {
        const struct result *r = &w->results[i];
        char print[ACCESS_PRINT_MAX];
        if (!r->hold)
            continue;
        access_print(&r->hold->integration, print);
        ok = outbox_hold_access(w->options.store, r->delivery.integration_id, r->reason, print,
                                r->attempt.now, err);
    }
    return ok;
}

bool results_record(struct worker *w, struct error *err)
{
    const struct attempt_result **list = mem_zalloc((w->result_count + 1) * sizeof *list);
    for (size_t i = 0; i < w->result_count; i++) {
        /* Whoever saves credentials holds the store meanwhile: what is current now stays so. */
        drop_outdated_hold(w, &w->results[i]);
        list[i] = &w->results[i].attempt;
    }
    bool ok =
        outbox_record_all(w->options.store, list, w->result_count, err) && record_holds(w, err);
    free(list);
    w->results_since_ms = worker_now_ms(w);
    return ok;
}

void results_forget(struct worker *w)
{
    for (size_t i = 0; i < w->result_count; i++) {
        struct result *r = &w->results[i];
        w->look_again = w->look_again || r->attempt.state == DELIVERY_PENDING;
        if (w->options.recorded)
            w->options.recorded(w->options.ctx, &r->delivery, &r->attempt);
        result_release(r);
    }
    w->result_count = 0;
}

void results_release(struct worker *w)
{
    for (size_t i = 0; i < w->result_count; i++)
        result_release(&w->results[i]);
    free(w->results);
    w->results = NULL;
    w->result_count = 0;
}
