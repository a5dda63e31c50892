/* checkhook data import: users of files into a data set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/interrupt.h"
#include "core/cmd/output.h"
#include "core/cmd/wrap.h"
#include "core/dataset/import.h"

enum { FORMATS_INDENT = 35 };

static cJSON *notes_json(const struct notes *notes)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < notes->count; i++)
        cJSON_AddItemToArray(out, cJSON_CreateString(notes->items[i]));
    return out;
}

static void add_counts(cJSON *out, const char *name, const struct import_counts *counts)
{
    cJSON *group = json_add_object(out, name);
    json_add_int(group, "users", counts->users);
    json_add_int(group, "factors", counts->factors);
    json_add_int(group, "roles", counts->roles);
    json_add_int(group, "sign_ins", counts->sign_ins);
    json_add_int(group, "credentials", counts->credentials);
}

static int print_result_json(const struct import_result *r)
{
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "source", r->source);
    json_add_text(out, "format", r->format);
    cJSON_AddBoolToObject(out, "merged", r->merged);
    json_add_int(out, "files", r->files);
    json_add_int(out, "users", r->users);
    json_add_int(out, "users_told", r->told);
    json_add_int(out, "factors", r->factors);
    json_add_int(out, "roles", r->roles);
    json_add_int(out, "sign_ins", r->sign_ins);
    json_add_int(out, "credentials", r->credentials);
    if (r->merged)
        json_add_int(out, "new_users", r->new_users);
    else
        cJSON_AddNullToObject(out, "new_users");
    json_add_int(out, "users_before", r->before.users);
    json_add_int(out, "users_now", r->now.users);
    add_counts(out, "before", &r->before);
    add_counts(out, "now", &r->now);
    json_add_int(out, "kept", r->kept);
    json_add_int(out, "unmatched", r->unmatched);
    json_add_int(out, "rejected", r->rejected.total);
    cJSON_AddItemToObject(out, "rejected_rows", notes_json(&r->rejected));
    cJSON_AddItemToObject(out, "notes", notes_json(&r->notes));
    return print_json(out);
}

static void print_notes(const char *before, const struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        print_note("%s%s", before, notes->items[i]);
    const int64_t more = notes->total - (int64_t)notes->count;
    if (more > 0)
        print_note("%sand %lld more", before, (long long)more);
}

/* "4 users", "3 factors (1 before)" */
static void print_now(const char *before_it, int64_t now, int64_t before, const char *one,
                      const char *many)
{
    printf("%s%lld %s", before_it, (long long)now, plural(now, one, many));
    if (now != before)
        printf(" (%lld before)", (long long)before);
}

/* What was read may have been there already: only the numbers of the data set say what is new. */
static void print_merged(const struct import_result *r)
{
    const struct import_counts *now = &r->now, *was = &r->before;
    print_now("The data set has ", now->users, was->users, "user", "users");
    print_now(", ", now->factors, was->factors, "factor", "factors");
    print_now(", ", now->roles, was->roles, "role", "roles");
    print_now(", ", now->sign_ins, was->sign_ins, "sign-in", "sign-ins");
    print_now(", ", now->credentials, was->credentials, "credential", "credentials");
    puts(" now.");
}

