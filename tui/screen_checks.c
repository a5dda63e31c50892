/* Page 2: the checks, their results, the webhooks they notify, and Run Checks Now. */
#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/check_about.h"
#include "tui/check_ask.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/sign.h"
#include "tui/when.h"

enum { LIST_BELOW = 2, MENU_INDENT = 12, TAG_WEBHOOKS = 1 };
/* From WITH_PANE columns on there is a pane at the right; the list has LIST_COLS at most. */
enum { WITH_PANE = 100, LIST_COLS = 64, PANE_FINDINGS = 3, FOUND_COLS = 9 };

enum column {
    COLUMN_ON,
    COLUMN_RESULT,
    COLUMN_CHECK,
    COLUMN_SEVERITY,
    COLUMN_FOUND,
    COLUMN_RUN,
    COLUMN_WEBHOOKS
};

struct checks {
    struct check_summary_list rows; /* in the order of the catalogue, which never changes here */
    struct list list;
    struct textview about; /* the selected one */
    const struct check *asked;
};

static const enum key_context checks_contexts[] = {KEYS_CHECKS, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_ON] = {.title = "ON", .width = 3},
    [COLUMN_RESULT] = {.title = "RESULT", .width = 7},
    [COLUMN_CHECK] = {.title = "CHECK", .width = 15, .grow = 1},
    [COLUMN_SEVERITY] = {.title = "SEVERITY", .width = 8, .drop = 2},
    [COLUMN_FOUND] = {.title = "FOUND", .width = FOUND_COLS, .right = true},
    [COLUMN_RUN] = {.title = "RUN", .width = 6, .drop = 3, .right = true},
    [COLUMN_WEBHOOKS] = {.title = "WEBHOOKS", .width = 8, .drop = 1},
};

static const struct check_summary *selected(const struct checks *p)
{
    return p->list.selected < p->rows.count ? &p->rows.items[p->list.selected] : NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_about(struct screen *s, struct error *err)
{
    struct checks *p = s->state;
    const struct check_summary *row = selected(p);
    return !row || check_about(&p->about, s->session, row, PANE_FINDINGS, err);
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct checks *p = s->state;
    const struct app *app = &s->session->app;
    struct check_summary_list rows = {0};
    if (!check_summaries(app->store, &app->config, &app->catalogue, &rows, err))
        return false;
    check_summary_list_release(&p->rows);
    p->rows = rows;
    list_set_count(&p->list, rows.count);
    return read_about(s, err);
}

static bool checks_open(struct screen *s, const char *arg, struct error *err)
{
    struct checks *p = s->state;
    list_init(&p->list, columns, ARRAY_LEN(columns));
    screen_stale(s);
    if (!read_rows(s, err))
        return false;
    for (size_t i = 0; i < p->rows.count; i++) {
        if (strcmp(p->rows.items[i].check->id, arg) == 0)
            list_select(&p->list, i);
    }
    return read_about(s, err);
}

static void checks_close(struct screen *s)
{
    struct checks *p = s->state;
    check_summary_list_release(&p->rows);
    textview_release(&p->about);
}

static struct reaction checks_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

/* "17 / 412"; without blanks, then without the second number, where that is too long. */
static void found_text(const struct check_summary *c, char *out, size_t size)
{
    const long long failing = c->failing, evaluated = c->evaluated;
    int len = 0;
    if (c->state != CHECK_PASS && c->state != CHECK_FAIL && c->state != CHECK_STALE)
        snprintf(out, size, "-");
    else
        len = snprintf(out, size, "%lld / %lld", failing, evaluated);
    if (len > FOUND_COLS)
        len = snprintf(out, size, "%lld/%lld", failing, evaluated);
    if (len > FOUND_COLS)
        snprintf(out, size, "%lld", failing);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct check_summary *c = &((const struct checks *)s->state)->rows.items[row];
    const struct sign sign = sign_of_check(c->state);
    char when[WHEN_MAX] = "-";
    switch ((enum column)column) {
    case COLUMN_ON:
        snprintf(out->text, sizeof out->text, "%s", c->enabled ? "[x]" : "[ ]");
        break;
    case COLUMN_RESULT:
        snprintf(out->text, sizeof out->text, "%s", sign.text);
        out->role = sign.role;
        break;
    case COLUMN_CHECK:
        snprintf(out->text, sizeof out->text, "%s", c->check->title);
        break;
    case COLUMN_SEVERITY:
        snprintf(out->text, sizeof out->text, "%s", severity_text(c->severity));
        break;
    case COLUMN_FOUND:
        found_text(c, out->text, sizeof out->text);
        break;
    case COLUMN_RUN:
        if (c->last_run > 0)
            when_minute(c->last_run, session_now_s(s->session), when);
        snprintf(out->text, sizeof out->text, "%s", when);
        break;
    case COLUMN_WEBHOOKS:
        snprintf(out->text, sizeof out->text, "%zu %s", c->integrations,
                 c->integrations == 1 ? "hook" : "hooks");
        break;
    }
}

static void draw_summary(const struct checks *p, WINDOW *w, const struct area *area)
{
    size_t enabled = 0;
    for (size_t i = 0; i < p->rows.count; i++)
        enabled += p->rows.items[i].enabled;
    int x = area->x + 1, right = area->x + area->cols;
    x += draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%zu %s · %zu enabled", p->rows.count,
                    p->rows.count == 1 ? "check" : "checks", enabled);
    draw_text(w, area->y, x + 3, right - x - 3, ROLE_ACCENT, "[ R  Run Checks Now ]");
}

