/* First loads of very many users, who get their index when all are there; nobody sees a difference.
 */
#include "tests/support/loadbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { VERY_MANY = 10050 };

/* The id of number N, in no order. */
static int64_t add_number(struct loadbed *bed, int64_t n)
{
    char text[64];
    const int id = (int)(n * 7919 % 1000003);
    snprintf(text, sizeof text, "id=%d login=%d roles_known=1", id, id);
    return loadbed_add(bed, text);
}

static void add_many(struct loadbed *bed)
{
    for (int64_t i = 1; i <= VERY_MANY; i++) {
        assert_int_equal(add_number(bed, i), i);
        loadbed_row(bed, role_columns, i, "role=admin tier=2 assignment=active");
    }
}

static void expect_indexes(struct loadbed *bed)
{
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM sqlite_master WHERE type = 'index'"
                                         " AND name IN ('users_id', 'users_email')"),
                     2);
}

static void datasets_finish__takes_very_many_first_users(void **state)
{
    struct loadbed *bed = *state;
    int64_t uid = 0;
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 1000);
    add_many(bed);
    loadbed_check(bed, datasets_find_user(bed->store, "7919", NULL, &uid, &bed->err));
    assert_int_equal(uid, 1);
    assert_int_equal(loadbed_try(bed->store, "id=7919 login=second", &bed->err), 0);
    assert_string_equal(bed->err.text, "a second user has the id '7919'");
    datasets_abandon(bed->store);
    expect_indexes(bed);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), 0);
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 1000);
    add_many(bed);
    loadbed_finish(bed);
    expect_indexes(bed);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), VERY_MANY);
    /* Again, the other way round. */
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 2000);
    for (int64_t i = VERY_MANY; i >= 1; i--) {
        assert_int_equal(add_number(bed, i), i);
    }
    loadbed_finish(bed);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), VERY_MANY);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM roles"), 0);
}

static void datasets_finish__refuses_a_second_user_among_very_many(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 1000);
    add_many(bed);
    assert_int_equal(loadbed_try(bed->store, "id=7919 login=second", &bed->err), VERY_MANY + 1);
    assert_false(datasets_finish(bed->store, &bed->err));
    assert_int_equal(bed->err.kind, ERR_INVALID);
    assert_string_equal(bed->err.text,
                        "a second user has the id '7919': they are numbers 1 and 10051"
                        " of the users");
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), 0);
    expect_indexes(bed);
}

static void datasets_add_user__refuses_a_second_one_at_once_where_told(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 1000, .lenient = true);
    add_many(bed);
    assert_int_equal(loadbed_try(bed->store, "id=7919 login=second", &bed->err), 0);
    assert_string_equal(bed->err.text, "a second user has the id '7919'");
    datasets_abandon(bed->store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(datasets_finish__takes_very_many_first_users),
        TEST(datasets_finish__refuses_a_second_user_among_very_many),
        TEST(datasets_add_user__refuses_a_second_one_at_once_where_told),
    };
    return cmocka_run_group_tests_name("datasets_many", tests, NULL, NULL);
}
