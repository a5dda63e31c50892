/*
 * Everything worth knowing about one check, as text: the detail pane of page 2 and the page of a
 * check show it.
 */
#ifndef CHECKHOOK_TUI_CHECK_ABOUT_H
#define CHECKHOOK_TUI_CHECK_ABOUT_H

#include "core/checks/summary.h"
#include "tui/session.h"
#include "tui/textview.h"

/* Replaces the text; at most `findings` of the newest findings. False where the store cannot be
 * read; then the text is incomplete. */
bool check_about(struct textview *out, struct session *session, const struct check_summary *check,
                 int64_t findings, struct error *err);

/* "17 of 412 users", "no users" */
void check_found(const struct check_summary *check, char *out, size_t size);

/* One sentence for the message line: why the result is what it is, or what to do next. */
void check_explain(const struct check_summary *check, char *out, size_t size);

#endif
