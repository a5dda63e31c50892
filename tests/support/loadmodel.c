/* A model of loads: users, their lists, and what follows from them, without SQL. */
#include "tests/support/loadmodel.h"

#include <inttypes.h>
#include <string.h>

static const char *const list_names[LOADED_LISTS] = {"factors", "roles", "sign_ins", "credentials"};
/* By kind of row: an active factor of strength 1 or more; a role of tier 1 or more. */
static const bool strong_factor[LOADED_ROWS] = {true, false, false, true};
static const bool high_role[LOADED_ROWS] = {false, true, true, false};

/* --- one record ------------------------------------------------------------------------------ */

static void tell(int *value, int told)
{
    if (told != LOADED_UNKNOWN)
        *value = told;
}

/* What is told, and nothing else. */
static void change(struct loaded_values *values, const struct loaded_values *told, bool login)
{
    if (login)
        tell(&values->login, told->login);
    tell(&values->status, told->status);
    tell(&values->enabled, told->enabled);
    tell(&values->mfa, told->mfa);
    tell(&values->admin, told->admin);
    tell(&values->seen, told->seen);
    tell(&values->department, told->department);
    tell(&values->risk, told->risk);
    for (size_t l = 0; l < LOADED_LISTS; l++)
        values->known[l] = values->known[l] || told->known[l];
}

/* One that is there already is not there twice. Of others each one that is older may be it. */
static void take_row(int *rows, int *older, bool once, bool stays)
{
    if (once)
        *rows = *older = 0;
    else if (stays && *older > 0) {
        --*rows;
        --*older;
    }
    ++*rows;
}

static void take_list(struct loaded_user *user, size_t list, const struct load_record *record,
                      const struct load_how *how)
{
    int *rows = user->rows[list], *older = user->older[list];
    const bool stays = how->merge && (record->part[list] || list == LOADED_SIGN_INS);
    for (size_t r = 0; r < LOADED_ROWS; r++) {
        if (user->begun[list] && !record->adds)
            rows[r] = older[r];
        if (how->merge && !stays) {
            rows[r] -= older[r];
            older[r] = 0;
        }
        for (int n = record->rows[list][r]; n > 0; n--)
            take_row(&rows[r], &older[r], how->repeats && list != LOADED_SIGN_INS, stays);
    }
    user->begun[list] = true;
}

static void take(struct loaded_user *user, const struct load_record *record,
                 const struct load_how *how)
{
    struct loaded_values told = record->values;
    for (size_t l = 0; l < LOADED_LISTS; l++)
        told.known[l] = record->given[l] && !record->part[l];
    if (record->adds || (how->merge && user->here))
        change(&user->values, &told, !record->adds);
    else
        user->values = told;
    user->here = true;
    user->came = user->came || !record->adds;
    user->told_mfa = user->told_mfa || told.mfa != LOADED_UNKNOWN;
    user->told_admin = user->told_admin || told.admin != LOADED_UNKNOWN;
    for (size_t l = 0; l < LOADED_LISTS; l++)
        if (record->given[l])
            take_list(user, l, record, how);
}

static bool is_there(const struct loaded_user *user, const struct load_how *how)
{
    return user->here && (how->merge || user->came);
}

/* Whom a record adds to: by id, else the only one of that login. */
static struct loaded_user *find(struct loaded_set *set, const struct load_record *record,
                                const struct load_how *how)
{
    struct loaded_user *found = NULL;
    for (size_t i = 0; i < LOADED_USERS; i++) {
        struct loaded_user *user = &set->users[i];
        bool same = record->id != LOADED_UNKNOWN ? (size_t)record->id == i
                                                 : user->values.login == record->values.login;
        if (!same || !is_there(user, how))
            continue;
        if (found)
            return NULL;
        found = user;
    }
    return found;
}

bool loaded_take(struct loaded_set *set, const struct load_how *how,
                 const struct load_record *record, int64_t *unmatched)
{
    struct loaded_user *user = record->adds ? find(set, record, how) : &set->users[record->id];
    if (!user) {
        ++*unmatched;
        return true;
    }
    if (!record->adds && user->came && !how->repeats)
        return false;
    if (!record->adds && !is_there(user, how))
        *user = (struct loaded_user){0};
    take(user, record, how);
    return true;
}

