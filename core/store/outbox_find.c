/* Finds deliveries by a filter: their ids first, newest first, then row by row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum {
    SQL_MAX = 4096,
    MANY_PENDING = 1000, /* from so many on the newest of them stand near the end */
};

/* How a list is read; each looks at little more than it gives, however long the history is. */
enum route {
    ROUTE_WALK, /* down from the newest, of one integration or check where one is asked for */
    ROUTE_SORT, /* everything in this state: there is little of it */
    ROUTE_EACH, /* the newest in this state of each integration, by the state's own index */
};

/* Every integration that has a delivery in the state, found by leaps through its index. */
#define EACH_INTEGRATION(state)                                                                    \
    "WITH RECURSIVE each (integration) AS ("                                                       \
    "  SELECT min(integration_id) FROM deliveries WHERE state = '" state "'"                       \
    "  UNION ALL"                                                                                  \
    "  SELECT (SELECT min(d.integration_id) FROM deliveries d"                                     \
    "          WHERE d.state = '" state "' AND d.integration_id > e.integration)"                  \
    "  FROM each e WHERE e.integration IS NOT NULL)"
#define THIS_INTEGRATION "WITH each (integration) AS (SELECT :integration_id)"

static bool ask_int(struct stmt *st, int64_t *out, struct error *err)
{
    enum step step = st ? stmt_step(st, err) : STEP_FAILED;
    if (step == STEP_ROW)
        *out = stmt_int(st, 0);
    if (st)
        stmt_reset(st);
    return step != STEP_FAILED;
}

/* --- which way ------------------------------------------------------------------------------- */

static bool few_pending(struct store *s, const char *integration_id, bool *few, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   integration_id ? "SELECT count(*) FROM (SELECT 1 FROM deliveries"
                                    " WHERE state = 'pending' AND due_at >= 0"
                                    " AND integration_id = :integration_id LIMIT :many)"
                                  : "SELECT count(*) FROM (SELECT 1 FROM deliveries"
                                    " WHERE state = 'pending' AND due_at >= 0 LIMIT :many)",
                   err);
    int64_t count = 0;
    if (st && integration_id)
        stmt_bind_text(st, ":integration_id", integration_id);
    if (st)
        stmt_bind_int(st, ":many", MANY_PENDING);
    bool ok = ask_int(st, &count, err);
    *few = count < MANY_PENDING;
    return ok;
}

static bool choose_route(struct store *s, const struct delivery_filter *f, enum route *out,
                         struct error *err)
{
    bool few = false;
    *out = ROUTE_WALK;
    switch (f->state) {
    case DELIVERY_FAILED:
    case DELIVERY_HELD:
        *out = ROUTE_EACH;
        return true;
    case DELIVERY_IN_FLIGHT:
        *out = ROUTE_SORT;
        return true;
    case DELIVERY_PENDING:
        if (!few_pending(s, f->integration_id, &few, err))
            return false;
        *out = few ? ROUTE_SORT : ROUTE_WALK;
        return true;
    default:
        return true;
    }
}

/* --- the statement --------------------------------------------------------------------------- */

/* Sums in place of times, and joined texts in place of words, keep the engine from being led to
 * another index than the one that is meant. */
#define OF_THE_TIME  " AND created_at + 0 >= :since AND created_at + 0 < :until"
#define OF_THE_CHECK " AND check_id || '' = :check_id"

/* The state stands as it does in the condition of its index. Tests are never held. */
static void write_each(struct strbuf *sql, const struct delivery_filter *f)
{
    bool failed = f->state == DELIVERY_FAILED;
    strbuf_adds(sql, f->integration_id ? THIS_INTEGRATION
                     : failed          ? EACH_INTEGRATION("failed")
                                       : EACH_INTEGRATION("held"));
    strbuf_adds(sql, failed ? ", kinds (kind) AS (VALUES ('finding'), ('test'))"
                            : ", kinds (kind) AS (VALUES ('finding'))");
    strbuf_adds(sql, " SELECT d.id FROM each e CROSS JOIN kinds k CROSS JOIN deliveries d"
                     " WHERE d.id IN (SELECT id FROM deliveries"
                     "  WHERE integration_id = e.integration AND kind = k.kind" OF_THE_TIME);
    strbuf_adds(sql, failed ? " AND state = 'failed'" : " AND state = 'held'");
    if (f->check_id)
        strbuf_adds(sql, OF_THE_CHECK);
    strbuf_adds(sql, " ORDER BY id DESC LIMIT :limit) ORDER BY d.id DESC LIMIT :limit");
}

