/* Page 1: the integrations, their state, and everything that can be done with one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/outbox.h"
#include "tui/integration_ask.h"
#include "tui/integration_do.h"
#include "tui/integration_table.h"
#include "tui/integration_view.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/registry.h"

enum { MENU_INDENT = 14, LIST_BELOW = 2, WIDE = 100, CENTRED = -1 };
enum tag { TAG_MENU, TAG_CHECKS, TAG_COPY, TAG_DELETE, TAG_COLUMNS, TAG_DEMO };
struct integrations {
    struct integration_table table;
    struct listing listing;
    struct text_list asked; /* ids that a popup asks about */
    bool asked_enable;      /* what the open menu would do to them: enable, or disable */
    int step;               /* of the first steps, while there is no integration */
    bool read;              /* at least once: a row that is new after that gets the selection */
};

static const enum key_context integrations_contexts[] = {KEYS_INTEGRATIONS, KEYS_LIST, KEYS_LISTING,
                                                         KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static struct integration_row *selected(const struct integrations *p)
{
    const long row = listing_row(&p->listing);
    return row == LISTING_NO_ROW ? NULL : &p->table.rows.items[row];
}

/* --- reading ------------------------------------------------------------------------------- */

/* One that is new since the last reading; NULL. */
static const char *new_id(const struct integrations *p, const struct integration_rows *old)
{
    for (size_t i = 0; p->read && i < p->table.rows.count; i++) {
        const char *id = p->table.rows.items[i].id;
        const bool same = i < old->count && strcmp(old->items[i].id, id) == 0;
        if (!same && integration_rows_find(old, id) == old->count)
            return id;
    }
    return NULL;
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct integrations *p = s->state;
    struct integration_rows old = p->table.rows;
    const struct integration_row *was = selected(p);
    p->table.rows = (struct integration_rows){0};
    if (!integration_rows_read(&p->table.rows, &s->session->app, err)) {
        p->table.rows = old;
        return false;
    }
    const char *fresh = new_id(p, &old);
    listing_set_count(&p->listing, p->table.rows.count, fresh ? fresh : was ? was->id : NULL);
    integration_rows_release(&old);
    p->read = true;
    return true;
}

static bool integrations_open(struct screen *s, const char *arg, struct error *err)
{
    struct integrations *p = s->state;
    (void)arg;
    p->table.session = s->session;
    listing_init(&p->listing, &integration_listing, &p->table);
    listing_remember(&p->listing, s->session->preferences);
    screen_stale(s);
    return read_rows(s, err);
}

static void integrations_close(struct screen *s)
{
    struct integrations *p = s->state;
    listing_release(&p->listing);
    text_list_release(&p->asked);
    integration_rows_release(&p->table.rows);
}

static struct reaction integrations_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

/* "sort: name ▲" at the right end, "name ▲" where it is narrow; returns the column before it. */
static int draw_order(const struct integrations *p, WINDOW *w, const struct area *area)
{
    static const char prefix[] = "sort: ";
    char order[64];
    listing_order_text(&p->listing, order, sizeof order);
    const bool wide = area->cols >= WIDE || strncmp(order, prefix, strlen(prefix)) != 0;
    const char *shown = wide ? order : order + strlen(prefix);
    const int cols = draw_width(shown), x = area->x + area->cols - cols - 1;
    draw_text(w, area->y, x, cols, ROLE_DIM, shown);
    return x - 1;
}

static void draw_list(struct screen *s, WINDOW *w, const struct area *area)
{
    struct integrations *p = s->state;
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    listing_draw(&p->listing, w, &body, true);
    listing_draw_place(&p->listing, w, area->y + 1, area->x, area->cols - 1);
    const int x = area->x + 1, cols = draw_order(p, w, area) - x;
    if (p->listing.filter.line)
        listing_draw_filter(&p->listing, w, area->y, x, cols);
    else
        integration_summary_draw(&p->table.rows, p->listing.marks.count, w, area->y, x, cols);
    if (!listing_typing(&p->listing))
        wmove(w, p->listing.list.selected_y, area->x);
}

static void integrations_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct integrations *p = s->state;
    struct integration_row *row = selected(p);
    const int pane = row ? integration_pane_cols(s->session, area) : 0;
    struct area list = *area;
    if (p->table.rows.count == 0) {
        first_steps_draw(w, area, p->step);
        return;
    }
    list.cols -= pane > 0 ? pane + 1 : 0;
    if (pane > 0) {
        const struct area right = {area->y, area->x + area->cols - pane, area->rows, pane};
        integration_pane_draw(s->session, row, w, &right);
    }
    draw_list(s, w, &list);
}

