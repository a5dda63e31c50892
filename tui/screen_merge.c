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

enum { WHO_MAX = 96, SUMMARY_ROWS = 2, AUDIT_ROWS = 200 };
enum column { COLUMN_FIELD, COLUMN_YOURS, COLUMN_THEIRS };

struct merge {
    struct merge_form merge;
    struct list list;
    char who[WHO_MAX]; /* "alice, 14:31"; "somebody else" */
};

static const enum key_context merge_contexts[] = {KEYS_MERGE, KEYS_LIST, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_FIELD] = {.title = "FIELD", .width = 16, .grow = 1},
    [COLUMN_YOURS] = {.title = "YOURS", .width = 18, .grow = 2},
    [COLUMN_THEIRS] = {.title = "THEIRS", .width = 18, .grow = 2},
};

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
    list_init(&p->list, columns, ARRAY_LEN(columns));
    list_set_count(&p->list, p->merge.count);
    return true;
}

static void merge_close(struct screen *s)
{
    merge_form_release(&((struct merge *)s->state)->merge);
}

/* --- drawing --------------------------------------------------------------------------------- */

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
    char *value = merge_form_text(&p->merge, row, theirs);
    if (theirs && s->kind == KIND_SECRET)
        snprintf(out->text, sizeof out->text, "(%s) changed by %s", chosen ? "•" : " ", p->who);
    else
        snprintf(out->text, sizeof out->text, "(%s) %s", chosen ? "•" : " ", value);
    out->role = chosen ? ROLE_TEXT : ROLE_DIM;
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

static void merge_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct merge *p = s->state;
    const struct area body = {area->y + SUMMARY_ROWS, area->x, area->rows - SUMMARY_ROWS,
                              area->cols};
    draw_summary(p, w, area);
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
