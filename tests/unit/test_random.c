/* Tests of core/base/random: range and shape of what is drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/base/random.h"

static void random_bytes__fills_all_bytes(void **state)
{
    uint8_t ever[32] = {0};

    (void)state;
    /* A byte that stays 0 in 64 draws happens once in 2^507. */
    for (int round = 0; round < 64; round++) {
        uint8_t bytes[32];

        random_bytes(bytes, sizeof bytes);
        for (size_t i = 0; i < sizeof bytes; i++)
            ever[i] |= bytes[i];
    }
    for (size_t i = 0; i < sizeof ever; i++)
        assert_int_not_equal(ever[i], 0);
}

static void random_below__stays_below_and_reaches_all(void **state)
{
    int seen[7] = {0};

    (void)state;
    for (int i = 0; i < 7000; i++) {
        uint64_t value = random_below(7);

        assert_true(value < 7);
        seen[value]++;
    }
    for (size_t i = 0; i < ARRAY_LEN(seen); i++)
        assert_in_range(seen[i], 700, 1300);
}

static void random_below__knows_the_edges(void **state)
{
    (void)state;
    assert_int_equal(random_below(0), 0);
    assert_int_equal(random_below(1), 0);
    for (int i = 0; i < 100; i++)
        assert_true(random_below((UINT64_C(1) << 63) + 1) <= UINT64_C(1) << 63);
}

static void uuid_make__makes_valid_and_different_ids(void **state)
{
    char last[UUID_LEN + 1] = "";

    (void)state;
    for (int i = 0; i < 1000; i++) {
        char id[UUID_LEN + 1];

        uuid_make(id);
        assert_int_equal(strlen(id), UUID_LEN);
        assert_true(uuid_valid(id));
        assert_string_not_equal(id, last);
        memcpy(last, id, sizeof last);
    }
}

static void uuid_valid__is_strict(void **state)
{
    static const char *const bad[] = {
        "",
        "2b1a7c9e-4f3d-4a6b-8c5d-0e1f2a3b4c5",
        "2b1a7c9e-4f3d-4a6b-8c5d-0e1f2a3b4c5d0",
        "2B1A7C9E-4F3D-4A6B-8C5D-0E1F2A3B4C5D",
        "2b1a7c9e-4f3d-1a6b-8c5d-0e1f2a3b4c5d",
        "2b1a7c9e-4f3d-4a6b-7c5d-0e1f2a3b4c5d",
        "2b1a7c9e-4f3d-4a6b-cc5d-0e1f2a3b4c5d",
        "2b1a7c9e_4f3d-4a6b-8c5d-0e1f2a3b4c5d",
        "{b1a7c9e-4f3d-4a6b-8c5d-0e1f2a3b4c5}",
        "gb1a7c9e-4f3d-4a6b-8c5d-0e1f2a3b4c5d",
    };

    (void)state;
    assert_true(uuid_valid("2b1a7c9e-4f3d-4a6b-8c5d-0e1f2a3b4c5d"));
    assert_true(uuid_valid("00000000-0000-4000-b000-000000000000"));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (uuid_valid(bad[i]))
            fail_msg("accepted \"%s\"", bad[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_bytes__fills_all_bytes),
        cmocka_unit_test(random_below__stays_below_and_reaches_all),
        cmocka_unit_test(random_below__knows_the_edges),
        cmocka_unit_test(uuid_make__makes_valid_and_different_ids),
        cmocka_unit_test(uuid_valid__is_strict),
    };

    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