static void integrations_hint(struct screen *s, char *out, size_t size)
{
    const struct session *session = s->session;
    const struct integrations *p = s->state;
    const struct integration_row *row = selected(p);
    if (p->listing.marks.count > 0)
        snprintf(out, size, "%zu marked: x and D are for all of them. Esc takes the marks away.",
                 p->listing.marks.count);
    else if (row)
        integration_row_explain(row, session_now_s(session), out, size);
    else if (session->may_write)
        snprintf(out, size, "Connected as %s (admin). Changes are recorded in the audit log.",
                 session->user);
    else
        snprintf(out, size, "Connected as %s (read-only).", session->user);
}

/* --- what is asked ------------------------------------------------------------------------- */

/* The ids that an action is for are kept until its popup is answered. */
static void ask_about(struct integrations *p, const struct integration_row *row)
{
    text_list_release(&p->asked);
    if (row)
        text_list_add(&p->asked, row->id);
    else
        listing_chosen(&p->listing, &p->asked);
}

/* Several are enabled only when all of them are off. */
static bool would_enable(const struct integrations *p, const struct text_list *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        const size_t index = integration_rows_find(&p->table.rows, ids->items[i]);
        if (index < p->table.rows.count && p->table.rows.items[index].enabled)
            return false;
    }
    return true;
}

static int64_t open_failures(struct screen *s, const struct integration_row *row)
{
    const struct redeliver failed = {.integration_id = row->id};
    struct error ignored = {0};
    int64_t count = 0;
    return outbox_count_failed(s->session->app.store, &failed, &count, &ignored) ? count : 0;
}

static struct popup *action_menu(struct screen *s, const struct integration_row *row)
{
    struct integrations *p = s->state;
    p->asked_enable = would_enable(p, &p->asked);
    const struct action_choice choice = {
        .failed = open_failures(s, row),
        .locked = session_no_change(s->session),
        .any_checks = s->session->app.catalogue.count > 0,
        .contexts = integrations_contexts,
    };
    return p->listing.marks.count > 0
               ? ask_marked(TAG_MENU, p->asked.count, p->asked_enable, &choice)
               : ask_action(TAG_MENU, row, &choice);
}

/* NULL where the action asks nothing. */
static struct popup *question(struct screen *s, const struct integration_row *row,
                              enum action action)
{
    const struct integrations *p = s->state;
    const int below = p->listing.list.selected_y + 1;
    switch (action) {
    case ACTION_ENTER:
        return popup_at(action_menu(s, row), below, MENU_INDENT);
    case ACTION_ASSIGN:
        return popup_at(ask_checks(TAG_CHECKS, row, &s->session->app), below, MENU_INDENT);
    case ACTION_DUPLICATE:
        return ask_copy_name(TAG_COPY, row);
    case ACTION_DELETE: {
        struct popup *popup = ask_delete(TAG_DELETE, &p->table.rows, &p->asked);
        return popup ? popup_at(popup, below, CENTRED) : NULL;
    }
    default:
        return NULL;
    }
}

/* --- doing --------------------------------------------------------------------------------- */

static struct reaction send_sample(const struct integration_row *row)
{
    char arg[SCREEN_ARG_MAX];
    snprintf(arg, sizeof arg, "sample:%s", row->id);
    return react_open("test", arg);
}

static struct reaction act(struct screen *s, const struct integration_row *row, enum action action)
{
    struct integrations *p = s->state;
    switch (action) {
    case ACTION_TEST:
        return react_open("test", row->id);
    case ACTION_SAMPLE:
        return send_sample(row);
    case ACTION_COPY:
        return react_act(ACTION_COPY);
    case ACTION_PREVIEW:
        return react_open("preview", row->id);
    case ACTION_EDIT:
        return react_open("form", row->id);
    case ACTION_DELIVERIES:
        return react_open("deliveries", row->id);
    case ACTION_ENABLE:
        do_enable(s->session, &p->asked, would_enable(p, &p->asked));
        return react_stay();
    default:
        break;
    }
    struct popup *popup = question(s, row, action);
    if (!popup)
        return react_ignore();
    screen_popup(s, popup);
    return react_stay();
}

/* What needs no row. */
static struct reaction act_anywhere(struct screen *s, enum action action)
{
    struct integrations *p = s->state;
    switch (action) {
    case ACTION_NEW:
        return react_open("form", "");
    case ACTION_IMPORT:
        return react_open("import-integrations", "");
    case ACTION_DEMO:
        if (p->table.rows.count > 0)
            screen_popup(s, ask_demo(TAG_DEMO));
        else
            do_demo(s->session);
        return react_stay();
    case ACTION_COLUMNS:
        screen_popup(s, listing_ask_columns(&p->listing, TAG_COLUMNS));
        return react_stay();
    default:
        return react_ignore();
    }
}

/* The first steps are chosen with the keys of a list. */
static enum action choose_step(struct integrations *p, enum action action)
{
    if (action == ACTION_UP && p->step > 0)
        p->step--;
    else if (action == ACTION_DOWN && p->step + 1 < FIRST_STEPS)
        p->step++;
    return action == ACTION_ENTER ? first_step_action(p->step) : action;
}

