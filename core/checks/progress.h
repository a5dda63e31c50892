/*
 * How far a run is, counted over its lines. Pure.
 */
#ifndef CHECKHOOK_CORE_CHECKS_PROGRESS_H
#define CHECKHOOK_CORE_CHECKS_PROGRESS_H

#include "core/checks/run.h"

struct run_progress {
    size_t ended, checks; /* of those that are not skipped */
    int percent;          /* 100 only when all have ended */
};

struct run_progress run_progress(const struct run_result *result);

/* Every user was asked, though the comparison with the last run is still to come. */
bool run_line_asked_all(const struct run_line *line);

#endif
