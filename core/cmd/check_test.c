/* checkhook check test: tries definitions of checks on the data sets that are there. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/explain.h"
#include "core/checks/trial.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/moment.h"
#include "core/cmd/output.h"

enum { NAMED_USERS = 20 };

/* What was asked for. */
struct request {
    struct catalogue file;
    const char *only; /* NULL = all of them */
};

/* What could not be read at all may be the one that is asked for; its id is its place. */
static bool is_wanted(const struct request *r, const struct check *check)
{
    return !r->only || strcmp(r->only, check->id) == 0 || strchr(check->id, ':');
}

/* --- faults ------------------------------------------------------------------------------- */

static bool same_file(const char *a, const char *b)
{
    char *left = realpath(a, NULL), *right = realpath(b, NULL);
    const bool same = left && right && strcmp(left, right) == 0;
    free(left);
    free(right);
    return same;
}

/* The check of the catalogue that has its id; not where the file is one of the catalogue itself. */
static const struct check *taken_by(const struct cmd *cmd, const struct check *check)
{
    const struct check *other = catalogue_find(&cmd->app.catalogue, check->id);
    return other && !same_file(other->file, check->file) ? other : NULL;
}

/* Why no run would take it: a fault of its own, or the id of a built-in check. NULL where it would;
 * the caller frees. */
static char *fault_of(const struct cmd *cmd, const struct check *check)
{
    const struct check *other = taken_by(cmd, check);
    if (check->fault)
        return mem_strdup(check->fault);
    if (!other || !other->builtin)
        return NULL;
    return mem_printf("%s:%d: setting 'id': '%s' is the id of a built-in check; in checks.d it "
                      "needs another",
                      check->file, check->line, check->id);
}

static size_t count_faults(const struct cmd *cmd, const struct request *r)
{
    size_t faults = 0;
    for (size_t i = 0; i < r->file.count; i++) {
        char *fault = fault_of(cmd, &r->file.items[i]);
        faults += fault && is_wanted(r, &r->file.items[i]);
        free(fault);
    }
    return faults;
}

/* Faults are told, and where a sound check could not stand beside one that is there. */
static void print_faults(const struct cmd *cmd, const struct request *r)
{
    for (size_t i = 0; i < r->file.count; i++) {
        const struct check *check = &r->file.items[i];
        const struct check *other = taken_by(cmd, check);
        char *fault = fault_of(cmd, check);
        if (fault && is_wanted(r, check))
            print_note("%s", fault);
        else if (other && is_wanted(r, check))
            print_note("%s:%d: the id '%s' is taken by %s:%d, which it can only replace",
                       check->file, check->line, check->id, other->file, other->line);
        free(fault);
    }
}

/* --- JSON --------------------------------------------------------------------------------- */

static bool add_user(void *ctx, const struct trial_user *u, struct error *err)
{
    cJSON *row = cJSON_CreateObject();
    cJSON *explain = cJSON_Parse(u->explain);
    json_add_text(row, "source", u->source);
    json_add_text(row, "id", u->id);
    json_add_text(row, "login", u->login);
    cJSON_AddItemToObject(row, "explain", explain ? explain : cJSON_CreateObject());
    json_stream_add(ctx, NULL, row);
    return output_is_read(err);
}

static const char *result_of(const struct trial_line *line)
{
    if (line->error)
        return "error";
    if (line->lacks || line->failing + line->passing == 0)
        return "n/a";
    return line->failing > 0 ? "fail" : "pass";
}

/* Why it says nothing; NULL where it does; the caller frees. */
static char *note_of(const struct trial_line *line)
{
    if (line->error || !line->lacks)
        return mem_strdup(line->error);
    return mem_printf("not evaluated: source lacks %s", line->lacks);
}

/* All but its users. */
static cJSON *line_json(const struct trial_line *line)
{
    cJSON *row = cJSON_CreateObject();
    char *note = note_of(line);
    json_add_text(row, "id", line->check->id);
    json_add_text(row, "title", line->check->title);
    json_add_text(row, "severity", severity_text(line->check->severity));
    json_add_text(row, "result", result_of(line));
    json_add_int(row, "failing", line->failing);
    json_add_int(row, "passing", line->passing);
    json_add_int(row, "unknown", line->unknown);
    json_add_int(row, "outside", line->outside);
    json_add_int(row, "time_ms", line->time_ms);
    json_add_text(row, "error", note);
    free(note);
    return row;
}

static bool print_line_json(struct json_stream *out, const struct job *job, size_t line,
                            struct error *err)
{
    json_stream_open(out, NULL, JSON_OBJECT);
    json_stream_members(out, line_json(&trial_job_result(job)->lines[line]));
    json_stream_open(out, "users", JSON_ARRAY);
    if (!trial_job_each_user(job, line, add_user, out, err))
        return false;
    json_stream_close(out);
    json_stream_close(out);
    return true;
}

static cJSON *faults_json(const struct cmd *cmd, const struct request *r)
{
    cJSON *faults = cJSON_CreateArray();
    for (size_t i = 0; i < r->file.count; i++) {
        char *fault = fault_of(cmd, &r->file.items[i]);
        if (fault && is_wanted(r, &r->file.items[i]))
            json_push_text(faults, fault);
        free(fault);
    }
    return faults;
}

static bool print_trial_json(const struct cmd *cmd, const struct request *r, const struct job *job,
                             struct error *err)
{
    const struct trial_result *result = trial_job_result(job);
    struct json_stream out = {0};
    json_stream_open(&out, NULL, JSON_OBJECT);
    json_stream_add(&out, "users", cJSON_CreateNumber((double)result->users));
    json_stream_open(&out, "checks", JSON_ARRAY);
    for (size_t i = 0; i < result->count; i++)
        if (!print_line_json(&out, job, i, err))
            return false;
    json_stream_close(&out);
    json_stream_add(&out, "faults", faults_json(cmd, r));
    json_stream_close(&out);
    return true;
}

