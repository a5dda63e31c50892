/* Tests of core/dataset/files and recognise: which files are read, as what, in which order. */
#include "core/dataset/recognise.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/pace.h"
#include "tests/support/records.h"
#include "tests/support/tmpdir.h"

enum { TEXT_MAX = 4096 };

static const char our_csv[] = "id,login\n1,ann\n";
static const char our_line[] = "{\"id\":\"1\",\"login\":\"ann\"}\n";
static const char okta_user[] =
    "[{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"created\":\"2026-01-01T00:00:00.000Z\","
    "\"lastLogin\":null,\"profile\":{\"login\":\"ann@example.com\"}}]";

static void put(const struct tmpdir *dir, const char *name, const char *text)
{
    free(tmpdir_write(dir, name, text));
}

/* "FORMAT: file file | left out …", or the error, of paths of the folder that end with NULL. */
static char *chosen(const struct tmpdir *dir, const char *format, const char *const *names)
{
    const char *paths[8];
    size_t count = 0;
    struct error err = {0};
    struct import_files files;
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX);
    for (; names[count]; count++)
        paths[count] = tmpdir_path(dir, names[count]);
    if (import_files_find(&files, paths, count, FILES_BRIEF, &err)) {
        const struct import_format *found = import_format_choose(&files, format, &err);
        if (found)
            strbuf_addf(&out, "%s:", found->name);
        for (size_t i = 0; found && i < files.count; i++)
            strbuf_addf(&out, " %s", files.items[i].below);
        for (size_t i = 0; found && i < files.left_out.count; i++)
            strbuf_addf(&out, " | %s", files.left_out.items[i]);
        import_files_release(&files);
    }
    strbuf_adds(&out, err.text);
    for (size_t i = 0; i < count; i++)
        free((char *)paths[i]);
    return strbuf_detach(&out);
}

#define assert_chosen(dir, format, expected, ...)                                                  \
    do {                                                                                           \
        char *seen = chosen(dir, format, (const char *const[]){__VA_ARGS__, NULL});                \
        assert_string_equal(seen, expected);                                                       \
        free(seen);                                                                                \
    } while (0)

static void files__of_a_folder_come_in_the_order_of_their_names(void **state)
{
    const struct tmpdir *dir = *state;
    put(dir, "in/page-10.csv", our_csv);
    put(dir, "in/page-9.csv", our_csv);
    put(dir, "in/a/deep/page.csv", our_csv);
    assert_chosen(dir, NULL, "checkhook-csv: a/deep/page.csv page-9.csv page-10.csv", "in");
    assert_chosen(dir, NULL, "checkhook-csv: page-10.csv page-9.csv", "in/page-10.csv",
                  "in/page-9.csv");
    assert_chosen(dir, NULL, "checkhook-csv: page-9.csv deep/page.csv", "in/page-9.csv", "in/a/");
}

static void files__that_are_no_data_are_left_out_and_named(void **state)
{
    const struct tmpdir *dir = *state;
    put(dir, "in/users.csv", our_csv);
    put(dir, "in/.users.csv.swp", our_csv);
    put(dir, "in/readme.txt", "hello\n");
    put(dir, "in/other.jsonl", our_line);
    assert_chosen(dir, "checkhook-csv",
                  "checkhook-csv: users.csv | .users.csv.swp is left out: its name begins with a "
                  "dot | other.jsonl is left out: it is checkhook-jsonl | readme.txt is left out: "
                  "it is not checkhook-csv",
                  "in");
    assert_chosen(dir, NULL,
                  "other.jsonl is checkhook-jsonl, but users.csv is checkhook-csv; import them one "
                  "after the other, or say with --format which is meant",
                  "in");
    assert_chosen(dir, NULL, "checkhook-csv: users.csv", "in/users.csv");
    assert_chosen(dir, "duo", "the folder holds no file of the format duo", "in");
}

