/* Loads that add: a merge, more about users, users who come twice, lists for everybody, and flags
 * that follow from lists. */
#include "core/store/datasets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/db.h"
#include "core/store/marks.h"
#include "tests/support/tmpdir.h"

enum { COLUMNS_MAX = 40, DUMP_MAX = 1 << 20 };

struct fixture {
    struct tmpdir dir;
    char *path;
    struct store *store;
    struct error err;
};

static int make_fixture(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    tmpdir_init(&f->dir);
    f->path = tmpdir_path(&f->dir, "checkhook.db");
    f->store = store_open(f->path, &f->err);
    *state = f;
    return f->store ? 0 : -1;
}

static int drop_fixture(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    tmpdir_release(&f->dir);
    free(f->path);
    free(f);
    return 0;
}

#define must(f, ok)                                                                                \
    do {                                                                                           \
        if (!(ok))                                                                                 \
            fail_msg("line %d: %s", __LINE__, (f)->err.text);                                      \
    } while (0)

static struct value *value_of(const struct column *table, struct value *values, const char *name)
{
    size_t i = 0;
    while (table[i].name && strcmp(table[i].name, name) != 0)
        i++;
    assert_non_null(table[i].name);
    return &values[i];
}

/* "NAME=VALUE NAME=VALUE": a number where it is all digits, else a text, "-" for null. Values of a
 * row that are not named are null. The text is cut to pieces. */
static void set_values(const struct column *table, struct value *values, char *text)
{
    memset(values, 0, COLUMNS_MAX * sizeof *values);
    for (char *word; (word = strsep(&text, " "));) {
        char *equals = strchr(word, '=');
        assert_non_null(equals);
        *equals = '\0';
        struct value *value = value_of(table, values, word);
        const bool number = strspn(equals + 1, "0123456789") == strlen(equals + 1);
        const bool names = strcmp(word, "id") == 0 || strcmp(word, "login") == 0;
        *value = number && !names
                     ? (struct value){.kind = VALUE_INT, .number = strtoll(equals + 1, NULL, 10)}
                     : (struct value){.kind = VALUE_TEXT, .text = equals + 1};
    }
}

static void begin(struct fixture *f, struct dataset_info info)
{
    info.source = info.source ? info.source : "s";
    info.format = info.format ? info.format : "x";
    must(f, datasets_begin(f->store, &info, &f->err));
}
#define BEGIN(f, ...) begin(f, (struct dataset_info){__VA_ARGS__})

static void finish(struct fixture *f)
{
    must(f, datasets_finish(f->store, &f->err));
}

/* A whole user: what a format says, with the flags that a complete record has. */
static int64_t add(struct fixture *f, const char *text)
{
    struct value values[COLUMNS_MAX];
    char *all = mem_printf("status=unknown last_login_known=0 factors_known=0 roles_known=0 "
                           "sign_ins_known=0 credentials_known=0 %s",
                           text);
    int64_t uid = 0;
    set_values(user_columns, values, all);
    must(f, datasets_add_user(f->store, values, &uid, &f->err));
    free(all);
    return uid;
}

static void change(struct fixture *f, int64_t uid, const char *text)
{
    struct value values[COLUMNS_MAX];
    char *all = mem_strdup(text);
    set_values(user_columns, values, all);
    must(f, datasets_change_user(f->store, uid, values, &f->err));
    free(all);
}

static void add_row(struct fixture *f, const struct column *table, int64_t uid, const char *text)
{
    struct value values[COLUMNS_MAX];
    char *all = mem_strdup(text);
    set_values(table, values, all);
    must(f, datasets_add_row(f->store, table, uid, values, &f->err));
    free(all);
}

static void list(struct fixture *f, const struct column *table, int64_t uid, bool anew)
{
    must(f, datasets_begin_list(f->store, table, uid, LIST_WHOLE, anew, &f->err));
}

/* Some of the rows that the user has. */
static void part(struct fixture *f, const struct column *table, int64_t uid, bool anew)
{
    must(f, datasets_begin_list(f->store, table, uid, LIST_PART, anew, &f->err));
}

