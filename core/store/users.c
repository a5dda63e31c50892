/* Lists users, all of them or those that fail a check. */
#include "core/store/users.h"

#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 1024 };

static const char all_users[] = "SELECT source, id, login, 0, '{}', 0 FROM users WHERE 1 = 1";
static const char failing_users[] =
    "SELECT source, user_id, login, since_s, explain, stale FROM findings"
    " WHERE check_id = :check_id AND resolved_at IS NULL";

static struct stmt *prepare_users(struct store *s, const struct user_filter *f, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, f->failing ? failing_users : all_users);
    if (f->source)
        strbuf_adds(&sql, " AND source = :source");
    strbuf_adds(&sql, " ORDER BY lower(login), login, 1, 2 LIMIT :limit");
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
        .unknown = stmt_int(st, 5) != 0,
    };
}

static bool has_text(const struct user_row *user, const char *text)
{
    return !text || text_contains_nocase(user->login, text) || text_contains_nocase(user->id, text);
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
        if (!has_text(&user, f->text))
            continue;
        going = sink(ctx, &user, err);
        shown++;
    }
    stmt_reset(st);
    return going && step != STEP_FAILED;
}
