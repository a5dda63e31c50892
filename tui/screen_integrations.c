/* Page 1: the integrations, their state, and everything that can be done with one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/integration_ask.h"
#include "tui/list.h"
#include "tui/menu.h"
#include "tui/prompt.h"
#include "tui/registry.h"
#include "tui/sign.h"

enum { MENU_INDENT = 14, LIST_BELOW = 2 };
enum tag { TAG_MENU, TAG_CHECKS, TAG_COPY, TAG_DELETE };
enum column { COLUMN_STATUS, COLUMN_NAME, COLUMN_AUTH, COLUMN_ENDPOINT, COLUMN_LAST };

struct integrations {
    struct integration_rows rows;
    struct list list;
    char id[UUID_LEN + 1]; /* of the row that a popup asks about */
    bool read;             /* at least once: a row that is new after that gets the selection */
};

static const enum key_context integrations_contexts[] = {KEYS_INTEGRATIONS, KEYS_LIST, KEYS_GLOBAL,
                                                         KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_STATUS] = {.title = "STATUS", .width = 10},
    [COLUMN_NAME] = {.title = "NAME", .width = 18, .grow = 1},
    [COLUMN_AUTH] = {.title = "AUTH", .width = 24, .drop = 3},
    [COLUMN_ENDPOINT] = {.title = "ENDPOINT", .width = 25, .grow = 2, .drop = 2},
    [COLUMN_LAST] = {.title = "LAST DELIVERY", .width = 13, .drop = 1, .right = true},
};

static const struct integration_row *selected(const struct integrations *p)
{
    return p->list.selected < p->rows.count ? &p->rows.items[p->list.selected] : NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

/* The row to select after reading again: one that is new, else the one that was selected. */
static size_t row_to_select(const struct integrations *p, const struct integration_rows *old)
{
    const size_t was = p->list.selected;
    for (size_t i = 0; p->read && i < p->rows.count; i++) {
        if (integration_rows_find(old, p->rows.items[i].id) == old->count)
            return i;
    }
    if (was >= old->count)
        return was;
    size_t now = integration_rows_find(&p->rows, old->items[was].id);
    return now < p->rows.count ? now : was;
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct integrations *p = s->state;
    struct integration_rows old = p->rows;
    p->rows = (struct integration_rows){0};
    if (!integration_rows_read(&p->rows, &s->session->app, err)) {
        p->rows = old;
        return false;
    }
    size_t select = row_to_select(p, &old);
    list_set_count(&p->list, p->rows.count);
    list_select(&p->list, select);
    integration_rows_release(&old);
    p->read = true;
    return true;
}

static bool integrations_open(struct screen *s, const char *arg, struct error *err)
{
    struct integrations *p = s->state;
    (void)arg;
    list_init(&p->list, columns, ARRAY_LEN(columns));
    screen_stale(s);
    return read_rows(s, err);
}

static void integrations_close(struct screen *s)
{
    struct integrations *p = s->state;
    integration_rows_release(&p->rows);
}

static struct reaction integrations_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct integrations *p = s->state;
    const struct integration_row *r = &p->rows.items[row];
    const char *text = "";
    switch ((enum column)column) {
    case COLUMN_STATUS:
        text = sign_of_status(r->status.status).text;
        out->role = sign_of_status(r->status.status).role;
        break;
    case COLUMN_NAME:
        text = r->name;
        break;
    case COLUMN_AUTH:
        text = auth_type_label(r->auth);
        break;
    case COLUMN_ENDPOINT:
        text = r->url;
        break;
    case COLUMN_LAST:
        integration_row_last(r, session_now_s(s->session), out->text, sizeof out->text);
        return;
    }
    snprintf(out->text, sizeof out->text, "%s", text);
}

static void draw_summary(const struct integrations *p, WINDOW *w, const struct area *area)
{
    int x = area->x + 1, right = area->x + area->cols;
    x += draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%zu %s", p->rows.count,
                    p->rows.count == 1 ? "integration" : "integrations");
    for (int i = 0; i < STATUS_KINDS; i++) {
        const struct sign sign = sign_of_status((enum status)i);
        if (p->rows.of_status[i] == 0)
            continue;
        x += 3;
        x += draw_textf(w, area->y, x, right - x, sign.role, "%s %zu %s", sign.mark,
                        p->rows.of_status[i], status_text((enum status)i));
    }
    if (right - x > 16)
        draw_right(w, area->y, x, right - x - 1, ROLE_DIM,
                   theme_ascii() ? "sort: name ^" : "sort: name ▲");
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
    if (p->rows.count == 0) {
        draw_empty(w, area);
        return;
    }
    draw_summary(p, w, area);
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    list_draw(&p->list, w, &body, true, cell, s);
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
    return report(s, ok, &err,
                  enable ? "is enabled" : "is disabled: its deliveries wait until it is enabled",
                  row->name);
}

static void ask(struct screen *s, const struct integration_row *row, struct popup *popup)
{
    struct integrations *p = s->state;
    snprintf(p->id, sizeof p->id, "%s", row->id);
    screen_popup(s, popup);
}

static struct reaction read_only(struct screen *s)
{
    session_say(s->session, ROLE_WARN, "▲ The configuration %s may not be written by %s.",
                s->session->app.config.path, s->session->user);
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
                        p->list.selected_y + 1, MENU_INDENT);
    case ACTION_ASSIGN:
        return popup_at(ask_checks(TAG_CHECKS, row, app), p->list.selected_y + 1, MENU_INDENT);
    case ACTION_DUPLICATE:
        return ask_copy_name(TAG_COPY, row);
    case ACTION_DELETE:
        return ask_delete(TAG_DELETE, row);
    default:
        return NULL;
    }
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
    if (list_move(&p->list, event->action))
        return react_stay();
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
    return report(s, ok, &err, what, row->name);
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
    return report(s, ok, &err, "is deleted", row->name);
}

static struct reaction integrations_answered(struct screen *s, struct popup *popup)
{
    struct integrations *p = s->state;
    const size_t index = integration_rows_find(&p->rows, p->id);
    if (index == p->rows.count) {
        session_say(s->session, ROLE_WARN, "▲ The integration was removed meanwhile.");
        return react_stay();
    }
    const struct integration_row *row = &p->rows.items[index];
    switch ((enum tag)popup->tag) {
    case TAG_MENU:
        return act(s, row, (enum action)menu_value(popup));
    case TAG_CHECKS:
        return apply_checks(s, row, popup);
    case TAG_COPY:
        return duplicate(s, row, popup);
    case TAG_DELETE:
        return delete (s, row);
    }
    return react_ignore();
}

static bool integrations_works(const struct screen *s, enum action action)
{
    const struct integrations *p = s->state;
    return p->rows.count > 0 || action == ACTION_NEW || action == ACTION_QUIT;
}

const struct screen_ops screen_integrations = {
    .id = "integrations",
    .title = "Integrations",
    .kind = SCREEN_PAGE,
    .page = 1,
    .state_size = sizeof(struct integrations),
    .contexts = integrations_contexts,
    .open = integrations_open,
    .close = integrations_close,
    .draw = integrations_draw,
    .hint = integrations_hint,
    .key = integrations_key,
    .works = integrations_works,
    .answered = integrations_answered,
    .tick = integrations_tick,
};
