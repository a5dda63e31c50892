/*
 * What is asked about an import. The answers come to the screen with the tag.
 */
#ifndef CHECKHOOK_TUI_IMPORT_ASK_H
#define CHECKHOOK_TUI_IMPORT_ASK_H

#include "core/dataset/import.h"
#include "tui/popup.h"

/* Why it is doubtful that `source` is to be replaced: "it is of another format, okta". */
struct popup *import_ask_replace(int tag, const char *source, const char *doubt);
struct popup *import_ask_cancel(int tag);

/* The name of the data set; `merge`: of one that is there, and is added to. */
struct popup *import_ask_source(int tag, const char *source, bool merge);

/* A format (menu_value is its index in import_formats); `now` is selected, NULL = the first. */
struct popup *import_ask_format(int tag, const struct import_format *now);

#endif
