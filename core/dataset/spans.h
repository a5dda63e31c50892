/*
 * Spans: which of the places 1, 2, 3 … are covered by pages that come in any order and overlap.
 */
#ifndef CHECKHOOK_CORE_DATASET_SPANS_H
#define CHECKHOOK_CORE_DATASET_SPANS_H

#include <stddef.h>
#include <stdint.h>

struct span {
    int64_t first, last;
};

/* Zeroed: nothing is covered. Spans are kept apart and in order; pages that touch are one. */
struct spans {
    struct span *items;
    size_t count;
};

void spans_release(struct spans *s);
void spans_add(struct spans *s, int64_t first, int64_t count); /* from 1; a count of 0 is nothing */
int64_t spans_end(const struct spans *s);  /* the last place that is covered; 0 */
int64_t spans_hole(const struct spans *s); /* the first that is not, from 1 */

#endif
