/* Sends who fails already to what was ticked in the matrix. */
#include "tui/matrix_send.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/send_open.h"
#include "tui/check_ask.h"
#include "tui/dialog.h"
#include "tui/undo.h"

enum { ANSWER_SEND = 1, TEXT_BYTES = 512 };

/* NULL where nobody fails it. */
static struct matrix_send_check *item_of(struct matrix_send *m, struct session *session,
                                         const struct check *check)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->items[i].check == check)
            return &m->items[i];
    const int64_t users = check_count_open(session, check);
    if (users == 0)
        return NULL;
    struct matrix_send_check *item = list_add(&m->items, &m->count, sizeof *item);
    item->check = check;
    item->users = users;
    return item;
}

void matrix_send_note(struct matrix_send *m, struct session *session, const struct tick *ticks,
                      size_t count)
{
    *m = (struct matrix_send){0};
    for (size_t i = 0; i < count; i++) {
        const struct check *check =
            ticks[i].ticked ? catalogue_find(&session->app.catalogue, ticks[i].check_id) : NULL;
        struct matrix_send_check *item = check ? item_of(m, session, check) : NULL;
        if (item)
            text_list_add(&item->ids, ticks[i].integration_id);
    }
}

void matrix_send_release(struct matrix_send *m)
{
    for (size_t i = 0; i < m->count; i++)
        text_list_release(&m->items[i].ids);
    free(m->items);
    *m = (struct matrix_send){0};
}

static int64_t count_users(const struct matrix_send *m)
{
    int64_t users = 0;
    for (size_t i = 0; i < m->count; i++)
        users += m->items[i].users;
    return users;
}

struct popup *matrix_send_ask(int tag, const struct matrix_send *m)
{
    static const struct dialog_button buttons[] = {{"Only who newly fails", KEY_NONE, 0},
                                                   {"Send them now", 's', ANSWER_SEND}};
    const long long users = count_users(m);
    char text[TEXT_BYTES];
    if (m->count == 0 || users > CHECK_SEND_MAX)
        return NULL;
    if (m->count == 1)
        snprintf(text, sizeof text, "Saved. %lld %s \"%.200s\" already.", users,
                 users == 1 ? "user fails" : "users fail", m->items[0].check->title);
    else
        snprintf(text, sizeof text, "Saved. %lld users fail the %zu checks already.", users,
                 m->count);
    return dialog_new(&(struct dialog_spec){
        .tag = tag,
        .title = "Send who fails already?",
        .text = text,
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
        .note = "Without that the new webhooks hear of who newly fails.",
    });
}

void matrix_send_now(const struct matrix_send *m, struct session *session)
{
    struct error err = {0};
    struct sent_open sent = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < m->count; i++) {
        struct sent_open one;
        ok = action_send_open(&session->app, m->items[i].check->id, &m->items[i].ids,
                              session->now_ms, &one, &err);
        sent.users += ok ? one.users : 0;
        sent.deliveries += ok ? one.deliveries : 0;
    }
    if (ok && sent.users == 0)
        session_say(session, ROLE_TEXT, "● Saved; nobody fails, there is nothing to send.");
    else if (ok)
        session_say(session, ROLE_OK, "● %lld %s of %zu %s who %s already %s queued.",
                    (long long)sent.deliveries, sent.deliveries == 1 ? "delivery" : "deliveries",
                    sent.users, sent.users == 1 ? "user" : "users",
                    sent.users == 1 ? "fails" : "fail", sent.deliveries == 1 ? "is" : "are");
    else
        session_say(session, ROLE_BAD, "■ Saved, but not all were sent: %s", err.text);
    if (sent.users > 0)
        undo_leaves_queued(session, sent.users);
    session_changed(session);
}
