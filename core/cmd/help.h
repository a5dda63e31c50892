/* --help, made from the table of commands. */
#ifndef CHECKHOOK_CORE_CMD_HELP_H
#define CHECKHOOK_CORE_CMD_HELP_H

#include "core/cmd/command.h"

/* One command; or, where it is NULL, the commands of a group; or, where both are NULL, everything.
 */
void help_print(const struct command *command, const char *group);

#endif
