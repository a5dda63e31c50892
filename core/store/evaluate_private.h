/*
 * The inside of an evaluation, shared by evaluate.c, which asks, evaluate_needs.c, which finds out
 * why nobody could answer, and evaluate_answers.c, which tells what was answered.
 */
#ifndef CHECKHOOK_CORE_STORE_EVALUATE_PRIVATE_H
#define CHECKHOOK_CORE_STORE_EVALUATE_PRIVATE_H

#include "core/base/strbuf.h"
#include "core/store/db.h"
#include "core/store/evaluate.h"

enum { EVALUATE_SQL_MAX = 4 * 1024 * 1024 };

/* One statement over all users and the questions that it answers. */
struct pass {
    size_t *questions;
    size_t count;
    size_t row;       /* users read */
    int64_t spent_ms; /* inside the engine, for the time limit */
};

struct answer {
    uint8_t *bits; /* four users a byte; NULL before its pass, where there is a fault, when told */
    int64_t counts[VERDICT_UNKNOWN + 1];
    int64_t looked_at, time_ms;
    int64_t explain_ms; /* of all explains of a question that is not shared */
    char *fault;
};

struct evaluation {
    struct db *db;
    const struct question *questions;
    struct answer *answers;
    size_t count;
    int64_t stamp;
    int64_t *uids; /* NULL when told */
    size_t users;
    int64_t only;             /* the uid of the one user that is asked about; 0 = all */
    struct verdict_sink sink; /* without row: verdicts are kept */
    uint8_t *verdicts;        /* of the row at hand, as its pass has the questions */
    bool sink_failed;

    uint64_t needs_asked;  /* bit i: needs[i] of a question that found nobody */
    uint64_t needs_met;    /* somebody has it */
    bool anybody_signs_in; /* somebody is not known to be disabled, or it is about one user */
    bool needs_known;

    struct pass *passes;
    size_t pass_count, pass_at;
    struct stmt *st; /* of the pass at hand; NULL between passes */
    int limit_ms;
    int64_t slice_started_ms;

    struct stmt *who, *explain;
    size_t explained; /* question of `explain` */
    const char **values;
};

/* Releases the text; NULL where it cannot be prepared. */
struct stmt *evaluation_prepare(struct evaluation *e, struct strbuf *sql, struct error *err);

/* After the last pass: what those who may be enabled lack, for questions that found nobody. */
bool evaluation_ask_needs(struct evaluation *e, int64_t until_ms, struct error *err);

/* For db_set_deadline, with the evaluation: the time of the pass at hand is over. */
bool evaluation_expired(void *ctx);

#endif
