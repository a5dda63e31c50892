/*
 * How far an import is, in words.
 */
#ifndef CHECKHOOK_CORE_DATASET_PACE_H
#define CHECKHOOK_CORE_DATASET_PACE_H

#include <stddef.h>
#include <stdint.h>

struct pace {
    int64_t rows;
    const char *unit;    /* "users" */
    int64_t done, total; /* bytes; total 0 = not known */
    int64_t took_ms;
};

/* "312,000 users · 41,200/s · 12 s left"; the rate after one second, what is left where the total
 * is known and a tenth of a percent is done. */
void pace_text(const struct pace *pace, char *out, size_t size);

/* "1,234,567" */
enum { PACE_NUMBER_MAX = 32 };
void pace_number(int64_t number, char out[PACE_NUMBER_MAX]);

#endif
