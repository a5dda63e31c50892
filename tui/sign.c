/* Signs of states. */
#include "tui/sign.h"

#include <string.h>

static const struct sign status_signs[] = {
    [STATUS_OK] = {"●", "● ok", ROLE_OK},
    [STATUS_WARN] = {"▲", "▲ warn", ROLE_WARN},
    [STATUS_FAILING] = {"■", "■ failing", ROLE_BAD},
    [STATUS_OFF] = {"○", "○ off", ROLE_TEXT},
    [STATUS_UNTESTED] = {"◊", "◊ untested", ROLE_TEXT},
};

static const struct sign check_signs[] = {
    [CHECK_PASS] = {"●", "● pass", ROLE_OK},
    [CHECK_FAIL] = {"■", "■ fail", ROLE_BAD},
    [CHECK_STALE] = {"▲", "▲ stale", ROLE_WARN},
    [CHECK_ERROR] = {"■", "■ error", ROLE_BAD},
    [CHECK_OFF] = {"○", "○ off", ROLE_TEXT},
    [CHECK_NOT_EVALUATED] = {"◊", "◊ n/a", ROLE_TEXT},
    [CHECK_NEVER_RUN] = {"◊", "◊ new", ROLE_TEXT},
};

static const struct sign run_signs[] = {
    [RUN_WAITING] = {"·", "waiting", ROLE_TEXT},
    [RUN_RUNNING] = {"»", "running", ROLE_ACCENT},
    [RUN_PASS] = {"●", "pass", ROLE_OK},
    [RUN_FAIL] = {"■", "fail", ROLE_BAD},
    [RUN_STALE] = {"▲", "stale", ROLE_WARN},
    [RUN_ERROR] = {"■", "error", ROLE_BAD},
    [RUN_SKIPPED] = {"○", "skipped (off)", ROLE_TEXT},
};

static bool was_not_evaluated(const char *error)
{
    return strncmp(error, RUN_NOT_EVALUATED, strlen(RUN_NOT_EVALUATED)) == 0;
}

struct sign sign_of_status(enum status status)
{
    return status_signs[status];
}

struct sign sign_of_check(enum check_state state)
{
    return check_signs[state];
}

struct sign sign_of_line(const struct run_line *line)
{
    if (run_line_not_evaluated(line))
        return (struct sign){"◊", "n/a", ROLE_TEXT};
    return run_signs[line->state];
}

struct sign sign_of_result(const struct run_check *result)
{
    if (result->error && was_not_evaluated(result->error))
        return check_signs[CHECK_NOT_EVALUATED];
    if (result->error)
        return check_signs[CHECK_ERROR];
    if (result->evaluated == 0 && result->kept == 0)
        return check_signs[CHECK_NOT_EVALUATED];
    return check_signs[result->failing > 0 ? CHECK_FAIL
                       : result->kept > 0  ? CHECK_STALE
                                           : CHECK_PASS];
}
