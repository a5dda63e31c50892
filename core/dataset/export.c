/* The export job: finds the users in slices, then writes one row for each. */
#include "core/dataset/export.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/dataset_rows.h"

enum { FIND_USERS = 2000, CELL_MAX = 1 << 20 };

struct export_job {
    struct job job;
    enum job_state state;
    struct store *store;
    struct people people;
    char *path, *part; /* the file, and what is written until all is there; NULL = stdout */
    bool replace;
    FILE *out;
    size_t next; /* of people.uids */
    int64_t users;
};

/* --- one row --------------------------------------------------------------------------------- */

static bool left_out(const struct column *column)
{
    return strcmp(column->name, "sign_ins_known") == 0 ||
           strcmp(column->name, "credentials_known") == 0;
}

static void put_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_value(FILE *out, const struct column *column, const struct value *value)
{
    char time[TIME_TEXT_MAX];
    if (value->kind == VALUE_TEXT) {
        put_text(out, value->text);
    } else if (value->kind == VALUE_INT && column->kind == COLUMN_FLAG) {
        fputs(value->number ? "true" : "false", out);
    } else if (value->kind == VALUE_INT && column->kind == COLUMN_TIME) {
        time_format(value->number, time);
        fputs(time, out);
    } else if (value->kind == VALUE_INT) {
        fprintf(out, "%" PRId64, value->number);
    }
}

/* What a list cell is made of; its columns are found by name once for each row, they are few. */
struct list_cell {
    struct strbuf text;
    const struct column *table;
    const char *const *fields;
};

/* A semicolon would end the entry. */
static void add_field(struct strbuf *out, const struct value *value)
{
    if (value->kind == VALUE_INT)
        strbuf_addf(out, "%" PRId64, value->number);
    for (const char *at = value->kind == VALUE_TEXT ? value->text : ""; *at; at++)
        strbuf_addc(out, *at == ';' ? ',' : *at);
}

static bool add_entry(void *ctx, const struct value *values, struct error *err)
{
    struct list_cell *cell = ctx;
    (void)err;
    if (cell->text.len > 0)
        strbuf_addc(&cell->text, ';');
    for (const char *const *field = cell->fields; *field; field++) {
        size_t i = 0;
        while (strcmp(cell->table[i].name, *field) != 0)
            i++;
        if (field != cell->fields)
            strbuf_addc(&cell->text, ':');
        add_field(&cell->text, &values[i]);
    }
    return true;
}

static bool put_list(struct export_job *ej, int64_t uid, bool known, struct list_cell *cell,
                     struct error *err)
{
    strbuf_init(&cell->text, CELL_MAX);
    const bool ok = dataset_rows_each(ej->store, cell->table, uid, add_entry, cell, err);
    fputc(',', ej->out);
    if (ok && (known || cell->text.len > 0))
        put_text(ej->out, cell->text.text);
    strbuf_release(&cell->text);
    return ok;
}

struct row {
    struct export_job *ej;
    bool there, factors_known, roles_known;
};

static bool put_user(void *ctx, const struct value *values, struct error *err)
{
    struct row *row = ctx;
    bool first = true;
    (void)err;
    row->there = true;
    for (size_t i = 0; user_columns[i].name; i++) {
        if (left_out(&user_columns[i]))
            continue;
        if (strcmp(user_columns[i].name, "factors_known") == 0)
            row->factors_known = values[i].number != 0;
        if (strcmp(user_columns[i].name, "roles_known") == 0)
            row->roles_known = values[i].number != 0;
        if (!first)
            fputc(',', row->ej->out);
        put_value(row->ej->out, &user_columns[i], &values[i]);
        first = false;
    }
    return true;
}

/* A user who is gone meanwhile has no row. */
static bool put_row(struct export_job *ej, int64_t uid, struct error *err)
{
    static const char *const factor_fields[] = {"kind", "status", NULL};
    static const char *const role_fields[] = {"role", "tier", "assignment", NULL};
    struct list_cell factors = {.table = factor_columns, .fields = factor_fields};
    struct list_cell roles = {.table = role_columns, .fields = role_fields};
    struct row row = {.ej = ej};
    if (!dataset_rows_each(ej->store, user_columns, uid, put_user, &row, err))
        return false;
    if (!row.there)
        return true;
    if (!put_list(ej, uid, row.factors_known, &factors, err) ||
        !put_list(ej, uid, row.roles_known, &roles, err))
        return false;
    fputc('\n', ej->out);
    ej->users++;
    return true;
}

static void put_header(FILE *out)
{
    for (size_t i = 0; user_columns[i].name; i++) {
        if (!left_out(&user_columns[i]))
            fprintf(out, "%s,", user_columns[i].name);
    }
    fputs("factors,roles\n", out);
}

/* --- the file -------------------------------------------------------------------------------- */

