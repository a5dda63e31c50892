/* Tests of formats over whole samples: pieces of any size, and damaged bytes. */
#include "tests/support/records.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/dataset/format.h"

static const struct {
    const char *path;
    const struct format *format;
} samples[] = {
    {"share/samples/users.csv", &checkhook_csv_format},
    {"share/samples/users.jsonl", &checkhook_jsonl_format},
    {"share/samples/aws-credential-report.csv", &aws_report_format},
};

static void formats__do_not_depend_on_where_pieces_end(void **state)
{
    static const size_t pieces[] = {1, 7, 4096};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        struct error err = {0};
        size_t len;
        char *bytes = records_load(samples[i].path, &len);
        char *whole = records_read(samples[i].format, bytes, len, 0, &err);
        assert_non_null(whole);
        for (size_t p = 0; p < ARRAY_LEN(pieces); p++) {
            char *again = records_read(samples[i].format, bytes, len, pieces[p], &err);
            assert_string_equal(again, whole);
            free(again);
        }
        free(whole);
        free(bytes);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

/* Changes a few bytes, mostly to those that mean something to a parser. */
static void damage(char *bytes, size_t len, uint32_t *seed)
{
    static const char tricky[] = "\0\",;:{}[]\\\r\n\xff\xc3-0eN";
    for (uint32_t n = next_random(seed) % 4 + 1; n > 0; n--)
        bytes[next_random(seed) % len] = tricky[next_random(seed) % (sizeof tricky - 1)];
}

/* Whatever the bytes, the answer is users or a sentence that names file and line. */
static void formats__survive_damaged_files(void **state)
{
    enum { ROUNDS = 400, PART_MAX = 6000 };
    uint32_t seed = 20261124;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        size_t len, refused = 0;
        char *bytes = records_load(samples[i].path, &len);
        len = len < PART_MAX ? len : PART_MAX;
        for (int round = 0; round < ROUNDS; round++) {
            struct error err = {0};
            size_t part = len - next_random(&seed) % (len / 2);
            char *copy = mem_dup(bytes, part);
            damage(copy, part, &seed);
            size_t piece = next_random(&seed) % 512;
            char *users = records_read(samples[i].format, copy, part, piece, &err);
            if (!users) {
                assert_int_equal(err.kind, ERR_INVALID);
                assert_memory_equal(err.text, "file:", 5);
                refused++;
            }
            free(users);
            free(copy);
        }
        assert_true(refused > ROUNDS / 2);
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats__do_not_depend_on_where_pieces_end),
        cmocka_unit_test(formats__survive_damaged_files),
    };
    return cmocka_run_group_tests_name("formats", tests, NULL, NULL);
}
