/* Page 4: what was sent and what waits, newest first, as it happens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/delivery_about.h"
#include "tui/delivery_ask.h"
#include "tui/delivery_chart.h"
#include "tui/delivery_copy.h"
#include "tui/delivery_counts.h"
#include "tui/delivery_layout.h"
#include "tui/delivery_table.h"
#include "tui/dialog.h"
#include "tui/registry.h"

/* The detail follows when the selection has come to rest: to send every delivery that is passed
 * takes long on a slow line. */
enum { TAG_REDELIVER = 1, TAG_WEBHOOKS, MENU_INDENT = 20, REST_MS = 120 };
struct deliveries {
    struct delivery_table table;
    struct delivery_counts counts;
    struct delivery_about about; /* the selected one */
    bool about_stale;
    int64_t rested_ms; /* monotonic: when the selection counts as at rest */
    int64_t asked;     /* whom the question is about */
};

static const enum key_context deliveries_contexts[] = {KEYS_DELIVERIES, KEYS_LIST, KEYS_GLOBAL,
                                                       KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static const struct delivery *selected(const struct deliveries *p)
{
    return delivery_table_selected(&p->table);
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_about(struct screen *s, struct error *err)
{
    struct deliveries *p = s->state;
    const struct delivery *d = selected(p);
    p->about_stale = false;
    if (d)
        return delivery_about_read(&p->about, &s->session->app, d->id, err);
    delivery_about_release(&p->about);
    return true;
}

static bool deliveries_open(struct screen *s, const char *arg, struct error *err)
{
    struct deliveries *p = s->state;
    delivery_table_init(&p->table, s->session);
    delivery_counts_forget(&p->counts);
    if (arg[0])
        text_list_add(&p->table.webhooks, arg);
    screen_stale(s);
    return delivery_table_restart(&p->table, err) && read_about(s, err);
}

static void deliveries_close(struct screen *s)
{
    struct deliveries *p = s->state;
    delivery_table_release(&p->table);
    delivery_about_release(&p->about);
}

static bool is_behind(const struct deliveries *p)
{
    const struct delivery *d = selected(p);
    return p->about_stale || (d ? d->id : 0) != p->about.delivery.id;
}

static bool follow_selection(struct screen *s, bool *changed, struct error *err)
{
    struct deliveries *p = s->state;
    const int64_t left_ms = p->rested_ms - clock_monotonic_ms();
    if (!is_behind(p))
        return true;
    if (left_ms > 0) {
        session_tick_within(s->session, (int)left_ms);
        return true;
    }
    *changed = true;
    return read_about(s, err);
}

/* Whatever is done with the selected one is done with what is told of it. */
static void catch_up(struct screen *s)
{
    struct error err = {0};
    if (is_behind(s->state) && !read_about(s, &err))
        session_say_error(s->session, &err);
}

static bool follow(struct screen *s, bool *changed, struct error *err)
{
    struct deliveries *p = s->state;
    bool more = false;
    if (screen_stale(s)) {
        p->counts.again = p->about_stale = *changed = true;
        if (!delivery_table_refresh(&p->table, err))
            return false;
    } else if (!delivery_table_step(&p->table, &more, err)) {
        return false;
    }
    *changed |= more;
    if (!follow_selection(s, changed, err))
        return false;
    *changed |= delivery_counts_step(&p->counts, &p->table, err);
    return err->kind == ERR_NONE;
}

static struct reaction deliveries_tick(struct screen *s)
{
    struct error err = {0};
    bool changed = false;
    if (!follow(s, &changed, &err))
        session_say_error(s->session, &err);
    return changed || err.kind != ERR_NONE ? react_stay() : react_ignore();
}

/* Other rows are wanted. */
static struct reaction restart(struct screen *s, bool webhooks)
{
    struct deliveries *p = s->state;
    struct error err = {0};
    if (webhooks)
        delivery_counts_forget(&p->counts);
    if (!delivery_table_restart(&p->table, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

/* --- drawing ------------------------------------------------------------------------------- */

static void draw_empty(const struct deliveries *p, WINDOW *w, const struct area *area)
{
    const struct delivery_table *t = &p->table;
    const bool searching = delivery_table_searches(t), text = *filter_text(&t->filter) != '\0';
    const struct area below = {area->y + 3, area->x + 2, area->rows - 3, area->cols - 4};
    draw_text(w, area->y + 2, area->x + 2, area->cols - 2, ROLE_HEADING,
              searching        ? "Looking…"
              : text           ? "No delivery holds this text"
              : t->failed_only ? "No delivery has failed"
                               : "Nothing was sent yet");
    draw_wrapped(w, &below, ROLE_TEXT,
                 searching               ? ""
                 : text                  ? "Esc drops the filter."
                 : t->failed_only        ? "f shows all deliveries again."
                 : t->webhooks.count > 0 ? "w chooses other webhooks."
                                         : "Deliveries are made when Run Checks Now (R on page 2) "
                                           "finds users who newly fail a check with a webhook "
                                           "ticked, and by tests (t on page 1).");
    wmove(w, area->y + 2, area->x + 2);
}

/* "7 shown of 7": how many there are is known only where all are held. */
static void filter_count(const struct deliveries *p, char *out, size_t size)
{
    const struct outbox_view *v = &p->table.view;
    snprintf(out, size, "%zu%s found%s", v->rows.count, v->at_top && v->at_bottom ? "" : "+",
             delivery_table_searches(&p->table) ? ", looking on" : "");
}

static void draw_summary(struct deliveries *p, WINDOW *w, const struct area *area)
{
    char count[64];
    if (!p->table.filter.line) {
        delivery_counts_draw(&p->counts, &p->table, w, area);
        return;
    }
    filter_count(p, count, sizeof count);
    filter_draw(&p->table.filter, w, area->y, area->x + 1, area->cols - 2, count);
}

static void draw_below(struct deliveries *p, WINDOW *w, const struct area *area,
                       const struct delivery_layout *lay)
{
    if (lay->detail.rows > 0)
        delivery_about_draw(&p->about, w, &lay->detail);
    if (lay->chart.rows == 0)
        return;
    if (lay->detail.cols < area->cols) {
        draw_rule(w, lay->detail.y, lay->detail.x + lay->detail.cols,
                  area->cols - lay->detail.cols);
        draw_upright(w, lay->detail.y + 1, lay->detail.x + lay->detail.cols, lay->detail.rows - 1);
    }
    delivery_chart_draw(&p->counts.day, w, &lay->chart);
}

static void deliveries_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct deliveries *p = s->state;
    struct delivery_layout lay;
    if (p->table.view.rows.count == 0) {
        draw_empty(p, w, area);
        draw_summary(p, w, area);
        return;
    }
    delivery_layout(area, session_accessible(s->session), p->counts.day.known, &lay);
    draw_below(p, w, area, &lay);
    delivery_table_draw(&p->table, w, &lay.list);
    draw_summary(p, w, area);
    if (!filter_typing(&p->table.filter))
        wmove(w, p->table.list.selected_y, area->x);
}

static void deliveries_badge(struct screen *s, char *out, size_t size)
{
    const char *holder = s->session->holder;
    snprintf(out, size, "%s ●", holder[0] ? holder : "live");
}

static void deliveries_hint(struct screen *s, char *out, size_t size)
{
    const struct delivery *d = selected(s->state);
    char id[DELIVERY_ID_MAX], again[DELIVERY_ID_MAX];
    if (!d)
        return;
    delivery_id_text(d->id, id);
    delivery_id_text(d->sent_again_as, again);
    if (d->sent_again_as > 0)
        snprintf(out, size, "%s was sent again as %s.", id, again);
    else if (d->reason && d->reason[0])
        snprintf(out, size, "%s: %s", id, d->reason);
    else if (d->state == DELIVERY_DELIVERED && d->kind == KIND_FINDING)
        snprintf(out, size, "Redeliver sends the stored event again as a new delivery; %s is kept.",
                 id);
}

/* --- doing --------------------------------------------------------------------------------- */

/* All that failed are offered where they are looked at; under a text filter only those that can be
 * seen to be all. */
static int64_t all_failed(const struct deliveries *p)
{
    const bool text = *filter_text(&p->table.filter) != '\0';
    return p->table.failed_only && !text && p->counts.tally.known ? p->counts.tally.shown.failed
                                                                  : 0;
}

static struct reaction ask_again(struct screen *s)
{
    struct deliveries *p = s->state;
    const struct delivery_table *t = &p->table;
    const struct delivery *d = selected(p);
    struct popup *popup = NULL;
    if (t->mark_count > 0)
        popup = delivery_ask_marked(TAG_REDELIVER, s->session, t->marks, t->mark_count);
    else if (d)
        popup = delivery_ask_again(TAG_REDELIVER, s->session, d, all_failed(p));
    p->asked = d ? d->id : 0;
    if (popup)
        screen_popup(s, popup);
    return react_stay();
}

static struct reaction ask_webhooks(struct screen *s)
{
    const struct deliveries *p = s->state;
    const struct integration_list *list = &s->session->app.config.integrations;
    if (list->count == 0) {
        session_say(s->session, ROLE_WARN, "▲ There are no webhooks to choose from.");
        return react_stay();
    }
    struct checkmenu_entry *entries = mem_zalloc(list->count * sizeof *entries);
    for (size_t i = 0; i < list->count; i++)
        entries[i] = (struct checkmenu_entry){
            .id = list->items[i].id,
            .label = list->items[i].name,
            .ticked = text_list_has(&p->table.webhooks, list->items[i].id),
        };
    struct popup *menu = checkmenu_new(TAG_WEBHOOKS, "Show deliveries of", entries, list->count);
    free(entries);
    screen_popup(s, popup_at(menu, p->table.list.selected_y + 1, MENU_INDENT));
    return react_stay();
}

static struct reaction open_page(const struct delivery *d)
{
    char id[DELIVERY_ID_MAX];
    delivery_id_text(d->id, id);
    return react_open("delivery", id);
}

static struct reaction show_in_pager(struct screen *s, const struct delivery *d)
{
    struct error err = {0};
    if (!delivery_about_page(s->session, d->id, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

static struct reaction mark(struct screen *s)
{
    struct deliveries *p = s->state;
    if (!delivery_table_mark(&p->table))
        session_say(s->session, ROLE_WARN, "▲ No more than %d can be marked at once.",
                    DELIVERY_MARKS_MAX);
    return react_stay();
}

/* The key goes to everybody else first; then Esc takes the marks away. */
static struct reaction go_back(struct screen *s)
{
    struct deliveries *p = s->state;
    if (p->table.mark_count == 0)
        return react_ignore();
    delivery_table_unmark(&p->table);
    return react_stay();
}

static struct reaction act(struct screen *s, const struct delivery *d, enum action action)
{
    struct deliveries *p = s->state;
    switch (action) {
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        catch_up(s);
        delivery_about_turn(&p->about, &s->session->app, action == ACTION_NEXT ? 1 : -1);
        return react_stay();
    case ACTION_SECTION_NEXT:
    case ACTION_SECTION_PREVIOUS:
        textview_move(&p->about.text,
                      action == ACTION_SECTION_NEXT ? ACTION_PAGE_DOWN : ACTION_PAGE_UP);
        return react_stay();
    case ACTION_ENTER:
        return open_page(d);
    case ACTION_PAGER:
        return show_in_pager(s, d);
    case ACTION_MARK:
        return mark(s);
    case ACTION_REDELIVER:
        return ask_again(s);
    default:
        return react_ignore();
    }
}

static struct reaction deliveries_key(struct screen *s, const struct key_event *event)
{
    struct deliveries *p = s->state;
    const struct delivery *d = selected(p);
    struct error err = {0};
    const enum filter_result filtered = filter_key(&p->table.filter, event);
    if (filtered != FILTER_IGNORED)
        return filtered == FILTER_CHANGED ? restart(s, false) : react_stay();
    if (delivery_table_move(&p->table, event->action, &err)) {
        if (err.kind != ERR_NONE)
            session_say_error(s->session, &err);
        p->rested_ms = clock_monotonic_ms() + REST_MS;
        return react_stay();
    }
    switch (event->action) {
    case ACTION_FAILED_ONLY:
        p->table.failed_only = !p->table.failed_only;
        return restart(s, false);
    case ACTION_WEBHOOK:
        return ask_webhooks(s);
    case ACTION_BACK:
        return go_back(s);
    default:
        return d ? act(s, d, event->action) : react_ignore();
    }
}

static struct reaction deliveries_answered(struct screen *s, struct popup *popup)
{
    struct deliveries *p = s->state;
    if (popup->tag == TAG_WEBHOOKS) {
        text_list_release(&p->table.webhooks);
        checkmenu_ticked(popup, &p->table.webhooks);
        return restart(s, true);
    }
    switch ((enum again)dialog_value(popup)) {
    case AGAIN_ONE:
        delivery_send_again(s->session, p->asked);
        break;
    case AGAIN_ALL_FAILED:
        delivery_send_failed(s->session, &p->table.webhooks);
        break;
    case AGAIN_MARKED:
        if (delivery_send_these(s->session, p->table.marks, p->table.mark_count))
            delivery_table_unmark(&p->table);
        break;
    }
    return react_stay();
}

static bool deliveries_works(const struct screen *s, enum action action)
{
    const struct deliveries *p = s->state;
    const bool any = p->table.view.rows.count > 0;
    switch (action) {
    case ACTION_UP: /* known to everybody; the row is needed for the rest */
    case ACTION_DOWN:
        return false;
    case ACTION_FAILED_ONLY:
        return any || p->table.failed_only;
    case ACTION_FILTER:
        return any || p->table.filter.line;
    case ACTION_WEBHOOK:
        return any || p->table.webhooks.count > 0;
    case ACTION_ENTER:
    case ACTION_REDELIVER:
    case ACTION_MARK:
    case ACTION_PAGER:
    case ACTION_COPY:
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        return any;
    default:
        return true;
    }
}

static void deliveries_copies(struct screen *s, struct copy_list *out)
{
    catch_up(s);
    delivery_copies(&((const struct deliveries *)s->state)->about, &s->session->app, out);
}

static void deliveries_paste(struct screen *s, const char *text)
{
    struct deliveries *p = s->state;
    if (filter_paste(&p->table.filter, text))
        restart(s, false);
    else
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool deliveries_typing(const struct screen *s)
{
    return filter_typing(&((const struct deliveries *)s->state)->table.filter);
}

const struct screen_ops screen_deliveries = {
    .id = "deliveries",
    .title = "Deliveries",
    .kind = SCREEN_PAGE,
    .page = 4,
    .state_size = sizeof(struct deliveries),
    .contexts = deliveries_contexts,
    .typing_contexts = typing_contexts,
    .open = deliveries_open,
    .close = deliveries_close,
    .draw = deliveries_draw,
    .badge = deliveries_badge,
    .hint = deliveries_hint,
    .key = deliveries_key,
    .works = deliveries_works,
    .answered = deliveries_answered,
    .tick = deliveries_tick,
    .copies = deliveries_copies,
    .paste = deliveries_paste,
    .typing = deliveries_typing,
};
