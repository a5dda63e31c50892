/*
 * Evaluation of questions over all users: each question is an SQL expression over one user `u`, and
 * each user's answer is kept in two bits.
 *
 * An evaluation reads one snapshot on a connection of its own that may read the data-set tables and
 * nothing else; it holds no lock that a writer needs. Shared questions are answered in one pass
 * over the users; the others in a pass of their own under a time limit. A question that cannot be
 * answered has a fault and disturbs no other one.
 *
 *     evaluation_open … evaluation_step until done … read the answers … evaluation_close
 */
#ifndef CHECKHOOK_CORE_STORE_EVALUATE_H
#define CHECKHOOK_CORE_STORE_EVALUATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/question.h"
#include "core/store/store.h"

/* The time limit of a question that is not shared. */
enum { QUESTION_LIMIT_MS = 5000 };

struct evaluation;

/*
 * Takes the snapshot and tries each question's text. The questions are lent until
 * evaluation_close. limit_ms is QUESTION_LIMIT_MS except in tests. NULL: the database cannot be
 * read.
 */
struct evaluation *evaluation_open(struct store *s, const struct question *questions, size_t count,
                                   int limit_ms, struct error *err);
/* The same over one user alone; what is lacking is then what the source does not say of that user.
 */
struct evaluation *evaluation_open_user(struct store *s, const struct question *questions,
                                        size_t count, int64_t uid, int limit_ms, struct error *err);
void evaluation_close(struct evaluation *e); /* NULL is fine */

/*
 * Tells verdicts user by user instead of keeping them, which takes two bits for each user and
 * question and eight bytes for each user. Both stop the evaluation with their error.
 */
struct verdict_row {
    int64_t uid;
    const size_t *questions; /* `count` of them: those of a pass */
    const uint8_t *verdicts; /* enum verdict of each */
    size_t count;
};
struct verdict_sink {
    /* The verdicts of a question begin; what was told of it before counts no more. */
    bool (*begin)(void *ctx, size_t question, struct error *err);
    /* In the order of the uids. */
    bool (*row)(void *ctx, const struct verdict_row *row, struct error *err);
    void *ctx;
};
/* Before the first step; evaluation_uid, _verdict and _describe are not for such an evaluation. */
void evaluation_tell(struct evaluation *e, const struct verdict_sink *sink);

/* Works for about budget_ms (one row at least); *done when all is answered. */
bool evaluation_step(struct evaluation *e, int budget_ms, bool *done, struct error *err);

/* What datasets_stamp gave for this snapshot. */
int64_t evaluation_stamp(const struct evaluation *e);
size_t evaluation_users(const struct evaluation *e);

/* NULL, or why the question has no answers. */
const char *evaluation_fault(const struct evaluation *e, size_t question);

/* The label of a need that no user has who may be enabled, where the question also found nobody
 * that it could answer for; else NULL. Known when done. */
const char *evaluation_lacking(const struct evaluation *e, size_t question);

struct tally {
    int64_t failing, passing, unknown;
    int64_t looked_at; /* users so far */
    int64_t time_ms;   /* spent on it; of a pass that several share, an equal part */
};
struct tally evaluation_tally(const struct evaluation *e, size_t question);

/* Users are numbered from 0 in the order of their uid. */
int64_t evaluation_uid(const struct evaluation *e, size_t user);
enum verdict evaluation_verdict(const struct evaluation *e, size_t question, size_t user);

/* Who a user is, and the values of a question's explain clauses in their order (NULL where there
 * is no value or it cannot be computed). All texts are lent until the next call. The explains of a
 * question that is not shared have limit_ms for all users together; when it is over the question
 * has a fault, and no values from then on. */
struct described {
    const char *source, *id, *login;
    const char *const *values;
};
bool evaluation_describe(struct evaluation *e, size_t question, size_t user, struct described *out,
                         struct error *err);
bool evaluation_describe_uid(struct evaluation *e, size_t question, int64_t uid,
                             struct described *out, struct error *err);

#endif
