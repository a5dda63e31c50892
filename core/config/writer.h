/* The text of checkhook.conf. */
#ifndef CHECKHOOK_CORE_CONFIG_WRITER_H
#define CHECKHOOK_CORE_CONFIG_WRITER_H

#include "core/base/strbuf.h"
#include "core/config/config.h"

/*
 * Appends the file's text in a stable order: top level, integrations as they stand, checks by id.
 * Only settings that apply and differ from their default are written, `id` and `name` first.
 */
void writer_add(struct strbuf *out, const struct config *config);

#endif
