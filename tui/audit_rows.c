/* Entries of the audit, read in slices. */
#include "tui/audit_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/when.h"

enum { ROWS_AT_ONCE = 200, NAME_COLS_MAX = 28 };

void audit_item_copy(struct audit_item *to, const struct audit_row *row)
{
    *to = (struct audit_item){
        .id = row->id,
        .at = row->at,
        .who = mem_strdup(row->who),
        .from = mem_strdup(row->from),
        .through = mem_strdup(row->through),
        .what = mem_strdup(row->what),
        .subject_id = mem_strdup(row->subject_id),
        .subject = mem_strdup(row->subject),
        .before = mem_strdup(row->before),
        .after = mem_strdup(row->after),
    };
}

void audit_item_release(struct audit_item *item)
{
    char *const texts[] = {item->who,        item->from,    item->through, item->what,
                           item->subject_id, item->subject, item->before,  item->after};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        free(texts[i]);
    *item = (struct audit_item){0};
}

static void forget(struct audit_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        audit_item_release(&rows->items[i]);
    free(rows->items);
    free(rows->text);
    *rows = (struct audit_rows){0};
}

void audit_rows_start(struct audit_rows *rows, const char *text)
{
    char *wanted = text && *text ? mem_strdup(text) : NULL;
    forget(rows);
    rows->text = wanted;
}

void audit_rows_release(struct audit_rows *rows)
{
    forget(rows);
}

static bool fits(const struct audit_row *row, const char *text)
{
    const char *const texts[] = {row->who,        row->from,    row->through, row->what,
                                 row->subject_id, row->subject, row->before,  row->after};
    if (!text)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (text_contains_nocase(texts[i], text))
            return true;
    }
    return false;
}

struct reading {
    struct audit_rows *rows;
    int64_t seen;
};

static bool take(void *ctx, const struct audit_row *row, struct error *err)
{
    struct reading *r = ctx;
    (void)err;
    r->seen++;
    r->rows->oldest_id = row->id;
    if (fits(row, r->rows->text))
        audit_item_copy(list_add(&r->rows->items, &r->rows->count, sizeof *r->rows->items), row);
    return true;
}

bool audit_rows_read(struct audit_rows *rows, struct store *store, size_t wanted, int budget_ms,
                     bool *more, struct error *err)
{
    const int64_t until_ms = clock_monotonic_ms() + budget_ms;
    const size_t before = rows->count;
    bool ok = true;
    while (ok && !rows->complete && rows->count < wanted && clock_monotonic_ms() <= until_ms) {
        const struct audit_query query = {.before_id = rows->oldest_id, .limit = ROWS_AT_ONCE};
        struct reading reading = {rows, 0};
        ok = audit_each(store, &query, take, &reading, err);
        rows->complete = reading.seen < ROWS_AT_ONCE || rows->count >= AUDIT_ROWS_MAX;
    }
    *more = rows->count > before;
    return ok;
}

/* --- one entry ------------------------------------------------------------------------------ */

static void measure_name(void *ctx, const char *name, const char *before, const char *after)
{
    int *cols = ctx;
    const int width = draw_width(name);
    (void)before;
    (void)after;
    if (width > *cols && width <= NAME_COLS_MAX)
        *cols = width;
}

struct writing {
    struct textview *out;
    int name_cols;
    bool both; /* something was and is: else only what there was, or is */
};

static void add_change(void *ctx, const char *name, const char *before, const char *after)
{
    const struct writing *w = ctx;
    const int pad = w->name_cols - draw_width(name);
    if (w->both)
        textview_add(w->out, ROLE_TEXT, "  %s%*s  %s → %s", name, pad > 0 ? pad : 0, "",
                     before ? before : "(not set)", after ? after : "(not set)");
    else
        textview_add(w->out, ROLE_TEXT, "  %s%*s  %s", name, pad > 0 ? pad : 0, "",
                     after ? after : before);
}

static bool is_nothing(const char *object)
{
    return strcmp(object, "{}") == 0;
}

static void add_changes(struct textview *out, const struct audit_item *item)
{
    const bool had = !is_nothing(item->before), has = !is_nothing(item->after);
    struct writing w = {out, 0, had && has};
    if (!had && !has)
        return;
    textview_blank(out);
    textview_add(out, ROLE_HEADING, "%s", w.both ? "Before → after" : had ? "It was" : "With");
    audit_each_change(item->before, item->after, measure_name, &w.name_cols);
    audit_each_change(item->before, item->after, add_change, &w);
}

/* How it was done, as the end of "alice from 10.1.2.3, …". */
static const char *manner(const char *through)
{
    if (strcmp(through, "console") == 0)
        return "in the console";
    return strcmp(through, "command") == 0 ? "with a command" : "by itself";
}

void audit_about(struct textview *out, const struct audit_item *item)
{
    char when[WHEN_MAX];
    when_long(item->at, when);
    textview_clear(out);
    textview_pair(out, "When", ROLE_TEXT, "%s", when);
    textview_pair(out, "Who", ROLE_TEXT, "%s%s%s, %s", item->who, item->from[0] ? " from " : "",
                  item->from, manner(item->through));
    textview_pair(out, "What", ROLE_TEXT, "%s%s%s", item->what, item->subject[0] ? ": " : "",
                  item->subject);
    if (item->subject_id[0])
        textview_pair(out, "Id", ROLE_TEXT, "%s", item->subject_id);
    add_changes(out, item);
}
