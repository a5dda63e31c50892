/* Asks where to, and starts the export. */
#include "tui/user_export.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/dataset/export.h"
#include "tui/count.h"
#include "tui/dialog.h"
#include "tui/picker.h"
#include "tui/prompt.h"

enum { PATH_CHARS = 4000, NAME_BYTES = 64 };

struct popup *user_export_ask(const struct session *s, int tag)
{
    char name[NAME_BYTES] = "users.csv";
    const time_t now = (time_t)session_now_s(s);
    struct tm local;
    if (localtime_r(&now, &local))
        strftime(name, sizeof name, "users-%Y-%m-%d.csv", &local);
    const struct prompt_spec spec = {
        .tag = tag,
        .title = "Export the users of this list",
        .label = "File",
        .text = name,
        .max = PATH_CHARS,
        .explain = "CSV that can be imported again, readable by you alone.",
    };
    return prompt_new(&spec);
}

char *user_export_path(const struct popup *asked)
{
    char here[] = ".";
    const struct picker folder = {.folder = here};
    char *typed = prompt_text(asked);
    char *path = *typed && picker_is_path(typed) ? picker_resolve(&folder, typed, getenv("HOME"))
                                                 : mem_strdup(typed);
    free(typed);
    return path;
}

struct popup *user_export_doubt(const char *path, int tag)
{
    static const struct dialog_button buttons[] = {{"Keep it", KEY_NONE, 0}, {"Overwrite", 'O', 1}};
    if (!file_exists(path))
        return NULL;
    char *text = mem_printf("%s exists already.", path);
    const struct dialog_spec spec = {
        .tag = tag,
        .title = "Overwrite the file",
        .text = text,
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
    };
    struct popup *popup = dialog_new(&spec);
    free(text);
    return popup;
}

/* The session keeps the path as the data of the job. */
static void tell_end(struct session *s)
{
    char users[COUNT_TEXT_MAX];
    count_text(export_job_users(s->job), users);
    if (s->job_state == JOB_FAILED)
        session_say(s, ROLE_BAD, "■ Nothing was exported: %.400s", s->job_error.text);
    else
        session_say(s, ROLE_OK, "● %s %s written to %.300s.", users,
                    export_job_users(s->job) == 1 ? "user" : "users", (const char *)s->job_data);
}

bool user_export_goes_on(const struct session *s)
{
    return s->job_ended == tell_end && session_job_running(s);
}

struct popup *user_export_ask_cancel(const struct session *s, int tag)
{
    static const struct dialog_button buttons[] = {{"Go on", KEY_NONE, 0},
                                                   {"Cancel export", 'C', 1}};
    struct job_progress progress = {0};
    job_progress(s->job, &progress);
    char *text =
        mem_printf("An export into %s is under way (%d%%). Another one can begin after it.",
                   (const char *)s->job_data, session_percent(s, progress.done, progress.total));
    const struct dialog_spec spec = {.tag = tag,
                                     .title = "Export",
                                     .text = text,
                                     .buttons = buttons,
                                     .button_count = ARRAY_LEN(buttons)};
    struct popup *popup = dialog_new(&spec);
    free(text);
    return popup;
}

void user_export_cancel(struct session *s)
{
    if (!user_export_goes_on(s))
        return;
    session_end_job(s);
    session_say(s, ROLE_WARN, "▲ The export was cancelled; no file was written.");
}

bool user_export_start(struct session *s, const struct people_filter *filter, const char *path,
                       bool replace, struct error *err)
{
    const struct export_options options = {
        .store = s->app.store, .filter = *filter, .path = path, .replace = replace};
    if (session_job_running(s))
        return error_set(err, ERR_BUSY, "other work is under way; export when it has ended");
    struct job *job = export_job_new(&options, err);
    if (!job || !session_start_job(s, job, mem_strdup(path), err))
        return false;
    s->job_ended = tell_end;
    return true;
}
