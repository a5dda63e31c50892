/* checkhook config new-key: a key in the place of one that is lost. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/config/secret_check.h"

static bool make_key(const struct app *app, struct error *err)
{
    if (file_exists(app->paths.key_file))
        return error_set(err, ERR_INVALID,
                         "there is a key, %s, and it stays; only where it opens nothing any more, "
                         "move it away and say this again",
                         app->paths.key_file);
    return keyring_load(app->keyring, true, err);
}

/* Integrations with a secret that the new key does not open. */
static void list_closed(const struct app *app, struct text_list *names)
{
    for (size_t i = 0; i < app->config.integrations.count; i++) {
        const struct integration *in = &app->config.integrations.items[i];
        struct error err = {0};
        if (!integration_secrets_open(app->keyring, in, &err) && err.kind == ERR_CRYPTO)
            text_list_add(names, in->name);
    }
}

static int print_made_json(const struct app *app, const struct text_list *names)
{
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "key", app->paths.key_file);
    cJSON *list = json_add_array(out, "enter_again");
    for (size_t i = 0; i < names->count; i++)
        json_push_text(list, names->items[i]);
    return print_json(out);
}

static int print_made(const struct app *app, const struct text_list *names)
{
    printf("Made the key %s: keep a copy of it.\n", app->paths.key_file);
    if (names->count > 0)
        puts("Enter the secrets of these integrations again:");
    for (size_t i = 0; i < names->count; i++) {
        char *name = text_safe(names->items[i]);
        printf("    %s\n", name);
        free(name);
    }
    return EXIT_DONE;
}

static int new_key(struct cmd *cmd)
{
    struct error err = {0};
    struct text_list names = {0};
    if (!make_key(&cmd->app, &err))
        return cmd_fail(&err);
    list_closed(&cmd->app, &names);
    const int code = cmd->json ? print_made_json(&cmd->app, &names) : print_made(&cmd->app, &names);
    text_list_release(&names);
    return code;
}

const struct command cmd_config_new_key = {
    .group = "config",
    .verb = "new-key",
    .summary = "Make a key where the old one is lost, to seal secrets that are entered again",
    .details =
        "Only for a key that no backup has: what it sealed cannot be opened with another one,\n"
        "and stands in the configuration until it is entered again, as checkhook config check\n"
        "says. A key that is there is never replaced. A service and consoles that run go on\n"
        "with the key that they have read: restart them.",
    .run = new_key,
};
