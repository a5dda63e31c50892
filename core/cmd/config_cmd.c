/* checkhook config check | path: is the configuration usable, and where does everything lie. */
#include <stdio.h>

#include "core/base/json.h"
#include "core/checks/tuning.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/config/secret_check.h"

/* Every secret that is stored can be opened; an integration where one cannot is named. */
static bool secrets_open(const struct app *app)
{
    bool ok = true;
    for (size_t i = 0; i < app->config.integrations.count; i++) {
        const struct integration *in = &app->config.integrations.items[i];
        struct error err = {0};
        if (integration_secrets_open(app->keyring, in, &err))
            continue;
        print_note("integration '%s': %s", in->name, err.text);
        ok = false;
    }
    return ok;
}

static bool checks_known(const struct app *app)
{
    bool ok = true;
    for (size_t i = 0; i < app->config.checks.count; i++) {
        const struct check_config *own = &app->config.checks.items[i];
        const struct check *check = catalogue_find(&app->catalogue, own->id);
        struct error err = {0};
        if (!check)
            error_set(&err, ERR_INVALID,
                      "checks.%s: there is no such check in the catalogue; put its file back into "
                      "%s, or drop what is set for it: checkhook check reset %s",
                      own->id, app->paths.checks_dir, own->id);
        if (check && tuning_fits(check, own, &err))
            continue;
        if (check)
            print_note("%s; checkhook check set %s settings.NAME= takes one back", err.text,
                       own->id);
        else
            print_note("%s", err.text);
        ok = false;
    }
    return ok;
}

static bool catalogue_sound(const struct app *app)
{
    bool ok = true;
    for (size_t i = 0; i < app->catalogue.count; i++) {
        const struct check *c = &app->catalogue.items[i];
        if (!c->fault)
            continue;
        print_note("%s", c->fault);
        ok = false;
    }
    return ok;
}

static int check_config(struct cmd *cmd)
{
    struct app *app = &cmd->app;
    bool ok = checks_known(app);
    ok = catalogue_sound(app) && ok;
    ok = secrets_open(app) && ok;
    if (!ok)
        return EXIT_UNUSABLE;
    if (cmd->json) {
        cJSON *out = cJSON_CreateObject();
        json_add_flag(out, "ok", true);
        json_add_text(out, "file", app->paths.config_file);
        json_add_int(out, "integrations", (int64_t)app->config.integrations.count);
        json_add_int(out, "checks", (int64_t)app->catalogue.count);
        return print_json(out);
    }
    printf("%s is sound: %zu %s, %zu checks in the catalogue.\n", app->paths.config_file,
           app->config.integrations.count,
           plural((int64_t)app->config.integrations.count, "integration", "integrations"),
           app->catalogue.count);
    return EXIT_DONE;
}

struct place {
    const char *name, *path;
};

static int print_paths(struct cmd *cmd)
{
    struct error err = {0};
    struct paths p = {0};
    if (!paths_resolve(&p, cmd->home, &err))
        return cmd_fail(&err);
    const struct place places[] = {
        {"configuration", p.config_file}, {"checks", p.checks_dir},    {"key", p.key_file},
        {"database", p.db_file},          {"lock", p.lock_file},       {"wake", p.wake_file},
        {"share", p.share_dir},           {"console", p.console_file},
    };
    cJSON *out = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (cmd->json)
            json_add_text(out, places[i].name, places[i].path);
        else
            printf("%-14s %s\n", places[i].name, places[i].path ? places[i].path : "");
    }
    int code = EXIT_DONE;
    if (cmd->json)
        code = print_json(out);
    else
        cJSON_Delete(out);
    paths_release(&p);
    return code;
}

const struct command cmd_config_check = {
    .group = "config",
    .verb = "check",
    .summary = "Say whether the configuration, its secrets and the catalogue can be used",
    .parts = APP_CATALOGUE,
    .run = check_config,
};

const struct command cmd_config_path = {
    .group = "config",
    .verb = "path",
    .summary = "Print where configuration, key and state lie",
    .no_app = true,
    .run = print_paths,
};
