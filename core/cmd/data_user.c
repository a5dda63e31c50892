/* checkhook data user: all that is known of one user, what it fails and why, and who was told. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/explain.h"
#include "core/checks/run.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/store/person.h"

enum { SAME_LOGIN_MAX = 20, SENT_MAX = 20 };

/* One user being told. */
struct telling {
    struct cmd *cmd;
    struct person person;
    cJSON *list; /* where the rows of one listing go */
};

static void add_flag(cJSON *out, const char *name, int flag)
{
    cJSON_AddItemToObject(out, name, flag < 0 ? cJSON_CreateNull() : cJSON_CreateBool(flag));
}

static void add_optional(cJSON *out, const char *name, const char *text)
{
    if (text)
        json_add_text(out, name, text);
    else
        cJSON_AddNullToObject(out, name);
}

static cJSON *facts_json(const struct person *p)
{
    cJSON *out = mem_check(cJSON_CreateObject());
    json_add_text(out, "source", p->source);
    json_add_text(out, "id", p->id);
    json_add_text(out, "login", p->login);
    add_optional(out, "name", p->name);
    add_optional(out, "email", p->email);
    add_optional(out, "type", p->type);
    add_optional(out, "status", p->status);
    add_optional(out, "department", p->department);
    add_optional(out, "manager", p->manager);
    add_flag(out, "enabled", p->enabled);
    add_flag(out, "admin", p->is_admin);
    add_flag(out, "mfa", p->mfa_enrolled);
    add_flag(out, "last_login_known", p->last_login_known);
    json_add_time(out, "last_login", p->last_login_at > 0 ? p->last_login_at : -1);
    json_add_time(out, "password_changed",
                  p->password_changed_at > 0 ? p->password_changed_at : -1);
    return out;
}

static bool add_line(void *ctx, const char *text, struct error *err)
{
    struct telling *t = ctx;
    (void)err;
    cJSON_AddItemToArray(t->list, mem_check(cJSON_CreateString(text ? text : "")));
    return true;
}

static bool add_delivery(void *ctx, const struct delivery *d, struct error *err)
{
    cJSON *row = mem_check(cJSON_CreateObject());
    char id[DELIVERY_ID_MAX];
    (void)err;
    delivery_id_text(d->id, id);
    json_add_text(row, "id", id);
    json_add_text(row, "integration", d->integration_name);
    json_add_text(row, "state", delivery_state_text(d->state));
    json_add_int(row, "status", d->status);
    json_add_time(row, "time", d->finished_at > 0 ? d->finished_at : d->created_at);
    cJSON_AddItemToArray(ctx, row);
    return true;
}

static bool add_finding(void *ctx, const struct finding *f, struct error *err)
{
    struct telling *t = ctx;
    const struct check *check = catalogue_find(&t->cmd->app.catalogue, f->check_id);
    cJSON *row = mem_check(cJSON_CreateObject()), *parsed = cJSON_Parse(f->explain);
    json_add_text(row, "check", f->check_id);
    json_add_text(row, "title", check ? check->title : f->check_id);
    json_add_text(
        row, "severity",
        severity_text(check ? check_severity(check, &t->cmd->app.config) : SEVERITY_UNSET));
    json_add_time(row, "since", f->since);
    cJSON_AddBoolToObject(row, "stale", f->stale);
    cJSON_AddItemToObject(row, "explain", parsed ? parsed : mem_check(cJSON_CreateObject()));
    cJSON *sent = mem_check(cJSON_AddArrayToObject(row, "deliveries"));
    cJSON_AddItemToArray(t->list, row);
    return person_deliveries(t->cmd->app.store, f, SENT_MAX, add_delivery, sent, err);
}

static bool add_unknown(void *ctx, const struct check *check, const char *reason, struct error *err)
{
    struct telling *t = ctx;
    cJSON *row = mem_check(cJSON_CreateObject());
    (void)err;
    json_add_text(row, "check", check->id);
    json_add_text(row, "title", check->title);
    json_add_text(row, "reason", reason);
    cJSON_AddItemToArray(t->list, row);
    return true;
}

static bool fill(struct telling *t, cJSON *out, struct error *err)
{
    struct store *store = t->cmd->app.store;
    const int64_t uid = t->person.uid;
    const struct run_options options = {.store = store,
                                        .config = &t->cmd->app.config,
                                        .catalogue = &t->cmd->app.catalogue,
                                        .kind = "command",
                                        .now_ms = clock_now_ms(),
                                        .dry_run = true};
    t->list = mem_check(cJSON_AddArrayToObject(out, "factors"));
    if (!person_factors(store, uid, add_line, t, err))
        return false;
    t->list = mem_check(cJSON_AddArrayToObject(out, "roles"));
    if (!person_roles(store, uid, add_line, t, err))
        return false;
    t->list = mem_check(cJSON_AddArrayToObject(out, "findings"));
    if (!findings_of_user(store, t->person.source, t->person.id, add_finding, t, err))
        return false;
    t->list = mem_check(cJSON_AddArrayToObject(out, "unknown"));
    return run_each_unknown_of(&options, uid, add_unknown, t, err);
}

/* --- for people ------------------------------------------------------------------------------ */

