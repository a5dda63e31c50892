/* checkhook check set: tunes a check, and says what that changed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/checks/ignored.h"
#include "core/checks/tuning.h"
#include "core/cmd/check_json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/config/ignore.h"
#include "core/store/users.h"

enum { ENTRIES_NAMED = 5, CHANGES_MAX = 16 * 1024, NAME_COLS = 14 };

/* All that is set for a check. */
struct standing {
    struct tuned_list values;
    struct text_list ignore;
};

static void standing_read(struct standing *out, const struct check *check,
                          const struct config *config)
{
    const struct check_config *own = config_check(config, check->id);
    *out = (struct standing){0};
    tuned_read(&out->values, check, config);
    if (own)
        text_list_copy(&out->ignore, &own->ignore);
}

static void standing_release(struct standing *s)
{
    tuned_release(&s->values);
    text_list_release(&s->ignore);
}

/* --- setting ------------------------------------------------------------------------------ */

static bool is_blank(const char *value)
{
    return value[strspn(value, " \t,")] == '\0';
}

/* An entry that is there already, maybe in other letters, is not added again. */
static bool set_named(struct check_config *entry, const struct check *check, const char *name,
                      const char *value, struct error *err)
{
    const size_t before = entry->ignore.count;
    const bool adds = strcmp(name, "ignore+") == 0;
    if ((adds || strcmp(name, "ignore-") == 0) && is_blank(value))
        return error_set(err, ERR_INVALID,
                         "%s: the entry is missing: write %s=LOGIN, @DOMAIN, department:NAME or "
                         "type:TYPE",
                         name, name);
    if (!tuning_set(check, entry, name, value, err))
        return false;
    if (adds && entry->ignore.count == before)
        print_note("ignore: '%s' is in the list already", value);
    return true;
}

/* SETTING=VALUE; ignore+=ENTRY and ignore-=ENTRY change a list. */
static bool set_word(struct check_config *entry, const struct check *check, const char *word,
                     struct error *err)
{
    const char *equals = strchr(word, '=');
    if (!equals)
        return error_set(err, ERR_INVALID, "'%s' is no setting: write SETTING=VALUE", word);
    char *name = mem_strndup(word, (size_t)(equals - word));
    const bool ok = set_named(entry, check, name, equals + 1, err);
    free(name);
    return ok;
}

/* All problems are reported at once; nothing is saved when there is one. */
static bool set_words(struct cmd *cmd, const struct check *check, struct error *err)
{
    bool ok = true;
    struct check_config *entry = config_check_make(&cmd->app.config, check->id);
    for (size_t i = 1; i < cmd->arg_count; i++) {
        struct error one = {0};
        if (set_word(entry, check, cmd->args[i], &one))
            continue;
        if (!ok)
            print_note("%s", err->text);
        *err = one;
        ok = false;
    }
    return ok;
}

/* --- saying what it changed ---------------------------------------------------------------- */

static void add_value(struct strbuf *out, const char *name, const struct tuned *was,
                      const struct tuned *is)
{
    if (was && is && strcmp(was->value, is->value) == 0)
        return;
    strbuf_addf(out, "  %-*s  %s → %s%s\n", NAME_COLS, name, was ? was->value : "not set",
                is ? is->value : "not set", is && is->fallback ? " (the default)" : "");
}

static void add_values(struct strbuf *out, const struct tuned_list *before,
                       const struct tuned_list *after)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct tuned *was = &before->items[i];
        add_value(out, was->name, was, tuned_find(after, was->name));
    }
    for (size_t i = 0; i < after->count; i++) {
        const struct tuned *is = &after->items[i];
        if (!tuned_find(before, is->name))
            add_value(out, is->name, NULL, is);
    }
}

/* Those of one list that the other has not, as they stand there. */
static void entries_without(const struct text_list *list, const struct text_list *other,
                            struct text_list *out)
{
    for (size_t i = 0; i < list->count; i++)
        if (!text_list_has(other, list->items[i]))
            text_list_add(out, list->items[i]);
}

static void add_entries(struct strbuf *out, const char *verb, const struct text_list *entries)
{
    if (entries->count == 0)
        return;
    strbuf_addf(out, "  %-*s  %s ", NAME_COLS, "ignore", verb);
    for (size_t i = 0; i < entries->count && i < ENTRIES_NAMED; i++) {
        char *safe = text_safe(entries->items[i]);
        strbuf_addf(out, "%s%s", i > 0 ? ", " : "", safe);
        free(safe);
    }
    if (entries->count > ENTRIES_NAMED)
        strbuf_addf(out, " and %zu more", entries->count - ENTRIES_NAMED);
    strbuf_addc(out, '\n');
}

