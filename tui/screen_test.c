/* Test Connectivity: each step as it happens, then what came of it and what to try next. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/deliver/conntest.h"
#include "core/store/lock.h"
#include "forms/integration_form.h"
#include "tui/registry.h"
#include "tui/test_report.h"

enum { MARGIN = 2, LABEL_COLS = 14, TIME_COLS = 9, MOST_COLS = 90, ROWS = 18, LEAST_ROWS = 12 };
/* What is left of the terminal beside the box, where it is narrow and elsewhere. */
enum { NARROW = 80, NARROW_FRAME = 2, WIDE_FRAME = 10 };

struct test_screen {
    struct integration in; /* of a saved one, a copy of what was saved when it began */
    bool draft, sample;
    struct conntest *test;
    struct test_report report;
    bool all_headers, told;
    int top, report_rows, shown; /* of the report */
    enum test_step_state seen[TEST_STEP_COUNT];
};

/* Before the id: send a sample notification, not the test event. */
static const char sample_prefix[] = "sample:";

static const enum key_context test_contexts[] = {KEYS_TEST, KEYS_END};

static const struct {
    const char *mark;
    enum role role;
} marks[] = {
    [STEP_NOT_REACHED] = {"·", ROLE_DIM}, [STEP_UNDER_WAY] = {"»", ROLE_ACCENT},
    [STEP_OK] = {"●", ROLE_OK},           [STEP_BAD] = {"■", ROLE_BAD},
    [STEP_NOT_NEEDED] = {"○", ROLE_DIM},
};

/* --- life ------------------------------------------------------------------------------------ */

static void start(struct screen *s)
{
    struct test_screen *p = s->state;
    const struct conntest_options options = {
        .transport = s->session->transport,
        .store = s->session->app.store,
        .general = &s->session->app.config.general,
        .keyring = s->session->app.keyring,
        .integration = &p->in,
        .sample = p->sample,
        .draft = p->draft,
        .now_ms = s->session->now_ms,
    };
    conntest_free(p->test);
    test_report_release(&p->report);
    p->all_headers = p->told = false;
    p->top = 0;
    p->test = conntest_start(&options);
}

/* A form without changes is what is saved: its test may release what waits. */
static bool take_draft(struct screen *s, struct error *err)
{
    struct test_screen *p = s->state;
    struct integration_form *form = s->session->form;
    int bad;
    if (!form || !integration_form_for_test(form, &p->in, &bad))
        return error_set(err, ERR_INVALID, "There is no form that can be tested.");
    p->draft = form->is_new || integration_form_changes(form) > 0;
    return true;
}

static bool take_saved(struct screen *s, const char *id, struct error *err)
{
    struct test_screen *p = s->state;
    const struct integration *in = config_find(&s->session->app.config, id);
    if (!in)
        return error_set(err, ERR_NOT_FOUND, "This integration was removed meanwhile.");
    integration_release(&p->in);
    integration_copy(&p->in, in);
    return true;
}

static bool test_open(struct screen *s, const char *arg, struct error *err)
{
    struct test_screen *p = s->state;
    bool draft = strcmp(arg, "draft") == 0;
    p->sample = strncmp(arg, sample_prefix, strlen(sample_prefix)) == 0;
    if (p->sample)
        arg += strlen(sample_prefix);
    if (!(draft ? take_draft(s, err) : take_saved(s, arg, err)))
        return false;
    s->title = mem_printf("%s · %s", p->sample ? "Sample notification" : "Test Connectivity",
                          p->in.name ? p->in.name : "New integration");
    start(s);
    return true;
}

static void test_close(struct screen *s)
{
    struct test_screen *p = s->state;
    conntest_free(p->test);
    test_report_release(&p->report);
    integration_release(&p->in);
}

static struct reaction test_tick(struct screen *s)
{
    struct test_screen *p = s->state;
    const struct test_step_result *steps = conntest_steps(p->test);
    bool moved = false;
    for (size_t i = 0; i < TEST_STEP_COUNT; i++) {
        moved |= steps[i].state != p->seen[i];
        p->seen[i] = steps[i].state;
    }
    if (conntest_done(p->test) && !p->told) {
        test_report_make(&p->report, p->test, false);
        p->told = moved = true;
        session_changed(s->session);                  /* it is in the list of deliveries now */
        worker_wake(s->session->app.paths.wake_file); /* and what was on hold may go */
    }
    return moved ? react_stay() : react_ignore();
}

/* --- drawing --------------------------------------------------------------------------------- */

static void test_measure(struct screen *s, int *rows, int *cols)
{
    const int screen = getmaxx(stdscr), height = getmaxy(stdscr) - 8;
    const int width = screen - (screen < NARROW ? NARROW_FRAME : WIDE_FRAME);
    (void)s;
    *cols = width < MOST_COLS ? width : MOST_COLS;
    *rows = height < ROWS ? height : ROWS;
    if (*rows < LEAST_ROWS)
        *rows = LEAST_ROWS;
}