/* A list of one role each: "Name:tier". */
static void roles(struct fixture *f, int64_t uid, bool anew, const char *const *names)
{
    list(f, role_columns, uid, anew);
    for (; *names; names++) {
        char row[64];
        snprintf(row, sizeof row, "role=%s tier=%d assignment=active", *names,
                 strstr(*names, "admin") ? 3 : 0);
        add_row(f, role_columns, uid, row);
    }
}
#define ROLES(f, uid, anew, ...) roles(f, uid, anew, (const char *const[]){__VA_ARGS__, NULL})
#define NO_ROLES(f, uid, anew)   roles(f, uid, anew, (const char *const[]){NULL})

static int64_t find(struct fixture *f, const char *id, const char *login)
{
    int64_t uid = -1;
    must(f, datasets_find_user(f->store, id, login, &uid, &f->err));
    return uid;
}

/* One line a user: id, login, department, status, enabled, last sign-in with its flag, the flags of
 * the lists and their rows, is_admin, mfa_enrolled. */
static void assert_users(struct fixture *f, const char *expected)
{
    struct strbuf out;
    struct stmt *st = db_prepare(
        store_db(f->store),
        "SELECT id || ' ' || login || ' ' || COALESCE(department, '-') || ' ' || status || ' '"
        " || COALESCE(enabled, '-') || ' ' || COALESCE(last_login_at, '-') || '/'"
        " || last_login_known || ' roles ' || roles_known || ':' || (SELECT COUNT(*) FROM roles r"
        " WHERE r.user_uid = u.uid) || ' factors ' || factors_known || ':' ||"
        " (SELECT COUNT(*) FROM factors t WHERE t.user_uid = u.uid) || ' admin '"
        " || COALESCE(is_admin, '-') || ' mfa ' || COALESCE(mfa_enrolled, '-')"
        " FROM users u ORDER BY source, id",
        &f->err);
    must(f, st);
    strbuf_init(&out, DUMP_MAX);
    while (stmt_step(st, &f->err) == STEP_ROW)
        strbuf_addf(&out, "%s\n", stmt_text(st, 0));
    assert_string_equal(out.text, expected);
    strbuf_release(&out);
}

static void assert_counts(struct fixture *f, int64_t users, int64_t factors, int64_t role_count)
{
    struct dataset_list all;
    must(f, datasets_list(f->store, &all, &f->err));
    assert_int_equal(all.count, 1);
    assert_int_equal(all.items[0].users, users);
    assert_int_equal(all.items[0].factors, factors);
    assert_int_equal(all.items[0].roles, role_count);
    dataset_list_release(&all);
}

/* --- merging ------------------------------------------------------------------------------------
 */

static void load_three(struct fixture *f)
{
    BEGIN(f, .loaded_at = 1);
    int64_t uid = add(f, "id=1 login=ann department=Sales status=active enabled=1 "
                         "last_login_at=100 last_login_known=1 roles_known=1 is_admin=1");
    ROLES(f, uid, true, "admin", "reader");
    uid = add(f, "id=2 login=bob factors_known=1");
    add_row(f, factor_columns, uid, "kind=totp strength=2 status=active");
    add(f, "id=3 login=cat department=Ops");
    finish(f);
}

static void merge__changes_only_what_is_told(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true, .format = "y", .loaded_at = 2);
    add(f, "id=1 login=ann2 status=suspended enabled=0");
    add(f, "id=3 login=cat department=Lab last_login_at=300 last_login_known=1");
    add(f, "id=4 login=dan roles_known=1");
    finish(f);
    assert_users(f, "1 ann2 Sales suspended 0 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Lab unknown - 300/1 roles 0:0 factors 0:0 admin - mfa -\n"
                    "4 dan - unknown - -/0 roles 1:0 factors 0:0 admin - mfa -\n");
    assert_counts(f, 4, 1, 2);
    struct dataset_list all;
    must(f, datasets_list(f->store, &all, &f->err));
    assert_string_equal(all.items[0].format, "x"); /* the set stays what it was */
    assert_int_equal(all.items[0].loaded_at, 2);
    dataset_list_release(&all);
}

