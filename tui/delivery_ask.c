/* Redelivery: the question, and what came of it. */
#include "tui/delivery_ask.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/redeliver.h"
#include "tui/dialog.h"

/* Why it cannot be sent again; NULL where it can. */
static const char *obstacle(const struct session *s, const struct delivery *d)
{
    if (d->kind == KIND_TEST)
        return "A test is not sent again: t on page 1 sends a new one.";
    if (!config_find(&s->app.config, d->integration_id))
        return "Its integration was removed: there is nowhere to send it.";
    if (d->state == DELIVERY_HELD)
        return "It is on hold and is sent when its integration is released.";
    if (d->state != DELIVERY_DELIVERED && d->state != DELIVERY_FAILED)
        return "It is not finished: it is being sent, or waits for its next attempt.";
    return NULL;
}

struct popup *delivery_ask_again(int tag, struct session *session, const struct delivery *d)
{
    static const struct dialog_button buttons[] = {{"Cancel", KEY_NONE, 0}, {"Redeliver", 'R', 1}};
    const char *why_not = obstacle(session, d);
    char id[DELIVERY_ID_MAX];
    if (!session_may_change(session))
        return NULL;
    if (why_not) {
        session_say(session, ROLE_WARN, "▲ %s", why_not);
        return NULL;
    }
    delivery_id_text(d->id, id);
    char *text =
        mem_printf("Sends %s (%s) to %s again, with the same event id.\nThis entry is kept.", id,
                   d->check_id, d->integration_name);
    const struct dialog_spec spec = {
        .tag = tag,
        .title = "Redeliver",
        .text = text,
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
    };
    struct popup *popup = dialog_new(&spec);
    free(text);
    return popup;
}

int64_t delivery_send_again(struct session *session, int64_t id)
{
    struct error err = {0};
    int64_t fresh = 0;
    char was[DELIVERY_ID_MAX], is[DELIVERY_ID_MAX];
    if (!action_redeliver(&session->app, id, session_now_s(session), &fresh, &err)) {
        session_say_error(session, &err);
        return 0;
    }
    delivery_id_text(id, was);
    delivery_id_text(fresh, is);
    session_say(session, ROLE_OK, "● %s is sent again as %s.", was, is);
    session_changed(session);
    return fresh;
}