static void time_text(int64_t time_us, char *out, size_t size)
{
    if (time_us >= 10 * 1000000)
        snprintf(out, size, "%" PRId64 ".%" PRId64 " s", time_us / 1000000, time_us / 100000 % 10);
    else
        snprintf(out, size, "%" PRId64 " ms", (time_us + 500) / 1000);
}

static const char *step_detail(const struct test_step_result *step)
{
    switch (step->state) {
    case STEP_NOT_NEEDED:
        return "not needed";
    case STEP_UNDER_WAY:
        return *step->detail ? step->detail : "…";
    case STEP_NOT_REACHED:
        return "";
    default:
        return step->detail;
    }
}

static void draw_step(WINDOW *w, int y, const struct area *area, enum test_step which,
                      const struct test_step_result *step)
{
    const int x = area->x + MARGIN, right = area->x + area->cols - MARGIN;
    const bool timed = step->state == STEP_OK || step->state == STEP_BAD;
    char time[32] = "";
    if (timed)
        time_text(step->time_us, time, sizeof time);
    draw_text(w, y, x, 1, marks[step->state].role, marks[step->state].mark);
    draw_text(w, y, x + 2, LABEL_COLS - 1, ROLE_TEXT, test_step_label(which));
    draw_text(w, y, x + 2 + LABEL_COLS, right - x - 2 - LABEL_COLS - TIME_COLS,
              timed ? ROLE_TEXT : ROLE_DIM, step_detail(step));
    draw_right(w, y, right - TIME_COLS, TIME_COLS, ROLE_TEXT, time);
}

/* Where the steps end, and the report begins. */
static int draw_steps(const struct test_screen *p, WINDOW *w, const struct area *area)
{
    const bool airy = area->rows >= ROWS - 2;
    const struct test_step_result *steps = conntest_steps(p->test);
    int y = area->y + airy;
    for (int i = 0; i < TEST_STEP_COUNT; i++) {
        if (y < area->y + area->rows)
            draw_step(w, y++, area, (enum test_step)i, &steps[i]);
    }
    return y + airy;
}

static void test_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct test_screen *p = s->state;
    int y = draw_steps(p, w, area);
    struct area below = {y + 1, area->x + MARGIN, area->y + area->rows - y - 1,
                         area->cols - 2 * MARGIN};
    if (p->told && below.rows > 0) {
        draw_divider(w, y);
        p->shown = below.rows;
        p->report_rows = test_report_draw(&p->report, w, &below, p->top);
        if (p->top + p->shown < p->report_rows)
            draw_text(w, below.y + below.rows - 1, area->x + area->cols - 2, 1, ROLE_ACCENT, "▼");
    }
    wmove(w, area->y, area->x + MARGIN);
}

static void test_footer(struct screen *s, char *out, size_t size)
{
    const struct test_screen *p = s->state;
    char time[32];
    if (!conntest_done(p->test)) {
        snprintf(out, size, "running · Esc cancels");
        return;
    }
    time_text(conntest_time_us(p->test), time, sizeof time);
    bool sent = conntest_steps(p->test)[TEST_REQUEST].state != STEP_NOT_REACHED &&
                conntest_outcome(p->test)->fault != FAULT_SECRET;
    snprintf(out, size, "finished in %s · %s", time,
             !sent       ? "no event was sent"
             : p->sample ? "one sample notification was sent (kind=test)"
                         : "one test event was sent (kind=test)");
}

static void test_hint(struct screen *s, char *out, size_t size)
{
    const struct test_screen *p = s->state;
    if (!conntest_done(p->test))
        snprintf(out, size, "A connection of its own first, then one %s.",
                 p->sample ? "notification with invented users" : "test event");
    else if (p->draft)
        snprintf(out, size, "This tested the form as it stands; nothing is saved yet.");
}

/* --- the section at fault -------------------------------------------------------------------- */

static enum test_step failed_step(const struct test_screen *p)
{
    const struct test_step_result *steps = conntest_steps(p->test);
    for (int i = 0; i < TEST_STEP_COUNT; i++) {
        if (steps[i].state == STEP_BAD)
            return (enum test_step)i;
    }
    return TEST_STEP_COUNT;
}

/* Where the credentials of this type are entered. */
static const char *credentials_setting(const struct test_screen *p)
{
    static const char *const settings[] = {
        [AUTH_UNSET] = "auth.type",     [AUTH_NONE] = "auth.type",
        [AUTH_BASIC] = "auth.password", [AUTH_API_KEY] = "auth.key_value",
        [AUTH_OAUTH] = "auth.params",
    };
    return settings[p->in.auth.type];
}

static bool is_refusal(const struct test_screen *p)
{
    const struct outcome *outcome = conntest_outcome(p->test);
    return outcome->verdict == VERDICT_REFUSED || outcome->fault == FAULT_SECRET;
}

