/*
 * The console: what `checkhook` without a command opens.
 */
#ifndef CHECKHOOK_TUI_CONSOLE_H
#define CHECKHOOK_TUI_CONSOLE_H

#include "core/cmd/cmd.h"

/* Returns the exit code; sentences of failure go to standard error. */
int console_run(const struct console_options *options);

#endif
