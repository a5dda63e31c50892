/*
 * Kept drafts in words, for the question when a form is opened and the list at the start.
 */
#ifndef CHECKHOOK_TUI_DRAFT_TEXT_H
#define CHECKHOOK_TUI_DRAFT_TEXT_H

#include "core/config/draft.h"
#include "tui/session.h"

/* Does any draft wait for this user? Without the right to change anything none does. */
bool drafts_wait(const struct session *s);

/* "Billing events", "New integration". Lent. */
const char *draft_name(const struct draft *d);
/* "14:32", "24 Nov": when it was kept. */
void draft_when(const struct draft *d, int64_t now_s, char *out, size_t size);
/* "3 fields: Auth endpoint, Timeout, Client secret"; the caller frees. */
char *draft_fields(const struct draft *d);

#endif
