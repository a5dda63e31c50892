/*
 * Sending deliveries again: asked first, because it goes to others, and the result said as it is.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_ASK_H
#define CHECKHOOK_TUI_DELIVERY_ASK_H

#include "core/store/outbox.h"
#include "tui/popup.h"
#include "tui/session.h"

/* What the answer may be (dialog_value). */
enum again { AGAIN_ONE = 1, AGAIN_ALL_FAILED, AGAIN_MARKED };

/* One; with all_failed above 0 also that many that failed. NULL, with the reason on the message
 * line, where there is nothing that can be sent again. */
struct popup *delivery_ask_again(int tag, struct session *session, const struct delivery *d,
                                 int64_t all_failed);
/* The marked ones. */
struct popup *delivery_ask_marked(int tag, struct session *session, const int64_t *ids,
                                  size_t count);

/* The answer was yes. Gives the id of the new delivery, or 0; says what came of it. */
int64_t delivery_send_again(struct session *session, int64_t id);
/* False: nothing was sent. */
bool delivery_send_these(struct session *session, const int64_t *ids, size_t count);
/* All that failed of these integrations (none = all) and was not sent again yet. */
bool delivery_send_failed(struct session *session, const struct text_list *integrations);

#endif
