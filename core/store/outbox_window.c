/* Reads a few deliveries before or after a place, by the index of what is asked for. */
#include "core/store/outbox_window.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 16384, SEARCH_ROWS = 256 };

struct delivery_place delivery_place(const struct delivery *d)
{
    return (struct delivery_place){d->created_at, d->id};
}

int delivery_place_compare(const struct delivery_place *a, const struct delivery_place *b)
{
    if (a->at != b->at)
        return a->at > b->at ? -1 : 1;
    return a->id == b->id ? 0 : a->id > b->id ? -1 : 1;
}

bool window_filter_has_integration(const struct window_filter *f, const char *id)
{
    for (size_t i = 0; i < f->integration_count; i++) {
        if (strcmp(f->integration_ids[i], id) == 0)
            return true;
    }
    return f->integration_count == 0;
}

bool window_filter_takes(const struct window_filter *f, const struct delivery *d)
{
    return (!f->failed || d->state == DELIVERY_FAILED) &&
           window_filter_has_integration(f, d->integration_id) && delivery_has_text(d, f->text);
}

/* --- the statement --------------------------------------------------------------------------- */

static size_t source_count(const struct window_filter *f)
{
    const bool led = f->integration_count > 0 && f->integration_count <= WINDOW_SOURCES_MAX;
    return led ? f->integration_count : 1;
}

static bool is_led(const struct window_filter *f)
{
    return f->integration_count > 0 && f->integration_count <= WINDOW_SOURCES_MAX;
}

/* Places alone, from the index of one integration or of all: those of the same second first, for
 * the engine leads no pair to an index. */
static void write_part(struct strbuf *sql, const struct window_filter *f, size_t n, bool newer,
                       bool same_second)
{
    const char *const than = newer ? ">" : "<", *const order = newer ? "ASC" : "DESC";
    strbuf_adds(sql, "SELECT * FROM (SELECT id AS pid, created_at AS pat FROM deliveries WHERE ");
    if (f->failed)
        strbuf_adds(sql, "state = 'failed' AND ");
    if (is_led(f))
        strbuf_addf(sql, "integration_id = :of%zu AND ", n);
    if (same_second)
        strbuf_addf(sql, "created_at = :at AND id %s :id ORDER BY id %s LIMIT :limit)", than,
                    order);
    else
        strbuf_addf(sql, "created_at %s :at ORDER BY created_at %s, id %s LIMIT :limit)", than,
                    order, order);
}

static void write_source(struct strbuf *sql, const struct window_filter *f, size_t n, bool newer)
{
    if (n > 0)
        strbuf_adds(sql, " UNION ALL ");
    write_part(sql, f, n, newer, true);
    strbuf_adds(sql, " UNION ALL ");
    write_part(sql, f, n, newer, false);
}

static void write_sql(struct strbuf *sql, const struct window_filter *f, bool newer)
{
    const char *const order = newer ? "ASC" : "DESC";
    strbuf_adds(sql, "SELECT " DELIVERY_SHOWN_COLUMNS " FROM (SELECT pid, pat FROM (");
    for (size_t i = 0; i < source_count(f); i++)
        write_source(sql, f, i, newer);
    strbuf_addf(sql,
                ") ORDER BY pat %s, pid %s LIMIT :limit) CROSS JOIN deliveries ON id = pid"
                " ORDER BY pat %s, pid %s",
                order, order, order, order);
}

static struct stmt *prepare(struct store *s, const struct window_filter *f, bool newer,
                            struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    write_sql(&sql, f, newer);
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    for (size_t i = 0; st && is_led(f) && i < f->integration_count; i++) {
        char name[32];
        snprintf(name, sizeof name, ":of%zu", i);
        stmt_bind_text(st, name, f->integration_ids[i]);
    }
    return st;
}

/* --- rows ------------------------------------------------------------------------------------ */

static bool searches(const struct window_filter *f)
{
    return (f->text && *f->text) || (f->integration_count > 0 && !is_led(f));
}

static void take_row(const struct window_reading *r, const struct stmt *st,
                     struct delivery_place *from, struct delivery_list *out)
{
    struct delivery d = {0};
    delivery_read_shown(st, &d);
    *from = delivery_place(&d);
    if (window_filter_takes(r->filter, &d))
        *(struct delivery *)list_add(&out->items, &out->count, sizeof *out->items) = d;
    else
        delivery_release(&d);
}

/* One statement's worth: rows looked at into *seen. */
static bool read_some(struct store *s, const struct window_reading *r, size_t limit,
                      struct delivery_place *from, struct delivery_list *out, size_t *seen,
                      struct error *err)
{
    struct stmt *st = prepare(s, r->filter, r->newer, err);
    const size_t full = out->count + r->limit;
    if (!st)
        return false;
    stmt_bind_int(st, ":at", from->at);
    stmt_bind_int(st, ":id", from->id);
    stmt_bind_int(st, ":limit", (int64_t)limit);
    enum step step;
    *seen = 0;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        take_row(r, st, from, out);
        ++*seen;
        if (out->count >= full)
            break;
    }
    stmt_reset(st);
    return step != STEP_FAILED;
}

bool outbox_window(struct store *s, const struct window_reading *r, struct delivery_place *from,
                   struct delivery_list *out, bool *ended, struct error *err)
{
    const size_t start = out->count;
    const int64_t until = clock_monotonic_ms() + r->budget_ms;
    *ended = false;
    do {
        const size_t limit = searches(r->filter) ? SEARCH_ROWS : r->limit;
        const struct window_reading rest = {r->filter, r->newer, r->limit - (out->count - start),
                                            0};
        size_t seen = 0;
        if (!read_some(s, &rest, limit, from, out, &seen, err))
            return false;
        *ended = seen < limit && out->count - start < r->limit;
    } while (!*ended && out->count - start < r->limit && clock_monotonic_ms() < until);
    return true;
}
