/* The columns of a run. */
#include "tui/run_table.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/progress.h"
#include "core/store/runs.h"
#include "tui/count.h"
#include "tui/sign.h"
#include "tui/when.h"

enum { WIDE = 110 };
enum { TENTH_MS = 100, SECOND_MS = 1000 };

enum column { COLUMN_SIGN, COLUMN_CHECK, COLUMN_STATE, COLUMN_USERS, COLUMN_RESULT, COLUMN_TIME };

#define COLUMNS(check_width)                                                                       \
    {                                                                                              \
        [COLUMN_SIGN] = {.title = "", .width = 1},                                                 \
        [COLUMN_CHECK] = {.title = "CHECK", .width = (check_width), .gap = 3},                     \
        [COLUMN_STATE] = {.title = "STATE", .width = 13},                                          \
        [COLUMN_USERS] = {.title = "USERS", .width = 9, .gap = 1, .drop = 1, .right = true},       \
        [COLUMN_RESULT] = {.title = "RESULT", .width = 14, .grow = 1},                             \
        [COLUMN_TIME] = {.title = "TIME", .width = 7, .gap = 1, .drop = 2, .right = true},         \
    }

static const struct list_column columns[] = COLUMNS(24);
static const struct list_column wide_columns[] = COLUMNS(40);

void run_table_layout(struct list *list, int cols)
{
    list->columns = cols >= WIDE ? wide_columns : columns;
    list->column_count = ARRAY_LEN(columns);
}

const char *run_line_reason(const struct run_line *line)
{
    const char *file = line->check->file ? line->check->file : "", *reason = line->error;
    if (strncmp(reason, RUN_NOT_EVALUATED, strlen(RUN_NOT_EVALUATED)) == 0)
        return reason + strlen(RUN_NOT_EVALUATED);
    if (*file && strncmp(reason, file, strlen(file)) == 0 && strstr(reason, ": "))
        return strstr(reason, ": ") + 2;
    return reason;
}

/* What the comparison with the last run can still change is not said before it. */
static struct sign sign_now(const struct run_line *line)
{
    if (!run_line_asked_all(line))
        return sign_of_line(line);
    if (line->failing > 0)
        return (struct sign){"■", "fail", ROLE_BAD};
    return (struct sign){"»", "checked", ROLE_ACCENT};
}

static void result_text(const struct run_line *line, char *out, size_t size)
{
    int len = 0;
    switch (line->state) {
    case RUN_ERROR:
        snprintf(out, size, "%s", run_line_reason(line));
        return;
    case RUN_STALE:
        snprintf(out, size, "%lld kept", (long long)line->kept);
        return;
    case RUN_RUNNING:
        if (!run_line_asked_all(line)) {
            snprintf(out, size, "…");
            return;
        }
        snprintf(out, size, "%lld found", (long long)line->failing);
        return;
    case RUN_PASS:
    case RUN_FAIL:
        if (run_line_not_evaluated(line)) {
            snprintf(out, size, "no user that it can answer for");
            return;
        }
        len = snprintf(out, size, "%lld found", (long long)line->failing);
        if (line->fresh > 0 && len > 0 && (size_t)len < size)
            snprintf(out + len, size - (size_t)len, ", %lld new", (long long)line->fresh);
        return;
    case RUN_WAITING:
    case RUN_SKIPPED:
        return;
    }
}

/* Users whose answer is known, of those whom it is asked of. While built-in checks run, which all
 * are as far as one another, only the line above says how far. */
static void users_text(const struct run_line *line, char *out, size_t size)
{
    char done[COUNT_TEXT_MAX], all[COUNT_TEXT_MAX];
    if (line->state == RUN_ERROR || run_line_not_evaluated(line)) {
        snprintf(out, size, "-");
        return;
    }
    if (run_line_ended(line) || run_line_asked_all(line)) {
        count_short(line->evaluated, done);
        count_short(line->evaluated + line->unknown, all);
    } else {
        count_short(line->done, done);
        count_short(line->total, all);
    }
    if (run_line_ended(line) || run_line_asked_all(line) ||
        (line->state == RUN_RUNNING && !line->check->builtin))
        snprintf(out, size, "%s/%s", done, all);
}

static void time_text(const struct run_line *line, char *out, size_t size)
{
    char took[WHEN_MAX];
    if (!run_line_ended(line) || line->time_ms < 0)
        return;
    when_took(line->time_ms, took);
    if (line->time_ms >= TENTH_MS && line->time_ms < SECOND_MS)
        snprintf(out, size, "%.1f s", (double)line->time_ms / SECOND_MS);
    else
        snprintf(out, size, "%s", took);
}

void run_table_cell(const struct run_line *line, size_t column, struct list_cell *out)
{
    const struct sign sign = sign_now(line);
    switch ((enum column)column) {
    case COLUMN_SIGN:
        snprintf(out->text, sizeof out->text, "%s", sign.mark);
        out->role = sign.role;
        break;
    case COLUMN_CHECK:
        snprintf(out->text, sizeof out->text, "%s", line->check->title);
        break;
    case COLUMN_STATE:
        snprintf(out->text, sizeof out->text, "%s", sign.text);
        out->role = sign.role;
        break;
    case COLUMN_USERS:
        users_text(line, out->text, sizeof out->text);
        break;
    case COLUMN_RESULT:
        result_text(line, out->text, sizeof out->text);
        break;
    case COLUMN_TIME:
        time_text(line, out->text, sizeof out->text);
        break;
    }
}
