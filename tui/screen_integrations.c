/* Page 1: the integrations, their state, and everything that can be done with one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/integration_ask.h"
#include "tui/integration_table.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/registry.h"
#include "tui/sign.h"

enum { MENU_INDENT = 14, LIST_BELOW = 2 };
enum tag { TAG_MENU, TAG_CHECKS, TAG_COPY, TAG_DELETE, TAG_COLUMNS };
struct integrations {
    struct integration_table table;
    struct listing listing;
    char id[UUID_LEN + 1]; /* of the row that a popup asks about */
    bool read;             /* at least once: a row that is new after that gets the selection */
};

static const enum key_context integrations_contexts[] = {KEYS_INTEGRATIONS, KEYS_LIST, KEYS_LISTING,
                                                         KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static const struct integration_row *selected(const struct integrations *p)
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
    screen_stale(s);
    return read_rows(s, err);
}

static void integrations_close(struct screen *s)
{
    struct integrations *p = s->state;
    listing_release(&p->listing);
    integration_rows_release(&p->table.rows);
}

static struct reaction integrations_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

/* "sort: name ▲" at the right end; returns the column before it. */
static int draw_order(const struct integrations *p, WINDOW *w, const struct area *area)
{
    char order[64];
    listing_order_text(&p->listing, order, sizeof order);
    const int cols = draw_width(order), x = area->x + area->cols - cols - 1;
    draw_text(w, area->y, x, cols, ROLE_DIM, order);
    return x - 1;
}

static void draw_summary(const struct integrations *p, WINDOW *w, const struct area *area)
{
    int x = area->x + 1;
    const int right = draw_order(p, w, area);
    x += draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%zu %s", p->table.rows.count,
                    p->table.rows.count == 1 ? "integration" : "integrations");
    for (int i = 0; i < STATUS_KINDS; i++) {
        const struct sign sign = sign_of_status((enum status)i);
        if (p->table.rows.of_status[i] == 0)
            continue;
        x += 3;
        x += draw_textf(w, area->y, x, right - x, sign.role, "%s %zu %s", sign.mark,
                        p->table.rows.of_status[i], status_text((enum status)i));
    }
    if (p->listing.marks.count > 0)
        draw_textf(w, area->y, x + 3, right - x - 3, ROLE_ACCENT, "%zu marked",
                   p->listing.marks.count);
}

struct line {
    const char *text;
    int indent;
    enum role role;
};

static void draw_empty(WINDOW *w, const struct area *area)
{
    static const struct line lines[] = {
        {"No integrations yet", 0, ROLE_HEADING},
        {"An integration is one HTTPS endpoint that receives check results.", 0, ROLE_TEXT},
        {"", 0, ROLE_TEXT},
        {"► n  Create your first integration", 0, ROLE_ACCENT},
        {"name, auth, URL: about two minutes", 5, ROLE_TEXT},
        {"Or on the command line:", 2, ROLE_TEXT},
        {"checkhook integration add NAME url=URL auth.type=none", 5, ROLE_TEXT},
        {"", 0, ROLE_TEXT},
        {"Then", 0, ROLE_HEADING},
        {"1  Test Connectivity            (t on the new row)", 2, ROLE_TEXT},
        {"2  Choose which checks notify it (a on the new row)", 2, ROLE_TEXT},
        {"3  Run Checks Now               (R on page 2)", 2, ROLE_TEXT},
    };
    int left = area->cols >= 100 ? 18 : area->cols >= 80 ? 8 : 2;
    int top = area->rows > (int)ARRAY_LEN(lines) + 3 ? 2 : 0;
    for (int i = 0; i < (int)ARRAY_LEN(lines) && top + i < area->rows; i++) {
        int x = area->x + left + lines[i].indent;
        draw_text(w, area->y + top + i, x, area->cols - x, lines[i].role, lines[i].text);
    }
    wmove(w, area->y + top + 3, area->x + left);
}

static void integrations_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct integrations *p = s->state;
    if (p->table.rows.count == 0) {
        draw_empty(w, area);
        return;
    }
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    listing_draw(&p->listing, w, &body, true);
    if (p->listing.filter.line)
        listing_draw_filter(&p->listing, w, area->y, area->x + 1,
                            draw_order(p, w, area) - area->x - 1);
    else
        draw_summary(p, w, area);
    if (!listing_typing(&p->listing))
        wmove(w, p->listing.list.selected_y, area->x);
}

