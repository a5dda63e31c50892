/* One claimed delivery: sent in its turn, or given back. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/deliver/worker_private.h"

struct dispatch *dispatch_new(struct lane *lane, struct delivery *delivery)
{
    struct dispatch *dispatch = mem_zalloc(sizeof *dispatch);
    dispatch->worker = lane->worker;
    dispatch->delivery = *delivery;
    *delivery = (struct delivery){0};
    lane_add(lane, dispatch);
    return dispatch;
}

static bool read_event(struct dispatch *dispatch, struct error *err)
{
    return outbox_event_of(dispatch->worker->options.store, &dispatch->delivery, &dispatch->event,
                           err);
}

static void forget_event(struct dispatch *dispatch)
{
    dispatch->worker->event_bytes -= dispatch->event_bytes;
    dispatch->event_bytes = 0;
    event_release(&dispatch->event);
}

bool dispatch_read_ahead(struct dispatch *dispatch, struct error *err)
{
    const struct event *e = &dispatch->event;
    if (dispatch->worker->event_bytes >= EVENTS_BYTES)
        return true;
    if (!read_event(dispatch, err))
        return false;
    dispatch->event_bytes = strlen(e->detail) + (e->explain ? strlen(e->explain) : 0);
    dispatch->worker->event_bytes += dispatch->event_bytes;
    return true;
}

void dispatch_free(struct dispatch *dispatch)
{
    lane_remove(dispatch);
    forget_event(dispatch);
    sending_free(dispatch->sending);
    delivery_release(&dispatch->delivery);
    free(dispatch);
}

void queue_drop(struct queue *queue)
{
    for (struct dispatch *d = queue->first, *next; d; d = next) {
        next = d->next;
        dispatch_free(d);
    }
}

bool queue_give_back(struct worker *w, const struct queue *queue, struct error *err)
{
    int64_t now_s = worker_now_ms(w) / 1000;
    bool ok = true;
    for (const struct dispatch *d = queue->first; ok && d; d = d->next)
        ok = outbox_give_back(w->options.store, d->delivery.id, now_s, err);
    return ok;
}

static void on_sent(void *ctx, struct sending *s)
{
    struct dispatch *dispatch = ctx;
    results_add(dispatch->worker, &dispatch->delivery, s);
    dispatch_free(dispatch);
}

/* Its event is gone (somebody edited the database): that must keep nobody else waiting. */
static bool end_without_event(struct dispatch *dispatch, const struct error *why, struct error *err)
{
    if (why->kind != ERR_NOT_FOUND) {
        *err = *why;
        return false;
    }
    results_add_failed(dispatch->worker, &dispatch->delivery, why->text);
    dispatch_free(dispatch);
    return true;
}

bool dispatch_start(struct dispatch *dispatch, struct error *err)
{
    struct worker *w = dispatch->worker;
    struct error why = {0};
    if (!dispatch->event.id && !read_event(dispatch, &why))
        return end_without_event(dispatch, &why, err);
    struct sending_options options = {
        .transport = w->options.transport,
        .tokens = w->tokens,
        .keyring = w->options.keyring,
        .general = &w->options.config->general,
        .target = dispatch->lane->target,
        .event = &dispatch->event,
        .now_ms = worker_now_ms(w),
        .done = on_sent,
        .ctx = dispatch,
    };
    dispatch->sending = sending_new(&options);
    forget_event(dispatch);
    lane_begin(dispatch);
    sending_start(dispatch->sending);
    return true;
}
