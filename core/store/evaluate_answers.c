/* What an evaluation has found: counts, verdicts, and who the users are. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/evaluate_private.h"

int64_t evaluation_stamp(const struct evaluation *e)
{
    return e->stamp;
}

size_t evaluation_users(const struct evaluation *e)
{
    return e->users;
}

const char *evaluation_fault(const struct evaluation *e, size_t question)
{
    return e->answers[question].fault;
}

const char *evaluation_lacking(const struct evaluation *e, size_t question)
{
    const struct question *q = &e->questions[question];
    const struct tally tally = evaluation_tally(e, question);

    if (!e->anybody_signs_in || tally.failing + tally.passing > 0)
        return NULL;
    for (size_t i = 0; i < q->need_count; i++)
        if (!(e->needs_met >> (q->needs[i] - needs) & 1))
            return q->needs[i]->label;
    return NULL;
}

struct tally evaluation_tally(const struct evaluation *e, size_t question)
{
    const struct answer *a = &e->answers[question];

    return (struct tally){.failing = a->counts[VERDICT_FAIL],
                          .passing = a->counts[VERDICT_PASS],
                          .unknown = a->counts[VERDICT_UNKNOWN],
                          .looked_at = a->looked_at,
                          .time_ms = a->time_ms};
}

int64_t evaluation_uid(const struct evaluation *e, size_t user)
{
    assert(user < e->users && e->uids);
    return e->uids[user];
}

enum verdict evaluation_verdict(const struct evaluation *e, size_t question, size_t user)
{
    const uint8_t *bits = e->answers[question].bits;

    assert(user < e->users);
    return bits ? (enum verdict)(bits[user / 4] >> user % 4 * 2 & 3) : VERDICT_UNKNOWN;
}

static struct stmt *explain_of(struct evaluation *e, size_t question, struct error *err)
{
    const struct question *q = &e->questions[question];
    struct strbuf sql;

    if (e->explain && e->explained == question)
        return e->explain;
    stmt_free(e->explain);
    strbuf_init(&sql, EVALUATE_SQL_MAX);
    strbuf_adds(&sql, "SELECT u.uid");
    for (size_t i = 0; i < q->explain_count; i++)
        strbuf_addf(&sql, ", (%s)", q->explains[i].sql);
    strbuf_adds(&sql, " FROM users u WHERE u.uid = :uid");
    e->explain = evaluation_prepare(e, &sql, err);
    e->explained = question;
    for (size_t i = 0; e->explain && i < q->explain_count; i++)
        question_bind(e->explain, q, &q->explains[i]);
    e->values = mem_realloc(e->values, (q->explain_count + 1) * sizeof *e->values);
    return e->explain;
}

/* The limit is for a shared question's one user, and for all users of another together. */
static bool explain_expired(void *ctx)
{
    const struct evaluation *e = ctx;

    return clock_monotonic_ms() - e->slice_started_ms + e->answers[e->explained].explain_ms >
           e->limit_ms;
}

/* Verdicts stay as they are. */
static void note_explain_time(struct evaluation *e, size_t question)
{
    struct answer *a = &e->answers[question];

    if (e->questions[question].shared)
        return;
    a->explain_ms += clock_monotonic_ms() - e->slice_started_ms;
    if (a->explain_ms > e->limit_ms && !a->fault)
        a->fault = mem_printf("its explain stopped after %d s", e->limit_ms / 1000);
}

/* A value that cannot be computed is left out: the finding matters more than its explanation. */
static void explain(struct evaluation *e, size_t question, int64_t uid)
{
    size_t count = e->questions[question].explain_count;
    struct error ignored = {0};
    struct stmt *st = explain_of(e, question, &ignored);
    bool row = false;
    e->slice_started_ms = clock_monotonic_ms();
    if (st && !e->answers[question].fault) {
        stmt_reset(st);
        stmt_bind_int(st, ":uid", uid);
        db_set_deadline(e->db, explain_expired, e);
        row = stmt_step(st, &ignored) == STEP_ROW;
        db_set_deadline(e->db, NULL, NULL);
        note_explain_time(e, question);
    }
    for (size_t i = 0; i < count; i++)
        e->values[i] = row ? stmt_text(st, 1 + (int)i) : NULL;
}

bool evaluation_describe(struct evaluation *e, size_t question, size_t user, struct described *out,
                         struct error *err)
{
    return evaluation_describe_uid(e, question, evaluation_uid(e, user), out, err);
}

bool evaluation_describe_uid(struct evaluation *e, size_t question, int64_t uid,
                             struct described *out, struct error *err)
{
    e->who =
        db_prepare(e->db, "SELECT u.source, u.id, u.login FROM users u WHERE u.uid = :uid", err);
    if (!e->who)
        return false;
    stmt_bind_int(e->who, ":uid", uid);
    enum step step = stmt_step(e->who, err);
    if (step == STEP_DONE)
        error_set(err, ERR_IO, "user %lld is not in the snapshot", (long long)uid);
    if (step != STEP_ROW)
        return false;
    explain(e, question, uid);
    *out = (struct described){stmt_text(e->who, 0), stmt_text(e->who, 1), stmt_text(e->who, 2),
                              e->values};
    return true;
}
