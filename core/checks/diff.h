/*
 * What a run changes for one check: today's verdicts against the open findings, user by user in
 * the order of their uids. Pure: it asks for the findings and tells the changes.
 *
 * Newly failing = fails now and has no open finding. Resolved = passes now, is outside now, or is
 * no longer in its data set. Unknown keeps its state: an open finding becomes stale until the data
 * says again.
 */
#ifndef CHECKHOOK_CORE_CHECKS_DIFF_H
#define CHECKHOOK_CORE_CHECKS_DIFF_H

#include <stdint.h>

#include "core/store/evaluate.h"
#include "core/store/findings.h"

enum change_kind { CHANGE_NEW, CHANGE_RESOLVED, CHANGE_STALE, CHANGE_AGAIN };

struct change {
    enum change_kind kind;
    int64_t uid;        /* CHANGE_NEW */
    int64_t finding_id; /* the others */
};

struct diff_ops {
    /* The next open finding in the order of uids; false in *found at the end. */
    bool (*next)(void *ctx, struct open_finding *out, bool *found, struct error *err);
    bool (*change)(void *ctx, const struct change *change, struct error *err);
};

struct diff {
    const struct diff_ops *ops;
    void *ctx;
    struct open_finding at; /* the first one whose user has not come; uid INT64_MAX = none */
    int64_t fresh, resolved;
    int64_t kept; /* open findings that are unknown today, stale before or not */
};

/* diff_begin, diff_user for each one, uids above 0 and ascending, diff_end. False: `ops` failed. */
bool diff_begin(struct diff *d, const struct diff_ops *ops, void *ctx, struct error *err);
bool diff_user(struct diff *d, int64_t uid, enum verdict verdict, struct error *err);
bool diff_end(struct diff *d, struct error *err);

/* Nothing can come of this user: the most frequent case by far. */
static inline bool diff_is_idle(const struct diff *d, int64_t uid, enum verdict verdict)
{
    return verdict != VERDICT_FAIL && d->at.uid > uid;
}

#endif
