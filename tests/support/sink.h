#ifndef CHECKHOOK_TESTS_SUPPORT_SINK_H
#define CHECKHOOK_TESTS_SUPPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A fast and correct web server for many deliveries: libmicrohttpd on a free port of 127.0.0.1, in
 * one thread of its own. It keeps no request, only counts and the event ids (16 bytes each), so a
 * hundred thousand deliveries cost a few megabytes. For wrong, late and cut answers, and to see
 * what a request said, use receiver.h.
 *
 * Each path (without the query) counts for itself; two integrations that share events get two
 * paths. PATH is "/name"; a path nobody asked for has all counts 0. Any thread may ask at any time.
 */
struct sink;

/* One answer. Zeroed it is an immediate 204 without a body. */
struct sink_answer {
    int status;        /* 0: 204 */
    int delay_ms;      /* before the answer; other requests go on meanwhile */
    int retry_after_s; /* Retry-After in seconds; 0: no such header */
};

struct sink_counts {
    size_t requests; /* read to their end */
    size_t accepted; /* of these, answered with a 2xx */
    size_t unique;   /* different event ids among the accepted */
    size_t repeats;  /* accepted although the same id was accepted before */
    size_t strange;  /* requests without exactly one X-Checkhook-Event-Id that is a UUID */
};

/* Starts listening; aborts when that is impossible. */
struct sink *sink_start(void);

/* Ends the thread, answers still delayed are dropped; accepts NULL. */
void sink_stop(struct sink *sink);

int sink_port(const struct sink *sink);

/* "http://127.0.0.1:PORT" followed by PATH; the caller frees. */
char *sink_url(const struct sink *sink, const char *path);

/*
 * Tells what to answer to requests for PATH, in turn and then from the beginning again: two answers
 * alternate, one stays. Begins anew when called again, at any time. PATH NULL: every path without
 * answers of its own. Everything is copied.
 */
void sink_script(struct sink *sink, const char *path, const struct sink_answer *answers,
                 size_t count);

/* The usual case: one answer for ever. */
void sink_answer(struct sink *sink, const char *path, struct sink_answer answer);

/* What came to PATH; PATH NULL: the sum over all paths. */
struct sink_counts sink_counts(struct sink *sink, const char *path);

/* Whether this event id (a UUID in text) was accepted at PATH. */
bool sink_has(struct sink *sink, const char *path, const char *event_id);

/* Calls VISIT with every id accepted at PATH, once each, in no order; must not call the sink. */
void sink_each(struct sink *sink, const char *path, void (*visit)(void *ctx, const char *event_id),
               void *ctx);

/* Waits until PATH (NULL: all together) has accepted COUNT different ids; false after the time. */
bool sink_wait(struct sink *sink, const char *path, size_t count, int timeout_ms);

/* How many connections were accepted so far. */
size_t sink_connections(struct sink *sink);

#endif
