/* One check as text. */
#include "tui/check_about.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/store/findings.h"
#include "tui/sign.h"
#include "tui/when.h"

enum { HISTORY_RUNS = 10, HISTORY_BYTES = 64, LINE_BYTES = 512 };

/* What is handed to the sink of findings. */
struct finding_lines {
    struct textview *out;
    int64_t now_s, shown;
};

static bool was_counted(const struct check_summary *c)
{
    return c->state == CHECK_PASS || c->state == CHECK_FAIL || c->state == CHECK_STALE;
}

void check_found(const struct check_summary *check, char *out, size_t size)
{
    if (was_counted(check))
        snprintf(out, size, "%lld of %lld users", (long long)check->failing,
                 (long long)check->evaluated);
    else
        snprintf(out, size, "-");
}

void check_explain(const struct check_summary *check, char *out, size_t size)
{
    const char *title = check->check->title;
    if (check->state == CHECK_OFF)
        snprintf(out, size, "%s is off: runs leave it out. x switches it on.", title);
    else if (check->state == CHECK_NEVER_RUN)
        snprintf(out, size, "%s was not run yet. R runs the checks.", title);
    else if (check->error)
        snprintf(out, size, "%s: %s", title, check->error);
    else if (check->state == CHECK_STALE)
        snprintf(out, size, "%s: failing as last known; today's data does not say.", title);
    else if (check->failing > 0)
        snprintf(out, size, "%s: %lld of %lld users fail, %lld of them new in the last run.", title,
                 (long long)check->failing, (long long)check->evaluated, (long long)check->fresh);
    else
        snprintf(out, size, "%s: none of %lld users fails.", title, (long long)check->evaluated);
}

static void add_facts(struct textview *out, const struct session *session,
                      const struct check_summary *c)
{
    char text[LINE_BYTES], when[WHEN_MAX];
    textview_pair(out, "Severity", ROLE_TEXT, "%s", severity_text(c->severity));
    check_found(c, text, sizeof text);
    textview_pair(out, "Found", ROLE_TEXT, "%s", text);
    if (was_counted(c) && c->unknown > 0)
        textview_pair(out, "Unknown", ROLE_TEXT, "%lld: the source does not say",
                      (long long)c->unknown);
    if (c->last_run > 0) {
        when_long(c->last_run, when);
        textview_pair(out, "Last run", ROLE_TEXT, "%s", when);
    }
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

static bool add_finding(void *ctx, const struct finding *f, struct error *err)
{
    struct finding_lines *lines = ctx;
    char age[16];
    (void)err;
    if (lines->shown++ == 0) {
        textview_blank(lines->out);
        textview_add(lines->out, ROLE_HEADING, "Newest findings (since)");
    }
    time_age(lines->now_s - f->since, age);
    textview_add(lines->out, f->stale ? ROLE_WARN : ROLE_TEXT, "%4s  %s%s", age, f->login,
                 f->stale ? "  ▲ stale" : "");
    return true;
}

static bool add_findings(struct textview *out, const struct session *session,
                         const struct check_summary *c, int64_t limit, struct error *err)
{
    struct finding_lines lines = {out, session_now_s(session), 0};
    if (!findings_each(session->app.store, c->check->id, limit, add_finding, &lines, err))
        return false;
    if (was_counted(c) && c->failing > lines.shown && lines.shown > 0)
        textview_add(out, ROLE_DIM, "…%lld more, press f", (long long)(c->failing - lines.shown));
    return true;
}

/* The oldest at the left, so that the last sign is today's. */
static bool add_history(struct textview *out, const struct session *session, const char *check_id,
                        struct error *err)
{
    struct run_check_list runs = {0};
    if (!runs_history(session->app.store, check_id, HISTORY_RUNS, &runs, err))
        return false;
    struct strbuf marks;
    strbuf_init(&marks, HISTORY_BYTES);
    for (size_t i = runs.count; i > 0; i--)
        strbuf_adds(&marks, sign_of_result(&runs.items[i - 1]).mark);
    if (runs.count > 0) {
        textview_blank(out);
        textview_pair(out, "History", ROLE_TEXT, "%s  (%zu %s)", marks.text, runs.count,
                      runs.count == 1 ? "run" : "runs");
    }
    strbuf_release(&marks);
    run_check_list_release(&runs);
    return true;
}

bool check_about(struct textview *out, struct session *session, const struct check_summary *check,
                 int64_t findings, struct error *err)
{
    const struct sign sign = sign_of_check(check->state);
    textview_clear(out);
    textview_title(out, check->check->title, sign.role, sign.text);
    textview_blank(out);
    add_facts(out, session, check);
    add_texts(out, NULL, "", &check->check->description);
    bool ok = add_findings(out, session, check, findings, err) &&
              add_history(out, session, check->check->id, err);
    add_texts(out, "Recommended actions", "- ", &check->check->actions);
    return ok;
}
