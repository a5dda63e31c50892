/* Loads that add to the lists of users: parts, sign-ins of several logs, rows that come twice, very
 * many rows. */
#include "tests/support/loadbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

static int64_t count_sign_ins(struct loadbed *bed)
{
    struct dataset_list all;
    loadbed_check(bed, datasets_list(bed->store, &all, &bed->err));
    const int64_t count = all.items[0].sign_ins;
    dataset_list_release(&all);
    return count;
}

/* Codes that are merged take no phone away; the same codes once more add nothing. */
static void part__adds_to_what_older_loads_gave(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    for (int round = 0; round < 2; round++) {
        LOADBED_BEGIN(bed, .merge = true, .derives = true);
        loadbed_part(bed, factor_columns, loadbed_find(bed, "2", NULL), false);
        loadbed_row(bed, factor_columns, loadbed_find(bed, "2", NULL),
                    "kind=bypass_code strength=0 status=active");
        loadbed_finish(bed);
        loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                            "2 bob - unknown - -/0 roles 0:0 factors 1:2 admin - mfa 1\n"
                            "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
        loadbed_expect_counts(bed, 3, 2, 2);
    }
}

/* What is a part at first may turn out to be all: then the rows of this load are. */
static void part__may_become_the_whole(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true, .repeats = true);
    const int64_t ann = loadbed_find(bed, "1", NULL);
    loadbed_part(bed, role_columns, ann, false);
    loadbed_row(bed, role_columns, ann, "role=reader tier=0 assignment=active"); /* is there */
    loadbed_part(bed, role_columns, ann, false);
    loadbed_row(bed, role_columns, ann, "role=clerk tier=0 assignment=active");
    loadbed_list(bed, role_columns, ann, false);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    sql_expect(store_db(bed->store),
               "SELECT group_concat(role, ' ') FROM (SELECT role FROM roles"
               " WHERE user_uid = 1 ORDER BY role)",
               "clerk reader\n");
}

static void repeated_row__is_kept_once_but_for_sign_ins(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .repeats = true);
    const int64_t uid = loadbed_add(bed, "id=1 login=ann roles_known=1 factors_known=1");
    for (int i = 0; i < 2; i++) {
        LOADBED_ROLES(bed, uid, false, "admin");
        loadbed_list(bed, factor_columns, uid, false);
        loadbed_row(bed, factor_columns, uid, "factor_id=a kind=sms strength=1 status=active");
        loadbed_row(bed, factor_columns, uid, "factor_id=b kind=sms strength=1 status=active");
        loadbed_list(bed, sign_in_columns, uid, false);
        loadbed_row(bed, sign_in_columns, uid, "at=100 result=failure");
    }
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann - unknown - -/0 roles 1:1 factors 1:2 admin - mfa -\n");
    loadbed_expect_counts(bed, 1, 2, 1);
    assert_int_equal(count_sign_ins(bed), 2);
}

/* --- sign-ins --------------------------------------------------------------------------------- */

static void add_sign_in(struct loadbed *bed, int64_t uid, const char *row)
{
    loadbed_list(bed, sign_in_columns, uid, false);
    loadbed_row(bed, sign_in_columns, uid, row);
}

/* A log is a window of time: a later one adds to it, and where both overlap nothing is twice. */
static void sign_ins__of_a_later_log_are_added(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    for (int round = 0; round < 2; round++) {
        LOADBED_BEGIN(bed, .merge = true, .repeats = true);
        add_sign_in(bed, loadbed_find(bed, "1", NULL), "at=100 result=failure");
        add_sign_in(bed, loadbed_find(bed, "1", NULL),
                    "at=100 result=failure"); /* two of one second */
        add_sign_in(bed, loadbed_find(bed, "2", NULL), "at=110 result=success");
        loadbed_finish(bed);
        assert_int_equal(count_sign_ins(bed), 3);
    }
    LOADBED_BEGIN(bed, .merge = true, .repeats = true);
    add_sign_in(bed, loadbed_find(bed, "1", NULL), "at=100 result=failure");
    add_sign_in(bed, loadbed_find(bed, "1", NULL), "at=120 result=failure");
    loadbed_finish(bed);
    assert_int_equal(count_sign_ins(bed), 4);
}

static void sign_ins__that_come_in_two_files_are_one(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .repeats = true);
    const int64_t ann = loadbed_add(bed, "id=1 login=ann");
    datasets_next_file(bed->store);
    for (int i = 0; i < 3; i++)
        add_sign_in(bed, ann, i < 2 ? "at=100 result=failure" : "at=101 result=failure");
    datasets_next_file(bed->store);
    for (int i = 0; i < 3; i++)
        add_sign_in(bed, ann, i < 1 ? "at=101 result=failure" : "at=102 result=failure");
    loadbed_finish(bed);
    assert_int_equal(count_sign_ins(bed), 5);
}

/* --- very many -------------------------------------------------------------------------------- */

/* In milliseconds of this process alone. */
static int64_t add_roles_to(struct loadbed *bed, int64_t uid, int count)
{
    char row[64];
    const clock_t began = clock();
    for (int i = 0; i < count; i++) {
        snprintf(row, sizeof row, "role=r%d tier=0 assignment=active", i);
        loadbed_part(bed, role_columns, uid, false);
        loadbed_row(bed, role_columns, uid, row);
    }
    return (int64_t)(clock() - began) * 1000 / CLOCKS_PER_SEC + 1;
}

/* Each row is looked for among all of its user's: four times as many may take four times as long,
 * and not sixteen times. */
static void rows__of_one_user_may_be_very_many(void **state)
{
    enum { SOME = 5000, MANY = 4 * SOME };
    struct loadbed *bed = *state;
    for (int round = 0; round < 2; round++) {
        LOADBED_BEGIN(bed, .merge = round > 0, .repeats = true);
        const int64_t ann =
            round > 0 ? loadbed_find(bed, "1", NULL) : loadbed_add(bed, "id=1 login=ann");
        const int64_t bob =
            round > 0 ? loadbed_find(bed, "2", NULL) : loadbed_add(bed, "id=2 login=bob");
        const int64_t some = add_roles_to(bed, ann, SOME);
        const int64_t many = add_roles_to(bed, bob, MANY);
        if (many > 10 * some)
            fail_msg("%d rows took %lld ms, %d took %lld", SOME, (long long)some, MANY,
                     (long long)many);
        loadbed_finish(bed);
        loadbed_expect_counts(bed, 2, 0, SOME + MANY);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(part__adds_to_what_older_loads_gave),         TEST(part__may_become_the_whole),
        TEST(repeated_row__is_kept_once_but_for_sign_ins), TEST(sign_ins__of_a_later_log_are_added),
        TEST(sign_ins__that_come_in_two_files_are_one),    TEST(rows__of_one_user_may_be_very_many),
    };
    return cmocka_run_group_tests_name("load_rows", tests, NULL, NULL);
}
