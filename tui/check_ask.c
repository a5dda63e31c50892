/* Webhooks of a check, and its switch. */
#include "tui/check_ask.h"

#include <stdlib.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/integration_rows.h"
#include "tui/sign.h"

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

struct popup *check_ask_webhooks(int tag, struct session *session, const struct check *check)
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
        popup = webhooks_menu(tag, &rows, &session->app.config, check);
    integration_rows_release(&rows);
    return popup;
}

void check_set_webhooks(struct session *session, const struct check *check,
                        const struct popup *menu)
{
    struct error err = {0};
    struct text_list ids = {0};
    checkmenu_ticked(menu, &ids);
    if (!checkmenu_changed(menu))
        session_say(session, ROLE_TEXT, "Nothing changed.");
    else if (!action_set_ticks(&session->app, check->id, &ids, &err))
        session_say_error(session, &err);
    else if (ids.count == 0)
        session_say(session, ROLE_OK, "● %s notifies no webhook.", check->title);
    else
        session_say(session, ROLE_OK, "● %s notifies %zu %s of users who newly fail.", check->title,
                    ids.count, ids.count == 1 ? "webhook" : "webhooks");
    text_list_release(&ids);
    session_changed(session);
}

void check_switch(struct session *session, const struct check *check)
{
    struct error err = {0};
    const bool on = !check_enabled(check, &session->app.config);
    if (!session_may_change(session))
        return;
    if (!action_enable_check(&session->app, check->id, on, &err))
        session_say_error(session, &err);
    else if (on)
        session_say(session, ROLE_OK, "● %s is on: the next run includes it.", check->title);
    else
        session_say(session, ROLE_OK, "○ %s is off: runs leave it out.", check->title);
    session_changed(session);
}
