/* Run Checks Now: the run as it goes on, and what came of it. */
#include <limits.h>
#include <stdio.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/progress.h"
#include "tui/dialog.h"
#include "tui/registry.h"
#include "tui/run_log.h"
#include "tui/run_table.h"
#include "tui/running.h"
#include "tui/when.h"

enum { TAG_CANCEL = 1, LIST_BELOW = 2, LOG_ROWS_MIN = 3, SHORT_ROWS = 15 };
/* The bar, from that many columns on, and where there are fewer. */
enum { WIDE = 100, NORMAL = 80, BAR_WIDE = 40, BAR_NORMAL = 28, BAR_NARROW = 16 };

struct run_page {
    struct list list;
    struct textview log;
    bool whole_log;  /* in place of the checks */
    bool looks_back; /* into the log, whose end is shown otherwise */
    bool summed_up;  /* the end was said */
    int64_t second;  /* that was shown of the time since it began */
};

static const enum key_context run_contexts[] = {KEYS_RUN, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static const struct run_result *result_of(const struct screen *s)
{
    return running_result(s->session);
}

static const struct run_line *selected(const struct screen *s)
{
    const struct run_page *p = s->state;
    const struct run_result *r = result_of(s);
    return r && p->list.selected < r->line_count ? &r->lines[p->list.selected] : NULL;
}

/* --- starting and ending ------------------------------------------------------------------- */

static void show_lines(struct screen *s)
{
    struct run_page *p = s->state;
    const struct run_result *r = result_of(s);
    list_set_count(&p->list, r ? r->line_count : 0);
    run_log_fill(&p->log, s->session);
}

static bool start(struct screen *s, struct error *err)
{
    struct run_page *p = s->state;
    const bool ok = running_start(s->session, err);
    p->summed_up = false;
    p->looks_back = false;
    show_lines(s);
    return ok;
}

static bool run_open(struct screen *s, const char *arg, struct error *err)
{
    struct run_page *p = s->state;
    (void)arg;
    run_table_layout(&p->list, 0);
    if (!running_join(s->session, err))
        return false;
    if (!running_goes_on(s->session))
        return start(s, err);
    show_lines(s);
    return true;
}

static void run_close(struct screen *s)
{
    textview_release(&((struct run_page *)s->state)->log);
}

static void say_queued(struct session *session, const struct run_result *r)
{
    const long long count = running_deliveries(session);
    if (r->users == 0)
        session_say(session, ROLE_WARN, "▲ No users are imported yet: i on page 5 imports them.");
    else if (count == 0)
        session_say(session, ROLE_OK,
                    "● Nothing to deliver: no user newly fails a check that"
                    " notifies a webhook.");
    else
        session_say(session, ROLE_OK, "● %lld %s queued.", count,
                    count == 1 ? "delivery" : "deliveries");
}

static void say_end(struct session *session, const struct run_result *r)
{
    switch (running_state(session)) {
    case RUNNING_DONE:
        say_queued(session, r);
        break;
    case RUNNING_LOST:
        session_say(session, ROLE_BAD, "■ The service ended during the run. R runs it here.");
        break;
    case RUNNING_FAILED:
        session_say(session, ROLE_BAD, "■ %s", running_fault(session));
        break;
    case RUNNING_CANCELLED:
        session_say(session, ROLE_WARN, "▲ The run was cancelled; nothing of it was kept.");
        break;
    case RUNNING_NONE:
    case RUNNING_HERE:
    case RUNNING_IN_SERVICE:
        break;
    }
}

static bool second_is_over(struct screen *s)
{
    struct run_page *p = s->state;
    const int64_t second = running_elapsed_ms(s->session) / 1000;
    const bool over = second != p->second;
    p->second = second;
    return over && !session_accessible(s->session);
}

/* A service that came back goes on with a run that seemed lost. */
static struct reaction run_tick(struct screen *s)
{
    struct run_page *p = s->state;
    const bool news = screen_stale(s) || second_is_over(s);
    if (running_goes_on(s->session)) {
        p->summed_up = false;
        if (!news && running_state(s->session) != RUNNING_HERE)
            return react_ignore();
        show_lines(s);
        return react_stay();
    }
    if (p->summed_up || !result_of(s))
        return react_ignore();
    p->summed_up = true;
    show_lines(s);
    say_end(s->session, result_of(s));
    return react_stay();
}

/* --- drawing ------------------------------------------------------------------------------- */

/* "0:07 of ~0:11", where there is less room "~0:04 left", where nothing is known "0:07". */
static void time_text(const struct session *s, bool wide, char *out, size_t size)
{
    const int64_t elapsed_ms = running_elapsed_ms(s), expected_ms = running_expected_ms(s);
    char elapsed[WHEN_MAX], expected[WHEN_MAX];
    when_clock(elapsed_ms, elapsed);
    if (expected_ms <= elapsed_ms || expected_ms < 1000) {
        snprintf(out, size, "%s", elapsed);
    } else if (wide) {
        when_clock(expected_ms, expected);
        snprintf(out, size, "%s of ~%s", elapsed, expected);
    } else {
        when_clock(expected_ms - elapsed_ms / 1000 * 1000, expected);
        snprintf(out, size, "~%s left", expected);
    }
}

static void draw_running(const struct screen *s, WINDOW *w, const struct area *area)
{
    const struct run_progress p = run_progress(result_of(s));
    const bool wide = area->cols >= WIDE;
    const int right = area->x + area->cols;
    const int percent = session_percent(s->session, p.percent, 100);
    char time[2 * WHEN_MAX + 8];
    int x = area->x + 1;
    x += draw_text(w, area->y, x, right - x, ROLE_HEADING, "Running checks") + 2;
    if (result_of(s)->users == 0 && running_state(s->session) == RUNNING_IN_SERVICE) {
        draw_text(w, area->y, x, right - x, ROLE_TEXT, "waiting for the service");
        return;
    }
    x += draw_gauge(w, area->y, x,
                    wide                   ? BAR_WIDE
                    : area->cols >= NORMAL ? BAR_NORMAL
                                           : BAR_NARROW,
                    percent) +
         2;
    if (session_accessible(s->session)) /* which is read aloud: by tens of percent alone */
        snprintf(time, sizeof time, "%s", "");
    else
        time_text(s->session, wide, time, sizeof time);
    draw_textf(w, area->y, x, right - x, ROLE_TEXT,
               wide ? "%zu/%zu  %3d%%   %s" : "%zu/%zu %d%% %s", p.ended, p.checks, percent, time);
}

static void draw_done(const struct screen *s, WINDOW *w, const struct area *area)
{
    const struct run_result *r = result_of(s);
    const long long queued = running_deliveries(s->session);
    char took[WHEN_MAX];
    size_t failing = 0;
    for (size_t i = 0; i < r->line_count; i++)
        failing += r->lines[i].state == RUN_FAIL;
    const size_t checked = run_progress(r).checks;
    when_took(r->time_ms, took);
    draw_textf(w, area->y, area->x + 1, area->cols - 1, ROLE_HEADING,
               "Run finished · %zu %s, %lld users in %s · %zu failing · %lld queued", checked,
               checked == 1 ? "check" : "checks", (long long)r->users, took, failing, queued);
}

static void draw_ended(const struct screen *s, WINDOW *w, const struct area *area)
{
    static const char *const nothing[] = {
        [RUNNING_FAILED] = "■ The run failed; nothing of it was kept.",
        [RUNNING_LOST] = "■ The service ended during the run; nothing of it was kept.",
        [RUNNING_CANCELLED] = "▲ The run was cancelled; nothing of it was kept.",
    };
    const enum running_state state = running_state(s->session);
    if (state == RUNNING_DONE)
        draw_done(s, w, area);
    else
        draw_text(w, area->y, area->x + 1, area->cols - 1,
                  state == RUNNING_CANCELLED ? ROLE_WARN : ROLE_BAD, nothing[state]);
}

/* The log gets what the list leaves, but some rows at least; on small terminals nothing. */
static int log_rows(const struct screen *s, int rows)
{
    const struct run_page *p = s->state;
    if (session_accessible(s->session)) /* one pane: l shows the log */
        return 0;
    const int left = rows - LIST_BELOW - 1 - (int)p->list.count - 2;
    const int most = rows >= SHORT_ROWS ? LOG_ROWS_MIN : 0;
    return left > most ? left : most;
}

static void draw_log(const struct screen *s, WINDOW *w, const struct area *area)
{
    struct run_page *p = s->state;
    const bool live = running_goes_on(s->session);
    const struct area text = {area->y + 1, area->x + 2, area->rows - 1, area->cols - 2};
    draw_rule(w, area->y, area->x, area->cols);
    draw_text(w, area->y, area->x + 2, area->cols - 2, ROLE_HEADING, live ? " Live log " : " Log ");
    if (!p->looks_back)
        p->log.top = INT_MAX / 2; /* the end of it */
    textview_draw(&p->log, w, &text);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    run_table_cell(&result_of(ctx)->lines[row], column, out);
}

static void draw_list(struct screen *s, WINDOW *w, const struct area *area)
{
    struct run_page *p = s->state;
    run_table_layout(&p->list, area->cols);
    list_draw(&p->list, w, area, true, cell, s);
}

static void run_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct run_page *p = s->state;
    if (!result_of(s)) {
        draw_text(w, area->y, area->x + 1, area->cols - 1, ROLE_TEXT, "The run was cancelled.");
        return;
    }
    if (running_goes_on(s->session))
        draw_running(s, w, area);
    else
        draw_ended(s, w, area);
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    if (p->whole_log) {
        draw_log(s, w, &body);
        return;
    }
    const int log = log_rows(s, area->rows);
    const struct area below = {area->y + area->rows - log - 1, area->x, log + 1, area->cols};
    const struct area list = {body.y, body.x, body.rows - (log > 0 ? log + 1 : 0), body.cols};
    if (log > 0)
        draw_log(s, w, &below);
    draw_list(s, w, &list);
}

