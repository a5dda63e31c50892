/* checkhook check show: what a check asks, how it is set here, what came of it, and whom it names.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/chart.h"
#include "core/checks/explain.h"
#include "core/cmd/check_json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/config/ignore.h"
#include "core/store/findings.h"

enum { HISTORY_SHOWN = 30, USERS_SHOWN = 20, TITLE_COLS = 12, CHART_BYTES = 256 };

/* --- JSON --------------------------------------------------------------------------------- */

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
    cJSON *row = cJSON_CreateObject();
    cJSON *explain = cJSON_Parse(f->explain);
    json_add_text(row, "source", f->source);
    json_add_text(row, "id", f->user_id);
    json_add_text(row, "login", f->login);
    json_add_time(row, "since", f->since);
    json_add_flag(row, "stale", f->stale);
    cJSON_AddItemToObject(row, "explain", explain ? explain : cJSON_CreateObject());
    json_stream_add(ctx, NULL, row);
    return output_is_read(err);
}

static bool show_json(struct cmd *cmd, const struct check_summary *s,
                      const struct run_check_list *history, struct error *err)
{
    cJSON *head = cJSON_CreateObject();
    struct json_stream out = {0};
    check_json_summary(head, &cmd->app.config, s);
    check_json_definition(head, &cmd->app.config, s->check);
    add_history(head, history);
    json_stream_open(&out, NULL, JSON_OBJECT);
    json_stream_members(&out, head);
    json_stream_open(&out, "users", JSON_ARRAY);
    if (!store_sort_on_disk(cmd->app.store, err) ||
        !findings_each(cmd->app.store, s->check->id, 0, add_user, &out, err))
        return false;
    json_stream_close(&out);
    json_stream_close(&out);
    return true;
}

/* --- what it is ----------------------------------------------------------------------------- */

static void print_field(const char *title, const char *text)
{
    char *safe = text_safe(text);
    printf("%-*s %s\n", TITLE_COLS, title, safe);
    free(safe);
}

static void print_texts(const char *title, const struct text_list *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        print_field(i == 0 ? title : "", texts->items[i]);
}

static void print_definition(const struct check *check)
{
    print_texts("description", &check->description);
    print_texts("to do", &check->actions);
    print_texts("needs", &check->needs);
    print_field("applies", check->applies ? check->applies : "to everyone");
    print_field("fails", check->fails ? check->fails : "");
    for (size_t i = 0; i < check->explain_count; i++) {
        char *text = mem_printf("%s = %s", check->explains[i].key, check->explains[i].expression);
        print_field(i == 0 ? "explain" : "", text);
        free(text);
    }
    if (check->fault)
        print_field("fault", check->fault);
}

/* --- how it is set here --------------------------------------------------------------------- */

static void print_own(const char *title, const char *value, const char *by_default)
{
    const bool same = strcmp(value, by_default) == 0;
    printf("%-*s %s%s%s%s\n", TITLE_COLS, title, value, same ? "" : " (default ",
           same ? "" : by_default, same ? "" : ")");
}

static void print_numbers(const struct check *check, const struct config *config)
{
    for (size_t i = 0; i < check->number_count; i++) {
        const struct check_number *n = &check->numbers[i];
        const int64_t value = check_number(check, config, i);
        printf("%-*s settings.%s=%lld (", TITLE_COLS, i == 0 ? "settings" : "", n->name,
               (long long)value);
        if (value != n->value)
            printf("default %lld, ", (long long)n->value);
        printf("%lld to %lld)\n", (long long)n->min, (long long)n->max);
    }
}

static void print_webhooks(const struct check *check, const struct config *config)
{
    size_t count = 0;
    for (size_t i = 0; i < config->integrations.count; i++) {
        const struct integration *in = &config->integrations.items[i];
        if (!config_is_ticked(config, check->id, in->id))
            continue;
        char *name = mem_printf("%s%s", in->name, in->enabled ? "" : " (disabled)");
        print_field(count++ == 0 ? "notifies" : "", name);
        free(name);
    }
    if (count == 0)
        print_field("notifies", "nobody");
}