/* Names are written with blanks. */
static void print_pair(const char *label, const char *text)
{
    char *safe = text_safe(text), *words = mem_strdup(label);
    for (char *at = words; *at; at++)
        *at = *at == '_' ? ' ' : *at;
    printf("%-18s%s\n", words, safe);
    free(words);
    free(safe);
}

static const char *text_in(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

/* Times as all listings for people have them, though JSON holds others; the caller frees. */
static char *plain_time(const char *rfc3339)
{
    int64_t at = 0;
    return rfc3339 && time_parse(rfc3339, &at) ? time_for_people(at)
                                               : mem_strdup(rfc3339 ? rfc3339 : "");
}

static bool is_time(const char *name)
{
    return strcmp(name, "last_login") == 0 || strcmp(name, "password_changed") == 0;
}

/* Never signed in is something that is known. */
static void print_time(const cJSON *user, const cJSON *item)
{
    const cJSON *known = cJSON_GetObjectItemCaseSensitive(user, "last_login_known");
    char *time = cJSON_IsString(item) ? plain_time(item->valuestring) : mem_strdup("never");
    if (cJSON_IsString(item) || (strcmp(item->string, "last_login") == 0 && cJSON_IsTrue(known)))
        print_pair(item->string, time);
    free(time);
}

/* Strings as they are, flags as yes and no; nothing for what is not known. */
static void print_fact(const cJSON *user, const cJSON *item)
{
    if (is_time(item->string))
        print_time(user, item);
    else if (strcmp(item->string, "last_login_known") == 0)
        return;
    else if (cJSON_IsBool(item))
        print_pair(item->string, cJSON_IsTrue(item) ? "yes" : "no");
    else if (cJSON_IsString(item))
        print_pair(item->string, item->valuestring);
}

static void print_rows(const cJSON *user, const char *name)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(user, name))
    {
        if (cJSON_IsString(row))
            print_pair(name, row->valuestring);
    }
}

static void print_sent(const cJSON *finding)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(finding, "deliveries"))
    {
        char *time = plain_time(text_in(row, "time"));
        char *line =
            mem_printf("%s: %s, %s", text_in(row, "integration"), text_in(row, "state"), time);
        print_pair("  sent to", line);
        free(line);
        free(time);
    }
}

static void print_reasons(const cJSON *finding)
{
    struct text_list reasons = {0};
    char *explain = json_compact(cJSON_GetObjectItemCaseSensitive(finding, "explain"));
    explain_list(explain, &reasons);
    for (size_t i = 0; i < reasons.count; i++)
        print_pair("  because", reasons.items[i]);
    text_list_release(&reasons);
    free(explain);
}

static void print_findings(const cJSON *user)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(user, "findings"))
    {
        char *since = plain_time(text_in(row, "since"));
        const bool stale = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "stale"));
        char *line = mem_printf("%s (%s), since %s%s", text_in(row, "title"),
                                text_in(row, "severity"), since, stale ? ", stale" : "");
        print_pair("fails", line);
        free(line);
        free(since);
        print_reasons(row);
        print_sent(row);
    }
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(user, "unknown"))
    {
        char *line = mem_printf("%s: %s", text_in(row, "title"), text_in(row, "reason"));
        print_pair("not known", line);
        free(line);
    }
}

static int print_user(cJSON *user)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, user)
    {
        print_fact(user, item);
    }
    print_rows(user, "factors");
    print_rows(user, "roles");
    print_findings(user);
    cJSON_Delete(user);
    return EXIT_DONE;
}

/* --- the command ----------------------------------------------------------------------------- */

static bool several(struct telling *t, const int64_t *uids, size_t count, struct error *err)
{
    char *names = mem_strdup("");
    for (size_t i = 0; i < count && person_read(t->cmd->app.store, uids[i], &t->person, err); i++) {
        char *longer =
            mem_printf("%s%s%s/%s", names, i > 0 ? ", " : "", t->person.source, t->person.id);
        free(names);
        names = longer;
    }
    error_set(err, ERR_INVALID, "several users have the login '%s': name one of %.380s",
              t->cmd->args[0], names);
    free(names);
    return false;
}

static bool find(struct telling *t, struct error *err)
{
    int64_t uids[SAME_LOGIN_MAX];
    size_t count = 0;
    if (!person_find(t->cmd->app.store, t->cmd->args[0], uids, ARRAY_LEN(uids), &count, err))
        return false;
    if (count == 0)
        return error_set(err, ERR_NOT_FOUND,
                         "there is no user '%s': write a login or SOURCE/ID, see checkhook data"
                         " users",
                         t->cmd->args[0]);
    if (count > 1)
        return several(t, uids, count, err);
    return person_read(t->cmd->app.store, uids[0], &t->person, err);
}

static int user(struct cmd *cmd)
{
    struct error err = {0};
    struct telling t = {.cmd = cmd};
    cJSON *out = NULL;
    bool ok = find(&t, &err);
    if (ok) {
        out = facts_json(&t.person);
        ok = fill(&t, out, &err);
    }
    person_release(&t.person);
    if (ok)
        return cmd->json ? print_json(out) : print_user(out);
    cJSON_Delete(out);
    return cmd_fail(&err);
}

const struct command cmd_data_user = {
    .group = "data",
    .verb = "user",
    .arguments = "LOGIN|SOURCE/ID",
    .summary = "Show one user: what is known, what it fails and why, who was told",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = user,
};
