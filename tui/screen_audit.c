/* The audit: who changed what, newest first, with what it was before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/audit_rows.h"
#include "tui/copy.h"
#include "tui/filter.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/when.h"

/* The detail is below the list, which keeps so many of its rows. */
enum { AHEAD = 200, SLICE_MS = 10, DETAIL_ROWS = 20, LIST_PART = 3, LIST_PARTS = 5, MARGIN = 2 };

enum column { COLUMN_TIME, COLUMN_WHO, COLUMN_FROM, COLUMN_WHAT, COLUMN_SUBJECT, COLUMN_CHANGE };

struct audit {
    struct audit_rows rows;
    struct list list;
    struct filter filter;
    struct textview about; /* the selected one */
    int64_t about_id;
};

static const enum key_context audit_contexts[] = {KEYS_AUDIT, KEYS_LIST, KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_LIST, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_TIME] = {.title = "TIME", .width = 8},
    [COLUMN_WHO] = {.title = "WHO", .width = 10},
    [COLUMN_FROM] = {.title = "FROM", .width = 13, .drop = 2},
    [COLUMN_WHAT] = {.title = "WHAT", .width = 20},
    [COLUMN_SUBJECT] = {.title = "SUBJECT", .width = 14},
    [COLUMN_CHANGE] = {.title = "CHANGE", .width = 14, .grow = 1, .drop = 1},
};

static const struct audit_item *selected(const struct audit *p)
{
    return p->list.selected < p->rows.count ? &p->rows.items[p->list.selected] : NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

static void show_selected(struct audit *p)
{
    const struct audit_item *item = selected(p);
    if (item && item->id == p->about_id)
        return;
    textview_release(&p->about);
    p->about_id = item ? item->id : 0;
    if (item)
        audit_about(&p->about, item);
}

/* Some more than can be seen soon. */
static bool read_on(struct screen *s, size_t at_least, bool *more, struct error *err)
{
    struct audit *p = s->state;
    const size_t ahead = p->list.selected + AHEAD;
    const bool ok = audit_rows_read(&p->rows, s->session->app.store,
                                    ahead > at_least ? ahead : at_least, SLICE_MS, more, err);
    list_set_count(&p->list, p->rows.count);
    show_selected(p);
    return ok;
}

static bool start_over(struct screen *s, size_t at_least, struct error *err)
{
    struct audit *p = s->state;
    bool more;
    audit_rows_start(&p->rows, filter_text(&p->filter));
    return read_on(s, at_least, &more, err);
}

/* The entry that was selected stays so; at the top the newest is. */
static bool read_again(struct screen *s, struct error *err)
{
    struct audit *p = s->state;
    const struct audit_item *was = selected(p);
    const int64_t id = was && p->list.selected > 0 ? was->id : 0;
    if (!start_over(s, p->rows.count, err))
        return false;
    for (size_t i = 0; id > 0 && i < p->rows.count; i++) {
        if (p->rows.items[i].id == id)
            list_select(&p->list, i);
    }
    show_selected(p);
    return true;
}

static bool audit_open(struct screen *s, const char *arg, struct error *err)
{
    struct audit *p = s->state;
    (void)arg;
    list_init(&p->list, columns, ARRAY_LEN(columns));
    screen_stale(s);
    return start_over(s, 0, err);
}

static void audit_close(struct screen *s)
{
    struct audit *p = s->state;
    audit_rows_release(&p->rows);
    filter_release(&p->filter);
    textview_release(&p->about);
}

static struct reaction audit_tick(struct screen *s)
{
    struct error err = {0};
    bool more = false;
    if (s->seen != s->session->generation)
        return screen_reread(s, read_again);
    if (!read_on(s, 0, &more, &err))
        session_say_error(s->session, &err);
    const struct audit *p = s->state;
    s->session->hurry |= !p->rows.complete && p->rows.count < p->list.selected + AHEAD;
    return more ? react_stay() : react_ignore();
}

/* --- drawing ------------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct audit_item *item = &((const struct audit *)s->state)->rows.items[row];
    char when[WHEN_MAX], *change;
    switch ((enum column)column) {
    case COLUMN_TIME:
        when_short(item->at, session_now_s(s->session), when);
        snprintf(out->text, sizeof out->text, "%s", when);
        break;
    case COLUMN_WHO:
        snprintf(out->text, sizeof out->text, "%s", item->who);
        break;
    case COLUMN_FROM:
        snprintf(out->text, sizeof out->text, "%s", item->from);
        break;
    case COLUMN_WHAT:
        snprintf(out->text, sizeof out->text, "%s", item->what);
        break;
    case COLUMN_SUBJECT:
        snprintf(out->text, sizeof out->text, "%s", item->subject);
        break;
    case COLUMN_CHANGE:
        change = audit_change_text(item->before, item->after);
        snprintf(out->text, sizeof out->text, "%s", change);
        free(change);
        break;
    }
}

/* "1,318 entries", with a + while older ones were not read. */
static void count_text(const struct audit *p, char *out, size_t size)
{
    if (p->rows.count == 1 && p->rows.complete)
        snprintf(out, size, "1 entry");
    else
        snprintf(out, size, "%zu%s entries", p->rows.count, p->rows.complete ? "" : "+");
}

static void draw_summary(const struct audit *p, WINDOW *w, const struct area *area)
{
    char count[48];
    count_text(p, count, sizeof count);
    draw_text(w, area->y, area->x + 1, area->cols - 2, ROLE_TEXT, count);
    draw_right(w, area->y, area->x + 20, area->cols - 21, ROLE_DIM, "newest first");
}

static void draw_empty(const struct audit *p, WINDOW *w, const struct area *area)
{
    const struct area text = {area->y + 1, area->x + MARGIN, area->rows - 1, area->cols - MARGIN};
    draw_wrapped(w, &text, ROLE_TEXT,
                 *filter_text(&p->filter)
                     ? "No entry holds this text. Esc clears the filter."
                     : "Nothing was changed yet. Every change is recorded here: who made it, from "
                       "where, and what it was before.");
    wmove(w, text.y, text.x);
}

static void draw_about(struct audit *p, WINDOW *w, const struct area *area)
{
    const struct area text = {area->y + 1, area->x + MARGIN, area->rows - 1,
                              area->cols - 2 * MARGIN};
    int y = 0, x = 0;
    getyx(w, y, x);
    draw_rule(w, area->y, area->x, area->cols);
    textview_draw(&p->about, w, &text);
    wmove(w, y, x);
}

static void audit_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct audit *p = s->state;
    const bool detail =
        frame_has_pane(s->session, area) && area->rows >= DETAIL_ROWS && p->rows.count > 0;
    const int rows = detail ? area->rows * LIST_PART / LIST_PARTS : area->rows;
    const struct area list = {area->y + 2, area->x, rows - 2, area->cols};
    const struct area below = {area->y + rows, area->x, area->rows - rows, area->cols};
    char count[48];
    int y = 0, x = 0;
    if (p->rows.count > 0)
        list_draw(&p->list, w, &list, true, cell, s);
    else
        draw_empty(p, w, &list);
    if (detail)
        draw_about(p, w, &below);
    count_text(p, count, sizeof count);
    getyx(w, y, x);
    if (filter_draw(&p->filter, w, area->y, area->x + 1, area->cols - 2, count) == 0)
        draw_summary(p, w, area);
    if (!filter_typing(&p->filter))
        wmove(w, y, x);
}

