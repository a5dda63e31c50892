/* Loads the data set of one source in one transaction, whole or added to what is there. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/datasets.h"
#include "core/store/datasets_private.h"
#include "core/store/findings.h"
#include "core/store/load_logins.h"
#include "core/store/load_sql.h"
#include "core/store/marks.h"

enum { SLICE_UIDS = 4000 };

/* What a load knows of a user. */
enum {
    MARK_SEEN = 1 << 0,  /* it has a row in this load */
    MARK_ADMIN = 1 << 1, /* whether it is an administrator was told */
    MARK_MFA = 1 << 2,   /* whether it has MFA was told */
    MARK_LIST = 1 << 3,  /* the first list came; the others follow */
};

struct dataset_load {
    char *source, *format, *tenant;
    int64_t loaded_at;
    bool merge, repeats, derives;
    bool fresh; /* the source has no data set yet */
    bool covers[LOAD_LISTS];
    char *otherwise; /* the statement that tells whoever was not told; NULL */
    const char *otherwise_text;
    int64_t last_uid; /* of all users when the load began */
    int64_t cleared,
        settled; /* uids up to which the old rows are gone, and users are as they stay */
    struct load_statements st;
    struct load_logins logins;
    struct marks marks;
    size_t admin, mfa; /* columns of a user */
    int64_t users;
    int64_t rows[LOAD_LISTS];
};

static void load_free(struct dataset_load *load)
{
    if (!load)
        return;
    load_statements_free(&load->st);
    load_logins_release(&load->logins);
    marks_release(&load->marks);
    free(load->otherwise);
    free(load->source);
    free(load->format);
    free(load->tenant);
    free(load);
}

static size_t user_place(const char *name)
{
    size_t i = 0;
    while (strcmp(user_columns[i].name, name) != 0)
        i++;
    return i;
}

static size_t list_of(const struct column *table)
{
    size_t i = 0;
    while (i < LOAD_LISTS && load_lists[i].columns != table)
        i++;
    assert(i < LOAD_LISTS);
    return i;
}

static unsigned char list_mark(size_t list)
{
    return (unsigned char)(MARK_LIST << list);
}

/* --- the set as a whole ------------------------------------------------------------------------
 */

