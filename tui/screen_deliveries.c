/* Page 4: what was sent and what waits, newest first, as it happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/delivery_about.h"
#include "tui/delivery_ask.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/when.h"

/* More rows than these are found with `checkhook delivery list`. */
enum { ROWS_MAX = 1000, TAG_REDELIVER = 1, LIST_BELOW = 1 };
/* From so many columns and rows on the selected one is shown below. */
enum { DETAIL_COLS = 100, DETAIL_ROWS = 20, LIST_PART = 2, LIST_PARTS = 5 };

enum column {
    COLUMN_TIME,
    COLUMN_STATUS,
    COLUMN_WEBHOOK,
    COLUMN_EVENT,
    COLUMN_TRY,
    COLUMN_TOOK,
    COLUMN_ID
};

struct deliveries {
    struct delivery_list rows;
    struct outbox_counts counts; /* of the same integration */
    struct list list;
    struct delivery_about about; /* the selected one */
    char *integration_id;        /* only of this one; NULL = all */
    bool failed_only;
    int64_t asked; /* whom the question is about */
};

static const enum key_context deliveries_contexts[] = {KEYS_DELIVERIES, KEYS_LIST, KEYS_GLOBAL,
                                                       KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_TIME] = {.title = "TIME", .width = 8},
    [COLUMN_STATUS] = {.title = "STATUS", .width = 9},
    [COLUMN_WEBHOOK] = {.title = "WEBHOOK", .width = 14, .grow = 1},
    [COLUMN_EVENT] = {.title = "EVENT", .width = 16},
    [COLUMN_TRY] = {.title = "TRY", .width = 6, .drop = 1, .right = true},
    [COLUMN_TOOK] = {.title = "TOOK", .width = 9, .drop = 2, .right = true},
    [COLUMN_ID] = {.title = "ID", .width = 8, .drop = 3},
};

static const struct delivery *selected(const struct deliveries *p)
{
    return p->list.selected < p->rows.count ? &p->rows.items[p->list.selected] : NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_about(struct screen *s, struct error *err)
{
    struct deliveries *p = s->state;
    const struct delivery *d = selected(p);
    if (d)
        return delivery_about_read(&p->about, &s->session->app, d->id, err);
    delivery_about_release(&p->about);
    return true;
}

/* The delivery that was selected stays so; at the top the newest is. */
static void keep_selection(struct deliveries *p, int64_t id)
{
    for (size_t i = 0; i < p->rows.count; i++) {
        if (p->rows.items[i].id == id)
            list_select(&p->list, i);
    }
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct deliveries *p = s->state;
    struct store *store = s->session->app.store;
    const struct delivery *was = selected(p);
    const int64_t id = was ? was->id : 0;
    struct delivery_filter filter = DELIVERY_FILTER_ALL;
    struct delivery_list rows = {0};
    filter.integration_id = p->integration_id;
    filter.limit = ROWS_MAX;
    if (p->failed_only)
        filter.state = DELIVERY_FAILED;
    if (!outbox_count(store, p->integration_id, 0, &p->counts, err) ||
        !outbox_list(store, &filter, &rows, err))
        return false;
    delivery_list_release(&p->rows);
    p->rows = rows;
    list_set_count(&p->list, rows.count);
    keep_selection(p, id);
    return read_about(s, err);
}

static bool deliveries_open(struct screen *s, const char *arg, struct error *err)
{
    struct deliveries *p = s->state;
    list_init(&p->list, columns, ARRAY_LEN(columns));
    p->integration_id = arg[0] ? mem_strdup(arg) : NULL;
    screen_stale(s);
    return read_rows(s, err);
}

static void deliveries_close(struct screen *s)
{
    struct deliveries *p = s->state;
    delivery_list_release(&p->rows);
    delivery_about_release(&p->about);
    free(p->integration_id);
}

static struct reaction deliveries_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct delivery *d = &((const struct deliveries *)s->state)->rows.items[row];
    const int64_t now = session_now_s(s->session);
    char text[WHEN_MAX] = "";
    switch ((enum column)column) {
    case COLUMN_TIME:
        when_short(d->created_at, now, text);
        break;
    case COLUMN_STATUS:
        out->role = delivery_status(d, text);
        break;
    case COLUMN_WEBHOOK:
        snprintf(out->text, sizeof out->text, "%s", d->integration_name);
        return;
    case COLUMN_EVENT:
        snprintf(out->text, sizeof out->text, "%s", d->check_id);
        return;
    case COLUMN_TRY:
        delivery_try(d, &s->session->app.config, text, sizeof text);
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

static int draw_count(WINDOW *w, const struct area *area, int x, enum role role, int64_t count,
                      const char *word)
{
    if (count == 0)
        return 0;
    return draw_textf(w, area->y, x, area->x + area->cols - x, role, " · %lld %s", (long long)count,
                      word);
}

static void draw_summary(const struct screen *s, WINDOW *w, const struct area *area)
{
    const struct deliveries *p = s->state;
    const struct integration *in =
        p->integration_id ? config_find(&s->session->app.config, p->integration_id) : NULL;
    const int right = area->x + area->cols;
    int x = area->x + 1;
    if (p->integration_id)
        x += draw_textf(w, area->y, x, right - x, ROLE_ACCENT, "webhook: %s · ",
                        in ? in->name : "removed");
    x += draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%zu shown%s", p->rows.count,
                    p->failed_only ? ", failed only" : "");
    x += draw_count(w, area, x, ROLE_BAD, p->counts.failed, "failed");
    x += draw_count(w, area, x, ROLE_WARN, p->counts.waiting, "waiting");
    x += draw_count(w, area, x, ROLE_WARN, p->counts.held, "held");
    if (right - x > 16)
        draw_right(w, area->y, x, right - x - 1, ROLE_DIM, "newest first");
}

static void draw_empty(const struct deliveries *p, WINDOW *w, const struct area *area)
{
    const bool all = !p->failed_only && !p->integration_id;
    const struct area text = {area->y + 3, area->x + 2, area->rows - 3, area->cols - 4};
    draw_text(w, area->y + 2, area->x + 2, area->cols - 2, ROLE_HEADING,
              p->failed_only ? "No delivery has failed" : "Nothing was sent yet");
    draw_wrapped(w, &text, ROLE_TEXT,
                 p->failed_only ? "f shows all deliveries again."
                 : all ? "Deliveries are made when Run Checks Now (R on page 2) finds users who "
                         "newly fail a check with a webhook ticked, and by tests (t on page 1)."
                       : "4 shows the deliveries of all integrations.");
    wmove(w, area->y + 2, area->x + 2);
}

static void deliveries_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct deliveries *p = s->state;
    const bool detail = area->cols >= DETAIL_COLS && area->rows >= DETAIL_ROWS;
    const int rows = detail ? area->rows * LIST_PART / LIST_PARTS : area->rows - LIST_BELOW;
    draw_summary(s, w, area);
    if (p->rows.count == 0) {
        draw_empty(p, w, area);
        return;
    }
    if (detail) {
        const int used = LIST_BELOW + rows;
        const struct area below = {area->y + used, area->x, area->rows - used, area->cols};
        delivery_about_draw(&p->about, w, &below);
    }
    const struct area body = {area->y + LIST_BELOW, area->x, rows, area->cols};
    list_draw(&p->list, w, &body, true, cell, s);
}

