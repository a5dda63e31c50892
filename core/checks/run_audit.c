/* Writes a run into the audit. */
#include "core/checks/run_audit.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/store/audit.h"

int64_t run_fresh(const struct run_result *result)
{
    int64_t count = 0;

    for (size_t i = 0; i < result->line_count; i++)
        count += result->lines[i].fresh;
    return count;
}

bool run_write_audit(const struct run_options *options, const struct run_result *result,
                     struct error *err)
{
    char run[24], after[96];
    struct audit_row row = {
        .at = options->now_ms / 1000,
        .what = options->day ? "daily run" : "checks run",
        .subject_id = run,
        .subject = options->id_count == 1 ? options->ids[0] : "",
        .after = after,
    };

    snprintf(run, sizeof run, "%" PRId64, result->run_id);
    snprintf(after, sizeof after, "{\"new\":\"%" PRId64 "\",\"deliveries\":\"%" PRId64 "\"}",
             run_fresh(result), result->deliveries);
    return audit_add(options->store, options->actor, &row, err);
}
