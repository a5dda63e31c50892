/* Finds the users of a load by login, over a temporary table. */
#include "core/store/load_logins.h"

void load_logins_release(struct load_logins *l)
{
    stmt_free(l->find);
    stmt_free(l->put);
    *l = (struct load_logins){0};
}

static bool fill(struct db *db, const char *source, struct error *err)
{
    struct stmt *st = db_prepare_once(db,
                                      "INSERT INTO temp.load_logins (uid, login)"
                                      " SELECT uid, login FROM users WHERE source = :source",
                                      err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", source);
    const bool ok = stmt_run(st, err);
    stmt_free(st);
    return ok;
}

bool load_logins_make(struct load_logins *l, struct db *db, const char *source, struct error *err)
{
    if (!db_exec(db,
                 "DROP TABLE IF EXISTS temp.load_logins;"
                 "CREATE TEMP TABLE load_logins (uid INTEGER PRIMARY KEY, login TEXT NOT NULL)",
                 err) ||
        !fill(db, source, err) ||
        !db_exec(db, "CREATE INDEX temp.load_logins_login ON load_logins (login)", err))
        return false;
    l->find = db_prepare_once(db, "SELECT uid FROM temp.load_logins WHERE login = :login", err);
    l->put = l->find ? db_prepare_once(db,
                                       "INSERT INTO temp.load_logins (uid, login)"
                                       " VALUES (:uid, :login) ON CONFLICT (uid)"
                                       " DO UPDATE SET login = excluded.login",
                                       err)
                     : NULL;
    l->db = l->put ? db : NULL;
    return l->put != NULL;
}

bool load_logins_drop(struct load_logins *l, struct error *err)
{
    struct db *db = l->db;
    load_logins_release(l);
    return !db || db_exec(db, "DROP TABLE temp.load_logins", err);
}

bool load_logins_put(struct load_logins *l, int64_t uid, const char *login, struct error *err)
{
    stmt_bind_int_at(l->put, 1, uid);
    stmt_bind_text_at(l->put, 2, login);
    return stmt_run(l->put, err);
}

bool load_logins_find(struct load_logins *l, const char *login, load_login_sink *each, void *ctx,
                      struct error *err)
{
    enum step step;
    stmt_bind_text_at(l->find, 1, login);
    while ((step = stmt_step(l->find, err)) == STEP_ROW)
        each(ctx, stmt_int(l->find, 0));
    stmt_reset(l->find);
    return step != STEP_FAILED;
}
