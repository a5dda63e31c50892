/* Puts questions into SQL: their verdict as one expression, their parameters by name. */
#include "core/store/question.h"

#include <stdlib.h>

#include "core/store/db.h"

void question_release(struct question *q)
{
    free(q->applies.sql);
    free(q->fails.sql);
    for (size_t i = 0; i < q->explain_count; i++)
        free(q->explains[i].sql);
    free(q->explains);
    for (size_t i = 0; i < q->parameter_count; i++)
        free(q->parameters[i].name);
    free(q->parameters);
    free(q->needs);
    *q = (struct question){0};
}

/* NOT gives a truth value of whatever the expression is worth, and evaluates it once. */
void question_add_verdict(struct strbuf *sql, const struct question *q)
{
    const char *applies = q->applies.sql;

    if (applies)
        strbuf_addf(sql, "CASE NOT (%s) WHEN FALSE THEN ", applies);
    strbuf_addf(sql, "CASE NOT (%s) WHEN FALSE THEN %d WHEN TRUE THEN %d ELSE %d END", q->fails.sql,
                VERDICT_FAIL, VERDICT_PASS, VERDICT_UNKNOWN);
    if (applies)
        strbuf_addf(sql, " WHEN TRUE THEN %d ELSE %d END", VERDICT_OUTSIDE, VERDICT_UNKNOWN);
}

void question_bind(struct stmt *st, const struct question *q, const struct clause *clause)
{
    for (size_t i = 0; clause->sql && i < q->parameter_count; i++)
        if (clause->used >> i & 1)
            stmt_bind_int(st, q->parameters[i].name, q->parameters[i].value);
}
