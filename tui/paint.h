/*
 * Draws everything that is open.
 */
#ifndef CHECKHOOK_TUI_PAINT_H
#define CHECKHOOK_TUI_PAINT_H

#include "tui/screen.h"

/* Is the terminal large enough now? */
bool paint_fits(void);

/* Frame, screens and popups from the lowest visible one up, the cursor on the focus; a sentence
 * where the terminal is too small. All is drawn anew: ncurses sends only what differs. */
void paint_all(struct screen *top);

/* The message row alone, in the middle of an action. */
void paint_message(enum role role, const char *text);

#endif
