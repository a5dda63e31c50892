/*
 * What both doors do: every change of the configuration, once. The console and the commands call
 * these.
 *
 * Each change takes the store, then the configuration lock (who waits for another writer of the
 * store does not keep the configuration from others), works on what is on disk now, and commits it
 * together with what it means for the store: holds, facts and waiting deliveries of integrations,
 * and the audit; then it wakes the worker. Where it fails nothing was changed, unless the error
 * says "saved, but …". ERR_CONFLICT: somebody else changed the same thing meanwhile. ERR_BUSY:
 * somebody else is changing the configuration or the store, or work of this process is writing.
 * Needs APP_STORE.
 */
#ifndef CHECKHOOK_CORE_ACTIONS_H
#define CHECKHOOK_CORE_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/app.h"
#include "core/config/validate.h"

/*
 * Any change: action_begin, edit app->config, action_commit or action_abort. What was changed is
 * found by comparing, so nothing else has to be told. Pointers into the configuration are gone
 * after begin (others may have saved) and after a commit that failed or an abort.
 */
bool action_begin(struct app *app, struct error *err);
/* May anything be changed here? ERR_IO: a sentence that says what may not be written, and by whom
 * it could be. */
bool action_may_change(const struct app *app, struct error *why);
bool action_commit(struct app *app, int64_t now_s, struct error *err); /* ends it either way */
void action_abort(struct app *app);

struct save_options {
    const struct integration *before; /* as it was when editing began; NULL = a new one, that
                                         nobody saved yet */
    int64_t now_s;
    bool overwrite; /* also when somebody else changed it since `before` */
};

/*
 * Saves `in`: drops the secrets of moved origins (labels into dropped, may be NULL), validates
 * (everything wrong into problems, false with ERR_INVALID; problems that the caller put there
 * before count), puts and commits. New credentials
 * release its hold; a new origin makes it "untested"; disabling holds its deliveries and enabling
 * releases them. ERR_CONFLICT: changed by somebody else since `before`; ERR_NOT_FOUND: removed.
 */
bool action_save_integration(struct app *app, struct integration *in,
                             const struct save_options *options, struct text_list *dropped,
                             struct problem_list *problems, struct error *err);

bool action_set_enabled(struct app *app, const char *id, bool enabled, int64_t now_s,
                        struct error *err);
/* Several in one commit: all or none. */
bool action_set_enabled_all(struct app *app, const struct text_list *ids, bool enabled,
                            int64_t now_s, struct error *err);

/* Removes it, its ticks, and ends its waiting deliveries. */
bool action_remove_integration(struct app *app, const char *id, int64_t now_s, struct error *err);
bool action_remove_integrations(struct app *app, const struct text_list *ids, int64_t now_s,
                                struct error *err);

/* Makes exactly these integrations ticked for the check. */
bool action_set_ticks(struct app *app, const char *check_id, const struct text_list *ids,
                      struct error *err);
/* Ticks or unticks one check for these; ids that are unknown are ERR_NOT_FOUND. */
bool action_tick(struct app *app, const char *check_id, const struct text_list *ids, bool ticked,
                 struct error *err);

/* Removes one source's data set; see datasets_remove. */
bool action_remove_data(struct app *app, const char *source, struct error *err);

/* Many of them, of several checks, in one commit: all or nothing. */
struct tick {
    const char *check_id, *integration_id; /* lent */
    bool ticked;
};
bool action_tick_all(struct app *app, const struct tick *ticks, size_t count, struct error *err);

/* Switches a check on or off for the run. */
bool action_enable_check(struct app *app, const char *check_id, bool enabled, struct error *err);

#endif
