/*
 * The entries of the audit that a page has read so far, newest first, and those of them that hold a
 * text that is looked for. Read page by page, in slices, so that no key waits for a long audit.
 */
#ifndef CHECKHOOK_TUI_AUDIT_ROWS_H
#define CHECKHOOK_TUI_AUDIT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/store/audit.h"
#include "tui/textview.h"

struct audit_item {
    int64_t id, at;
    char *who, *from, *through, *what, *subject_id, *subject, *before, *after;
};
void audit_item_copy(struct audit_item *to, const struct audit_row *row); /* to: zeroed */
void audit_item_release(struct audit_item *item);

/* More entries than these are found with `checkhook audit list`. */
enum { AUDIT_ROWS_MAX = 5000 };

struct audit_rows {
    struct audit_item *items;
    size_t count;
    char *text;        /* only entries that hold it; NULL = all */
    int64_t oldest_id; /* that was looked at; 0 = none yet */
    bool complete;     /* all were looked at, or there are enough */
};

/* Forgets what was read; text is copied, "" and NULL = all. */
void audit_rows_start(struct audit_rows *rows, const char *text);
void audit_rows_release(struct audit_rows *rows); /* accepts a zeroed struct */

/* Reads on until there are `wanted`, or for budget_ms. *more says whether any came. */
bool audit_rows_read(struct audit_rows *rows, struct store *store, size_t wanted, int budget_ms,
                     bool *more, struct error *err);

/* Everything about one entry. */
void audit_about(struct textview *out, const struct audit_item *item);

#endif
