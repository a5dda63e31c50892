/*
 * Text of libconfig files: what libconfig 1.5 would swallow is found before it parses, and texts
 * are quoted as it reads them.
 */
#ifndef CHECKHOOK_CORE_CONFIG_CONFTEXT_H
#define CHECKHOOK_CORE_CONFIG_CONFTEXT_H

#include <stddef.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

/* The largest file that is read. */
enum { CONF_TEXT_MAX = 16 * 1024 * 1024 };

/*
 * Gives the text ready for config_read_string, or NULL with ERR_CONFIG "FILE:LINE: …". The caller
 * frees.
 *
 * Refused: @include, NUL bytes, the escape \x00, text that is not UTF-8 and groups or lists nested
 * more than a hundred deep. Whole numbers that do
 * not fit 32 bits get the suffix L, so that libconfig keeps their value instead of wrapping it:
 * read numbers with config_setting_get_int64 and check the range. Lines keep their numbers.
 */
char *conf_text_prepare(const char *text, size_t len, const char *file, struct error *err);

/* Appends s in quotes, escaped. */
void conf_text_quote(struct strbuf *out, const char *s);

#endif
