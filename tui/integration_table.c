/* The columns of the list of integrations: what they hold and how they are ordered. */
#include "tui/integration_table.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/sign.h"

enum column {
    COLUMN_STATUS,
    COLUMN_NAME,
    COLUMN_AUTH,
    COLUMN_ENDPOINT,
    COLUMN_CHECKS,
    COLUMN_WAITING,
    COLUMN_LAST
};

static const struct list_column columns[] = {
    [COLUMN_STATUS] = {.title = "STATUS", .width = 10},
    [COLUMN_NAME] = {.title = "NAME", .width = 18, .grow = 1},
    [COLUMN_AUTH] = {.title = "AUTH", .width = 24, .drop = 3},
    [COLUMN_ENDPOINT] = {.title = "ENDPOINT", .width = 25, .grow = 2, .drop = 2},
    [COLUMN_CHECKS] = {.title = "CHECKS", .width = 6, .drop = 4, .right = true},
    [COLUMN_WAITING] = {.title = "WAITING", .width = 7, .drop = 5, .right = true},
    [COLUMN_LAST] = {.title = "LAST DELIVERY", .width = 13, .drop = 1, .right = true},
};

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct integration_table *table = ctx;
    struct integration_row *r = &table->rows.items[row];
    const struct outbox_counts *counts = &r->status.facts.counts;
    const char *text = "";
    switch ((enum column)column) {
    case COLUMN_STATUS:
        text = sign_of_status(r->status.status).text;
        out->role = sign_of_status(r->status.status).role;
        break;
    case COLUMN_NAME:
        text = r->name;
        break;
    case COLUMN_AUTH:
        text = auth_type_label(r->auth);
        break;
    case COLUMN_ENDPOINT:
        text = integration_row_url(r);
        break;
    case COLUMN_CHECKS:
        snprintf(out->text, sizeof out->text, "%zu", r->status.checks);
        return;
    case COLUMN_WAITING:
        snprintf(out->text, sizeof out->text, "%lld", (long long)(counts->waiting + counts->held));
        return;
    case COLUMN_LAST:
        integration_row_last(r, session_now_s(table->session), out->text, sizeof out->text);
        return;
    }
    snprintf(out->text, sizeof out->text, "%s", text);
}

static const char *row_id(void *ctx, size_t row)
{
    return ((const struct integration_table *)ctx)->rows.items[row].id;
}

/* Numbers and times by their value; the rows are in the order of the names. */
static int64_t sort_key(const struct integration_row *r, size_t row, enum column column)
{
    switch (column) {
    case COLUMN_STATUS:
        return r->status.status;
    case COLUMN_AUTH:
        return r->auth;
    case COLUMN_CHECKS:
        return (int64_t)r->status.checks;
    case COLUMN_WAITING:
        return r->status.facts.counts.waiting + r->status.facts.counts.held;
    case COLUMN_LAST:
        return -r->status.facts.last_at;
    default:
        return (int64_t)row;
    }
}

static int compare(void *ctx, size_t a, size_t b, size_t column)
{
    const struct integration_table *table = ctx;
    struct integration_row *x = &table->rows.items[a], *y = &table->rows.items[b];
    if (column == COLUMN_ENDPOINT)
        return strcmp(integration_row_url(x), integration_row_url(y));
    const int64_t left = sort_key(x, a, (enum column)column);
    const int64_t right = sort_key(y, b, (enum column)column);
    return left < right ? -1 : left > right;
}

const struct listing_ops integration_listing = {
    .name = "integrations",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .sort_column = COLUMN_NAME,
    .cell = cell,
    .id = row_id,
    .compare = compare,
};
