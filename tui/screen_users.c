/* Page 5: the users of all data sets, searched while one types, with all that they fail and why. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/datasets.h"
#include "core/store/people_query.h"
#include "core/store/runs.h"
#include "tui/count.h"
#include "tui/filter.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/user_about.h"
#include "tui/user_export.h"
#include "tui/user_rows.h"
#include "tui/users_empty.h"

enum { TAG_EXPORT = 1, TAG_OVERWRITE, TAG_CANCEL_EXPORT };
enum { LIST_BELOW = 2, LIST_COLS = 63, SLICE_MS = 3, KEY_MS = 2 };

enum user_column {
    COLUMN_NAME,
    COLUMN_LOGIN,
    COLUMN_ROLE,
    COLUMN_MFA,
    COLUMN_SEEN,
    COLUMN_FINDINGS
};

struct users {
    struct user_rows rows;
    struct dataset_list sources;
    int64_t total; /* users of all of them */
    struct list list;
    struct filter filter;
    struct people_query query;
    int64_t stamp, run;    /* of the data sets, and the last run, that were read */
    char *export_path;     /* asked about; NULL */
    struct textview about; /* the selected one */
    int64_t about_uid;     /* whom it is about */
    enum people_order order;
    bool reverse, failing, stuck; /* stuck: the list could not be filled to its end */
};

static const enum key_context users_contexts[] = {KEYS_USERS, KEYS_LIST, KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_NAME] = {.title = "NAME", .width = 12, .grow = 2, .most = 24},
    [COLUMN_LOGIN] = {.title = "LOGIN", .width = 10, .grow = 1, .drop = 2},
    [COLUMN_ROLE] = {.title = "ROLE", .width = 8, .drop = 3},
    [COLUMN_MFA] = {.title = "MFA", .width = 4, .drop = 1},
    [COLUMN_SEEN] = {.title = "LAST SEEN", .width = 12, .drop = 4},
    [COLUMN_FINDINGS] = {.title = "FIND", .width = 4, .right = true, .gap = 1},
};

static const char *const order_names[] = {
    [PEOPLE_BY_NAME] = "name",
    [PEOPLE_BY_LOGIN] = "login",
    [PEOPLE_BY_LAST_LOGIN] = "last seen",
};

