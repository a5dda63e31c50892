/* Webhooks of a check, and the switch of checks. */
#include "tui/check_ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/checks/tuning.h"
#include "core/send_open.h"
#include "core/store/findings.h"
#include "tui/checkmenu.h"
#include "tui/integration_rows.h"
#include "tui/sign.h"
#include "tui/undo.h"

static struct popup *webhooks_menu(int tag, const struct integration_rows *rows,
                                   const struct config *config, const struct check *check)
{
    struct checkmenu_entry *entries = mem_zalloc(rows->count * sizeof *entries);
    for (size_t i = 0; i < rows->count; i++) {
        const struct integration_row *row = &rows->items[i];
        const struct sign sign = sign_of_status(row->status.status);
        entries[i] = (struct checkmenu_entry){
            .id = row->id,
            .label = row->name,
            .note = sign.text,
            .note_role = sign.role,
            .ticked = config_is_ticked(config, check->id, row->id),
        };
    }
    char *title = mem_printf("Webhooks for: %s", check->title);
    struct popup *popup = checkmenu_new(tag, title, entries, rows->count);
    free(title);
    free(entries);
    return popup;
}

int64_t check_count_open(struct session *session, const struct check *check)
{
    struct error err = {0};
    int64_t count = 0;
    if (!findings_count(session->app.store, check->id, &count, &err))
        session_say_error(session, &err);
    return count;
}

/* Ticking alone sends nothing, so whoever ticks is offered to send them now. */
static void offer_sending(struct popup *menu, int64_t failing)
{
    char label[64];
    if (failing == 0 || failing > CHECK_SEND_MAX)
        return;
    snprintf(label, sizeof label, "Send the %lld who %s already", (long long)failing,
             failing == 1 ? "fails" : "fail");
    checkmenu_add_extra(menu, label);
}

struct popup *check_ask_webhooks(int tag, struct session *session,
                                 const struct check_summary *check)
{
    struct integration_rows rows = {0};
    struct popup *popup = NULL;
    struct error err = {0};
    if (!session_may_change(session))
        return NULL;
    if (!integration_rows_read(&rows, &session->app, &err))
        session_say_error(session, &err);
    else if (rows.count == 0)
        session_say(session, ROLE_WARN, "▲ There is no integration yet: n on page 1 makes one.");
    else
        popup = webhooks_menu(tag, &rows, &session->app.config, check->check);
    integration_rows_release(&rows);
    if (popup)
        offer_sending(popup, check_count_open(session, check->check));
    return popup;
}

static void newly_ticked(const struct config *config, const struct check *check,
                         const struct text_list *ids, struct text_list *out)
{
    for (size_t i = 0; i < ids->count; i++)
        if (!config_is_ticked(config, check->id, ids->items[i]))
            text_list_add(out, ids->items[i]);
}

/* Returns how many users are sent; 0 = none. */
static size_t send_open(struct session *session, const struct check *check,
                        const struct text_list *to, bool changed)
{
    struct error err = {0};
    struct sent_open sent;
    const char *ticked = changed ? "Ticked; " : "";
    if (!action_send_open(&session->app, check->id, to, session->now_ms, &sent, &err)) {
        session_say(session, ROLE_BAD, "■ %s: %s", changed ? "Ticked, but not sent" : "Not sent",
                    err.text);
        return 0;
    }
    if (sent.users == 0)
        session_say(session, ROLE_TEXT, "● %s fails, there is nothing to send.",
                    changed ? "Ticked; nobody" : "Nobody");
    else
        session_say(session, ROLE_OK, "● %s%lld %s of %zu %s who %s already %s queued.", ticked,
                    (long long)sent.deliveries, sent.deliveries == 1 ? "delivery" : "deliveries",
                    sent.users, sent.users == 1 ? "user" : "users",
                    sent.users == 1 ? "fails" : "fail", sent.deliveries == 1 ? "is" : "are");
    return sent.users;
}

static void say_ticked(struct session *session, const struct check *check, size_t count)
{
    if (count == 0)
        session_say(session, ROLE_OK, "● %s notifies no webhook.", check->title);
    else
        session_say(session, ROLE_OK, "● %s notifies %zu %s of users who newly fail.", check->title,
                    count, count == 1 ? "webhook" : "webhooks");
}

/* The ticks are saved. Where no webhook is new, those that stay ticked are sent to. */
static void tell_and_send(struct session *session, const struct check *check,
                          const struct popup *menu, const struct text_list *ids,
                          const struct text_list *fresh)
{
    const bool changed = checkmenu_changed(menu);
    size_t users = 0;
    say_ticked(session, check, ids->count);
    if (checkmenu_extra(menu))
        users = send_open(session, check, fresh->count > 0 ? fresh : ids, changed);
    if (changed)
        undo_push(session, "webhooks of %s", check->title);
    if (changed && users > 0)
        undo_leaves_queued(session, users);
}

void check_set_webhooks(struct session *session, const struct check *check,
                        const struct popup *menu)
{
    struct error err = {0};
    struct text_list ids = {0}, fresh = {0};
    checkmenu_ticked(menu, &ids);
    newly_ticked(&session->app.config, check, &ids, &fresh);
    if (!checkmenu_changed(menu) && !checkmenu_extra(menu))
        session_say(session, ROLE_TEXT, "Nothing changed.");
    else if (checkmenu_changed(menu) && !action_set_ticks(&session->app, check->id, &ids, &err))
        session_say_error(session, &err);
    else
        tell_and_send(session, check, menu, &ids, &fresh);
    text_list_release(&ids);
    text_list_release(&fresh);
    session_changed(session);
}

/* --- on and off ------------------------------------------------------------------------------ */

static bool any_is_off(const struct app *app, const struct text_list *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        const struct check *check = catalogue_find(&app->catalogue, ids->items[i]);
        if (check && !check_enabled(check, &app->config))
            return true;
    }
    return false;
}

static bool switch_all(struct app *app, const struct text_list *ids, bool on, int64_t now_s,
                       struct error *err)
{
    for (size_t i = 0; i < ids->count; i++)
        if (!tuning_possible(ids->items[i], err))
            return false;
    if (!action_begin(app, err))
        return false;
    for (size_t i = 0; i < ids->count; i++)
        config_check_make(&app->config, ids->items[i])->enabled = on;
    return action_commit(app, now_s, err);
}

void check_switch(struct session *session, const struct text_list *ids)
{
    struct app *app = &session->app;
    struct error err = {0};
    char what[256] = "", caption[256] = "";
    if (ids->count == 0 || !session_may_change(session))
        return;
    const bool on = any_is_off(app, ids);
    const struct check *check = catalogue_find(&app->catalogue, ids->items[0]);
    if (ids->count > 1)
        snprintf(caption, sizeof caption, "%zu checks", ids->count);
    else if (check)
        snprintf(caption, sizeof caption, "%.200s", check->title);
    snprintf(what, sizeof what, "%.240s %s", caption, ids->count > 1 ? "are" : "is");
    if (!switch_all(app, ids, on, session_now_s(session), &err))
        session_say_error(session, &err);
    else if (on)
        session_say(session, ROLE_OK, "● %s on: the next run includes %s.", what,
                    ids->count == 1 ? "it" : "them");
    else
        session_say(session, ROLE_OK, "○ %s off: runs leave %s out.", what,
                    ids->count == 1 ? "it" : "them");
    undo_push(session, "%s %s", caption, on ? "on" : "off");
    session_changed(session);
}
