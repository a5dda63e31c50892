/* Loads users that are written as short lines, and runs checks over them. */
#include "tests/support/checkbed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/datasets.h"
#include "tests/support/fail.h"
#include "tests/support/rows.h"
#include "tests/support/sql.h"

#define MUST(call) must((call), __LINE__, #call, &err)

static const struct {
    const char *word;
    const struct column *columns;
} tables[] = {
    {"user", user_columns},       {"factor", factor_columns},         {"role", role_columns},
    {"sign_in", sign_in_columns}, {"credential", credential_columns},
};

static void must(bool ok, int line, const char *what, const struct error *err)
{
    if (!ok)
        support_fail_at(__FILE__, line, "%s: %s", what, err->text);
}

/* --- users -------------------------------------------------------------------------------------
 */

static void load_line(struct store *s, char *line, int64_t *uid)
{
    struct value values[ROWS_COLUMNS_MAX];
    const struct column *columns = NULL;
    struct error err = {0};
    char *word = strsep(&line, " ");

    for (size_t i = 0; i < ARRAY_LEN(tables); i++)
        if (strcmp(tables[i].word, word) == 0)
            columns = tables[i].columns;
    if (!columns)
        support_die("there is no table '%s'", word);
    rows_read(columns, ROWS_WHOLE, BED_NOW, line, values);
    if (columns == user_columns)
        MUST(datasets_add_user(s, values, uid, &err));
    else
        MUST(datasets_add_row(s, columns, *uid, values, &err));
}

static void load(struct checkbed *bed, const char *source, const char *text, bool merge)
{
    struct error err = {0};
    char *copy = mem_strdup(text), *rest = NULL;
    int64_t uid = 0;
    const struct dataset_info info = {
        .source = source, .format = "test", .loaded_at = BED_NOW, .merge = merge};

    MUST(datasets_begin(bed->store, &info, &err));
    for (char *line = strtok_r(copy, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (line[strspn(line, " ")])
            load_line(bed->store, line + strspn(line, " "), &uid);
    MUST(datasets_finish(bed->store, &err));
    free(copy);
}

void checkbed_load(struct checkbed *bed, const char *source, const char *text)
{
    load(bed, source, text, false);
}

void checkbed_merge(struct checkbed *bed, const char *source, const char *text)
{
    load(bed, source, text, true);
}

void checkbed_remove(struct checkbed *bed, const char *source)
{
    struct error err = {0};

    MUST(datasets_remove(bed->store, source, &err));
}

/* --- the bed -----------------------------------------------------------------------------------
 */

void checkbed_init(struct checkbed *bed, const char *builtin, const char *own)
{
    struct error err = {0};
    char *db, *config, *share, *checks;

    *bed = (struct checkbed){0};
    tmpdir_init(&bed->dir);
    if (builtin)
        free(tmpdir_write(&bed->dir, "share/checks/test.conf", builtin));
    if (own)
        free(tmpdir_write(&bed->dir, "checks.d/own.conf", own));
    db = tmpdir_path(&bed->dir, "checkhook.db");
    config = tmpdir_path(&bed->dir, "checkhook.conf");
    share = tmpdir_path(&bed->dir, "share");
    checks = tmpdir_path(&bed->dir, "checks.d");
    MUST((bed->store = store_open(db, &err)) != NULL);
    MUST(config_load(&bed->config, config, &err));
    MUST(catalogue_load(&bed->catalogue, builtin ? share : "share", checks, &err));
    free(db);
    free(config);
    free(share);
    free(checks);
}

void checkbed_release(struct checkbed *bed)
{
    store_close(bed->store);
    catalogue_release(&bed->catalogue);
    config_release(&bed->config);
    tmpdir_release(&bed->dir);
    *bed = (struct checkbed){0};
}

/* --- runs --------------------------------------------------------------------------------------
 */

struct run_options checkbed_options(const struct checkbed *bed)
{
    return (struct run_options){
        .store = bed->store,
        .config = &bed->config,
        .catalogue = &bed->catalogue,
        .kind = "now",
        .now_ms = (int64_t)BED_NOW * 1000,
    };
}

struct job *checkbed_start(const struct run_options *options)
{
    struct error err = {0};
    struct job *job = run_job_new(options, &err);

    MUST(job != NULL);
    return job;
}

void checkbed_finish(struct job *job)
{
    struct error err = {0};
    enum job_state state;

    while ((state = job_step(job, 20, &err)) == JOB_RUNNING)
        ;
    MUST(state == JOB_DONE);
}

struct job *checkbed_run(const struct checkbed *bed)
{
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);

    checkbed_finish(job);
    return job;
}

const struct run_line *checkbed_line(const struct job *job, const char *check_id)
{
    const struct run_result *result = run_job_result(job);

    for (size_t i = 0; i < result->line_count; i++)
        if (strcmp(result->lines[i].check->id, check_id) == 0)
            return &result->lines[i];
    support_fail_at(__FILE__, __LINE__, "the run has no check '%s'", check_id);
    return NULL;
}

const char *checkbed_fresh(const struct job *job, const char *check_id)
{
    static char text[2048];
    const struct text_list *logins = &checkbed_line(job, check_id)->fresh_logins;
    struct strbuf sb;

    strbuf_init(&sb, sizeof text - 1);
    for (size_t i = 0; i < logins->count; i++)
        strbuf_addf(&sb, "%s%s", i > 0 ? " " : "", logins->items[i]);
    memcpy(text, sb.text, sb.len + 1);
    strbuf_release(&sb);
    return text;
}

long long checkbed_number(const struct checkbed *bed, const char *sql)
{
    return sql_number(store_db(bed->store), sql);
}

struct integration *checkbed_tick(struct checkbed *bed, const char *check_id, const char *name)
{
    struct integration in;

    integration_init(&in);
    in.name = mem_strdup(name);
    mem_replace(&in.url, "https://hooks.example.com/in");
    in.auth.type = AUTH_NONE;
    config_put(&bed->config, &in);
    text_list_add(&config_check_make(&bed->config, check_id)->integrations, in.id);
    integration_release(&in);
    return config_find(&bed->config, name);
}
