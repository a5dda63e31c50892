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
#include "core/dataset/recognise.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/fail.h"
#include "tests/support/records.h"

typedef void seed_sink(const char *target, const char *path, const char *bytes, size_t len);

/* Shows each seed of a target, and returns how many there are. */
static size_t each_seed(const char *target, seed_sink *sink)
{
    char *folder = mem_printf("tests/fuzz/seeds/%s", target);
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        char *path = mem_printf("%s/%s", folder, entry->d_name);
        size_t len;
        char *bytes = records_load(path, &len);
        sink(target, path, bytes, len);
        free(bytes);
        free(path);
        count++;
    }
    if (dir)
        closedir(dir);
    free(folder);
    return count;
}

static void run_seed(const char *target, const char *path, const char *bytes, size_t len)
{
    (void)path;
    assert_true(fuzz_choose(target));
    fuzz_one((const uint8_t *)bytes, len);
}

static void fuzz_targets__take_their_seeds(void **state)
{
    (void)state;
    for (const char *const *target = fuzz_targets(); *target; target++)
        if (each_seed(*target, run_seed) == 0)
            fail_msg("there is no seed in tests/fuzz/seeds/%s: write a small file there of what it "
                     "reads",
                     *target);
}

/* A seed that stands for one file, and not for a folder of them. */
static void recognise_seed(const char *target, const char *path, const char *bytes, size_t len)
{
    const size_t mark = strncmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    if (strncmp(bytes, "=== ", 4) == 0)
        return;
    const uint32_t formats = import_formats_of(bytes + mark, len - mark);
    for (size_t i = 0; import_formats[i].name; i++) {
        const bool is = formats & UINT32_C(1) << i;
        const bool own = strcmp(import_formats[i].name, target + strlen("import-")) == 0;
        if (is != own)
            fail_msg("%s is %srecognised as %s", path, is ? "" : "not ", import_formats[i].name);
    }
}

static void import_formats__recognise_their_own_and_no_other(void **state)
{
    (void)state;
    for (const char *const *target = fuzz_targets(); *target; target++)
        if (strncmp(*target, "import-", strlen("import-")) == 0)
            each_seed(*target, recognise_seed);
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
        cmocka_unit_test(import_formats__recognise_their_own_and_no_other),
    };
    return cmocka_run_group_tests_name("fuzz_seeds", tests, NULL, NULL);
}
