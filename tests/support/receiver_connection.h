#ifndef CHECKHOOK_TESTS_SUPPORT_RECEIVER_CONNECTION_H
#define CHECKHOOK_TESTS_SUPPORT_RECEIVER_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/support/receiver.h"
#include "tests/support/receiver_link.h"

/* One client of the test receiver: requests come in, scripted answers go out. */
struct connection;

/* What a connection asks of the receiver. */
struct connection_hooks {
    void *ctx;
    /* Keeps a whole request, which it owns from now on, and says what to answer. The strings of
     * the answer have to stay until the connection is freed. */
    struct receiver_answer (*take)(void *ctx, struct receiver_request *request);
    void (*sent)(void *ctx, size_t len);
    atomic_size_t drop_after; /* reset in the middle of a request, after so many bytes; 0: never */
};

/* The link is taken over; the hooks are lent and outlive the connection. */
struct connection *connection_new(struct link link, int number,
                                  const struct connection_hooks *hooks);
void connection_free(struct connection *connection);

int connection_fd(const struct connection *connection);

/* What to poll for; 0 while an answer waits for its time, which DUE_MS then says. */
short connection_events(const struct connection *connection, int64_t *due_ms);

/* Goes on as far as it can without blocking; false when the connection has to be freed. */
bool connection_advance(struct connection *connection, short happened);

/* Memory that aborts instead of failing; copies have a NUL after them. */
void *receiver_grown(void *old, size_t size);
char *receiver_copied(const char *text, size_t len);

void receiver_request_free(struct receiver_request *request);

#endif
