/* checkhook check matrix: which check tells which integration, as a grid. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"

enum { NUMBER_COLS = 4 };

/* The integrations that stand beside one another; they are the configuration's. */
struct columns {
    const struct integration **items;
    size_t count;
};

static void add_column(struct columns *columns, const struct integration *in)
{
    *(const struct integration **)list_add(&columns->items, &columns->count,
                                           sizeof *columns->items) = in;
}

/* Those that are named, else all. */
static bool choose_columns(struct cmd *cmd, struct columns *out, struct error *err)
{
    const struct integration_list *all = &cmd->app.config.integrations;
    for (size_t i = 0; i < cmd->arg_count; i++) {
        const struct integration *in = named_integration(cmd, cmd->args[i], err);
        if (!in)
            return false;
        add_column(out, in);
    }
    for (size_t i = 0; cmd->arg_count == 0 && i < all->count; i++)
        add_column(out, &all->items[i]);
    return true;
}

static int matrix_json(const struct cmd *cmd, const struct columns *columns)
{
    struct json_stream rows = {0};
    json_stream_open(&rows, NULL, JSON_ARRAY);
    for (size_t i = 0; i < cmd->app.catalogue.count; i++) {
        const struct check *check = &cmd->app.catalogue.items[i];
        cJSON *row = cJSON_CreateObject();
        json_add_text(row, "id", check->id);
        json_add_flag(row, "enabled", check_enabled(check, &cmd->app.config));
        cJSON *ticks = json_add_object(row, "ticks");
        for (size_t c = 0; c < columns->count; c++)
            json_add_flag(ticks, columns->items[c]->name,
                          config_is_ticked(&cmd->app.config, check->id, columns->items[c]->id));
        json_stream_add(&rows, NULL, row);
    }
    json_stream_close(&rows);
    return EXIT_DONE;
}

static void print_legend(const struct columns *columns)
{
    for (size_t c = 0; c < columns->count; c++) {
        char *name = text_safe(columns->items[c]->name);
        printf("%*zu  %s%s\n", NUMBER_COLS, c + 1, name,
               columns->items[c]->enabled ? "" : " (disabled)");
        free(name);
    }
}

static size_t longest_id(const struct catalogue *c)
{
    size_t longest = 0;
    for (size_t i = 0; i < c->count; i++) {
        const size_t width = text_width(c->items[i].id);
        longest = width > longest ? width : longest;
    }
    return longest;
}

static int matrix_text(const struct cmd *cmd, const struct columns *columns)
{
    const struct catalogue *catalogue = &cmd->app.catalogue;
    const int id_cols = (int)longest_id(catalogue);
    print_legend(columns);
    printf("\n%*s  ON ", id_cols, "");
    for (size_t c = 0; c < columns->count; c++)
        printf("%*zu", NUMBER_COLS, c + 1);
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct check *check = &catalogue->items[i];
        printf("\n%-*s  %-3s", id_cols, check->id,
               check_enabled(check, &cmd->app.config) ? "on" : "off");
        for (size_t c = 0; c < columns->count; c++)
            printf("%*s", NUMBER_COLS,
                   config_is_ticked(&cmd->app.config, check->id, columns->items[c]->id) ? "x"
                                                                                        : ".");
    }
    puts("");
    return EXIT_DONE;
}

static int matrix(struct cmd *cmd)
{
    struct error err = {0};
    struct columns columns = {0};
    int code = EXIT_DONE;
    if (!choose_columns(cmd, &columns, &err))
        code = cmd_fail(&err);
    else if (cmd->json)
        code = matrix_json(cmd, &columns);
    else if (columns.count == 0)
        puts("There is no integration yet; checkhook integration add makes one.");
    else
        code = matrix_text(cmd, &columns);
    free(columns.items);
    return code;
}

const struct command cmd_check_matrix = {
    .group = "check",
    .verb = "matrix",
    .arguments = "[NAME…]",
    .summary = "Show which check tells which integration, all of them or the ones named",
    .details = "check enable and check disable change it.",
    .max_args = -1,
    .parts = APP_CATALOGUE,
    .run = matrix,
};
