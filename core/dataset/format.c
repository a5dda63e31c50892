/* Places errors of import files. */
#include "core/dataset/format.h"

#include <inttypes.h>

bool format_error_at(struct error *err, const char *name, int64_t line)
{
    return err->kind == ERR_INVALID ? error_wrap(err, "%s:%" PRId64, name, line) : false;
}
