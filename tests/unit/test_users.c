/* Tests of the listing of users. */
#include "core/store/users.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/loadbed.h"

struct seen {
    char text[256];
    int stop_after; /* 0 = never */
    int count;
};

static bool note_user(void *ctx, const struct user_row *user, struct error *err)
{
    struct seen *seen = ctx;
    size_t len = strlen(seen->text);
    snprintf(seen->text + len, sizeof seen->text - len, "%s/%s/%s/%d/%s%s ", user->source, user->id,
             user->login, (int)user->since, user->explain, user->stale ? "?" : "");
    if (++seen->count == seen->stop_after)
        return error_set(err, ERR_CANCELLED, "enough");
    return true;
}

static const char *list_users(struct loadbed *bed, struct seen *seen, struct user_filter filter)
{
    *seen = (struct seen){0};
    loadbed_check(bed, users_each(bed->store, &filter, note_user, seen, &bed->err));
    return seen->text;
}

static void load_named_users(struct loadbed *bed)
{
    LOADBED_BEGIN(bed, .source = "a");
    loadbed_add(bed, "id=1 login=dora");
    loadbed_add(bed, "id=2 login=Ben");
    loadbed_add(bed, "id=3 login=anna");
    loadbed_finish(bed);
    LOADBED_BEGIN(bed, .source = "b");
    loadbed_add(bed, "id=7 login=ben");
    loadbed_finish(bed);
}

static void users_each__lists_all_by_login(void **state)
{
    struct loadbed *bed = *state;
    struct seen seen;
    load_named_users(bed);
    assert_string_equal(list_users(bed, &seen, (struct user_filter){0}),
                        "a/3/anna/0/{} a/2/Ben/0/{} b/7/ben/0/{} a/1/dora/0/{} ");
    assert_string_equal(list_users(bed, &seen, (struct user_filter){.limit = 2}),
                        "a/3/anna/0/{} a/2/Ben/0/{} ");
    assert_string_equal(list_users(bed, &seen, (struct user_filter){.text = "BEN", .limit = 1}),
                        "a/2/Ben/0/{} ");
    assert_string_equal(list_users(bed, &seen, (struct user_filter){.source = "b"}),
                        "b/7/ben/0/{} ");
}

static void users_each__lists_those_who_fail_a_check(void **state)
{
    struct loadbed *bed = *state;
    struct seen seen;
    sql_run(store_db(bed->store),
            "INSERT INTO findings (check_id, source, user_id, login, since_s, last_seen_s,"
            " first_run, resolved_at, stale, explain) VALUES"
            " ('c', 'a', '1', 'dora', 5, 6, 1, NULL, 1, '{\"k\":1}'),"
            " ('c', 'a', '2', 'ben', 5, 6, 1, 9, 0, '{}'),"
            " ('other', 'a', '3', 'anna', 5, 6, 1, NULL, 0, '{}')");
    assert_string_equal(list_users(bed, &seen, (struct user_filter){.failing = "c"}),
                        "a/1/dora/5/{\"k\":1}? ");
}

static void users_each__stops_when_the_sink_says_so(void **state)
{
    struct loadbed *bed = *state;
    struct seen seen = {.stop_after = 2};
    load_named_users(bed);
    assert_false(users_each(bed->store, &(struct user_filter){0}, note_user, &seen, &bed->err));
    assert_int_equal(bed->err.kind, ERR_CANCELLED);
    assert_int_equal(seen.count, 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(users_each__lists_all_by_login),
        TEST(users_each__lists_those_who_fail_a_check),
        TEST(users_each__stops_when_the_sink_says_so),
    };
    return cmocka_run_group_tests_name("users", tests, NULL, NULL);
}
