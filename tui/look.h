/*
 * How the console looks: what was asked for on the command line, else what the user prefers.
 */
#ifndef CHECKHOOK_TUI_LOOK_H
#define CHECKHOOK_TUI_LOOK_H

#include "tui/session.h"
#include "tui/terminal.h"

/* A theme that is chosen later wins over the one that was asked for. */
struct terminal_options look_options(const struct session *s);

/* After the user's preferences were changed: theme, signs, mouse and Esc delay follow at once. */
void look_apply(struct session *s);

#endif
