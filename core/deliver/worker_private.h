/*
 * The inside of the worker, shared by worker.c, intake.c, lane.c, dispatch.c and results.c.
 *
 * A delivery that was claimed is a dispatch. It waits in the lane of its integration until rate
 * limit and slots let it go, is sent, and leaves a result, which waits for the next commit. One
 * transaction, the exchange, commits results and claims what takes their place.
 */
#ifndef CHECKHOOK_CORE_DELIVER_WORKER_PRIVATE_H
#define CHECKHOOK_CORE_DELIVER_WORKER_PRIVATE_H

#include "core/deliver/sending.h"
#include "core/deliver/target.h"
#include "core/deliver/tokens.h"
#include "core/deliver/worker.h"

enum {
    WORKER_SENDING = 256,  /* at once, over all integrations */
    WORKER_CLAIMED = 1024, /* sent or waiting in lanes */
    LANE_START = 4,        /* claimed at first, before anything is known of a receiver */
    RESULTS_PER_COMMIT = 512,
    RESULTS_WAIT_MS = 20,
    EVENTS_BYTES = 4 << 20, /* of events that are read ahead, the last one may be more */
    LEASE_S = 60,           /* beyond the time limit of the attempt */
};

struct dispatch {
    struct worker *worker;
    struct lane *lane;
    struct dispatch *previous, *next; /* of its queue, oldest first */
    struct delivery delivery;
    struct event event;      /* id NULL = read when it is sent */
    size_t event_bytes;      /* counted for it */
    struct sending *sending; /* NULL = waits for its turn */
};

struct queue {
    struct dispatch *first, *last;
    size_t count;
};

/*
 * One integration's work. It claims ahead what it will begin within a short time, so that many
 * claims share one commit: `ahead` grows while the receiver empties the lane quickly and shrinks
 * while it does not, down to nothing.
 */
struct lane {
    struct worker *worker;
    struct target *target;
    uint64_t config_seen; /* the worker's generation that target is of */
    struct queue waiting, sending;
    size_t ahead;
    int64_t filled_ms; /* when it was last claimed for */
    uint64_t filled_round;
    int64_t next_us; /* when the rate limit lets the next one go */
    bool withdrawn;  /* what waits goes back to the store, and nothing of it is begun */
};

/* What came of a dispatch, until it is committed. */
struct result {
    struct delivery delivery;
    struct attempt_result attempt;
    char *reason;
    struct target *hold; /* the integration goes on hold, as it was then; NULL = it does not */
};

struct worker {
    struct worker_options options;
    struct token_cache *tokens;
    struct lane **lanes; /* sorted by integration id */
    size_t lane_count;
    uint64_t round;           /* of claims */
    size_t turn;              /* the lane that is asked first in the next round */
    size_t claimed, sending;  /* sent or waiting; being sent */
    size_t active_lanes;      /* that have any */
    size_t event_bytes;       /* of events that were read ahead */
    uint64_t config_revision; /* grows whenever the configuration changed */
    uint64_t holds_seen;      /* revision for which holds were looked at */
    bool withdrawals;         /* a lane is withdrawn */
    bool recovered;           /* what a dead worker left in flight is pending again */
    bool stopping;            /* nothing is claimed or begun any more */
    int64_t until_s;          /* what is due later is left; INT64_MAX = nothing is */

    struct result *results;
    size_t result_count, result_room;
    int64_t results_since_ms;

    /* What is known of what waits in the store. */
    int64_t due_at;        /* the earliest for which there is room; 0 = none */
    int64_t store_version; /* at that look */
    int64_t looked_ms;     /* monotonic */
    bool look_again;       /* the look was put off, or room came */
    bool busy;             /* others write */
    int64_t busy_until_ms; /* monotonic: when to try again, also where the store cannot be used */
    int64_t busy_pause_ms; /* the next one */
};

int64_t worker_now_ms(const struct worker *w);
int64_t worker_due_by(const struct worker *w); /* seconds: what is due then may be claimed */

