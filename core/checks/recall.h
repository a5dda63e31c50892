/*
 * A run that another process carries out, as the job of one's own would show it: while it goes on,
 * and read back from the store when it has ended.
 */
#ifndef CHECKHOOK_CORE_CHECKS_RECALL_H
#define CHECKHOOK_CORE_CHECKS_RECALL_H

#include "core/checks/run.h"

/*
 * One line for each check of the catalogue, which must live as long as the result. Before it has
 * begun (total 0) they wait; then those that are on are running, all `done` of `total` users far.
 * `out` is zeroed or released before.
 */
void run_foresee(const struct catalogue *catalogue, const struct config *config, int64_t done,
                 int64_t total, struct run_result *out);

/* What came of it; checks that it did not evaluate are RUN_SKIPPED. ERR_NOT_FOUND: there is no such
 * run any more. Neither events nor deliveries are counted. */
bool run_recall(struct store *s, const struct catalogue *catalogue, int64_t run_id,
                struct run_result *out, struct error *err);

/* Of those two alone: the result of a job belongs to the job. */
void run_recalled_release(struct run_result *result);

#endif
