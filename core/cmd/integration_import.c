/* checkhook integration import: integrations of another installation, looked at before they are
 * saved. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/incoming.h"

/* One that would replace another is left out unless that was asked for. */
static bool is_wanted(const struct incoming *item, bool replace)
{
    return item->fate == INCOMING_NEW || (item->fate == INCOMING_REPLACES && replace);
}

static const char *outcome(const struct incoming *item, bool replace, bool dry_run)
{
    if (!is_wanted(item, replace))
        return "skipped";
    return dry_run ? "would be imported" : "imported";
}

static int print_list_json(const struct incoming_list *list, bool replace, bool dry_run)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < list->count; i++) {
        const struct incoming *item = &list->items[i];
        cJSON *row = cJSON_CreateObject();
        json_add_text(row, "id", item->in.id);
        json_add_text(row, "name", item->in.name ? item->in.name : "");
        json_add_text(row, "found", incoming_fate_text(item->fate));
        json_add_flag(row, "imported", !dry_run && is_wanted(item, replace));
        cJSON *missing = json_add_array(row, "missing_secrets");
        for (size_t k = 0; k < item->missing.count; k++)
            json_push_text(missing, item->missing.items[k]);
        json_add_text(row, "reason", item->why);
        cJSON_AddItemToArray(out, row);
    }
    return print_json(out);
}

static char *remark(const struct incoming *item, bool replace)
{
    if (item->fate == INCOMING_BAD)
        return mem_strdup(item->why);
    if (item->fate == INCOMING_REPLACES && !replace)
        return mem_strdup("--replace puts it in the place of the one here");
    if (item->missing.count == 0)
        return mem_strdup("");
    char *text = mem_strdup("secrets to enter again:");
    for (size_t k = 0; k < item->missing.count; k++) {
        char *longer = mem_printf("%s%s%s", text, k ? ", " : " ", item->missing.items[k]);
        free(text);
        text = longer;
    }
    return text;
}

static int print_list(const struct incoming_list *list, bool replace, bool dry_run)
{
    static const char *const headers[] = {"NAME", "FOUND", "OUTCOME", "REMARK", NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < list->count; i++) {
        const struct incoming *item = &list->items[i];
        char *text = remark(item, replace);
        table_add(&t, item->in.name ? item->in.name : "");
        table_add(&t, incoming_fate_text(item->fate));
        table_add(&t, outcome(item, replace, dry_run));
        table_add(&t, text);
        free(text);
    }
    table_print(&t, "");
    return EXIT_DONE;
}

static bool save(struct cmd *cmd, const struct incoming_list *list, bool replace, struct error *err)
{
    size_t saved = 0, count = 0;
    bool *wanted = mem_zalloc(list->count * sizeof *wanted);
    for (size_t i = 0; i < list->count; i++) {
        wanted[i] = is_wanted(&list->items[i], replace);
        count += wanted[i];
    }
    const bool ok =
        count == 0 || incoming_save(&cmd->app, list, wanted, clock_now_s(), &saved, err);
    free(wanted);
    return ok;
}

static bool holds_bad(const struct incoming_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].fate == INCOMING_BAD)
            return true;
    }
    return false;
}

static int import(struct cmd *cmd)
{
    struct error err = {0};
    struct incoming_list list = {0};
    const bool replace = cmd_has(cmd, "replace"), dry_run = cmd_has(cmd, "dry-run");
    if (!incoming_read(&list, &cmd->app, cmd->args[0], clock_now_s(), &err))
        return cmd_fail(&err);
    int code = EXIT_DONE;
    if (!dry_run && !save(cmd, &list, replace, &err))
        code = cmd_fail(&err);
    else if (cmd->json)
        print_list_json(&list, replace, dry_run);
    else
        print_list(&list, replace, dry_run);
    if (code == EXIT_DONE && holds_bad(&list))
        code = EXIT_NO;
    incoming_list_release(&list);
    return code;
}

static const struct option import_options[] = {
    {"dry-run", NULL, "say what would be imported; change nothing"},
    {"replace", NULL, "also those whose name is here already: they take the place of the one here"},
    {NULL, NULL, NULL},
};

const struct command cmd_integration_import = {
    .group = "integration",
    .verb = "import",
    .arguments = "FILE",
    .summary = "Import integrations of another installation",
    .details =
        "FILE is another checkhook.conf, of which only the integrations count, or the output of\n"
        "integration show --json: one, or an array of them. Secrets come along where they are\n"
        "references or were sealed with the key of this installation; all others are named, and\n"
        "have to be entered again. Checks are not ticked. Exit 1 where one of them cannot be\n"
        "imported; the others are.",
    .options = import_options,
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE,
    .run = import,
};
