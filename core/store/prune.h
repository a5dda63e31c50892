/*
 * Retention: what is finished and older than that goes, in small steps.
 *
 * Goes: deliveries that are delivered or failed, with their attempts; events and their bodies that
 * no delivery names any more; resolved findings; runs and what they
 * counted; what the audit says.
 *
 * Stays, whatever its age: a delivery that waits, is held or in flight; an open finding; the last
 * run, the last daily one, and the last of every check. A redelivery may name a delivery that is
 * gone.
 *
 * The room that becomes free is used again by what is written next; the file does not shrink.
 */
#ifndef CHECKHOOK_CORE_STORE_PRUNE_H
#define CHECKHOOK_CORE_STORE_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/job.h"
#include "core/store/store.h"

struct prune_counts {
    int64_t deliveries, events, findings, runs, audit;
};

/*
 * Removes what ended before `before_s`. Each step is one short transaction; leave others the time
 * to write between two of them. While another process writes, a step does nothing. What was
 * removed stays removed when the job is freed halfway.
 */
struct job *prune_job_new(struct store *store, int64_t before_s);
bool prune_counts_none(const struct prune_counts *counts); /* of anything */
const struct prune_counts *prune_job_counts(const struct job *job);

#endif