static struct reaction do_action(struct screen *s, enum action action)
{
    struct integrations *p = s->state;
    const struct integration_row *row = selected(p);
    if (key_need(KEYS_INTEGRATIONS, action).changes && !session_may_change(s->session))
        return react_stay();
    const struct reaction r = act_anywhere(s, action);
    if (r.kind != REACT_IGNORE || !row)
        return r;
    if (action == ACTION_ASSIGN && s->session->app.catalogue.count == 0) {
        session_say(s->session, ROLE_WARN, "▲ There are no checks.");
        return react_stay();
    }
    const bool bulk = action == ACTION_ENTER || action == ACTION_ENABLE || action == ACTION_DELETE;
    ask_about(p, bulk ? NULL : row);
    return act(s, row, action);
}

static struct reaction integrations_key(struct screen *s, const struct key_event *event)
{
    struct integrations *p = s->state;
    enum action action = event->action;
    if (p->table.rows.count == 0)
        action = choose_step(p, action);
    else if (listing_key(&p->listing, event))
        return react_stay();
    if (p->table.rows.count == 0 && (action == ACTION_UP || action == ACTION_DOWN))
        return react_stay();
    return do_action(s, action);
}

/* --- answers ------------------------------------------------------------------------------- */

/* Somebody else has done it while the menu was open: to turn it over now would be the contrary. */
static bool menu_is_stale(const struct integrations *p, enum action action)
{
    return action == ACTION_ENABLE && would_enable(p, &p->asked) != p->asked_enable;
}

static struct reaction answered_menu(struct screen *s, const char *id, enum action action)
{
    struct integrations *p = s->state;
    if (menu_is_stale(p, action)) {
        session_say(s->session, ROLE_WARN, "▲ Nothing was done: somebody else %s it meanwhile.",
                    p->asked_enable ? "enabled" : "disabled");
        return react_stay();
    }
    if (p->listing.marks.count == 0)
        listing_select(&p->listing, id);
    return do_action(s, action);
}

/* Of a popup that asks about rows. */
static struct reaction answered_row(struct screen *s, struct popup *popup)
{
    struct integrations *p = s->state;
    const char *id = p->asked.count > 0 ? p->asked.items[0] : "";
    const size_t index = integration_rows_find(&p->table.rows, id);
    if (index == p->table.rows.count) {
        session_say(s->session, ROLE_WARN, "▲ The integration was removed meanwhile.");
        return react_stay();
    }
    switch ((enum tag)popup->tag) {
    case TAG_MENU:
        return answered_menu(s, id, (enum action)menu_value(popup));
    case TAG_CHECKS:
        do_assign(s->session, id, popup);
        return react_stay();
    case TAG_COPY:
        do_duplicate(s->session, id, popup);
        return react_stay();
    case TAG_DELETE:
        if (do_delete(s->session, &p->asked))
            listing_forget_marks(&p->listing);
        return react_stay();
    default:
        return react_ignore();
    }
}

static struct reaction integrations_answered(struct screen *s, struct popup *popup)
{
    struct integrations *p = s->state;
    if (popup->tag == TAG_COLUMNS)
        listing_take_columns(&p->listing, popup);
    else if (popup->tag == TAG_DEMO)
        do_demo(s->session);
    else
        return answered_row(s, popup);
    return react_stay();
}

static void integrations_paste(struct screen *s, const char *text)
{
    struct integrations *p = s->state;
    if (!listing_paste(&p->listing, text))
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool integrations_typing(const struct screen *s)
{
    return listing_typing(&((const struct integrations *)s->state)->listing);
}

static void integrations_copies(struct screen *s, struct copy_list *out)
{
    struct integration_row *row = selected(s->state);
    if (!row)
        return;
    copy_offer(out, "Endpoint URL", integration_row_url(row));
    copy_offer(out, "Name", row->name);
    copy_offer(out, "Id", row->id);
}

static bool integrations_works(const struct screen *s, enum action action)
{
    const struct integrations *p = s->state;
    if (action == ACTION_NEW || action == ACTION_QUIT || action == ACTION_IMPORT ||
        action == ACTION_DEMO || action == ACTION_PALETTE)
        return true;
    return p->table.rows.count > 0 && listing_works(&p->listing, action);
}

const struct screen_ops screen_integrations = {
    .id = "integrations",
    .title = "Integrations",
    .kind = SCREEN_PAGE,
    .page = 1,
    .state_size = sizeof(struct integrations),
    .contexts = integrations_contexts,
    .typing_contexts = typing_contexts,
    .typing = integrations_typing,
    .paste = integrations_paste,
    .open = integrations_open,
    .close = integrations_close,
    .draw = integrations_draw,
    .hint = integrations_hint,
    .key = integrations_key,
    .works = integrations_works,
    .copies = integrations_copies,
    .answered = integrations_answered,
    .tick = integrations_tick,
};