static void write_sort(struct strbuf *sql, const struct delivery_filter *f)
{
    strbuf_adds(sql, "SELECT id FROM deliveries WHERE ");
    strbuf_adds(sql, f->state == DELIVERY_PENDING
                         ? "state = 'pending' AND due_at >= 0" OF_THE_TIME
                         : "state = 'in_flight' AND kind IN ('finding', 'test')" OF_THE_TIME);
    if (f->integration_id)
        strbuf_adds(sql, " AND integration_id = :integration_id");
    if (f->check_id)
        strbuf_adds(sql, OF_THE_CHECK);
    strbuf_adds(sql, " ORDER BY 0 - id LIMIT :limit");
}

static void write_walk(struct strbuf *sql, const struct delivery_filter *f)
{
    strbuf_adds(sql,
                "SELECT id FROM deliveries WHERE created_at >= :since AND created_at < :until");
    if (f->integration_id)
        strbuf_adds(sql, " AND integration_id = :integration_id");
    if (f->state >= 0)
        strbuf_addf(sql, " AND state || '' = '%s'",
                    delivery_state_text((enum delivery_state)f->state));
    if (f->check_id)
        strbuf_adds(sql, " AND check_id = :check_id");
    strbuf_adds(sql, " ORDER BY created_at DESC, id DESC LIMIT :limit");
}

static struct stmt *prepare_ids(struct store *s, const struct delivery_filter *f, enum route route,
                                struct error *err)
{
    static void (*const write[])(struct strbuf *, const struct delivery_filter *) = {
        [ROUTE_WALK] = write_walk, [ROUTE_SORT] = write_sort, [ROUTE_EACH] = write_each};
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    write[route](&sql, f);
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    if (!st)
        return NULL;
    stmt_bind_int(st, ":since", f->since);
    stmt_bind_int(st, ":until", f->until > 0 ? f->until : INT64_MAX);
    /* With a text to look for or more to ask, how many rows it takes is known only on the way. */
    stmt_bind_int(st, ":limit", f->limit > 0 && !f->text && !f->open_of ? f->limit : INT64_MAX);
    if (f->integration_id)
        stmt_bind_text(st, ":integration_id", f->integration_id);
    if (f->check_id)
        stmt_bind_text(st, ":check_id", f->check_id);
    return st;
}

/* --- the rows -------------------------------------------------------------------------------- */

struct id_list {
    int64_t *items;
    size_t count;
};

static bool find_ids(struct store *s, const struct delivery_filter *f, struct id_list *out,
                     struct error *err)
{
    enum route route;
    if (!choose_route(s, f, &route, err))
        return false;
    struct stmt *st = prepare_ids(s, f, route, err);
    enum step step = STEP_FAILED;
    while (st && (step = stmt_step(st, err)) == STEP_ROW)
        *(int64_t *)list_add(&out->items, &out->count, sizeof *out->items) = stmt_int(st, 0);
    return step == STEP_DONE;
}

bool delivery_has_text(const struct delivery *d, const char *text)
{
    char id[DELIVERY_ID_MAX], status[16] = "";
    if (!text || !*text)
        return true;
    delivery_id_text(d->id, id);
    if (d->status > 0)
        snprintf(status, sizeof status, "%d", d->status);
    const char *const places[] = {id,     d->integration_name,           d->check_id,
                                  status, delivery_state_text(d->state), d->reason};
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        if (text_contains_nocase(places[i], text))
            return true;
    }
    return false;
}

