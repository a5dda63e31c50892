/*
 * What page 1 does to integrations: each changes, says what it did on the message line, and names
 * it for undoing. True when it was done; else the message says why not.
 */
#ifndef CHECKHOOK_TUI_INTEGRATION_DO_H
#define CHECKHOOK_TUI_INTEGRATION_DO_H

#include "core/incoming.h"
#include "tui/popup.h"
#include "tui/session.h"

/* `ids` are one or several; the name of one is looked up. */
bool do_enable(struct session *s, const struct text_list *ids, bool enable);
bool do_delete(struct session *s, const struct text_list *ids);

/* Ticks it for exactly the checks of this menu (ask_checks). */
bool do_assign(struct session *s, const char *id, const struct popup *menu);

/* A copy under the name that stands in the prompt, which complains when it cannot be. */
bool do_duplicate(struct session *s, const char *id, struct popup *prompt);

/* Those that are ticked in the menu (ask_incoming). */
bool do_import(struct session *s, const struct incoming_list *list, const struct popup *menu);

/* Starts the demo endpoint and makes an integration for it. */
bool do_demo(struct session *s);

#endif
