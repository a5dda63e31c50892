/* Counts what waits and what came of it. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 4096 };

/* Prepares a text that was put together; few different ones come up. */
static struct stmt *prepare_text(struct store *s, struct strbuf *sql, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql->text, err);
    strbuf_release(sql);
    return st;
}

/* What is counted, each with a condition that leads to its own index. The bound on due_at is always
 * met, and + keeps an index of the whole history away. SQLite seeks by the first of two bounds. */
#define OF_ONE " AND integration_id = :integration_id"
static const struct counter {
    size_t slot;
    const char *condition, *of_one; /* of one integration */
} counters[] = {
    {offsetof(struct outbox_counts, waiting), "state = 'pending' AND due_at >= 0", OF_ONE},
    {offsetof(struct outbox_counts, waiting), "state = 'in_flight' AND kind = 'finding'", OF_ONE},
    {offsetof(struct outbox_counts, retrying), "state = 'pending' AND attempts > 0 AND due_at >= 0",
     OF_ONE},
    {offsetof(struct outbox_counts, retrying),
     "state = 'in_flight' AND kind = 'finding' AND attempts > 0", OF_ONE},
    {offsetof(struct outbox_counts, held), "state = 'held'", OF_ONE},
    {offsetof(struct outbox_counts, failed), "state = 'failed' AND kind = 'finding'", OF_ONE},
    {offsetof(struct outbox_counts, delivered),
     "state = 'delivered' AND kind = 'finding' AND finished_at >= :since AND finished_at > 0",
     " AND +integration_id = :integration_id"},
};

static int64_t *slot_of(struct outbox_counts *counts, const struct counter *c)
{
    return (int64_t *)(void *)((char *)counts + c->slot);
}

static bool count_one(struct store *s, const struct counter *c, const char *integration_id,
                      int64_t since, int64_t *sum, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "SELECT count(*) FROM deliveries WHERE %s%s", c->condition,
                integration_id ? c->of_one : "");
    struct stmt *st = prepare_text(s, &sql, err);
    if (!st)
        return false;
    if (integration_id)
        stmt_bind_text(st, ":integration_id", integration_id);
    if (c->slot == offsetof(struct outbox_counts, delivered))
        stmt_bind_int(st, ":since", since);
    bool ok = stmt_step(st, err) == STEP_ROW;
    if (ok)
        *sum += stmt_int(st, 0);
    stmt_reset(st);
    return ok;
}

bool outbox_count(struct store *s, const char *integration_id, int64_t since,
                  struct outbox_counts *out, struct error *err)
{
    struct outbox_counts counts = {0};
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        if (!count_one(s, &counters[i], integration_id, since, slot_of(&counts, &counters[i]), err))
            return false;
    }
    *out = counts;
    return true;
}

bool outbox_count_due(struct store *s, int64_t now, int64_t *count, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT count(*) FROM deliveries"
                                 " WHERE state = 'pending' AND due_at >= 0 AND due_at <= :now",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":now", now);
    const bool ok = stmt_step(st, err) == STEP_ROW;
    if (ok)
        *count = stmt_int(st, 0);
    stmt_reset(st);
    return ok;
}

bool outbox_count_failures(struct store *s, const char *integration_id, int64_t *count,
                           struct error *err)
{
    int64_t sum = 0;
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        if (counters[i].slot == offsetof(struct outbox_counts, failed) &&
            !count_one(s, &counters[i], integration_id, 0, &sum, err))
            return false;
    }
    *count = sum;
    return true;
}

/* --- failures that are still open ------------------------------------------------------------ */

/* The next integration, in the order of ids, that has any failure: one seek in the index of what
 * failed. NULL at the end, and where it failed; the caller frees. */
static char *next_with_failures(struct store *s, const char *last, bool *ok, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT min(integration_id) FROM deliveries"
                                 " WHERE state = 'failed' AND integration_id > :last",
                                 err);
    *ok = st != NULL;
    if (!st)
        return NULL;
    stmt_bind_text(st, ":last", last);
    *ok = stmt_step(st, err) == STEP_ROW;
    char *id = *ok && stmt_text(st, 0) ? mem_strdup(stmt_text(st, 0)) : NULL;
    stmt_reset(st);
    return id;
}

static bool count_open_of(struct store *s, const char *integration_id, int64_t most, int64_t *sum,
                          struct error *err)
{
    struct stmt *st = db_prepare(
        s->db,
        "SELECT count(*) FROM (SELECT 1 FROM deliveries d"
        " WHERE d.state = 'failed' AND d.kind = 'finding' AND d.integration_id = :integration_id"
        " AND NOT EXISTS (SELECT 1 FROM deliveries a"
        "   WHERE a.redelivery_of > 0 AND a.redelivery_of = d.id) LIMIT :most) AS failures",
        err);
    if (!st)
        return false;
    stmt_bind_text(st, ":integration_id", integration_id);
    stmt_bind_int(st, ":most", most);
    const bool ok = stmt_step(st, err) == STEP_ROW;
    if (ok)
        *sum += stmt_int(st, 0);
    stmt_reset(st);
    return ok;
}

bool outbox_count_open_failures(struct store *s, integration_known *known, void *ctx, int64_t most,
                                int64_t *count, struct error *err)
{
    bool ok = true;
    int64_t sum = 0;
    char *id = next_with_failures(s, "", &ok, err);
    while (ok && id && sum < most) {
        if (known(ctx, id))
            ok = count_open_of(s, id, most - sum, &sum, err);
        char *next = ok ? next_with_failures(s, id, &ok, err) : NULL;
        free(id);
        id = next;
    }
    free(id);
    if (ok)
        *count = sum;
    return ok;
}

/* --- of many integrations -----------------------------------------------------------------------
 */

static int compare_ids(const void *key, const void *id)
{
    return strcmp(key, *(const char *const *)id);
}

struct integration_facts *facts_of(const struct facts_table *table, const char *integration_id)
{
    const char *const *found = table->count == 0 ? NULL
                                                 : bsearch(integration_id, table->ids, table->count,
                                                           sizeof *table->ids, compare_ids);
    return found ? &table->facts[found - table->ids] : NULL;
}

static bool count_each(struct store *s, const struct counter *c, const struct facts_table *table,
                       struct error *err)
{
    struct strbuf sql;
    enum step step;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql,
                "SELECT integration_id, count(*) FROM deliveries WHERE %s GROUP BY integration_id",
                c->condition);
    struct stmt *st = prepare_text(s, &sql, err);
    if (!st)
        return false;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        struct integration_facts *facts = facts_of(table, stmt_text(st, 0));
        if (facts)
            *slot_of(&facts->counts, c) += stmt_int(st, 1);
    }
    stmt_reset(st);
    return step == STEP_DONE;
}

bool counts_each(struct store *s, const struct facts_table *table, bool failures, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        const size_t slot = counters[i].slot;
        if (slot == offsetof(struct outbox_counts, delivered) ||
            (slot == offsetof(struct outbox_counts, failed) && !failures))
            continue;
        if (!count_each(s, &counters[i], table, err))
            return false;
    }
    return true;
}