static bool is_open(const struct delivery *d, const struct delivery_filter *f)
{
    return d->state == DELIVERY_FAILED && d->kind == KIND_FINDING && d->sent_again_as == 0 &&
           f->open_of(f->ctx, d->integration_id);
}

/* Rows are read after their ids: one may have moved on, or be gone, since. */
static bool is_wanted(const struct delivery *d, const struct delivery_filter *f)
{
    return (f->state < 0 || (int)d->state == f->state) && delivery_has_text(d, f->text) &&
           (!f->open_of || is_open(d, f));
}

static bool read_row(struct store *s, int64_t id, struct delivery *out, bool *found,
                     struct error *err)
{
    struct stmt *st =
        db_prepare(s->db, "SELECT " DELIVERY_SHOWN_COLUMNS " FROM deliveries WHERE id = :id", err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    enum step step = stmt_step(st, err);
    *found = step == STEP_ROW;
    if (*found)
        delivery_read_shown(st, out);
    stmt_reset(st);
    return step != STEP_FAILED;
}

static bool give_row(struct store *s, int64_t id, const struct delivery_filter *f,
                     delivery_sink *sink, void *ctx, int64_t *given, struct error *err)
{
    struct delivery d = {0};
    bool found = false;
    bool ok = read_row(s, id, &d, &found, err);
    if (ok && found && is_wanted(&d, f)) {
        (*given)++;
        ok = sink(ctx, &d, err);
    }
    delivery_release(&d);
    return ok;
}

bool outbox_each(struct store *s, const struct delivery_filter *f, delivery_sink *sink, void *ctx,
                 struct error *err)
{
    struct id_list ids = {0};
    int64_t given = 0;
    bool ok = find_ids(s, f, &ids, err);
    for (size_t i = 0; ok && i < ids.count && (f->limit <= 0 || given < f->limit); i++)
        ok = give_row(s, ids.items[i], f, sink, ctx, &given, err);
    free(ids.items);
    return ok;
}

bool outbox_delivery(struct store *s, int64_t id, struct delivery *out, struct error *err)
{
    bool found = false;
    if (!read_row(s, id, out, &found, err))
        return false;
    if (found)
        return true;
    char text[DELIVERY_ID_MAX];
    delivery_id_text(id, text);
    return error_set(err, ERR_NOT_FOUND, "there is no delivery %s", text);
}

static bool keep(void *ctx, const struct delivery *d, struct error *err)
{
    struct delivery_list *list = ctx;
    (void)err;
    delivery_copy(list_add(&list->items, &list->count, sizeof *list->items), d);
    return true;
}

bool outbox_list(struct store *s, const struct delivery_filter *f, struct delivery_list *out,
                 struct error *err)
{
    struct delivery_list list = {0};
    if (!outbox_each(s, f, keep, &list, err)) {
        delivery_list_release(&list);
        return false;
    }
    *out = list;
    return true;
}

/* --- integrations that are only known here --------------------------------------------------- */

bool outbox_former_integrations(struct store *s, const char *name, integration_sink *sink,
                                void *ctx, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   "WITH RECURSIVE each (integration) AS ("
                   "  SELECT min(integration_id) FROM deliveries"
                   "  UNION ALL"
                   "  SELECT (SELECT min(d.integration_id) FROM deliveries d"
                   "          WHERE d.integration_id > e.integration)"
                   "  FROM each e WHERE e.integration IS NOT NULL)"
                   " SELECT e.integration, (SELECT d.integration_name FROM deliveries d"
                   "   WHERE d.integration_id = e.integration ORDER BY d.created_at DESC LIMIT 1)"
                   " FROM each e WHERE e.integration IS NOT NULL",
                   err);
    if (!st)
        return false;
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        const char *id = stmt_text(st, 0), *called = stmt_text(st, 1);
        if (strcmp(id, name) == 0 || text_equal_nocase(called, name))
            sink(ctx, id, called);
    }
    return step == STEP_DONE;
}
