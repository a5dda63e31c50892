/* The users of a load, found and changed or added, and their rows. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/load_private.h"
#include "core/store/store_private.h"

enum { INDEXED_USERS = 10000 }; /* are put into all indexes as they come */

size_t load_user_place(const char *name)
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

unsigned char load_list_mark(size_t list)
{
    return (unsigned char)(MARK_LIST << list);
}

/* --- users --------------------------------------------------------------------------------------
 */

static bool is_at(struct dataset_load *load, const char *id, int64_t uid, bool *found,
                  struct error *err)
{
    struct stmt *st = load->st.user_at;
    stmt_bind_int_at(st, 1, uid);
    stmt_bind_text_at(st, 2, load->source);
    stmt_bind_text_at(st, 3, id);
    const enum step step = stmt_step(st, err);
    stmt_reset(st);
    *found = step == STEP_ROW;
    return step != STEP_FAILED;
}

/* *uid becomes 0 where the source had no such user. Uids are near, ids are far apart. */
static bool find_by_id(struct dataset_load *load, const char *id, int64_t *uid, struct error *err)
{
    struct stmt *st = load->st.find_user;
    bool found = false;
    if (load->next_uid > 0 && !is_at(load, id, load->next_uid, &found, err))
        return false;
    *uid = load->next_uid;
    if (!found) {
        stmt_bind_text_at(st, 1, load->source);
        stmt_bind_text_at(st, 2, id);
        const enum step step = stmt_step(st, err);
        *uid = step == STEP_ROW ? stmt_int(st, 0) : 0;
        stmt_reset(st);
        if (step == STEP_FAILED)
            return false;
    }
    load->next_uid = *uid > 0 ? *uid + 1 : load->next_uid;
    return true;
}

static bool change_user(struct stmt *st, int64_t uid, const struct value *values, struct error *err)
{
    load_bind(st, 1, user_columns + 1, values + 1);
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

static bool give_uid(struct stmt *st, struct dataset_load *load, const struct value *values,
                     struct error *err)
{
    stmt_bind_int_at(st, 1, load->uid + 1);
    stmt_bind_text_at(st, 2, load->source);
    load_bind(st, 3, user_columns, values);
    return stmt_run(st, err);
}

/* *uid becomes 0 where the source has that user already, as far as the index knows. */
static bool insert_user(struct store *s, const struct value *values, int64_t *uid,
                        struct error *err)
{
    struct dataset_load *load = s->load;
    if (!give_uid(load->unindexed ? load->st.append_user : load->st.add_user, load, values, err))
        return false;
    *uid = db_changes(s->db) > 0 ? ++load->uid : 0;
    load->users += *uid > 0;
    return true;
}

/* Where the first of very many users come, ids in no order would be put into their index at very
 * many places: it is made when all are there. */
static bool leave_ids(struct store *s, struct error *err)
{
    struct dataset_load *load = s->load;
    if (load->users != INDEXED_USERS || load->last_uid > 0 || load->repeats || load->lenient ||
        load->unindexed)
        return true;
    load->unindexed = true;
    return load_ids_drop(s->db, err);
}

static bool refuse_second(struct store *s, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT id, min(uid), max(uid) FROM users WHERE source = :source"
                                 " GROUP BY id HAVING count(*) > 1 ORDER BY max(uid) LIMIT 1",
                                 err);
    if (!st)
        return false;
    stmt_bind_text(st, ":source", s->load->source);
    const int64_t before = s->load->uid - s->load->users;
    if (stmt_step(st, err) == STEP_ROW) {
        s->second_user = stmt_int(st, 2) - before;
        error_set(err, ERR_INVALID,
                  "a second user has the id '%s': they are numbers %lld and %lld of the users",
                  stmt_text(st, 0), (long long)(stmt_int(st, 1) - before),
                  (long long)s->second_user);
    }
    stmt_reset(st);
    return false;
}

