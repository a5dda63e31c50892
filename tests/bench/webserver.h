#ifndef CHECKHOOK_TESTS_BENCH_WEBSERVER_H
#define CHECKHOOK_TESTS_BENCH_WEBSERVER_H

#include "tests/bench/process.h"

/*
 * nginx on a free port of 127.0.0.1, with one worker process: 204 for everything, but a token for
 * /token, and each request for a token a line in `tokens.log` of its folder.
 */
struct webserver {
    struct running process;
    const char *folder;
    char url[64], token_url[64];
};

void webserver_start(struct webserver *w, const char *folder);
void webserver_stop(struct webserver *w);

size_t webserver_tokens(const struct webserver *w); /* asked for since the start */

#endif
