/* One check as text. */
#include "tui/check_about.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/checks/chart.h"
#include "core/checks/explain.h"
#include "core/schedule.h"
#include "core/store/findings.h"
#include "tui/sign.h"
#include "tui/user_about.h"
#include "tui/when.h"

enum { HISTORY_RUNS = 10, HISTORY_BYTES = 64, LINE_BYTES = 512, WHY_BYTES = 4096 };
enum { UNKNOWN_BYTES = 40 };
enum { LOGIN_COLS_MIN = 10, LOGIN_COLS_MAX = 16, TYPE_COLS = 7, DAY_S = 86400 };

/* A finding as it is shown. */
struct finding_line {
    char *login, *why;
    char type[16], seen[32];
    bool stale;
};

/* What is handed to the sink of findings. */
struct finding_lines {
    struct finding_line *items;
    size_t count;
    int64_t now_s;
    bool why;
};

static bool was_counted(const struct check_summary *c)
{
    return c->state == CHECK_PASS || c->state == CHECK_FAIL || c->state == CHECK_STALE;
}

void check_found(const struct check_summary *check, char *out, size_t size)
{
    if (was_counted(check))
        snprintf(out, size, "%lld of %lld users", (long long)(check->failing + check->kept),
                 (long long)check->evaluated);
    else
        snprintf(out, size, "-");
}

/* "; 29 unknown": where nobody fails because nothing is known, it shows. */
static void unknown_text(const struct check_summary *check, char *out, size_t size)
{
    out[0] = '\0';
    if (check->unknown > 0)
        snprintf(out, size, "; %lld unknown", (long long)check->unknown);
}

void check_explain(const struct check_summary *check, char *out, size_t size)
{
    const char *title = check->check->title;
    char unknown[UNKNOWN_BYTES];
    unknown_text(check, unknown, sizeof unknown);
    if (check->state == CHECK_OFF)
        snprintf(out, size, "%s is off: runs leave it out. x switches it on.", title);
    else if (check->state == CHECK_NEVER_RUN)
        snprintf(out, size, "%s was not run yet. R runs the checks.", title);
    else if (check->error)
        snprintf(out, size, "%s: %s", title, check->error);
    else if (check->state == CHECK_STALE)
        snprintf(out, size, "%s: failing as last known; today's data does not say.", title);
    else if (check->failing > 0)
        snprintf(out, size, "%s: %lld of %lld users fail, %lld of them new in the last run%s.",
                 title, (long long)check->failing, (long long)check->evaluated,
                 (long long)check->fresh, unknown);
    else
        snprintf(out, size, "%s: none of %lld users fails%s.", title, (long long)check->evaluated,
                 unknown);
}

/* "06:00:14, took 1.2 s" */
static void last_run_text(const struct check_summary *c, int64_t now_s, char *out, size_t size)
{
    char when[WHEN_MAX], took[WHEN_MAX];
    if (c->last_run > now_s - DAY_S)
        when_short(c->last_run, now_s, when);
    else
        when_long(c->last_run, when);
    when_took(c->time_ms, took);
    snprintf(out, size, "%s%s%s", when, c->time_ms >= 0 ? ", took " : "",
             c->time_ms >= 0 ? took : "");
}

static void add_next_run(struct textview *out, const struct session *session,
                         const struct check_summary *c, int64_t next_run_s)
{
    char when[WHEN_MAX];
    if (!c->enabled) {
        textview_pair(out, "Next run", ROLE_TEXT, "none: it is off");
        return;
    }
    if (!session_has_service(session)) {
        textview_pair(out, "Next run", ROLE_WARN, "none: no service runs");
        return;
    }
    when_next(next_run_s, session_now_s(session), when);
    textview_pair(out, "Next run", ROLE_TEXT, "%s", when);
}

/* What is set here, and what the definition says where that is something else. */
static void add_tuning(struct textview *out, const struct session *session,
                       const struct check_summary *c)
{
    const struct check *check = c->check;
    const struct check_config *own = config_check(&session->app.config, check->id);
    if (c->severity == check->severity)
        textview_pair(out, "Severity", ROLE_TEXT, "%s", severity_text(c->severity));
    else
        textview_pair(out, "Severity", ROLE_TEXT, "%s, by default %s", severity_text(c->severity),
                      severity_text(check->severity));
    for (size_t i = 0; i < check->number_count; i++) {
        const struct check_number *n = &check->numbers[i];
        const int64_t value = check_number(check, &session->app.config, i);
        const char *label = i == 0 ? "Settings" : "";
        if (value == n->value)
            textview_pair(out, label, ROLE_TEXT, "%s %lld", n->name, (long long)value);
        else
            textview_pair(out, label, ROLE_TEXT, "%s %lld, by default %lld", n->name,
                          (long long)value, (long long)n->value);
    }
    if (own && own->ignore.count > 0)
        textview_pair(out, "Ignores", ROLE_TEXT, "%zu %s", own->ignore.count,
                      own->ignore.count == 1 ? "entry" : "entries");
}

