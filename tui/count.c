/* Writes numbers with separators, or in thousands and millions. */
#include "tui/count.h"

#include <stdio.h>

enum { KILO = 1000, MEGA = 1000 * 1000, PLAIN_MAX = 9999 };

void count_text(int64_t count, char out[COUNT_TEXT_MAX])
{
    char digits[COUNT_TEXT_MAX];
    const int len = snprintf(digits, sizeof digits, "%lld", (long long)count);
    size_t at = 0;
    for (int i = 0; i < len && at + 2 < COUNT_TEXT_MAX; i++) {
        if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

void count_short(int64_t count, char out[COUNT_TEXT_MAX])
{
    if (count <= PLAIN_MAX)
        snprintf(out, COUNT_TEXT_MAX, "%lld", (long long)count);
    else if (count < MEGA)
        snprintf(out, COUNT_TEXT_MAX, "%lldk", (long long)(count / KILO));
    else
        snprintf(out, COUNT_TEXT_MAX, "%.1fM", (double)count / MEGA);
}
