/* Reads findings for lists and for the comparison of a run, and writes what a run changed. */
#include "core/store/findings.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/db.h"
#include "core/store/schema.h"

enum { INSERT_ROWS = 64, INSERT_SQL_MAX = 8192 };

static const char select_open[] =
    "SELECT id, check_id, source, user_id, login, since_s, stale, explain FROM findings"
    " WHERE resolved_at IS NULL AND (:check IS NULL OR check_id = :check)"
    " ORDER BY since_s DESC, id DESC LIMIT :limit";

static struct finding read_finding(const struct stmt *st)
{
    return (struct finding){
        .id = stmt_int(st, 0),
        .check_id = stmt_text(st, 1),
        .source = stmt_text(st, 2),
        .user_id = stmt_text(st, 3),
        .login = stmt_text(st, 4),
        .since = stmt_int(st, 5),
        .stale = stmt_int(st, 6) != 0,
        .explain = stmt_text(st, 7),
    };
}

bool findings_each(struct store *s, const char *check_id, int64_t limit, finding_sink *sink,
                   void *ctx, struct error *err)
{
    struct stmt *st = db_prepare_once(store_db(s), select_open, err);
    enum step step = STEP_FAILED;
    bool ok = true;

    if (!st)
        return false;
    stmt_bind_text(st, ":check", check_id);
    stmt_bind_int(st, ":limit", limit > 0 ? limit : -1);
    while (ok && (step = stmt_step(st, err)) == STEP_ROW) {
        struct finding f = read_finding(st);
        ok = sink(ctx, &f, err);
    }
    stmt_free(st);
    return ok && step == STEP_DONE;
}

bool findings_of_user(struct store *s, const char *source, const char *user_id, finding_sink *sink,
                      void *ctx, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "SELECT id, check_id, source, user_id, login, since_s, stale,"
                                 " explain FROM findings WHERE source = :source"
                                 " AND user_id = :id AND resolved_at IS NULL"
                                 " ORDER BY since_s DESC, id DESC",
                                 err);
    enum step step = STEP_DONE;
    bool going = true;

    if (!st)
        return false;
    stmt_bind_text(st, ":source", source);
    stmt_bind_text(st, ":id", user_id);
    while (going && (step = stmt_step(st, err)) == STEP_ROW) {
        const struct finding f = read_finding(st);
        going = sink(ctx, &f, err);
    }
    stmt_reset(st);
    return going && step == STEP_DONE;
}

static const char select_first[] =
    "SELECT f.id, f.check_id, f.source, f.user_id, f.login, f.since_s, f.stale, f.explain,"
    " u.uid, u.user_type, u.is_admin, u.last_login_known, u.last_login_at, u.email, u.department"
    " FROM findings f"
    " LEFT JOIN users u ON u.source = f.source AND u.id = f.user_id"
    " WHERE f.check_id = :check AND f.resolved_at IS NULL"
    " ORDER BY f.check_id, f.source, f.user_id LIMIT :limit";

bool findings_first(struct store *s, const char *check_id, int64_t limit, finding_user_sink *sink,
                    void *ctx, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s), select_first, err);
    enum step step = STEP_FAILED;
    bool ok = true;

    if (!st)
        return false;
    stmt_bind_text(st, ":check", check_id);
    stmt_bind_int(st, ":limit", limit > 0 ? limit : -1);
    while (ok && (step = stmt_step(st, err)) == STEP_ROW) {
        const struct finding f = read_finding(st);
        const struct finding_user user = {
            .uid = stmt_int(st, 8),
            .type = stmt_text(st, 9),
            .is_admin = stmt_is_null(st, 10) ? -1 : stmt_int(st, 10) == 1,
            .seen_known = stmt_int(st, 11) != 0,
            .seen_at = stmt_int(st, 12),
            .email = stmt_text(st, 13),
            .department = stmt_text(st, 14),
        };
        ok = sink(ctx, &f, &user, err);
    }
    stmt_reset(st);
    return ok && step == STEP_DONE;
}

