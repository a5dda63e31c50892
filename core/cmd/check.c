/* checkhook check list | show | enable | disable | set: what is asked, and whom it tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/summary.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/config/assign.h"
#include "core/send_open.h"
#include "core/store/findings.h"

enum { HISTORY_SHOWN = 30, USERS_SHOWN = 20 };

/* --- what list and show share ------------------------------------------------------------------
 */

static void add_integration_names(cJSON *row, const struct config *config, const char *check_id)
{
    cJSON *names = json_add_array(row, "integrations");
    for (size_t i = 0; i < config->integrations.count; i++)
        if (config_is_ticked(config, check_id, config->integrations.items[i].id))
            json_push_text(names, config->integrations.items[i].name);
}

static void add_summary(cJSON *row, const struct config *config, const struct check_summary *s)
{
    json_add_text(row, "id", s->check->id);
    json_add_text(row, "title", s->check->title);
    json_add_text(row, "severity", severity_text(s->severity));
    json_add_flag(row, "enabled", s->enabled);
    add_integration_names(row, config, s->check->id);
    json_add_int(row, "evaluated", s->evaluated);
    json_add_int(row, "failing", s->failing);
    json_add_int(row, "new", s->fresh);
    json_add_int(row, "unknown", s->unknown);
    json_add_time(row, "last_run", s->last_run > 0 ? s->last_run : -1);
    json_add_text(row, "error", s->error);
}

/* --- list --------------------------------------------------------------------------------- */

static int list_json(struct cmd *cmd, const struct check_summary_list *all)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < all->count; i++) {
        cJSON *row = cJSON_CreateObject();
        add_summary(row, &cmd->app.config, &all->items[i]);
        cJSON_AddItemToArray(out, row);
    }
    return print_json(out);
}

static int list_table(const struct check_summary_list *all)
{
    static const char *const headers[] = {"ON",       "RESULT", "ID",       "SEVERITY",
                                          ">FAILING", ">OF",    ">UNKNOWN", ">INTEGRATIONS",
                                          "LAST RUN", "NOTE",   NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < all->count; i++) {
        const struct check_summary *s = &all->items[i];
        char *when = time_for_people(s->last_run);
        table_add(&t, s->enabled ? "on" : "off");
        table_add(&t, check_state_text(s->state));
        table_add(&t, s->check->id);
        table_add(&t, severity_text(s->severity));
        table_addf(&t, "%lld", (long long)s->failing);
        table_addf(&t, "%lld", (long long)s->evaluated);
        table_addf(&t, "%lld", (long long)s->unknown);
        table_addf(&t, "%zu", s->integrations);
        table_add(&t, when);
        table_add(&t, s->error);
        free(when);
    }
    table_print(&t, "the catalogue is empty");
    return EXIT_DONE;
}

static int list(struct cmd *cmd)
{
    struct error err = {0};
    struct check_summary_list all = {0};
    if (!check_summaries(cmd->app.store, &cmd->app.config, &cmd->app.catalogue, &all, &err))
        return cmd_fail(&err);
    int code = cmd->json ? list_json(cmd, &all) : list_table(&all);
    check_summary_list_release(&all);
    return code;
}

/* --- show --------------------------------------------------------------------------------- */

static void add_texts(cJSON *out, const char *name, const struct text_list *texts)
{
    cJSON *array = json_add_array(out, name);
    for (size_t i = 0; i < texts->count; i++)
        json_push_text(array, texts->items[i]);
}

static void add_history(cJSON *out, const struct run_check_list *history)
{
    cJSON *array = json_add_array(out, "history");
    for (size_t i = 0; i < history->count; i++) {
        const struct run_check *r = &history->items[i];
        cJSON *row = cJSON_CreateObject();
        json_add_int(row, "run", r->run_id);
        json_add_time(row, "time", r->started_ms / 1000);
        json_add_int(row, "evaluated", r->evaluated);
        json_add_int(row, "failing", r->failing);
        json_add_int(row, "new", r->fresh);
        json_add_int(row, "resolved", r->resolved);
        json_add_int(row, "unknown", r->unknown);
        if (r->time_ms >= 0)
            json_add_int(row, "time_ms", r->time_ms);
        else
            json_add_null(row, "time_ms");
        json_add_text(row, "error", r->error);
        cJSON_AddItemToArray(array, row);
    }
}

static bool add_user(void *ctx, const struct finding *f, struct error *err)
{
    (void)err;
    cJSON *row = cJSON_CreateObject();
    cJSON *explain = cJSON_Parse(f->explain);
    json_add_text(row, "source", f->source);
    json_add_text(row, "id", f->user_id);
    json_add_text(row, "login", f->login);
    json_add_time(row, "since", f->since);
    json_add_flag(row, "stale", f->stale);
    cJSON_AddItemToObject(row, "explain", explain ? explain : cJSON_CreateObject());
    cJSON_AddItemToArray(ctx, row);
    return true;
}