/* Brings the configuration up to date; what waits in the lanes follows at the next step. */
bool worker_refresh(struct worker *w, struct error *err);

/* --- intake.c: what is due, and claiming it ----------------------------------------------------
 */

/* Ends holds that have lost their reason: the integration is enabled, or asks for another access,
 * in the configuration as it is now, which may have been edited by hand. Asked once for each state
 * of the configuration. */
bool intake_end_holds(struct worker *w, struct error *err);
/* Looks what is due where that may have changed; not more often than every few milliseconds. */
bool intake_look(struct worker *w, struct error *err);
/* Deliveries are due and there is room for them. */
bool intake_due(const struct worker *w);
/* Claims inside the open transaction. What is claimed for an integration that takes nothing goes
 * its way at once: held where it is disabled, ended where it is removed. */
bool intake_claim(struct worker *w, struct delivery_list *out, struct error *err);
/* Puts what was claimed into lanes, once that is committed; empties the list. */
void intake_take(struct worker *w, struct delivery_list *list);
int64_t intake_next_ms(const struct worker *w); /* when to look again; INT64_MAX */

/* --- lane.c ---------------------------------------------------------------------------------- */

/* The lane of an integration as it is configured now, made when missing. */
struct lane *lane_for(struct worker *w, const struct integration *in);
struct lane *lane_find(const struct worker *w, const char *integration_id);
void lane_drop_idle(
    struct worker *w); /* those without work; called when the configuration changed */

/* How many more it may claim now. */
size_t lane_room(const struct lane *lane);
/* It is time to claim for it, before it runs dry. */
bool lane_hungry(const struct lane *lane);
void lane_filled(struct lane *lane); /* it was just claimed for */

/* What waits was claimed for an integration that is on hold now, or was another. */
void lane_withdraw(struct lane *lane);
bool lanes_give_back(struct worker *w, struct error *err); /* what waits in withdrawn lanes */

void lane_add(struct lane *lane, struct dispatch *dispatch);
void lane_begin(struct dispatch *dispatch); /* from waiting to sending */
void lane_remove(struct dispatch *dispatch);

/* The next dispatch that may be sent now, NULL = none; and when to ask again, INT64_MAX = when one
 * that is being sent has ended. */
struct dispatch *lane_take_turn(struct lane *lane, int64_t now_ms);
int64_t lane_next_turn_ms(const struct lane *lane, int64_t now_ms);

/* --- dispatch.c ------------------------------------------------------------------------------- */

/* Takes over the delivery. */
struct dispatch *dispatch_new(struct lane *lane, struct delivery *delivery);
/* Reads its event ahead, unless many bytes of others wait already. */
bool dispatch_read_ahead(struct dispatch *dispatch, struct error *err);
/* Sends; the dispatch may be gone afterwards. */
bool dispatch_start(struct dispatch *dispatch, struct error *err);
/* Its place is free; what it was sending is cancelled. */
void dispatch_free(struct dispatch *dispatch);
void queue_drop(struct queue *queue); /* frees them all */
/* Inside the open transaction: its deliveries are pending again, that attempt not counted. They
 * stay in the queue until it is dropped. */
bool queue_give_back(struct worker *w, const struct queue *queue, struct error *err);

/* --- results.c ---------------------------------------------------------------------------------
 */

/* What came of it, judged. Takes the delivery and the record of the attempt. The lane of an
 * integration that goes on hold is withdrawn. */
void results_add(struct worker *w, struct delivery *delivery, struct sending *s);
/* It failed for good before anything was sent. Takes the delivery. */
void results_add_failed(struct worker *w, struct delivery *delivery, const char *reason);
/* Enough wait, or the first has waited long enough. */
bool results_due(const struct worker *w);
/* Records all inside the open transaction; they stay until they are forgotten. */
bool results_record(struct worker *w, struct error *err);
/* They are committed: tells who listens. */
void results_forget(struct worker *w);
void results_release(struct worker *w);

#endif
