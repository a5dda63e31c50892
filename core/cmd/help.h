/* --help, made from the table of commands. */
#ifndef CHECKHOOK_CORE_CMD_HELP_H
#define CHECKHOOK_CORE_CMD_HELP_H

#include "core/cmd/cmd.h"
#include "core/cmd/command.h"

/*
 * Explains one command; where it is NULL, the commands of a group or a reference topic; where both
 * are NULL, everything. Returns an exit code: there may be no such topic.
 */
int help_print(const struct command *command, const char *topic, const struct console *console);

#endif
