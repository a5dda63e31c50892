/* checkhook config show | set: the settings of the top level, and how the console looks. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/about.h"
#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/config/preferences.h"

/* Both kinds of settings, by the names that are written here. */
struct scope {
    const char *prefix; /* "console." */
    const struct setting *rows;
    size_t count;
    void *base;
};

enum { GENERAL, CONSOLE, SCOPES };
enum { NAME_SIZE = 32 };

/* Everybody's, and the user's own: what show and set work on. */
struct both {
    struct preferences preferences;
    struct scope scopes[SCOPES];
};

static bool both_open(struct both *b, struct cmd *cmd, struct error *err)
{
    const bool ok = preferences_load(&b->preferences, cmd->app.paths.console_file, err);
    b->scopes[GENERAL] =
        (struct scope){"", general_settings, general_setting_count, &cmd->app.config.general};
    b->scopes[CONSOLE] =
        (struct scope){"console.", preference_settings, preference_setting_count, &b->preferences};
    return ok;
}

/* --- show --------------------------------------------------------------------------------- */

static void add_json(cJSON *out, const char *name, const struct setting *row, const char *value)
{
    const char *dot = strchr(name, '.');
    if (dot) {
        char *group = mem_strndup(name, (size_t)(dot - name));
        cJSON *there = cJSON_GetObjectItemCaseSensitive(out, group);
        add_json(there ? there : json_add_object(out, group), dot + 1, row, value);
        free(group);
    } else if (row->kind == KIND_BOOL) {
        json_add_flag(out, name, strcmp(value, "true") == 0);
    } else if (row->kind == KIND_INT) {
        json_add_int(out, name, strtoll(value, NULL, 10));
    } else {
        json_add_text(out, name, *value ? value : NULL);
    }
}

/* "Sent by" as a member of JSON: "sent_by". */
static const char *member(const char *name, char out[NAME_SIZE])
{
    size_t i = 0;
    for (; name[i] && i + 1 < NAME_SIZE; i++)
        out[i] = isalnum((unsigned char)name[i]) ? (char)tolower((unsigned char)name[i]) : '_';
    out[i] = '\0';
    return out;
}

static void add_facts_json(cJSON *out, const struct fact_list *facts)
{
    cJSON *group = NULL;
    char name[NAME_SIZE];
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        if (i == 0 || facts->items[i - 1].group != fact->group)
            group = json_add_object(out, member(fact_group_title(fact->group), name));
        json_add_text(group, member(fact->name, name), fact->value);
    }
}

static cJSON *settings_json(const struct both *b)
{
    cJSON *out = cJSON_CreateObject();
    for (size_t i = 0; i < SCOPES; i++) {
        const struct scope *s = &b->scopes[i];
        for (size_t r = 0; r < s->count; r++) {
            char *name = mem_printf("%s%s", s->prefix, s->rows[r].name);
            char *value = setting_get(&s->rows[r], s->base);
            add_json(out, name, &s->rows[r], value);
            free(name);
            free(value);
        }
    }
    return out;
}

static int show_json(const struct both *b, const struct fact_list *facts)
{
    cJSON *out = settings_json(b);
    add_facts_json(json_add_object(out, "installation"), facts);
    return print_json(out);
}

static void print_facts(const struct fact_list *facts)
{
    static const char *const headers[] = {"INSTALLATION", "", "", NULL};
    struct table t;
    putchar('\n');
    table_init(&t, headers);
    for (size_t i = 0; i < facts->count; i++) {
        table_add(&t, facts->items[i].name);
        table_add(&t, facts->items[i].value);
        table_add(&t, facts->items[i].note);
    }
    table_print(&t, "");
}

static int show_table(const struct both *b, const struct fact_list *facts)
{
    static const char *const headers[] = {"SETTING", "VALUE", "WHAT IT IS", NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < SCOPES; i++) {
        const struct scope *s = &b->scopes[i];
        for (size_t r = 0; r < s->count; r++) {
            char *value = setting_get(&s->rows[r], s->base);
            table_addf(&t, "%s%s", s->prefix, s->rows[r].name);
            table_add(&t, value);
            table_add(&t, s->rows[r].help);
            free(value);
        }
    }
    table_print(&t, "");
    print_facts(facts);
    return EXIT_DONE;
}

static int show(struct cmd *cmd)
{
    struct error err = {0};
    struct both both = {0};
    struct fact_list facts = {0};
    if (!both_open(&both, cmd, &err))
        print_note("%s", err.text);
    about_facts(&cmd->app, &facts);
    const int code = cmd->json ? show_json(&both, &facts) : show_table(&both, &facts);
    fact_list_release(&facts);
    preferences_release(&both.preferences);
    return code;
}

/* --- set ---------------------------------------------------------------------------------- */

