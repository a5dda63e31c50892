/* Loads, lists and removes the data set of one source, each in one transaction. */
#include "core/store/datasets.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/store_private.h"

enum { CHILD_COUNT = 4, SQL_MAX = 16 * 1024, SLICE_UIDS = 4000 };

/* A table of rows that belong to a user. */
struct child {
    const char *table;
    const struct column *columns;
};

static const struct child children[CHILD_COUNT] = {
    {"factors", factor_columns},
    {"roles", role_columns},
    {"sign_ins", sign_in_columns},
    {"credentials", credential_columns},
};

struct dataset_load {
    char *source, *format, *tenant;
    int64_t loaded_at;
    int64_t last_uid;        /* of all users when the load began */
    int64_t cleared, pruned; /* uids up to which the old rows, and the users not seen, are gone */
    struct stmt *find_user, *add_user, *change_user, *mark_seen;
    struct stmt *add_row[CHILD_COUNT];
    int64_t users;
    int64_t rows[CHILD_COUNT];
};

/* --- statements made from the column tables --------------------------------------------------- */

static void add_names(struct strbuf *sql, const char *before, const struct column *columns)
{
    for (size_t i = 0; columns[i].name; i++)
        strbuf_addf(sql, ", %s%s", before, columns[i].name);
}

/* "INSERT INTO TABLE (KEY, …) VALUES (:KEY, …)": the places of the parameters follow the table. */
static void add_insert(struct strbuf *sql, const char *table, const char *key,
                       const struct column *columns)
{
    strbuf_addf(sql, "INSERT INTO %s (%s", table, key);
    add_names(sql, "", columns);
    strbuf_addf(sql, ") VALUES (:%s", key);
    add_names(sql, ":", columns);
    strbuf_addc(sql, ')');
}

static struct stmt *prepare_text(struct db *db, struct strbuf *sql, struct error *err)
{
    assert(!sql->overflow);
    struct stmt *st = db_prepare_once(db, sql->text, err);
    strbuf_release(sql);
    return st;
}

static struct stmt *prepare_add_user(struct db *db, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    add_insert(&sql, "users", "source", user_columns);
    return prepare_text(db, &sql, err);
}

/* Sets all but the id, and writes nothing where nothing changed. */
static struct stmt *prepare_change_user(struct db *db, struct error *err)
{
    const struct column *first = user_columns + 1;
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "UPDATE users SET ");
    for (const struct column *c = first; c->name; c++)
        strbuf_addf(&sql, "%s%s = :%s", c == first ? "" : ", ", c->name, c->name);
    strbuf_adds(&sql, " WHERE uid = :uid AND (");
    for (const struct column *c = first; c->name; c++)
        strbuf_addf(&sql, "%s%s IS DISTINCT FROM :%s", c == first ? "" : " OR ", c->name, c->name);
    strbuf_addc(&sql, ')');
    return prepare_text(db, &sql, err);
}

static struct stmt *prepare_add_row(struct db *db, const struct child *child, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    add_insert(&sql, child->table, "user_uid", child->columns);
    return prepare_text(db, &sql, err);
}

/* The places of the columns follow one another from `first`. */
static void bind_values(struct stmt *st, int first, const struct column *columns,
                        const struct value *values)
{
    for (int i = 0; columns[i].name; i++) {
        if (values[i].kind == VALUE_INT)
            stmt_bind_int_at(st, first + i, values[i].number);
        else
            stmt_bind_text_at(st, first + i, values[i].kind == VALUE_TEXT ? values[i].text : NULL);
    }
}

/* --- statements about one source ---------------------------------------------------------------
 */

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

static bool delete_rows(struct store *s, const char *source, int64_t after, int64_t until,
                        struct error *err)
{
    static const char *const deletes[CHILD_COUNT] = {
        DELETE_CHILDREN("factors"),
        DELETE_CHILDREN("roles"),
        DELETE_CHILDREN("sign_ins"),
        DELETE_CHILDREN("credentials"),
    };
    for (size_t i = 0; i < CHILD_COUNT; i++)
        if (!run_for_range(s, deletes[i], source, after, until, err))
            return false;
    return true;
}
#undef DELETE_CHILDREN

static bool change_stamp(struct store *s, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "INSERT INTO meta (name, value) VALUES ('datasets', 1)"
                                 " ON CONFLICT (name) DO UPDATE SET value = meta.value + 1",
                                 err);
    return st && stmt_run(st, err);
}

