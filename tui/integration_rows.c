/* The list of integrations as data. */
#include "tui/integration_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/url.h"

enum { NOT_COUNTED = -1 };

static int by_name(const void *a, const void *b)
{
    const struct integration_row *x = a, *y = b;
    return strcasecmp(x->name, y->name);
}

/* Takes over the status. */
static void read_row(struct integration_row *row, const struct integration *in,
                     const struct integration_status *status)
{
    row->id = mem_strdup(in->id);
    row->name = mem_strdup(in->name ? in->name : "");
    row->url = mem_strdup(in->url);
    row->url_masked = in->url == NULL;
    row->failed = NOT_COUNTED;
    row->auth = (enum auth_type)in->auth.type;
    row->enabled = in->enabled;
    row->status = *status;
}

static void take_rows(struct integration_rows *rows, const struct integration_list *list,
                      const struct integration_status *statuses)
{
    struct integration_rows fresh = {.items = mem_zalloc((list->count + 1) * sizeof *fresh.items),
                                     .count = list->count};
    for (size_t i = 0; i < list->count; i++) {
        read_row(&fresh.items[i], &list->items[i], &statuses[i]);
        fresh.of_status[statuses[i].status]++;
    }
    qsort(fresh.items, fresh.count, sizeof *fresh.items, by_name);
    integration_rows_release(rows);
    *rows = fresh;
}

bool integration_rows_read(struct integration_rows *rows, struct app *app, struct error *err)
{
    const struct integration_list *list = &app->config.integrations;
    struct integration_status *statuses = mem_zalloc((list->count + 1) * sizeof *statuses);
    const bool ok = integration_status_all(app, false, statuses, err);
    if (ok)
        take_rows(rows, list, statuses);
    for (size_t i = 0; !ok && i < list->count; i++)
        integration_status_release(&statuses[i]);
    free(statuses);
    return ok;
}

void integration_rows_release(struct integration_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        struct integration_row *row = &rows->items[i];
        free(row->id);
        free(row->name);
        free(row->url);
        integration_status_release(&row->status);
    }
    free(rows->items);
    *rows = (struct integration_rows){0};
}

size_t integration_rows_find(const struct integration_rows *rows, const char *id)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(rows->items[i].id, id) == 0)
            return i;
    }
    return rows->count;
}

const char *integration_row_url(struct integration_row *row)
{
    if (!row->url_masked) {
        char *masked = url_masked(row->url);
        free(row->url);
        row->url = masked;
        row->url_masked = true;
    }
    return row->url ? row->url : "";
}

int64_t integration_row_failed(struct integration_row *row, struct store *store)
{
    struct error ignored = {0};
    if (row->failed == NOT_COUNTED &&
        !outbox_count_failures(store, row->id, &row->failed, &ignored))
        return 0;
    return row->failed;
}

void integration_row_last(const struct integration_row *row, int64_t now_s, char *out, size_t size)
{
    const struct integration_facts *facts = &row->status.facts;
    char age[16];
    if (!facts->last_ok && facts->counts.retrying > 0) {
        snprintf(out, size, "retrying"); /* what ended before that is not the last attempt */
        return;
    }
    if (facts->last_at == 0) {
        snprintf(out, size, "never");
        return;
    }
    time_age(now_s > facts->last_at ? now_s - facts->last_at : 0, age);
    if (facts->last_status > 0)
        snprintf(out, size, "%s ago %d", age, facts->last_status);
    else
        snprintf(out, size, "%s ago %s", age, facts->last_ok ? "ok" : "error");
}

/* The reason first: what follows may be cut at the end of the line. */
static void explain_hold(const struct integration_row *row, int64_t now_s, char *out, size_t size)
{
    const struct integration_facts *f = &row->status.facts;
    char held[16], worked[48] = "It never worked";
    time_age(now_s - f->hold_since, held);
    if (f->last_ok_at > 0) {
        char age[16];
        time_age(now_s - f->last_ok_at, age);
        snprintf(worked, sizeof worked, "It last worked %s ago", age);
    }
    if (row->enabled)
        snprintf(out, size, "On hold for %s: %s. %s. A test that passes (t) releases it.", held,
                 f->hold_reason, worked);
    else
        snprintf(out, size, "Disabled for %s: its deliveries wait. x enables it.", held);
}

void integration_row_explain(const struct integration_row *row, int64_t now_s, char *out,
                             size_t size)
{
    const struct integration_status *s = &row->status;
    if (s->status == STATUS_UNTESTED)
        snprintf(out, size, "Nothing was sent to it yet. t sends a test event.");
    else if (s->facts.on_hold)
        explain_hold(row, now_s, out, size);
    else if (s->status == STATUS_OFF)
        snprintf(out, size, "Disabled: its deliveries wait. x enables it.");
    else if (s->reason)
        snprintf(out, size, "%s", s->reason);
    else
        snprintf(out, size, "Ticked for %zu %s.", s->checks, s->checks == 1 ? "check" : "checks");
}
