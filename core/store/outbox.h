/*
 * The outbox: events, their deliveries and every attempt.
 *
 * Life of a delivery: pending -> in_flight -> delivered | failed; pending <-> held while its
 * integration is on hold. Events and deliveries are written in the transaction of the run or
 * action that caused them (store_begin … store_commit); nothing is sent that is not committed.
 */
#ifndef CHECKHOOK_CORE_STORE_OUTBOX_H
#define CHECKHOOK_CORE_STORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

enum delivery_state {
    DELIVERY_PENDING,
    DELIVERY_IN_FLIGHT,
    DELIVERY_DELIVERED,
    DELIVERY_FAILED,
    DELIVERY_HELD
};
enum delivery_kind { KIND_FINDING, KIND_TEST };

const char *delivery_state_text(enum delivery_state state); /* "in_flight" */
bool delivery_state_parse(const char *text, enum delivery_state *state);
const char *delivery_kind_text(enum delivery_kind kind); /* "finding", "test" */

/* "d_1f2e" and back; parse also takes the bare number. */
enum { DELIVERY_ID_MAX = 24 };
void delivery_id_text(int64_t id, char out[DELIVERY_ID_MAX]);
bool delivery_id_parse(const char *text, int64_t *id);

/* --- events ------------------------------------------------------------------------------- */

/* What happened, the same on every attempt. `detail` is the check notification of DESIGN 6 as a
 * compact JSON object without explainabilityDetails; `explain` that array or NULL. */
struct event {
    char *id, *envelope_id; /* UUIDs */
    enum delivery_kind kind;
    char *check_id;
    int64_t run_id; /* 0 = none */
    int64_t published_ms;
    char *detail, *explain;
};
void event_release(struct event *e);

bool outbox_add_event(struct store *s, const struct event *e, struct error *err);
bool outbox_event(struct store *s, const char *id, struct event *out, struct error *err);

/* --- deliveries --------------------------------------------------------------------------- */

struct delivery {
    int64_t id;
    enum delivery_kind kind;
    char *event_id, *check_id;               /* check_id: "WebhookTest" for tests */
    char *integration_id, *integration_name; /* the name as it was then */
    enum delivery_state state;
    int attempts;    /* recorded ones */
    int status;      /* of the last answer; 0 = none */
    int64_t took_ms; /* of the last attempt; -1 = none */
    char *reason;    /* why it waits or failed; "" (also in flight) */
    int64_t created_at;
    int64_t due_at;        /* next attempt; 0 when finished, held or in flight */
    int64_t aged_from;     /* its age counts from here: created, or released from a hold */
    int64_t finished_at;   /* 0 = not yet */
    int64_t redelivery_of; /* 0 = none */
    /* The newest redelivery of it; 0 = none. Looked for where deliveries are shown, not in claims.
     */
    int64_t sent_again_as;
    int64_t body_key; /* where the store keeps what is sent, for outbox_event_of */
};
struct delivery_list {
    struct delivery *items;
    size_t count;
};
void delivery_copy(struct delivery *to, const struct delivery *from); /* to: zeroed or released */
void delivery_release(struct delivery *d);
void delivery_list_release(struct delivery_list *list);

/* The event of a delivery, for less than by its id. */
bool outbox_event_of(struct store *s, const struct delivery *d, struct event *out,
                     struct error *err);

/* What to add: event, integration, now. held_reason NULL = pending, due now, or held as well while
 * the integration is on hold. A delivery of kind test starts in flight: whoever makes it sends it
 * and records what came of it; no worker claims it. */
struct new_delivery {
    const char *event_id, *check_id, *integration_id, *integration_name;
    enum delivery_kind kind;
    int64_t now;
    const char *held_reason;
    int64_t redelivery_of;
};
bool outbox_add_delivery(struct store *s, const struct new_delivery *d, int64_t *id,
                         struct error *err);

/* A new delivery of the same event to the same integration that names the old one. The old one
 * must be finished, and no test (ERR_INVALID else). */
bool outbox_redeliver(struct store *s, int64_t id, int64_t now, const char *held_reason,
                      int64_t *new_id, struct error *err);

/*
 * The same for all that failed of one integration, was not sent again yet, and fits: oldest first,
 * in one statement. Tests are left out. The sink is told of each pair; it must not use the outbox.
 */
struct redeliver {
    const char *integration_id;
    const char *check_id; /* NULL = any */
    int64_t since, until; /* when the failed one was created; 0 = any */
    int64_t now;
    const char *held_reason; /* as in struct new_delivery */
};
typedef void redeliver_sink(void *ctx, int64_t old_id, int64_t new_id);
bool outbox_redeliver_failed(struct store *s, const struct redeliver *r, redeliver_sink *sink,
                             void *ctx, struct error *err);