bool findings_exist(struct store *s, const char *check_id, bool *exist, struct error *err)
{
    struct stmt *st = db_prepare(
        store_db(s),
        "SELECT 1 FROM findings WHERE check_id = :check AND resolved_at IS NULL LIMIT 1", err);
    if (!st)
        return false;
    stmt_bind_text(st, ":check", check_id);
    const enum step step = stmt_step(st, err);
    stmt_reset(st);
    *exist = step == STEP_ROW;
    return step != STEP_FAILED;
}

bool findings_count(struct store *s, const char *check_id, int64_t *count, struct error *err)
{
    struct stmt *st = db_prepare(
        store_db(s),
        "SELECT count(*) FROM findings WHERE check_id = :check AND resolved_at IS NULL", err);
    if (!st)
        return false;
    stmt_bind_text(st, ":check", check_id);
    const enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        *count = stmt_int(st, 0);
    stmt_reset(st);
    return step == STEP_ROW;
}

#define OPEN_OF_CHECK                                                                              \
    "SELECT id, user_uid, stale FROM findings"                                                     \
    " WHERE check_id = :check AND resolved_at IS NULL"

/* The rest of one uid, then those above it: of a comparison of pairs SQLite would use the uid
 * alone, and read all those of users who are gone (uid 0) again for each part. */
static const char *const open_ranges[] = {
    OPEN_OF_CHECK " AND user_uid = :uid AND id > :id ORDER BY id LIMIT :room",
    OPEN_OF_CHECK " AND user_uid > :uid ORDER BY user_uid, id LIMIT :room",
};

static bool read_open(struct stmt *st, struct open_finding *out, size_t room, size_t *count,
                      struct error *err)
{
    enum step step = STEP_DONE;

    stmt_bind_int(st, ":room", (int64_t)(room - *count));
    while (*count < room && (step = stmt_step(st, err)) == STEP_ROW)
        out[(*count)++] =
            (struct open_finding){stmt_int(st, 0), stmt_int(st, 1), stmt_int(st, 2) != 0};
    stmt_reset(st);
    return step != STEP_FAILED;
}

bool findings_open(struct store *s, const char *check_id, const struct open_finding *after,
                   struct open_finding *out, size_t room, size_t *count, struct error *err)
{
    *count = 0;
    for (size_t i = 0; i < ARRAY_LEN(open_ranges) && *count < room; i++) {
        struct stmt *st = db_prepare(store_db(s), open_ranges[i], err);
        if (!st)
            return false;
        stmt_bind_text(st, ":check", check_id);
        stmt_bind_int(st, ":uid", after->uid);
        if (i == 0)
            stmt_bind_int(st, ":id", after->id);
        if (!read_open(st, out, room, count, err))
            return false;
    }
    return true;
}

/* An insert of `rows` rows; freed by the caller. Parameters stand in the order of its text: what
 * all rows share has a name and comes first, the rest is counted on from there. */
static struct stmt *prepare_insert(struct store *s, size_t rows, struct error *err)
{
    struct strbuf sql;

    strbuf_init(&sql, INSERT_SQL_MAX);
    strbuf_adds(
        &sql,
        "INSERT INTO findings (check_id, since_s, last_seen_s, first_run, source,"
        " user_id, login, explain, user_uid) VALUES (:check, :now, :now, :run, ?, ?, ?, ?, ?)");
    for (size_t i = 1; i < rows; i++)
        strbuf_adds(&sql, ", (:check, :now, :now, :run, ?, ?, ?, ?, ?)");
    struct stmt *st = db_prepare_once(store_db(s), sql.text, err);
    strbuf_release(&sql);
    return st;
}

static void bind_rows(struct stmt *st, const struct new_finding *items, size_t rows)
{
    int place = stmt_place(st, ":run");

    for (size_t i = 0; i < rows; i++) {
        stmt_bind_text_at(st, ++place, items[i].source);
        stmt_bind_text_at(st, ++place, items[i].user_id);
        stmt_bind_text_at(st, ++place, items[i].login);
        stmt_bind_text_at(st, ++place, items[i].explain);
        stmt_bind_int_at(st, ++place, items[i].uid);
    }
}

