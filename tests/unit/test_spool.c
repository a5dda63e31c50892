/* Spools: what is written comes back in its order, from memory and from the file. */
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
#include "core/base/spool.h"
#include "tests/support/tmpdir.h"

enum { NOBODY = 65534 };

static void write_rows(struct spool *s, int64_t first, int64_t count)
{
    struct error err = {0};
    char text[64];
    for (int64_t i = first; i < first + count; i++) {
        snprintf(text, sizeof text, "row %lld", (long long)i);
        assert_true(spool_add(s, &i, sizeof i, &err));
        assert_true(spool_add_text(s, i % 7 ? text : "", &err));
    }
}

static void expect_rows(const struct spool *s, int64_t first, int64_t count)
{
    struct spool_reader r = {0};
    struct strbuf text;
    struct error err = {0};
    char expected[64];
    strbuf_init(&text, 100);
    spool_read_from_start(&r, s);
    for (int64_t i = first; i < first + count; i++) {
        int64_t number = 0;
        snprintf(expected, sizeof expected, "row %lld", (long long)i);
        assert_false(spool_at_end(&r));
        assert_true(spool_read(&r, &number, sizeof number, &err));
        strbuf_clear(&text);
        assert_true(spool_read_text(&r, &text, &err));
        assert_int_equal(number, i);
        assert_string_equal(text.text, i % 7 ? expected : "");
        assert_int_equal(text.len, strlen(text.text) + 1);
    }
    assert_true(spool_at_end(&r));
    assert_false(spool_read(&r, expected, 1, &err));
    assert_int_equal(err.kind, ERR_IO);
    spool_reader_release(&r);
    strbuf_release(&text);
}

/* From nothing to many blocks, two spools taking turns in one file. */
static void spool__gives_back_what_was_written(void **state)
{
    static const int64_t counts[] = {0, 1, 10, 1000, 30000};
    struct tmpdir dir;
    (void)state;
    tmpdir_init(&dir);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct spool_file file;
        struct spool one, two;
        spool_file_init(&file, dir.path);
        spool_init(&one, &file);
        spool_init(&two, &file);
        for (int64_t at = 0; at < counts[i]; at += 500) {
            const int64_t left = counts[i] - at;
            write_rows(&one, at, left < 500 ? left : 500);
            write_rows(&two, -at, 1);
        }
        expect_rows(&one, 0, counts[i]);
        expect_rows(&one, 0, counts[i]);
        spool_release(&one);
        expect_rows(&one, 0, 0);
        write_rows(&one, 5, 3);
        expect_rows(&one, 5, 3);
        spool_release(&one);
        spool_release(&two);
        spool_file_release(&file);
    }
    tmpdir_release(&dir);
}

static void spool_file_clear__gives_the_space_back(void **state)
{
    struct tmpdir dir;
    struct spool_file file;
    struct spool s;
    struct stat before, after;
    (void)state;
    tmpdir_init(&dir);
    spool_file_init(&file, dir.path);
    spool_file_clear(&file); /* before it is needed */
    spool_init(&s, &file);
    write_rows(&s, 0, 3000);
    assert_int_equal(fstat(file.fd, &before), 0);
    assert_true(before.st_size > 0);
    spool_release(&s);
    spool_file_clear(&file);
    assert_int_equal(fstat(file.fd, &after), 0);
    assert_int_equal(after.st_size, 0);
    write_rows(&s, 7, 3000);
    expect_rows(&s, 7, 3000);
    assert_int_equal(fstat(file.fd, &after), 0);
    assert_int_equal(after.st_size, before.st_size);
    spool_release(&s);
    spool_file_release(&file);
    tmpdir_release(&dir);
}

/* A block that is exactly full is not followed by an empty one. */
static void spool_at_end__knows_a_full_block(void **state)
{
    static const char zeros[8192];
    struct spool_file file;
    struct spool s;
    struct spool_reader r = {0};
    struct error err = {0};
    char back[8192];
    (void)state;
    spool_file_init(&file, "/nowhere"); /* and needs no file */
    spool_init(&s, &file);
    assert_true(spool_add(&s, zeros, sizeof zeros, &err));
    spool_read_from_start(&r, &s);
    assert_true(spool_read(&r, back, sizeof back, &err));
    assert_true(spool_at_end(&r));
    spool_reader_release(&r);
    /* The next byte does, and cannot have it. */
    assert_false(spool_add(&s, zeros, 1, &err));
    assert_non_null(strstr(err.text, "/nowhere"));
    spool_release(&s);
    spool_file_release(&file);
}

/* The folder of others is only looked at: no one else sees what is kept meanwhile. */
static void spool__works_elsewhere_where_nothing_may_be_written(void **state)
{
    const bool root = geteuid() == 0;
    struct tmpdir dir;
    struct spool_file file;
    struct spool s;
    struct stat kept;
    (void)state;
    tmpdir_init(&dir);
    char *other = mem_strdup(getenv("TMPDIR"));
    assert_int_equal(chmod(dir.path, 0555), 0);
    assert_int_equal(setenv("TMPDIR", "/tmp", 1), 0); /* the runner's own is closed to others */
    assert_true(!root || seteuid(NOBODY) == 0);
    spool_file_init(&file, dir.path);
    spool_init(&s, &file);
    write_rows(&s, 0, 3000);
    expect_rows(&s, 0, 3000);
    assert_int_equal(fstat(file.fd, &kept), 0);
    assert_int_equal(kept.st_mode & 07777, 0600);
    assert_int_equal(kept.st_nlink, 0);
    spool_release(&s);
    spool_file_release(&file);
    assert_true(!root || seteuid(0) == 0);
    if (other)
        setenv("TMPDIR", other, 1);
    else
        unsetenv("TMPDIR");
    free(other);
    tmpdir_release(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spool__gives_back_what_was_written),
        cmocka_unit_test(spool_file_clear__gives_the_space_back),
        cmocka_unit_test(spool_at_end__knows_a_full_block),
        cmocka_unit_test(spool__works_elsewhere_where_nothing_may_be_written),
    };

    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
