#ifndef CHECKHOOK_TESTS_SUPPORT_EXCHANGE_H
#define CHECKHOOK_TESTS_SUPPORT_EXCHANGE_H

#include "core/deliver/transfer.h"
#include "tests/support/delivery_fixture.h"

/* One request, sent as a test asks, and what came of it. */
struct exchange {
    struct http_request request; /* owned */
    struct transfer_spec spec;   /* lends what it names */
    bool done;
    struct answer answer; /* once it is done */
};

/* As cmocka's setup and teardown: *state becomes a struct transport. */
int exchange_setup(void **state);
int exchange_teardown(void **state);

/* A POST of "{}" with a time limit that nothing reaches but a receiver that hangs. */
void exchange_prepare(struct exchange *x, const char *url);

/* Sends it and waits for the end. */
void exchange_run(struct exchange *x, struct transport *t);

void exchange_release(struct exchange *x);

#endif
