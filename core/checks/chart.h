/*
 * What past runs counted for one check as a small chart, the latest run at the right: two rows of
 * half blocks, which every font has, or one row of digits in ASCII. `_` and 0 are nobody; × and x
 * a run that could not tell. Pure.
 */
#ifndef CHECKHOOK_CORE_CHECKS_CHART_H
#define CHECKHOOK_CORE_CHECKS_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/store/runs.h"

enum chart_of { CHART_FAILING, CHART_UNKNOWN };
enum { CHART_ROWS = 2, CHART_ASCII_ROWS = 1, CHART_UNTOLD = -1 };

struct chart {
    int64_t *values; /* oldest first; CHART_UNTOLD where the run did not count it */
    size_t count;
    int64_t most, last;
};

/* runs: newest first, as runs_history gives them; at most so many of them. */
void chart_make(struct chart *c, const struct run_check_list *runs, size_t runs_max,
                enum chart_of what);
void chart_release(struct chart *c); /* accepts a zeroed struct */

/* Is there anything to see? Two runs told it; of unknown: and somebody was. */
bool chart_worth(const struct chart *c, enum chart_of what);

/* Appends one row, of CHART_ROWS from the top or, with ascii, of CHART_ASCII_ROWS. */
void chart_add_row(struct strbuf *out, const struct chart *c, int row, bool ascii);

/* "now 17, most 40", or "now 17" where that is the most; the caller frees. */
char *chart_legend(const struct chart *c);

#endif