static void run_badge(struct screen *s, char *out, size_t size)
{
    running_pill(s->session, out, size);
}

static void run_hint(struct screen *s, char *out, size_t size)
{
    const enum running_state state = running_state(s->session);
    const struct run_line *line = selected(s);
    if (state == RUNNING_IN_SERVICE)
        snprintf(out, size, "The run continues in the service if you leave or disconnect.");
    else if (state == RUNNING_HERE)
        snprintf(out, size, "The run goes on if you leave this page; it ends with this console.");
    else if (line && line->error[0])
        snprintf(out, size, "%s: %s", line->check->title, line->error);
    else if (state == RUNNING_DONE)
        snprintf(out, size, "%lld %s queued by this run.",
                 (long long)running_deliveries(s->session),
                 running_deliveries(s->session) == 1 ? "delivery" : "deliveries");
}

/* --- doing --------------------------------------------------------------------------------- */

static struct popup *ask_cancel(void)
{
    static const struct dialog_button buttons[] = {{"Keep running", KEY_NONE, 0},
                                                   {"Cancel run", 'C', 1}};
    const struct dialog_spec spec = {
        .tag = TAG_CANCEL,
        .title = "Cancel run?",
        .text = "Nothing of a cancelled run is kept; no one is notified.",
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
    };
    return dialog_new(&spec);
}

