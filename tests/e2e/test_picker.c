/* Files to choose from: folders, narrowing, paths, names of any bytes. */
#include "tui/picker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/tmpdir.h"

enum { NAMES_MAX = 1024 };

static int set_up(void **state)
{
    tmpdir_setup(state);
    struct tmpdir *dir = *state;
    free(tmpdir_write(dir, "zeta/inside.csv", "x"));
    free(tmpdir_write(dir, "Users.csv", "12345"));
    free(tmpdir_write(dir, "all.jsonl", "1"));
    free(tmpdir_write(dir, ".hidden.csv", "1"));
    char *pipe = tmpdir_path(dir, "pipe.csv");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    free(pipe);
    return 0;
}

/* The shown names, each with a blank; lives until the next call. */
static const char *names(const struct picker *p)
{
    static char text[NAMES_MAX];
    text[0] = '\0';
    for (size_t i = 0; i < p->shown_count; i++) {
        const struct picker_entry *entry = picker_entry(p, i);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s ", entry->name,
                 entry->folder ? "/" : "");
    }
    return text;
}

static struct picker open_folder(const struct tmpdir *dir)
{
    struct picker p = {0};
    struct error err = {0};
    assert_true(picker_read(&p, dir->path, &err));
    return p;
}

static void picker__shows_folders_first_and_files_alone(void **state)
{
    struct picker p = open_folder(*state);
    assert_string_equal(names(&p), "../ zeta/ Users.csv all.jsonl ");
    assert_int_equal(picker_entry(&p, 2)->size, 5);
    assert_null(picker_entry(&p, 4));
    assert_null(picker_entry_path(&p, 4));
    picker_release(&p);
}

static void picker__narrows_regardless_of_case(void **state)
{
    struct picker p = open_folder(*state);
    picker_narrow(&p, "USERS");
    assert_string_equal(names(&p), "Users.csv ");
    picker_narrow(&p, "nothing");
    assert_string_equal(names(&p), "");
    picker_narrow(&p, ".hid");
    assert_string_equal(names(&p), ".hidden.csv ");
    p.hidden = true;
    picker_narrow(&p, "");
    assert_string_equal(names(&p), "../ zeta/ .hidden.csv Users.csv all.jsonl ");
    picker_release(&p);
}

static void picker__goes_down_and_up(void **state)
{
    struct picker p = open_folder(*state);
    struct error err = {0};
    char *was = mem_strdup(p.folder), *down = picker_entry_path(&p, 1);
    assert_true(picker_read(&p, down, &err));
    assert_string_equal(names(&p), "../ inside.csv ");
    char *up = picker_entry_path(&p, 0);
    assert_true(picker_read(&p, up, &err));
    assert_string_equal(p.folder, was);
    assert_true(picker_read(&p, "/", &err));
    assert_string_not_equal(picker_entry(&p, 0)->name, "..");
    free(was);
    free(down);
    free(up);
    picker_release(&p);
}

static void picker__stays_where_a_folder_cannot_be_opened(void **state)
{
    struct picker p = open_folder(*state);
    struct error err = {0};
    assert_false(picker_read(&p, "/no/such/folder", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "/no/such/folder"));
    assert_string_equal(names(&p), "../ zeta/ Users.csv all.jsonl ");
    char *closed = tmpdir_path(*state, "zeta");
    assert_int_equal(chmod(closed, 0), 0);
    if (geteuid() != 0)
        assert_false(picker_read(&p, closed, &err));
    assert_int_equal(chmod(closed, 0700), 0);
    free(closed);
    picker_release(&p);
}

static void picker__takes_paths_as_they_are_typed(void **state)
{
    static const struct {
        const char *text;
        bool path;
        const char *resolved; /* from /data, home /home/ann */
    } samples[] = {
        {"users", false, "/data/users"},
        {"/tmp/x.csv", true, "/tmp/x.csv"},
        {"~", true, "/home/ann"},
        {"~/x.csv", true, "/home/ann/x.csv"},
        {"~bob/x.csv", true, "/data/~bob/x.csv"},
        {"sub/x.csv", true, "/data/sub/x.csv"},
        {"./x.csv", true, "/data/./x.csv"},
    };
    char folder[] = "/data";
    const struct picker p = {.folder = folder};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        char *path = picker_resolve(&p, samples[i].text, "/home/ann");
        assert_int_equal(picker_is_path(samples[i].text), samples[i].path);
        assert_string_equal(path, samples[i].resolved);
        free(path);
    }
}

static void picker__keeps_names_of_any_bytes(void **state)
{
    static const char *const odd[] = {"a\x1b[31m.csv", "b\nline.csv", "c\xff\xfe.csv",
                                      "d\xe2\x80\xae.csv"};
    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        free(tmpdir_write(*state, odd[i], "1"));
    struct picker p = open_folder(*state);
    for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
        bool found = false;
        for (size_t row = 0; row < p.shown_count; row++)
            found |= strcmp(picker_entry(&p, row)->name, odd[i]) == 0;
        assert_true(found);
    }
    picker_release(&p);
}

static void picker__writes_sizes_shortly(void **state)
{
    static const struct {
        int64_t bytes;
        const char *text;
    } samples[] = {
        {0, "0 B"},         {999, "999 B"},      {1000, "1.0 kB"},    {12345, "12 kB"},
        {999600, "1.0 MB"}, {1234567, "1.2 MB"}, {56000000, "56 MB"}, {7800000000, "7.8 GB"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        char text[32];
        picker_size_text(samples[i].bytes, text, sizeof text);
        assert_string_equal(text, samples[i].text);
    }
}

#define FIXED(test) cmocka_unit_test_setup_teardown(test, set_up, tmpdir_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED(picker__shows_folders_first_and_files_alone),
        FIXED(picker__narrows_regardless_of_case),
        FIXED(picker__goes_down_and_up),
        FIXED(picker__stays_where_a_folder_cannot_be_opened),
        FIXED(picker__keeps_names_of_any_bytes),
        cmocka_unit_test(picker__takes_paths_as_they_are_typed),
        cmocka_unit_test(picker__writes_sizes_shortly),
    };
    return cmocka_run_group_tests_name("picker", tests, NULL, NULL);
}