/* --- text --------------------------------------------------------------------------------- */

static void add_line(struct table *t, const struct trial_line *line)
{
    char *note = note_of(line);
    table_add(t, result_of(line));
    table_add(t, line->check->id);
    table_addf(t, "%lld", (long long)line->failing);
    table_addf(t, "%lld", (long long)line->passing);
    table_addf(t, "%lld", (long long)line->unknown);
    table_addf(t, "%lld", (long long)line->outside);
    table_addf(t, "%lld ms", (long long)line->time_ms);
    table_add(t, note);
    free(note);
}

static bool print_user(void *ctx, const struct trial_user *u, struct error *err)
{
    char *login = text_safe(u->login), *source = text_safe(u->source);
    char *words = explain_text(u->explain), *why = text_safe(words);
    (void)ctx;
    printf("    %s (%s)%s%s\n", login, source, *why ? ": " : "", why);
    free(login);
    free(source);
    free(words);
    free(why);
    return output_is_read(err);
}

static bool print_users(const struct job *job, size_t index, struct error *err)
{
    const struct trial_line *line = &trial_job_result(job)->lines[index];
    if (line->failing == 0)
        return true;
    printf("\n%s: %lld %s\n", line->check->id, (long long)line->failing,
           plural(line->failing, "user fails", "users fail"));
    if (!trial_job_each_user(job, index, print_user, NULL, err))
        return false;
    if (line->failing > line->named)
        printf("    and %lld more (--limit 0 names all)\n",
               (long long)(line->failing - line->named));
    return true;
}

static bool print_trial(const struct job *job, struct error *err)
{
    static const char *const headers[] = {"RESULT",   "CHECK", ">FAILING", ">PASSING", ">UNKNOWN",
                                          ">OUTSIDE", ">TIME", "NOTE",     NULL};
    const struct trial_result *result = trial_job_result(job);
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < result->count; i++)
        add_line(&t, &result->lines[i]);
    if (result->count > 0)
        table_print(&t, "");
    else
        table_release(&t);
    for (size_t i = 0; i < result->count; i++)
        if (!print_users(job, i, err))
            return false;
    if (result->count > 0 && result->users == 0)
        print_note("there are no users to check: load some with checkhook data import FILE");
    return true;
}

/* --- the command -------------------------------------------------------------------------- */

static int finish(const struct cmd *cmd, const struct request *r, const struct job *job)
{
    const struct trial_result *result = trial_job_result(job);
    struct error err = {0};
    bool failed = false;
    for (size_t i = 0; i < result->count; i++)
        failed = failed || result->lines[i].error;
    if (!(cmd->json ? print_trial_json(cmd, r, job, &err) : print_trial(job, &err)))
        return output_fail(&err);
    print_faults(cmd, r);
    return count_faults(cmd, r) > 0 ? EXIT_USAGE : failed ? EXIT_NO : EXIT_DONE;
}

/* Is the one that is asked for in the file? */
static bool has_wanted(const struct cmd *cmd, const struct request *r, struct error *err)
{
    const char *nearest = r->only ? catalogue_nearest(&r->file, r->only) : NULL;
    return !r->only || catalogue_find(&r->file, r->only) || count_faults(cmd, r) > 0 ||
           error_set(err, ERR_INVALID, "there is no check '%s' in %s%s%s%s", r->only, cmd->args[0],
                     nearest ? "; did you mean '" : "", nearest ? nearest : "",
                     nearest ? "'?" : "");
}

static int test(struct cmd *cmd)
{
    struct error err = {0};
    struct request r = {.only = cmd_option(cmd, "check")};
    struct job *job = NULL;
    int64_t now_ms, limit;
    catalogue_load_file(&r.file, cmd->args[0]);
    bool ok = has_wanted(cmd, &r, &err) && cmd_moment(cmd, &now_ms, &err) &&
              cmd_option_int(cmd, "limit", 0, INT32_MAX, NAMED_USERS, &limit, &err);
    if (ok) {
        job = trial_job_new(&(struct trial_options){.store = cmd->app.store,
                                                    .config = &cmd->app.config,
                                                    .catalogue = &r.file,
                                                    .only = r.only,
                                                    .now_s = now_ms / 1000,
                                                    .users_named = limit});
        ok = run_job(job, &err);
    }
    const int code = ok ? finish(cmd, &r, job) : cmd_fail(&err);
    job_free(job);
    catalogue_release(&r.file);
    return code;
}

static const struct option test_options[] = {
    {"check", "ID", "only this one of the file"},
    {"now", "TIME", "evaluate as of another moment (RFC 3339)"},
    {"limit", "N", "name at most N users of each check (default 20, 0 = all)"},
    {NULL, NULL, NULL},
};

const struct command cmd_check_test = {
    .group = "check",
    .verb = "test",
    .arguments = "FILE",
    .summary = "Try a file of checks of your own on the data that is loaded; stores nothing",
    .details =
        "Says for each check of FILE who would fail, and how many pass, are unknown or stand\n"
        "outside. What is set for a check of that id (settings, ignore) counts. A check is\n"
        "stopped after 5 s, as in a run. Exit 1 when one could not be evaluated, 2 when a\n"
        "definition is wrong or has the id of a built-in check (FILE:LINE says where).",
    .options = test_options,
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = test,
};