static void deliveries_badge(struct screen *s, char *out, size_t size)
{
    const char *holder = s->session->holder;
    snprintf(out, size, "%s ●", holder[0] ? holder : "live");
}

static void deliveries_hint(struct screen *s, char *out, size_t size)
{
    const struct delivery *d = selected(s->state);
    char id[DELIVERY_ID_MAX];
    if (!d)
        return;
    delivery_id_text(d->id, id);
    if (d->reason && d->reason[0])
        snprintf(out, size, "%s: %s", id, d->reason);
    else if (d->state == DELIVERY_DELIVERED && d->kind == KIND_FINDING)
        snprintf(out, size, "Redeliver sends the stored event again as a new delivery; %s is kept.",
                 id);
}

/* --- doing --------------------------------------------------------------------------------- */

static void read_again(struct screen *s, bool rows)
{
    struct error err = {0};
    if (!(rows ? read_rows(s, &err) : read_about(s, &err)))
        session_say_error(s->session, &err);
}

static struct reaction ask_again(struct screen *s, const struct delivery *d)
{
    struct deliveries *p = s->state;
    struct popup *popup = delivery_ask_again(TAG_REDELIVER, s->session, d);
    p->asked = d->id;
    if (popup)
        screen_popup(s, popup);
    return react_stay();
}

static struct reaction open_page(const struct delivery *d)
{
    char id[DELIVERY_ID_MAX];
    delivery_id_text(d->id, id);
    return react_open("delivery", id);
}

static struct reaction deliveries_key(struct screen *s, const struct key_event *event)
{
    struct deliveries *p = s->state;
    const struct delivery *d = selected(p);
    if (list_move(&p->list, event->action)) {
        read_again(s, false);
        return react_stay();
    }
    if (event->action == ACTION_FAILED_ONLY) {
        p->failed_only = !p->failed_only;
        read_again(s, true);
        return react_stay();
    }
    if (event->action == ACTION_NEXT || event->action == ACTION_PREVIOUS) {
        delivery_about_turn(&p->about, &s->session->app, event->action == ACTION_NEXT ? 1 : -1);
        return react_stay();
    }
    if (d && event->action == ACTION_ENTER)
        return open_page(d);
    if (d && event->action == ACTION_REDELIVER)
        return ask_again(s, d);
    return react_ignore();
}

static struct reaction deliveries_answered(struct screen *s, struct popup *popup)
{
    const struct deliveries *p = s->state;
    if (popup->tag == TAG_REDELIVER)
        delivery_send_again(s->session, p->asked);
    return react_stay();
}

static bool deliveries_works(const struct screen *s, enum action action)
{
    const struct deliveries *p = s->state;
    if (action == ACTION_NEXT)
        return p->rows.count > 0 && COLS >= DETAIL_COLS;
    if (action == ACTION_ENTER || action == ACTION_REDELIVER)
        return p->rows.count > 0;
    return action != ACTION_FAILED_ONLY || p->rows.count > 0 || p->failed_only;
}

const struct screen_ops screen_deliveries = {
    .id = "deliveries",
    .title = "Deliveries",
    .kind = SCREEN_PAGE,
    .page = 4,
    .state_size = sizeof(struct deliveries),
    .contexts = deliveries_contexts,
    .open = deliveries_open,
    .close = deliveries_close,
    .draw = deliveries_draw,
    .badge = deliveries_badge,
    .hint = deliveries_hint,
    .key = deliveries_key,
    .works = deliveries_works,
    .answered = deliveries_answered,
    .tick = deliveries_tick,
};
