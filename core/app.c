/* The application's parts, opened in order and closed in reverse. */
#include "core/app.h"

#include <string.h>

#include "core/base/file.h"

static bool open_store(struct app *app, bool look, struct error *err)
{
    const bool empty = look && !file_exists(app->paths.db_file);
    if (!empty && !paths_make(&app->paths, err))
        return false;
    app->store = empty ? store_open_empty(err) : store_open(app->paths.db_file, err);
    return app->store != NULL;
}

static bool open_parts(struct app *app, unsigned parts, struct error *err)
{
    if ((parts & APP_CATALOGUE) &&
        !catalogue_load(&app->catalogue, app->paths.share_dir, app->paths.checks_dir, err))
        return false;
    return !(parts & APP_STORE) || open_store(app, parts & APP_LOOK, err);
}

bool app_open(struct app *app, const char *home, unsigned parts, struct error *err)
{
    memset(app, 0, sizeof *app);
    app->config.lock_fd = -1;
    actor_find(&app->actor, THROUGH_COMMAND);
    bool ok = paths_resolve(&app->paths, home, err) &&
              config_load(&app->config, app->paths.config_file, err);
    if (ok) {
        app->keyring = keyring_new(app->paths.key_file);
        ok = open_parts(app, parts, err);
    }
    if (!ok)
        app_close(app);
    return ok;
}

void app_close(struct app *app)
{
    store_close(app->store);
    catalogue_release(&app->catalogue);
    keyring_free(app->keyring);
    config_release(&app->config);
    paths_release(&app->paths);
    memset(app, 0, sizeof *app);
}

bool app_may_make_key(const struct app *app)
{
    return !config_has_sealed(&app->config);
}
