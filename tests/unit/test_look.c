/* A look into a file before it is imported. */
#include "core/dataset/look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/tmpdir.h"

enum { MANY = 40000, TEXT_MAX = 8 << 20 };

static bool look_at(const char *path, const char *format, struct import_look *out,
                    struct error *err)
{
    const struct look_options options = {.path = path, .format = format};
    return import_look(&options, out, err);
}

static void import_look__tells_format_and_users(void **state)
{
    static const struct {
        const char *path, *format, *login;
        int64_t users;
    } samples[] = {
        {"share/samples/users.csv", "checkhook-csv", "sage.wagtail@example.com", 502},
        {"share/samples/users.jsonl", "checkhook-jsonl", NULL, 10},
        {"share/samples/aws-credential-report.csv", "aws-credential-report", "<root_account>", 26},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct error err = {0};
        struct import_look look = {0};
        assert_true(look_at(samples[i].path, NULL, &look, &err));
        assert_string_equal(look.format->name, samples[i].format);
        assert_int_equal(look.users, samples[i].users);
        assert_true(look.exact);
        assert_string_equal(look.fault, "");
        assert_int_equal(look.first_count, LOOK_USERS);
        if (samples[i].login)
            assert_string_equal(look.first[0].login, samples[i].login);
        import_look_release(&look);
    }
}

static void import_look__guesses_the_rest_of_a_large_file(void **state)
{
    struct error err = {0};
    struct import_look look = {0};
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    strbuf_adds(&text, "id,login\n");
    for (int i = 0; i < MANY; i++)
        strbuf_addf(&text, "u%06d,user%06d@example.com\n", i, i);
    char *path = tmpdir_write(*state, "large.csv", text.text);
    assert_true(look_at(path, NULL, &look, &err));
    assert_false(look.exact);
    assert_in_range(look.users, MANY * 95 / 100, MANY * 105 / 100);
    import_look_release(&look);
    strbuf_release(&text);
    free(path);
}

static void import_look__tells_what_is_wrong_inside(void **state)
{
    struct error err = {0};
    struct import_look look = {0};
    char *path = tmpdir_write(*state, "bad.csv", "id,login,enabled\n1,ann,true\n2,bob,maybe\n");
    assert_true(look_at(path, NULL, &look, &err));
    assert_int_equal(look.users, 1);
    assert_non_null(strstr(look.fault, "bad.csv:3: "));
    import_look_release(&look);
    free(path);
}

static void import_look__reads_it_as_one_wants(void **state)
{
    struct error err = {0};
    struct import_look look = {0};
    (void)state;
    assert_true(look_at("share/samples/users.jsonl", "checkhook-csv", &look, &err));
    assert_string_equal(look.format->name, "checkhook-csv");
    assert_true(look.fault[0] != '\0');
    import_look_release(&look);
}

static void import_look__counts_a_folder_and_what_is_left_out(void **state)
{
    struct error err = {0};
    struct import_look look = {0};
    free(tmpdir_write(*state, "in/a.csv", "id,login,roles\n1,ann,Admin:3:active\n2,bob,oops\n"));
    free(tmpdir_write(*state, "in/b/c.csv", "id,login\n3,cat\n4\n"));
    free(tmpdir_write(*state, "in/notes.txt", "nothing\n"));
    char *path = tmpdir_path(*state, "in");
    struct look_options options = {.path = path, .skip_bad = true};
    assert_true(import_look(&options, &look, &err));
    assert_int_equal(look.files, 2);
    assert_int_equal(look.users, 2);
    assert_int_equal(look.roles, 1);
    assert_true(look.exact);
    assert_string_equal(look.fault, "");
    assert_int_equal(look.rejected.total, 2);
    assert_string_equal(look.rejected.items[1],
                        "b/c.csv:3: 1 cell, but the header names 2 columns");
    assert_string_equal(look.left_out.items[0], "notes.txt is left out: it is not checkhook-csv");
    import_look_release(&look);
    options.skip_bad = false;
    assert_true(import_look(&options, &look, &err));
    assert_non_null(strstr(look.fault, "a.csv:3: "));
    import_look_release(&look);
    free(path);
}

/* One page of several is a fault, unless it is added. */
static void import_look__depends_on_how_it_is_wanted(void **state)
{
    struct error err = {0};
    struct import_look look = {0};
    char *path =
        tmpdir_write(*state, "page.json",
                     "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\","
                     "\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/users?$skiptoken=x\","
                     "\"value\":[{\"id\":\"e1\",\"userPrincipalName\":\"e1@example.com\"}]}");
    struct look_options options = {.path = path};
    assert_true(import_look(&options, &look, &err));
    assert_non_null(strstr(look.fault, "names a next page"));
    import_look_release(&look);
    options.merge = true;
    assert_true(import_look(&options, &look, &err));
    assert_string_equal(look.fault, "");
    assert_int_equal(look.users, 1);
    import_look_release(&look);
    free(path);
}

static void import_look__refuses_what_cannot_be_read(void **state)
{
    struct error err = {0};
    struct import_look look = {0};
    char *pipe = tmpdir_path(*state, "pipe.csv");
    char *odd = tmpdir_write(*state, "odd.bin", "what is this\n");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_false(look_at("/no/such/file.csv", NULL, &look, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_false(look_at(pipe, NULL, &look, &err)); /* and does not wait for a writer */
    err = (struct error){0};
    assert_false(look_at(odd, NULL, &look, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "not recognised"));
    assert_null(look.format);
    free(pipe);
    free(odd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(import_look__tells_format_and_users),
        cmocka_unit_test(import_look__guesses_the_rest_of_a_large_file),
        cmocka_unit_test(import_look__tells_what_is_wrong_inside),
        cmocka_unit_test(import_look__reads_it_as_one_wants),
        cmocka_unit_test(import_look__counts_a_folder_and_what_is_left_out),
        cmocka_unit_test(import_look__depends_on_how_it_is_wanted),
        cmocka_unit_test(import_look__refuses_what_cannot_be_read),
    };
    return cmocka_run_group_tests_name("look", tests, tmpdir_setup, tmpdir_teardown);
}