static const struct person *selected(struct screen *s)
{
    struct users *p = s->state;
    const struct person *user = user_rows_get(&p->rows, s->session->app.store, p->list.selected);
    return user->uid != 0 ? user : NULL;
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_sources(struct screen *s, struct error *err)
{
    struct users *p = s->state;
    struct dataset_list now = {0};
    if (!datasets_list(s->session->app.store, &now, err))
        return false;
    dataset_list_release(&p->sources);
    p->sources = now;
    p->total = 0;
    for (size_t i = 0; i < now.count; i++)
        p->total += now.items[i].users;
    return true;
}

/* The pane follows the selection, but not while the first rows are still looked for. */
static void read_about(struct screen *s)
{
    struct users *p = s->state;
    struct error err = {0};
    const struct person *user = selected(s);
    if (!user)
        textview_clear(&p->about);
    else if (user->uid != p->about_uid && !user_about(&p->about, s->session, user, false, &err))
        session_say_error(s->session, &err);
    p->about_uid = user ? user->uid : 0;
}

static bool step(struct screen *s, int64_t budget_ms, struct error *err)
{
    struct users *p = s->state;
    const bool was_done = p->rows.people.done;
    if (!user_rows_step(&p->rows, s->session->app.store, budget_ms, err))
        return false;
    if (p->rows.people.done && !was_done)
        user_rows_forget(&p->rows); /* they may stand elsewhere now */
    list_set_count(&p->list, p->rows.people.count);
    s->session->hurry |= !p->rows.people.done;
    return true;
}

static struct people_filter filter_of(struct users *p)
{
    struct people_filter filter = people_query_filter(&p->query);
    filter.failing = p->failing;
    return filter;
}

/* Begins the list anew, and shows its first rows at once. */
static bool search(struct screen *s, struct error *err)
{
    struct users *p = s->state;
    people_query_parse(&p->query, filter_text(&p->filter));
    const struct people_filter filter = filter_of(p);
    p->stuck = false;
    if (!people_begin(&p->rows.people, s->session->app.store, &filter, p->order, p->reverse, err))
        return false;
    user_rows_forget(&p->rows);
    p->about_uid = 0;
    if (!step(s, KEY_MS, err))
        return false;
    read_about(s);
    return true;
}

static void search_again(struct screen *s)
{
    struct error err = {0};
    list_select(&((struct users *)s->state)->list, 0);
    if (!search(s, &err))
        session_say_error(s->session, &err);
}

/* Have the users or what they fail changed? Else the list, of perhaps a million, stays. */
static bool has_changed(struct screen *s, bool *changed, struct error *err)
{
    struct users *p = s->state;
    struct run last = {0};
    int64_t stamp = 0;
    if (!datasets_stamp(s->session->app.store, &stamp, err) ||
        !runs_last(s->session->app.store, &last, err))
        return false;
    *changed = stamp != p->stamp || last.id != p->run;
    p->stamp = stamp;
    p->run = last.id;
    return true;
}

static bool read_page(struct screen *s, struct error *err)
{
    struct users *p = s->state;
    bool changed = false;
    if (!has_changed(s, &changed, err) || !read_sources(s, err))
        return false;
    if (changed)
        return search(s, err);
    p->about_uid = 0;
    read_about(s);
    return true;
}

static bool users_open(struct screen *s, const char *arg, struct error *err)
{
    struct users *p = s->state;
    p->stamp = -1;
    filter_set(&p->filter, arg);
    list_init(&p->list, columns, ARRAY_LEN(columns));
    screen_stale(s);
    return read_page(s, err);
}

static void users_close(struct screen *s)
{
    struct users *p = s->state;
    user_rows_release(&p->rows);
    dataset_list_release(&p->sources);
    filter_release(&p->filter);
    people_query_release(&p->query);
    free(p->export_path);
    textview_release(&p->about);
}

/* Said once; what changes in the store begins the list anew. */
static void give_up(struct screen *s, const struct error *why)
{
    struct users *p = s->state;
    p->stuck = true;
    p->stamp = -1;
    session_say_error(s->session, why);
}

static struct reaction users_tick(struct screen *s)
{
    struct users *p = s->state;
    struct error err = {0};
    const struct reaction r = screen_reread(s, read_page);
    if (r.kind != REACT_IGNORE || p->rows.people.done || p->stuck)
        return r;
    if (!step(s, SLICE_MS, &err))
        give_up(s, &err);
    read_about(s);
    return react_stay();
}

/* --- drawing ------------------------------------------------------------------------------- */

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    struct screen *s = ctx;
    struct users *p = s->state;
    const struct person *user = user_rows_get(&p->rows, s->session->app.store, row);
    char seen[64];
    const char *text = "";
    if (user->uid == 0)
        return;
    switch ((enum user_column)column) {
    case COLUMN_NAME:
        text = user->name ? user->name : user->login;
        break;
    case COLUMN_LOGIN:
        text = user->login;
        break;
    case COLUMN_ROLE:
        text = user_role(user->type, user->is_admin);
        break;
    case COLUMN_MFA:
        text = user_mfa(user);
        break;
    case COLUMN_SEEN:
        user_seen(user, session_now_s(s->session), seen, sizeof seen);
        text = seen;
        break;
    case COLUMN_FINDINGS:
        snprintf(out->text, sizeof out->text, "%" PRId64, user->findings);
        return;
    }
    snprintf(out->text, sizeof out->text, "%s", text);
}

/* "6 of 412"; a plus while there may be more. */
static void found_text(const struct users *p, char *out, size_t size)
{
    char count[COUNT_TEXT_MAX], total[COUNT_TEXT_MAX];
    count_text((int64_t)p->rows.people.count, count);
    count_text(p->total, total);
    snprintf(out, size, "%s%s of %s", count, p->rows.people.done ? "" : "+", total);
}