static void audit_hint(struct screen *s, char *out, size_t size)
{
    const struct audit *p = s->state;
    if (p->rows.count >= AUDIT_ROWS_MAX)
        snprintf(out, size, "The newest %d are here; checkhook audit list has all.",
                 AUDIT_ROWS_MAX);
    else
        snprintf(out, size, "Entries are kept for %lld days, and hold no secret.",
                 (long long)s->session->app.config.general.retention_days);
}

/* --- keys ---------------------------------------------------------------------------------- */

static struct reaction filtered(struct screen *s)
{
    struct audit *p = s->state;
    struct error err = {0};
    p->list.selected = 0;
    if (!start_over(s, 0, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

static struct reaction open_entry(const struct audit *p)
{
    const struct audit_item *item = selected(p);
    char id[24];
    if (!item)
        return react_stay();
    snprintf(id, sizeof id, "%lld", (long long)item->id);
    return react_open("audit-entry", id);
}

static struct reaction audit_key(struct screen *s, const struct key_event *event)
{
    struct audit *p = s->state;
    const enum filter_result result = filter_key(&p->filter, event);
    if (result == FILTER_CHANGED)
        return filtered(s);
    if (result == FILTER_TOOK)
        return react_stay();
    if (list_move(&p->list, event->action)) {
        show_selected(p);
        return react_stay();
    }
    return event->action == ACTION_ENTER ? open_entry(p) : react_ignore();
}

static bool audit_works(const struct screen *s, enum action action)
{
    const struct audit *p = s->state;
    return action != ACTION_ENTER || p->rows.count > 0;
}

static bool audit_typing(const struct screen *s)
{
    return filter_typing(&((const struct audit *)s->state)->filter);
}

static void audit_paste(struct screen *s, const char *text)
{
    struct audit *p = s->state;
    if (filter_paste(&p->filter, text))
        filtered(s);
}

static void audit_copies(struct screen *s, struct copy_list *out)
{
    const struct audit_item *item = selected(s->state);
    if (!item)
        return;
    char *change = audit_change_text(item->before, item->after);
    copy_offer(out, "Change", change);
    copy_offer(out, "Subject", item->subject);
    copy_offer(out, "Id", item->subject_id);
    free(change);
}

const struct screen_ops screen_audit = {
    .id = "audit",
    .title = "Audit · who changed what",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct audit),
    .contexts = audit_contexts,
    .open = audit_open,
    .close = audit_close,
    .draw = audit_draw,
    .hint = audit_hint,
    .key = audit_key,
    .works = audit_works,
    .tick = audit_tick,
    .paste = audit_paste,
    .copies = audit_copies,
    .typing = audit_typing,
    .typing_contexts = typing_contexts,
};
