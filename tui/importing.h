/*
 * The import that goes on in this console, on whatever screen one is.
 *
 * It works in slices between keys and holds the store's write lock until its end: deliveries that
 * are being sent go on, what came of them is written afterwards, and changes are refused meanwhile.
 */
#ifndef CHECKHOOK_TUI_IMPORTING_H
#define CHECKHOOK_TUI_IMPORTING_H

#include "core/dataset/import.h"
#include "tui/session.h"

struct importing_plan {
    const char *path, *format, *source; /* lent for the call */
    bool merge, skip_bad;
};

/* ERR_BUSY: something else goes on. Its end is told on the message line, wherever one is. */
bool importing_start(struct session *s, const struct importing_plan *plan, struct error *err);

bool importing_goes_on(const struct session *s);

/* Of the import that goes on or was the last work; NULL. */
const struct import_result *importing_result(const struct session *s);

/* The import that ended has more to tell than its numbers, and was not looked at; then it counts as
 * looked at. NULL. */
const struct import_result *importing_take_remarks(struct session *s);

/* Gives it up; the old data stays. */
void importing_cancel(struct session *s);

#endif