static const struct setting *find_row(const struct both *b, const char *name, size_t *scope)
{
    for (size_t i = SCOPES; i > 0; i--) {
        const struct scope *s = &b->scopes[i - 1];
        const size_t len = strlen(s->prefix);
        if (strncmp(name, s->prefix, len) != 0)
            continue;
        *scope = i - 1;
        return setting_find(s->rows, s->count, name + len);
    }
    return NULL;
}

static bool no_such_setting(const struct both *b, size_t scope, const char *name, struct error *err)
{
    const struct scope *s = &b->scopes[scope];
    const char *near = setting_nearest(s->rows, s->count, name + strlen(s->prefix));
    if (near)
        return error_set(err, ERR_INVALID, "there is no setting '%s': did you mean %s%s?", name,
                         s->prefix, near);
    return error_set(err, ERR_INVALID, "there is no setting '%s': see checkhook config show", name);
}

static bool set_row(const struct setting *row, void *base, const char *value, size_t *changed,
                    struct error *err)
{
    char *before = setting_get(row, base);
    const bool ok = setting_set(row, base, value, err);
    char *after = setting_get(row, base);
    *changed += strcmp(before, after) != 0;
    free(before);
    free(after);
    return ok;
}

/* changed: the settings of each scope that are another than before. */
static bool set_word(const struct both *b, const char *word, size_t changed[SCOPES],
                     struct error *err)
{
    const char *equals = strchr(word, '=');
    struct error why = {0};
    size_t scope = GENERAL;
    if (!equals)
        return error_set(err, ERR_INVALID, "'%s' is no setting: write SETTING=VALUE", word);
    char *name = mem_strndup(word, (size_t)(equals - word));
    const struct setting *row = find_row(b, name, &scope);
    bool ok = row || no_such_setting(b, scope, name, err);
    if (ok && !set_row(row, b->scopes[scope].base, equals + 1, &changed[scope], &why))
        ok = error_set(err, ERR_INVALID, "%s: %s", name, why.text);
    free(name);
    return ok;
}

/* All problems are reported at once. */
static bool set_words(struct cmd *cmd, const struct both *b, size_t changed[SCOPES],
                      struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < cmd->arg_count; i++) {
        struct error one = {0};
        if (set_word(b, cmd->args[i], changed, &one))
            continue;
        if (!ok)
            print_note("%s", err->text);
        *err = one;
        ok = false;
    }
    return ok;
}

/* Does any word name one of the configuration? Else it is not touched, and may be read-only. */
static bool touches_config(const struct cmd *cmd)
{
    for (size_t i = 0; i < cmd->arg_count; i++) {
        if (strncmp(cmd->args[i], "console.", strlen("console.")) != 0)
            return true;
    }
    return false;
}

static bool set_all(struct cmd *cmd, struct both *b, size_t changed[SCOPES], struct error *err)
{
    const bool config = touches_config(cmd);
    if (config && !action_begin(&cmd->app, err))
        return false;
    if (!set_words(cmd, b, changed, err) ||
        (changed[CONSOLE] > 0 && !preferences_save(&b->preferences, err))) {
        if (config)
            action_abort(&cmd->app);
        return false;
    }
    if (!config || action_commit(&cmd->app, clock_now_s(), err))
        return true;
    return changed[CONSOLE] > 0
               ? error_wrap(err, "the settings of your console are saved; the others")
               : false;
}

static void print_changed(const struct cmd *cmd, size_t count)
{
    if (count > 0)
        printf("Changed %zu %s.\n", count, plural((int64_t)count, "setting", "settings"));
    else
        printf("Nothing changed: %s set like that already.\n",
               plural((int64_t)cmd->arg_count, "it is", "they are"));
}

static int set(struct cmd *cmd)
{
    struct error err = {0};
    struct both both = {0};
    size_t changed[SCOPES] = {0};
    const bool ok = both_open(&both, cmd, &err) && set_all(cmd, &both, changed, &err);
    if (ok && cmd->json)
        print_json(settings_json(&both));
    else if (ok)
        print_changed(cmd, changed[GENERAL] + changed[CONSOLE]);
    preferences_release(&both.preferences);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

const struct command cmd_config_show = {
    .group = "config",
    .verb = "show",
    .summary = "Show schedule, retention, tenant, your console and the installation",
    .run = show,
};

const struct command cmd_config_set = {
    .group = "config",
    .verb = "set",
    .arguments = "SETTING=VALUE…",
    .summary = "Change them",
    .details = "schedule.hour=6 and the like are everybody's and stand in checkhook.conf; those\n"
               "that begin with console. are your own. SETTING= goes back to the default.",
    .min_args = 1,
    .max_args = -1,
    .parts = APP_STORE,
    .run = set,
};