bool load_index_ids(struct store *s, struct error *err)
{
    if (!s->load->unindexed)
        return true;
    if (!load_ids_make(s->db, err))
        return err->kind == ERR_INVALID ? refuse_second(s, err) : false;
    s->load->unindexed = false;
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

/* Each user counts once. */
static void count_told(struct dataset_load *load, unsigned char *mark)
{
    load->told += !(*mark & MARK_TOLD);
    *mark |= MARK_TOLD;
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

/* A first load finds nobody before it adds them. Not one statement with RETURNING: that makes
 * SQLite open a table of its own for each row. */
static bool put_user(struct store *s, const struct value *values, int64_t *uid, struct error *err)
{
    struct dataset_load *load = s->load;
    const char *id = values[0].kind == VALUE_TEXT ? values[0].text : NULL;
    *uid = 0;
    if (load->fresh && (!leave_ids(s, err) || !insert_user(s, values, uid, err) || *uid > 0))
        return *uid > 0;
    if (!find_by_id(load, id, uid, err))
        return false;
    return *uid > 0 ? change_known_user(load, *uid, values, err) : insert_user(s, values, uid, err);
}

bool datasets_add_user(struct store *s, const struct value *values, int64_t *uid, struct error *err)
{
    struct dataset_load *load = s->load;
    assert(load);
    if (!load_clear_all(s, err) || !put_user(s, values, uid, err))
        return false;
    unsigned char *mark = marks_at(&load->marks, *uid);
    if (load->one_by_one && *uid <= load->last_uid && !(*mark & MARK_SEEN) &&
        !load_delete_old_rows(s, *uid, err))
        return false;
    *mark |= MARK_SEEN;
    count_told(load, mark);
    mark_told(load, mark, values);
    return !load->logins.db || load_logins_put(&load->logins, *uid, values[1].text, err);
}

/* Of whoever was not in this load only a merge knows. */
bool load_is_there(struct dataset_load *load, int64_t uid)
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
    if (!load_is_there(f->load, uid))
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
    if (!load_index_ids(s, err) || !find_by_id(s->load, id, uid, err))
        return false;
    *uid = load_is_there(s->load, *uid) ? *uid : 0;
    return true;
}

bool datasets_change_user(struct store *s, int64_t uid, const struct value *values,
                          struct error *err)
{
    struct dataset_load *load = s->load;
    struct stmt *st = load->st.merge_user;
    unsigned char *mark = marks_at(&load->marks, uid);
    count_told(load, mark);
    mark_told(load, mark, values);
    load_bind(st, 1, user_columns + 1, values + 1);
    stmt_bind_text_at(st, 1, NULL); /* the login is that of the user's own row */
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

/* --- their rows ---------------------------------------------------------------------------------
 */

bool load_delete_rows(struct store *s, size_t list, int64_t uid, int64_t after, int64_t up_to,
                      struct error *err)
{
    struct dataset_load *load = s->load;
    struct stmt *st = load->st.delete_rows[list];
    stmt_bind_int_at(st, 1, uid);
    stmt_bind_int_at(st, 2, after);
    stmt_bind_int_at(st, 3, up_to);
    if (!stmt_run(st, err))
        return false;
    load->rows[list] -= db_changes(s->db);
    return true;
}

bool load_delete_old_rows(struct store *s, int64_t uid, struct error *err)
{
    for (size_t i = 0; i < LOAD_LISTS; i++)
        if (!load_delete_rows(s, i, uid, 0, s->load->old_row, err))
            return false;
    return true;
}

/* Rows of that list will be looked for from now on. */
static bool begin_finding(struct store *s, size_t list, struct error *err)
{
    struct load_rows *there = &s->load->there[list];
    s->load->finds[list] = true;
    return there->db || load_rows_make(there, s->db, &load_lists[list], err);
}

bool datasets_begin_list(struct store *s, const struct column *table, int64_t uid,
                         enum list_part part, bool anew, struct error *err)
{
    struct dataset_load *load = s->load;
    const size_t list = list_of(table);
    unsigned char *mark = marks_at(&load->marks, uid);
    const bool begun = *mark & load_list_mark(list);
    const bool adds = load->merge && (part == LIST_PART || table == sign_in_columns);
    *mark |= load_list_mark(list);
    if (begun && anew && !load_delete_rows(s, list, uid, load->old_row, INT64_MAX, err))
        return false;
    if (load->merge && !adds && !load_delete_rows(s, list, uid, 0, load->old_row, err))
        return false;
    load->finds[list] = false;
    if (!load->repeats && !adds)
        return true;
    return begin_finding(s, list, err) &&
           (!adds || begun || load_rows_learn(&load->there[list], uid, err));
}

/* Takes away what the row to come is put in place of: where users come again any that is equal,
 * else, and of sign-ins, one of those that other files gave, since two of a second are two. */
static bool take_equal(struct store *s, size_t list, int64_t uid, const struct value *values,
                       struct error *err)
{
    struct dataset_load *load = s->load;
    const bool once = load->repeats && load_lists[list].columns != sign_in_columns;
    const int64_t up_to = once ? INT64_MAX : load->file_row;
    bool taken;
    do {
        if (!load_rows_take(&load->there[list], uid, values, up_to, &taken, err))
            return false;
        load->rows[list] -= taken;
    } while (taken && once);
    return true;
}

bool datasets_add_row(struct store *s, const struct column *table, int64_t uid,
                      const struct value *values, struct error *err)
{
    struct dataset_load *load = s->load;
    const size_t list = list_of(table);
    struct stmt *st = load->st.add_row[list];
    if (load->finds[list] && !take_equal(s, list, uid, values, err))
        return false;
    stmt_bind_int_at(st, 1, uid);
    stmt_bind_int_at(st, 2, ++load->row);
    load_bind(st, 3, table, values);
    if (!stmt_run(st, err))
        return false;
    load->rows[list]++;
    return !load->finds[list] || load_rows_put(&load->there[list], uid, load->row, values, err);
}

void datasets_next_file(struct store *s)
{
    s->load->file_row = s->load->row;
}

void datasets_cover(struct store *s, const struct column *table)
{
    s->load->covers[list_of(table)] = true;
}

void datasets_doubt(struct store *s, const struct column *table)
{
    s->load->doubts[list_of(table)] = true;
}

void datasets_otherwise(struct store *s, const char *column, struct value value)
{
    struct dataset_load *load = s->load;
    const char *name = user_columns[load_user_place(column)].name;
    free(load->otherwise);
    load->otherwise =
        mem_printf("UPDATE users SET %s = :value WHERE uid = :uid AND %s IS NULL", name, name);
    load->otherwise_value = value;
}
