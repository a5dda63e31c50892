/* Lines of a run that goes on or went on in another process. */
#include "core/checks/recall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/runs.h"

static void make_lines(const struct catalogue *catalogue, struct run_result *out)
{
    out->lines = mem_zalloc((catalogue->count + 1) * sizeof *out->lines);
    out->line_count = catalogue->count;
    for (size_t i = 0; i < catalogue->count; i++)
        out->lines[i] = (struct run_line){.check = &catalogue->items[i], .state = RUN_SKIPPED};
}

static void fill_line(struct run_line *line, const struct run_check *row, int64_t users)
{
    line->evaluated = row->evaluated;
    line->failing = row->failing;
    line->fresh = row->fresh;
    line->resolved = row->resolved;
    line->unknown = row->unknown;
    line->kept = row->kept;
    line->done = line->total = users;
    snprintf(line->error, sizeof line->error, "%s", row->error ? row->error : "");
    line->state = row->error         ? RUN_ERROR
                  : row->failing > 0 ? RUN_FAIL
                  : row->kept > 0    ? RUN_STALE
                                     : RUN_PASS;
}

void run_foresee(const struct catalogue *catalogue, const struct config *config, int64_t done,
                 int64_t total, struct run_result *out)
{
    *out = (struct run_result){.users = total};
    make_lines(catalogue, out);
    for (size_t i = 0; i < out->line_count; i++) {
        struct run_line *line = &out->lines[i];
        if (!check_enabled(line->check, config))
            continue;
        line->state = total > 0 ? RUN_RUNNING : RUN_WAITING;
        line->done = done;
        line->total = total;
    }
}

bool run_recall(struct store *s, const struct catalogue *catalogue, int64_t run_id,
                struct run_result *out, struct error *err)
{
    struct run run;
    struct run_check_list rows = {0};

    if (!runs_find(s, run_id, &run, &rows, err))
        return false;
    *out = (struct run_result){.run_id = run.id, .time_ms = run.time_ms, .users = run.users};
    make_lines(catalogue, out);
    for (size_t i = 0; i < out->line_count; i++)
        for (size_t k = 0; k < rows.count; k++)
            if (strcmp(out->lines[i].check->id, rows.items[k].check_id) == 0)
                fill_line(&out->lines[i], &rows.items[k], run.users);
    run_check_list_release(&rows);
    return true;
}

void run_recalled_release(struct run_result *result)
{
    free(result->lines);
    *result = (struct run_result){0};
}
