/* Reads --now. */
#include "core/cmd/moment.h"

#include "core/base/clock.h"

bool cmd_moment(const struct cmd *cmd, int64_t *now_ms, struct error *err)
{
    const char *text = cmd_option(cmd, "now");
    int64_t seconds = 0;
    if (!text) {
        *now_ms = clock_now_ms();
        return true;
    }
    if (!time_parse(text, &seconds))
        return error_set(err, ERR_INVALID,
                         "--now: '%s' is no time; write it as 2026-01-31T06:00:00Z", text);
    *now_ms = seconds * 1000;
    return true;
}