static int print_result(const struct import_result *r)
{
    char *source = text_safe(r->source);
    const int64_t users = r->merged ? r->told : r->users;
    printf("%s: %lld %s", source, (long long)users, plural(users, "user", "users"));
    if (r->merged)
        printf(" (%lld new)", (long long)r->new_users);
    printf(", %lld %s, %lld %s, %lld %s, %lld %s%s (%s).\n", (long long)r->factors,
           plural(r->factors, "factor", "factors"), (long long)r->roles,
           plural(r->roles, "role", "roles"), (long long)r->sign_ins,
           plural(r->sign_ins, "sign-in", "sign-ins"), (long long)r->credentials,
           plural(r->credentials, "credential", "credentials"), r->merged ? " read" : "",
           r->format);
    if (r->merged)
        print_merged(r);
    free(source);
    if (!r->merged && r->before.users > 0 && r->before.users != r->users)
        print_note("this replaces a data set of %lld %s", (long long)r->before.users,
                   plural(r->before.users, "user", "users"));
    print_notes("", &r->notes);
    print_notes("left out: ", &r->rejected);
    if (r->rejected.total > 0)
        print_note("%lld %s left out", (long long)r->rejected.total,
                   plural(r->rejected.total, "row was", "rows were"));
    if (r->kept > 0)
        print_note("%lld %s as before, since rows were left out", (long long)r->kept,
                   plural(r->kept, "user who is not in the files stays",
                          "users who are not in the files stay"));
    if (r->unmatched > 0)
        print_note("%lld %s about users who are not in the data set", (long long)r->unmatched,
                   plural(r->unmatched, "row is", "rows are"));
    return EXIT_DONE;
}

/* Ctrl-C leaves the old data. */
static bool run_import(struct job *job, struct error *err)
{
    interrupt_catch();
    const bool ok = run_job(job, err);
    interrupt_release();
    return ok;
}

/* As elsewhere, "-" is standard input. */
static void name_stdin(struct cmd *cmd)
{
    for (size_t i = 0; i < cmd->arg_count; i++)
        if (strcmp(cmd->args[i], "-") == 0)
            cmd->args[i] = "/dev/stdin";
}

static int import(struct cmd *cmd)
{
    struct error err = {0};
    struct import_options options = {.store = cmd->app.store,
                                     .paths = cmd->args,
                                     .path_count = cmd->arg_count,
                                     .format = cmd_option(cmd, "format"),
                                     .source = cmd_option(cmd, "source"),
                                     .merge = cmd_has(cmd, "merge"),
                                     .skip_bad = cmd_has(cmd, "skip-bad"),
                                     .now = clock_now_s(),
                                     .actor = &cmd->app.actor};
    name_stdin(cmd);
    struct job *job = import_job_new(&options, &err);
    const bool ok = job && run_import(job, &err);
    int code;
    if (!ok)
        code = cmd_fail(&err);
    else if (cmd->json)
        code = print_result_json(import_job_result(job));
    else
        code = print_result(import_job_result(job));
    job_free(job);
    cmd->interrupted = !ok && err.kind == ERR_CANCELLED;
    return code;
}

static void print_formats(void)
{
    puts("\nFormats");
    for (const struct import_format *f = import_formats; f->name; f++)
        wrap_entry(f->name, f->help, FORMATS_INDENT);
}

static const struct option import_cmd_options[] = {
    {"format", "FORMAT", "one of those below, where it is not recognised or two could be meant"},
    {"source", "NAME", "name of the data set (default: the format's name)"},
    {"merge", NULL,
     "add to the data set instead of replacing it: who is not in the files stays, and of the "
     "others only what the files say is changed"},
    {"skip-bad", NULL,
     "leave out rows that are wrong, and list them, instead of stopping; then users who are not in "
     "the files stay, since a row that was left out may have been theirs"},
    {NULL, NULL, NULL},
};

const struct command cmd_data_import = {
    .group = "data",
    .verb = "import",
    .arguments = "FILE|FOLDER…",
    .summary = "Load users from files; replaces the source's data set or changes nothing",
    .details =
        "Of a folder, all files of the format are read, also those in folders below; others are\n"
        "named and left out. A file that is broken or cut off keeps the data set that is there,\n"
        "and so does Ctrl-C. - is standard input. The columns of the formats, and how to save what "
        "they read, are in\n"
        "man checkhook, section IMPORT FILES.",
    .options = import_cmd_options,
    .more_help = print_formats,
    .min_args = 1,
    .max_args = -1,
    .parts = APP_STORE,
    .run = import,
};