/* --- the ends -------------------------------------------------------------------------------- */

void loaded_begin(struct loaded_set *set, const struct load_how *how)
{
    set->exists = true;
    set->old_others = set->others;
    if (!how->merge)
        set->others = 0;
    for (size_t i = 0; i < LOADED_USERS; i++) {
        struct loaded_user *user = &set->users[i];
        user->came = user->told_mfa = user->told_admin = false;
        memset(user->begun, 0, sizeof user->begun);
        memcpy(user->older, user->rows, sizeof user->older);
    }
}

static int any(const int rows[LOADED_ROWS], const bool counts[LOADED_ROWS])
{
    for (size_t r = 0; r < LOADED_ROWS; r++)
        if (rows[r] > 0 && counts[r])
            return 1;
    return 0;
}

static void derive(struct loaded_user *user, bool all_roles)
{
    struct loaded_values *v = &user->values;
    if (v->known[LOADED_ROLES] && (v->admin == LOADED_UNKNOWN ||
                                   (user->begun[LOADED_ROLES] && (all_roles || !user->told_admin))))
        v->admin = any(user->rows[LOADED_ROLES], high_role);
    if (v->known[LOADED_FACTORS] &&
        (v->mfa == LOADED_UNKNOWN || (user->begun[LOADED_FACTORS] && !user->told_mfa)))
        v->mfa = any(user->rows[LOADED_FACTORS], strong_factor);
}

static void cover(struct loaded_user *user, size_t list)
{
    if (user->values.known[list])
        return;
    user->begun[list] = true;
    user->values.known[list] = true;
}

void loaded_end(struct loaded_set *set, const struct load_how *how, bool all)
{
    if (!all && set->others < set->old_others)
        set->others = set->old_others;
    for (size_t i = 0; i < LOADED_USERS; i++) {
        struct loaded_user *user = &set->users[i];
        if (!is_there(user, how) && all)
            *user = (struct loaded_user){0};
        if (!is_there(user, how))
            continue;
        for (size_t l = 0; all && l < LOADED_LISTS; l++)
            if (how->covers[l])
                cover(user, l);
        if (all && how->otherwise && user->values.risk == LOADED_UNKNOWN)
            user->values.risk = 0;
        if (how->derives)
            derive(user, all && how->covers[LOADED_ROLES]);
    }
}

/* --- as text --------------------------------------------------------------------------------- */

static void add_number(struct strbuf *out, const char *name, int value)
{
    if (value == LOADED_UNKNOWN)
        strbuf_addf(out, " %s ?", name);
    else
        strbuf_addf(out, " %s %d", name, value);
}

void loaded_add(struct strbuf *out, const char *source, const struct loaded_set *set)
{
    int64_t users = 0;
    for (size_t i = 0; i < LOADED_USERS; i++) {
        const struct loaded_user *user = &set->users[i];
        const struct loaded_values *v = &user->values;
        users += user->here;
        if (!user->here)
            continue;
        strbuf_addf(out, "%s u%zu login l%d", source, i, v->login);
        add_number(out, "status", v->status);
        add_number(out, "enabled", v->enabled);
        add_number(out, "mfa", v->mfa);
        add_number(out, "admin", v->admin);
        add_number(out, "seen", v->seen);
        add_number(out, "department", v->department);
        add_number(out, "risk", v->risk);
        for (size_t l = 0; l < LOADED_LISTS; l++) {
            strbuf_addf(out, " %s%s", list_names[l], v->known[l] ? "" : "?");
            for (size_t r = 0; r < LOADED_ROWS; r++)
                if (user->rows[l][r] > 0)
                    strbuf_addf(out, " %zux%d", r, user->rows[l][r]);
        }
        strbuf_addc(out, '\n');
    }
    if (set->exists)
        strbuf_addf(out, "%s users %" PRId64 "\n", source, users + set->others);
}