static void files__do_not_follow_links_round_in_a_circle(void **state)
{
    const struct tmpdir *dir = *state;
    put(dir, "in/users.csv", our_csv);
    char *loop = tmpdir_path(dir, "in/loop"), *gone = tmpdir_path(dir, "in/gone.csv");
    char *pipe = tmpdir_path(dir, "in/pipe.csv"), *again = tmpdir_path(dir, "in/again.csv");
    assert_int_equal(symlink("..", loop), 0);
    assert_int_equal(symlink("nowhere", gone), 0);
    assert_int_equal(symlink("users.csv", again), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_chosen(
        dir, NULL,
        "checkhook-csv: again.csv users.csv | gone.csv is left out: it leads nowhere | "
        "loop is left out: it is a link to a folder | pipe.csv is left out: it is no file",
        "in");
    free(loop);
    free(gone);
    free(again);
    free(pipe);
}

static void files__refuse_what_would_lose_users(void **state)
{
    const struct tmpdir *dir = *state;
    put(dir, "in/page-1.csv", our_csv);
    put(dir, "in/page-2.csv", "");
    assert_chosen(dir, NULL,
                  "page-2.csv is empty, which looks like a download that failed; save it again or "
                  "remove it",
                  "in");
    put(dir, "ok/page-1.csv", our_csv);
    put(dir, "ok/notes", "");
    assert_chosen(dir, NULL,
                  "checkhook-csv: page-1.csv | notes is left out: it is not checkhook-csv", "ok");
}

/* A name never decides against what is inside. */
static void files__of_other_sources_are_told_to_be_that(void **state)
{
    const struct tmpdir *dir = *state;
    put(dir, "a.jsonl", "[{\"realm\":\"x\"}]");
    put(dir, "b.csv", "{\n  \"realm\": \"x\"\n}\n");
    put(dir, "c.jsonl", "{\"id\":\"1\",\"logn\":\"ann\"}\n");
    assert_chosen(
        dir, NULL,
        "a.jsonl is JSON, but of no source that is recognised; say with --format which it "
        "is of",
        "a.jsonl");
    assert_chosen(dir, NULL,
                  "b.csv is JSON, but of no source that is recognised; say with --format which it "
                  "is of",
                  "b.csv");
    assert_chosen(dir, NULL, "checkhook-jsonl: c.jsonl", "c.jsonl"); /* its fault is then told */
}

/* What an API answers to a user without factors looks like nothing: its folder tells. */
static void files__come_after_what_they_add_to(void **state)
{
    const struct tmpdir *dir = *state;
    put(dir, "okta/factors/00u1.json", "[]");
    put(dir, "okta/users.json", okta_user);
    assert_chosen(dir, NULL, "okta: users.json factors/00u1.json", "okta");
    assert_chosen(dir, "okta", "okta: users.json factors/00u1.json", "okta");
}

static void format__is_asked_for_where_two_could_be_meant(void **state)
{
    const struct tmpdir *dir = *state;
    const struct import_format *const first = &import_formats[0], *const second = first + 1;
    struct import_files files = {0};
    struct error err = {0};
    char *path = tmpdir_write(dir, "odd", "odd");
    const char *const paths[] = {path};
    assert_true(import_files_find(&files, paths, 1, FILES_BRIEF, &err));
    files.items[0].formats = 3; /* as if the first two formats had said yes */
    assert_null(import_format_choose(&files, NULL, &err));
    char *expected =
        mem_printf("odd could be %s or %s; say which with --format", first->name, second->name);
    assert_string_equal(err.text, expected);
    err = (struct error){0};
    assert_ptr_equal(import_format_choose(&files, second->name, &err), second);
    import_files_release(&files);
    free(expected);
    free(path);
}

/* Whether it is claimed; by another format it must not be. */
static bool claims(const struct import_format *format, const char *seed)
{
    size_t len;
    char *bytes = records_load(seed, &len);
    const uint32_t formats = import_formats_of(bytes, len < FORMAT_HEAD ? len : FORMAT_HEAD);
    const uint32_t own = UINT32_C(1) << (format - import_formats);
    free(bytes);
    if (formats & ~own)
        fail_msg("%s is claimed by another format (%x)", seed, formats);
    return formats == own;
}

static size_t count_claimed(const struct import_format *format)
{
    char *folder = mem_printf("tests/fuzz/seeds/import-%s", format->name);
    size_t claimed = 0;
    DIR *seeds = opendir(folder);
    assert_non_null(seeds);
    for (const struct dirent *entry; (entry = readdir(seeds));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = mem_printf("%s/%s", folder, entry->d_name);
        claimed += claims(format, path);
        free(path);
    }
    closedir(seeds);
    free(folder);
    return claimed;
}

/* Each format claims what it reads, and no format what another one reads. */
static void format__claims_its_own_seeds_alone(void **state)
{
    (void)state;
    for (const struct import_format *f = import_formats; f->name; f++)
        if (count_claimed(f) == 0)
            fail_msg("%s claims none of its seeds", f->name);
}

/* --- rows left out ------------------------------------------------------------------------------
 */

static void assert_skipped(const struct format *format, const char *text, const char *expected)
{
    struct error err = {0};
    const struct records_file files[] = {{"file", text}, {0}};
    char *seen = records_read_files(format, files, RECORDS_SKIP_BAD, &err);
    assert_string_equal(seen ? seen : err.text, expected);
    free(seen);
}

#define NOTHING_KNOWN                                                                              \
    " status='unknown' last_login_known=0 factors_known=0 roles_known=0 sign_ins_known=0 "         \
    "credentials_known=0\n"

static void csv__leaves_out_rows_but_no_headers_and_no_open_quotes(void **state)
{
    (void)state;
    assert_skipped(
        &checkhook_csv_format, "id,login\n1,a\n2\n3,c\xff\n4,d\n,e\n",
        "user id='1' login='a'" NOTHING_KNOWN
        "rejected file:3: 1 cell, but the header names 2 columns\n"
        "rejected file:4: byte 4 of the line is not valid UTF-8; save the file as UTF-8\n"
        "user id='4' login='d'" NOTHING_KNOWN
        "rejected file:6: column 'id': a value is required\n");
    assert_skipped(&checkhook_csv_format, "id,login,\xff\n1,a,b\n",
                   "file:1: byte 10 of the line is not valid UTF-8; save the file as UTF-8");
    assert_skipped(&checkhook_csv_format, "id,login\n1,\"a\n\xff\"\n",
                   "file:3: byte 1 of the line is not valid UTF-8; save the file as UTF-8");
    assert_skipped(&checkhook_csv_format, "id,login\n1,\"a\n",
                   "file:2: a quote opens a cell on this line and is never closed");
}

static void jsonl__leaves_out_lines(void **state)
{
    (void)state;
    assert_skipped(&checkhook_jsonl_format,
                   "{\"id\":\"1\",\"login\":\"a\"}\n{\"id\":2,\"login\":\"b\"}\nno\n"
                   "{\"id\":\"3\",\"login\":\"c\"}\n",
                   "user id='1' login='a'" NOTHING_KNOWN
                   "rejected file:2: column 'id': a number stands where a text is expected\n"
                   "rejected file:3: not usable as JSON: it breaks at byte 1\n"
                   "user id='3' login='c'" NOTHING_KNOWN);
}

/* --- pace ---------------------------------------------------------------------------------------
 */

static void pace__tells_rows_rate_and_what_is_left(void **state)
{
    static const struct {
        struct pace pace;
        const char *text;
    } cases[] = {
        {{312000, "users", 100, 200, 999}, "312,000 users"},
        {{1, "users", 1, 0, 1000}, "1 users · 1/s"},
        {{312000, "users", 390, 1000, 7573}, "312,000 users · 41,198/s · 12 s left"},
        {{1234567, "rows", 1, 1000, 5000}, "1,234,567 rows · 246,913/s"},
        {{1000, "rows", 2, 1000, 2000}, "1,000 rows · 500/s · 17 min left"},
        {{1000, "users", 1000, 1000, 2000}, "1,000 users · 500/s"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[96];
        pace_text(&cases[i].pace, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, tmpdir_setup, tmpdir_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(files__of_a_folder_come_in_the_order_of_their_names),
        FRESH(files__that_are_no_data_are_left_out_and_named),
        FRESH(files__do_not_follow_links_round_in_a_circle),
        FRESH(files__refuse_what_would_lose_users),
        FRESH(files__of_other_sources_are_told_to_be_that),
        FRESH(files__come_after_what_they_add_to),
        FRESH(format__is_asked_for_where_two_could_be_meant),
        cmocka_unit_test(format__claims_its_own_seeds_alone),
        cmocka_unit_test(csv__leaves_out_rows_but_no_headers_and_no_open_quotes),
        cmocka_unit_test(jsonl__leaves_out_lines),
        cmocka_unit_test(pace__tells_rows_rate_and_what_is_left),
    };
    return cmocka_run_group_tests_name("recognise", tests, NULL, NULL);
}
