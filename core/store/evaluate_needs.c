/* Finds out what a source lacks, where a question found nobody that it could answer for. */
#include <inttypes.h>

#include "core/base/clock.h"
#include "core/base/strbuf.h"
#include "core/store/evaluate_private.h"

enum { ROWS_PER_LOOK = 64 }; /* at the clock */

static void note_asked(struct evaluation *e, size_t question)
{
    const struct question *q = &e->questions[question];
    const struct answer *a = &e->answers[question];

    if (a->fault || a->counts[VERDICT_FAIL] + a->counts[VERDICT_PASS] > 0)
        return;
    for (size_t i = 0; i < q->need_count; i++)
        e->needs_asked |= UINT64_C(1) << (q->needs[i] - needs);
}

/* A sum of bits for each user who may be enabled, or for the one whom it is about. */
static struct stmt *prepare(struct evaluation *e, struct error *err)
{
    struct strbuf sql;

    strbuf_init(&sql, EVALUATE_SQL_MAX);
    strbuf_adds(&sql, "SELECT 0");
    for (size_t i = 0; needs[i].name; i++)
        if (e->needs_asked >> i & 1)
            strbuf_addf(&sql, " + CASE WHEN %s THEN %llu ELSE 0 END", needs[i].known, 1ULL << i);
    strbuf_adds(&sql, " FROM users u WHERE ");
    if (e->only)
        strbuf_addf(&sql, "u.uid = %" PRId64, e->only);
    else
        strbuf_adds(&sql, "COALESCE(u.enabled, 1) <> 0");
    return evaluation_prepare(e, &sql, err);
}

bool evaluation_ask_needs(struct evaluation *e, int64_t until_ms, struct error *err)
{
    enum step step = STEP_DONE;
    size_t rows = 0;

    for (size_t i = 0; !e->st && i < e->count; i++)
        note_asked(e, i);
    if (!e->st && e->needs_asked && !(e->st = prepare(e, err)))
        return false;
    while (e->st && e->needs_met != e->needs_asked && (step = stmt_step(e->st, err)) == STEP_ROW) {
        e->anybody_signs_in = true;
        e->needs_met |= (uint64_t)stmt_int(e->st, 0);
        if (++rows % ROWS_PER_LOOK == 0 && clock_monotonic_ms() >= until_ms)
            return true;
    }
    e->needs_known = true;
    stmt_free(e->st);
    e->st = NULL;
    return step != STEP_FAILED;
}