/* How many it would be. */
bool outbox_count_failed(struct store *s, const struct redeliver *r, int64_t *count,
                         struct error *err);

/* --- claims: the one way to take work ------------------------------------------------------ */

/* How many deliveries an integration may still take now. NULL room = any number. */
struct claim_room {
    size_t (*room)(void *ctx, const char *integration_id);
    void *ctx;
};

/*
 * Takes at most `limit` deliveries that are due at `due_by` (seconds), fair across integrations
 * (round robin, those with the fewest in flight first; oldest first within one), marks them
 * in_flight with a lease. ERR_BUSY and any other failure take none.
 */
struct claim {
    int64_t due_by, lease_until;
    size_t limit;
    struct claim_room room;
};
bool outbox_claim_due(struct store *s, const struct claim *claim, struct delivery_list *out,
                      struct error *err);

/* A new worker returns what a dead one had in flight: pending, due at once, attempt not counted. */
bool outbox_recover(struct store *s, int64_t now, struct error *err);
/* Gives one claimed delivery back the same way. */
bool outbox_give_back(struct store *s, int64_t id, int64_t now, struct error *err);

/* Earliest due time of a pending delivery for which there is room (NULL = any); 0 = none waits. */
bool outbox_next_due(struct store *s, const struct claim_room *room, int64_t *due_at,
                     struct error *err);

/* --- attempts ------------------------------------------------------------------------------- */

/* Everything DESIGN 7 keeps of one attempt. Phases in microseconds since its start, -1 = not
 * reached. */
struct attempt {
    int64_t delivery_id;
    int n;              /* 1 … */
    int64_t started_ms; /* Unix ms */
    char *outcome;      /* class: "delivered", "retry", "refused", "failed", "gone" */
    int status;         /* 0 = no answer */
    char *reason;
    char *peer; /* "203.0.113.10:443" */
    int64_t resolve_us, connect_us, tls_us, first_byte_us, total_us;
    char *method, *url;                       /* query values of secret parameters masked */
    char *request_headers, *response_headers; /* JSON objects name -> value, secrets masked */
    char *response_body; /* the first 16 KiB after decompression; may hold any byte */
    size_t response_len;
    bool response_cut; /* there was more */
};
void attempt_release(struct attempt *a);
struct attempt_list {
    struct attempt *items;
    size_t count;
};
void attempt_list_release(struct attempt_list *list);

/* The result of an attempt: the row, and where the delivery goes. Written together by
 * outbox_record; several may share one transaction (store_begin). The store numbers the attempts
 * itself. A pending one becomes held while its integration is on hold; one that was ended meanwhile
 * (integration removed) stays so unless this result finishes it. */
struct attempt_result {
    struct attempt attempt;
    /* Of the delivery, where attempt.n is known as well: spares a look. NULL = the store looks. */
    const char *integration_id;
    enum delivery_state state;
    int64_t due_at; /* for pending */
    const char *reason;
    int64_t now;
};
bool outbox_record(struct store *s, const struct attempt_result *r, struct error *err);

/* Many results at once, as if each were recorded in turn, for less. */
bool outbox_record_all(struct store *s, const struct attempt_result *const *results, size_t count,
                       struct error *err);

bool outbox_attempts(struct store *s, int64_t delivery_id, struct attempt_list *out,
                     struct error *err);
/* The same for less: headers and body of the last one alone, NULL in the others. */
bool outbox_attempts_brief(struct store *s, int64_t delivery_id, struct attempt_list *out,
                           struct error *err);

/* --- looking -------------------------------------------------------------------------------- */

/* Is there such an integration? It must not use the outbox. */
typedef bool integration_known(void *ctx, const char *id);

struct delivery_filter {
    int state;                  /* -1 = any */
    const char *integration_id; /* NULL = any */
    const char *check_id;
    const char *text; /* in id, integration name, check, state, status or reason; any case */
    int64_t since;    /* created at or after; 0 = any */
    int64_t until;    /* created before; 0 = any */
    int64_t limit;    /* 0 = all */
    /* Failures that somebody should still look at, as outbox_count_open_failures; NULL = others as
     * well. */
    integration_known *open_of;
    void *ctx;
};
#define DELIVERY_FILTER_ALL ((struct delivery_filter){.state = -1})

/*
 * Newest first. Each way to ask is led to an index, so that a short list of a long history costs
 * little; only `delivered`, and times within a state, are looked for from the newest down. A sink
 * may use the outbox; when it returns false the walk ends so. The row is valid during the call.
 */
typedef bool delivery_sink(void *ctx, const struct delivery *d, struct error *err);
bool outbox_each(struct store *s, const struct delivery_filter *f, delivery_sink *sink, void *ctx,
                 struct error *err);
