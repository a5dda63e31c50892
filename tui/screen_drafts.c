/* Drafts that were kept when the line dropped: each can be continued, discarded, or left for later.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/draft_text.h"
#include "tui/list.h"
#include "tui/registry.h"

enum { WANTED_COLS = 74, ROWS_MIN = 6, ROWS_MAX = 14, AROUND = 5, MARGIN = 2 };
enum column { COLUMN_NAME, COLUMN_WHEN, COLUMN_FIELDS };

struct drafts {
    struct draft_list drafts;
    struct list list;
};

static const enum key_context drafts_contexts[] = {KEYS_DRAFTS, KEYS_LIST, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_NAME] = {.title = "NAME", .width = 18, .grow = 1},
    [COLUMN_WHEN] = {.title = "KEPT", .width = 6},
    [COLUMN_FIELDS] = {.title = "CHANGED", .width = 24, .grow = 2},
};

static void read_all(struct screen *s)
{
    struct drafts *p = s->state;
    draft_list_release(&p->drafts);
    drafts_read(s->session->app.paths.console_file, session_now_s(s->session), &p->drafts);
    list_set_count(&p->list, p->drafts.count);
}

static bool drafts_open(struct screen *s, const char *arg, struct error *err)
{
    struct drafts *p = s->state;
    (void)arg;
    list_init(&p->list, columns, ARRAY_LEN(columns));
    read_all(s);
    if (p->drafts.count == 0)
        return error_set(err, ERR_NOT_FOUND, "No draft is kept.");
    if (p->drafts.count == 1) {
        char when[32];
        draft_when(&p->drafts.items[0], session_now_s(s->session), when, sizeof when);
        s->title = mem_printf("Draft of %s found", when);
    }
    return true;
}

static void drafts_close(struct screen *s)
{
    draft_list_release(&((struct drafts *)s->state)->drafts);
}

static void drafts_measure(struct screen *s, int *rows, int *cols)
{
    const struct drafts *p = s->state;
    const int wanted = (int)p->drafts.count + AROUND;
    *cols = WANTED_COLS;
    *rows = wanted < ROWS_MIN ? ROWS_MIN : wanted > ROWS_MAX ? ROWS_MAX : wanted;
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct drafts *p = s->state;
    const struct draft *d = &p->drafts.items[row];
    char *fields;
    switch ((enum column)column) {
    case COLUMN_NAME:
        snprintf(out->text, sizeof out->text, "%s", draft_name(d));
        break;
    case COLUMN_WHEN:
        draft_when(d, session_now_s(s->session), out->text, sizeof out->text);
        break;
    case COLUMN_FIELDS:
        fields = draft_fields(d);
        snprintf(out->text, sizeof out->text, "%s", fields);
        free(fields);
        break;
    }
}

static void drafts_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct drafts *p = s->state;
    const struct area body = {area->y + 1, area->x, area->rows - 3, area->cols};
    draw_text(w, area->y + area->rows - 2, area->x + MARGIN, area->cols - 2 * MARGIN, ROLE_TEXT,
              "[ Later  Esc ]  [ Continue  Enter ]  [ Discard  D ]");
    list_draw(&p->list, w, &body, true, cell, s);
}

static void drafts_footer(struct screen *s, char *out, size_t size)
{
    (void)s;
    snprintf(out, size, "kept 7 days, without secrets");
}

static void drafts_hint(struct screen *s, char *out, size_t size)
{
    (void)s;
    snprintf(out, size, "The connection dropped while a form was open; nothing of it was saved.");
}

static struct reaction discard(struct screen *s)
{
    struct drafts *p = s->state;
    const struct draft *d = &p->drafts.items[p->list.selected];
    session_say(s->session, ROLE_OK, "● The draft of %s is discarded.", draft_name(d));
    draft_remove(s->session->app.paths.console_file, d->id);
    read_all(s);
    return p->drafts.count == 0 ? react_close() : react_stay();
}

static struct reaction drafts_key(struct screen *s, const struct key_event *event)
{
    struct drafts *p = s->state;
    char arg[SCREEN_ARG_MAX];
    if (list_move(&p->list, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_ENTER:
        snprintf(arg, sizeof arg, "draft:%s", p->drafts.items[p->list.selected].id);
        return react_switch("form", arg);
    case ACTION_DELETE:
        return discard(s);
    case ACTION_BACK:
        return react_close();
    default:
        return react_stay();
    }
}

const struct screen_ops screen_drafts = {
    .id = "drafts",
    .title = "Drafts found",
    .kind = SCREEN_OVER,
    .state_size = sizeof(struct drafts),
    .contexts = drafts_contexts,
    .open = drafts_open,
    .close = drafts_close,
    .draw = drafts_draw,
    .measure = drafts_measure,
    .footer = drafts_footer,
    .hint = drafts_hint,
    .key = drafts_key,
};
