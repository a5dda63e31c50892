/*
 * checkhook.conf: loaded whole, changed under a lock, written atomically in a stable order.
 *
 * Every change is config_begin, edit, config_commit. Begin takes the lock (`checkhook.conf.lock`
 * beside the file) and reloads when the file changed meanwhile, so that no update is lost; a form
 * that was open for an hour then compares the integration it started from with the present one
 * (integration_equal) and offers a choice.
 */
#ifndef CHECKHOOK_CORE_CONFIG_CONFIG_H
#define CHECKHOOK_CORE_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"

/* How a file looked from outside; private to config.c. */
struct file_stamp {
    uint64_t inode;
    int64_t size, mtime_s, mtime_ns;
};

/* Told of each commit: what it replaced, and the configuration as it is now. */
struct config;
typedef void config_committed(void *ctx, const struct config *before, const struct config *now);

struct config {
    char *path;
    config_committed *committed; /* NULL = nobody is told */
    void *committed_ctx;
    struct general general;
    struct integration_list integrations;
    struct check_config_list checks;
    /* private to config.c */
    char *loaded; /* the bytes that were loaded; NULL = there was no file */
    size_t loaded_len;
    struct file_stamp stamp;
    int lock_fd; /* while locked */
    bool locked; /* in a change */
};

/*
 * Loads; a missing file is an empty configuration. ERR_CONFIG: "FILE:LINE: setting 'x': why" for
 * syntax, unknown settings, wrong types, values out of range (also integers over 32 bits and
 * \x00, which libconfig would swallow, and @include). Nothing is ever written here.
 * `config` is zeroed or released before.
 */
bool config_load(struct config *config, const char *path, struct error *err);
void config_release(struct config *config);

/* True when the file is no longer what was loaded. */
bool config_changed(const struct config *config);

/*
 * Brings it up to date with what others saved. *changed says whether it did: pointers into it are
 * gone then. A file that cannot be used now, is gone or empty is an error and leaves it as it was.
 * Does nothing in a change, and for a configuration without a path.
 */
bool config_refresh(struct config *config, bool *changed, struct error *err);

/* Makes the folder when missing. ERR_BUSY: locked by somebody else for 5 s; ERR_IO: it may not be
 * changed; ERR_CONFIG: it was changed and cannot be used now. */
bool config_begin(struct config *config, struct error *err);
/*
 * Writes (tenant.id is made at the first save; settings that do not apply are forgotten), unlocks;
 * also unlocks on failure. The configuration keeps the new state only on success; else it is again
 * what was loaded, and pointers into it are gone.
 */
bool config_commit(struct config *config, struct error *err);
/* In a change: what was on disk when it began, as a configuration of its own (no path), to compare
 * with. `out` is zeroed; the caller releases it, also on failure. */
bool config_begun(const struct config *config, struct config *out, struct error *err);
/* Unlocks and reloads what is on disk. */
void config_abort(struct config *config);

/* By name (regardless of case) or by id; NULL where absent. Valid until the list changes. */
struct integration *config_find(const struct config *config, const char *name_or_id);

/* Puts a copy: replaces the one of the same id, else appends. */
void config_put(struct config *config, const struct integration *in);
/* Removes it and its ticks on checks. */
bool config_remove(struct config *config, const char *id);

/* The entry of a check; config_check_make adds an empty one where absent. */
const struct check_config *config_check(const struct config *config, const char *check_id);
struct check_config *config_check_make(struct config *config, const char *check_id);

/* Ticked for the check? Number of checks an integration is ticked for. */
bool config_is_ticked(const struct config *config, const char *check_id,
                      const char *integration_id);
size_t config_tick_count(const struct config *config, const char *integration_id);

/* True when any value is sealed: then a missing key is an error, and a new one is made only
 * when somebody asks for it. */
bool config_has_sealed(const struct config *config);

#endif
