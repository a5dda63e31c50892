/* The users who fail one check: since when, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/checks/catalogue.h"
#include "core/checks/explain.h"
#include "core/store/findings.h"
#include "core/store/runs.h"
#include "tui/listing.h"
#include "tui/registry.h"
#include "tui/when.h"

/* More than anybody reads row by row; `checkhook data users --failing` gives all. */
enum { FINDINGS_MAX = 2000, LIST_BELOW = 2 };
enum { TAG_COLUMNS = 1 };

enum column { COLUMN_LOGIN, COLUMN_SOURCE, COLUMN_SINCE, COLUMN_WHY };

struct finding_row {
    char *key; /* source and id: what it is known by */
    char *source, *login, *why;
    int64_t since, uid;
    bool stale;
};

struct finding_rows {
    struct finding_row *items;
    size_t count;
};

struct findings {
    const struct check *check;
    struct finding_rows rows;
    int64_t total; /* as the last run counted */
    struct listing listing;
};

static const enum key_context findings_contexts[] = {KEYS_FINDINGS, KEYS_LIST, KEYS_LISTING,
                                                     KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_LOGIN] = {.title = "LOGIN", .width = 20, .grow = 1},
    [COLUMN_SOURCE] = {.title = "SOURCE", .width = 16, .drop = 2},
    [COLUMN_SINCE] = {.title = "SINCE", .width = 8, .right = true, .drop = 1},
    [COLUMN_WHY] = {.title = "WHY", .width = 24, .grow = 2},
};

static const struct finding_row *selected(const struct findings *p)
{
    const long row = listing_row(&p->listing);
    return row == LISTING_NO_ROW ? NULL : &p->rows.items[row];
}

/* --- the listing --------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct finding_row *r = &((const struct findings *)s->state)->rows.items[row];
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

static const char *row_key(void *ctx, size_t row)
{
    const struct screen *s = ctx;
    return ((const struct findings *)s->state)->rows.items[row].key;
}

static int compare(void *ctx, size_t a, size_t b, size_t column)
{
    const struct screen *s = ctx;
    const struct findings *p = s->state;
    const struct finding_row *x = &p->rows.items[a], *y = &p->rows.items[b];
    switch ((enum column)column) {
    case COLUMN_LOGIN:
        return strcasecmp(x->login, y->login);
    case COLUMN_SOURCE:
        return strcmp(x->source, y->source);
    case COLUMN_SINCE:
        return x->since > y->since ? -1 : x->since < y->since;
    case COLUMN_WHY:
        break;
    }
    return x->stale != y->stale ? y->stale - x->stale : strcmp(x->why, y->why);
}

static const struct listing_ops finding_listing = {
    .name = "findings",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .sort_column = COLUMN_LOGIN,
    .cell = cell,
    .id = row_key,
    .compare = compare,
};

/* --- reading ------------------------------------------------------------------------------- */

static void release_rows(struct finding_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].key);
        free(rows->items[i].source);
        free(rows->items[i].login);
        free(rows->items[i].why);
    }
    free(rows->items);
    *rows = (struct finding_rows){0};
}

static bool add_row(void *ctx, const struct finding *f, const struct finding_user *user,
                    struct error *err)
{
    struct finding_rows *rows = ctx;
    (void)err;
    struct finding_row *row = list_add(&rows->items, &rows->count, sizeof *row);
    *row = (struct finding_row){
        .key = mem_printf("%s\n%s", f->source, f->user_id),
        .source = mem_strdup(f->source),
        .login = mem_strdup(f->login),
        .why = explain_text(f->explain),
        .since = f->since,
        .uid = user->uid,
        .stale = f->stale,
    };
    return true;
}

static bool read_total(struct screen *s, struct error *err)
{
    struct findings *p = s->state;
    struct run_check_list last = {0};
    if (!runs_history(s->session->app.store, p->check->id, 1, &last, err))
        return false;
    p->total = last.count > 0 ? last.items[0].failing + last.items[0].kept : 0;
    run_check_list_release(&last);
    return true;
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct findings *p = s->state;
    struct finding_rows rows = {0};
    const struct finding_row *was = selected(p);
    char *key = was ? mem_strdup(was->key) : NULL;
    const bool ok = read_total(s, err) && findings_first(s->session->app.store, p->check->id,
                                                         FINDINGS_MAX, add_row, &rows, err);
    if (ok) {
        release_rows(&p->rows);
        p->rows = rows;
        listing_set_count(&p->listing, rows.count, key);
    } else {
        release_rows(&rows);
    }
    free(key);
    return ok;
}

static bool open_findings(struct screen *s, const char *arg, struct error *err)
{
    struct findings *p = s->state;
    listing_init(&p->listing, &finding_listing, s);
    listing_remember(&p->listing, s->session->preferences);
    p->check = catalogue_find(&s->session->app.catalogue, arg);
    if (!p->check)
        return error_set(err, ERR_NOT_FOUND, "There is no check '%s'.", arg);
    screen_stale(s);
    return read_rows(s, err);
}

