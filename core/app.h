/*
 * The application: configuration, key, catalogue and store, opened for a command or the console
 * and closed in reverse.
 */
#ifndef CHECKHOOK_CORE_APP_H
#define CHECKHOOK_CORE_APP_H

#include <stdbool.h>

#include "core/base/actor.h"
#include "core/base/error.h"
#include "core/checks/catalogue.h"
#include "core/config/config.h"
#include "core/config/paths.h"
#include "core/config/secret.h"
#include "core/store/store.h"

struct app {
    struct paths paths;
    struct config config;
    struct keyring *keyring;
    struct store *store;        /* NULL unless APP_STORE */
    struct catalogue catalogue; /* empty unless APP_CATALOGUE */
    struct actor actor;         /* whoever runs this process, for the audit */
};

enum app_parts {
    APP_CONFIG = 0, /* always: paths, configuration, keyring (not read yet) */
    APP_STORE = 1 << 0,
    APP_CATALOGUE = 1 << 1,
    APP_LOOK = 1 << 2, /* with APP_STORE: makes no folder and no file where there is no database */
};

/* home: --home, or NULL. On failure everything that was opened is closed. */
bool app_open(struct app *app, const char *home, unsigned parts, struct error *err);
void app_close(struct app *app); /* accepts a zeroed struct */

/* May the secret key be made now? Not while the configuration holds sealed values. */
bool app_may_make_key(const struct app *app);

#endif
