/*
 * The loop: one thread that waits for keys, signals and transfers, steps what is under way, and
 * repaints what changed, at most ten times a second.
 */
#ifndef CHECKHOOK_TUI_LOOP_H
#define CHECKHOOK_TUI_LOOP_H

#include "tui/session.h"

/* Runs until the user leaves, beginning with this screen. The terminal is started. False: the
 * screen did not open; the message line of the session says why. */
bool loop_run(struct session *session, const char *first_screen);

#endif
