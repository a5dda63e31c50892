/* Run Checks Now: the run as it goes on, and what came of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/run.h"
#include "core/config/config.h"
#include "core/store/runs.h"
#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/running.h"
#include "tui/sign.h"
#include "tui/textview.h"
#include "tui/when.h"

enum { TAG_CANCEL = 1, LIST_BELOW = 2, LOG_ROWS_MIN = 3, BAR_COLS_MAX = 40, NAMES_BYTES = 512 };

enum column { COLUMN_SIGN, COLUMN_CHECK, COLUMN_STATE, COLUMN_USERS, COLUMN_RESULT };

struct run_page {
    struct list list;
    struct textview log;
    bool summed_up; /* the end was seen, and its log made */
};

static const enum key_context run_contexts[] = {KEYS_RUN, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_SIGN] = {.title = "", .width = 1},
    [COLUMN_CHECK] = {.title = "CHECK", .width = 24, .grow = 1},
    [COLUMN_STATE] = {.title = "STATE", .width = 13},
    [COLUMN_USERS] = {.title = "USERS", .width = 13, .drop = 1, .right = true},
    [COLUMN_RESULT] = {.title = "RESULT", .width = 14, .grow = 2},
};

static const struct run_result *result_of(const struct screen *s)
{
    return running_result(s->session);
}

/* --- starting and ending ------------------------------------------------------------------- */

static void show_lines(struct screen *s)
{
    struct run_page *p = s->state;
    const struct run_result *r = result_of(s);
    list_set_count(&p->list, r ? r->line_count : 0);
}

static bool start(struct screen *s, struct error *err)
{
    struct run_page *p = s->state;
    const bool ok = running_start(s->session, err);
    p->summed_up = false;
    textview_clear(&p->log);
    show_lines(s);
    return ok;
}

