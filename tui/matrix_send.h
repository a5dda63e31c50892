/*
 * After ticks were saved on page 3: those who fail already, whom ticking alone does not send, can
 * be sent to the integrations that were newly ticked.
 */
#ifndef CHECKHOOK_TUI_MATRIX_SEND_H
#define CHECKHOOK_TUI_MATRIX_SEND_H

#include "core/actions.h"
#include "core/checks/catalogue.h"
#include "tui/popup.h"
#include "tui/session.h"

/* One check that somebody fails already, and the integrations that are new to it. */
struct matrix_send_check {
    const struct check *check;
    struct text_list ids;
    int64_t users;
};

struct matrix_send {
    struct matrix_send_check *items;
    size_t count;
};

/* Notes them; `m` is zeroed or released before. */
void matrix_send_note(struct matrix_send *m, struct session *session, const struct tick *ticks,
                      size_t count);
void matrix_send_release(struct matrix_send *m);

/* The question, whose safe answer sends nobody; NULL where there is nobody to send, or more than
 * are sent from here. */
struct popup *matrix_send_ask(int tag, const struct matrix_send *m);

/* Sends them, and says what came of it. */
void matrix_send_now(const struct matrix_send *m, struct session *session);

#endif