static void integrations_hint(struct screen *s, char *out, size_t size)
{
    const struct integration_row *row = selected(s->state);
    if (row)
        integration_row_explain(row, session_now_s(s->session), out, size);
    else
        snprintf(out, size, "Connected as %s. The configuration is %s.", s->session->user,
                 s->session->app.config.path);
}

/* --- doing --------------------------------------------------------------------------------- */

static struct reaction report(struct screen *s, bool ok, const struct error *err, const char *what,
                              const char *name)
{
    if (ok)
        session_say(s->session, ROLE_OK, "● %s %s.", name, what);
    else
        session_say_error(s->session, err);
    session_changed(s->session);
    return react_stay();
}

static struct reaction toggle(struct screen *s, const struct integration_row *row)
{
    struct error err = {0};
    bool enable = !row->enabled;
    bool ok =
        action_set_enabled(&s->session->app, row->id, enable, session_now_s(s->session), &err);
    const struct reaction r = report(
        s, ok, &err, enable ? "is enabled" : "is disabled: its deliveries wait until it is enabled",
        row->name);
    undo_push(s->session, "%s %s", row->name, enable ? "enabled" : "disabled");
    return r;
}

static void ask(struct screen *s, const struct integration_row *row, struct popup *popup)
{
    struct integrations *p = s->state;
    snprintf(p->id, sizeof p->id, "%s", row->id);
    screen_popup(s, popup);
}

static struct reaction read_only(struct screen *s)
{
    session_may_change(s->session);
    return react_stay();
}

static bool changes(enum action action)
{
    return action == ACTION_NEW || action == ACTION_EDIT || action == ACTION_ASSIGN ||
           action == ACTION_ENABLE || action == ACTION_DUPLICATE || action == ACTION_DELETE;
}

/* What is asked first; the answer comes to integrations_answered. */
static struct popup *question(struct screen *s, const struct integration_row *row,
                              enum action action)
{
    const struct integrations *p = s->state;
    const struct app *app = &s->session->app;
    switch (action) {
    case ACTION_ENTER:
        return popup_at(ask_action(TAG_MENU, row, s->session->may_write, app->catalogue.count > 0,
                                   integrations_contexts),
                        p->listing.list.selected_y + 1, MENU_INDENT);
    case ACTION_ASSIGN:
        return popup_at(ask_checks(TAG_CHECKS, row, app), p->listing.list.selected_y + 1,
                        MENU_INDENT);
    case ACTION_DUPLICATE:
        return ask_copy_name(TAG_COPY, row);
    case ACTION_DELETE:
        return ask_delete(TAG_DELETE, row);
    default:
        return NULL;
    }
}

static struct reaction send_sample(const struct integration_row *row)
{
    char arg[SCREEN_ARG_MAX];
    snprintf(arg, sizeof arg, "sample:%s", row->id);
    return react_open("test", arg);
}

static struct reaction act(struct screen *s, const struct integration_row *row, enum action action)
{
    if (changes(action) && !s->session->may_write)
        return read_only(s);
    if (action == ACTION_ASSIGN && s->session->app.catalogue.count == 0) {
        session_say(s->session, ROLE_WARN, "▲ There are no checks.");
        return react_stay();
    }
    switch (action) {
    case ACTION_TEST:
        return react_open("test", row->id);
    case ACTION_SAMPLE:
        return send_sample(row);
    case ACTION_COPY:
        return react_act(ACTION_COPY);
    case ACTION_EDIT:
        return react_open("form", row->id);
    case ACTION_DELIVERIES:
        return react_open("deliveries", row->id);
    case ACTION_ENABLE:
        return toggle(s, row);
    default:
        break;
    }
    struct popup *popup = question(s, row, action);
    if (!popup)
        return react_ignore();
    ask(s, row, popup);
    return react_stay();
}

