/* Page 3: which check notifies which webhook, all at once; nothing is saved before F2. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "tui/dialog.h"
#include "tui/filter.h"
#include "tui/matrix_send.h"
#include "tui/matrix_view.h"
#include "tui/registry.h"
#include "tui/sign.h"

enum { TAG_UNSAVED = 1, TAG_SEND };
enum answer { ANSWER_SAVE = 1, ANSWER_DISCARD };

struct matrix_page {
    struct matrix_view view;
    struct filter filter;
    struct matrix_send send; /* what was saved last */
};

static const enum key_context matrix_contexts[] = {KEYS_MATRIX, KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static size_t unsaved(const struct matrix *m)
{
    return matrix_added(m) + matrix_removed(m);
}

/* --- reading ------------------------------------------------------------------------------- */

/* The columns in the order of the ids: ticks name integrations by id, and there may be many. */
struct column_of {
    const char *id;
    size_t column;
};

static int compare_ids(const void *left, const void *right)
{
    const struct column_of *a = left, *b = right;
    return strcmp(a->id, b->id);
}

static struct column_of *columns_by_id(const struct integration_rows *hooks)
{
    struct column_of *columns = mem_alloc((hooks->count + 1) * sizeof *columns);
    for (size_t i = 0; i < hooks->count; i++)
        columns[i] = (struct column_of){hooks->items[i].id, i};
    qsort(columns, hooks->count, sizeof *columns, compare_ids);
    return columns;
}

static const struct column_of *find_column(const struct column_of *columns, size_t count,
                                           const char *id)
{
    const struct column_of wanted = {.id = id};
    return bsearch(&wanted, columns, count, sizeof *columns, compare_ids);
}

static void fill(struct matrix_view *v, const struct column_of *columns,
                 const struct config *config)
{
    matrix_init(&v->matrix, v->checks.count, v->hooks.count);
    for (size_t row = 0; row < v->checks.count; row++) {
        const struct check_config *check = config_check(config, v->checks.items[row].check->id);
        for (size_t i = 0; check && i < check->integrations.count; i++) {
            const struct column_of *found =
                find_column(columns, v->hooks.count, check->integrations.items[i]);
            if (found)
                matrix_put(&v->matrix, row, found->column, true);
        }
    }
}

static size_t row_of(const struct matrix_view *v, const char *check_id)
{
    size_t row = 0;
    while (row < v->checks.count && strcmp(v->checks.items[row].check->id, check_id) != 0)
        row++;
    return row;
}

/* What was not saved yet is kept, cell by cell, over what somebody else saved meanwhile. The number
 * of those whose check or integration is gone. */
static size_t take_over_unsaved(struct matrix_view *v, const struct column_of *columns,
                                const struct matrix_view *old)
{
    size_t lost = 0;
    for (size_t row = 0; row < old->matrix.rows; row++) {
        const size_t to = row_of(v, old->checks.items[row].check->id);
        for (size_t column = 0; column < old->matrix.columns; column++) {
            const enum matrix_cell cell = matrix_cell(&old->matrix, row, column);
            if (cell != MATRIX_ADDED && cell != MATRIX_REMOVED)
                continue;
            const struct column_of *now =
                find_column(columns, v->hooks.count, old->hooks.items[column].id);
            if (!now || to == v->checks.count)
                lost++;
            else if (matrix_is_on(&v->matrix, to, now->column) != (cell == MATRIX_ADDED))
                matrix_toggle(&v->matrix, to, now->column);
        }
    }
    return lost;
}

static bool read_page(struct screen *s, struct error *err)
{
    struct matrix_page *p = s->state;
    struct app *app = &s->session->app;
    struct matrix_view old = p->view, now = {0};
    if (!check_summaries(app->store, &app->config, &app->catalogue, &now.checks, err) ||
        !integration_rows_read(&now.hooks, app, err)) {
        matrix_view_release(&now);
        return false;
    }
    struct column_of *columns = columns_by_id(&now.hooks);
    fill(&now, columns, &app->config);
    const size_t lost = take_over_unsaved(&now, columns, &old);
    if (lost > 0)
        session_say(s->session, ROLE_WARN,
                    "▲ %zu unsaved %s of what was removed meanwhile %s gone.", lost,
                    lost == 1 ? "tick" : "ticks", lost == 1 ? "is" : "are");
    free(columns);
    now.rows = old.rows;
    now.columns = old.columns;
    old.rows = old.columns = (struct matrix_axis){0};
    matrix_view_release(&old);
    p->view = now;
    matrix_view_filter(&p->view, filter_text(&p->filter));
    return true;
}

static bool matrix_open(struct screen *s, const char *arg, struct error *err)
{
    (void)arg;
    screen_stale(s);
    return read_page(s, err);
}

static void matrix_close(struct screen *s)
{
    struct matrix_page *p = s->state;
    matrix_view_release(&p->view);
    filter_release(&p->filter);
    matrix_send_release(&p->send);
}

static struct reaction matrix_tick(struct screen *s)
{
    return screen_reread(s, read_page);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void draw_empty(const struct matrix_view *v, WINDOW *w, const struct area *area)
{
    const bool no_hooks = v->hooks.count == 0;
    const struct area text = {area->y + 3, area->x + 2, area->rows - 3, area->cols - 4};
    draw_text(w, area->y + 2, area->x + 2, area->cols - 2, ROLE_HEADING,
              no_hooks ? "No integrations yet" : "There are no checks");
    draw_wrapped(w, &text, ROLE_TEXT,
                 no_hooks ? "This page shows which check notifies which integration. 1 and then n "
                            "makes the first integration."
                          : "The catalogue of checks is empty; checkhook config path shows where "
                            "it is looked for.");
    wmove(w, area->y + 2, area->x + 2);
}

static void matrix_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct matrix_page *p = s->state;
    struct matrix_view *v = &p->view;
    if (v->hooks.count == 0 || v->checks.count == 0) {
        draw_empty(v, w, area);
        return;
    }
    char count[64];
    const int filter = p->filter.line != NULL;
    const struct area grid = {area->y + filter, area->x, area->rows - filter, area->cols};
    matrix_view_draw(v, w, &grid);
    int y, x;
    getyx(w, y, x);
    snprintf(count, sizeof count, "%zu of %zu checks, %zu of %zu webhooks", v->rows.count,
             v->checks.count, v->columns.count, v->hooks.count);
    filter_draw(&p->filter, w, area->y, area->x + 1, area->cols - 2, count);
    if (!filter_typing(&p->filter))
        wmove(w, y, x);
}

static void matrix_badge(struct screen *s, char *out, size_t size)
{
    const struct matrix_page *p = s->state;
    const size_t count = unsaved(&p->view.matrix);
    if (count > 0)
        snprintf(out, size, "%zu unsaved %s", count, count == 1 ? "change" : "changes");
}

static const char *meaning(enum matrix_cell cell)
{
    static const char *const texts[] = {
        [MATRIX_OFF] = "does not notify.",
        [MATRIX_ON] = "notifies on fail.",
        [MATRIX_ADDED] = "will notify on fail.",
        [MATRIX_REMOVED] = "will not notify any more.",
    };
    return texts[cell];
}

static void matrix_hint(struct screen *s, char *out, size_t size)
{
    const struct matrix_page *p = s->state;
    const struct matrix_view *v = &p->view;
    const struct check_summary *check = matrix_view_check(v);
    const struct integration_row *hook = matrix_view_hook(v);
    if (!check || !hook)
        return;
    const enum matrix_cell cell =
        matrix_cell(&v->matrix, v->rows.shown[v->rows.at], v->columns.shown[v->columns.at]);
    int len = snprintf(out, size, "%s %s → %s: %s", sign_of_check(check->state).mark,
                       check->check->title, hook->name, meaning(cell));
    if (unsaved(&v->matrix) > 0 && len > 0 && (size_t)len < size)
        snprintf(out + len, size - (size_t)len, " Unsaved: +%zu -%zu", matrix_added(&v->matrix),
                 matrix_removed(&v->matrix));
}

/* --- doing --------------------------------------------------------------------------------- */

static struct tick *changes(const struct matrix_view *v, size_t *count)
{
    struct tick *ticks = mem_alloc((unsaved(&v->matrix) + 1) * sizeof *ticks);
    *count = 0;
    for (size_t row = 0; row < v->checks.count; row++) {
        for (size_t column = 0; column < v->hooks.count; column++) {
            const enum matrix_cell cell = matrix_cell(&v->matrix, row, column);
            if (cell == MATRIX_ADDED || cell == MATRIX_REMOVED)
                ticks[(*count)++] = (struct tick){v->checks.items[row].check->id,
                                                  v->hooks.items[column].id, cell == MATRIX_ADDED};
        }
    }
    return ticks;
}

static bool save(struct screen *s)
{
    struct matrix_page *p = s->state;
    struct session *session = s->session;
    const size_t added = matrix_added(&p->view.matrix), removed = matrix_removed(&p->view.matrix);
    struct error err = {0};
    size_t count;
    if (!session_may_change(s->session))
        return false;
    struct tick *ticks = changes(&p->view, &count);
    const bool ok = count == 0 || action_tick_all(&session->app, ticks, count, &err);
    matrix_send_release(&p->send);
    if (ok)
        matrix_send_note(&p->send, session, ticks, count);
    free(ticks);
    if (!ok) {
        session_say_error(session, &err);
        return false;
    }
    if (count == 0) {
        session_say(session, ROLE_TEXT, "There is nothing to save.");
        return true;
    }
    session_say(session, ROLE_OK, "● Saved: %zu added, %zu removed.", added, removed);
    undo_push(session, "matrix: %zu added, %zu removed", added, removed);
    session_changed(session);
    return true;
}

/* Ticking alone sends nothing, so whoever ticks is offered to send who fails already. */
static void save_and_ask(struct screen *s)
{
    const struct matrix_page *p = s->state;
    struct popup *popup = save(s) ? matrix_send_ask(TAG_SEND, &p->send) : NULL;
    if (popup)
        screen_popup(s, popup);
}

static void toggle(struct matrix_view *v, enum action action)
{
    const size_t row = v->rows.shown[v->rows.at], column = v->columns.shown[v->columns.at];
    if (action == ACTION_TOGGLE)
        matrix_toggle(&v->matrix, row, column);
    else if (action == ACTION_ROW)
        matrix_toggle_row(&v->matrix, row, v->columns.shown, v->columns.count);
    else
        matrix_toggle_column(&v->matrix, column, v->rows.shown, v->rows.count);
}

static struct reaction act(struct screen *s, enum action action)
{
    struct matrix_page *p = s->state;
    const struct check_summary *check = matrix_view_check(&p->view);
    switch (action) {
    case ACTION_TOGGLE:
    case ACTION_ROW:
    case ACTION_COLUMN:
        if (check && matrix_view_hook(&p->view) && session_may_change(s->session))
            toggle(&p->view, action);
        return react_stay();
    case ACTION_SAVE:
        save_and_ask(s);
        return react_stay();
    case ACTION_UNDO:
        return matrix_undo(&p->view.matrix) ? react_stay() : react_ignore();
    case ACTION_ENTER:
        return check ? react_open("check", check->check->id) : react_ignore();
    default:
        return react_ignore();
    }
}

static struct reaction matrix_key(struct screen *s, const struct key_event *event)
{
    struct matrix_page *p = s->state;
    const enum filter_result filtered = filter_key(&p->filter, event);
    if (filtered == FILTER_CHANGED)
        matrix_view_filter(&p->view, filter_text(&p->filter));
    if (filtered != FILTER_IGNORED || matrix_view_move(&p->view, event->action))
        return react_stay();
    return act(s, event->action);
}

/* --- leaving ------------------------------------------------------------------------------- */

static bool matrix_may_close(struct screen *s)
{
    static const struct dialog_button buttons[] = {{"Keep editing", KEY_NONE, 0},
                                                   {"Save", 's', ANSWER_SAVE},
                                                   {"Discard", 'D', ANSWER_DISCARD}};
    const struct matrix_page *p = s->state;
    const struct matrix *m = &p->view.matrix;
    char text[160];
    if (unsaved(m) == 0)
        return true;
    snprintf(text, sizeof text, "%zu added and %zu removed are not saved.", matrix_added(m),
             matrix_removed(m));
    screen_popup(s, dialog_new(&(struct dialog_spec){.tag = TAG_UNSAVED,
                                                     .title = "Unsaved changes",
                                                     .text = text,
                                                     .buttons = buttons,
                                                     .button_count = ARRAY_LEN(buttons)}));
    return false;
}

static struct reaction matrix_answered(struct screen *s, struct popup *popup)
{
    struct matrix_page *p = s->state;
    if (popup->tag == TAG_SEND) {
        matrix_send_now(&p->send, s->session);
        return react_stay();
    }
    if (dialog_value(popup) == ANSWER_SAVE && !save(s))
        return react_stay();
    if (dialog_value(popup) == ANSWER_DISCARD)
        while (matrix_undo(&p->view.matrix))
            ;
    return react_close();
}

static void matrix_paste(struct screen *s, const char *text)
{
    struct matrix_page *p = s->state;
    if (filter_paste(&p->filter, text))
        matrix_view_filter(&p->view, filter_text(&p->filter));
    else
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool matrix_typing(const struct screen *s)
{
    return filter_typing(&((const struct matrix_page *)s->state)->filter);
}

static bool matrix_works(const struct screen *s, enum action action)
{
    const struct matrix_page *p = s->state;
    const bool any = p->view.hooks.count > 0 && p->view.checks.count > 0;
    if (action == ACTION_SAVE)
        return unsaved(&p->view.matrix) > 0;
    if (action == ACTION_UNDO)
        return p->view.matrix.step_count > 0 || undo_caption(s->session);
    return any || action == ACTION_QUIT;
}

const struct screen_ops screen_matrix = {
    .id = "matrix",
    .title = "Matrix",
    .kind = SCREEN_PAGE,
    .page = 3,
    .state_size = sizeof(struct matrix_page),
    .contexts = matrix_contexts,
    .typing_contexts = typing_contexts,
    .open = matrix_open,
    .close = matrix_close,
    .draw = matrix_draw,
    .badge = matrix_badge,
    .hint = matrix_hint,
    .key = matrix_key,
    .works = matrix_works,
    .answered = matrix_answered,
    .tick = matrix_tick,
    .paste = matrix_paste,
    .typing = matrix_typing,
    .may_close = matrix_may_close,
};