static void merge__can_say_that_somebody_never_signed_in(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true);
    add(f, "id=1 login=ann last_login_known=1");
    finish(f);
    assert_users(f, "1 ann Sales active 1 -/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

static void merge__replaces_the_lists_it_gives(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true);
    int64_t uid = add(f, "id=1 login=ann roles_known=1");
    ROLES(f, uid, true, "auditor");
    uid = add(f, "id=2 login=bob factors_known=1");
    list(f, factor_columns, uid, true); /* and none follows */
    finish(f);
    assert_users(f, "1 ann Sales active 1 100/1 roles 1:1 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:0 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    assert_counts(f, 3, 0, 1);
}

static void merge__needs_a_data_set(void **state)
{
    struct fixture *f = *state;
    const struct dataset_info info = {.source = "none", .format = "x", .merge = true};
    assert_false(datasets_begin(f->store, &info, &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(f->err.text, "'none'"));
    load_three(f); /* nothing was left open */
}

static void merge__refuses_a_second_user_and_changes_nothing_by_it(void **state)
{
    struct fixture *f = *state;
    struct value values[COLUMNS_MAX];
    char text[] = "id=1 login=evil status=active last_login_known=0 factors_known=0 roles_known=0 "
                  "sign_ins_known=0 credentials_known=0";
    int64_t uid;
    load_three(f);
    BEGIN(f, .merge = true);
    add(f, "id=1 login=ann");
    set_values(user_columns, values, text);
    assert_false(datasets_add_user(f->store, values, &uid, &f->err));
    assert_int_equal(f->err.kind, ERR_INVALID);
    f->err = (struct error){0};
    finish(f); /* as where bad rows are left out */
    assert_users(f, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

static void merge__that_is_abandoned_leaves_all(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true);
    ROLES(f, add(f, "id=1 login=x roles_known=1"), true, "auditor");
    add(f, "id=9 login=new");
    datasets_abandon(f->store);
    assert_users(f, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    assert_counts(f, 3, 1, 2);
}

/* --- what adds ----------------------------------------------------------------------------------
 */

static void adding__finds_users_of_this_load_alone(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .loaded_at = 2);
    const int64_t ann = add(f, "id=1 login=ann");
    assert_int_equal(find(f, "1", NULL), ann);
    assert_int_equal(find(f, NULL, "ann"), ann);
    assert_int_equal(find(f, "2", NULL), 0); /* of the load before, and about to go */
    assert_int_equal(find(f, NULL, "bob"), 0);
    const int64_t eve = add(f, "id=7 login=eve"); /* who comes after the first question */
    assert_int_equal(find(f, NULL, "eve"), eve);
    assert_int_equal(find(f, "1", "eve"), ann); /* the id decides */
    finish(f);
    BEGIN(f, .merge = true);
    assert_true(find(f, "7", NULL) > 0);
    assert_true(find(f, NULL, "ann") > 0);
    assert_int_equal(find(f, NULL, "nobody"), 0);
    finish(f);
}

static void adding__to_a_login_of_two_is_to_nobody(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .source = "other");
    add(f, "id=1 login=sam");
    finish(f);
    BEGIN(f, .source = "s");
    const int64_t first = add(f, "id=1 login=sam");
    assert_int_equal(find(f, NULL, "sam"), first); /* one of another source does not matter */
    assert_int_equal(find(f, NULL, "Sam"), 0);
    add(f, "id=2 login=sam");
    assert_int_equal(find(f, NULL, "sam"), 0);
    finish(f);
}

static void adding__changes_what_is_told_but_not_who_it_is(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .loaded_at = 1);
    const int64_t uid = add(f, "id=1 login=ann department=Sales status=active enabled=1");
    change(f, uid, "id=1 login=other mfa_enrolled=1 department=Lab");
    change(f, uid, "id=1 last_login_at=5 last_login_known=1");
    finish(f);
    assert_users(f, "1 ann Lab active 1 5/1 roles 0:0 factors 0:0 admin - mfa 1\n");
}

static void adding__adds_to_the_list_of_this_load_and_drops_older_ones(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true);
    const int64_t ann = find(f, "1", NULL);
    ROLES(f, ann, false, "auditor");
    change(f, ann, "id=1 roles_known=1");
    ROLES(f, ann, false, "clerk", "guard");
    finish(f);
    assert_users(f, "1 ann Sales active 1 100/1 roles 1:3 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    assert_counts(f, 3, 1, 3);
}

static int64_t count_sign_ins(struct fixture *f)
{
    struct dataset_list all;
    must(f, datasets_list(f->store, &all, &f->err));
    const int64_t count = all.items[0].sign_ins;
    dataset_list_release(&all);
    return count;
}

/* Codes that are merged take no phone away; the same codes once more add nothing. */
static void part__adds_to_what_older_loads_gave(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    for (int round = 0; round < 2; round++) {
        BEGIN(f, .merge = true, .derives = true);
        part(f, factor_columns, find(f, "2", NULL), false);
        add_row(f, factor_columns, find(f, "2", NULL), "kind=bypass_code strength=0 status=active");
        finish(f);
        assert_users(f, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:2 admin - mfa 1\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
        assert_counts(f, 3, 2, 2);
    }
}

/* What is a part at first may turn out to be all: then the rows of this load are. */
static void part__may_become_the_whole(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true, .repeats = true);
    const int64_t ann = find(f, "1", NULL);
    part(f, role_columns, ann, false);
    add_row(f, role_columns, ann, "role=reader tier=0 assignment=active"); /* is there */
    part(f, role_columns, ann, false);
    add_row(f, role_columns, ann, "role=clerk tier=0 assignment=active");
    list(f, role_columns, ann, false);
    finish(f);
    assert_users(f, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    struct stmt *st = db_prepare(store_db(f->store),
                                 "SELECT group_concat(role, ' ') FROM (SELECT role FROM roles"
                                 " WHERE user_uid = 1 ORDER BY role)",
                                 &f->err);
    must(f, st && stmt_step(st, &f->err) == STEP_ROW);
    assert_string_equal(stmt_text(st, 0), "clerk reader");
    stmt_reset(st);
}

static void add_sign_in(struct fixture *f, int64_t uid, const char *row)
{
    list(f, sign_in_columns, uid, false);
    add_row(f, sign_in_columns, uid, row);
}

/* A log is a window of time: a later one adds to it, and where both overlap nothing is twice. */
static void sign_ins__of_a_later_log_are_added(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    for (int round = 0; round < 2; round++) {
        BEGIN(f, .merge = true, .repeats = true);
        add_sign_in(f, find(f, "1", NULL), "at=100 result=failure");
        add_sign_in(f, find(f, "1", NULL), "at=100 result=failure"); /* two of one second */
        add_sign_in(f, find(f, "2", NULL), "at=110 result=success");
        finish(f);
        assert_int_equal(count_sign_ins(f), 3);
    }
    BEGIN(f, .merge = true, .repeats = true);
    add_sign_in(f, find(f, "1", NULL), "at=100 result=failure");
    add_sign_in(f, find(f, "1", NULL), "at=120 result=failure");
    finish(f);
    assert_int_equal(count_sign_ins(f), 4);
}

static void sign_ins__that_come_in_two_files_are_one(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .repeats = true);
    const int64_t ann = add(f, "id=1 login=ann");
    datasets_next_file(f->store);
    for (int i = 0; i < 3; i++)
        add_sign_in(f, ann, i < 2 ? "at=100 result=failure" : "at=101 result=failure");
    datasets_next_file(f->store);
    for (int i = 0; i < 3; i++)
        add_sign_in(f, ann, i < 1 ? "at=101 result=failure" : "at=102 result=failure");
    finish(f);
    assert_int_equal(count_sign_ins(f), 5);
}

static int64_t add_roles_to(struct fixture *f, int64_t uid, int count)
{
    char row[64];
    const int64_t began = clock_monotonic_ms();
    for (int i = 0; i < count; i++) {
        snprintf(row, sizeof row, "role=r%d tier=0 assignment=active", i);
        part(f, role_columns, uid, false);
        add_row(f, role_columns, uid, row);
    }
    return clock_monotonic_ms() - began + 1;
}

/* Each row is looked for among all of its user's: four times as many may take four times as long,
 * and not sixteen times. */
static void rows__of_one_user_may_be_very_many(void **state)
{
    enum { SOME = 5000, MANY = 4 * SOME };
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        BEGIN(f, .merge = round > 0, .repeats = true);
        const int64_t ann = round > 0 ? find(f, "1", NULL) : add(f, "id=1 login=ann");
        const int64_t bob = round > 0 ? find(f, "2", NULL) : add(f, "id=2 login=bob");
        const int64_t some = add_roles_to(f, ann, SOME);
        const int64_t many = add_roles_to(f, bob, MANY);
        if (many > 10 * some)
            fail_msg("%d rows took %lld ms, %d took %lld", SOME, (long long)some, MANY,
                     (long long)many);
        finish(f);
        assert_counts(f, 2, 0, SOME + MANY);
    }
}

