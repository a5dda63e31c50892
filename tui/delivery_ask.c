/* Redelivery: the questions, and what came of it. */
#include "tui/delivery_ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/redeliver.h"
#include "tui/count.h"
#include "tui/delivery_counts.h"
#include "tui/dialog.h"

enum { LABEL_MAX = 48, BUTTONS_MAX = 3 };

static const struct dialog_button cancel = {"Cancel", KEY_NONE, 0};

static struct popup *question(int tag, const struct dialog_button *buttons, size_t count,
                              const char *text)
{
    const struct dialog_spec spec = {
        .tag = tag,
        .title = "Redeliver",
        .text = text,
        .buttons = buttons,
        .button_count = count,
    };
    return dialog_new(&spec);
}

/* --- one, or all that failed ----------------------------------------------------------------- */

static char *question_text(const struct delivery *d, const char *why_not, int64_t all_failed)
{
    char id[DELIVERY_ID_MAX], all[COUNT_TEXT_MAX];
    delivery_id_text(d->id, id);
    count_text(all_failed, all);
    if (why_not)
        return mem_printf("%s: %s\nAll that failed and was not sent again yet: %s.", id, why_not,
                          all);
    return mem_printf(
        "Sends %s (%s) to %s again, with the same event id.\nThis entry is kept.%s%s%s", id,
        d->check_id, d->integration_name,
        all_failed > 0 ? "\nAll that failed and was not sent again yet: " : "",
        all_failed > 0 ? all : "", all_failed > 0 ? "." : "");
}

struct popup *delivery_ask_again(int tag, struct session *session, const struct delivery *d,
                                 int64_t all_failed)
{
    const char *why_not = redeliver_obstacle(&session->app.config, d);
    struct dialog_button buttons[BUTTONS_MAX] = {cancel};
    char label[LABEL_MAX], number[COUNT_TEXT_MAX];
    size_t count = 1;
    if (!session_may_change(session))
        return NULL;
    if (why_not && all_failed <= 0) {
        session_say(session, ROLE_WARN, "▲ %s", why_not);
        return NULL;
    }
    if (!why_not)
        buttons[count++] = (struct dialog_button){"Redeliver", 'R', AGAIN_ONE};
    count_text(all_failed, number);
    snprintf(label, sizeof label, "All %s failed", number);
    if (all_failed > 0)
        buttons[count++] = (struct dialog_button){label, 'A', AGAIN_ALL_FAILED};
    char *text = question_text(d, why_not, all_failed);
    struct popup *popup = question(tag, buttons, count, text);
    free(text);
    return popup;
}

/* --- those that are marked ------------------------------------------------------------------- */

/* One that is gone cannot be sent. */
static size_t count_sendable(struct session *session, const int64_t *ids, size_t count)
{
    size_t sendable = 0;
    for (size_t i = 0; i < count; i++) {
        struct delivery d = {0};
        struct error gone = {0};
        sendable += outbox_delivery(session->app.store, ids[i], &d, &gone) &&
                    !redeliver_obstacle(&session->app.config, &d);
        delivery_release(&d);
    }
    return sendable;
}

static const char left_out_text[] = "tests, not finished, or their integration was removed";

struct popup *delivery_ask_marked(int tag, struct session *session, const int64_t *ids,
                                  size_t count)
{
    static const struct dialog_button buttons[] = {{"Cancel", KEY_NONE, 0},
                                                   {"Redeliver", 'R', AGAIN_MARKED}};
    if (!session_may_change(session))
        return NULL;
    const size_t sendable = count_sendable(session, ids, count), others = count - sendable;
    if (sendable == 0) {
        session_say(session, ROLE_WARN, "▲ None of the %zu marked can be sent again: %s.", count,
                    left_out_text);
        return NULL;
    }
    char *rest = others > 0
                     ? mem_printf("\n%zu marked cannot be sent again (%s).", others, left_out_text)
                     : mem_strdup("");
    char *text =
        mem_printf("Sends %zu marked %s again, with the same event %s.\n%s kept.%s", sendable,
                   sendable == 1 ? "delivery" : "deliveries", sendable == 1 ? "id" : "ids",
                   sendable == 1 ? "The entry is" : "The entries are", rest);
    struct popup *popup = question(tag, buttons, ARRAY_LEN(buttons), text);
    free(text);
    free(rest);
    return popup;
}

/* --- sending --------------------------------------------------------------------------------- */

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

static void say_made(struct session *session, const struct redelivered_list *made, size_t left_out)
{
    char rest[128] = "", others[96] = "";
    size_t held = 0;
    for (size_t i = 0; i < made->group_count; i++)
        held += made->groups[i].held_reason ? made->groups[i].count : 0;
    if (held > 0)
        snprintf(rest, sizeof rest, " %zu of them %s until %s integration is released or enabled.",
                 held, held == 1 ? "waits" : "wait", held == 1 ? "its" : "their");
    if (left_out > 0)
        snprintf(others, sizeof others, " %zu left out: %s.", left_out, left_out_text);
    session_say(session, made->count > held ? ROLE_OK : ROLE_WARN, "%s %zu %s sent again.%s%s",
                made->count > held ? "●" : "▲", made->count,
                made->count == 1 ? "delivery is" : "deliveries are", rest, others);
    session_changed(session);
}

bool delivery_send_these(struct session *session, const int64_t *ids, size_t count)
{
    struct error err = {0};
    struct redelivered_list made = {0};
    size_t left_out = 0;
    if (!action_redeliver_these(&session->app, ids, count, session_now_s(session), &made, &left_out,
                                &err)) {
        session_say_error(session, &err);
        return false;
    }
    say_made(session, &made, left_out);
    redelivered_list_release(&made);
    return true;
}

bool delivery_send_failed(struct session *session, const struct text_list *integrations)
{
    struct error err = {0};
    struct redelivered_list made = {0};
    const struct redeliver_filter filter = {.among = integrations->count > 0 ? integrations : NULL};
    if (!action_redeliver_failed(&session->app, &filter, session_now_s(session), &made, &err)) {
        session_say_error(session, &err);
        return false;
    }
    say_made(session, &made, 0);
    redelivered_list_release(&made);
    return true;
}
