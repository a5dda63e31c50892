/* checkhook config check | path: is the configuration usable, and where does everything lie. */
#include <stdio.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checks/tuning.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/config/secret_check.h"

/* --- check -------------------------------------------------------------------------------- */

static void check_checks(const struct app *app, struct text_list *problems)
{
    for (size_t i = 0; i < app->config.checks.count; i++) {
        const struct check_config *own = &app->config.checks.items[i];
        const struct check *check = catalogue_find(&app->catalogue, own->id);
        struct error err = {0};
        struct error tuning = {0};
        if (!check)
            error_set(&err, ERR_INVALID,
                      "checks.%s: there is no such check in the catalogue; put its file back into "
                      "%s, or drop what is set for it: checkhook check reset %s",
                      own->id, app->paths.checks_dir, own->id);
        else if (!tuning_fits(check, own, &tuning))
            error_set(&err, ERR_INVALID, "%s; checkhook check set %s settings.NAME= takes one back",
                      tuning.text, own->id);
        if (err.kind != ERR_NONE)
            text_list_add(problems, err.text);
    }
}

static void check_catalogue(const struct app *app, struct text_list *problems)
{
    for (size_t i = 0; i < app->catalogue.count; i++)
        if (app->catalogue.items[i].fault)
            text_list_add(problems, app->catalogue.items[i].fault);
}

/* Every secret that is stored can be opened; an integration where one cannot is named. */
static void check_secrets(const struct app *app, struct text_list *problems)
{
    for (size_t i = 0; i < app->config.integrations.count; i++) {
        const struct integration *in = &app->config.integrations.items[i];
        struct error err = {0};
        if (integration_secrets_open(app->keyring, in, &err))
            continue;
        error_wrap(&err, "integration '%s'", in->name);
        text_list_add(problems, err.text);
    }
}

static int print_check_json(const struct app *app, bool open, const struct text_list *problems)
{
    cJSON *out = cJSON_CreateObject();
    json_add_flag(out, "ok", problems->count == 0);
    json_add_text(out, "file", app->paths.config_file);
    if (open) {
        json_add_int(out, "integrations", (int64_t)app->config.integrations.count);
        json_add_int(out, "checks", (int64_t)app->catalogue.count);
    } else {
        json_add_null(out, "integrations");
        json_add_null(out, "checks");
    }
    cJSON *list = json_add_array(out, "problems");
    for (size_t i = 0; i < problems->count; i++)
        json_push_text(list, problems->items[i]);
    return print_json(out);
}

static void print_sound(const struct app *app)
{
    if (!file_exists(app->paths.config_file)) {
        printf("There is no %s, so the defaults hold: no integrations, %zu checks in the "
               "catalogue.\n",
               app->paths.config_file, app->catalogue.count);
        return;
    }
    printf("%s is sound: %zu %s, %zu checks in the catalogue.\n", app->paths.config_file,
           app->config.integrations.count,
           plural((int64_t)app->config.integrations.count, "integration", "integrations"),
           app->catalogue.count);
}

static int report(const struct cmd *cmd, bool open, const struct text_list *problems)
{
    const struct app *app = &cmd->app;
    for (size_t i = 0; i < problems->count; i++)
        print_note("%s", problems->items[i]);
    if (cmd->json)
        print_check_json(app, open, problems);
    else if (problems->count == 0)
        print_sound(app);
    return problems->count > 0 ? EXIT_UNUSABLE : EXIT_DONE;
}

/* Opens the application itself: a configuration that cannot be read is a finding, too. */
static int check_config(struct cmd *cmd)
{
    struct app *app = &cmd->app;
    struct error err = {0}, ignored = {0};
    struct text_list problems = {0};
    const bool open = app_open(app, cmd->home, APP_CATALOGUE, &err);
    if (open) {
        check_checks(app, &problems);
        check_catalogue(app, &problems);
        check_secrets(app, &problems);
    } else {
        text_list_add(&problems, err.text);
        paths_resolve(&app->paths, cmd->home, &ignored);
    }
    int code = report(cmd, open, &problems);
    if (!open)
        code = cmd_exit_code(err.kind);
    text_list_release(&problems);
    app_close(app);
    return code;
}

/* --- path --------------------------------------------------------------------------------- */

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
    .no_app = true,
    .run = check_config,
};

const struct command cmd_config_path = {
    .group = "config",
    .verb = "path",
    .summary = "Print where configuration, key and state lie",
    .no_app = true,
    .run = print_paths,
};