/* What is there already; of a set that is merged, format and counts go on. */
static bool read_old(struct store *s, struct error *err)
{
    struct dataset_load *load = s->load;
    struct stmt *st =
        db_prepare(s->db,
                   "SELECT d.format, c.users, c.factors, c.roles, c.sign_ins, c.credentials"
                   " FROM datasets d LEFT JOIN dataset_counts c ON c.source = d.source"
                   " WHERE d.source = :source",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", load->source);
    const enum step step = stmt_step(st, err);
    load->fresh = step == STEP_DONE;
    if (step == STEP_ROW && load->merge) {
        mem_replace(&load->format, stmt_text(st, 0));
        load->users = stmt_int(st, 1);
        for (int i = 0; i < LOAD_LISTS; i++)
            load->rows[i] = stmt_int(st, 2 + i);
    }
    stmt_reset(st);
    if (load->merge && load->fresh)
        return error_set(err, ERR_NOT_FOUND,
                         "there is no data set '%s' to add to; import it without --merge first",
                         load->source);
    return step != STEP_FAILED;
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
    for (size_t i = 0; i < LOAD_LISTS; i++) {
        char name[32];
        snprintf(name, sizeof name, ":%s", load_lists[i].table);
        stmt_bind_int(st, name, load->rows[i]);
    }
    return stmt_run(st, err);
}

bool datasets_begin(struct store *s, const struct dataset_info *info, struct error *err)
{
    assert(!s->load);
    if (!(info->within_ms > 0 ? db_begin_within(s->db, info->within_ms, err)
                              : db_begin(s->db, err)))
        return false;
    struct dataset_load *load = s->load = mem_zalloc(sizeof *load);
    load->source = mem_strdup(info->source);
    load->format = mem_strdup(info->format);
    load->tenant = mem_strdup(info->tenant);
    load->loaded_at = info->loaded_at;
    load->merge = info->merge;
    load->repeats = info->repeats;
    load->derives = info->derives;
    load->admin = user_place("is_admin");
    load->mfa = user_place("mfa_enrolled");
    if (read_old(s, err) && load_statements_prepare(&load->st, s->db, load->repeats, err) &&
        put_dataset(s, 0, err) && datasets_last_uid(s, &load->last_uid, err))
        return true;
    datasets_abandon(s);
    return false;
}

bool datasets_clear(struct store *s, bool *done, struct error *err)
{
    struct dataset_load *load = s->load;
    const int64_t after = load->cleared;
    *done = load->merge || load->fresh || after >= load->last_uid;
    load->cleared += *done ? 0 : SLICE_UIDS;
    return *done || datasets_delete_rows(s, load->source, after, load->cleared, err);
}

static bool clear_all(struct store *s, struct error *err)
{
    for (bool done = false; !done;)
        if (!datasets_clear(s, &done, err))
            return false;
    return true;
}

/* --- users --------------------------------------------------------------------------------------
 */

/* *uid becomes 0 where the source had no such user. */
static bool find_by_id(struct dataset_load *load, const char *id, int64_t *uid, struct error *err)
{
    struct stmt *st = load->st.find_user;
    stmt_bind_text_at(st, 1, load->source);
    stmt_bind_text_at(st, 2, id);
    enum step step = stmt_step(st, err);
    *uid = step == STEP_ROW ? stmt_int(st, 0) : 0;
    stmt_reset(st);
    return step != STEP_FAILED;
}

static bool change_user(struct stmt *st, int64_t uid, const struct value *values, struct error *err)
{
    load_bind(st, 1, user_columns + 1, values + 1);
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

static bool insert_user(struct store *s, const struct value *values, int64_t *uid,
                        struct error *err)
{
    struct stmt *st = s->load->st.add_user;
    stmt_bind_text_at(st, 1, s->load->source);
    load_bind(st, 2, user_columns, values);
    if (!stmt_run(st, err))
        return false;
    *uid = db_last_id(s->db);
    return true;
}

/* Also what was told of it. */
static void mark_told(struct dataset_load *load, unsigned char *mark, const struct value *values)
{
    if (values[load->admin].kind != VALUE_NULL)
        *mark |= MARK_ADMIN;
    if (values[load->mfa].kind != VALUE_NULL)
        *mark |= MARK_MFA;
}

static bool change_known_user(struct dataset_load *load, int64_t uid, const struct value *values,
                              struct error *err)
{
    const bool seen = *marks_at(&load->marks, uid) & MARK_SEEN;
    if (seen && !load->repeats)
        return error_set(err, ERR_INVALID, "a second user has the id '%s'", values[0].text);
    load->users += !seen && !load->merge;
    return change_user(load->merge ? load->st.merge_user : load->st.change_user, uid, values, err);
}

/* Not one statement with RETURNING: that makes SQLite open a table of its own for each row. */
bool datasets_add_user(struct store *s, const struct value *values, int64_t *uid, struct error *err)
{
    struct dataset_load *load = s->load;
    const char *id = values[0].kind == VALUE_TEXT ? values[0].text : NULL;
    assert(load);
    if (!clear_all(s, err) || !find_by_id(load, id, uid, err))
        return false;
    const bool known = *uid > 0;
    if (!(known ? change_known_user(load, *uid, values, err) : insert_user(s, values, uid, err)))
        return false;
    load->users += !known;
    unsigned char *mark = marks_at(&load->marks, *uid);
    *mark |= MARK_SEEN;
    mark_told(load, mark, values);
    return !load->logins.db || load_logins_put(&load->logins, *uid, values[1].text, err);
}

/* Of whoever was not in this load only a merge knows. */
static bool is_there(struct dataset_load *load, int64_t uid)
{
    return uid > 0 && (load->merge || *marks_at(&load->marks, uid) & MARK_SEEN);
}

struct login_search {
    struct dataset_load *load;
    int64_t uid;
    int count;
};

static void take_login(void *ctx, int64_t uid)
{
    struct login_search *f = ctx;
    if (!is_there(f->load, uid))
        return;
    f->uid = uid;
    f->count++;
}

static bool find_by_login(struct store *s, const char *login, int64_t *uid, struct error *err)
{
    struct dataset_load *load = s->load;
    struct login_search found = {.load = load};
    if ((!load->logins.db && !load_logins_make(&load->logins, s->db, load->source, err)) ||
        !load_logins_find(&load->logins, login, take_login, &found, err))
        return false;
    *uid = found.count == 1 ? found.uid : 0;
    return true;
}

bool datasets_find_user(struct store *s, const char *id, const char *login, int64_t *uid,
                        struct error *err)
{
    if (!id)
        return find_by_login(s, login, uid, err);
    if (!find_by_id(s->load, id, uid, err))
        return false;
    *uid = is_there(s->load, *uid) ? *uid : 0;
    return true;
}

bool datasets_change_user(struct store *s, int64_t uid, const struct value *values,
                          struct error *err)
{
    struct dataset_load *load = s->load;
    struct stmt *st = load->st.merge_user;
    mark_told(load, marks_at(&load->marks, uid), values);
    load_bind(st, 1, user_columns + 1, values + 1);
    stmt_bind_text_at(st, 1, NULL); /* the login is that of the user's own row */
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

/* --- their rows ---------------------------------------------------------------------------------
 */

static bool delete_rows(struct store *s, size_t list, int64_t uid, struct error *err)
{
    struct dataset_load *load = s->load;
    stmt_bind_int_at(load->st.delete_rows[list], 1, uid);
    if (!stmt_run(load->st.delete_rows[list], err))
        return false;
    load->rows[list] -= db_changes(s->db);
    return true;
}

bool datasets_begin_list(struct store *s, const struct column *table, int64_t uid, bool anew,
                         struct error *err)
{
    struct dataset_load *load = s->load;
    const size_t list = list_of(table);
    unsigned char *mark = marks_at(&load->marks, uid);
    const bool begun = *mark & list_mark(list);
    *mark |= list_mark(list);
    return !(begun ? anew : load->merge) || delete_rows(s, list, uid, err);
}

bool datasets_add_row(struct store *s, const struct column *table, int64_t uid,
                      const struct value *values, struct error *err)
{
    struct dataset_load *load = s->load;
    const size_t list = list_of(table);
    struct stmt *st = load->st.add_row[list];
    stmt_bind_int_at(st, 1, uid);
    load_bind(st, 2, table, values);
    if (!stmt_run(st, err))
        return false;
    load->rows[list] += db_changes(s->db);
    return true;
}

void datasets_cover(struct store *s, const struct column *table)
{
    s->load->covers[list_of(table)] = true;
}

void datasets_otherwise(struct store *s, const char *column, const char *text)
{
    struct dataset_load *load = s->load;
    const char *name = user_columns[user_place(column)].name;
    free(load->otherwise);
    load->otherwise =
        mem_printf("UPDATE users SET %s = :text WHERE uid = :uid AND %s IS NULL", name, name);
    load->otherwise_text = text;
}

/* --- the end ------------------------------------------------------------------------------------
 */

/* A user as it is when all files were read. */
struct settling {
    int64_t uid;
    bool admin_null, mfa_null;
    bool known[LOAD_LISTS];
};

static bool run_for_user(struct stmt *st, int64_t uid, struct error *err)
{
    stmt_bind_int_at(st, 1, uid);
    return stmt_run(st, err);
}

/* Whoever has no row in a list that is there for everybody, has none. */
static bool settle_list(struct store *s, struct settling *u, size_t list, struct error *err)
{
    struct dataset_load *load = s->load;
    unsigned char *mark = marks_at(&load->marks, u->uid);
    const bool begun = *mark & list_mark(list);
    *mark |= list_mark(list);
    if (load->merge && !begun && !delete_rows(s, list, u->uid, err))
        return false;
    if (u->known[list])
        return true;
    u->known[list] = true;
    return run_for_user(load->st.set_known[list], u->uid, err);
}

/* What followed from an older list follows from the new one. */
static bool settle_derived(struct dataset_load *load, const struct settling *u, struct error *err)
{
    enum { FACTORS, ROLES };
    const unsigned char mark = *marks_at(&load->marks, u->uid);
    const bool admin = u->admin_null || (mark & list_mark(ROLES) && !(mark & MARK_ADMIN));
    const bool mfa = u->mfa_null || (mark & list_mark(FACTORS) && !(mark & MARK_MFA));
    return (!u->known[ROLES] || !admin || run_for_user(load->st.derive_admin, u->uid, err)) &&
           (!u->known[FACTORS] || !mfa || run_for_user(load->st.derive_mfa, u->uid, err));
}

static bool settle_otherwise(struct store *s, int64_t uid, struct error *err)
{
    struct stmt *st = db_prepare(s->db, s->load->otherwise, err);
    if (!st)
        return false;
    stmt_bind_text(st, ":text", s->load->otherwise_text);
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

static bool settle_user(struct store *s, struct settling *u, struct error *err)
{
    struct dataset_load *load = s->load;
    if (!is_there(load, u->uid))
        return findings_lose_user(s, u->uid, err) &&
               run_for_user(load->st.delete_user, u->uid, err);
    for (size_t i = 0; i < LOAD_LISTS; i++)
        if (load->covers[i] && !settle_list(s, u, i, err))
            return false;
    if (load->otherwise && !settle_otherwise(s, u->uid, err))
        return false;
    return !load->derives || settle_derived(load, u, err);
}

/* The source is hidden from the index of sources, by which every part would look at all of them. */
static bool read_slice(struct store *s, int64_t after, int64_t until, struct settling *users,
                       size_t *count, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   "SELECT uid, is_admin, mfa_enrolled, factors_known, roles_known, sign_ins_known,"
                   " credentials_known FROM users WHERE uid > :after AND uid <= :until"
                   " AND COALESCE(source, '') = :source",
                   err);
    enum step step = STEP_FAILED;
    *count = 0;
    if (!st)
        return false;
    stmt_bind_text(st, ":source", s->load->source);
    stmt_bind_int(st, ":after", after);
    stmt_bind_int(st, ":until", until);
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        struct settling *u = &users[(*count)++];
        *u = (struct settling){stmt_int(st, 0), stmt_is_null(st, 1), stmt_is_null(st, 2), {0}};
        for (int i = 0; i < LOAD_LISTS; i++)
            u->known[i] = stmt_int(st, 3 + i) == 1;
    }
    return step != STEP_FAILED;
}

/* Up to which uid users must be looked at again: whoever came with this load was seen, and has a
 * higher uid than all before. */
static bool find_end(struct store *s, int64_t *end, struct error *err)
{
    const struct dataset_load *load = s->load;
    bool all = load->derives;
    for (size_t i = 0; i < LOAD_LISTS; i++)
        all = all || load->covers[i];
    all = all || load->otherwise;
    *end = load->merge || load->fresh ? 0 : load->last_uid;
    return !all || datasets_last_uid(s, end, err);
}

bool datasets_settle(struct store *s, bool *done, struct error *err)
{
    struct dataset_load *load = s->load;
    const int64_t after = load->settled;
    int64_t end;
    if (!find_end(s, &end, err))
        return false;
    *done = after >= end;
    if (*done)
        return true;
    struct settling *users = mem_alloc(SLICE_UIDS * sizeof *users);
    size_t count;
    load->settled += SLICE_UIDS;
    bool ok = read_slice(s, after, load->settled, users, &count, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = settle_user(s, &users[i], err);
    free(users);
    return ok;
}

static bool finish_load(struct store *s, struct error *err)
{
    if (!clear_all(s, err))
        return false;
    for (bool done = false; !done;)
        if (!datasets_settle(s, &done, err))
            return false;
    return findings_meet_again(s, s->load->source, err) && put_counts(s, err) &&
           put_dataset(s, 1, err) && datasets_change_stamp(s, err) &&
           load_logins_drop(&s->load->logins, err) && db_commit(s->db, err);
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

void datasets_loaded(const struct store *s, struct dataset *out)
{
    const struct dataset_load *load = s->load;
    *out = (struct dataset){.loaded_at = load->loaded_at,
                            .users = load->users,
                            .factors = load->rows[0],
                            .roles = load->rows[1],
                            .sign_ins = load->rows[2],
                            .credentials = load->rows[3]};
}
