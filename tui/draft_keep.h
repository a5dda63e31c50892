/*
 * Drafts of the console: kept when a form is closed by something else than its user, found again,
 * continued.
 */
#ifndef CHECKHOOK_TUI_DRAFT_KEEP_H
#define CHECKHOOK_TUI_DRAFT_KEEP_H

#include "core/config/draft.h"
#include "forms/integration_form.h"
#include "tui/session.h"

/* Keeps what was changed in the form, if anything was. */
void draft_keep(struct session *s, const struct integration_form *form);

/* The draft of that integration, unless it is too old. `out` is zeroed. */
bool draft_find(const struct session *s, const char *id, struct draft *out);

/* Opens the form from its draft, and says what has to be looked at. */
bool draft_continue(struct session *s, struct integration_form *form, const char *id,
                    struct error *err);

#endif