/* The setting to look at first. */
static const char *setting_at_fault(const struct test_screen *p)
{
    if (!conntest_done(p->test))
        return "name";
    switch (failed_step(p)) {
    case TEST_TLS:
        return "tls.verify";
    case TEST_TOKEN:
        return is_refusal(p) ? "auth.client_secret" : "auth.endpoint";
    case TEST_REQUEST:
        return is_refusal(p) ? credentials_setting(p) : "url";
    case TEST_STEP_COUNT:
        return "name";
    default:
        return "url";
    }
}

static const char *section_at_fault(const struct test_screen *p)
{
    switch (failed_step(p)) {
    case TEST_TLS:
        return "Edit Advanced section";
    case TEST_TOKEN:
        return "Edit OAuth section";
    case TEST_REQUEST:
        if (is_refusal(p))
            return p->in.auth.type == AUTH_OAUTH     ? "Edit OAuth section"
                   : p->in.auth.type == AUTH_BASIC   ? "Edit Basic section"
                   : p->in.auth.type == AUTH_API_KEY ? "Edit API key section"
                                                     : "Edit authorization";
        return "Edit Invocation section";
    case TEST_STEP_COUNT:
        return NULL;
    default:
        return "Edit Invocation section";
    }
}

static const char *test_caption(const struct screen *s, enum action action)
{
    const struct test_screen *p = s->state;
    if (action == ACTION_HEADERS)
        return p->all_headers ? "Summary" : NULL;
    if (action == ACTION_BACK)
        return p->told ? NULL : "Cancel";
    return action == ACTION_EDIT && p->told ? section_at_fault(p) : NULL;
}

/* Over the form it is the form that waits below. */
static struct reaction edit(struct screen *s)
{
    const struct test_screen *p = s->state;
    const char *setting = setting_at_fault(p);
    char arg[SCREEN_ARG_MAX];
    if (s->session->form) {
        s->session->form->wanted =
            setting_find(integration_settings, integration_setting_count, setting);
        return react_close();
    }
    snprintf(arg, sizeof arg, "%s@%s", p->in.id, setting);
    return react_switch("form", arg);
}

/* --- keys ------------------------------------------------------------------------------------ */

static struct reaction again(struct screen *s)
{
    const struct test_screen *p = s->state;
    char id[UUID_LEN + 1];
    struct error err = {0};
    memcpy(id, p->in.id, sizeof id);
    if (!s->session->form && !take_saved(s, id, &err))
        session_say_error(s->session, &err);
    else
        start(s);
    return react_stay();
}

static void turn_page(struct test_screen *p, int step)
{
    int most = p->report_rows - p->shown;
    p->top += step;
    if (p->top > most)
        p->top = most;
    if (p->top < 0)
        p->top = 0;
}

static void show_headers(struct test_screen *p)
{
    p->all_headers = !p->all_headers;
    p->top = 0;
    test_report_release(&p->report);
    test_report_make(&p->report, p->test, p->all_headers);
}

static bool test_works(const struct screen *s, enum action action)
{
    const struct test_screen *p = s->state;
    if (action == ACTION_HEADERS || action == ACTION_COPY)
        return p->told;
    return action != ACTION_EDIT || s->session->form || s->session->may_write;
}

static struct reaction test_key(struct screen *s, const struct key_event *event)
{
    struct test_screen *p = s->state;
    if (event->action != ACTION_BACK && !test_works(s, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_AGAIN:
        return again(s);
    case ACTION_EDIT:
        return edit(s);
    case ACTION_HEADERS:
        show_headers(p);
        return react_stay();
    case ACTION_UP:
    case ACTION_DOWN:
        turn_page(p, event->action == ACTION_UP ? -1 : 1);
        return react_stay();
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        turn_page(p, event->action == ACTION_PAGE_UP ? -p->shown : p->shown);
        return react_stay();
    case ACTION_BACK:
        return react_close();
    case ACTION_COPY: /* the loop asks test_copies */
        return react_ignore();
    default:
        return react_stay();
    }
}

static void test_copies(struct screen *s, struct copy_list *out)
{
    const struct test_screen *p = s->state;
    if (!p->told)
        return;
    char *text = test_report_text(s->title, p->test);
    copy_offer(out, "Report (secrets masked)", text);
    free(text);
}

const struct screen_ops screen_test = {
    .id = "test",
    .title = "Test Connectivity",
    .kind = SCREEN_OVER,
    .state_size = sizeof(struct test_screen),
    .contexts = test_contexts,
    .open = test_open,
    .close = test_close,
    .draw = test_draw,
    .measure = test_measure,
    .footer = test_footer,
    .hint = test_hint,
    .key = test_key,
    .works = test_works,
    .caption = test_caption,
    .copies = test_copies,
    .tick = test_tick,
};
