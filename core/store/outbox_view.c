/* Keeps a stretch of the deliveries in memory, and moves it along. */
#include "core/store/outbox_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/outbox_rows.h"

void outbox_view_release(struct outbox_view *v)
{
    delivery_list_release(&v->rows);
    *v = (struct outbox_view){0};
}

void outbox_view_start(struct outbox_view *v, bool at_oldest)
{
    delivery_list_release(&v->rows);
    v->at_top = !at_oldest;
    v->at_bottom = at_oldest;
    v->started = false;
}

size_t outbox_view_find(const struct outbox_view *v, int64_t id)
{
    size_t i = 0;
    while (i < v->rows.count && v->rows.items[i].id != id)
        i++;
    return i;
}

/* --- lists ----------------------------------------------------------------------------------- */

static void move_row(struct delivery_list *to, struct delivery *row)
{
    *(struct delivery *)list_add(&to->items, &to->count, sizeof *to->items) = *row;
    *row = (struct delivery){0};
}

/* Those of `upwards`, oldest first, come in front. */
static void put_in_front(struct outbox_view *v, struct delivery_list *upwards)
{
    struct delivery_list all = {0};
    for (size_t i = upwards->count; i > 0; i--)
        move_row(&all, &upwards->items[i - 1]);
    for (size_t i = 0; i < v->rows.count; i++)
        move_row(&all, &v->rows.items[i]);
    delivery_list_release(upwards);
    delivery_list_release(&v->rows);
    v->rows = all;
}

static void keep_range(struct outbox_view *v, size_t first, size_t count)
{
    struct delivery_list kept = {0};
    for (size_t i = first; i < first + count; i++)
        move_row(&kept, &v->rows.items[i]);
    delivery_list_release(&v->rows);
    v->rows = kept;
}

static void trim_end(struct outbox_view *v)
{
    if (v->rows.count <= VIEW_MAX)
        return;
    keep_range(v, 0, VIEW_MAX);
    v->oldest = delivery_place(&v->rows.items[VIEW_MAX - 1]);
    v->at_bottom = false;
}

static void trim_front(struct outbox_view *v)
{
    if (v->rows.count <= VIEW_MAX)
        return;
    keep_range(v, v->rows.count - VIEW_MAX, VIEW_MAX);
    v->newest = delivery_place(&v->rows.items[0]);
    v->at_top = false;
}

/* --- looking on ------------------------------------------------------------------------------ */

/* Where the walk begins: at the newest of all, or the oldest, whatever the filter wants. An empty
 * store is stood before. */
static bool find_start(struct outbox_view *v, struct store *s, struct error *err)
{
    static const struct window_filter everything = {0};
    const struct window_reading r = {&everything, v->at_bottom, 1, 0};
    struct delivery_place place = v->at_bottom ? PLACE_BOTTOM : PLACE_TOP;
    struct delivery_list one = {0};
    bool ended = false;
    const bool ok = outbox_window(s, &r, &place, &one, &ended, err);
    if (ok && one.count == 0)
        place = (struct delivery_place){0, 0};
    delivery_list_release(&one);
    if (!ok)
        return false;
    v->newest = (struct delivery_place){place.at, place.id - v->at_bottom};
    v->oldest = (struct delivery_place){place.at, place.id + v->at_top};
    v->started = true;
    return true;
}

static bool read_older(struct outbox_view *v, struct store *s, int budget_ms, struct error *err)
{
    const struct window_reading r = {&v->filter, false, VIEW_CHUNK, budget_ms};
    if (!outbox_window(s, &r, &v->oldest, &v->rows, &v->at_bottom, err))
        return false;
    trim_front(v);
    return true;
}

static bool read_newer(struct outbox_view *v, struct store *s, int budget_ms, struct error *err)
{
    const struct window_reading r = {&v->filter, true, VIEW_CHUNK, budget_ms};
    struct delivery_list upwards = {0};
    if (!outbox_window(s, &r, &v->newest, &upwards, &v->at_top, err)) {
        delivery_list_release(&upwards);
        return false;
    }
    put_in_front(v, &upwards);
    trim_end(v);
    return true;
}

bool outbox_view_more(struct outbox_view *v, struct store *s, bool newer, int budget_ms,
                      struct error *err)
{
    if (!v->started && !find_start(v, s, err))
        return false;
    if (newer)
        return v->at_top || read_newer(v, s, budget_ms, err);
    return v->at_bottom || read_older(v, s, budget_ms, err);
}

/* --- reading again --------------------------------------------------------------------------- */

/* From the newest that is held down to the oldest, in one go. *all: the time sufficed. */
static bool read_span(struct outbox_view *v, struct store *s, int budget_ms,
                      struct delivery_list *out, bool *all, struct error *err)
{
    const struct window_reading r = {&v->filter, false, VIEW_MAX + VIEW_CHUNK, budget_ms};
    struct delivery_place from = {v->newest.at, v->newest.id + 1};
    bool ended = false;
    if (!outbox_window(s, &r, &from, out, &ended, err))
        return false;
    *all = ended || delivery_place_compare(&from, &v->oldest) >= 0;
    /* What is older comes when it is scrolled to, unless everything was held. */
    while (out->count > 0 && !v->at_bottom) {
        const struct delivery_place last = delivery_place(&out->items[out->count - 1]);
        if (delivery_place_compare(&last, &v->oldest) <= 0)
            break;
        delivery_release(&out->items[out->count - 1]);
        list_remove(out->items, &out->count, sizeof *out->items, out->count - 1);
    }
    return true;
}

/* Row by row, where a search through all that lies between would take too long. */
static bool read_each(struct outbox_view *v, struct store *s, struct error *err)
{
    struct delivery_list kept = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < v->rows.count; i++) {
        struct error gone = {0};
        struct delivery now = {0};
        const bool there = outbox_delivery(s, v->rows.items[i].id, &now, &gone);
        ok = there || gone.kind == ERR_NOT_FOUND || error_set(err, gone.kind, "%s", gone.text);
        if (there && window_filter_takes(&v->filter, &now))
            move_row(&kept, &now);
        delivery_release(&now);
    }
    if (!ok) {
        delivery_list_release(&kept);
        return false;
    }
    delivery_list_release(&v->rows);
    v->rows = kept;
    return true;
}

static bool read_again(struct outbox_view *v, struct store *s, int budget_ms, struct error *err)
{
    struct delivery_list fresh = {0};
    bool all = false;
    if (!read_span(v, s, budget_ms, &fresh, &all, err)) {
        delivery_list_release(&fresh);
        return false;
    }
    if (!all) {
        delivery_list_release(&fresh);
        return read_each(v, s, err);
    }
    delivery_list_release(&v->rows);
    v->rows = fresh;
    trim_end(v);
    return true;
}

bool outbox_view_refresh(struct outbox_view *v, struct store *s, int budget_ms, struct error *err)
{
    const bool was_top = v->at_top;
    if (!v->started)
        return outbox_view_more(v, s, !v->at_top, budget_ms, err);
    if (!read_again(v, s, budget_ms, err))
        return false;
    if (!was_top)
        return true;
    v->at_top = false;
    return outbox_view_more(v, s, true, budget_ms, err);
}