bool outbox_list(struct store *s, const struct delivery_filter *f, struct delivery_list *out,
                 struct error *err);
bool outbox_delivery(struct store *s, int64_t id, struct delivery *out, struct error *err);

/* Tells of each integration of this id, or whose last delivery bears this name (regardless of
 * case), whether it is still configured or not. The sink must not use the outbox. */
typedef void integration_sink(void *ctx, const char *id, const char *name);
bool outbox_former_integrations(struct store *s, const char *name, integration_sink *sink,
                                void *ctx, struct error *err);

struct outbox_counts {
    int64_t waiting;                           /* pending, in flight */
    int64_t held, delivered, failed, retrying; /* retrying: waiting with attempts */
};
/* Tests are not counted. integration_id NULL = all. delivered: those that ended at `since` or
 * later, for there may be very many (INT64_MAX = leave them out); the others are counted whole. */
bool outbox_count(struct store *s, const char *integration_id, int64_t since,
                  struct outbox_counts *out, struct error *err);

/* What waits and is due at `now`, tests as well. */
bool outbox_count_due(struct store *s, int64_t now, int64_t *count, struct error *err);

/*
 * Failures that somebody should still look at: not tests, not sent again since, and of integrations
 * that `known` answers true for. Counts no further than `most`, so that a long history costs
 * little.
 */
bool outbox_count_open_failures(struct store *s, integration_known *known, void *ctx, int64_t most,
                                int64_t *count, struct error *err);

/* --- integrations as the store sees them ----------------------------------------------------- */

/* The last attempt that finished a delivery or test or put it on hold, and the hold. */
struct integration_facts {
    int64_t last_at; /* 0 = nothing sent since it was made or re-pointed */
    int last_status;
    bool last_ok;
    char *last_reason;
    int64_t last_ok_at;
    bool on_hold;
    char *hold_reason;
    int64_t hold_since;
    bool gone; /* answered 410, and has taken nothing since */
    struct outbox_counts counts;
};
void integration_facts_release(struct integration_facts *f);
bool outbox_facts(struct store *s, const char *integration_id, struct integration_facts *out,
                  struct error *err);
/* The same of many for little more than of one: `ids` in the order of strcmp, `out` zeroed and
 * parallel to them; the caller releases each, also after a failure. Without `failures`, what failed
 * is not counted: of all together it can be very much. */
bool outbox_facts_all(struct store *s, const char *const *ids, size_t count, bool failures,
                      struct integration_facts *out, struct error *err);
/* What failed of one alone, as outbox_counts.failed. */
bool outbox_count_failures(struct store *s, const char *integration_id, int64_t *count,
                           struct error *err);

/* The reason of a hold for as long as the integration is disabled. */
extern const char hold_disabled_reason[];

/* On hold: pending ones become held, with the reason (that of the first hold stays). Release: held
 * ones become pending, due now, their age counting from now. Both are no-ops when it is so
 * already. */
bool outbox_hold(struct store *s, const char *integration_id, const char *reason, int64_t now,
                 struct error *err);
/* The same for an access that was refused: `print` is its fingerprint (core/config/access.h). */
bool outbox_hold_access(struct store *s, const char *integration_id, const char *reason,
                        const char *print, int64_t now, struct error *err);
/* Tells each integration whose access was refused, and which; nothing may be written meanwhile. */
bool outbox_each_refused(struct store *s,
                         void (*tell)(void *ctx, const char *integration_id, const char *print),
                         void *ctx, struct error *err);
bool outbox_release(struct store *s, const char *integration_id, int64_t now, struct error *err);

/* Tells the integrations of which something waits because they were disabled: they are on hold for
 * it, or, where that stands in the file alone, deliveries were written as held without any hold.
 * Nothing may be written meanwhile. */
bool outbox_each_disabled(struct store *s, void (*tell)(void *ctx, const char *integration_id),
                          void *ctx, struct error *err);

/* Re-pointed or made new: "untested" again. A hold stays. */
bool outbox_forget_facts(struct store *s, const char *integration_id, struct error *err);

/* Removed: its waiting deliveries end as failed, "integration removed", and its facts go. */
bool outbox_end_integration(struct store *s, const char *integration_id, int64_t now,
                            struct error *err);

/*
 * The removal, at `removed` or later, is taken back: what ended by it waits again, due now, its age
 * counting from now, and the facts say again what came of the last send. A hold is not restored: a
 * receiver that still refuses the credentials brings it back, and whoever restores a disabled one
 * calls outbox_hold.
 */
bool outbox_restore_integration(struct store *s, const char *integration_id, int64_t removed,
                                int64_t now, struct error *err);

#endif
