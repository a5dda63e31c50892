/* The users who fail one check: since when, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/catalogue.h"
#include "core/store/users.h"
#include "tui/check_about.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/when.h"

/* More than anybody reads row by row; `checkhook data users --failing` gives all. */
enum { FINDINGS_MAX = 10000, LIST_BELOW = 2 };

enum column { COLUMN_LOGIN, COLUMN_SOURCE, COLUMN_SINCE, COLUMN_WHY };

struct finding_row {
    char *source, *id, *login, *why;
    int64_t since;
    bool stale;
};

struct findings {
    const struct check *check;
    struct finding_row *rows;
    size_t count;
    struct list list;
};

static const enum key_context findings_contexts[] = {KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_LOGIN] = {.title = "LOGIN", .width = 26, .grow = 1},
    [COLUMN_SOURCE] = {.title = "SOURCE", .width = 14, .drop = 2},
    [COLUMN_SINCE] = {.title = "SINCE", .width = 8, .right = true},
    [COLUMN_WHY] = {.title = "WHY", .width = 18, .grow = 2},
};

static const struct finding_row *selected(const struct findings *p)
{
    return p->list.selected < p->count ? &p->rows[p->list.selected] : NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

static void release_rows(struct finding_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(rows[i].source);
        free(rows[i].id);
        free(rows[i].login);
        free(rows[i].why);
    }
    free(rows);
}

static bool add_row(void *ctx, const struct user_row *user, struct error *err)
{
    struct findings *p = ctx;
    (void)err;
    struct finding_row *row = list_add(&p->rows, &p->count, sizeof *row);
    *row = (struct finding_row){
        .source = mem_strdup(user->source),
        .id = mem_strdup(user->id),
        .login = mem_strdup(user->login),
        .why = check_why(user->explain),
        .since = user->since,
        .stale = user->unknown,
    };
    return true;
}

/* The user that was selected stays so, wherever the row is now. */
static void keep_selection(struct findings *p, const struct finding_row *was)
{
    for (size_t i = 0; was && i < p->count; i++) {
        if (strcmp(p->rows[i].id, was->id) == 0 && strcmp(p->rows[i].source, was->source) == 0)
            list_select(&p->list, i);
    }
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct findings *p = s->state;
    struct findings old = *p;
    const struct user_filter filter = {.failing = p->check->id, .limit = FINDINGS_MAX};
    p->rows = NULL;
    p->count = 0;
    if (!users_each(s->session->app.store, &filter, add_row, p, err)) {
        release_rows(p->rows, p->count);
        p->rows = old.rows;
        p->count = old.count;
        return false;
    }
    list_set_count(&p->list, p->count);
    keep_selection(p, selected(&old));
    release_rows(old.rows, old.count);
    return true;
}

static bool findings_open(struct screen *s, const char *arg, struct error *err)
{
    struct findings *p = s->state;
    p->check = catalogue_find(&s->session->app.catalogue, arg);
    if (!p->check)
        return error_set(err, ERR_NOT_FOUND, "There is no check '%s'.", arg);
    list_init(&p->list, columns, ARRAY_LEN(columns));
    screen_stale(s);
    return read_rows(s, err);
}

static void findings_close(struct screen *s)
{
    struct findings *p = s->state;
    release_rows(p->rows, p->count);
}

static struct reaction findings_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct finding_row *r = &((const struct findings *)s->state)->rows[row];
    char when[WHEN_MAX];
    switch ((enum column)column) {
    case COLUMN_LOGIN:
        snprintf(out->text, sizeof out->text, "%s", r->login);
        break;
    case COLUMN_SOURCE:
        snprintf(out->text, sizeof out->text, "%s", r->source);
        break;
    case COLUMN_SINCE:
        when_short(r->since, session_now_s(s->session), when);
        snprintf(out->text, sizeof out->text, "%s", when);
        break;
    case COLUMN_WHY:
        snprintf(out->text, sizeof out->text, "%s%s", r->stale ? "▲ stale " : "", r->why);
        out->role = r->stale ? ROLE_WARN : ROLE_TEXT;
        break;
    }
}

static void findings_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct findings *p = s->state;
    if (p->count == 0) {
        draw_text(w, area->y + 1, area->x + 2, area->cols - 2, ROLE_TEXT,
                  "No user fails this check.");
        draw_text(w, area->y + 2, area->x + 2, area->cols - 2, ROLE_DIM,
                  "R on page 2 runs the checks over the imported users.");
        wmove(w, area->y + 1, area->x + 2);
        return;
    }
    draw_textf(w, area->y, area->x + 1, area->cols - 1, ROLE_TEXT, "%s%zu %s",
               p->count == FINDINGS_MAX ? "the first " : "", p->count,
               p->count == 1 ? "user fails" : "users fail");
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    list_draw(&p->list, w, &body, true, cell, s);
}

static void findings_heading(struct screen *s, char *out, size_t size)
{
    const struct findings *p = s->state;
    snprintf(out, size, "Findings · %s", p->check->title);
}

static void findings_hint(struct screen *s, char *out, size_t size)
{
    const struct finding_row *row = selected(s->state);
    char when[WHEN_MAX];
    if (!row)
        return;
    when_long(row->since, when);
    snprintf(out, size, "%s fails since %s%s%s%s", row->login, when, row->why[0] ? ": " : "",
             row->why, row->stale ? " (today's data does not say)" : "");
}

static struct reaction findings_key(struct screen *s, const struct key_event *event)
{
    struct findings *p = s->state;
    return list_move(&p->list, event->action) ? react_stay() : react_ignore();
}

const struct screen_ops screen_findings = {
    .id = "findings",
    .title = "Findings",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct findings),
    .contexts = findings_contexts,
    .open = findings_open,
    .close = findings_close,
    .draw = findings_draw,
    .heading = findings_heading,
    .hint = findings_hint,
    .key = findings_key,
    .tick = findings_tick,
};
