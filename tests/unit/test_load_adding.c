/* Loads that say more about users who came already, or give them twice. */
#include "tests/support/loadbed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void adding__finds_users_of_this_load_alone(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .loaded_at = 2);
    const int64_t ann = loadbed_add(bed, "id=1 login=ann");
    assert_int_equal(loadbed_find(bed, "1", NULL), ann);
    assert_int_equal(loadbed_find(bed, NULL, "ann"), ann);
    assert_int_equal(loadbed_find(bed, "2", NULL), 0); /* of the load before, and about to go */
    assert_int_equal(loadbed_find(bed, NULL, "bob"), 0);
    const int64_t eve = loadbed_add(bed, "id=7 login=eve"); /* who comes after the first question */
    assert_int_equal(loadbed_find(bed, NULL, "eve"), eve);
    assert_int_equal(loadbed_find(bed, "1", "eve"), ann); /* the id decides */
    loadbed_finish(bed);
    LOADBED_BEGIN(bed, .merge = true);
    assert_true(loadbed_find(bed, "7", NULL) > 0);
    assert_true(loadbed_find(bed, NULL, "ann") > 0);
    assert_int_equal(loadbed_find(bed, NULL, "nobody"), 0);
    loadbed_finish(bed);
}

static void adding__to_a_login_of_two_is_to_nobody(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .source = "other");
    loadbed_add(bed, "id=1 login=sam");
    loadbed_finish(bed);
    LOADBED_BEGIN(bed, .source = "s");
    const int64_t first = loadbed_add(bed, "id=1 login=sam");
    assert_int_equal(loadbed_find(bed, NULL, "sam"),
                     first); /* one of another source does not matter */
    assert_int_equal(loadbed_find(bed, NULL, "Sam"), 0);
    loadbed_add(bed, "id=2 login=sam");
    assert_int_equal(loadbed_find(bed, NULL, "sam"), 0);
    loadbed_finish(bed);
}

static void adding__changes_what_is_told_but_not_who_it_is(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .loaded_at = 1);
    const int64_t uid = loadbed_add(bed, "id=1 login=ann department=Sales status=active enabled=1");
    loadbed_change(bed, uid, "id=1 login=other mfa_enrolled=1 department=Lab");
    loadbed_change(bed, uid, "id=1 last_login_at=5 last_login_known=1");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Lab active 1 5/1 roles 0:0 factors 0:0 admin - mfa 1\n");
}

static void adding__adds_to_the_list_of_this_load_and_drops_older_ones(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true);
    const int64_t ann = loadbed_find(bed, "1", NULL);
    LOADBED_ROLES(bed, ann, false, "auditor");
    loadbed_change(bed, ann, "id=1 roles_known=1");
    LOADBED_ROLES(bed, ann, false, "clerk", "guard");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:3 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    loadbed_expect_counts(bed, 3, 1, 3);
}

/* --- who comes twice -------------------------------------------------------------------------- */

static void repeated_user__counts_once_and_as_it_came_last(void **state)
{
    struct loadbed *bed = *state;
    for (int round = 0; round < 2; round++) {
        LOADBED_BEGIN(bed, .repeats = true);
        int64_t uid = loadbed_add(bed, "id=1 login=ann department=Sales roles_known=1");
        LOADBED_ROLES(bed, uid, true, "admin", "reader");
        uid = loadbed_add(bed, "id=1 login=ann department=Lab roles_known=1");
        LOADBED_ROLES(bed, uid, true, "admin");
        loadbed_add(bed, "id=2 login=bob");
        loadbed_finish(bed);
        loadbed_expect(bed, "1 ann Lab unknown - -/0 roles 1:1 factors 0:0 admin - mfa -\n"
                            "2 bob - unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
        loadbed_expect_counts(bed, 2, 0, 1);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(adding__finds_users_of_this_load_alone),
        TEST(adding__to_a_login_of_two_is_to_nobody),
        TEST(adding__changes_what_is_told_but_not_who_it_is),
        TEST(adding__adds_to_the_list_of_this_load_and_drops_older_ones),
        TEST(repeated_user__counts_once_and_as_it_came_last),
    };
    return cmocka_run_group_tests_name("load_adding", tests, NULL, NULL);
}