static void findings_close(struct screen *s)
{
    struct findings *p = s->state;
    release_rows(&p->rows);
    listing_release(&p->listing);
}

static struct reaction findings_tick(struct screen *s)
{
    return screen_reread(s, read_rows);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void draw_empty(WINDOW *w, const struct area *area)
{
    draw_text(w, area->y + 1, area->x + 2, area->cols - 2, ROLE_TEXT, "No user fails this check.");
    draw_text(w, area->y + 2, area->x + 2, area->cols - 2, ROLE_DIM,
              "R on page 2 runs the checks over the imported users.");
    wmove(w, area->y + 1, area->x + 2);
}

static void draw_summary(const struct findings *p, WINDOW *w, const struct area *area)
{
    const int64_t total = p->total > (int64_t)p->rows.count ? p->total : (int64_t)p->rows.count;
    if (p->rows.count == FINDINGS_MAX)
        draw_textf(w, area->y, area->x + 1, area->cols - 1, ROLE_TEXT,
                   "the first %d of %lld users who fail", FINDINGS_MAX, (long long)total);
    else
        draw_textf(w, area->y, area->x + 1, area->cols - 1, ROLE_TEXT, "%zu %s", p->rows.count,
                   p->rows.count == 1 ? "user fails" : "users fail");
}

static void findings_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct findings *p = s->state;
    char order[64];
    if (p->rows.count == 0) {
        draw_empty(w, area);
        return;
    }
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    listing_draw(&p->listing, w, &body, true);
    listing_draw_place(&p->listing, w, area->y + 1, area->x, area->cols - 1);
    listing_order_text(&p->listing, order, sizeof order);
    draw_right(w, area->y, area->x + 1, area->cols - 2, ROLE_DIM, order);
    if (p->listing.filter.line)
        listing_draw_filter(&p->listing, w, area->y, area->x + 1,
                            area->cols - draw_width(order) - 3);
    else
        draw_summary(p, w, area);
    if (!listing_typing(&p->listing))
        wmove(w, p->listing.list.selected_y, area->x);
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

/* --- doing --------------------------------------------------------------------------------- */

static struct reaction open_user(struct screen *s)
{
    const struct finding_row *row = selected(s->state);
    char arg[32];
    if (!row)
        return react_stay();
    if (row->uid == 0) {
        session_say(s->session, ROLE_WARN, "▲ %s is in no data set any more.", row->login);
        return react_stay();
    }
    snprintf(arg, sizeof arg, "%lld", (long long)row->uid);
    return react_open("user", arg);
}

static struct reaction findings_key(struct screen *s, const struct key_event *event)
{
    struct findings *p = s->state;
    if (event->action == ACTION_MARK)
        return react_ignore();
    if (listing_key(&p->listing, event))
        return react_stay();
    switch (event->action) {
    case ACTION_COLUMNS:
        screen_popup(s, listing_ask_columns(&p->listing, TAG_COLUMNS));
        return react_stay();
    case ACTION_ENTER:
        return open_user(s);
    case ACTION_BACK:
        return react_close();
    default:
        return react_ignore();
    }
}

static struct reaction findings_answered(struct screen *s, struct popup *popup)
{
    struct findings *p = s->state;
    if (popup->tag == TAG_COLUMNS)
        listing_take_columns(&p->listing, popup);
    return react_stay();
}

static void findings_paste(struct screen *s, const char *text)
{
    struct findings *p = s->state;
    if (!listing_paste(&p->listing, text))
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool findings_typing(const struct screen *s)
{
    return listing_typing(&((const struct findings *)s->state)->listing);
}

static bool findings_works(const struct screen *s, enum action action)
{
    const struct findings *p = s->state;
    if (action == ACTION_MARK || action == ACTION_QUIT)
        return false;
    return action == ACTION_ENTER ? p->rows.count > 0 : listing_works(&p->listing, action);
}

static void findings_copies(struct screen *s, struct copy_list *out)
{
    const struct finding_row *row = selected(s->state);
    if (!row)
        return;
    copy_offer(out, "Login", row->login);
    copy_offer(out, "Why", row->why);
}

const struct screen_ops screen_findings = {
    .id = "findings",
    .title = "Findings",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct findings),
    .contexts = findings_contexts,
    .typing_contexts = typing_contexts,
    .typing = findings_typing,
    .paste = findings_paste,
    .open = open_findings,
    .close = findings_close,
    .draw = findings_draw,
    .heading = findings_heading,
    .hint = findings_hint,
    .key = findings_key,
    .works = findings_works,
    .copies = findings_copies,
    .answered = findings_answered,
    .tick = findings_tick,
};
