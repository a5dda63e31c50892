/*
 * The audit: who changed what, from where, and what it was before. Rows are added in the
 * transaction of what they tell of, and removed by age alone (prune.h).
 */
#ifndef CHECKHOOK_CORE_STORE_AUDIT_H
#define CHECKHOOK_CORE_STORE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/actor.h"
#include "core/base/error.h"
#include "core/store/store.h"

/* Texts are lent, in both directions. */
struct audit_row {
    int64_t id; /* grows with each row; given by audit_add's reader */
    int64_t at;
    const char *who, *from; /* see actor.h; from "" = not known */
    const char *through;    /* "command", "console", "service" */
    const char *what;       /* "integration changed" */
    const char *subject_id; /* of the integration, check, data set, delivery; "" = none */
    const char *subject;    /* its name then */
    /* JSON objects of texts: what was different before and after, "{}" = nothing. Never a secret,
     * typed or sealed. */
    const char *before, *after;
};

/* Adds a row for what this actor did; of `row` the fields from what on, and at, count. Part of the
 * caller's transaction, or its own. */
bool audit_add(struct store *s, const struct actor *actor, const struct audit_row *row,
               struct error *err);

struct audit_query {
    int64_t before_id; /* older than this one; 0 = from the newest */
    int64_t since;     /* not before; 0 = all */
    int64_t limit;     /* rows; 0 = all */
};

/* false with err stops the reading. */
typedef bool audit_sink(void *ctx, const struct audit_row *row, struct error *err);

/* Newest first. */
bool audit_each(struct store *s, const struct audit_query *query, audit_sink *sink, void *ctx,
                struct error *err);

/* One row. ERR_NOT_FOUND. */
bool audit_one(struct store *s, int64_t id, audit_sink *sink, void *ctx, struct error *err);

#endif