static struct reaction run_again(struct screen *s)
{
    struct error err = {0};
    if (!running_goes_on(s->session) && !start(s, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

static bool move_within(struct run_page *p, enum action action)
{
    if (!p->whole_log)
        return list_move(&p->list, action);
    if (!textview_move(&p->log, action))
        return false;
    p->looks_back = action != ACTION_LAST;
    return true;
}

static struct reaction cancel_or_close(struct screen *s)
{
    if (!running_goes_on(s->session))
        return react_open("checks", "");
    screen_popup(s, ask_cancel());
    return react_stay();
}

static struct reaction run_key(struct screen *s, const struct key_event *event)
{
    struct run_page *p = s->state;
    if (move_within(p, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_CANCEL:
        return cancel_or_close(s);
    case ACTION_BACK:
        return react_open("checks", "");
    case ACTION_LOG:
        p->whole_log = !p->whole_log;
        p->looks_back = false;
        return react_stay();
    case ACTION_ENTER:
        return selected(s) ? react_open("check", selected(s)->check->id) : react_stay();
    case ACTION_RUN:
        return run_again(s);
    case ACTION_DELIVERIES:
        return react_open("deliveries", "");
    default:
        return react_ignore();
    }
}

static struct reaction run_answered(struct screen *s, struct popup *popup)
{
    struct session *session = s->session;
    const bool elsewhere = running_state(session) == RUNNING_IN_SERVICE;
    struct error err = {0};
    (void)popup;
    if (!running_goes_on(session)) {
        session_say(session, ROLE_WARN, "▲ The run was finished already.");
        return react_stay();
    }
    if (!running_cancel(session, &err)) {
        session_say_error(session, &err);
        return react_stay();
    }
    if (elsewhere) {
        session_say(session, ROLE_WARN, "▲ The service is asked to cancel the run.");
        return react_stay();
    }
    session_say(session, ROLE_WARN, "▲ The run was cancelled; nothing of it was kept.");
    return react_open("checks", "");
}

static bool run_works(const struct screen *s, enum action action)
{
    const bool goes_on = running_goes_on(s->session);
    switch (action) {
    case ACTION_CANCEL:
    case ACTION_PAGE_1:
        return goes_on;
    case ACTION_BACK:
    case ACTION_RUN:
        return !goes_on;
    case ACTION_QUIT: /* q closes the page */
        return false;
    default:
        return true;
    }
}

static void run_copies(struct screen *s, struct copy_list *out)
{
    const struct run_line *line = selected(s);
    if (!line)
        return;
    copy_offer(out, "Check", line->check->id);
    copy_offer(out, "Reason", line->error);
}

const struct screen_ops screen_run = {
    .id = "run",
    .title = "Run Checks Now",
    .kind = SCREEN_PAGE,
    .page = 2,
    .state_size = sizeof(struct run_page),
    .contexts = run_contexts,
    .open = run_open,
    .close = run_close,
    .draw = run_draw,
    .badge = run_badge,
    .hint = run_hint,
    .key = run_key,
    .works = run_works,
    .copies = run_copies,
    .answered = run_answered,
    .tick = run_tick,
};
