/* checkhook.conf from text to model. */
#ifndef CHECKHOOK_CORE_CONFIG_READER_H
#define CHECKHOOK_CORE_CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/config/config.h"

/*
 * Fills general, integrations and checks of `config`, which are zeroed; on failure they hold what
 * was read so far. `file` is named in errors: "FILE:LINE: setting 'x': why" (ERR_CONFIG).
 */
bool reader_parse(struct config *config, const char *file, const char *text, size_t len,
                  struct error *err);

#endif
