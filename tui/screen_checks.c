/* Page 2: the checks, their results, the webhooks they notify, and Run Checks Now. */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/check_about.h"
#include "tui/check_ask.h"
#include "tui/check_table.h"
#include "tui/frame.h"
#include "tui/registry.h"
#include "tui/running.h"
#include "tui/when.h"

enum { LIST_BELOW = 2, MENU_INDENT = 12 };
enum tag { TAG_WEBHOOKS, TAG_COLUMNS };
/* Beside a pane the list has LIST_SHARE of a hundred columns. The pane follows when the selection
 * has come to rest: to send every check that is passed takes long on a slow line. */
enum { LIST_SHARE = 64, LIST_COLS_MAX = 110, PANE_FINDINGS = 3, REST_MS = 120 };

struct checks {
    struct check_table table;
    struct listing listing;
    struct textview about;
    const struct check *about_of; /* what it is about; NULL = nothing */
    bool pane;                    /* it was drawn */
    int64_t rested_ms;            /* monotonic: when the selection counts as at rest */
    int64_t next_run_s;
    const struct check *asked;
};

static const enum key_context checks_contexts[] = {KEYS_CHECKS, KEYS_LIST, KEYS_LISTING,
                                                   KEYS_GLOBAL, KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_FILTER, KEYS_END};

