/* Loads of data sets as formats make them. */
#include "tests/support/loadbed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/rows.h"

int loadbed_setup(void **state)
{
    struct loadbed *bed = mem_zalloc(sizeof *bed);
    tmpdir_init(&bed->dir);
    bed->path = tmpdir_path(&bed->dir, "checkhook.db");
    bed->store = store_open(bed->path, &bed->err);
    *state = bed;
    return bed->store ? 0 : -1;
}

int loadbed_teardown(void **state)
{
    struct loadbed *bed = *state;
    store_close(bed->store);
    tmpdir_release(&bed->dir);
    free(bed->path);
    free(bed);
    return 0;
}

void loadbed_check_at(const char *file, int line, const struct loadbed *bed, bool ok)
{
    if (!ok)
        support_fail_at(file, line, "unexpected error: %s", bed->err.text);
}

void loadbed_begin(struct loadbed *bed, struct dataset_info info)
{
    info.source = info.source ? info.source : "s";
    info.format = info.format ? info.format : "x";
    loadbed_check(bed, datasets_begin(bed->store, &info, &bed->err));
}

void loadbed_finish(struct loadbed *bed)
{
    loadbed_check(bed, datasets_finish(bed->store, &bed->err));
}

int64_t loadbed_try(struct store *store, const char *text, struct error *err)
{
    struct value values[ROWS_COLUMNS_MAX];
    char *all = mem_strdup(text);
    int64_t uid = 0;
    rows_read(user_columns, ROWS_WHOLE, 0, all, values);
    bool ok = datasets_add_user(store, values, &uid, err);
    free(all);
    return ok ? uid : 0;
}

int64_t loadbed_add(struct loadbed *bed, const char *text)
{
    int64_t uid = loadbed_try(bed->store, text, &bed->err);
    loadbed_check(bed, uid > 0);
    return uid;
}

void loadbed_change(struct loadbed *bed, int64_t uid, const char *text)
{
    struct value values[ROWS_COLUMNS_MAX];
    char *all = mem_strdup(text);
    rows_read(user_columns, ROWS_ADDS, 0, all, values);
    loadbed_check(bed, datasets_change_user(bed->store, uid, values, &bed->err));
    free(all);
}

int64_t loadbed_find(struct loadbed *bed, const char *id, const char *login)
{
    int64_t uid = -1;
    loadbed_check(bed, datasets_find_user(bed->store, id, login, &uid, &bed->err));
    return uid;
}

void loadbed_list(struct loadbed *bed, const struct column *table, int64_t uid, bool anew)
{
    loadbed_check(bed, datasets_begin_list(bed->store, table, uid, LIST_WHOLE, anew, &bed->err));
}

void loadbed_part(struct loadbed *bed, const struct column *table, int64_t uid, bool anew)
{
    loadbed_check(bed, datasets_begin_list(bed->store, table, uid, LIST_PART, anew, &bed->err));
}

void loadbed_row(struct loadbed *bed, const struct column *table, int64_t uid, const char *text)
{
    struct value values[ROWS_COLUMNS_MAX];
    char *all = mem_strdup(text);
    rows_read(table, ROWS_WHOLE, 0, all, values);
    loadbed_check(bed, datasets_add_row(bed->store, table, uid, values, &bed->err));
    free(all);
}

void loadbed_roles(struct loadbed *bed, int64_t uid, bool anew, const char *const *names)
{
    loadbed_list(bed, role_columns, uid, anew);
    for (; *names; names++) {
        char row[64];
        snprintf(row, sizeof row, "role=%s tier=%d assignment=active", *names,
                 strstr(*names, "admin") ? 3 : 0);
        loadbed_row(bed, role_columns, uid, row);
    }
}

void loadbed_three(struct loadbed *bed)
{
    LOADBED_BEGIN(bed, .loaded_at = 1);
    int64_t uid = loadbed_add(bed, "id=1 login=ann department=Sales status=active enabled=1 "
                                   "last_login_at=100 last_login_known=1 roles_known=1 is_admin=1");
    LOADBED_ROLES(bed, uid, true, "admin", "reader");
    uid = loadbed_add(bed, "id=2 login=bob factors_known=1");
    loadbed_row(bed, factor_columns, uid, "kind=totp strength=2 status=active");
    loadbed_add(bed, "id=3 login=cat department=Ops");
    loadbed_finish(bed);
}

void loadbed_expect_at(const char *file, int line, struct loadbed *bed, const char *expected)
{
    sql_expect_at(
        file, line, store_db(bed->store),
        "SELECT id || ' ' || login || ' ' || COALESCE(department, '-') || ' ' || status || ' '"
        " || COALESCE(enabled, '-') || ' ' || COALESCE(last_login_at, '-') || '/'"
        " || last_login_known || ' roles ' || roles_known || ':' || (SELECT COUNT(*) FROM roles r"
        " WHERE r.user_uid = u.uid) || ' factors ' || factors_known || ':' ||"
        " (SELECT COUNT(*) FROM factors t WHERE t.user_uid = u.uid) || ' admin '"
        " || COALESCE(is_admin, '-') || ' mfa ' || COALESCE(mfa_enrolled, '-')"
        " FROM users u ORDER BY source, id",
        expected);
}

void loadbed_expect_counts_at(const char *file, int line, struct loadbed *bed, int64_t users,
                              int64_t factors, int64_t roles)
{
    struct dataset_list all;
    loadbed_check_at(file, line, bed, datasets_list(bed->store, &all, &bed->err));
    const struct dataset *set = all.count == 1 ? all.items : &(struct dataset){0};
    if (all.count != 1 || set->users != users || set->factors != factors || set->roles != roles)
        support_fail_at(file, line, "%zu data sets; the first has %d users, %d factors, %d roles",
                        all.count, (int)set->users, (int)set->factors, (int)set->roles);
    dataset_list_release(&all);
}
