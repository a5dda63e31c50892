/* Counts how far a run is. */
#include "core/checks/progress.h"

/* Of one check, in thousandths: nearly all of the time goes into asking its users. */
enum { WHOLE = 1000, ASKED = 950 };

static int64_t share_of(const struct run_line *line)
{
    if (run_line_ended(line))
        return WHOLE;
    return line->state == RUN_RUNNING && line->total > 0 ? line->done * ASKED / line->total : 0;
}

bool run_line_asked_all(const struct run_line *line)
{
    return line->state == RUN_RUNNING && line->total > 0 && line->done == line->total;
}

struct run_progress run_progress(const struct run_result *result)
{
    struct run_progress p = {0};
    int64_t sum = 0;
    for (size_t i = 0; i < result->line_count; i++) {
        const struct run_line *line = &result->lines[i];
        if (line->state == RUN_SKIPPED)
            continue;
        p.checks++;
        p.ended += run_line_ended(line) || run_line_asked_all(line);
        sum += share_of(line);
    }
    if (p.checks > 0)
        p.percent = (int)(sum * 100 / (WHOLE * (int64_t)p.checks));
    return p;
}
