/*
 * Sending a delivery again: asked first, because it goes to others.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_ASK_H
#define CHECKHOOK_TUI_DELIVERY_ASK_H

#include "core/store/outbox.h"
#include "tui/popup.h"
#include "tui/session.h"

/* NULL, with the reason on the message line, where it cannot be sent again. */
struct popup *delivery_ask_again(int tag, struct session *session, const struct delivery *d);

/* The answer was yes. Gives the id of the new delivery, or 0; says what came of it. */
int64_t delivery_send_again(struct session *session, int64_t id);

#endif
