/* Rows, rate and the time that is left. */
#include "core/dataset/pace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { RATE_AFTER_MS = 1000, LEFT_FROM_PART = 1000, MINUTE_S = 60, MINUTES_FROM_S = 100 };

void pace_number(int64_t number, char out[PACE_NUMBER_MAX])
{
    char digits[PACE_NUMBER_MAX];
    const int count = snprintf(digits, sizeof digits, "%" PRId64, number < 0 ? 0 : number);
    size_t at = 0;
    for (int i = 0; i < count; i++) {
        if (i > 0 && (count - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

static void add_left(const struct pace *p, char *out, size_t size)
{
    if (p->total <= 0 || p->done < p->total / LEFT_FROM_PART + 1 || p->done >= p->total)
        return;
    const double part = (double)p->done / (double)p->total;
    const int64_t left_s = (int64_t)((double)p->took_ms * (1 - part) / part / 1000) + 1;
    if (left_s < MINUTES_FROM_S)
        snprintf(out, size, " · %" PRId64 " s left", left_s);
    else
        snprintf(out, size, " · %" PRId64 " min left", (left_s + MINUTE_S - 1) / MINUTE_S);
}

void pace_text(const struct pace *p, char *out, size_t size)
{
    char rows[PACE_NUMBER_MAX], rate[PACE_NUMBER_MAX];
    pace_number(p->rows, rows);
    snprintf(out, size, "%s %s", rows, p->unit);
    if (p->took_ms < RATE_AFTER_MS)
        return;
    pace_number(p->rows * 1000 / p->took_ms, rate);
    size_t len = strlen(out);
    snprintf(out + len, size - len, " · %s/s", rate);
    len = strlen(out);
    add_left(p, out + len, size - len);
}