/* --- rows that were left out ---------------------------------------------------------------------
 */

static void load_without_bob(struct fixture *f)
{
    BEGIN(f, .lenient = true, .derives = true, .loaded_at = 2);
    add(f, "id=1 login=ann department=Lab");
    const int64_t dan = add(f, "id=4 login=dan roles_known=1");
    ROLES(f, dan, true, "clerk");
    int64_t found = find(f, "2", NULL); /* nobody adds to who did not come */
    assert_int_equal(found, 0);
    datasets_cover(f->store, factor_columns);
}

static void keep__leaves_those_who_did_not_come_as_they_were(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    const int64_t bob = 2;
    load_without_bob(f);
    datasets_keep(f->store);
    bool done = false;
    while (!done)
        must(f, datasets_settle(f->store, &done, &f->err));
    assert_int_equal(datasets_kept(f->store), 2);
    finish(f);
    assert_users(f, "1 ann Lab unknown - -/0 roles 0:0 factors 1:0 admin - mfa 0\n"
                    "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n"
                    "4 dan - unknown - -/0 roles 1:1 factors 1:0 admin 0 mfa 0\n");
    assert_counts(f, 4, 1, 1);
    BEGIN(f, .loaded_at = 3);
    assert_int_equal(add(f, "id=2 login=bob"), bob);
    finish(f);
    assert_counts(f, 1, 0, 0);
}

