/* Lists users, all of them or those that fail a check. */
#include "core/store/users.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 1024 };

static const char all_users[] = "SELECT u.source, u.id, u.login, 0, '{}', 0, u.display_name,"
                                " u.email, u.department FROM users u WHERE 1 = 1";
static const char failing_users[] =
    "SELECT u.source, u.user_id, u.login, u.since_s, u.explain, u.stale, NULL, NULL, NULL"
    " FROM findings u WHERE u.check_id = :check_id AND u.resolved_at IS NULL";
/* Only who looks for a text needs what the data set says of the user. */
static const char failing_users_named[] =
    "SELECT u.source, u.user_id, u.login, u.since_s, u.explain, u.stale, p.display_name, p.email,"
    " p.department FROM findings u LEFT JOIN users p ON p.source = u.source AND p.id = u.user_id"
    " WHERE u.check_id = :check_id AND u.resolved_at IS NULL";

static const char *select_for(const struct user_filter *f)
{
    if (!f->failing)
        return all_users;
    return f->text ? failing_users_named : failing_users;
}

static struct stmt *prepare_users(struct store *s, const struct user_filter *f, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, select_for(f));
    if (f->source)
        strbuf_adds(&sql, " AND u.source = :source");
    strbuf_adds(&sql, " ORDER BY lower(u.login), u.login, 1, 2 LIMIT :limit");
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    if (!st)
        return NULL;
    if (f->failing)
        stmt_bind_text(st, ":check_id", f->failing);
    if (f->source)
        stmt_bind_text(st, ":source", f->source);
    /* With a text to look for, how many rows it takes is known only on the way. */
    stmt_bind_int(st, ":limit", f->limit > 0 && !f->text ? f->limit : INT64_MAX);
    return st;
}

static void user_read(const struct stmt *st, struct user_row *out)
{
    *out = (struct user_row){
        .source = stmt_text(st, 0),
        .id = stmt_text(st, 1),
        .login = stmt_text(st, 2),
        .since = stmt_int(st, 3),
        .explain = stmt_text(st, 4),
        .stale = stmt_int(st, 5) != 0,
    };
}

static bool has_text(const struct stmt *st, const char *text)
{
    static const int columns[] = {1, 2, 6, 7, 8}; /* id, login, name, e-mail, department */
    for (size_t i = 0; text && i < ARRAY_LEN(columns); i++) {
        const char *value = stmt_text(st, columns[i]);
        if (value && text_contains_nocase(value, text))
            return true;
    }
    return text == NULL;
}

bool users_each(struct store *s, const struct user_filter *f, user_sink *sink, void *ctx,
                struct error *err)
{
    struct stmt *st = prepare_users(s, f, err);
    if (!st)
        return false;
    enum step step = STEP_DONE;
    bool going = true;
    int64_t shown = 0;
    while (going && !(f->limit > 0 && shown >= f->limit) &&
           (step = stmt_step(st, err)) == STEP_ROW) {
        struct user_row user;
        user_read(st, &user);
        if (!has_text(st, f->text))
            continue;
        going = sink(ctx, &user, err);
        shown++;
    }
    stmt_reset(st);
    return going && step != STEP_FAILED;
}

/* *found: does the query give a row? */
static bool gives_row(struct store *s, const char *sql, bool *found, struct error *err)
{
    struct stmt *st = db_prepare_once(s->db, sql, err);
    if (!st)
        return false;
    const enum step step = stmt_step(st, err);
    stmt_free(st);
    *found = step == STEP_ROW;
    return step != STEP_FAILED;
}

bool users_any(struct store *s, const char *condition, bool *any, bool *none, struct error *err)
{
    char *sql = mem_printf("SELECT 1 FROM users u WHERE %s LIMIT 1", condition);
    bool some = false;
    const bool ok =
        gives_row(s, "SELECT 1 FROM users LIMIT 1", &some, err) && gives_row(s, sql, any, err);
    *none = !some;
    free(sql);
    return ok;
}
