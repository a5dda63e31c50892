/* Tells the log of a run from its lines. */
#include "tui/run_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/checks/progress.h"
#include "tui/run_table.h"
#include "tui/running.h"
#include "tui/sign.h"
#include "tui/when.h"

enum { WHO_COLS = 17, TEXT_BYTES = 4096 };

/* "  14:32:04  locked-out         stopped after 5 s" */
static void add(struct textview *out, const struct session *s, int64_t at_ms, const char *who,
                enum role role, const char *text)
{
    struct strbuf line;
    char when[WHEN_MAX];
    strbuf_init(&line, TEXT_BYTES);
    when_short(at_ms / 1000, session_now_s(s), when);
    strbuf_addf(&line, "%s  ", when);
    const size_t from = line.len;
    text_cut_add(&line, who, WHO_COLS, theme_ascii() ? "..." : "…");
    for (size_t width = text_width(line.text + from); width < WHO_COLS; width++)
        strbuf_adds(&line, " ");
    strbuf_addf(&line, "  %s", text);
    textview_add(out, role, "%s", line.text);
    strbuf_release(&line);
}

/* --- one check ------------------------------------------------------------------------------- */

static void outcome_text(const struct run_line *line, char *out, size_t size)
{
    const long long failing = line->failing, evaluated = line->evaluated;
    int len = 0;
    if (line->state == RUN_ERROR)
        snprintf(out, size, "%s", run_line_reason(line));
    else if (line->state == RUN_STALE)
        len = snprintf(out, size, "%lld kept: today's data does not say", (long long)line->kept);
    else if (evaluated == 0)
        snprintf(out, size, "the data sets have no user that it can answer for");
    else if (failing > 0 && line->fresh == 0)
        len = snprintf(out, size, "%lld of %lld users %s, none newly", failing, evaluated,
                       failing == 1 ? "fails" : "fail");
    else if (failing > 0)
        len = snprintf(out, size, "%lld of %lld users %s, %lld of them newly", failing, evaluated,
                       failing == 1 ? "fails" : "fail", (long long)line->fresh);
    else
        len = snprintf(out, size, "none of %lld users fails", evaluated);
    if (line->resolved > 0 && len > 0 && (size_t)len < size)
        snprintf(out + len, size - (size_t)len, ", %lld resolved", (long long)line->resolved);
}

static enum role outcome_role(const struct run_line *line)
{
    if (run_line_not_evaluated(line))
        return ROLE_TEXT;
    return line->state == RUN_ERROR ? ROLE_BAD : line->state == RUN_STALE ? ROLE_WARN : ROLE_TEXT;
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

/* Who is told of the new ones: known once the run is done, for it is written as a whole. */
static void add_notice(struct textview *out, const struct session *s, const struct run_line *line)
{
    struct strbuf names;
    char text[TEXT_BYTES];
    strbuf_init(&names, TEXT_BYTES / 2);
    names_of_webhooks(&s->app.config, line->check->id, &names);
    if (names.len > 0)
        snprintf(text, sizeof text, "queued FAILED_CHECK → %s", names.text);
    else
        snprintf(text, sizeof text, "%s: no webhook is ticked", line->check->id);
    add(out, s, line->ended_ms, "notify", names.len > 0 ? ROLE_ACCENT : ROLE_TEXT, text);
    strbuf_release(&names);
}

static void add_line(struct textview *out, const struct session *s, const struct run_line *line)
{
    char text[TEXT_BYTES];
    outcome_text(line, text, sizeof text);
    add(out, s, line->ended_ms, line->check->id, outcome_role(line), text);
    if (line->fresh > 0 && running_state(s) == RUNNING_DONE)
        add_notice(out, s, line);
}

/* --- all of them ----------------------------------------------------------------------------- */

static int by_end(const void *left, const void *right)
{
    const struct run_line *a = *(const struct run_line *const *)left;
    const struct run_line *b = *(const struct run_line *const *)right;
    if (a->ended_ms != b->ended_ms)
        return a->ended_ms < b->ended_ms ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void add_ended(struct textview *out, const struct session *s, const struct run_result *r)
{
    const struct run_line **ended = mem_zalloc((r->line_count + 1) * sizeof *ended);
    size_t count = 0;
    for (size_t i = 0; i < r->line_count; i++)
        if (run_line_ended(&r->lines[i]))
            ended[count++] = &r->lines[i];
    qsort(ended, count, sizeof *ended, by_end);
    for (size_t i = 0; i < count; i++)
        add_line(out, s, ended[i]);
    free(ended);
}

/* Built-in checks are asked together; one of the administrator's own is alone. */
static void add_present(struct textview *out, const struct session *s, const struct run_result *r)
{
    struct job_progress progress;
    char text[sizeof progress.what + 64];
    size_t asking = 0;
    const struct run_line *one = NULL;
    for (size_t i = 0; i < r->line_count; i++) {
        if (r->lines[i].state == RUN_RUNNING && !run_line_asked_all(&r->lines[i])) {
            asking++;
            one = &r->lines[i];
        }
    }
    running_progress(s, &progress);
    if (asking > 1)
        snprintf(text, sizeof text, "evaluating %zu checks", asking);
    else
        snprintf(text, sizeof text, "%s", asking == 1 ? "evaluating" : progress.what);
    int64_t at_ms = s->now_ms - running_elapsed_ms(s);
    for (size_t i = 0; i < r->line_count; i++)
        at_ms = r->lines[i].ended_ms > at_ms ? r->lines[i].ended_ms : at_ms;
    add(out, s, at_ms, asking == 1 ? one->check->id : "run", ROLE_TEXT, text);
}

static void add_end(struct textview *out, const struct session *s, const struct run_result *r)
{
    char text[TEXT_BYTES];
    int64_t at_ms = 0;
    for (size_t i = 0; i < r->line_count; i++)
        at_ms = r->lines[i].ended_ms > at_ms ? r->lines[i].ended_ms : at_ms;
    const long long count = running_deliveries(s);
    if (running_state(s) == RUNNING_DONE)
        snprintf(text, sizeof text, "finished, %lld %s queued", count,
                 count == 1 ? "delivery" : "deliveries");
    else if (running_fault(s)[0])
        snprintf(text, sizeof text, "%s", running_fault(s));
    else
        snprintf(text, sizeof text, "cancelled; nothing of it was kept");
    add(out, s, at_ms > 0 ? at_ms : s->now_ms, "run",
        running_state(s) == RUNNING_DONE ? ROLE_TEXT : ROLE_BAD, text);
}

void run_log_fill(struct textview *out, const struct session *session)
{
    const struct run_result *r = running_result(session);
    textview_clear(out);
    if (!r)
        return;
    add_ended(out, session, r);
    if (running_goes_on(session))
        add_present(out, session, r);
    else
        add_end(out, session, r);
}