static bool put_dataset(struct store *s, int complete, struct error *err)
{
    const struct dataset_load *load = s->load;
    struct stmt *st =
        db_prepare(s->db,
                   "INSERT INTO datasets (source, format, tenant, loaded_at, complete)"
                   " VALUES (:source, :format, :tenant, :loaded_at, :complete)"
                   " ON CONFLICT (source) DO UPDATE SET format = excluded.format,"
                   " tenant = excluded.tenant, loaded_at = excluded.loaded_at,"
                   " complete = excluded.complete",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", load->source);
    stmt_bind_text(st, ":format", load->format);
    stmt_bind_text(st, ":tenant", load->tenant);
    stmt_bind_int(st, ":loaded_at", load->loaded_at);
    stmt_bind_int(st, ":complete", complete);
    return stmt_run(st, err);
}

static bool put_counts(struct store *s, struct error *err)
{
    const struct dataset_load *load = s->load;
    struct stmt *st = db_prepare(
        s->db,
        "INSERT INTO dataset_counts (source, users, factors, roles, sign_ins, credentials)"
        " VALUES (:source, :users, :factors, :roles, :sign_ins, :credentials)"
        " ON CONFLICT (source) DO UPDATE SET users = excluded.users, factors = excluded.factors,"
        " roles = excluded.roles, sign_ins = excluded.sign_ins,"
        " credentials = excluded.credentials",
        err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", load->source);
    stmt_bind_int(st, ":users", load->users);
    for (size_t i = 0; i < CHILD_COUNT; i++) {
        char name[32];
        snprintf(name, sizeof name, ":%s", children[i].table);
        stmt_bind_int(st, name, load->rows[i]);
    }
    return stmt_run(st, err);
}

/* --- loading ------------------------------------------------------------------------------------
 */

static void load_free(struct dataset_load *load)
{
    if (!load)
        return;
    stmt_free(load->find_user);
    stmt_free(load->add_user);
    stmt_free(load->change_user);
    stmt_free(load->mark_seen);
    for (size_t i = 0; i < CHILD_COUNT; i++)
        stmt_free(load->add_row[i]);
    free(load->source);
    free(load->format);
    free(load->tenant);
    free(load);
}

static bool prepare_load(struct store *s, struct error *err)
{
    struct dataset_load *load = s->load;
    if (!(load->find_user = db_prepare_once(
              s->db, "SELECT uid FROM users WHERE source = :source AND id = :id", err)) ||
        !(load->add_user = prepare_add_user(s->db, err)) ||
        !(load->change_user = prepare_change_user(s->db, err)) ||
        !(load->mark_seen = db_prepare_once(
              s->db, "INSERT INTO seen_users (uid) VALUES (:uid) ON CONFLICT (uid) DO NOTHING",
              err)))
        return false;
    for (size_t i = 0; i < CHILD_COUNT; i++) {
        load->add_row[i] = prepare_add_row(s->db, &children[i], err);
        if (!load->add_row[i])
            return false;
    }
    return true;
}

bool datasets_begin(struct store *s, const struct dataset_info *info, struct error *err)
{
    assert(!s->load);
    if (!(info->within_ms > 0 ? db_begin_within(s->db, info->within_ms, err)
                              : db_begin(s->db, err)))
        return false;
    s->load = mem_zalloc(sizeof *s->load);
    s->load->source = mem_strdup(info->source);
    s->load->format = mem_strdup(info->format);
    s->load->tenant = mem_strdup(info->tenant);
    s->load->loaded_at = info->loaded_at;
    if (db_exec(s->db,
                "CREATE TEMP TABLE IF NOT EXISTS seen_users (uid INTEGER PRIMARY KEY);"
                "DELETE FROM seen_users",
                err) &&
        prepare_load(s, err) && put_dataset(s, 0, err) &&
        datasets_last_uid(s, &s->load->last_uid, err))
        return true;
    datasets_abandon(s);
    return false;
}

bool datasets_clear(struct store *s, bool *done, struct error *err)
{
    struct dataset_load *load = s->load;
    const int64_t after = load->cleared;
    *done = after >= load->last_uid;
    load->cleared += *done ? 0 : SLICE_UIDS;
    return *done || delete_rows(s, load->source, after, load->cleared, err);
}

/* *uid becomes 0 where the source had no such user. */
static bool find_user(struct dataset_load *load, const char *id, int64_t *uid, struct error *err)
{
    struct stmt *st = load->find_user;
    stmt_bind_text_at(st, 1, load->source);
    stmt_bind_text_at(st, 2, id);
    enum step step = stmt_step(st, err);
    *uid = step == STEP_ROW ? stmt_int(st, 0) : 0;
    stmt_reset(st);
    return step != STEP_FAILED;
}

static bool change_user(struct dataset_load *load, int64_t uid, const struct value *values,
                        struct error *err)
{
    struct stmt *st = load->change_user;
    bind_values(st, 1, user_columns + 1, values + 1);
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

static bool insert_user(struct store *s, const struct value *values, int64_t *uid,
                        struct error *err)
{
    struct stmt *st = s->load->add_user;
    stmt_bind_text_at(st, 1, s->load->source);
    bind_values(st, 2, user_columns, values);
    if (!stmt_run(st, err))
        return false;
    *uid = db_last_id(s->db);
    return true;
}

/* Not one statement with RETURNING: that makes SQLite open a table of its own for each row. */
static bool put_user(struct store *s, const struct value *values, int64_t *uid, struct error *err)
{
    const char *id = values[0].kind == VALUE_TEXT ? values[0].text : NULL;
    if (!find_user(s->load, id, uid, err))
        return false;
    return *uid > 0 ? change_user(s->load, *uid, values, err) : insert_user(s, values, uid, err);
}

bool datasets_add_user(struct store *s, const struct value *values, int64_t *uid, struct error *err)
{
    struct dataset_load *load = s->load;
    assert(load);
    for (bool done = false; !done;)
        if (!datasets_clear(s, &done, err))
            return false;
    if (!put_user(s, values, uid, err))
        return false;
    stmt_bind_int_at(load->mark_seen, 1, *uid);
    if (!stmt_run(load->mark_seen, err))
        return false;
    if (db_changes(s->db) == 0)
        return error_set(err, ERR_INVALID, "a second user has the id '%s'", values[0].text);
    load->users++;
    return true;
}

bool datasets_add_row(struct store *s, const struct column *table, int64_t uid,
                      const struct value *values, struct error *err)
{
    struct dataset_load *load = s->load;
    size_t i = 0;
    while (i < CHILD_COUNT && children[i].columns != table)
        i++;
    assert(load && i < CHILD_COUNT);
    stmt_bind_int_at(load->add_row[i], 1, uid);
    bind_values(load->add_row[i], 2, table, values);
    load->rows[i]++;
    return stmt_run(load->add_row[i], err);
}

/* Users who came with this load have higher uids, and all of them were seen. The source is hidden
 * from the index of sources, by which every part would look at all of them. */
bool datasets_prune(struct store *s, bool *done, struct error *err)
{
    struct dataset_load *load = s->load;
    const int64_t after = load->pruned;
    *done = after >= load->last_uid;
    load->pruned += *done ? 0 : SLICE_UIDS;
    return *done || run_for_range(s,
                                  "DELETE FROM users WHERE uid > :after AND uid <= :until"
                                  " AND COALESCE(source, '') = :source AND NOT EXISTS"
                                  " (SELECT 1 FROM seen_users n WHERE n.uid = users.uid)",
                                  load->source, after, load->pruned, err);
}

static bool finish_load(struct store *s, struct error *err)
{
    for (bool done = false; !done;)
        if (!datasets_clear(s, &done, err))
            return false;
    for (bool done = false; !done;)
        if (!datasets_prune(s, &done, err))
            return false;
    return put_counts(s, err) && put_dataset(s, 1, err) && change_stamp(s, err) &&
           db_exec(s->db, "DELETE FROM seen_users", err) && db_commit(s->db, err);
}

bool datasets_finish(struct store *s, struct error *err)
{
    assert(s->load);
    const bool ok = finish_load(s, err);
    datasets_abandon(s);
    return ok;
}

void datasets_abandon(struct store *s)
{
    if (!s->load)
        return;
    load_free(s->load);
    s->load = NULL;
    db_rollback(s->db);
}

/* --- looking and removing -----------------------------------------------------------------------
 */

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
    if (!delete_rows(s, source, 0, INT64_MAX, err) ||
        !run_for_source(s, "DELETE FROM users WHERE source = :source", source, err) ||
        !run_for_source(s, "DELETE FROM dataset_counts WHERE source = :source", source, err) ||
        !run_for_source(s, "DELETE FROM datasets WHERE source = :source", source, err))
        return false;
    if (db_changes(s->db) == 0)
        return error_set(err, ERR_NOT_FOUND, "there is no data set '%s'", source);
    return change_stamp(s, err);
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
