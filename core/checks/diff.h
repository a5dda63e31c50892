/*
 * What a run changes for one check: today's verdicts against the open findings. Pure.
 *
 * Newly failing = fails now and has no open finding. Resolved = passes now, is outside now, or is
 * no longer in its data set. Unknown keeps its state: an open finding becomes stale until the data
 * says again.
 */
#ifndef CHECKHOOK_CORE_CHECKS_DIFF_H
#define CHECKHOOK_CORE_CHECKS_DIFF_H

#include <stddef.h>
#include <stdint.h>

#include "core/store/evaluate.h"
#include "core/store/findings.h"

enum change_kind { CHANGE_NEW, CHANGE_RESOLVED, CHANGE_STALE, CHANGE_AGAIN };

struct change {
    enum change_kind kind;
    size_t user;        /* CHANGE_NEW: number of the user */
    int64_t finding_id; /* the others */
};

struct diff {
    struct change *items; /* only what changes; new ones in the order of the users */
    size_t count;
    int64_t fresh, resolved;
    int64_t kept; /* open findings that are unknown today, stale before or not */
};

struct diff_input {
    size_t users;
    int64_t (*uid)(const void *ctx, size_t user); /* ascending, above 0 */
    enum verdict (*verdict)(const void *ctx, size_t user);
    const void *ctx;
    const struct open_finding_list *open; /* ordered by uid */
};

/* `out` is zeroed or released before. */
void diff_make(const struct diff_input *in, struct diff *out);
void diff_release(struct diff *diff);

#endif