static bool show_json(struct cmd *cmd, const struct check_summary *s,
                      const struct run_check_list *history, struct error *err)
{
    const struct check *check = s->check;
    cJSON *out = cJSON_CreateObject();
    add_summary(out, &cmd->app.config, s);
    add_texts(out, "description", &check->description);
    add_texts(out, "recommendedActions", &check->actions);
    cJSON *settings = json_add_object(out, "settings");
    for (size_t i = 0; i < check->number_count; i++)
        json_add_int(settings, check->numbers[i].name, check_number(check, &cmd->app.config, i));
    json_add_text(out, "applies", check->applies);
    json_add_text(out, "fails", check->fails);
    add_history(out, history);
    cJSON *users = json_add_array(out, "users");
    if (!findings_each(cmd->app.store, check->id, 0, add_user, users, err)) {
        cJSON_Delete(out);
        return false;
    }
    print_json(out);
    return true;
}

static bool print_user(void *ctx, const struct finding *f, struct error *err)
{
    (void)ctx;
    (void)err;
    char *login = text_safe(f->login), *source = text_safe(f->source);
    char *since = time_for_people(f->since);
    printf("    %s (%s), since %s%s\n", login, source, since, f->stale ? ", stale" : "");
    free(login);
    free(source);
    free(since);
    return true;
}

static void print_field(const char *title, const char *text)
{
    char *safe = text_safe(text);
    printf("%-12s %s\n", title, safe);
    free(safe);
}

static void print_texts(const char *title, const struct text_list *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        print_field(i == 0 ? title : "", texts->items[i]);
}

static bool print_users(struct cmd *cmd, const struct check_summary *s, struct error *err)
{
    if (s->failing == 0)
        return true;
    puts("users failing");
    if (!findings_each(cmd->app.store, s->check->id, USERS_SHOWN, print_user, NULL, err))
        return false;
    if (s->failing > USERS_SHOWN)
        printf("    and %lld more: checkhook data users --failing %s\n",
               (long long)(s->failing - USERS_SHOWN), s->check->id);
    return true;
}

static bool show_text(struct cmd *cmd, const struct check_summary *s, struct error *err)
{
    const struct check *check = s->check;
    char *when = time_for_people(s->last_run);
    print_field(check->id, check->title);
    print_field("severity", severity_text(s->severity));
    print_field("switched", s->enabled ? "on" : "off");
    print_field("result", check_state_text(s->state));
    if (s->error)
        print_field("because", s->error);
    print_field("last run", when);
    printf("%-12s %lld of %lld, %lld unknown\n", "failing", (long long)s->failing,
           (long long)s->evaluated, (long long)s->unknown);
    free(when);
    print_texts("description", &check->description);
    print_texts("to do", &check->actions);
    for (size_t i = 0; i < check->number_count; i++)
        printf("%-12s settings.%s=%lld\n", i == 0 ? "settings" : "", check->numbers[i].name,
               (long long)check_number(check, &cmd->app.config, i));
    print_field("applies", check->applies ? check->applies : "to everyone");
    print_field("fails", check->fails ? check->fails : "");
    if (check->fault)
        print_field("fault", check->fault);
    return print_users(cmd, s, err);
}

static const struct check_summary *summary_of(const struct check_summary_list *all,
                                              const struct check *check)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].check == check)
            return &all->items[i];
    return NULL;
}