static void order_text(const struct users *p, char *out, size_t size)
{
    if (p->rows.people.done && !p->rows.people.sorted)
        snprintf(out, size, "as imported");
    else
        snprintf(out, size, "%s %s", order_names[p->order],
                 theme_ascii() ? (p->reverse ? "v" : "^") : (p->reverse ? "▼" : "▲"));
}

/* Returns where the order begins. */
static int draw_order(const struct users *p, WINDOW *w, const struct area *area)
{
    char order[64];
    order_text(p, order, sizeof order);
    const int cols = draw_width(order), x = area->x + area->cols - cols - 1;
    draw_text(w, area->y, x, cols, ROLE_DIM, order);
    return x - 2;
}

static void draw_summary(const struct users *p, WINDOW *w, const struct area *area)
{
    const int right = draw_order(p, w, area);
    int x = area->x + 1;
    char count[COUNT_TEXT_MAX], total[COUNT_TEXT_MAX];
    count_text((int64_t)p->rows.people.count, count);
    count_text(p->total, total);
    x += draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%s%s %s", count,
                    p->rows.people.done ? "" : "+", p->rows.people.count == 1 ? "user" : "users");
    if (p->failing)
        x += draw_textf(w, area->y, x, right - x, ROLE_ACCENT, " with findings, of %s", total);
    draw_textf(w, area->y, x, right - x, ROLE_TEXT, " · %zu %s", p->sources.count,
               p->sources.count == 1 ? "source" : "sources");
}

static void draw_list(struct screen *s, WINDOW *w, const struct area *area)
{
    struct users *p = s->state;
    char count[3 * COUNT_TEXT_MAX];
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    list_draw(&p->list, w, &body, true, cell, s);
    if (p->list.count == 0 && p->rows.people.done)
        draw_text(w, body.y + 1, 2, body.cols - 2, ROLE_TEXT, "Nobody fits. Esc shows all again.");
    if (!p->filter.line) {
        draw_summary(p, w, area);
        wmove(w, p->list.selected_y, area->x);
        return;
    }
    found_text(p, count, sizeof count);
    filter_draw(&p->filter, w, area->y, area->x + 1, draw_order(p, w, area) - area->x, count);
    if (!filter_typing(&p->filter))
        wmove(w, p->list.selected_y, area->x);
}

static void users_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct users *p = s->state;
    if (p->total == 0) {
        users_empty_draw(w, area);
        return;
    }
    const bool pane = frame_has_pane(s->session, area);
    const int cols = pane ? LIST_COLS : area->cols;
    if (pane) {
        const struct area right = {area->y, area->x + cols + 2, area->rows, area->cols - cols - 2};
        draw_upright(w, area->y, area->x + cols, area->rows);
        textview_draw(&p->about, w, &right);
    }
    draw_list(s, w, &(struct area){area->y, area->x, area->rows, cols - pane});
}

static void users_hint(struct screen *s, char *out, size_t size)
{
    const struct users *p = s->state;
    const struct person *user = selected(s);
    for (size_t i = 0; user && i < p->sources.count; i++)
        if (strcmp(p->sources.items[i].source, user->source) == 0)
            user_source_text(&p->sources.items[i], session_now_s(s->session), out, size);
}

/* --- doing --------------------------------------------------------------------------------- */

static struct reaction open_user(const struct person *user)
{
    char uid[32];
    snprintf(uid, sizeof uid, "%" PRId64, user->uid);
    return react_open("user", uid);
}

static void start_export(struct screen *s, const char *path, bool replace)
{
    struct error err = {0};
    const struct people_filter filter = filter_of(s->state);
    if (!user_export_start(s->session, &filter, path, replace, &err))
        session_say_error(s->session, &err);
}

