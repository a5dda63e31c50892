/* The columns of the list of checks: what they hold and how they are ordered. */
#include "tui/check_table.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "tui/count.h"
#include "tui/sign.h"
#include "tui/when.h"

/* Titles are told apart by their end as well as by their beginning: beside a pane, which says them
 * of the selected check, other columns go first. */
enum { TITLE_COLS = 24, FOUND_COLS = 9 };

enum column {
    COLUMN_ON,
    COLUMN_RESULT,
    COLUMN_CHECK,
    COLUMN_SEVERITY,
    COLUMN_FOUND,
    COLUMN_RUN,
    COLUMN_WEBHOOKS
};

static const struct list_column columns[] = {
    [COLUMN_ON] = {.title = "ON", .width = 3},
    [COLUMN_RESULT] = {.title = "RESULT", .width = 7},
    [COLUMN_CHECK] = {.title = "CHECK", .width = TITLE_COLS, .grow = 1},
    [COLUMN_SEVERITY] = {.title = "SEVERITY", .width = 8, .drop = 2},
    [COLUMN_FOUND] = {.title = "FOUND", .width = FOUND_COLS, .right = true, .gap = 1},
    [COLUMN_RUN] = {.title = "RUN", .width = 6, .drop = 3, .right = true, .gap = 1},
    [COLUMN_WEBHOOKS] = {.title = "WEBHOOKS", .width = 8, .drop = 1},
};

static bool was_counted(const struct check_summary *c)
{
    return c->state == CHECK_PASS || c->state == CHECK_FAIL || c->state == CHECK_STALE;
}

/* In a word; the detail has the whole reason. */
static const char *error_word(const struct check_summary *c)
{
    if (c->state != CHECK_ERROR || !c->error)
        return "-";
    return strstr(c->error, "stopped after") ? "timeout" : "error";
}

/* "17 / 412"; without blanks, then in thousands, where that is too long. */
static void found_text(const struct check_summary *c, char *out, size_t size)
{
    const long long failing = c->failing, evaluated = c->evaluated;
    int len = 0;
    if (was_counted(c))
        len = snprintf(out, size, "%lld / %lld", failing + c->kept, evaluated);
    else
        snprintf(out, size, "%s", error_word(c));
    if (len > FOUND_COLS)
        len = snprintf(out, size, "%lld/%lld", failing + c->kept, evaluated);
    if (len <= FOUND_COLS)
        return;
    char found[COUNT_TEXT_MAX], all[COUNT_TEXT_MAX];
    count_short(failing + c->kept, found);
    count_short(evaluated, all);
    snprintf(out, size, "%s/%s", found, all);
}

static void run_text(const struct check_summary *c, int64_t now_s, char *out, size_t size)
{
    char when[WHEN_MAX] = "-";
    if (c->last_run > 0)
        when_minute(c->last_run, now_s, when);
    snprintf(out, size, "%s", when);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct check_table *table = ctx;
    const struct check_summary *c = &table->rows.items[row];
    const struct sign sign = sign_of_check(c->state);
    switch ((enum column)column) {
    case COLUMN_ON:
        snprintf(out->text, sizeof out->text, "%s", c->enabled ? "[x]" : "[ ]");
        break;
    case COLUMN_RESULT:
        snprintf(out->text, sizeof out->text, "%s", sign.text);
        out->role = sign.role;
        break;
    case COLUMN_CHECK:
        snprintf(out->text, sizeof out->text, "%s", c->check->title);
        break;
    case COLUMN_SEVERITY:
        snprintf(out->text, sizeof out->text, "%s", severity_text(c->severity));
        break;
    case COLUMN_FOUND:
        found_text(c, out->text, sizeof out->text);
        break;
    case COLUMN_RUN:
        run_text(c, session_now_s(table->session), out->text, sizeof out->text);
        break;
    case COLUMN_WEBHOOKS:
        snprintf(out->text, sizeof out->text, "%zu %s", c->integrations,
                 c->integrations == 1 ? "hook" : "hooks");
        break;
    }
}

static const char *row_id(void *ctx, size_t row)
{
    return ((const struct check_table *)ctx)->rows.items[row].check->id;
}

/* What needs a look comes first. */
static int64_t urgency(enum check_state state)
{
    static const int ranks[] = {
        [CHECK_FAIL] = 0,      [CHECK_ERROR] = 1, [CHECK_STALE] = 2, [CHECK_NOT_EVALUATED] = 3,
        [CHECK_NEVER_RUN] = 4, [CHECK_PASS] = 5,  [CHECK_OFF] = 6,
    };
    return ranks[state];
}

static int64_t sort_key(const struct check_summary *c, enum column column)
{
    switch (column) {
    case COLUMN_ON:
        return !c->enabled;
    case COLUMN_RESULT:
        return urgency(c->state);
    case COLUMN_SEVERITY:
        return c->severity;
    case COLUMN_FOUND:
        return was_counted(c) ? -c->failing - c->kept : 1;
    case COLUMN_RUN:
        return -c->last_run;
    case COLUMN_WEBHOOKS:
        return -(int64_t)c->integrations;
    case COLUMN_CHECK:
        break;
    }
    return 0;
}

static int compare(void *ctx, size_t a, size_t b, size_t column)
{
    const struct check_table *table = ctx;
    const struct check_summary *x = &table->rows.items[a], *y = &table->rows.items[b];
    if (column == COLUMN_CHECK)
        return strcasecmp(x->check->title, y->check->title);
    const int64_t left = sort_key(x, (enum column)column);
    const int64_t right = sort_key(y, (enum column)column);
    return left < right ? -1 : left > right;
}

const struct listing_ops check_listing = {
    .name = "checks",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .sort_column = LISTING_UNSORTED,
    .cell = cell,
    .id = row_id,
    .compare = compare,
};