static void keep__is_not_asked_for_where_all_rows_were_right(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    load_without_bob(f);
    finish(f);
    assert_users(f, "1 ann Lab unknown - -/0 roles 0:0 factors 1:0 admin - mfa 0\n"
                    "4 dan - unknown - -/0 roles 1:1 factors 1:0 admin 0 mfa 0\n");
    assert_counts(f, 2, 0, 1);
    struct stmt *st = db_prepare(store_db(f->store),
                                 "SELECT (SELECT count(*) FROM factors) + (SELECT count(*)"
                                 " FROM roles)",
                                 &f->err);
    must(f, st && stmt_step(st, &f->err) == STEP_ROW);
    assert_int_equal(stmt_int(st, 0), 1); /* dan's */
    stmt_reset(st);
}

/* --- who comes twice ----------------------------------------------------------------------------
 */

static void repeated_user__counts_once_and_as_it_came_last(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        BEGIN(f, .repeats = true);
        int64_t uid = add(f, "id=1 login=ann department=Sales roles_known=1");
        ROLES(f, uid, true, "admin", "reader");
        uid = add(f, "id=1 login=ann department=Lab roles_known=1");
        ROLES(f, uid, true, "admin");
        add(f, "id=2 login=bob");
        finish(f);
        assert_users(f, "1 ann Lab unknown - -/0 roles 1:1 factors 0:0 admin - mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
        assert_counts(f, 2, 0, 1);
    }
}

static void repeated_row__is_kept_once_but_for_sign_ins(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .repeats = true);
    const int64_t uid = add(f, "id=1 login=ann roles_known=1 factors_known=1");
    for (int i = 0; i < 2; i++) {
        ROLES(f, uid, false, "admin");
        list(f, factor_columns, uid, false);
        add_row(f, factor_columns, uid, "factor_id=a kind=sms strength=1 status=active");
        add_row(f, factor_columns, uid, "factor_id=b kind=sms strength=1 status=active");
        list(f, sign_in_columns, uid, false);
        add_row(f, sign_in_columns, uid, "at=100 result=failure");
    }
    finish(f);
    assert_users(f, "1 ann - unknown - -/0 roles 1:1 factors 1:2 admin - mfa -\n");
    assert_counts(f, 1, 2, 1);
    struct dataset_list all;
    must(f, datasets_list(f->store, &all, &f->err));
    assert_int_equal(all.items[0].sign_ins, 2);
    dataset_list_release(&all);
}

/* --- lists for everybody, and what follows ------------------------------------------------------
 */

