#ifndef CHECKHOOK_TESTS_BENCH_BACKLOG_H
#define CHECKHOOK_TESTS_BENCH_BACKLOG_H

#include <stddef.h>

#include "core/store/store.h"

enum { BODY_BYTES = 700 };

/* A home with integrations and deliveries that wait, each of an event of its own. */
struct backlog {
    const char *home;
    const char *url;       /* of every integration */
    const char *token_url; /* NULL = no authorization, else OAuth client credentials */
    size_t integrations;
    size_t deliveries;
    long max_in_flight;
};

void backlog_make(const struct backlog *backlog);

/* Adds events with a delivery each, all in one transaction, to the first integration. `ids` gets
 * their event ids (36 characters and NUL each). */
void backlog_add(struct store *store, const struct backlog *backlog, size_t count, char (*ids)[37]);

struct store *backlog_open(const char *home);

/* Stops the bench unless so many were delivered and nothing else is left. */
void backlog_expect_delivered(const char *home, size_t count);

/* A message of BODY_BYTES as the product would send it. */
const char *backlog_body(void);

#endif