/* A new popup goes over the one that is answered, which then goes. */
static struct reaction users_answered(struct screen *s, struct popup *popup)
{
    struct users *p = s->state;
    if (popup->tag == TAG_CANCEL_EXPORT) {
        user_export_cancel(s->session);
        return react_stay();
    }
    if (popup->tag == TAG_OVERWRITE) {
        start_export(s, p->export_path, true);
        return react_stay();
    }
    free(p->export_path);
    p->export_path = user_export_path(popup);
    struct popup *doubt = user_export_doubt(p->export_path, TAG_OVERWRITE);
    if (doubt)
        screen_popup(s, doubt);
    else
        start_export(s, p->export_path, false);
    return react_stay();
}

/* What leaves the list as it is. */
static bool open_other(struct screen *s, enum action action, struct reaction *out)
{
    *out = react_stay();
    switch (action) {
    case ACTION_IMPORT:
    case ACTION_SAMPLE:
        if (session_may_change(s->session))
            *out = react_open("import", action == ACTION_SAMPLE ? "samples" : "");
        return true;
    case ACTION_SOURCES:
        *out = react_open("sources", "");
        return true;
    case ACTION_EXPORT:
        if (user_export_goes_on(s->session))
            screen_popup(s, user_export_ask_cancel(s->session, TAG_CANCEL_EXPORT));
        else if (((const struct users *)s->state)->total > 0)
            screen_popup(s, user_export_ask(s->session, TAG_EXPORT));
        return true;
    default:
        return false;
    }
}

static struct reaction act(struct screen *s, enum action action)
{
    struct reaction other;
    if (open_other(s, action, &other))
        return other;
    struct users *p = s->state;
    const struct person *user = selected(s);
    switch (action) {
    case ACTION_ENTER:
        return user ? open_user(user) : react_ignore();
    case ACTION_FAILED_ONLY:
        p->failing = !p->failing;
        break;
    case ACTION_SORT:
        p->order = p->order == PEOPLE_BY_LAST_LOGIN ? PEOPLE_BY_NAME : p->order + 1;
        p->reverse = false;
        break;
    case ACTION_SORT_REVERSE:
        p->reverse = !p->reverse;
        break;
    default:
        return react_ignore();
    }
    search_again(s);
    return react_stay();
}

static struct reaction users_key(struct screen *s, const struct key_event *event)
{
    struct users *p = s->state;
    const enum filter_result filtered = filter_key(&p->filter, event);
    if (filtered == FILTER_CHANGED)
        search_again(s);
    if (filtered != FILTER_IGNORED)
        return react_stay();
    if (list_move(&p->list, event->action)) {
        read_about(s);
        return react_stay();
    }
    return act(s, event->action);
}

static void users_paste(struct screen *s, const char *text)
{
    struct users *p = s->state;
    if (filter_paste(&p->filter, text))
        search_again(s);
    else
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool users_typing(const struct screen *s)
{
    return filter_typing(&((const struct users *)s->state)->filter);
}

static void users_copies(struct screen *s, struct copy_list *out)
{
    const struct person *user = selected(s);
    if (!user)
        return;
    copy_offer(out, "Login", user->login);
    copy_offer(out, "E-mail", user->email);
    copy_offer(out, "Id", user->id);
}

static bool users_works(const struct screen *s, enum action action)
{
    const struct users *p = s->state;
    if (p->total > 0)
        return action != ACTION_SAMPLE;
    return action == ACTION_QUIT || action == ACTION_IMPORT || action == ACTION_SAMPLE ||
           action == ACTION_SOURCES;
}

const struct screen_ops screen_users = {
    .id = "users",
    .title = "Users",
    .kind = SCREEN_PAGE,
    .page = 5,
    .state_size = sizeof(struct users),
    .contexts = users_contexts,
    .typing_contexts = typing_contexts,
    .open = users_open,
    .close = users_close,
    .draw = users_draw,
    .hint = users_hint,
    .key = users_key,
    .answered = users_answered,
    .works = users_works,
    .tick = users_tick,
    .paste = users_paste,
    .copies = users_copies,
    .typing = users_typing,
};
