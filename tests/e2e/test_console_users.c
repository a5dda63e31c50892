/* Page 5 of the console: who fails what, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

static void users__look_as_drawn(void **state)
{
    static const int sizes[][2] = {{30, 100}, {24, 80}, {16, 60}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char name[64];
        struct term *term = showcase_on_users(*state, sizes[i][0], sizes[i][1]);
        term_key(term, "/");
        term_type(term, "zürich");
        term_wait_text(term, "6 of 414", 0);
        term_key(term, "Enter");
        term_key(term, "Down");
        snprintf(name, sizeof name, "users-%dx%d", sizes[i][1], sizes[i][0]);
        golden_screen(term, name);
        term_stop(term);
    }
}

static void users__are_searched_while_one_types(void **state)
{
    struct term *term = showcase_on_users(*state, 24, 80);
    term_wait_text(term, "414 users · 2 sources", 0);
    term_key(term, "/");
    term_type(term, "user1");
    term_wait_text(term, "100 of 414", 0);
    term_type(term, "23");
    term_wait_text(term, "1 of 414", 0);
    term_wait_text(term, "User 123", 0);
    term_type(term, "4");
    term_wait_text(term, "Nobody fits", 0);
    term_key(term, "Esc");
    term_wait_text(term, "414 users", 0);
    term_stop(term);
}

static void users__with_findings_come_alone(void **state)
{
    struct term *term = showcase_on_users(*state, 24, 80);
    term_key(term, "f");
    term_wait_text(term, "22 users with findings, of 414", 0);
    term_wait_text(term, "► Dara Kim", 0);
    term_key(term, "Enter");
    term_wait_text(term, "User · dara.k", 0);
    term_wait_text(term, "No MFA", 0);
    term_wait_text(term, "  user type member", 0);
    term_wait_text(term, "  last login 20", 0);
    term_key(term, "End");
    term_wait_text(term, "Sent to", 0);
    term_wait_text(term, "● 200  14:30", 0);
    term_key(term, "Esc");
    term_wait_text(term, "22 users with findings", 0);
    term_key(term, "f");
    term_wait_text(term, "414 users", 0);
    term_stop(term);
}

static void users__are_sorted_both_ways(void **state)
{
    struct term *term = showcase_on_users(*state, 24, 80);
    term_wait_text(term, "name ▲", 0);
    term_wait_text(term, "► Alice Brandt", 0);
    term_key(term, "S");
    term_wait_text(term, "name ▼", 0);
    term_wait_text(term, "► User 411", 0);
    term_key(term, "s");
    term_key(term, "s");
    term_wait_text(term, "last seen ▲", 0);
    term_wait_text(term, "► Alice Brandt", 0);
    term_stop(term);
}

static void user__that_is_removed_is_shown_as_last_seen(void **state)
{
    const struct showcase *s = *state;
    const struct run_options options = {.env = s->env};
    struct term *term = showcase_on_users(s, 30, 100);
    term_key(term, "/");
    term_type(term, "dara.k");
    term_wait_text(term, "1 of 414", 0);
    term_key(term, "Enter");
    term_key(term, "Enter");
    term_wait_text(term, "User · dara.k", 0);
    struct run_result r =
        run_checkhook((const char *const[]){"data", "remove", "dc1.corp.example", NULL}, &options);
    assert_int_equal(r.status, 0);
    run_release(&r);
    term_wait_text(term, "User · dara.k · no longer there", 0);
    term_key(term, "y");
    term_wait_text(term, "Login", 0);
    term_stop(term);
}

static void users__of_an_empty_home_say_how_to_begin(void **state)
{
    struct term *term = showcase_on_users(*state, 24, 80);
    term_wait_text(term, "No users yet", 0);
    term_wait_text(term, "checkhook data import FILE", 0);
    term_stop(term);
}

/* There is nothing to filter: no line that nobody sees takes the keys. */
static void users__of_an_empty_home_begin_no_filter(void **state)
{
    struct term *term = showcase_on_users(*state, 24, 80);
    term_wait_text(term, "No users yet", 0);
    term_key(term, "/");
    term_key(term, "3");
    term_wait_text(term, "[3 Matrix]", 0);
    term_key(term, "/");
    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries]", 0);
    term_key(term, "/");
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "/");
    term_key(term, "?");
    term_wait_text(term, "Help · Integrations", 0);
    term_stop(term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users__look_as_drawn),
        cmocka_unit_test(users__are_searched_while_one_types),
        cmocka_unit_test(users__with_findings_come_alone),
        cmocka_unit_test(users__are_sorted_both_ways),
        cmocka_unit_test_setup_teardown(user__that_is_removed_is_shown_as_last_seen, showcase_setup,
                                        showcase_teardown),
        cmocka_unit_test_setup_teardown(users__of_an_empty_home_say_how_to_begin,
                                        showcase_setup_empty, showcase_teardown),
        cmocka_unit_test_setup_teardown(users__of_an_empty_home_begin_no_filter,
                                        showcase_setup_empty, showcase_teardown),
    };
    return cmocka_run_group_tests_name("console_users", tests, showcase_setup, showcase_teardown);
}