static bool run_open(struct screen *s, const char *arg, struct error *err)
{
    struct run_page *p = s->state;
    (void)arg;
    list_init(&p->list, columns, ARRAY_LEN(columns));
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

/* "Billing events, Chat alerts"; empty where the check notifies nobody. */
static void names_of_webhooks(const struct config *config, const char *check_id, struct strbuf *out)
{
    const struct check_config *own = config_check(config, check_id);
    for (size_t i = 0; own && i < own->integrations.count; i++) {
        const struct integration *in = config_find(config, own->integrations.items[i]);
        if (in)
            strbuf_addf(out, "%s%s", out->len > 0 ? ", " : "", in->name);
    }
}

static void log_line(struct screen *s, const struct run_line *line, const char *when)
{
    struct run_page *p = s->state;
    struct strbuf names;
    if (line->state == RUN_ERROR)
        textview_add(&p->log, ROLE_TEXT, "%s  %s: %s", when, line->check->id, line->error);
    if (line->resolved > 0)
        textview_add(&p->log, ROLE_TEXT, "%s  %s: %lld resolved", when, line->check->id,
                     (long long)line->resolved);
    if (line->fresh == 0)
        return;
    strbuf_init(&names, NAMES_BYTES);
    names_of_webhooks(&s->session->app.config, line->check->id, &names);
    if (names.len > 0)
        textview_add(&p->log, ROLE_TEXT, "%s  %s: %lld new, queued FAILED_CHECK → %s", when,
                     line->check->id, (long long)line->fresh, names.text);
    else
        textview_add(&p->log, ROLE_TEXT, "%s  %s: %lld new, no webhook is ticked", when,
                     line->check->id, (long long)line->fresh);
    strbuf_release(&names);
}

static void say_queued(struct session *session, const struct run_result *r)
{
    const long long count = running_deliveries(session);
    if (r->users == 0)
        session_say(session, ROLE_WARN,
                    "▲ No users are imported yet: checkhook data import FILE brings them.");
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

static void sum_up(struct screen *s)
{
    struct run_page *p = s->state;
    const struct run_result *r = result_of(s);
    char when[WHEN_MAX];
    when_short(session_now_s(s->session), session_now_s(s->session), when);
    p->summed_up = true;
    if (running_state(s->session) == RUNNING_DONE) {
        show_lines(s);
        for (size_t i = 0; i < r->line_count; i++)
            log_line(s, &r->lines[i], when);
        if (p->log.count == 0)
            textview_add(&p->log, ROLE_TEXT, "%s  No user newly fails, and none is fixed.", when);
    } else if (running_fault(s->session)[0]) {
        textview_add(&p->log, ROLE_BAD, "%s  %s", when, running_fault(s->session));
    }
    say_end(s->session, r);
}

/* A service that came back goes on with a run that seemed lost. */
static struct reaction run_tick(struct screen *s)
{
    struct run_page *p = s->state;
    if (running_goes_on(s->session)) {
        p->summed_up = false;
        return screen_stale(s) || running_state(s->session) == RUNNING_HERE ? react_stay()
                                                                            : react_ignore();
    }
    if (p->summed_up || !result_of(s))
        return react_ignore();
    sum_up(s);
    return react_stay();
}

/* --- drawing ------------------------------------------------------------------------------- */

/* The reason alone: the state says already that it was not evaluated. */
static const char *reason_of(const struct run_line *line)
{
    const size_t prefix = strlen(RUN_NOT_EVALUATED);
    return strncmp(line->error, RUN_NOT_EVALUATED, prefix) == 0 ? line->error + prefix
                                                                : line->error;
}

static void result_text(const struct run_line *line, char *out, size_t size)
{
    int len = 0;
    switch (line->state) {
    case RUN_ERROR:
        snprintf(out, size, "%s", reason_of(line));
        return;
    case RUN_STALE:
        snprintf(out, size, "%lld kept: the data does not say", (long long)line->kept);
        return;
    case RUN_PASS:
    case RUN_FAIL:
        len = snprintf(out, size, "%lld found", (long long)line->failing);
        if (line->fresh > 0 && len > 0 && (size_t)len < size)
            snprintf(out + len, size - (size_t)len, ", %lld new", (long long)line->fresh);
        return;
    case RUN_WAITING:
    case RUN_RUNNING:
    case RUN_SKIPPED:
        return;
    }
}

static void users_text(const struct run_line *line, char *out, size_t size)
{
    if (line->state == RUN_RUNNING)
        snprintf(out, size, "%lld/%lld", (long long)line->done, (long long)line->total);
    else if (line->state == RUN_PASS || line->state == RUN_FAIL || line->state == RUN_STALE)
        snprintf(out, size, "%lld/%lld", (long long)line->evaluated, (long long)line->total);
    else if (line->state == RUN_ERROR)
        snprintf(out, size, "-");
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct run_line *line = &result_of(s)->lines[row];
    const struct sign sign = sign_of_line(line);
    switch ((enum column)column) {
    case COLUMN_SIGN:
        snprintf(out->text, sizeof out->text, "%s", sign.mark);
        out->role = sign.role;
        break;
    case COLUMN_CHECK:
        snprintf(out->text, sizeof out->text, "%s", line->check->title);
        break;
    case COLUMN_STATE:
        snprintf(out->text, sizeof out->text, "%s", sign.text);
        out->role = sign.role;
        break;
    case COLUMN_USERS:
        users_text(line, out->text, sizeof out->text);
        break;
    case COLUMN_RESULT:
        result_text(line, out->text, sizeof out->text);
        break;
    }
}

/* A bar of `cols` columns, `done` of `total` of it full. */
static int draw_bar(WINDOW *w, int y, int x, int cols, int64_t done, int64_t total)
{
    const int full = total > 0 ? (int)(done * cols / total) : cols;
    struct strbuf bar;
    strbuf_init(&bar, BAR_COLS_MAX * sizeof "█");
    for (int i = 0; i < cols; i++)
        strbuf_adds(&bar, theme_ascii() ? (i < full ? "=" : ".") : (i < full ? "█" : "░"));
    draw_text(w, y, x, cols, ROLE_ACCENT, bar.text);
    strbuf_release(&bar);
    return cols;
}

static void draw_running(const struct screen *s, WINDOW *w, const struct area *area)
{
    struct job_progress progress = {0};
    const int right = area->x + area->cols;
    const int cols = area->cols * 2 / 5 < BAR_COLS_MAX ? area->cols * 2 / 5 : BAR_COLS_MAX;
    int x = area->x + 1;
    running_progress(s->session, &progress);
    x += draw_text(w, area->y, x, right - x, ROLE_HEADING, "Running checks") + 2;
    if (progress.total == 0) {
        draw_text(w, area->y, x, right - x, ROLE_TEXT, progress.what);
        return;
    }
    x += draw_bar(w, area->y, x, cols, progress.done, progress.total) + 2;
    draw_textf(w, area->y, x, right - x, ROLE_TEXT, "%lld/%lld users  %s", (long long)progress.done,
               (long long)progress.total, progress.what);
}

static void draw_ended(const struct screen *s, WINDOW *w, const struct area *area)
{
    static const char *const nothing[] = {
        [RUNNING_FAILED] = "■ The run failed; nothing of it was kept.",
        [RUNNING_LOST] = "■ The service ended during the run; nothing of it was kept.",
        [RUNNING_CANCELLED] = "▲ The run was cancelled; nothing of it was kept.",
    };
    const struct run_result *r = result_of(s);
    const enum running_state state = running_state(s->session);
    char took[WHEN_MAX];
    size_t failing = 0, checked = 0;
    if (state != RUNNING_DONE) {
        draw_text(w, area->y, area->x + 1, area->cols - 1,
                  state == RUNNING_CANCELLED ? ROLE_WARN : ROLE_BAD, nothing[state]);
        return;
    }
    for (size_t i = 0; i < r->line_count; i++) {
        failing += r->lines[i].state == RUN_FAIL;
        checked += r->lines[i].state != RUN_SKIPPED;
    }
    when_took(r->time_ms, took);
    draw_textf(w, area->y, area->x + 1, area->cols - 1, ROLE_HEADING,
               "Run finished · %zu %s, %lld users in %s · %zu failing", checked,
               checked == 1 ? "check" : "checks", (long long)r->users, took, failing);
}

/* The log gets what the list leaves, but some rows at least; on small terminals nothing. */
static int log_rows(const struct run_page *p, int rows)
{
    const int left = rows - LIST_BELOW - 1 - (int)p->list.count - 1;
    const int most = rows >= 15 ? LOG_ROWS_MIN : 0;
    return left > most ? left : most;
}

static void draw_log(struct run_page *p, WINDOW *w, const struct area *area)
{
    const struct area text = {area->y + 1, area->x + 2, area->rows - 1, area->cols - 2};
    draw_rule(w, area->y, area->x, area->cols);
    draw_text(w, area->y, area->x + 2, area->cols - 2, ROLE_HEADING, " Log ");
    textview_draw(&p->log, w, &text);
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
    const int log = log_rows(p, area->rows);
    const int list_rows = area->rows - LIST_BELOW - (log > 0 ? log + 1 : 0);
    if (log > 0) {
        const struct area below = {area->y + area->rows - log - 1, area->x, log + 1, area->cols};
        draw_log(p, w, &below);
    }
    const struct area body = {area->y + LIST_BELOW, area->x, list_rows, area->cols};
    list_draw(&p->list, w, &body, true, cell, s);
}

static void run_hint(struct screen *s, char *out, size_t size)
{
    const struct run_page *p = s->state;
    const struct run_result *r = result_of(s);
    const enum running_state state = running_state(s->session);
    if (state == RUNNING_IN_SERVICE)
        snprintf(out, size, "The run continues in the service if you leave or disconnect.");
    else if (state == RUNNING_HERE)
        snprintf(out, size, "The run goes on if you leave this page.");
    else if (r && p->list.selected < r->line_count && r->lines[p->list.selected].error[0])
        snprintf(out, size, "%s: %s", r->lines[p->list.selected].check->title,
                 r->lines[p->list.selected].error);
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

static struct reaction run_key(struct screen *s, const struct key_event *event)
{
    struct run_page *p = s->state;
    if (list_move(&p->list, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_CANCEL:
        if (!running_goes_on(s->session))
            return react_open("checks", "");
        screen_popup(s, ask_cancel());
        return react_stay();
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
    if (action == ACTION_QUIT) /* q closes the page */
        return false;
    return action != ACTION_RUN || !running_goes_on(s->session);
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
    .hint = run_hint,
    .key = run_key,
    .works = run_works,
    .answered = run_answered,
    .tick = run_tick,
};
