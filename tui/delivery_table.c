/* A list over a part of the deliveries that moves with the selection. */
#include "tui/delivery_table.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/delivery_look.h"
#include "tui/when.h"

/* KEY_MS: of a search within the answer to a key; SLICE_MS: between keys. */
enum { KEY_MS = 3, SLICE_MS = 4, PAGE_AT_FIRST = 30, ID_FROM_COLS = 100 };

enum column {
    COLUMN_TIME,
    COLUMN_STATUS,
    COLUMN_WEBHOOK,
    COLUMN_EVENT,
    COLUMN_TRY,
    COLUMN_TOOK,
    COLUMN_ID
};

static const struct list_column columns[] = {
    [COLUMN_TIME] = {.title = "TIME", .width = 8},
    [COLUMN_STATUS] = {.title = "STATUS", .width = 7, .grow = 2, .most = 9},
    [COLUMN_WEBHOOK] = {.title = "WEBHOOK", .width = 14, .grow = 1},
    [COLUMN_EVENT] = {.title = "EVENT", .width = 13},
    [COLUMN_TRY] = {.title = "TRY", .width = 7, .drop = 1, .right = true},
    [COLUMN_TOOK] = {.title = "TOOK", .width = 9, .drop = 2, .right = true},
    [COLUMN_ID] = {.title = "ID", .width = 8, .drop = 3},
};

static bool is_marked(const struct delivery_table *t, int64_t id)
{
    for (size_t i = 0; i < t->mark_count; i++) {
        if (t->marks[i] == id)
            return true;
    }
    return false;
}

static bool row_marked(void *ctx, size_t row)
{
    const struct delivery_table *t = ctx;
    return is_marked(t, t->view.rows.items[row].id);
}

void delivery_table_init(struct delivery_table *t, struct session *session)
{
    *t = (struct delivery_table){.session = session};
    list_init(&t->list, columns, ARRAY_LEN(columns));
    t->list.marked = row_marked;
    outbox_view_start(&t->view, false);
}

void delivery_table_release(struct delivery_table *t)
{
    outbox_view_release(&t->view);
    filter_release(&t->filter);
    text_list_release(&t->webhooks);
}

const struct delivery *delivery_table_selected(const struct delivery_table *t)
{
    const size_t row = t->list.selected;
    return row < t->view.rows.count ? &t->view.rows.items[row] : NULL;
}

/* --- the rows around the selection ----------------------------------------------------------- */

struct place {
    int64_t selected, top; /* ids; 0 = none */
};

static struct place remember(const struct delivery_table *t)
{
    const struct delivery *d = delivery_table_selected(t);
    const struct delivery *top = t->list.top > 0 && t->list.top < t->view.rows.count
                                     ? &t->view.rows.items[t->list.top]
                                     : NULL;
    return (struct place){d ? d->id : 0, top ? top->id : 0};
}

/* At the very top what is new comes into sight. */
static void go_back(struct delivery_table *t, const struct place *was)
{
    const size_t count = t->view.rows.count, selected = outbox_view_find(&t->view, was->selected),
                 top = outbox_view_find(&t->view, was->top);
    list_set_count(&t->list, count);
    if (selected < count)
        list_select(&t->list, selected);
    if (was->top && top < count)
        t->list.top = top;
}

static size_t page_of(const struct delivery_table *t)
{
    return t->list.page > 0 ? (size_t)t->list.page : PAGE_AT_FIRST;
}

static bool wants_older(const struct delivery_table *t)
{
    return !t->view.at_bottom && t->list.selected + 2 * page_of(t) >= t->view.rows.count;
}

static bool wants_newer(const struct delivery_table *t)
{
    return !t->view.at_top && t->list.selected < 2 * page_of(t);
}

/* Lent: it holds until webhooks or filter change. */
static void lend_filter(struct delivery_table *t)
{
    t->view.filter = (struct window_filter){
        .integration_ids = (const char *const *)t->webhooks.items,
        .integration_count = t->webhooks.count,
        .failed = t->failed_only,
        .text = filter_text(&t->filter),
    };
}

/* What is needed at once comes first: the rows below, then those above. */
static bool fill(struct delivery_table *t, int budget_ms, struct error *err)
{
    struct store *store = t->session->app.store;
    const int64_t until = clock_monotonic_ms() + budget_ms;
    lend_filter(t);
    bool ok = true;
    do {
        const struct place was = remember(t);
        if (wants_older(t))
            ok = outbox_view_more(&t->view, store, false, budget_ms, err);
        else if (wants_newer(t))
            ok = outbox_view_more(&t->view, store, true, budget_ms, err);
        go_back(t, &was);
    } while (ok && clock_monotonic_ms() < until && (wants_older(t) || wants_newer(t)));
    t->session->hurry |= ok && delivery_table_searches(t);
    return ok;
}