static void print_changed(const struct check *check, const struct standing *before,
                          const struct standing *after, const struct text_list *added)
{
    struct strbuf changes;
    struct text_list gone = {0};
    strbuf_init(&changes, CHANGES_MAX);
    entries_without(&before->ignore, &after->ignore, &gone);
    add_values(&changes, &before->values, &after->values);
    add_entries(&changes, "adds", added);
    add_entries(&changes, "loses", &gone);
    if (added->count + gone.count > 0)
        strbuf_addf(&changes, "  %-*s  %zu %s now\n", NAME_COLS, "", after->ignore.count,
                    plural((int64_t)after->ignore.count, "entry", "entries"));
    if (changes.len > 0)
        printf("Changed %s, from the next run on:\n%s", check->id, changes.text);
    else
        printf("Nothing changed: %s is set like that already.\n", check->id);
    strbuf_release(&changes);
    text_list_release(&gone);
}

/* --- notes --------------------------------------------------------------------------------- */

/* Does any user of the data sets stand under the entry? True where there is nobody to ask about. */
static bool names_anybody(struct cmd *cmd, const char *entry)
{
    struct text_list one = {0};
    struct error err = {0};
    bool any = false, none = false;
    text_list_add(&one, entry);
    char *condition = ignored_condition(&one);
    const bool ok = users_any(cmd->app.store, condition, &any, &none, &err);
    free(condition);
    text_list_release(&one);
    return !ok || any || none;
}

/* A slip in an entry ignores nobody, and nobody would notice. */
static void note_entries(struct cmd *cmd, const struct text_list *added)
{
    for (size_t i = 0; i < added->count && i < ENTRIES_NAMED; i++) {
        if (!names_anybody(cmd, added->items[i]))
            print_note("ignore: '%s' matches no user of the data sets now", added->items[i]);
    }
}

static void note_standing(const struct cmd *cmd, const struct check *check)
{
    struct error why = {0};
    if (!check_enabled(check, &cmd->app.config))
        print_note("%s is switched off: no run evaluates it", check->id);
    if (!tuning_can_fail(check, &cmd->app.config, &why))
        print_note("%s", why.text);
}

/* --- the command --------------------------------------------------------------------------- */

static bool change(struct cmd *cmd, const struct check *check, struct standing *before,
                   struct error *err)
{
    if (!tuning_possible(check->id, err) || !action_begin(&cmd->app, err))
        return false;
    standing_read(before, check, &cmd->app.config);
    if (!set_words(cmd, check, err)) {
        action_abort(&cmd->app);
        return false;
    }
    return action_commit(&cmd->app, clock_now_s(), err);
}

static void report(struct cmd *cmd, const struct check *check, const struct standing *before)
{
    struct standing after;
    struct text_list added = {0};
    standing_read(&after, check, &cmd->app.config);
    entries_without(&after.ignore, &before->ignore, &added);
    if (cmd->json)
        print_json(check_json_set(&cmd->app.config, check->id, check));
    else
        print_changed(check, before, &after, &added);
    note_entries(cmd, &added);
    note_standing(cmd, check);
    text_list_release(&added);
    standing_release(&after);
}

static int set(struct cmd *cmd)
{
    struct error err = {0};
    struct standing before = {0};
    const struct check *check = named_check(cmd, cmd->args[0], &err);
    const bool ok = check && change(cmd, check, &before, &err);
    if (ok)
        report(cmd, check, &before);
    standing_release(&before);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

const struct command cmd_check_set = {
    .group = "check",
    .verb = "set",
    .arguments = "ID SETTING=VALUE…",
    .summary = "Tune a check: enabled, severity, ignore, settings.NAME",
    .details =
        "enabled=false switches it off; severity= overrides; settings.days=60 tunes. An empty\n"
        "value goes back to the catalogue's.\n"
        "ignore=ENTRY,… are never reported: a login, @DOMAIN (of login or e-mail address),\n"
        "department:NAME or type:TYPE (member, guest, service, root, external). Capital and small\n"
        "letters are the same in every alphabet, letter by letter: \"Ä\" is \"ä\", \"SS\" is not "
        "\"ß\".\n"
        "\\, is a comma inside an entry, login:… a login with a colon. ignore+=ENTRY adds one to\n"
        "the list, ignore-=ENTRY takes one away, ignore= empties it.",
    .min_args = 2,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = set,
};
