/* Somebody else saved the integration meanwhile: field by field, yours or theirs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/audit.h"
#include "forms/merge_form.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/when.h"

enum {
    WHO_MAX = 96,
    SUMMARY_ROWS = 2,
    AUDIT_ROWS = 200,
    FIELD_COLS = 16,
    MARGIN = 2,
    DETAIL_ROWS = 7,
    VALUE_ROWS = 3
};
enum column { COLUMN_FIELD, COLUMN_YOURS, COLUMN_THEIRS, COLUMN_COUNT };

struct merge {
    struct merge_form merge;
    struct list list;
    struct list_column columns[COLUMN_COUNT]; /* their widths follow the terminal's */
    char who[WHO_MAX];                        /* "alice, 14:31"; "somebody else" */
};

static const enum key_context merge_contexts[] = {KEYS_MERGE, KEYS_LIST, KEYS_END};

static const char *const titles[COLUMN_COUNT] = {
    [COLUMN_FIELD] = "FIELD", [COLUMN_YOURS] = "YOURS", [COLUMN_THEIRS] = "THEIRS"};

/* --- life ------------------------------------------------------------------------------------ */

struct search {
    const char *id;
    int64_t now_s;
    char *out;
};

static bool found(void *ctx, const struct audit_row *row, struct error *err)
{
    const struct search *search = ctx;
    char when[WHEN_MAX];
    (void)err;
    if (*search->out || strcmp(row->subject_id, search->id) != 0)
        return true;
    when_minute(row->at, search->now_s, when);
    snprintf(search->out, WHO_MAX, "%.60s, %s", row->who, when);
    return true;
}

/* Who saved it last, from the audit. */
static void find_who(struct screen *s, const char *id)
{
    struct merge *p = s->state;
    const struct audit_query query = {.limit = AUDIT_ROWS};
    struct search search = {id, session_now_s(s->session), p->who};
    struct error ignored = {0};
    audit_each(s->session->app.store, &query, found, &search, &ignored);
    if (!p->who[0])
        snprintf(p->who, sizeof p->who, "somebody else");
}

static bool merge_open(struct screen *s, const char *arg, struct error *err)
{
    struct merge *p = s->state;
    (void)arg;
    if (!s->session->form)
        return error_set(err, ERR_NOT_FOUND, "There is no form whose changes could be compared.");
    if (!merge_form_open(&p->merge, s->session->form, err))
        return false;
    find_who(s, p->merge.theirs.id);
    for (int i = 0; i < COLUMN_COUNT; i++)
        p->columns[i] = (struct list_column){.title = titles[i], .width = FIELD_COLS};
    list_init(&p->list, p->columns, COLUMN_COUNT);
    list_set_count(&p->list, p->merge.count);
    return true;
}

static void merge_close(struct screen *s)
{
    merge_form_release(&((struct merge *)s->state)->merge);
}

/* --- drawing --------------------------------------------------------------------------------- */

/* What the other side has, in words; the caller frees. */
static char *value_text(const struct merge *p, size_t row, bool theirs)
{
    const struct merge_row *r = &p->merge.rows[row];
    if (theirs && integration_form_row(r->row)->kind == KIND_SECRET)
        return mem_printf("changed by %s", p->who);
    return merge_form_text(&p->merge, row, theirs);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct merge *p = ctx;
    const struct merge_row *r = &p->merge.rows[row];
    const bool theirs = column == COLUMN_THEIRS, chosen = theirs == r->take_theirs;
    const struct setting *s = integration_form_row(r->row);
    if (column == COLUMN_FIELD) {
        snprintf(out->text, sizeof out->text, "%s", s->label);
        return;
    }
    char *value = value_text(p, row, theirs);
    snprintf(out->text, sizeof out->text, "(%s) %s", chosen ? "•" : " ", value);
    out->role = chosen ? ROLE_HEADING : ROLE_TEXT;
    free(value);
}

static void draw_summary(const struct merge *p, WINDOW *w, const struct area *area)
{
    const size_t both = merge_form_conflicts(&p->merge);
    int x = area->x + 1;
    x += draw_textf(w, area->y, x, area->cols - 2, ROLE_WARN, "▲ Saved meanwhile by %s.", p->who);
    draw_textf(w, area->y, x + 2, area->x + area->cols - x - 3, ROLE_TEXT,
               "%zu field%s changed by both, %zu by them alone.", both, both == 1 ? "" : "s",
               p->merge.count - both);
}