static void print_settings(const struct check *check, const struct config *config)
{
    const struct check_config *own = config_check(config, check->id);
    print_own("severity", severity_text(check_severity(check, config)),
              severity_text(check->severity));
    print_own("switched", check_enabled(check, config) ? "on" : "off",
              check->enabled ? "on" : "off");
    print_numbers(check, config);
    if (own && own->ignore.count > 0) {
        char *line = ignore_join(&own->ignore);
        print_field("ignore", line);
        free(line);
    }
    print_webhooks(check, config);
}

/* --- what came of it -------------------------------------------------------------------------- */

static bool terminal_is_utf8(void)
{
    locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    const bool utf8 = locale && strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
    if (locale)
        freelocale(locale);
    return utf8;
}

static void print_chart(const struct run_check_list *history, enum chart_of what, const char *title)
{
    const bool ascii = !terminal_is_utf8();
    struct chart chart;
    chart_make(&chart, history, HISTORY_SHOWN, what);
    for (int row = 0; chart_worth(&chart, what) && row < chart_rows(&chart, ascii); row++) {
        char *label = chart_label(&chart, row, ascii);
        struct strbuf line;
        strbuf_init(&line, CHART_BYTES);
        chart_add_row(&line, &chart, row, ascii);
        printf("%-*s %s%s%s\n", TITLE_COLS, row == 0 ? title : "", line.text, *label ? "  " : "",
               label);
        strbuf_release(&line);
        free(label);
    }
    chart_release(&chart);
}

/* Nothing where there is one run: it is all said above. */
static void print_history(const struct run_check_list *history)
{
    if (history->count < 2)
        return;
    char *from = time_for_people(history->items[history->count - 1].started_ms / 1000);
    char *to = time_for_people(history->items[0].started_ms / 1000);
    printf("%-*s %zu runs, %s to %s\n", TITLE_COLS, "history", history->count, from, to);
    print_chart(history, CHART_FAILING, "  failing");
    print_chart(history, CHART_UNKNOWN, "  unknown");
    free(from);
    free(to);
}

static void print_result(const struct check_summary *s)
{
    char *when = time_for_people(s->last_run);
    print_field("result", check_state_text(s->state));
    if (s->error)
        print_field("because", s->error);
    print_field("last run", when);
    printf("%-*s %lld of %lld, %lld unknown\n", TITLE_COLS, "failing", (long long)s->failing,
           (long long)s->evaluated, (long long)s->unknown);
    free(when);
}

static bool print_user(void *ctx, const struct finding *f, struct error *err)
{
    (void)err;
    char *login = text_safe(f->login), *source = text_safe(f->source);
    char *since = time_for_people(f->since), *why = explain_text(f->explain);
    char *reason = text_safe(why);
    printf("    %s (%s), since %s%s%s%s\n", login, source, since, f->stale ? ", stale" : "",
           *reason ? ": " : "", reason);
    ++*(int64_t *)ctx;
    free(login);
    free(source);
    free(since);
    free(why);
    free(reason);
    return true;
}

/* Also those that are open while the check cannot be evaluated. */
static bool print_users(struct cmd *cmd, const struct check_summary *s, struct error *err)
{
    int64_t shown = 0, all = 0;
    if (!findings_count(cmd->app.store, s->check->id, &all, err))
        return false;
    if (all == 0)
        return true;
    puts("users failing");
    if (!findings_each(cmd->app.store, s->check->id, USERS_SHOWN, print_user, &shown, err))
        return false;
    if (all > shown)
        printf("    and %lld more: checkhook data users --failing %s\n", (long long)(all - shown),
               s->check->id);
    return true;
}

static bool show_text(struct cmd *cmd, const struct check_summary *s,
                      const struct run_check_list *history, struct error *err)
{
    print_field(s->check->id, s->check->title);
    print_settings(s->check, &cmd->app.config);
    print_result(s);
    print_history(history);
    print_definition(s->check);
    return print_users(cmd, s, err);
}

/* --- the command ------------------------------------------------------------------------------ */

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
        ok = cmd->json ? show_json(cmd, s, &history, &err) : show_text(cmd, s, &history, &err);
    run_check_list_release(&history);
    check_summary_list_release(&all);
    return ok ? EXIT_DONE : output_fail(&err);
}

const struct command cmd_check_show = {
    .group = "check",
    .verb = "show",
    .arguments = "ID",
    .summary = "Show what a check asks, its settings, its history and whom it names",
    .details = "The chart has a column for each of the last 30 runs, the latest at the right: who\n"
               "failed, and for whom the data did not say.",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = show,
};
