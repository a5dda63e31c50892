#ifndef CHECKHOOK_TESTS_BENCH_BIGSTORE_H
#define CHECKHOOK_TESTS_BENCH_BIGSTORE_H

#include <stddef.h>
#include <stdint.h>

/* How large a home is; the same numbers make the same home, but for its times, which count back
 * from when it was made, so that a console finds the last day full. */
struct bigstore {
    size_t integrations;
    size_t users;      /* half of them with a factor */
    size_t findings;   /* open ones, of one check */
    size_t deliveries; /* 2 of 100 failed, the others delivered; over 80 days */
};

/* Makes it in `home` unless one of these numbers is there already. */
void bigstore_make(const struct bigstore *b, const char *home);

#endif