/* Both values of the selected row whole, as far as there is room. */
static void draw_detail(const struct merge *p, WINDOW *w, const struct area *area)
{
    int y = area->y + 1;
    draw_rule(w, area->y, area->x, area->cols);
    for (int theirs = 0; theirs < 2; theirs++) {
        char *value = value_text(p, p->list.selected, theirs);
        const struct area text = {y, area->x + MARGIN + FIELD_COLS / 2, VALUE_ROWS,
                                  area->cols - FIELD_COLS / 2 - 2 * MARGIN};
        draw_text(w, y, area->x + MARGIN, FIELD_COLS / 2 - 1, ROLE_HEADING,
                  theirs ? "Theirs" : "Yours");
        const int used = draw_wrapped(w, &text, ROLE_TEXT, value);
        y += used > 0 ? used : 1;
        free(value);
    }
}

static void merge_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct merge *p = s->state;
    const bool detail = p->merge.count > 0 && area->rows >= 3 * DETAIL_ROWS - MARGIN;
    const int below = detail ? DETAIL_ROWS : 0;
    const struct area body = {area->y + SUMMARY_ROWS, area->x, area->rows - SUMMARY_ROWS - below,
                              area->cols};
    const struct area bottom = {area->y + area->rows - below, area->x, below, area->cols};
    p->columns[COLUMN_YOURS].width = p->columns[COLUMN_THEIRS].width =
        (area->cols - FIELD_COLS - 3 * MARGIN) / 2;
    draw_summary(p, w, area);
    if (detail)
        draw_detail(p, w, &bottom);
    list_draw(&p->list, w, &body, true, cell, p);
}

static void merge_heading(struct screen *s, char *out, size_t size)
{
    const struct merge *p = s->state;
    snprintf(out, size, "Changed by somebody else · %s", integration_form_name(p->merge.form));
}

static void merge_hint(struct screen *s, char *out, size_t size)
{
    const struct merge *p = s->state;
    if (p->merge.count == 0) {
        snprintf(out, size, "Nothing that you changed differs; F2 saves.");
        return;
    }
    const struct merge_row *r = &p->merge.rows[p->list.selected];
    snprintf(out, size, "%s: %s; %s stays.", integration_form_row(r->row)->label,
             r->mine_changed ? "both changed it" : "only they changed it",
             r->take_theirs ? "theirs" : "yours");
}

/* --- keys ------------------------------------------------------------------------------------ */

static void choose_all(struct merge *p, bool theirs)
{
    for (size_t i = 0; i < p->merge.count; i++)
        p->merge.rows[i].take_theirs = theirs;
}

/* The form below takes it from there, and saves. */
static struct reaction apply(struct screen *s)
{
    struct merge *p = s->state;
    struct text_list dropped = {0};
    struct integration_form *form = p->merge.form;
    merge_form_apply(&p->merge, &dropped);
    form->merged = dropped.count == 0;
    for (size_t i = 0; i < dropped.count; i++)
        session_say(s->session, ROLE_WARN, "▲ %s was typed for another address; enter it again.",
                    dropped.items[i]);
    text_list_release(&dropped);
    return react_close();
}

static struct reaction merge_key(struct screen *s, const struct key_event *event)
{
    struct merge *p = s->state;
    if (list_move(&p->list, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_TOGGLE:
        if (p->merge.count > 0)
            p->merge.rows[p->list.selected].take_theirs =
                !p->merge.rows[p->list.selected].take_theirs;
        return react_stay();
    case ACTION_ALL:
    case ACTION_RESET:
        choose_all(p, event->action == ACTION_RESET);
        return react_stay();
    case ACTION_SAVE:
        return apply(s);
    case ACTION_BACK:
        return react_close();
    default:
        return react_stay();
    }
}

const struct screen_ops screen_merge = {
    .id = "merge",
    .title = "Changed by somebody else",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct merge),
    .contexts = merge_contexts,
    .open = merge_open,
    .close = merge_close,
    .draw = merge_draw,
    .heading = merge_heading,
    .hint = merge_hint,
    .key = merge_key,
};
