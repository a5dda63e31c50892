/*
 * What happened in a run, in the order of time, told from its lines alone: so it is the same
 * wherever the run takes place, and whoever comes later sees all of it.
 */
#ifndef CHECKHOOK_TUI_RUN_LOG_H
#define CHECKHOOK_TUI_RUN_LOG_H

#include "tui/session.h"
#include "tui/textview.h"

/* Replaces the text; its place stays. Empty where there is no run. */
void run_log_fill(struct textview *out, const struct session *session);

#endif
