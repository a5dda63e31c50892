/* Every target of the fuzzer with its seeds; a format without seeds that it can read is not done.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fail.h"
#include "tests/support/records.h"

/* Gives each seed of a target to it, and returns how many there are. */
static size_t run_seeds(const char *target)
{
    char *folder = mem_printf("tests/fuzz/seeds/%s", target);
    DIR *dir = opendir(folder);
    size_t count = 0;
    assert_true(fuzz_choose(target));
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = mem_printf("%s/%s", folder, entry->d_name);
        size_t len;
        char *bytes = records_load(path, &len);
        fuzz_one((const uint8_t *)bytes, len);
        free(bytes);
        free(path);
        count++;
    }
    if (dir)
        closedir(dir);
    free(folder);
    return count;
}

static void fuzz_targets__take_their_seeds(void **state)
{
    (void)state;
    for (const char *const *target = fuzz_targets(); *target; target++)
        if (run_seeds(*target) == 0)
            fail_msg("there is no seed in tests/fuzz/seeds/%s: write a small file there of what it "
                     "reads",
                     *target);
}

static void fuzz_targets__take_nothing(void **state)
{
    (void)state;
    for (const char *const *target = fuzz_targets(); *target; target++) {
        assert_true(fuzz_choose(*target));
        fuzz_one((const uint8_t *)"", 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fuzz_targets__take_their_seeds),
        cmocka_unit_test(fuzz_targets__take_nothing),
    };
    return cmocka_run_group_tests_name("fuzz_seeds", tests, NULL, NULL);
}
