/*
 * What the audit keeps of a run.
 */
#ifndef CHECKHOOK_CORE_CHECKS_RUN_AUDIT_H
#define CHECKHOOK_CORE_CHECKS_RUN_AUDIT_H

#include "core/checks/run.h"

/* The newly failing of all its checks. */
int64_t run_fresh(const struct run_result *result);

/* In the transaction of the run. */
bool run_write_audit(const struct run_options *options, const struct run_result *result,
                     struct error *err);

#endif
