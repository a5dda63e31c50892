/* Packs with the system's gzip. */
#include "tests/support/gzip.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

char *gzip_zeroes(size_t len, size_t *packed_len)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    char *command = mem_printf("head -c %zu /dev/zero | gzip -9 >zeroes.gz", len);
    struct run_result result = run_command((const char *const[]){"sh", "-ec", command, NULL},
                                           &(struct run_options){.dir = dir.path});
    if (result.status != 0)
        support_die("%s: %s", command, result.err);
    char *packed = tmpdir_read(&dir, "zeroes.gz", packed_len);
    run_release(&result);
    free(command);
    tmpdir_release(&dir);
    return packed;
}
