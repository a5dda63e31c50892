/* Loads that merge into a data set that is there, or leave users of it as they were. */
#include "tests/support/loadbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void merge__changes_only_what_is_told(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true, .format = "y", .loaded_at = 2);
    loadbed_add(bed, "id=1 login=ann2 status=suspended enabled=0");
    loadbed_add(bed, "id=3 login=cat department=Lab last_login_at=300 last_login_known=1");
    loadbed_add(bed, "id=4 login=dan roles_known=1");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann2 Sales suspended 0 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Lab unknown - 300/1 roles 0:0 factors 0:0 admin - mfa -\n"
                        "4 dan - unknown - -/0 roles 1:0 factors 0:0 admin - mfa -\n");
    loadbed_expect_counts(bed, 4, 1, 2);
    struct dataset_list all;
    loadbed_check(bed, datasets_list(bed->store, &all, &bed->err));
    assert_string_equal(all.items[0].format, "x"); /* the set stays what it was */
    assert_int_equal(all.items[0].loaded_at, 2);
    dataset_list_release(&all);
}

static void merge__can_say_that_somebody_never_signed_in(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true);
    loadbed_add(bed, "id=1 login=ann last_login_known=1");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Sales active 1 -/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

static void merge__replaces_the_lists_it_gives(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true);
    int64_t uid = loadbed_add(bed, "id=1 login=ann roles_known=1");
    LOADBED_ROLES(bed, uid, true, "auditor");
    uid = loadbed_add(bed, "id=2 login=bob factors_known=1");
    loadbed_list(bed, factor_columns, uid, true); /* and none follows */
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:1 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:0 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    loadbed_expect_counts(bed, 3, 0, 1);
}

static void merge__needs_a_data_set(void **state)
{
    struct loadbed *bed = *state;
    const struct dataset_info info = {.source = "none", .format = "x", .merge = true};
    assert_false(datasets_begin(bed->store, &info, &bed->err));
    assert_int_equal(bed->err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(bed->err.text, "'none'"));
    loadbed_three(bed); /* nothing was left open */
}

static void merge__refuses_a_second_user_and_changes_nothing_by_it(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true);
    loadbed_add(bed, "id=1 login=ann");
    assert_int_equal(loadbed_try(bed->store, "id=1 login=evil status=active", &bed->err), 0);
    assert_int_equal(bed->err.kind, ERR_INVALID);
    bed->err = (struct error){0};
    loadbed_finish(bed); /* as where bad rows are left out */
    loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

static void merge__that_is_abandoned_leaves_all(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true);
    LOADBED_ROLES(bed, loadbed_add(bed, "id=1 login=x roles_known=1"), true, "auditor");
    loadbed_add(bed, "id=9 login=new");
    datasets_abandon(bed->store);
    loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
    loadbed_expect_counts(bed, 3, 1, 2);
}

/* --- rows that were left out ------------------------------------------------------------------ */

static void load_without_bob(struct loadbed *bed)
{
    LOADBED_BEGIN(bed, .lenient = true, .derives = true, .loaded_at = 2);
    loadbed_add(bed, "id=1 login=ann department=Lab");
    const int64_t dan = loadbed_add(bed, "id=4 login=dan roles_known=1");
    LOADBED_ROLES(bed, dan, true, "clerk");
    int64_t found = loadbed_find(bed, "2", NULL); /* nobody adds to who did not come */
    assert_int_equal(found, 0);
    datasets_cover(bed->store, factor_columns);
}

static void keep__leaves_those_who_did_not_come_as_they_were(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    const int64_t bob = 2;
    load_without_bob(bed);
    datasets_keep(bed->store);
    bool done = false;
    while (!done)
        loadbed_check(bed, datasets_settle(bed->store, &done, &bed->err));
    assert_int_equal(datasets_kept(bed->store), 2);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Lab unknown - -/0 roles 0:0 factors 1:0 admin - mfa 0\n"
                        "2 bob - unknown - -/0 roles 0:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n"
                        "4 dan - unknown - -/0 roles 1:1 factors 1:0 admin 0 mfa 0\n");
    loadbed_expect_counts(bed, 4, 1, 1);
    LOADBED_BEGIN(bed, .loaded_at = 3);
    assert_int_equal(loadbed_add(bed, "id=2 login=bob"), bob);
    loadbed_finish(bed);
    loadbed_expect_counts(bed, 1, 0, 0);
}

static void keep__is_not_asked_for_where_all_rows_were_right(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    load_without_bob(bed);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Lab unknown - -/0 roles 0:0 factors 1:0 admin - mfa 0\n"
                        "4 dan - unknown - -/0 roles 1:1 factors 1:0 admin 0 mfa 0\n");
    loadbed_expect_counts(bed, 2, 0, 1);
    assert_int_equal(loadbed_number(bed, "SELECT (SELECT count(*) FROM factors) + (SELECT count(*)"
                                         " FROM roles)"),
                     1); /* dan's */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(merge__changes_only_what_is_told),
        TEST(merge__can_say_that_somebody_never_signed_in),
        TEST(merge__replaces_the_lists_it_gives),
        TEST(merge__needs_a_data_set),
        TEST(merge__refuses_a_second_user_and_changes_nothing_by_it),
        TEST(merge__that_is_abandoned_leaves_all),
        TEST(keep__leaves_those_who_did_not_come_as_they_were),
        TEST(keep__is_not_asked_for_where_all_rows_were_right),
    };
    return cmocka_run_group_tests_name("load_merge", tests, NULL, NULL);
}
