/* A single exchange over a transport of its own. */
#include "tests/support/exchange.h"

enum { LIMIT_MS = 20000 };

static void on_done(void *ctx, struct answer *answer)
{
    struct exchange *x = ctx;
    x->done = true;
    x->answer = *answer;
    *answer = (struct answer){0};
}

int exchange_setup(void **state)
{
    *state = transport_new();
    return 0;
}

int exchange_teardown(void **state)
{
    transport_free(*state);
    return 0;
}

void exchange_prepare(struct exchange *x, const char *url)
{
    *x = (struct exchange){0};
    x->request.method = METHOD_POST;
    x->request.url = mem_strdup(url);
    x->request.body = mem_strdup("{}");
    x->request.body_len = 2;
    http_headers_add(&x->request.headers, "Content-Type", "application/json", false);
    x->spec = (struct transfer_spec){.request = &x->request,
                                     .tls_verify = true,
                                     .timeout_ms = LIMIT_MS,
                                     .keep = ANSWER_KEEP_BYTES,
                                     .done = on_done,
                                     .ctx = x};
}

void exchange_run(struct exchange *x, struct transport *t)
{
    transfer_start(t, &x->spec);
    FIXTURE_POLL_UNTIL(t, x->done);
}

void exchange_release(struct exchange *x)
{
    answer_release(&x->answer);
    http_request_release(&x->request);
}
