#ifndef CHECKHOOK_TESTS_BENCH_POPULATION_H
#define CHECKHOOK_TESTS_BENCH_POPULATION_H

#include <stddef.h>
#include <stdint.h>

/* Users of one directory, with factors and roles. The same numbers make the same files. */
struct population {
    size_t users;
    uint64_t seed;
    int64_t now;   /* times count back from here, half a day off every threshold in days */
    size_t change; /* one of so many users is not as the seed made him, but as the next one does */
};

/* Writes them as checkhook's own CSV and JSON Lines. */
void population_write(const struct population *p, const char *csv, const char *jsonl);

/* The names of the CSV's columns, with a comma between. */
const char *population_header(void);

#endif
