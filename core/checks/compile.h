/*
 * From a check of the catalogue to the question that the store evaluates: settings become bound
 * parameters, ignored users stand outside.
 */
#ifndef CHECKHOOK_CORE_CHECKS_COMPILE_H
#define CHECKHOOK_CORE_CHECKS_COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/checks/catalogue.h"
#include "core/store/evaluate.h"

/*
 * `number` sets its parameters apart from those of the other questions of one evaluation. `out` is
 * zeroed before and released by the caller. False for a check with a fault, or one that is tuned to
 * what it does not take; err is that fault.
 */
bool check_compile(const struct check *check, const struct config *config, size_t number,
                   int64_t now_s, struct question *out, struct error *err);

#endif
