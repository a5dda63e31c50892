/* The option --now TIME: another moment to evaluate at. */
#ifndef CHECKHOOK_CORE_CMD_MOMENT_H
#define CHECKHOOK_CORE_CMD_MOMENT_H

#include "core/cmd/command.h"

/* The moment that was given, or the present one. ERR_INVALID: it is no time. */
bool cmd_moment(const struct cmd *cmd, int64_t *now_ms, struct error *err);

#endif