static void cover__says_of_everybody_else_that_there_is_none(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .loaded_at = 1);
    const int64_t ann = add(f, "id=1 login=ann");
    add(f, "id=2 login=bob");
    ROLES(f, ann, false, "admin");
    datasets_cover(f->store, role_columns);
    finish(f);
    assert_users(f, "1 ann - unknown - -/0 roles 1:1 factors 0:0 admin - mfa -\n"
                    "2 bob - unknown - -/0 roles 1:0 factors 0:0 admin - mfa -\n");
}

/* It may be the last of several pages alone. */
static void cover__in_a_merge_takes_nothing_from_anybody(void **state)
{
    struct fixture *f = *state;
    load_three(f);
    BEGIN(f, .merge = true);
    ROLES(f, find(f, "3", NULL), false, "auditor");
    datasets_cover(f->store, role_columns);
    finish(f);
    assert_users(f, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                    "2 bob - unknown - -/0 roles 1:0 factors 1:1 admin - mfa -\n"
                    "3 cat Ops unknown - -/0 roles 1:1 factors 0:0 admin - mfa -\n");
    assert_counts(f, 3, 1, 3);
}

static void factors(struct fixture *f, int64_t uid, const char *row)
{
    list(f, factor_columns, uid, false);
    if (row)
        add_row(f, factor_columns, uid, row);
}

