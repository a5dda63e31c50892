/* The data sets in the console: looked at, removed, exported; no users at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/golden.h"

static void export__writes_the_users_of_the_list(void **state)
{
    const struct showcase *s = *state;
    char *path = tmpdir_path(&s->dir, "out.csv");
    struct term *term = showcase_on_users(s, 24, 80);
    term_key(term, "/");
    term_type(term, "zürich");
    term_wait_text(term, "6 of 414", 0);
    term_key(term, "Enter");
    for (int i = 0; i < 2; i++) {
        term_key(term, "x");
        term_wait_text(term, "Export the users of this list", 0);
        term_key(term, "C-u");
        term_paste(term, path);
        term_key(term, "Enter");
        if (i == 0)
            term_wait_text(term, "● 6 users written to", 0);
    }
    term_wait_text(term, "exists already", 0);
    term_key(term, "O");
    term_wait_text(term, "● 6 users written to", 0);
    char *text = tmpdir_read(&s->dir, "out.csv", NULL);
    assert_non_null(strstr(text, "\"dara.k\""));
    assert_null(strstr(text, "\"user100\""));
    free(text);
    term_stop(term);
    free(path);
}

static void sources__look_as_found_right(void **state)
{
    static const int sizes[][2] = {{30, 100}, {24, 80}, {16, 60}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char name[64];
        struct term *term = showcase_on_users(*state, sizes[i][0], sizes[i][1]);
        term_key(term, "v");
        term_wait_text(term, "2 data sets", 0);
        snprintf(name, sizeof name, "sources-%dx%d", sizes[i][1], sizes[i][0]);
        golden_screen(term, name);
        term_stop(term);
    }
}

static void sources__are_removed_by_name(void **state)
{
    struct term *term = showcase_on_users(*state, 24, 80);
    term_key(term, "v");
    term_wait_text(term, "2 data sets", 0);
    term_key(term, "D");
    term_wait_text(term, "aws has 2 users", 0);
    term_type(term, "aws");
    term_key(term, "Tab");
    term_key(term, "Enter");
    term_wait_text(term, "● The data set aws was removed.", 0);
    term_wait_text(term, "1 data set", 0);
    term_key(term, "Enter"); /* those of the other */
    term_wait_text(term, "412 of 412", 0);
    term_wait_text(term, "/ source:dc1.corp.example", 0);
    term_stop(term);
}

static void empty__looks_as_found_right(void **state)
{
    static const int sizes[][2] = {{30, 100}, {24, 80}, {16, 60}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char name[64];
        struct term *term = showcase_on_users(*state, sizes[i][0], sizes[i][1]);
        snprintf(name, sizeof name, "users-empty-%dx%d", sizes[i][1], sizes[i][0]);
        golden_screen(term, name);
        term_stop(term);
    }
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, showcase_setup, showcase_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(export__writes_the_users_of_the_list),
        FRESH(sources__look_as_found_right),
        FRESH(sources__are_removed_by_name),
        cmocka_unit_test_setup_teardown(empty__looks_as_found_right, showcase_setup_empty,
                                        showcase_teardown),
    };
    return cmocka_run_group_tests_name("console_sources", tests, NULL, NULL);
}
