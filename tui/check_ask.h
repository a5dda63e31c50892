/*
 * What can be done with one check on page 2 and on its own page: choose its webhooks, switch it on
 * or off.
 */
#ifndef CHECKHOOK_TUI_CHECK_ASK_H
#define CHECKHOOK_TUI_CHECK_ASK_H

#include "core/checks/catalogue.h"
#include "tui/popup.h"
#include "tui/session.h"

/* The boxes of all integrations; NULL, with a message, where there is nothing to choose or it may
 * not be changed. */
struct popup *check_ask_webhooks(int tag, struct session *session, const struct check *check);
/* The answer of that popup; says what came of it. */
void check_set_webhooks(struct session *session, const struct check *check,
                        const struct popup *menu);

/* On, or off; says what came of it. */
void check_switch(struct session *session, const struct check *check);

#endif
