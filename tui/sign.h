/*
 * The sign, word and role of every state that lists show: "● ok", "■ failing".
 */
#ifndef CHECKHOOK_TUI_SIGN_H
#define CHECKHOOK_TUI_SIGN_H

#include "core/checks/run.h"
#include "core/checks/summary.h"
#include "core/status.h"
#include "tui/theme.h"

struct sign {
    const char *mark; /* "●" */
    const char *text; /* "● ok" */
    enum role role;
};

struct sign sign_of_status(enum status status);
struct sign sign_of_check(enum check_state state);
struct sign sign_of_line(const struct run_line *line); /* of one check while checks run */
/* How one check came out of a past run. */
struct sign sign_of_result(const struct run_check *result);

#endif
