/* --preset PROVIDER of checkhook integration add and set. */
#ifndef CHECKHOOK_CORE_CMD_PRESET_OPTION_H
#define CHECKHOOK_CORE_CMD_PRESET_OPTION_H

#include "core/cmd/command.h"
#include "core/config/validate.h"

/* Before the words of the command, which may replace what it fills in. A provider that is not
 * known is a problem. */
void preset_option_apply(const struct cmd *cmd, struct integration *in,
                         struct problem_list *problems);

/* After them: gaps that are left are problems, with the word that fills them. */
void preset_option_check(const struct cmd *cmd, const struct integration *in,
                         struct problem_list *problems);

#endif
