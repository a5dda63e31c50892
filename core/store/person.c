/* Reads one user: the row, what hangs on it, and what was sent about it. */
#include "core/store/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { LOGIN_JSON_MAX = 8192 };

static const char select_person[] =
    "SELECT u.uid, u.source, u.id, u.login, u.display_name, u.email, u.user_type, u.status,"
    " u.department, u.manager, COALESCE(u.enabled, -1), COALESCE(u.is_admin, -1),"
    " COALESCE(u.mfa_enrolled, -1), COALESCE(u.password_enabled, -1), u.last_login_known,"
    " u.factors_known, u.roles_known, u.last_login_at, u.created_at, u.password_changed_at,"
    " (SELECT count(*) FROM findings f WHERE f.source = u.source AND f.user_id = u.id"
    "  AND f.resolved_at IS NULL)"
    " FROM users u WHERE u.uid = :uid";

static void take_row(const struct stmt *st, struct person *p)
{
    char **const texts[] = {&p->source, &p->id,     &p->login,      &p->name,   &p->email,
                            &p->type,   &p->status, &p->department, &p->manager};
    int *const flags[] = {&p->enabled, &p->is_admin, &p->mfa_enrolled, &p->password_enabled};
    bool *const known[] = {&p->last_login_known, &p->factors_known, &p->roles_known};
    int64_t *const numbers[] = {&p->last_login_at, &p->created_at, &p->password_changed_at,
                                &p->findings};
    int column = 0;
    p->uid = stmt_int(st, column++);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        *texts[i] = mem_strdup(stmt_text(st, column++));
    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        *flags[i] = (int)stmt_int(st, column++);
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        *known[i] = stmt_int(st, column++) != 0;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        *numbers[i] = stmt_int(st, column++);
}

bool person_read(struct store *s, int64_t uid, struct person *out, struct error *err)
{
    struct stmt *st = db_prepare(s->db, select_person, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":uid", uid);
    const enum step step = stmt_step(st, err);
    person_release(out);
    if (step == STEP_ROW)
        take_row(st, out);
    stmt_reset(st);
    return step == STEP_ROW ||
           (step == STEP_DONE && error_set(err, ERR_NOT_FOUND, "This user is no longer there."));
}

void person_release(struct person *p)
{
    char *const texts[] = {p->source, p->id,     p->login,      p->name,   p->email,
                           p->type,   p->status, p->department, p->manager};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    *p = (struct person){0};
}

bool person_find(struct store *s, const char *login, int64_t *uids, size_t max, size_t *count,
                 struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT uid FROM users WHERE lower(login) = lower(:login)"
                                 " OR source || '/' || id = :login ORDER BY uid LIMIT :max",
                                 err);
    enum step step;
    *count = 0;
    if (!st)
        return false;
    stmt_bind_text(st, ":login", login);
    stmt_bind_int(st, ":max", (int64_t)max);
    while ((step = stmt_step(st, err)) == STEP_ROW)
        uids[(*count)++] = stmt_int(st, 0);
    stmt_reset(st);
    return step == STEP_DONE;
}

/* Statements that give one text a row. */
static bool each_line(struct store *s, const char *sql, int64_t uid, person_line *line, void *ctx,
                      struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql, err);
    enum step step = STEP_DONE;
    bool going = true;
    if (!st)
        return false;
    stmt_bind_int(st, ":uid", uid);
    while (going && (step = stmt_step(st, err)) == STEP_ROW)
        going = line(ctx, stmt_text(st, 0), err);
    stmt_reset(st);
    return going && step == STEP_DONE;
}

bool person_factors(struct store *s, int64_t uid, person_line *line, void *ctx, struct error *err)
{
    return each_line(s,
                     "SELECT kind || CASE WHEN status <> 'active' THEN ', ' || status ELSE '' END"
                     " || CASE WHEN provider IS NULL THEN '' ELSE ', ' || provider END"
                     " FROM factors WHERE user_uid = :uid ORDER BY strength DESC, kind",
                     uid, line, ctx, err);
}

bool person_roles(struct store *s, int64_t uid, person_line *line, void *ctx, struct error *err)
{
    return each_line(s,
                     "SELECT role || ', tier ' || tier"
                     " || CASE WHEN assignment <> 'active' THEN ', ' || assignment ELSE '' END"
                     " FROM roles WHERE user_uid = :uid ORDER BY tier DESC, role",
                     uid, line, ctx, err);
}

/* By the events of the run that first saw it; a large event is split, so that a part names others.
 */
static const char select_deliveries[] =
    "SELECT " DELIVERY_COLUMNS " FROM deliveries WHERE event_id IN"
    " (SELECT e.id FROM events e CROSS JOIN event_bodies b ON b.event_id = e.id"
    "  WHERE e.run_id = (SELECT first_run FROM findings WHERE id = :finding)"
    "  AND e.check_id = :check AND instr(b.detail, :login) > 0)"
    " AND kind = 'finding' AND created_at >= :since ORDER BY created_at DESC LIMIT :limit";

bool person_deliveries(struct store *s, const struct finding *f, int64_t limit, delivery_sink *sink,
                       void *ctx, struct error *err)
{
    struct stmt *st = db_prepare(s->db, select_deliveries, err);
    struct strbuf login;
    enum step step = STEP_DONE;
    bool going = true;
    if (!st)
        return false;
    strbuf_init(&login, LOGIN_JSON_MAX);
    json_quote_add(&login, f->login);
    stmt_bind_text(st, ":check", f->check_id);
    stmt_bind_int(st, ":since", f->since);
    stmt_bind_int(st, ":finding", f->id);
    stmt_bind_text(st, ":login", login.text);
    stmt_bind_int(st, ":limit", limit);
    while (going && (step = stmt_step(st, err)) == STEP_ROW) {
        struct delivery d = {0};
        delivery_read(st, &d);
        going = sink(ctx, &d, err);
        delivery_release(&d);
    }
    stmt_reset(st);
    strbuf_release(&login);
    return going && step == STEP_DONE;
}
