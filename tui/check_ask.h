/*
 * What can be done with checks on page 2 and on the page of one: choose webhooks, switch on or off.
 * Each says what came of it.
 */
#ifndef CHECKHOOK_TUI_CHECK_ASK_H
#define CHECKHOOK_TUI_CHECK_ASK_H

#include "core/checks/summary.h"
#include "tui/popup.h"
#include "tui/session.h"

/* More users are sent by `checkhook check enable --send-current`, which may take its time. */
enum { CHECK_SEND_MAX = 20000 };

/* How many fail it already, as far as is known, and be it that the last run could not evaluate it:
 * whom action_send_open sends. Counts rows: for a question that is asked, not for a list. */
int64_t check_count_open(struct session *session, const struct check *check);

/* The boxes of all integrations, and one that sends who fails already to those newly ticked. NULL,
 * with a message, where there is nothing to choose or it may not be changed. */
struct popup *check_ask_webhooks(int tag, struct session *session,
                                 const struct check_summary *check);
/* The answer of that popup. */
void check_set_webhooks(struct session *session, const struct check *check,
                        const struct popup *menu);

/* On where one of them is off, else all off: one change. */
void check_switch(struct session *session, const struct text_list *ids);

#endif
