/* What the product has stored, compared with what the model of its runs says. */
#include "tests/support/runtwin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/sql.h"

void runtwin_complain(const struct runtwin *t, const char *what, const char *is,
                      const char *expected)
{
    support_fail_at(__FILE__, __LINE__,
                    "CAMPAIGN_SEED=%" PRIu64 ", step %d (%s): %s\n--- is\n%s--- the model says\n%s",
                    t->seed, t->step, t->doing, what, is, expected);
}

static void expect_text(const struct runtwin *t, const char *what, struct strbuf *is,
                        struct strbuf *expected)
{
    if (strcmp(is->text, expected->text) != 0)
        runtwin_complain(t, what, is->text, expected->text);
    strbuf_release(is);
    strbuf_release(expected);
}

void runtwin_expect_number(const struct runtwin *t, const char *what, int64_t is, int64_t expected)
{
    char texts[2][32];
    snprintf(texts[0], sizeof texts[0], "%" PRId64 "\n", is);
    snprintf(texts[1], sizeof texts[1], "%" PRId64 "\n", expected);
    if (is != expected)
        runtwin_complain(t, what, texts[0], texts[1]);
}

/* Adds a line for every row; :run in the statement is that run. */
static void add_rows(const struct runtwin *t, const char *sql, int64_t run_id, struct strbuf *out)
{
    char *of_run = mem_printf("WITH asked(run) AS (VALUES (%" PRId64 ")) %s", run_id, sql);
    sql_lines(store_db(t->other), of_run, out);
    free(of_run);
}

void runtwin_expect_open(const struct runtwin *t)
{
    struct strbuf is, expected;
    strbuf_init(&is, RUNTWIN_TEXT_MAX);
    strbuf_init(&expected, RUNTWIN_TEXT_MAX);
    add_rows(t,
             "SELECT check_id || ' ' || source || ' ' || user_id || ' ' || login || ' since ' ||"
             " since_s || ' run ' || first_run || ' stale ' || stale FROM findings"
             " WHERE resolved_at IS NULL ORDER BY check_id, source, user_id",
             0, &is);
    add_rows(t, "SELECT 'resolved ' || count(*) FROM findings WHERE resolved_at IS NOT NULL", 0,
             &is);
    model_add_open(&expected, &t->model);
    expect_text(t, "findings", &is, &expected);
}

void runtwin_expect_counts(const struct runtwin *t, const struct model_run *run, int64_t run_id)
{
    struct strbuf is, expected;
    strbuf_init(&is, RUNTWIN_TEXT_MAX);
    strbuf_init(&expected, RUNTWIN_TEXT_MAX);
    add_rows(
        t,
        "SELECT check_id || ' evaluated ' || evaluated || ' failing ' || failing || ' new ' ||"
        " new || ' resolved ' || resolved || ' unknown ' || unknown || ' kept ' || kept ||"
        " ' error ' || (error IS NOT NULL) FROM run_checks WHERE run_id = (SELECT run FROM asked)"
        " ORDER BY check_id",
        run_id, &is);
    model_add_counts(&expected, run);
    expect_text(t, "run_checks", &is, &expected);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The logins of a message, sorted. */
static void add_logins(const char *detail, struct strbuf *out)
{
    const char *logins[MODEL_SOURCES * MODEL_USERS] = {0};
    size_t count = 0;
    struct error err = {0};
    cJSON *message = json_parse(detail, strlen(detail), &err);
    const cJSON *login = NULL;
    cJSON_ArrayForEach(login, json_member(message, "usersFailing"))
    {
        if (count < ARRAY_LEN(logins))
            logins[count++] = login->valuestring;
    }
    qsort(logins, count, sizeof logins[0], by_text);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(out, "%s ", logins[i]);
    strbuf_addc(out, '\n');
    cJSON_Delete(message);
}

void runtwin_expect_sent(const struct runtwin *t, const struct model_run *run, int64_t run_id)
{
    struct strbuf is, expected;
    struct error err = {0};
    strbuf_init(&is, RUNTWIN_TEXT_MAX);
    strbuf_init(&expected, RUNTWIN_TEXT_MAX);
    struct stmt *st = db_prepare_once(
        store_db(t->other),
        "SELECT e.check_id || ' to ' || d.integration_name || ' ' || d.state || ': ', b.detail"
        " FROM deliveries d JOIN events e ON e.id = d.event_id"
        " JOIN event_bodies b ON b.event_id = e.id WHERE e.run_id = :run ORDER BY 1",
        &err);
    if (!st)
        support_die("%s", err.text);
    stmt_bind_int(st, ":run", run_id);
    while (stmt_step(st, &err) == STEP_ROW) {
        strbuf_adds(&is, stmt_text(st, 0));
        add_logins(stmt_text(st, 1), &is);
    }
    stmt_free(st);
    model_add_sent(&expected, &t->model, run);
    expect_text(t, "deliveries", &is, &expected);
}

void runtwin_expect_result(const struct runtwin *t, const struct run_result *result,
                           const struct model_run *run)
{
    runtwin_expect_number(t, "users of the result", result->users, run->users);
    runtwin_expect_number(t, "events of the result", result->events, run->events);
    runtwin_expect_number(t, "deliveries of the result", result->deliveries, run->deliveries);
    for (size_t i = 0; i < result->line_count; i++) {
        const struct run_line *is = &result->lines[i];
        const struct model_line *l = NULL;
        for (size_t c = 0; c < MODEL_CHECKS; c++)
            if (strcmp(model_check_ids[c], is->check->id) == 0)
                l = &run->lines[c];
        if (!l) {
            runtwin_complain(t, "a check", is->check->id, "");
            return;
        }
        runtwin_expect_number(t, is->check->id, is->state != RUN_SKIPPED, l->asked);
        runtwin_expect_number(t, is->check->id, is->state == RUN_ERROR, l->error);
        runtwin_expect_number(t, is->check->id, is->fresh, l->fresh);
        runtwin_expect_number(t, is->check->id, is->resolved, l->resolved);
        runtwin_expect_number(t, is->check->id, (int64_t)is->fresh_logins.count, l->fresh);
    }
}

int64_t runtwin_count_rows(const struct runtwin *t)
{
    return checkbed_number(&t->bed, "SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM"
                                    " run_checks) + (SELECT count(*) FROM events) +"
                                    " (SELECT count(*) FROM deliveries)");
}
