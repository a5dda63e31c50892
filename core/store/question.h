/*
 * A question over one user `u` of the data sets: SQL expressions with named parameters, and how
 * they are asked in a statement.
 */
#ifndef CHECKHOOK_CORE_STORE_QUESTION_H
#define CHECKHOOK_CORE_STORE_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/store/needs.h"

struct stmt;

enum verdict { VERDICT_OUTSIDE, VERDICT_PASS, VERDICT_FAIL, VERDICT_UNKNOWN };

struct parameter {
    char *name; /* with its colon; unique among all questions, or the same value everywhere */
    int64_t value;
};

/* An expression whose brackets balance, and the parameters that it uses: bit i = parameters[i]. */
struct clause {
    char *sql; /* NULL = none */
    uint32_t used;
};

struct question {
    struct clause applies; /* false: outside, NULL: unknown; none = everyone */
    struct clause fails;   /* true: fail, false: pass, NULL: unknown */
    struct clause *explains;
    size_t explain_count;
    struct parameter *parameters; /* at most 32 */
    size_t parameter_count;
    const struct need **needs; /* a list of rows of the table `needs` */
    size_t need_count;
    bool shared; /* answered in the pass that all shared questions have together */
};
void question_release(struct question *q);

/* --- for the evaluation ----------------------------------------------------------------------- */

/* Appends an expression that gives the verdict of a user; `fails` is evaluated once. */
void question_add_verdict(struct strbuf *sql, const struct question *q);
/* The verdict in that column of the row at hand. */
enum verdict question_verdict(const struct stmt *st, int column);

/* Binds the parameters that a clause of the question uses. */
void question_bind(struct stmt *st, const struct question *q, const struct clause *clause);

#endif
