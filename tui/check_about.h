/*
 * One check as text: for the pane of page 2, its own page, and the message line.
 */
#ifndef CHECKHOOK_TUI_CHECK_ABOUT_H
#define CHECKHOOK_TUI_CHECK_ABOUT_H

#include "core/checks/summary.h"
#include "tui/session.h"
#include "tui/textview.h"

struct check_details {
    int64_t findings;   /* how many of them at most */
    bool why;           /* there is room: each with its explanation, and the rule itself */
    int64_t next_run_s; /* as check_next_run gives it */
};

/* Fills `out`: result, counts, last and next run, texts, the first findings, history. */
bool check_about(struct textview *out, struct session *session, const struct check_summary *check,
                 const struct check_details *details, struct error *err);

/* When the service runs the checks again, Unix seconds; not after now: they are due. */
bool check_next_run(struct session *session, int64_t *at_s, struct error *err);

/* "17 of 412 users"; "-" where it was not counted. */
void check_found(const struct check_summary *check, char *out, size_t size);

/* What its result means, in one sentence. */
void check_explain(const struct check_summary *check, char *out, size_t size);

#endif
