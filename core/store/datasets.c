/* Lists and removes the data set of one source, and tells whether any has changed. */
#include "core/store/datasets.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/store/datasets_private.h"
#include "core/store/findings.h"

/* Runs a statement whose one parameter is :source. */
static bool run_for_source(struct store *s, const char *sql, const char *source, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql, err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", source);
    return stmt_run(st, err);
}

/* The same for a range of users, which takes a time that is known. */
static bool run_for_range(struct store *s, const char *sql, const char *source, int64_t after,
                          int64_t until, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql, err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", source);
    stmt_bind_int(st, ":after", after);
    stmt_bind_int(st, ":until", until);
    return stmt_run(st, err);
}

#define DELETE_CHILDREN(table)                                                                     \
    "DELETE FROM " table " WHERE user_uid > :after AND user_uid <= :until AND EXISTS"              \
    " (SELECT 1 FROM users u WHERE u.uid = " table ".user_uid AND u.source = :source)"

bool datasets_delete_rows(struct store *s, const char *source, int64_t after, int64_t until,
                          struct error *err)
{
    static const char *const deletes[] = {
        DELETE_CHILDREN("factors"),
        DELETE_CHILDREN("roles"),
        DELETE_CHILDREN("sign_ins"),
        DELETE_CHILDREN("credentials"),
    };
    for (size_t i = 0; i < ARRAY_LEN(deletes); i++)
        if (!run_for_range(s, deletes[i], source, after, until, err))
            return false;
    return true;
}
#undef DELETE_CHILDREN

bool datasets_change_stamp(struct store *s, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "INSERT INTO meta (name, value) VALUES ('datasets', 1)"
                                 " ON CONFLICT (name) DO UPDATE SET value = meta.value + 1",
                                 err);
    return st && stmt_run(st, err);
}

static void dataset_read(const struct stmt *st, struct dataset *d)
{
    d->source = mem_strdup(stmt_text(st, 0));
    d->format = mem_strdup(stmt_text(st, 1));
    d->loaded_at = stmt_int(st, 2);
    d->users = stmt_int(st, 3);
    d->factors = stmt_int(st, 4);
    d->roles = stmt_int(st, 5);
    d->sign_ins = stmt_int(st, 6);
    d->credentials = stmt_int(st, 7);
}

bool datasets_list(struct store *s, struct dataset_list *out, struct error *err)
{
    struct dataset_list list = {0};
    struct stmt *st = db_prepare(s->db,
                                 "SELECT d.source, d.format, d.loaded_at, c.users, c.factors,"
                                 " c.roles, c.sign_ins, c.credentials"
                                 " FROM datasets d JOIN dataset_counts c ON c.source = d.source"
                                 " ORDER BY d.source",
                                 err);
    if (!st)
        return false;
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW)
        dataset_read(st, list_add(&list.items, &list.count, sizeof *list.items));
    if (step == STEP_FAILED) {
        dataset_list_release(&list);
        return false;
    }
    *out = list;
    return true;
}

void dataset_list_release(struct dataset_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].source);
        free(list->items[i].format);
    }
    free(list->items);
    *list = (struct dataset_list){0};
}

static bool remove_source(struct store *s, const char *source, struct error *err)
{
    if (!findings_lose_source(s, source, err) ||
        !datasets_delete_rows(s, source, 0, INT64_MAX, err) ||
        !run_for_source(s, "DELETE FROM users WHERE source = :source", source, err) ||
        !run_for_source(s, "DELETE FROM dataset_counts WHERE source = :source", source, err) ||
        !run_for_source(s, "DELETE FROM datasets WHERE source = :source", source, err))
        return false;
    if (db_changes(s->db) == 0)
        return error_set(err, ERR_NOT_FOUND, "there is no data set '%s'", source);
    return datasets_change_stamp(s, err);
}

bool datasets_remove(struct store *s, const char *source, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) && change_end(s, own, remove_source(s, source, err), err);
}

bool datasets_last_uid(struct store *s, int64_t *last, struct error *err)
{
    struct stmt *st = db_prepare(s->db, "SELECT COALESCE(max(uid), 0) FROM users", err);
    if (!st)
        return false;
    const enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        *last = stmt_int(st, 0);
    stmt_reset(st);
    return step == STEP_ROW;
}

bool datasets_stamp(struct store *s, int64_t *stamp, struct error *err)
{
    struct stmt *st = db_prepare(s->db, "SELECT value FROM meta WHERE name = 'datasets'", err);
    if (!st)
        return false;
    enum step step = stmt_step(st, err);
    if (step != STEP_FAILED)
        *stamp = step == STEP_ROW ? stmt_int(st, 0) : 0;
    stmt_reset(st);
    return step != STEP_FAILED;
}
