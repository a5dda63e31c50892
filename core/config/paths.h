/*
 * Where everything lies (DESIGN 4): --home or CHECKHOOK_HOME puts all into one folder; root uses
 * /etc and /var/lib; others use the XDG folders.
 */
#ifndef CHECKHOOK_CORE_CONFIG_PATHS_H
#define CHECKHOOK_CORE_CONFIG_PATHS_H

#include <stdbool.h>

#include "core/base/error.h"

struct paths {
    char *config_dir;   /* of checkhook.conf */
    char *state_dir;    /* of key, database, lock, wake */
    char *config_file;  /* checkhook.conf */
    char *console_file; /* console.conf: preferences of this user; in a home that they may not write
                           in the XDG folder */
    char *checks_dir;   /* checks.d, the administrator's own checks */
    char *key_file;  /* secret.key, or $CREDENTIALS_DIRECTORY/checkhook.key, CHECKHOOK_KEY_FILE */
    char *db_file;   /* checkhook.db */
    char *lock_file; /* worker lock */
    char *wake_file; /* wake-up socket */
    char *share_dir; /* built-in catalogue and samples: $CHECKHOOK_SHARE, share/ above the
                        executable, PREFIX/share/checkhook */
};

/* home may be NULL. Makes no folder. */
bool paths_resolve(struct paths *p, const char *home, struct error *err);
void paths_release(struct paths *p);

/* Makes the folders (0700 for a home and for state) where missing. */
bool paths_make(const struct paths *p, struct error *err);

#endif