static void checks_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct checks *p = s->state;
    const bool pane = area->cols >= WITH_PANE;
    const int cols = pane ? LIST_COLS : area->cols;
    if (pane) {
        const struct area right = {area->y, area->x + cols + 2, area->rows, area->cols - cols - 2};
        draw_upright(w, area->y, area->x + cols, area->rows);
        textview_draw(&p->about, w, &right);
    }
    const struct area left = {area->y, area->x, area->rows, cols};
    draw_summary(p, w, &left);
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, cols - pane};
    list_draw(&p->list, w, &body, true, cell, s);
}

static void checks_badge(struct screen *s, char *out, size_t size)
{
    const struct checks *p = s->state;
    int64_t last = 0;
    size_t failing = 0;
    char when[WHEN_MAX];
    for (size_t i = 0; i < p->rows.count; i++) {
        last = p->rows.items[i].last_run > last ? p->rows.items[i].last_run : last;
        failing += p->rows.items[i].state == CHECK_FAIL;
    }
    if (last == 0)
        return;
    when_minute(last, session_now_s(s->session), when);
    snprintf(out, size, "last run %s, %zu failing", when, failing);
}

static void checks_hint(struct screen *s, char *out, size_t size)
{
    const struct check_summary *row = selected(s->state);
    if (row)
        check_explain(row, out, size);
}

/* --- doing --------------------------------------------------------------------------------- */

static struct reaction act(struct screen *s, const struct check *check, enum action action)
{
    struct checks *p = s->state;
    struct popup *popup;
    switch (action) {
    case ACTION_ENTER:
        return react_open("check", check->id);
    case ACTION_FINDINGS:
        return react_open("findings", check->id);
    case ACTION_ENABLE:
        check_switch(s->session, check);
        return react_stay();
    case ACTION_ASSIGN:
        p->asked = check;
        popup = check_ask_webhooks(TAG_WEBHOOKS, s->session, check);
        if (popup)
            screen_popup(s, popup_at(popup, p->list.selected_y + 1, MENU_INDENT));
        return react_stay();
    default:
        return react_ignore();
    }
}

static struct reaction checks_key(struct screen *s, const struct key_event *event)
{
    struct checks *p = s->state;
    struct error err = {0};
    const struct check_summary *row = selected(p);
    if (event->action == ACTION_RUN)
        return react_open("run", "");
    if (list_move(&p->list, event->action)) {
        p->about.top = 0;
        if (!read_about(s, &err))
            session_say_error(s->session, &err);
        return react_stay();
    }
    return row ? act(s, row->check, event->action) : react_ignore();
}

static struct reaction checks_answered(struct screen *s, struct popup *popup)
{
    const struct checks *p = s->state;
    if (popup->tag == TAG_WEBHOOKS)
        check_set_webhooks(s->session, p->asked, popup);
    return react_stay();
}

const struct screen_ops screen_checks = {
    .id = "checks",
    .title = "Checks",
    .kind = SCREEN_PAGE,
    .page = 2,
    .state_size = sizeof(struct checks),
    .contexts = checks_contexts,
    .open = checks_open,
    .close = checks_close,
    .draw = checks_draw,
    .badge = checks_badge,
    .hint = checks_hint,
    .key = checks_key,
    .answered = checks_answered,
    .tick = checks_tick,
};
