/* One event for all who fail a check already, to integrations of choice. */
#include "core/send_open.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/audit.h"
#include "core/base/mem.h"
#include "core/checks/notify.h"
#include "core/config/ignore.h"
#include "core/store/findings.h"
#include "core/store/lock.h"

struct open_users {
    struct ignore_set ignore;
    struct text_list logins, explains;
};

static bool add_user(void *ctx, const struct finding *f, const struct finding_user *user,
                     struct error *err)
{
    struct open_users *users = ctx;
    const struct ignore_user facts = {f->login, user->email, user->department, user->type};
    (void)err;
    if (ignore_set_has(&users->ignore, &facts))
        return true;
    text_list_add(&users->logins, f->login);
    text_list_add(&users->explains, f->explain);
    return true;
}

static struct event_user *named_users(const struct open_users *users)
{
    struct event_user *out = mem_zalloc((users->logins.count + 1) * sizeof *out);
    for (size_t i = 0; i < users->logins.count; i++)
        out[i] = (struct event_user){users->logins.items[i], users->explains.items[i]};
    return out;
}

static bool all_ticked(const struct app *app, const struct check *check,
                       const struct text_list *ids, struct error *err)
{
    for (size_t i = 0; i < ids->count; i++)
        if (!config_is_ticked(&app->config, check->id, ids->items[i]))
            return error_set(err, ERR_INVALID,
                             "it is not ticked for check %s: tick it first, then send", check->id);
    return true;
}

static bool note_sent(struct app *app, const struct check *check, const struct sent_open *sent,
                      struct error *err)
{
    char count[24];
    snprintf(count, sizeof count, "%lld", (long long)sent->deliveries);
    const struct audit_note note = {.what = "users failing already sent",
                                    .subject_id = check->id,
                                    .subject = check->title,
                                    .after_name = "deliveries",
                                    .after = count};
    return sent->deliveries == 0 || audit_note(app, &note, err);
}

static bool send_users(struct app *app, const struct check *check, const struct text_list *ids,
                       int64_t now_ms, struct sent_open *out, struct error *err)
{
    const struct check_config *own = config_check(&app->config, check->id);
    struct open_users users = {0};
    if (own)
        ignore_set_init(&users.ignore, &own->ignore);
    bool ok = findings_first(app->store, check->id, 0, add_user, &users, err);
    struct event_user *named = named_users(&users);
    const struct notice notice = {
        .store = app->store,
        .config = &app->config,
        .subject = {check, check_severity(check, &app->config), now_ms},
        .users = named,
        .count = users.logins.count,
        .only = ids,
    };
    ok = ok && notify_integrations(&notice, &out->events, &out->deliveries, err) &&
         note_sent(app, check, out, err);
    out->users = users.logins.count;
    free(named);
    ignore_set_release(&users.ignore);
    text_list_release(&users.logins);
    text_list_release(&users.explains);
    return ok;
}

bool action_send_open(struct app *app, const char *check_id, const struct text_list *ids,
                      int64_t now_ms, struct sent_open *out, struct error *err)
{
    const struct check *check = catalogue_find(&app->catalogue, check_id);
    *out = (struct sent_open){0};
    if (!check)
        return error_set(err, ERR_NOT_FOUND, "there is no check '%s'", check_id);
    if (!all_ticked(app, check, ids, err) || !store_begin(app->store, err))
        return false;
    if (!send_users(app, check, ids, now_ms, out, err)) {
        store_rollback(app->store);
        return false;
    }
    if (!store_commit(app->store, err))
        return false;
    worker_wake(app->paths.wake_file);
    return true;
}
