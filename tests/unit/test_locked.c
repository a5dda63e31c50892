/* Tests of core/base/locked: many, large and small, wiped when given back. Nothing else has started
 * libsodium here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <string.h>

#include "core/base/locked.h"

enum { MANY = 200 };

static void locked_alloc__gives_each_its_own(void **state)
{
    char *all[MANY];
    (void)state;
    for (size_t i = 0; i < MANY; i++) {
        size_t size = i % 3 == 0 ? 2000 : 512;
        all[i] = locked_alloc(size);
        memset(all[i], (int)i, size);
    }
    for (size_t i = 0; i < MANY; i++)
        for (size_t j = 0; j < 512; j++)
            assert_int_equal((unsigned char)all[i][j], i);
    for (size_t i = 0; i < MANY; i++)
        locked_free(all[i]);
    locked_free(NULL);
}

static void locked_free__wipes(void **state)
{
    static const char secret[] = "a secret that is given back";
    (void)state;
    char *first = locked_alloc(sizeof secret);
    memcpy(first, secret, sizeof secret);
    locked_free(first);
    char *again = locked_alloc(sizeof secret);
    assert_ptr_equal(first, again);
    assert_true(sodium_is_zero((const unsigned char *)again, sizeof secret));
    locked_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locked_alloc__gives_each_its_own),
        cmocka_unit_test(locked_free__wipes),
    };
    return cmocka_run_group_tests_name("locked", tests, NULL, NULL);
}