/* Inserts from *at on for as long as there are `rows` rows left. */
static bool insert_by(struct store *s, const struct new_findings *added, size_t rows, size_t *at,
                      struct error *err)
{
    if (added->count - *at < rows)
        return true;
    struct stmt *st = prepare_insert(s, rows, err);
    bool ok = st != NULL;

    if (ok) {
        stmt_bind_text(st, ":check", added->check_id);
        stmt_bind_int(st, ":now", added->now);
        stmt_bind_int(st, ":run", added->run_id);
    }
    for (; ok && added->count - *at >= rows; *at += rows) {
        bind_rows(st, added->items + *at, rows);
        ok = stmt_run(st, err);
    }
    stmt_free(st);
    return ok;
}

bool findings_add(struct store *s, const struct new_findings *added, struct error *err)
{
    size_t at = 0;

    return insert_by(s, added, INSERT_ROWS, &at, err) && insert_by(s, added, 1, &at, err);
}

static bool count_open(struct store *s, int64_t *count, struct error *err)
{
    struct stmt *st =
        db_prepare(store_db(s), "SELECT count(*) FROM findings WHERE resolved_at IS NULL", err);
    const enum step step = st ? stmt_step(st, err) : STEP_FAILED;

    if (step == STEP_ROW)
        *count = stmt_int(st, 0);
    if (st)
        stmt_reset(st);
    return step == STEP_ROW;
}

bool findings_begin_many(struct store *s, int64_t count, bool *many, struct error *err)
{
    int64_t open = 0;

    *many = false;
    if (count < FINDINGS_MANY)
        return true;
    if (!count_open(s, &open, err))
        return false;
    *many = count > open;
    return !*many ||
           db_exec(store_db(s), "DROP INDEX findings_open; DROP INDEX findings_user", err);
}

bool findings_end_many(struct store *s, bool many, struct error *err)
{
    return !many || (db_make_index(store_db(s), schema_findings_open, err) &&
                     db_make_index(store_db(s), schema_findings_user, err));
}

bool findings_resolve(struct store *s, int64_t id, int64_t run_id, int64_t now, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "UPDATE findings SET resolved_at = :now, resolved_run = :run,"
                                 " stale = 0 WHERE id = :id",
                                 err);

    if (!st)
        return false;
    stmt_bind_int(st, ":now", now);
    stmt_bind_int(st, ":run", run_id);
    stmt_bind_int(st, ":id", id);
    return stmt_run(st, err);
}

bool findings_lose_source(struct store *s, const char *source, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "UPDATE findings SET user_uid = 0"
                                 " WHERE source = :source AND resolved_at IS NULL",
                                 err);

    if (!st)
        return false;
    stmt_bind_text(st, ":source", source);
    return stmt_run(st, err);
}

bool findings_lose_user(struct store *s, int64_t uid, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "UPDATE findings SET user_uid = 0 WHERE resolved_at IS NULL"
                                 " AND source = (SELECT u.source FROM users u WHERE u.uid = :uid)"
                                 " AND user_id = (SELECT u.id FROM users u WHERE u.uid = :uid)",
                                 err);

    if (!st)
        return false;
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

bool findings_meet_again(struct store *s, const char *source, struct error *err)
{
    struct stmt *st =
        db_prepare(store_db(s),
                   "UPDATE findings SET user_uid = COALESCE((SELECT u.uid FROM users u"
                   " WHERE u.source = findings.source AND u.id = findings.user_id), 0)"
                   " WHERE source = :source AND resolved_at IS NULL AND user_uid = 0",
                   err);

    if (!st)
        return false;
    stmt_bind_text(st, ":source", source);
    return stmt_run(st, err);
}

bool findings_set_stale(struct store *s, int64_t id, bool stale, int64_t now, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "UPDATE findings SET stale = :stale, last_seen_s ="
                                 " CASE WHEN :stale = 0 THEN :now ELSE last_seen_s END"
                                 " WHERE id = :id",
                                 err);

    if (!st)
        return false;
    stmt_bind_int(st, ":stale", stale);
    stmt_bind_int(st, ":now", now);
    stmt_bind_int(st, ":id", id);
    return stmt_run(st, err);
}
