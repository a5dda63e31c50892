/*
 * The inside of the worker, shared by worker.c, lane.c and dispatch.c.
 *
 * A delivery that was claimed is a dispatch. It waits in the lane of its integration until rate
 * limit and slots let it go, is sent, and leaves a result, which waits for the next commit.
 */
#ifndef CHECKHOOK_CORE_DELIVER_WORKER_PRIVATE_H
#define CHECKHOOK_CORE_DELIVER_WORKER_PRIVATE_H

#include "core/deliver/sending.h"
#include "core/deliver/target.h"
#include "core/deliver/tokens.h"
#include "core/deliver/worker.h"

enum {
    WORKER_IN_FLIGHT = 256, /* over all integrations */
    RESULTS_PER_COMMIT = 64,
    RESULTS_WAIT_MS = 20,
    LEASE_S = 60, /* beyond the time limit of the attempt */
};

struct dispatch {
    struct worker *worker;
    struct lane *lane;
    struct dispatch *previous, *next; /* of the lane, oldest first */
    struct delivery delivery;
    struct sending *sending; /* NULL = waits for its turn */
};

/* One integration with work under way. */
struct lane {
    struct lane *next;
    struct target *target;
    struct dispatch *first, *last;
    size_t count;
    int64_t next_us; /* when the rate limit lets the next one go */
};

/* What came of a dispatch, until it is committed. */
struct result {
    struct delivery delivery;
    struct attempt_result attempt;
    char *reason;
    bool hold; /* the integration goes on hold */
};

struct worker {
    struct worker_options options;
    struct token_cache *tokens;
    struct lane *lanes;
    size_t dispatches; /* claimed and not yet done */
    struct result *results;
    size_t result_count;
    int64_t results_since_ms;
    int64_t claimed_ms; /* the last claim */
    bool blocked;       /* it left due deliveries for want of room */
    bool room_came;     /* a dispatch ended since */
    bool reloaded;      /* the configuration is newer than what waits in the lanes */
    bool stopping;      /* nothing is claimed or begun any more */
};

int64_t worker_now_ms(const struct worker *w);

/* Brings the configuration up to date; what waits in the lanes follows at the next step. */
bool worker_refresh(struct worker *w, struct error *err);

/* --- lane.c ---------------------------------------------------------------------------------- */

/* The lane of an integration as it is configured now, made when missing. */
struct lane *lane_for(struct worker *w, const struct integration *in);
struct lane *lane_find(const struct worker *w, const char *integration_id);
void lane_drop_idle(struct worker *w); /* lanes whose work is done and whose pause is over */

/* How many more the lane may claim now. */
size_t lane_room(const struct lane *lane, const struct integration *in);

void lane_add(struct lane *lane, struct dispatch *dispatch);
void lane_remove(struct dispatch *dispatch);

/* The next dispatch that may be sent now, NULL = none; and when to ask again, INT64_MAX = when one
 * that is being sent has ended. */
struct dispatch *lane_take_turn(struct lane *lane, int64_t now_ms);
int64_t lane_next_turn_ms(const struct lane *lane);

/* --- dispatch.c
 * ----------------------------------------------------------------------------------- */

/* Takes over the delivery. */
struct dispatch *dispatch_new(struct worker *w, struct lane *lane, struct delivery *delivery);
/* Sends; the dispatch may be gone afterwards. */
bool dispatch_start(struct dispatch *dispatch, struct error *err);
/* Cancels, and the delivery is pending again, that attempt not counted. */
bool dispatch_give_back(struct dispatch *dispatch, struct error *err);
/* The same for all dispatches of a lane that wait for their turn. */
bool lane_give_back_waiting(struct lane *lane, struct error *err);

/* Commits all results in one transaction; they stay when that fails. */
bool results_commit(struct worker *w, struct error *err);
/* Enough wait, or the first has waited long enough. */
bool results_due(const struct worker *w);
void result_release(struct result *r);

#endif
