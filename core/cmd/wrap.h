/* Text for people, broken into lines that every terminal has room for. */
#ifndef CHECKHOOK_CORE_CMD_WRAP_H
#define CHECKHOOK_CORE_CMD_WRAP_H

#include <stddef.h>

enum { LINE_COLUMNS = 80 };

/*
 * Prints text and ends the line. The cursor stands at `indent`, and further lines begin there. A
 * single line end in the text is a blank; two make an empty line. A word that is longer than a
 * line has one for itself.
 */
void wrap_print(const char *text, size_t indent);

/* "  TERM   text", the text beginning at `indent`: below the term where that is too long. */
void wrap_entry(const char *term, const char *text, size_t indent);

#endif