static int show(struct cmd *cmd)
{
    struct error err = {0};
    struct check_summary_list all = {0};
    struct run_check_list history = {0};
    const struct check *check = named_check(cmd, cmd->args[0], &err);
    bool ok = check &&
              check_summaries(cmd->app.store, &cmd->app.config, &cmd->app.catalogue, &all, &err) &&
              runs_history(cmd->app.store, check->id, HISTORY_SHOWN, &history, &err);
    const struct check_summary *s = ok ? summary_of(&all, check) : NULL;
    if (s)
        ok = cmd->json ? show_json(cmd, s, &history, &err) : show_text(cmd, s, &err);
    run_check_list_release(&history);
    check_summary_list_release(&all);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

/* --- enable, disable, set ------------------------------------------------------------------ */

static bool ids_of_names(struct cmd *cmd, struct text_list *ids, struct error *err)
{
    for (size_t i = 1; i < cmd->arg_count; i++) {
        const struct integration *in = named_integration(cmd, cmd->args[i], err);
        if (!in)
            return false;
        text_list_add(ids, in->id);
    }
    return true;
}

static size_t ticked_count(const struct cmd *cmd, const char *check_id)
{
    const struct config *config = &cmd->app.config;
    size_t count = 0;
    for (size_t i = 0; i < config->integrations.count; i++)
        count += config_is_ticked(config, check_id, config->integrations.items[i].id);
    return count;
}

/* The ticks stay, whatever comes of it. */
static bool send_open(struct cmd *cmd, const struct check *check, const struct text_list *ids,
                      struct error *err)
{
    struct sent_open sent;
    if (!action_send_open(&cmd->app, check->id, ids, clock_now_ms(), &sent, err))
        return error_wrap(err, "ticked, but not sent");
    if (!cmd->json)
        printf("%lld %s of %zu %s who %s already %s queued.\n", (long long)sent.deliveries,
               plural(sent.deliveries, "delivery", "deliveries"), sent.users,
               plural((int64_t)sent.users, "user", "users"),
               plural((int64_t)sent.users, "fails", "fail"), plural(sent.deliveries, "is", "are"));
    return true;
}

static int tick(struct cmd *cmd, bool ticked)
{
    struct error err = {0};
    struct text_list ids = {0};
    const struct check *check = named_check(cmd, cmd->args[0], &err);
    bool ok = check && ids_of_names(cmd, &ids, &err) &&
              action_tick(&cmd->app, check->id, &ids, ticked, &err) &&
              (!cmd_has(cmd, "send-current") || send_open(cmd, check, &ids, &err));
    text_list_release(&ids);
    if (!ok)
        return cmd_fail(&err);
    if (!cmd->json)
        printf("%s notifies %zu %s now.\n", check->id, ticked_count(cmd, check->id),
               ticked_count(cmd, check->id) == 1 ? "integration" : "integrations");
    if (ticked && !check_enabled(check, &cmd->app.config))
        print_note("%s is switched off: checkhook check set %s enabled=true switches it on",
                   check->id, check->id);
    return EXIT_DONE;
}

static int enable(struct cmd *cmd)
{
    return tick(cmd, true);
}

static int disable(struct cmd *cmd)
{
    return tick(cmd, false);
}

static bool has_number(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->number_count; i++)
        if (strcmp(check->numbers[i].name, name) == 0)
            return true;
    return false;
}

static bool set_word(struct check_config *entry, const struct check *check, const char *word,
                     struct error *err)
{
    static const char prefix[] = "settings.";
    const char *equals = strchr(word, '=');
    if (!equals)
        return error_set(err, ERR_INVALID, "'%s' is no setting: write SETTING=VALUE", word);
    char *name = mem_strndup(word, (size_t)(equals - word));
    bool ok = true;
    if (strncmp(name, prefix, strlen(prefix)) == 0 && !has_number(check, name + strlen(prefix)))
        ok = error_set(err, ERR_INVALID,
                       "%s: check %s has no such setting: see checkhook check "
                       "show %s",
                       name, check->id, check->id);
    ok = ok && check_config_set(entry, name, equals + 1, err);
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

static int set(struct cmd *cmd)
{
    struct error err = {0};
    const struct check *check = named_check(cmd, cmd->args[0], &err);
    if (!check || !action_begin(&cmd->app, &err))
        return cmd_fail(&err);
    if (!set_words(cmd, check, &err)) {
        action_abort(&cmd->app);
        return cmd_fail(&err);
    }
    if (!action_commit(&cmd->app, clock_now_s(), &err))
        return cmd_fail(&err);
    if (!cmd->json)
        printf("Changed %s: it is switched %s.\n", check->id,
               check_enabled(check, &cmd->app.config) ? "on" : "off");
    return EXIT_DONE;
}

/* --- rows --------------------------------------------------------------------------------- */

const struct command cmd_check_list = {
    .group = "check",
    .verb = "list",
    .summary = "List the checks with their latest results",
    .parts = APP_STORE | APP_CATALOGUE,
    .run = list,
};

const struct command cmd_check_show = {
    .group = "check",
    .verb = "show",
    .arguments = "ID",
    .summary = "Show what a check asks, its history and whom it names",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = show,
};

static const struct option enable_options[] = {
    {"send-current", NULL, "send them the users who fail already as well"},
    {NULL, NULL, NULL},
};

const struct command cmd_check_enable = {
    .group = "check",
    .verb = "enable",
    .arguments = "ID NAME…",
    .summary = "Tick integrations for a check: they are told of newly failing users",
    .details =
        "Those who fail already are sent with --send-current, now and once; without it only\n"
        "users who newly fail are.",
    .options = enable_options,
    .min_args = 2,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = enable,
};

const struct command cmd_check_disable = {
    .group = "check",
    .verb = "disable",
    .arguments = "ID NAME…",
    .summary = "Untick integrations for a check",
    .min_args = 2,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = disable,
};

const struct command cmd_check_set = {
    .group = "check",
    .verb = "set",
    .arguments = "ID SETTING=VALUE…",
    .summary = "Tune a check: enabled, severity, ignore, settings.NAME",
    .details = "enabled=false switches it off; severity= overrides; ignore=LOGIN,… are never\n"
               "reported; settings.days=60 tunes. An empty value goes back to the catalogue's.",
    .min_args = 2,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = set,
};