static const struct check_summary *selected(const struct checks *p)
{
    const long row = listing_row(&p->listing);
    return row == LISTING_NO_ROW ? NULL : &p->table.rows.items[row];
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_about(struct screen *s, struct error *err)
{
    struct checks *p = s->state;
    const struct check_summary *row = selected(p);
    const struct check_details details = {.findings = PANE_FINDINGS, .next_run_s = p->next_run_s};
    p->about_of = row ? row->check : NULL;
    if (row)
        return check_about(&p->about, s->session, row, &details, err);
    textview_clear(&p->about);
    return true;
}

static bool read_rows(struct screen *s, struct error *err)
{
    struct checks *p = s->state;
    const struct app *app = &s->session->app;
    const struct check_summary *was = selected(p);
    const char *id = was ? was->check->id : NULL; /* the catalogue's */
    struct check_summary_list rows = {0};
    struct error ignored = {0}; /* a run that goes on elsewhere is shown when it can be */
    running_join(s->session, &ignored);
    if (!check_next_run(s->session, &p->next_run_s, err) ||
        !check_summaries(app->store, &app->config, &app->catalogue, &rows, err))
        return false;
    check_summary_list_release(&p->table.rows);
    p->table.rows = rows;
    listing_set_count(&p->listing, rows.count, id);
    return read_about(s, err);
}

static bool checks_open(struct screen *s, const char *arg, struct error *err)
{
    struct checks *p = s->state;
    p->table.session = s->session;
    listing_init(&p->listing, &check_listing, &p->table);
    listing_remember(&p->listing, s->session->preferences);
    screen_stale(s);
    if (!read_rows(s, err))
        return false;
    listing_select(&p->listing, arg);
    return read_about(s, err);
}

static void checks_close(struct screen *s)
{
    struct checks *p = s->state;
    listing_release(&p->listing);
    check_summary_list_release(&p->table.rows);
    textview_release(&p->about);
}

static struct reaction follow_selection(struct screen *s)
{
    struct checks *p = s->state;
    const struct check_summary *row = selected(p);
    struct error err = {0};
    if (!p->pane || p->about_of == (row ? row->check : NULL))
        return react_ignore();
    const int64_t left_ms = p->rested_ms - clock_monotonic_ms();
    if (left_ms > 0) {
        session_tick_within(s->session, (int)left_ms);
        return react_ignore();
    }
    p->about.top = 0;
    if (!read_about(s, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

static struct reaction checks_tick(struct screen *s)
{
    const struct reaction r = screen_reread(s, read_rows);
    return r.kind == REACT_IGNORE ? follow_selection(s) : r;
}

/* --- drawing ------------------------------------------------------------------------------- */

static size_t count_enabled(const struct checks *p)
{
    size_t enabled = 0;
    for (size_t i = 0; i < p->table.rows.count; i++)
        enabled += p->table.rows.items[i].enabled;
    return enabled;
}

static void draw_summary(const struct checks *p, WINDOW *w, const struct area *area)
{
    char order[64];
    int x = area->x + 1, right = area->x + area->cols;
    listing_order_text(&p->listing, order, sizeof order);
    const int order_cols = draw_width(order);
    draw_text(w, area->y, right - order_cols - 1, order_cols, ROLE_DIM, order);
    right -= order_cols > 0 ? order_cols + 2 : 0;
    x +=
        draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%zu %s · %zu enabled", p->table.rows.count,
                   p->table.rows.count == 1 ? "check" : "checks", count_enabled(p)) +
        3;
    if (running_goes_on(p->table.session))
        draw_text(w, area->y, x, right - x, ROLE_ACCENT, "[ R  Show the run ]");
    else if (p->listing.marks.count > 0)
        draw_textf(w, area->y, x, right - x, ROLE_ACCENT, "[ R  Run %zu marked ]",
                   p->listing.marks.count);
    else
        draw_text(w, area->y, x, right - x, ROLE_ACCENT, "[ R  Run Checks Now ]");
}

static void draw_pane(struct checks *p, WINDOW *w, const struct area *area, int x)
{
    const struct area right = {area->y, x + 2, area->rows, area->x + area->cols - x - 2};
    draw_upright(w, area->y, x, area->rows);
    textview_draw(&p->about, w, &right);
}

static int list_cols(int cols)
{
    const int share = cols * LIST_SHARE / 100;
    return share < LIST_COLS_MAX ? share : LIST_COLS_MAX;
}

static void checks_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct checks *p = s->state;
    const bool pane = frame_has_pane(s->session, area);
    const int cols = pane ? list_cols(area->cols) : area->cols;
    if (pane && !p->pane)
        session_tick_within(s->session, 0);
    p->pane = pane;
    if (pane)
        draw_pane(p, w, area, area->x + cols);
    const struct area left = {area->y, area->x, area->rows, cols};
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, cols - pane};
    listing_draw(&p->listing, w, &body, true);
    listing_draw_place(&p->listing, w, area->y + 1, area->x, cols - 1 - pane);
    if (p->listing.filter.line)
        listing_draw_filter(&p->listing, w, area->y, area->x + 1, cols - 2);
    else
        draw_summary(p, w, &left);
    if (!listing_typing(&p->listing))
        wmove(w, p->listing.list.selected_y, area->x);
}

static void checks_badge(struct screen *s, char *out, size_t size)
{
    const struct checks *p = s->state;
    int64_t last = 0;
    size_t failing = 0;
    char when[WHEN_MAX];
    for (size_t i = 0; i < p->table.rows.count; i++) {
        const struct check_summary *row = &p->table.rows.items[i];
        last = row->last_run > last ? row->last_run : last;
        failing += row->state == CHECK_FAIL;
    }
    if (last == 0)
        return;
    when_minute(last, session_now_s(s->session), when);
    snprintf(out, size, "last run %s, %zu failing", when, failing);
}

static void checks_hint(struct screen *s, char *out, size_t size)
{
    const struct checks *p = s->state;
    const struct check_summary *row = selected(p);
    if (p->table.rows.count == 0)
        snprintf(out, size,
                 "There are no checks: checkhook config path says where they are looked"
                 " for.");
    else if (row)
        check_explain(row, out, size);
}

/* --- doing --------------------------------------------------------------------------------- */

static struct reaction turn_on_or_off(struct screen *s)
{
    const struct checks *p = s->state;
    struct text_list ids = {0};
    listing_chosen(&p->listing, &ids);
    check_switch(s->session, &ids);
    text_list_release(&ids);
    return react_stay();
}

static struct reaction ask_webhooks(struct screen *s, const struct check_summary *row)
{
    struct checks *p = s->state;
    struct popup *popup = check_ask_webhooks(TAG_WEBHOOKS, s->session, row);
    p->asked = row->check;
    if (popup)
        screen_popup(s, popup_at(popup, p->listing.list.selected_y + 1, MENU_INDENT));
    return react_stay();
}

static struct reaction act(struct screen *s, const struct check_summary *row, enum action action)
{
    switch (action) {
    case ACTION_ENTER:
        return react_open("check", row->check->id);
    case ACTION_FINDINGS:
        return react_open("findings", row->check->id);
    case ACTION_EDIT:
        return react_open("tune", row->check->id);
    case ACTION_ENABLE:
        return turn_on_or_off(s);
    case ACTION_ASSIGN:
        return ask_webhooks(s, row);
    default:
        return react_ignore();
    }
}

/* Another row may be the selected one now. */
static struct reaction moved(struct screen *s)
{
    ((struct checks *)s->state)->rested_ms = clock_monotonic_ms() + REST_MS;
    return react_stay();
}

static struct reaction checks_key(struct screen *s, const struct key_event *event)
{
    struct checks *p = s->state;
    const struct check_summary *row = selected(p);
    if (listing_key(&p->listing, event))
        return moved(s);
    if (event->action == ACTION_COLUMNS) {
        screen_popup(s, listing_ask_columns(&p->listing, TAG_COLUMNS));
        return react_stay();
    }
    if (event->action == ACTION_RUN) {
        if (!running_goes_on(s->session) && !session_may_change(s->session))
            return react_stay();
        running_choose(s->session, &p->listing.marks);
        return react_open("run", "");
    }
    return row ? act(s, row, event->action) : react_ignore();
}

static struct reaction checks_answered(struct screen *s, struct popup *popup)
{
    struct checks *p = s->state;
    switch ((enum tag)popup->tag) {
    case TAG_WEBHOOKS:
        check_set_webhooks(s->session, p->asked, popup);
        break;
    case TAG_COLUMNS:
        listing_take_columns(&p->listing, popup);
        break;
    }
    return react_stay();
}

static void checks_paste(struct screen *s, const char *text)
{
    struct checks *p = s->state;
    if (listing_paste(&p->listing, text))
        moved(s);
    else
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool checks_typing(const struct screen *s)
{
    return listing_typing(&((const struct checks *)s->state)->listing);
}

static bool checks_works(const struct screen *s, enum action action)
{
    return listing_works(&((const struct checks *)s->state)->listing, action);
}

static void checks_copies(struct screen *s, struct copy_list *out)
{
    const struct check_summary *row = selected(s->state);
    if (!row)
        return;
    copy_offer(out, "Id", row->check->id);
    copy_offer(out, "Title", row->check->title);
    copy_offer(out, "Reason", row->error);
}

const struct screen_ops screen_checks = {
    .id = "checks",
    .title = "Checks",
    .kind = SCREEN_PAGE,
    .page = 2,
    .state_size = sizeof(struct checks),
    .contexts = checks_contexts,
    .typing_contexts = typing_contexts,
    .typing = checks_typing,
    .paste = checks_paste,
    .open = checks_open,
    .close = checks_close,
    .draw = checks_draw,
    .badge = checks_badge,
    .hint = checks_hint,
    .key = checks_key,
    .works = checks_works,
    .copies = checks_copies,
    .answered = checks_answered,
    .tick = checks_tick,
};
