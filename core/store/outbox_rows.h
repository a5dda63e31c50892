/*
 * What the files of the outbox share.
 */
#ifndef CHECKHOOK_CORE_STORE_OUTBOX_ROWS_H
#define CHECKHOOK_CORE_STORE_OUTBOX_ROWS_H

#include "core/store/db.h"
#include "core/store/outbox.h"

/* The columns that delivery_read reads, in its order. */
#define DELIVERY_COLUMNS                                                                           \
    "id, kind, event_id, check_id, integration_id, integration_name, state, attempts, status,"     \
    " took_ms, reason, created_at, due_at, aged_from, finished_at, redelivery_of, body_key"

/* One column more, for delivery_read_shown: sent_again_as of the row of `deliveries`. */
#define DELIVERY_SHOWN_COLUMNS                                                                     \
    DELIVERY_COLUMNS ", (SELECT max(a.id) FROM deliveries a WHERE a.redelivery_of > 0"             \
                     " AND a.redelivery_of = deliveries.id)"
void delivery_read_shown(const struct stmt *st, struct delivery *out);

void delivery_read(const struct stmt *st, struct delivery *out);

/* In id, integration name, check, state, status or reason, regardless of case; NULL and "" are
 * everywhere. */
bool delivery_has_text(const struct delivery *d, const char *text);

/* Pending deliveries of integrations on hold become held: called after any became pending. */
bool hold_apply(struct store *s, struct error *err);

/* What a result of an attempt means for its integration (integration_facts). */
bool facts_record(struct store *s, const char *integration_id, const struct attempt_result *r,
                  struct error *err);

/* The facts of many integrations: `ids` in the order of strcmp, `facts` parallel to them. */
struct facts_table {
    const char *const *ids;
    struct integration_facts *facts;
    size_t count;
};
struct integration_facts *facts_of(const struct facts_table *table, const char *integration_id);

/* Adds to the counts of each what waits, and what failed if wanted; delivered ones are left out. */
bool counts_each(struct store *s, const struct facts_table *table, bool failures,
                 struct error *err);

#endif
