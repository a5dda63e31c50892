/*
 * What page 5 says while there are no users: why, and which keys bring them.
 */
#ifndef CHECKHOOK_TUI_USERS_EMPTY_H
#define CHECKHOOK_TUI_USERS_EMPTY_H

#include "tui/draw.h"

void users_empty_draw(WINDOW *w, const struct area *area);

#endif
