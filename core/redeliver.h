/*
 * Sending again what has ended, as both doors do it: a new delivery of the same event that names
 * the old one.
 */
#ifndef CHECKHOOK_CORE_REDELIVER_H
#define CHECKHOOK_CORE_REDELIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"
#include "core/store/outbox.h"

/* A new delivery of the same event; held when the integration is disabled or on hold.
 * ERR_NOT_FOUND: the integration was removed. Wakes the worker. */
bool action_redeliver(struct app *app, int64_t delivery_id, int64_t now_s, int64_t *new_id,
                      struct error *err);

/* Why this one cannot be sent again, a sentence; NULL where it can. */
const char *redeliver_obstacle(const struct config *config, const struct delivery *d);

/* What failed and is to be sent again: all of it that was not sent again yet. */
struct redeliver_filter {
    const char *integration_id;    /* NULL = all that are configured */
    const struct text_list *among; /* of these alone, and not of one; NULL = any */
    const char *check_id;          /* NULL = any */
    int64_t since, until;          /* when it was created; 0 = any */
};

struct redelivered {
    int64_t old_id, new_id;
};

/* One integration's part of it. */
struct redelivered_group {
    char *name;
    size_t count;
    char *held_reason; /* why they wait; NULL = they are sent */
};

struct redelivered_list {
    struct redelivered *items; /* empty after a count alone */
    size_t count;
    struct redelivered_group *groups; /* those with any */
    size_t group_count;
};
void redelivered_list_release(struct redelivered_list *list);

/* These, in one transaction: all that can be sent again; the others are left out and counted. */
bool action_redeliver_these(struct app *app, const int64_t *ids, size_t count, int64_t now_s,
                            struct redelivered_list *out, size_t *left_out, struct error *err);

/* All of it or nothing, in one transaction; wakes the worker. */
bool action_redeliver_failed(struct app *app, const struct redeliver_filter *f, int64_t now_s,
                             struct redelivered_list *out, struct error *err);

/* What that would do. */
bool action_count_failed(struct app *app, const struct redeliver_filter *f,
                         struct redelivered_list *out, struct error *err);

#endif
