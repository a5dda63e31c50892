/*
 * A run that another process carries out, as the job of one's own would show it: while it goes on,
 * as that process tells, and read back from the store when it has ended.
 */
#ifndef CHECKHOOK_CORE_CHECKS_RECALL_H
#define CHECKHOOK_CORE_CHECKS_RECALL_H

#include "core/checks/run.h"

/* Ids of checks as one text, with blanks between; "" = all that are on. */
char *run_checks_join(const struct text_list *ids); /* the caller frees */
void run_checks_split(const char *checks, struct text_list *ids);

/* What the process that runs them tells of its lines: a JSON array; the caller frees. */
char *run_lines_tell(const struct run_result *result);

/* What is known of a run elsewhere. */
struct run_elsewhere {
    const char *checks; /* as run_checks_join gives them */
    int64_t done, total;
    const char *lines; /* as run_lines_tell gave them; "" = nothing was told yet */
};

/*
 * One line for each of its checks, whose catalogue must live as long as the result. What was not
 * told is guessed: before it has begun (total 0) they wait; then those that are on are running,
 * all `done` of `total` users far. `out` is zeroed or released before.
 */
void run_foresee(const struct catalogue *catalogue, const struct config *config,
                 const struct run_elsewhere *run, struct run_result *out);

/* What came of it; checks that it did not evaluate are RUN_SKIPPED. ERR_NOT_FOUND: there is no such
 * run any more. Neither events nor deliveries are counted. */
bool run_recall(struct store *s, const struct catalogue *catalogue, const char *checks,
                int64_t run_id, struct run_result *out, struct error *err);

/* Of those two alone: the result of a job belongs to the job. */
void run_recalled_release(struct run_result *result);

#endif
