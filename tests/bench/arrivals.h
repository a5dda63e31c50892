#ifndef CHECKHOOK_TESTS_BENCH_ARRIVALS_H
#define CHECKHOOK_TESTS_BENCH_ARRIVALS_H

#include <stddef.h>
#include <stdint.h>

/*
 * A receiver in a thread of its own that notes when the first byte of each request came, by the
 * event id that the request names, and answers 204.
 */
struct arrivals;

struct arrivals *arrivals_start(size_t room); /* for so many requests */
void arrivals_stop(struct arrivals *a);

const char *arrivals_url(const struct arrivals *a);

/* Microseconds of the monotonic clock; 0 = it has not come. */
int64_t arrivals_of(struct arrivals *a, const char *event_id);

#endif
