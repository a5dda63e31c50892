/*
 * Numbers as screens show them.
 */
#ifndef CHECKHOOK_TUI_COUNT_H
#define CHECKHOOK_TUI_COUNT_H

#include <stdint.h>

enum { COUNT_TEXT_MAX = 32 };

/* "1,318" */
void count_text(int64_t count, char out[COUNT_TEXT_MAX]);

/* "9999", "30k", "1.2M": where little room is. */
void count_short(int64_t count, char out[COUNT_TEXT_MAX]);

#endif