static void derive__follows_from_lists_where_nothing_is_told(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .derives = true);
    int64_t uid = add(f, "id=1 login=a roles_known=1 factors_known=1");
    ROLES(f, uid, true, "reader", "admin");
    factors(f, uid, "kind=totp strength=2 status=active");
    uid = add(f, "id=2 login=b roles_known=1 factors_known=1");
    ROLES(f, uid, true, "reader"); /* of tier 0 */
    factors(f, uid, "kind=totp strength=2 status=pending");
    uid = add(f, "id=3 login=c roles_known=1 factors_known=1 is_admin=1 mfa_enrolled=1");
    NO_ROLES(f, uid, true);
    factors(f, uid, "kind=temp_pass strength=0 status=active");
    uid = add(f, "id=4 login=d factors_known=1");
    factors(f, uid, "kind=temp_pass strength=0 status=active");
    add(f, "id=5 login=e");
    finish(f);
    assert_users(f, "1 a - unknown - -/0 roles 1:2 factors 1:1 admin 1 mfa 1\n"
                    "2 b - unknown - -/0 roles 1:1 factors 1:1 admin 0 mfa 0\n"
                    "3 c - unknown - -/0 roles 1:0 factors 1:1 admin 1 mfa 1\n"
                    "4 d - unknown - -/0 roles 0:0 factors 1:1 admin - mfa 0\n"
                    "5 e - unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

/* A load without roles: what followed from the old ones is not known any more. */
static void derive__does_not_outlive_its_list(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .derives = true);
    ROLES(f, add(f, "id=1 login=a roles_known=1"), true, "admin");
    finish(f);
    assert_users(f, "1 a - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
    BEGIN(f, .derives = true);
    add(f, "id=1 login=a");
    finish(f);
    assert_users(f, "1 a - unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

static void derive__follows_a_list_that_is_merged(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .derives = true);
    int64_t uid = add(f, "id=1 login=a roles_known=1 factors_known=1");
    NO_ROLES(f, uid, true);
    factors(f, uid, NULL);
    uid = add(f, "id=2 login=b roles_known=1");
    ROLES(f, uid, true, "admin");
    finish(f);
    assert_users(f, "1 a - unknown - -/0 roles 1:0 factors 1:0 admin 0 mfa 0\n"
                    "2 b - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
    BEGIN(f, .derives = true, .merge = true);
    factors(f, find(f, "1", NULL), "kind=webauthn strength=3 status=active");
    ROLES(f, find(f, "1", NULL), false, "admin");
    datasets_cover(f->store, role_columns);
    finish(f);
    assert_users(f, "1 a - unknown - -/0 roles 1:1 factors 1:1 admin 1 mfa 1\n"
                    "2 b - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
}

/* A report lags behind the roles: they count, whether both come together or one after the other. */
static void derive__follows_all_roles_whatever_else_says(void **state)
{
    struct fixture *f = *state;
    BEGIN(f, .derives = true);
    add(f, "id=1 login=a is_admin=1");
    const int64_t uid = add(f, "id=2 login=b is_admin=0");
    ROLES(f, uid, false, "admin");
    datasets_cover(f->store, role_columns);
    finish(f);
    assert_users(f, "1 a - unknown - -/0 roles 1:0 factors 0:0 admin 0 mfa -\n"
                    "2 b - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
}

/* --- many ---------------------------------------------------------------------------------------
 */

/* More than a slice of the end takes, of two sources in turn. */
static void settle__goes_over_all_users_in_parts(void **state)
{
    enum { MANY = 9001 };
    struct fixture *f = *state;
    BEGIN(f, .source = "other");
    add(f, "id=1 login=x");
    finish(f);
    BEGIN(f, .derives = true);
    for (int i = 0; i < MANY; i++) {
        char text[64];
        snprintf(text, sizeof text, "id=%d login=u%d", i, i);
        const int64_t uid = add(f, text);
        if (i % 3 == 0)
            ROLES(f, uid, false, "admin");
    }
    datasets_cover(f->store, role_columns);
    int parts = 0;
    for (bool done = false; !done; parts++)
        must(f, datasets_settle(f->store, &done, &f->err));
    assert_true(parts > 3);
    finish(f);
    struct stmt *st = db_prepare(
        store_db(f->store), "SELECT sum(is_admin), count(is_admin), count(*) FROM users", &f->err);
    assert_int_equal(stmt_step(st, &f->err), STEP_ROW);
    assert_int_equal(stmt_int(st, 0), (MANY + 2) / 3);
    assert_int_equal(stmt_int(st, 1), MANY); /* the other source is left alone */
    assert_int_equal(stmt_int(st, 2), MANY + 1);
    stmt_reset(st);
}

static void marks__are_kept_by_uid_wherever_it_lies(void **state)
{
    static const int64_t uids[] = {INT64_MAX, 1, 65535, 65536, 1 << 20, 0, INT64_C(1) << 40};
    struct marks marks = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(uids); i++) {
        assert_int_equal(*marks_at(&marks, uids[i]), 0);
        *marks_at(&marks, uids[i]) = (unsigned char)(i + 1);
    }
    for (size_t i = 0; i < ARRAY_LEN(uids); i++)
        assert_int_equal(*marks_at(&marks, uids[i]), i + 1);
    assert_int_equal(*marks_at(&marks, 2), 0);
    assert_int_equal(marks.count, 5);
    marks_release(&marks);
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, make_fixture, drop_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED(merge__changes_only_what_is_told),
        FIXED(merge__can_say_that_somebody_never_signed_in),
        FIXED(merge__replaces_the_lists_it_gives),
        FIXED(merge__needs_a_data_set),
        FIXED(merge__refuses_a_second_user_and_changes_nothing_by_it),
        FIXED(merge__that_is_abandoned_leaves_all),
        FIXED(adding__finds_users_of_this_load_alone),
        FIXED(adding__to_a_login_of_two_is_to_nobody),
        FIXED(adding__changes_what_is_told_but_not_who_it_is),
        FIXED(adding__adds_to_the_list_of_this_load_and_drops_older_ones),
        FIXED(keep__leaves_those_who_did_not_come_as_they_were),
        FIXED(keep__is_not_asked_for_where_all_rows_were_right),
        FIXED(part__adds_to_what_older_loads_gave),
        FIXED(part__may_become_the_whole),
        FIXED(sign_ins__of_a_later_log_are_added),
        FIXED(sign_ins__that_come_in_two_files_are_one),
        FIXED(rows__of_one_user_may_be_very_many),
        FIXED(repeated_user__counts_once_and_as_it_came_last),
        FIXED(repeated_row__is_kept_once_but_for_sign_ins),
        FIXED(cover__says_of_everybody_else_that_there_is_none),
        FIXED(cover__in_a_merge_takes_nothing_from_anybody),
        FIXED(derive__follows_from_lists_where_nothing_is_told),
        FIXED(derive__does_not_outlive_its_list),
        FIXED(derive__follows_a_list_that_is_merged),
        FIXED(derive__follows_all_roles_whatever_else_says),
        FIXED(settle__goes_over_all_users_in_parts),
        cmocka_unit_test(marks__are_kept_by_uid_wherever_it_lies),
    };
    return cmocka_run_group_tests_name("load", tests, NULL, NULL);
}
