/* Puts questions into SQL: their verdict as one expression, their parameters by name. */
#include "core/store/question.h"

#include <stdlib.h>

#include "core/store/db.h"

/* What a verdict is worth in SQL; failing is 0, unknown NULL. */
enum { ANSWER_PASS = 1, ANSWER_OUTSIDE = 2 };

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

/* A truth value, whatever the expressions are worth: true is a pass, so that failing, which is
 * rare, and unknown share a value that is looked at twice. `applies` is asked again only where it
 * is not true, and jumps at its first false part. */
void question_add_verdict(struct strbuf *sql, const struct question *q)
{
    const char *applies = q->applies.sql;

    if (applies)
        strbuf_addf(sql, "CASE WHEN (%s) THEN NOT (%s) WHEN NOT (%s) THEN %d END", applies,
                    q->fails.sql, applies, ANSWER_OUTSIDE);
    else
        strbuf_addf(sql, "NOT (%s)", q->fails.sql);
}

enum verdict question_verdict(const struct stmt *st, int column)
{
    const int64_t answer = stmt_int(st, column);

    if (answer == ANSWER_PASS)
        return VERDICT_PASS;
    if (answer == ANSWER_OUTSIDE)
        return VERDICT_OUTSIDE;
    return stmt_is_null(st, column) ? VERDICT_UNKNOWN : VERDICT_FAIL;
}

void question_bind(struct stmt *st, const struct question *q, const struct clause *clause)
{
    for (size_t i = 0; clause->sql && i < q->parameter_count; i++)
        if (clause->used >> i & 1)
            stmt_bind_int(st, q->parameters[i].name, q->parameters[i].value);
}
