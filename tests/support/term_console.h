#ifndef CHECKHOOK_TESTS_SUPPORT_TERM_CONSOLE_H
#define CHECKHOOK_TESTS_SUPPORT_TERM_CONSOLE_H

#include "tests/support/product.h"
#include "tests/support/term.h"

/* The console in the test's home, on page 1. */
struct term *console_open(const struct product *p, int rows, int cols);

/* The same with one more variable of the environment, "PAGER=less"; NULL = none. */
struct term *console_open_with(const struct product *p, const char *variable, int rows, int cols);

/* Leaves it from page 1, or from a page that q leaves as well, and fails the test unless it ends
 * well and the terminal is as it was. */
void console_quit(struct term *term);

#endif