static bool refuse_existing(const char *path, struct error *err)
{
    return error_set(err, ERR_INVALID, "%s exists already; it was not touched", path);
}

static bool open_out(struct export_job *ej, struct error *err)
{
    if (!ej->path) {
        ej->out = stdout;
        return true;
    }
    char *place = file_place(ej->path, err);
    if (!place)
        return false;
    free(ej->path);
    ej->path = place;
    if (!ej->replace && file_exists(ej->path))
        return refuse_existing(ej->path, err);
    ej->part = mem_printf("%s.part-%ld", ej->path, (long)getpid());
    const int fd = open(ej->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        error_errno(err, ERR_INVALID, "%s cannot be made", ej->path);
        free(ej->part); /* it may be another's */
        ej->part = NULL;
        return false;
    }
    ej->out = fdopen(fd, "w");
    return ej->out || error_errno(err, ERR_INVALID, "%s cannot be made", ej->path);
}

/* A link refuses a name that is taken, at once; where there are no links, one look has to do. */
static bool put_in_place(const struct export_job *ej, struct error *err)
{
    if (!ej->replace) {
        if (link(ej->part, ej->path) == 0)
            return true;
        if (errno == EEXIST || file_exists(ej->path))
            return refuse_existing(ej->path, err);
    }
    if (rename(ej->part, ej->path) == 0)
        return true;
    return error_errno(err, ERR_IO, "%s cannot be made", ej->path);
}

/* At once when it has ended: whoever keeps the job may begin another of the same name. */
static void drop_part(struct export_job *ej)
{
    if (ej->out && ej->out != stdout)
        fclose(ej->out);
    if (ej->part)
        unlink(ej->part);
    free(ej->part);
    ej->part = NULL;
    ej->out = NULL;
}

static bool finish(struct export_job *ej, struct error *err)
{
    if (fflush(ej->out) != 0 || ferror(ej->out) || (ej->path && fsync(fileno(ej->out)) != 0))
        return error_errno(err, ERR_IO, "%s cannot be written", ej->path ? ej->path : "the output");
    if (ej->path && !put_in_place(ej, err))
        return false;
    ej->state = JOB_DONE;
    return true;
}

/* --- the job --------------------------------------------------------------------------------- */

static bool advance(struct export_job *ej, struct error *err)
{
    if (!ej->people.done)
        return people_step(&ej->people, ej->store, FIND_USERS, err);
    if (ej->next >= ej->people.count)
        return finish(ej, err);
    return put_row(ej, ej->people.uids[ej->next++], err);
}

static enum job_state export_step(struct job *job, int budget_ms, struct error *err)
{
    struct export_job *ej = (struct export_job *)job;
    const int64_t until = clock_monotonic_ms() + budget_ms;
    do {
        if (ej->state == JOB_RUNNING && !advance(ej, err))
            ej->state = JOB_FAILED;
        if (ej->state != JOB_RUNNING)
            drop_part(ej);
    } while (ej->state == JOB_RUNNING && clock_monotonic_ms() < until);
    return ej->state;
}

static void export_progress(const struct job *job, struct job_progress *out)
{
    const struct export_job *ej = (const struct export_job *)job;
    *out = (struct job_progress){.done = (int64_t)ej->next,
                                 .total = ej->people.done ? (int64_t)ej->people.count : 0};
    snprintf(out->what, sizeof out->what, "exporting %zu users", ej->people.count);
}

static void export_free(struct job *job)
{
    struct export_job *ej = (struct export_job *)job;
    drop_part(ej);
    people_release(&ej->people);
    free(ej->path);
    free(ej);
}

static const struct job_ops export_ops = {
    .step = export_step, .progress = export_progress, .free = export_free};

static bool choose_people(struct export_job *ej, const struct export_options *options,
                          struct error *err)
{
    const size_t size = options->uid_count * sizeof *options->uids;
    if (!options->uids)
        return people_begin(&ej->people, ej->store, &options->filter, PEOPLE_BY_LOGIN, false, err);
    ej->people = (struct people){.done = true, .count = options->uid_count};
    ej->people.uids = mem_alloc(size + 1);
    memcpy(ej->people.uids, options->uids, size);
    return true;
}

struct job *export_job_new(const struct export_options *options, struct error *err)
{
    struct export_job *ej = mem_zalloc(sizeof *ej);
    ej->job.ops = &export_ops;
    ej->store = options->store;
    ej->path = mem_strdup(options->path);
    ej->replace = options->replace;
    if (!choose_people(ej, options, err) || !open_out(ej, err)) {
        export_free(&ej->job);
        return NULL;
    }
    put_header(ej->out);
    return &ej->job;
}

int64_t export_job_users(const struct job *job)
{
    return ((const struct export_job *)job)->users;
}