static void add_facts(struct textview *out, const struct session *session,
                      const struct check_summary *c, int64_t next_run_s)
{
    char text[LINE_BYTES];
    add_tuning(out, session, c);
    check_found(c, text, sizeof text);
    textview_pair(out, "Found", ROLE_TEXT, "%s", text);
    if (was_counted(c) && c->unknown > 0)
        textview_pair(out, "Unknown", ROLE_TEXT, "%lld, source does not say",
                      (long long)c->unknown);
    if (c->last_run > 0) {
        last_run_text(c, session_now_s(session), text, sizeof text);
        textview_pair(out, "Last run", ROLE_TEXT, "%s", text);
    }
    add_next_run(out, session, c, next_run_s);
    textview_pair(out, "Webhooks", ROLE_TEXT, "%zu of %zu", c->integrations,
                  session->app.config.integrations.count);
    if (c->error)
        textview_pair(out, "Reason", sign_of_check(c->state).role, "%s", c->error);
}

static void add_texts(struct textview *out, const char *title, const char *mark,
                      const struct text_list *texts)
{
    if (texts->count == 0)
        return;
    textview_blank(out);
    if (title)
        textview_add(out, ROLE_HEADING, "%s", title);
    for (size_t i = 0; i < texts->count; i++)
        textview_add(out, ROLE_TEXT, "%s%s", mark, texts->items[i]);
}

/* --- the first findings ---------------------------------------------------------------------- */

static void seen_text(const struct finding_user *user, int64_t now_s, char *out, size_t size)
{
    char age[16];
    if (!user->seen_known)
        return;
    time_age(now_s - user->seen_at, age);
    snprintf(out, size, "%s%s", user->seen_at > 0 ? "last seen " : "never seen",
             user->seen_at > 0 ? age : "");
}

static bool take_finding(void *ctx, const struct finding *f, const struct finding_user *user,
                         struct error *err)
{
    struct finding_lines *lines = ctx;
    (void)err;
    struct finding_line *line = list_add(&lines->items, &lines->count, sizeof *line);
    *line = (struct finding_line){.login = mem_strdup(f->login), .stale = f->stale};
    line->why = lines->why ? explain_text(f->explain) : mem_strdup("");
    snprintf(line->type, sizeof line->type, "%s", user_role(user->type, user->is_admin));
    seen_text(user, lines->now_s, line->seen, sizeof line->seen);
    return true;
}

static void add_padded(struct strbuf *out, const char *text, size_t cols)
{
    const size_t from = out->len;
    text_cut_add(out, text, cols, theme_ascii() ? "..." : "…");
    for (size_t width = text_width(out->text + from); width < cols; width++)
        strbuf_adds(out, " ");
}

static size_t login_cols(const struct finding_lines *lines)
{
    size_t cols = LOGIN_COLS_MIN;
    for (size_t i = 0; i < lines->count; i++) {
        const size_t width = text_width(lines->items[i].login);
        cols = width > cols ? width : cols;
    }
    return !lines->why && cols > LOGIN_COLS_MAX ? LOGIN_COLS_MAX : cols;
}

static void show_findings(struct textview *out, const struct finding_lines *lines)
{
    const size_t cols = login_cols(lines);
    if (lines->count == 0)
        return;
    textview_blank(out);
    textview_add(out, ROLE_HEADING, "First findings");
    for (size_t i = 0; i < lines->count; i++) {
        const struct finding_line *line = &lines->items[i];
        struct strbuf text;
        strbuf_init(&text, WHY_BYTES);
        add_padded(&text, line->login, cols);
        strbuf_adds(&text, "  ");
        add_padded(&text, line->type, TYPE_COLS);
        strbuf_addf(&text, " %s%s", line->stale ? "▲ stale " : "",
                    line->why[0] ? line->why : line->seen);
        textview_add(out, line->stale ? ROLE_WARN : ROLE_TEXT, "%s", text.text);
        textview_hang(out, (int)cols + 2 + TYPE_COLS + 1);
        strbuf_release(&text);
    }
}

static void release_findings(struct finding_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i].login);
        free(lines->items[i].why);
    }
    free(lines->items);
}