static struct reaction integrations_key(struct screen *s, const struct key_event *event)
{
    struct integrations *p = s->state;
    const struct integration_row *row = selected(p);
    if (listing_key(&p->listing, event))
        return react_stay();
    if (event->action == ACTION_COLUMNS) {
        screen_popup(s, listing_ask_columns(&p->listing, TAG_COLUMNS));
        return react_stay();
    }
    if (event->action == ACTION_NEW || (!row && event->action == ACTION_ENTER))
        return s->session->may_write ? react_open("form", "") : read_only(s);
    return row ? act(s, row, event->action) : react_ignore();
}

/* --- answers ------------------------------------------------------------------------------- */

static struct reaction apply_checks(struct screen *s, const struct integration_row *row,
                                    const struct popup *menu)
{
    struct app *app = &s->session->app;
    struct text_list ids = {0};
    struct error err = {0};
    bool ok = true;
    text_list_add(&ids, row->id);
    for (size_t i = 0; ok && i < app->catalogue.count; i++) {
        bool now = checkmenu_is_ticked(menu, i);
        if (now != checkmenu_was_ticked(menu, i))
            ok = action_tick(app, app->catalogue.items[i].id, &ids, now, &err);
    }
    text_list_release(&ids);
    const size_t count = config_tick_count(&app->config, row->id);
    char what[64];
    snprintf(what, sizeof what, "is ticked for %zu %s", count, count == 1 ? "check" : "checks");
    const struct reaction r = report(s, ok, &err, what, row->name);
    undo_push(s->session, "checks of %s", row->name);
    return r;
}

static bool save_copy(struct screen *s, const struct integration *from, const char *name,
                      struct error *err)
{
    struct app *app = &s->session->app;
    const int64_t now = session_now_s(s->session);
    const struct save_options options = {.now_s = now};
    struct problem_list problems = {0};
    struct integration copy = {0};
    bool ok = integration_duplicate(app->keyring, from, name, now, &copy, err) &&
              action_save_integration(app, &copy, &options, NULL, &problems, err);
    if (!ok && problems.count > 0)
        error_set(err, ERR_INVALID, "%s", problems.items[0].text);
    problem_list_release(&problems);
    integration_release(&copy);
    return ok;
}

static struct reaction duplicate(struct screen *s, const struct integration_row *row,
                                 struct popup *prompt)
{
    struct error err = {0};
    const struct integration *from = config_find(&s->session->app.config, row->id);
    char *name = prompt_text(prompt);
    struct reaction r = react_stay();
    if (!from)
        error_set(&err, ERR_NOT_FOUND, "It was removed meanwhile.");
    if (from && save_copy(s, from, name, &err))
        r = report(s, true, &err, "is a new integration; test it before it is used", name);
    else
        prompt_complain(prompt, err.text);
    free(name);
    return r;
}

static struct reaction delete (struct screen *s, const struct integration_row *row)
{
    struct error err = {0};
    bool ok = action_remove_integration(&s->session->app, row->id, session_now_s(s->session), &err);
    const struct reaction r = report(s, ok, &err, "is deleted", row->name);
    undo_push(s->session, "%s deleted", row->name);
    return r;
}

static struct reaction integrations_answered(struct screen *s, struct popup *popup)
{
    struct integrations *p = s->state;
    if (popup->tag == TAG_COLUMNS) {
        listing_take_columns(&p->listing, popup);
        return react_stay();
    }
    const size_t index = integration_rows_find(&p->table.rows, p->id);
    if (index == p->table.rows.count) {
        session_say(s->session, ROLE_WARN, "▲ The integration was removed meanwhile.");
        return react_stay();
    }
    const struct integration_row *row = &p->table.rows.items[index];
    switch ((enum tag)popup->tag) {
    case TAG_MENU:
        return act(s, row, (enum action)menu_value(popup));
    case TAG_CHECKS:
        return apply_checks(s, row, popup);
    case TAG_COPY:
        return duplicate(s, row, popup);
    case TAG_DELETE:
        return delete (s, row);
    case TAG_COLUMNS:
        break;
    }
    return react_ignore();
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
    const struct integration_row *row = selected(s->state);
    if (!row)
        return;
    copy_offer(out, "Endpoint URL", row->url);
    copy_offer(out, "Name", row->name);
    copy_offer(out, "Id", row->id);
}

static bool integrations_works(const struct screen *s, enum action action)
{
    const struct integrations *p = s->state;
    if (action == ACTION_NEW || action == ACTION_QUIT)
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
