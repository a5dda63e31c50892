/* Finds rows that come again, over temporary tables. */
#include "core/store/load_rows.h"

#include <assert.h>

#include "core/base/strbuf.h"

enum { SQL_MAX = 8 * 1024 };

void load_rows_release(struct load_rows *r)
{
    stmt_free(r->find);
    stmt_free(r->put);
    stmt_free(r->learn);
    stmt_free(r->forget);
    stmt_free(r->take);
    *r = (struct load_rows){0};
}

static void add_columns(struct strbuf *sql, const struct load_list *list, const char *before,
                        const char *middle, bool twice)
{
    for (const struct column *c = list->columns; c->name; c++)
        strbuf_addf(sql, "%s%s%s%s", before, c->name, middle, twice ? c->name : "");
}

static bool run(struct db *db, struct strbuf *sql, struct error *err)
{
    assert(!sql->overflow);
    const bool ok = db_exec(db, sql->text, err);
    strbuf_release(sql);
    return ok;
}

static struct stmt *prepare(struct db *db, struct strbuf *sql, struct error *err)
{
    assert(!sql->overflow);
    struct stmt *st = db_prepare_once(db, sql->text, err);
    strbuf_release(sql);
    return st;
}

static bool make_table(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql,
                "DROP TABLE IF EXISTS temp.load_%s; CREATE TEMP TABLE load_%s (n INTEGER"
                " PRIMARY KEY, user_uid",
                list->table, list->table);
    add_columns(&sql, list, ", ", "", false);
    strbuf_addf(&sql, "); CREATE INDEX temp.load_%s_row ON load_%s (user_uid", list->table,
                list->table);
    add_columns(&sql, list, ", ", "", false);
    strbuf_addc(&sql, ')');
    return run(db, &sql, err);
}

static struct stmt *prepare_find(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "SELECT n FROM temp.load_%s WHERE user_uid = :user_uid", list->table);
    add_columns(&sql, list, " AND ", " IS NOT DISTINCT FROM :", true);
    strbuf_adds(&sql, " AND n <= :up_to ORDER BY n LIMIT 1");
    return prepare(db, &sql, err);
}

static struct stmt *prepare_put(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "INSERT INTO temp.load_%s (n, user_uid", list->table);
    add_columns(&sql, list, ", ", "", false);
    strbuf_adds(&sql, ") VALUES (:n, :user_uid");
    add_columns(&sql, list, ", :", "", false);
    strbuf_addc(&sql, ')');
    return prepare(db, &sql, err);
}

static struct stmt *prepare_learn(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "INSERT INTO temp.load_%s (n, user_uid", list->table);
    add_columns(&sql, list, ", ", "", false);
    strbuf_adds(&sql, ") SELECT n, user_uid");
    add_columns(&sql, list, ", ", "", false);
    strbuf_addf(&sql, " FROM main.%s WHERE user_uid = :user_uid", list->table);
    return prepare(db, &sql, err);
}

static struct stmt *prepare_forget(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "DELETE FROM temp.load_%s WHERE n = :n", list->table);
    return prepare(db, &sql, err);
}

/* By all columns, since those of the key are among them. */
static struct stmt *prepare_take(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "DELETE FROM main.%s WHERE user_uid = :user_uid AND n = :n", list->table);
    add_columns(&sql, list, " AND ", " IS NOT DISTINCT FROM :", true);
    return prepare(db, &sql, err);
}

bool load_rows_make(struct load_rows *r, struct db *db, const struct load_list *list,
                    struct error *err)
{
    if (!make_table(db, list, err) || !(r->find = prepare_find(db, list, err)) ||
        !(r->put = prepare_put(db, list, err)) || !(r->learn = prepare_learn(db, list, err)) ||
        !(r->forget = prepare_forget(db, list, err)) || !(r->take = prepare_take(db, list, err)))
        return false;
    r->list = list;
    r->db = db;
    return true;
}

bool load_rows_drop(struct load_rows *r, struct error *err)
{
    struct db *db = r->db;
    const struct load_list *list = r->list;
    struct strbuf sql;
    load_rows_release(r);
    if (!db)
        return true;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "DROP TABLE temp.load_%s", list->table);
    return run(db, &sql, err);
}

bool load_rows_learn(struct load_rows *r, int64_t uid, struct error *err)
{
    stmt_bind_int_at(r->learn, 1, uid);
    return stmt_run(r->learn, err);
}

bool load_rows_put(struct load_rows *r, int64_t uid, int64_t number, const struct value *values,
                   struct error *err)
{
    stmt_bind_int_at(r->put, 1, number);
    stmt_bind_int_at(r->put, 2, uid);
    load_bind(r->put, 3, r->list->columns, values);
    return stmt_run(r->put, err);
}

/* *number becomes 0 where there is none. */
static bool find(struct load_rows *r, int64_t uid, const struct value *values, int64_t up_to,
                 int64_t *number, struct error *err)
{
    stmt_bind_int_at(r->find, 1, uid);
    load_bind(r->find, 2, r->list->columns, values);
    stmt_bind_int(r->find, ":up_to", up_to);
    const enum step step = stmt_step(r->find, err);
    *number = step == STEP_ROW ? stmt_int(r->find, 0) : 0;
    stmt_reset(r->find);
    return step != STEP_FAILED;
}

/* One that is known may have gone from the list since; then the next one is looked for. */
bool load_rows_take(struct load_rows *r, int64_t uid, const struct value *values, int64_t up_to,
                    bool *taken, struct error *err)
{
    for (*taken = false; !*taken;) {
        int64_t number;
        if (!find(r, uid, values, up_to, &number, err))
            return false;
        if (number == 0)
            return true;
        stmt_bind_int_at(r->forget, 1, number);
        stmt_bind_int_at(r->take, 1, uid);
        stmt_bind_int_at(r->take, 2, number);
        load_bind(r->take, 3, r->list->columns, values);
        if (!stmt_run(r->forget, err) || !stmt_run(r->take, err))
            return false;
        *taken = db_changes(r->db) > 0;
    }
    return true;
}
