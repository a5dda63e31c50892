/* Loads that cover lists for everybody, and the flags that follow from lists. */
#include "tests/support/loadbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void cover__says_of_everybody_else_that_there_is_none(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .loaded_at = 1);
    const int64_t ann = loadbed_add(bed, "id=1 login=ann");
    loadbed_add(bed, "id=2 login=bob");
    LOADBED_ROLES(bed, ann, false, "admin");
    datasets_cover(bed->store, role_columns);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann - unknown - -/0 roles 1:1 factors 0:0 admin - mfa -\n"
                        "2 bob - unknown - -/0 roles 1:0 factors 0:0 admin - mfa -\n");
}

/* It may be the last of several pages alone. */
static void cover__in_a_merge_takes_nothing_from_anybody(void **state)
{
    struct loadbed *bed = *state;
    loadbed_three(bed);
    LOADBED_BEGIN(bed, .merge = true);
    LOADBED_ROLES(bed, loadbed_find(bed, "3", NULL), false, "auditor");
    datasets_cover(bed->store, role_columns);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -\n"
                        "2 bob - unknown - -/0 roles 1:0 factors 1:1 admin - mfa -\n"
                        "3 cat Ops unknown - -/0 roles 1:1 factors 0:0 admin - mfa -\n");
    loadbed_expect_counts(bed, 3, 1, 3);
}

/* --- what follows ----------------------------------------------------------------------------- */

static void factors(struct loadbed *bed, int64_t uid, const char *row)
{
    loadbed_list(bed, factor_columns, uid, false);
    if (row)
        loadbed_row(bed, factor_columns, uid, row);
}

static void derive__follows_from_lists_where_nothing_is_told(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .derives = true);
    int64_t uid = loadbed_add(bed, "id=1 login=a roles_known=1 factors_known=1");
    LOADBED_ROLES(bed, uid, true, "reader", "admin");
    factors(bed, uid, "kind=totp strength=2 status=active");
    uid = loadbed_add(bed, "id=2 login=b roles_known=1 factors_known=1");
    LOADBED_ROLES(bed, uid, true, "reader"); /* of tier 0 */
    factors(bed, uid, "kind=totp strength=2 status=pending");
    uid = loadbed_add(bed, "id=3 login=c roles_known=1 factors_known=1 is_admin=1 mfa_enrolled=1");
    LOADBED_NO_ROLES(bed, uid, true);
    factors(bed, uid, "kind=temp_pass strength=0 status=active");
    uid = loadbed_add(bed, "id=4 login=d factors_known=1");
    factors(bed, uid, "kind=temp_pass strength=0 status=active");
    loadbed_add(bed, "id=5 login=e");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 a - unknown - -/0 roles 1:2 factors 1:1 admin 1 mfa 1\n"
                        "2 b - unknown - -/0 roles 1:1 factors 1:1 admin 0 mfa 0\n"
                        "3 c - unknown - -/0 roles 1:0 factors 1:1 admin 1 mfa 1\n"
                        "4 d - unknown - -/0 roles 0:0 factors 1:1 admin - mfa 0\n"
                        "5 e - unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

/* A load without roles: what followed from the old ones is not known any more. */
static void derive__does_not_outlive_its_list(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .derives = true);
    LOADBED_ROLES(bed, loadbed_add(bed, "id=1 login=a roles_known=1"), true, "admin");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 a - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
    LOADBED_BEGIN(bed, .derives = true);
    loadbed_add(bed, "id=1 login=a");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 a - unknown - -/0 roles 0:0 factors 0:0 admin - mfa -\n");
}

static void derive__follows_a_list_that_is_merged(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .derives = true);
    int64_t uid = loadbed_add(bed, "id=1 login=a roles_known=1 factors_known=1");
    LOADBED_NO_ROLES(bed, uid, true);
    factors(bed, uid, NULL);
    uid = loadbed_add(bed, "id=2 login=b roles_known=1");
    LOADBED_ROLES(bed, uid, true, "admin");
    loadbed_finish(bed);
    loadbed_expect(bed, "1 a - unknown - -/0 roles 1:0 factors 1:0 admin 0 mfa 0\n"
                        "2 b - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
    LOADBED_BEGIN(bed, .derives = true, .merge = true);
    factors(bed, loadbed_find(bed, "1", NULL), "kind=webauthn strength=3 status=active");
    LOADBED_ROLES(bed, loadbed_find(bed, "1", NULL), false, "admin");
    datasets_cover(bed->store, role_columns);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 a - unknown - -/0 roles 1:1 factors 1:1 admin 1 mfa 1\n"
                        "2 b - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
}

/* A report lags behind the roles: they count, whether both come together or one after the other. */
static void derive__follows_all_roles_whatever_else_says(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .derives = true);
    loadbed_add(bed, "id=1 login=a is_admin=1");
    const int64_t uid = loadbed_add(bed, "id=2 login=b is_admin=0");
    LOADBED_ROLES(bed, uid, false, "admin");
    datasets_cover(bed->store, role_columns);
    loadbed_finish(bed);
    loadbed_expect(bed, "1 a - unknown - -/0 roles 1:0 factors 0:0 admin 0 mfa -\n"
                        "2 b - unknown - -/0 roles 1:1 factors 0:0 admin 1 mfa -\n");
}

/* --- many ------------------------------------------------------------------------------------- */

/* More than a slice of the end takes, of two sources in turn. */
static void settle__goes_over_all_users_in_parts(void **state)
{
    enum { MANY = 9001 };
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .source = "other");
    loadbed_add(bed, "id=1 login=x");
    loadbed_finish(bed);
    LOADBED_BEGIN(bed, .derives = true);
    for (int i = 0; i < MANY; i++) {
        char text[64];
        snprintf(text, sizeof text, "id=%d login=u%d", i, i);
        const int64_t uid = loadbed_add(bed, text);
        if (i % 3 == 0)
            LOADBED_ROLES(bed, uid, false, "admin");
    }
    datasets_cover(bed->store, role_columns);
    int parts = 0;
    for (bool done = false; !done; parts++)
        loadbed_check(bed, datasets_settle(bed->store, &done, &bed->err));
    assert_true(parts > 3);
    loadbed_finish(bed);
    assert_int_equal(loadbed_number(bed, "SELECT sum(is_admin) FROM users"), (MANY + 2) / 3);
    /* the other source is left alone */
    assert_int_equal(loadbed_number(bed, "SELECT count(is_admin) FROM users"), MANY);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), MANY + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cover__says_of_everybody_else_that_there_is_none),
        TEST(cover__in_a_merge_takes_nothing_from_anybody),
        TEST(derive__follows_from_lists_where_nothing_is_told),
        TEST(derive__does_not_outlive_its_list),
        TEST(derive__follows_a_list_that_is_merged),
        TEST(derive__follows_all_roles_whatever_else_says),
        TEST(settle__goes_over_all_users_in_parts),
    };
    return cmocka_run_group_tests_name("load_flags", tests, NULL, NULL);
}
