/* Loads the data set of one source in one transaction, whole or added to what is there. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/datasets.h"
#include "core/store/datasets_private.h"
#include "core/store/findings.h"
#include "core/store/load_private.h"

static void load_free(struct dataset_load *load)
{
    if (!load)
        return;
    load_statements_free(&load->st);
    load_logins_release(&load->logins);
    for (size_t i = 0; i < LOAD_LISTS; i++)
        load_rows_release(&load->there[i]);
    marks_release(&load->marks);
    free(load->otherwise);
    free(load->source);
    free(load->format);
    free(load->tenant);
    free(load);
}

/* --- the set as a whole ------------------------------------------------------------------------
 */

/* What is there already; of a set that is merged the format goes on, and of one that is not cleared
 * before its users come, the counts of their rows. */
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
    load->one_by_one = load->lenient && !load->merge && !load->fresh;
    if (step == STEP_ROW)
        load->users_before = stmt_int(st, 1);
    if (step == STEP_ROW && load->merge) {
        mem_replace(&load->format, stmt_text(st, 0));
        load->users = load->users_before;
    }
    for (int i = 0; step == STEP_ROW && i < LOAD_LISTS; i++) {
        load->rows_before[i] = stmt_int(st, 2 + i);
        load->rows[i] = load->merge || load->one_by_one ? load->rows_before[i] : 0;
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

static bool read_number(struct store *s, const char *sql, int64_t *number, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql, err);
    if (!st)
        return false;
    const enum step step = stmt_step(st, err);
    *number = step == STEP_ROW ? stmt_int(st, 0) : 0;
    stmt_reset(st);
    return step != STEP_FAILED;
}

/* The uid of a user who is gone is never given to another. A store that was made before numbers of
 * rows were kept is asked for them once. */
static bool read_last_given(struct store *s, struct error *err)
{
    static const char uid[] = "SELECT value FROM meta WHERE name = 'last_uid'";
    static const char row[] = "SELECT value FROM meta WHERE name = 'last_row'";
    static const char rows[] =
        "SELECT max((SELECT COALESCE(max(n), 0) FROM factors),"
        " (SELECT COALESCE(max(n), 0) FROM roles), (SELECT COALESCE(max(n), 0) FROM sign_ins),"
        " (SELECT COALESCE(max(n), 0) FROM credentials))";
    struct dataset_load *load = s->load;
    if (!read_number(s, uid, &load->uid, err) || !read_number(s, row, &load->row, err) ||
        (load->row == 0 && load->last_uid > 0 && !read_number(s, rows, &load->row, err)))
        return false;
    load->old_row = load->file_row = load->row;
    return true;
}

static bool put_last_given(struct store *s, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "INSERT INTO meta (name, value) VALUES ('last_uid', :uid),"
                                 " ('last_row', :row)"
                                 " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":uid", s->load->uid);
    stmt_bind_int(st, ":row", s->load->row);
    return stmt_run(st, err);
}

bool datasets_begin(struct store *s, const struct dataset_info *info, struct error *err)
{
    struct error ignored = {0};
    assert(!s->load);
    s->second_user = 0;
    if (!db_set_bulk(s->db, true, err))
        return false;
    if (!(info->within_ms > 0 ? db_begin_within(s->db, info->within_ms, err)
                              : db_begin(s->db, err))) {
        db_set_bulk(s->db, false, &ignored);
        return false;
    }
    struct dataset_load *load = s->load = mem_zalloc(sizeof *load);
    load->source = mem_strdup(info->source);
    load->format = mem_strdup(info->format);
    load->tenant = mem_strdup(info->tenant);
    load->loaded_at = info->loaded_at;
    load->merge = info->merge;
    load->repeats = info->repeats;
    load->derives = info->derives;
    load->admin = load_user_place("is_admin");
    load->mfa = load_user_place("mfa_enrolled");
    load->lenient = info->lenient;
    if (read_old(s, err) && datasets_last_uid(s, &load->last_uid, err) && read_last_given(s, err) &&
        (load->last_uid > 0 || load_emails_drop(s->db, err)) &&
        load_statements_prepare(&load->st, s->db, err) && put_dataset(s, 0, err))
        return true;
    datasets_abandon(s);
    return false;
}

bool datasets_clear(struct store *s, bool *done, struct error *err)
{
    struct dataset_load *load = s->load;
    const int64_t after = load->cleared;
    *done = load->merge || load->fresh || load->one_by_one || after >= load->last_uid;
    load->cleared += *done ? 0 : SLICE_UIDS;
    return *done || datasets_delete_rows(s, load->source, after, load->cleared, err);
}

bool load_clear_all(struct store *s, struct error *err)
{
    for (bool done = false; !done;)
        if (!datasets_clear(s, &done, err))
            return false;
    return true;
}

/* --- the end ------------------------------------------------------------------------------------
 */

static bool drop_tables(struct dataset_load *load, struct error *err)
{
    for (size_t i = 0; i < LOAD_LISTS; i++)
        if (!load_rows_drop(&load->there[i], err))
            return false;
    return load_logins_drop(&load->logins, err);
}

static bool finish_load(struct store *s, struct error *err)
{
    if (!load_clear_all(s, err))
        return false;
    for (bool done = false; !done;)
        if (!datasets_settle(s, &done, err))
            return false;
    if (!load_index_ids(s, err) || (s->load->last_uid == 0 && !load_emails_make(s->db, err)))
        return false;
    return findings_meet_again(s, s->load->source, err) && put_last_given(s, err) &&
           put_counts(s, err) && put_dataset(s, 1, err) && datasets_change_stamp(s, err) &&
           drop_tables(s->load, err) && db_commit(s->db, err);
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
    struct error ignored = {0};
    load_free(s->load);
    s->load = NULL;
    db_rollback(s->db);
    db_set_bulk(s->db, false, &ignored);
}

void datasets_keep(struct store *s)
{
    assert(s->load->lenient);
    s->load->keep = !s->load->merge;
}

int64_t datasets_kept(const struct store *s)
{
    return s->load->kept;
}

static void put_numbers(struct dataset *out, int64_t users, const int64_t rows[LOAD_LISTS])
{
    out->users = users;
    out->factors = rows[0];
    out->roles = rows[1];
    out->sign_ins = rows[2];
    out->credentials = rows[3];
}

void datasets_before(const struct store *s, struct dataset *out)
{
    *out = (struct dataset){0};
    put_numbers(out, s->load->users_before, s->load->rows_before);
}

int64_t datasets_second_user(const struct store *s)
{
    return s->second_user;
}

int64_t datasets_told(const struct store *s)
{
    return s->load->told;
}

const char *datasets_loaded_format(const struct store *s)
{
    return s->load->format;
}

void datasets_loaded(const struct store *s, struct dataset *out)
{
    const struct dataset_load *load = s->load;
    *out = (struct dataset){.loaded_at = load->loaded_at};
    put_numbers(out, load->users, load->rows);
}
