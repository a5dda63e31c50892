/* What is said of one line of a run. */
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/run.h"
#include "core/store/runs.h"

static const char *const state_texts[] = {
    [RUN_WAITING] = "waiting", [RUN_RUNNING] = "running", [RUN_PASS] = "pass",
    [RUN_FAIL] = "fail",       [RUN_STALE] = "stale",     [RUN_ERROR] = "error",
    [RUN_SKIPPED] = "skipped",
};

const char *run_state_text(enum run_state state)
{
    return state_texts[state];
}

bool run_state_parse(const char *text, enum run_state *state)
{
    for (size_t i = 0; i < ARRAY_LEN(state_texts); i++) {
        if (strcmp(state_texts[i], text) == 0) {
            *state = (enum run_state)i;
            return true;
        }
    }
    return false;
}

bool run_line_ended(const struct run_line *line)
{
    return line->state == RUN_PASS || line->state == RUN_FAIL || line->state == RUN_STALE ||
           line->state == RUN_ERROR;
}

bool run_line_lacks(const struct run_line *line)
{
    return line->state == RUN_ERROR &&
           strncmp(line->error, RUN_NOT_EVALUATED, strlen(RUN_NOT_EVALUATED)) == 0;
}

bool run_line_not_evaluated(const struct run_line *line)
{
    return run_line_lacks(line) || (line->state == RUN_PASS && line->evaluated == 0);
}

const char *run_line_text(const struct run_line *line)
{
    return run_line_not_evaluated(line) ? "n/a" : state_texts[line->state];
}
