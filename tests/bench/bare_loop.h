#ifndef CHECKHOOK_TESTS_BENCH_BARE_LOOP_H
#define CHECKHOOK_TESTS_BENCH_BARE_LOOP_H

#include <stddef.h>

/*
 * What the product's speed is held against: the same requests by libcurl's multi interface with
 * nothing around it. Handles, header lists and connections are reused, nothing is stored, nothing
 * is looked at but that the status is 204.
 */
struct bare_loop {
    const char *url, *body;
    size_t requests, at_once;
};

void bare_loop_run(void *loop); /* a struct bare_loop */

#endif