static bool add_findings(struct textview *out, const struct session *session,
                         const struct check_summary *c, const struct check_details *details,
                         struct error *err)
{
    struct finding_lines lines = {.now_s = session_now_s(session), .why = details->why};
    const bool ok = findings_first(session->app.store, c->check->id, details->findings,
                                   take_finding, &lines, err);
    if (ok)
        show_findings(out, &lines);
    const int64_t more = c->failing + c->kept - (int64_t)lines.count;
    if (ok && was_counted(c) && more > 0 && lines.count > 0)
        textview_add(out, ROLE_ACCENT, "…%lld more, press f", (long long)more);
    release_findings(&lines);
    return ok;
}

/* --- history --------------------------------------------------------------------------------- */

static void add_marks(struct textview *out, const struct run_check_list *runs)
{
    struct strbuf marks;
    strbuf_init(&marks, HISTORY_BYTES);
    for (size_t i = runs->count; i-- > 0;)
        strbuf_adds(&marks, sign_of_result(&runs->items[i]).mark);
    textview_pair(out, "History", ROLE_TEXT, "%s  (%zu %s)", marks.text, runs->count,
                  runs->count == 1 ? "run" : "runs");
    strbuf_release(&marks);
}

static void add_chart(struct textview *out, const struct run_check_list *runs, enum chart_of what,
                      const char *title, enum role role)
{
    const bool ascii = theme_ascii();
    struct chart chart;
    chart_make(&chart, runs, HISTORY_RUNS, what);
    for (int row = 0; chart_worth(&chart, what) && row < chart_rows(&chart, ascii); row++) {
        char *label = chart_label(&chart, row, ascii);
        struct strbuf line;
        strbuf_init(&line, HISTORY_BYTES);
        chart_add_row(&line, &chart, row, ascii);
        textview_pair(out, row == 0 ? title : "", role, "%s%s%s", line.text, *label ? "  " : "",
                      label);
        strbuf_release(&line);
        free(label);
    }
    chart_release(&chart);
}

/* The latest run at the right, in the signs as in the charts under them. */
static bool add_history(struct textview *out, const struct session *session, const char *check_id,
                        struct error *err)
{
    struct run_check_list runs = {0};
    if (!runs_history(session->app.store, check_id, HISTORY_RUNS, &runs, err))
        return false;
    if (runs.count > 0) {
        textview_blank(out);
        add_marks(out, &runs);
        add_chart(out, &runs, CHART_FAILING, "Failing", ROLE_TEXT);
        add_chart(out, &runs, CHART_UNKNOWN, "Unknown", ROLE_WARN);
    }
    run_check_list_release(&runs);
    return true;
}

/* --- the rule -------------------------------------------------------------------------------- */

static void add_rule(struct textview *out, const struct check *check)
{
    textview_blank(out);
    textview_add(out, ROLE_HEADING, "Rule");
    textview_pair(out, "Applies", ROLE_TEXT, "%s", check->applies ? check->applies : "to everyone");
    textview_pair(out, "Fails", ROLE_TEXT, "%s", check->fails ? check->fails : "");
    for (size_t i = 0; i < check->needs.count; i++)
        textview_pair(out, i == 0 ? "Needs" : "", ROLE_TEXT, "%s", check->needs.items[i]);
    textview_pair(out, "From", ROLE_TEXT, "%s:%d", check->file, check->line);
}

/* --- all of it ------------------------------------------------------------------------------- */

bool check_about(struct textview *out, struct session *session, const struct check_summary *check,
                 const struct check_details *details, struct error *err)
{
    const struct sign sign = sign_of_check(check->state);
    textview_clear(out);
    textview_title(out, check->check->title, sign.role, sign.text);
    textview_blank(out);
    add_facts(out, session, check, details->next_run_s);
    add_texts(out, NULL, "", &check->check->description);
    bool ok = add_findings(out, session, check, details, err) &&
              add_history(out, session, check->check->id, err);
    add_texts(out, "Recommended actions", "- ", &check->check->actions);
    if (details->why)
        add_rule(out, check->check);
    return ok;
}

bool check_next_run(struct session *session, int64_t *at_s, struct error *err)
{
    const struct general *general = &session->app.config.general;
    const struct schedule schedule = {general->schedule_hour, general->schedule_minute};
    const int64_t now_s = session_now_s(session);
    struct run last;
    bool has_run = false;
    if (!runs_last_daily(session->app.store, &last, err) ||
        !runs_daily_exists(session->app.store, schedule_day(&schedule, now_s), &has_run, err))
        return false;
    const struct schedule_history history = {last.day, last.started_ms / 1000, has_run};
    *at_s = schedule_next_s(&schedule, &history, now_s);
    return true;
}
