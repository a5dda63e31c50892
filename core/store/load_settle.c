/* What becomes of the users of a source when all files of a load were read. */
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/store/findings.h"
#include "core/store/load_private.h"
#include "core/store/store_private.h"

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

/* Whoever has no row in a list that is there for everybody, has none. In a merge it may be the last
 * of its pages alone, so that it takes nothing from those whose list is known. */
static bool settle_list(struct dataset_load *load, struct settling *u, size_t list,
                        struct error *err)
{
    if (u->known[list])
        return true;
    u->known[list] = true;
    *marks_at(&load->marks, u->uid) |= load_list_mark(list);
    return run_for_user(load->st.set_known[list], u->uid, err);
}

enum { FACTORS, ROLES }; /* the lists that something follows from */

/* Whether it is so for a user, by the rows that are there; without one that proves it, it is not
 * (`whole`) or not known. */
static bool derive(struct stmt *st, bool whole, int64_t uid, struct error *err)
{
    if (whole)
        stmt_bind_int_at(st, 1, 0);
    else
        stmt_bind_text_at(st, 1, NULL);
    stmt_bind_int_at(st, 2, uid);
    return stmt_run(st, err);
}

/* A row that was left out may have been this user's. */
static bool settle_doubt(struct dataset_load *load, struct settling *u, size_t list,
                         struct error *err)
{
    const unsigned char mark = *marks_at(&load->marks, u->uid);
    if (!(mark & load_list_mark(list)))
        return true;
    u->known[list] = false;
    if (!run_for_user(load->st.set_unknown[list], u->uid, err))
        return false;
    if (!load->derives)
        return true;
    return (list != ROLES || mark & MARK_ADMIN ||
            derive(load->st.derive_admin, false, u->uid, err)) &&
           (list != FACTORS || mark & MARK_MFA || derive(load->st.derive_mfa, false, u->uid, err));
}

/* What followed from an older list follows from the new one. A list of all roles has the last word
 * on who is an administrator, whether it comes with what else tells it or later. */
static bool settle_derived(struct dataset_load *load, const struct settling *u, struct error *err)
{
    const unsigned char mark = *marks_at(&load->marks, u->uid);
    const bool told = mark & MARK_ADMIN && !load->covers[ROLES];
    const bool admin = u->admin_null || (mark & load_list_mark(ROLES) && !told);
    const bool mfa = u->mfa_null || (mark & load_list_mark(FACTORS) && !(mark & MARK_MFA));
    return (!u->known[ROLES] || !admin || derive(load->st.derive_admin, true, u->uid, err)) &&
           (!u->known[FACTORS] || !mfa || derive(load->st.derive_mfa, true, u->uid, err));
}

static bool settle_otherwise(struct store *s, int64_t uid, struct error *err)
{
    const struct value *value = &s->load->otherwise_value;
    struct stmt *st = db_prepare(s->db, s->load->otherwise, err);
    if (!st)
        return false;
    if (value->kind == VALUE_INT)
        stmt_bind_int(st, ":value", value->number);
    else
        stmt_bind_text(st, ":value", value->text);
    stmt_bind_int(st, ":uid", uid);
    return stmt_run(st, err);
}

/* Who did not come has left, unless a row that was left out may have been his. */
static bool settle_absent(struct store *s, int64_t uid, struct error *err)
{
    struct dataset_load *load = s->load;
    if (load->keep) {
        load->kept++;
        load->users++;
        return true;
    }
    return findings_lose_user(s, uid, err) &&
           (!load->one_by_one || load_delete_old_rows(s, uid, err)) &&
           run_for_user(load->st.delete_user, uid, err);
}

static bool settle_user(struct store *s, struct settling *u, struct error *err)
{
    struct dataset_load *load = s->load;
    if (!load_is_there(load, u->uid))
        return settle_absent(s, u->uid, err);
    for (size_t i = 0; i < LOAD_LISTS; i++)
        if ((load->covers[i] && !settle_list(load, u, i, err)) ||
            (load->doubts[i] && !settle_doubt(load, u, i, err)))
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
        all = all || load->covers[i] || load->doubts[i];
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