bool delivery_table_searches(const struct delivery_table *t)
{
    return wants_older(t) || wants_newer(t);
}

bool delivery_table_restart(struct delivery_table *t, struct error *err)
{
    outbox_view_start(&t->view, false);
    t->list.selected = t->list.top = t->list.count = 0;
    return fill(t, KEY_MS, err);
}

bool delivery_table_refresh(struct delivery_table *t, struct error *err)
{
    const struct place was = remember(t);
    lend_filter(t);
    const bool ok = outbox_view_refresh(&t->view, t->session->app.store, KEY_MS, err);
    go_back(t, &was);
    return ok && fill(t, KEY_MS, err);
}

bool delivery_table_step(struct delivery_table *t, bool *changed, struct error *err)
{
    const size_t was = t->view.rows.count;
    *changed = false;
    if (!delivery_table_searches(t))
        return true;
    const bool ok = fill(t, SLICE_MS, err);
    *changed = t->view.rows.count != was || !delivery_table_searches(t);
    return ok;
}

/* --- moving ---------------------------------------------------------------------------------- */

static bool to_end(struct delivery_table *t, bool oldest, struct error *err)
{
    const bool there = oldest ? t->view.at_bottom : t->view.at_top;
    if (there)
        return true;
    outbox_view_start(&t->view, oldest);
    t->list.selected = t->list.top = t->list.count = 0;
    if (!oldest)
        return fill(t, KEY_MS, err);
    if (!outbox_view_more(&t->view, t->session->app.store, true, KEY_MS, err))
        return false;
    list_set_count(&t->list, t->view.rows.count);
    return true;
}

bool delivery_table_move(struct delivery_table *t, enum action action, struct error *err)
{
    bool ok = true;
    if (action == ACTION_FIRST || action == ACTION_LAST)
        ok = to_end(t, action == ACTION_LAST, err);
    if (!list_move(&t->list, action))
        return false;
    if (ok)
        fill(t, KEY_MS, err);
    return true;
}

bool delivery_table_mark(struct delivery_table *t)
{
    const struct delivery *d = delivery_table_selected(t);
    if (!d)
        return true;
    size_t i = 0;
    while (i < t->mark_count && t->marks[i] != d->id)
        i++;
    if (i < t->mark_count)
        t->marks[i] = t->marks[--t->mark_count];
    else if (t->mark_count < DELIVERY_MARKS_MAX)
        t->marks[t->mark_count++] = d->id;
    else
        return false;
    list_move(&t->list, ACTION_DOWN);
    return true;
}

void delivery_table_unmark(struct delivery_table *t)
{
    t->mark_count = 0;
}

/* --- drawing --------------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct delivery_table *t = ctx;
    const struct delivery *d = &t->view.rows.items[row];
    const struct config *config = &t->session->app.config;
    const int64_t now = session_now_s(t->session);
    char text[WHEN_MAX] = "";
    switch ((enum column)column) {
    case COLUMN_TIME:
        when_short(d->created_at, now, text);
        break;
    case COLUMN_STATUS:
        out->role = delivery_status(d, config, text);
        break;
    case COLUMN_WEBHOOK:
        snprintf(out->text, sizeof out->text, "%s", d->integration_name);
        return;
    case COLUMN_EVENT:
        snprintf(out->text, sizeof out->text, "%s", d->check_id);
        return;
    case COLUMN_TRY:
        delivery_try(d, config, text);
        break;
    case COLUMN_TOOK:
        delivery_took(d, now, text, sizeof text);
        break;
    case COLUMN_ID:
        delivery_id_text(d->id, text);
        break;
    }
    snprintf(out->text, sizeof out->text, "%s", text);
}

void delivery_table_draw(struct delivery_table *t, WINDOW *w, const struct area *area)
{
    /* It stands in the rule of the detail below as well. */
    t->list.hidden = area->cols < ID_FROM_COLS ? 1U << COLUMN_ID : 0;
    list_draw(&t->list, w, area, true, cell, t);
}

size_t delivery_table_shown(const struct delivery_table *t, int64_t since)
{
    const size_t last = t->list.top + page_of(t);
    size_t count = 0;
    for (size_t i = t->list.top; i < t->view.rows.count && i < last; i++)
        count += t->view.rows.items[i].created_at >= since;
    return count;
}
