/*
 * What past runs counted for one check as a small chart, the latest run at the right: two rows of
 * half blocks, which every font has (one where nothing changes), or one row of digits in ASCII. `_`
 * and 0 are nobody; × and x a run that could not tell. Pure.
 */
#ifndef CHECKHOOK_CORE_CHECKS_CHART_H
#define CHECKHOOK_CORE_CHECKS_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/store/runs.h"

enum chart_of { CHART_FAILING, CHART_UNKNOWN };
enum { CHART_UNTOLD = -1 };

struct chart {
    int64_t *values; /* oldest first; CHART_UNTOLD where the run did not count it */
    size_t count;
    int64_t least, most; /* of those that were counted; 0 where none was */
    int64_t last;
};

/* runs: newest first, as runs_history gives them; at most so many of them. */
void chart_make(struct chart *c, const struct run_check_list *runs, size_t runs_max,
                enum chart_of what);
void chart_release(struct chart *c); /* accepts a zeroed struct */

/* Is there anything to see? Two runs told it; of unknown: and somebody was. */
bool chart_worth(const struct chart *c, enum chart_of what);

/* How many rows it has, and one of them, from the top. */
int chart_rows(const struct chart *c, bool ascii);
void chart_add_row(struct strbuf *out, const struct chart *c, int row, bool ascii);

/* What stands behind that row: "15 to 40" at the top where they differ, "now 17" at the bottom;
 * both in ASCII. "" = nothing; the caller frees. */
char *chart_label(const struct chart *c, int row, bool ascii);

#endif
