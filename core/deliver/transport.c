/* One curl_multi with a pool of handles, polled together with the caller's descriptors. */
#include "core/deliver/transport.h"

#include <assert.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/deliver/transport_private.h"

enum { EXTRA_FDS = 16, CONNECTION_CACHE = 512 };

struct transport *transport_new(void)
{
    return mem_zalloc(sizeof(struct transport));
}

void transport_free(struct transport *t)
{
    if (!t)
        return;
    while (t->first)
        transfer_cancel(t->first);
    while (t->idle_count > 0)
        curl_easy_cleanup(t->idle[--t->idle_count]);
    if (t->multi)
        curl_multi_cleanup(t->multi);
    free(t);
}

/* Only once something is sent: libcurl then starts its TLS library, which takes a tenth of the
 * console's start and of its memory. */
static void start(struct transport *t)
{
    static bool initialised;
    if (!initialised && curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort();
    initialised = true;
    t->multi = curl_multi_init();
    if (!t->multi)
        abort();
    curl_multi_setopt(t->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTION_CACHE);
}

CURL *transport_take_handle(struct transport *t)
{
    if (!t->multi)
        start(t);
    CURL *easy = t->idle_count > 0 ? t->idle[--t->idle_count] : curl_easy_init();
    if (!easy)
        abort();
    return easy;
}

void transport_put_handle(struct transport *t, CURL *easy)
{
    if (t->idle_count == POOL_HANDLES) {
        curl_easy_cleanup(easy);
        return;
    }
    curl_easy_reset(easy);
    t->idle[t->idle_count++] = easy;
}

static bool finish_ended(struct transport *t)
{
    bool any = false;
    int waiting;
    CURLMsg *message;
    while ((message = curl_multi_info_read(t->multi, &waiting))) {
        if (message->msg != CURLMSG_DONE)
            continue;
        /* The message dies with the removal of its handle: read it first. */
        CURLcode code = message->data.result;
        char *transfer = NULL;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
        transfer_finish((struct transfer *)(void *)transfer, code);
        any = true;
    }
    return any;
}

static bool move_on(struct transport *t)
{
    int running;
    curl_multi_perform(t->multi, &running);
    for (struct transfer *x = t->first; x; x = transfer_next(x))
        transfer_report_progress(x);
    return finish_ended(t);
}

static bool poll_without_transfers(struct poll_fd *fds, size_t count, int timeout_ms)
{
    struct pollfd wait[EXTRA_FDS] = {0};
    for (size_t i = 0; i < count; i++)
        wait[i] = (struct pollfd){.fd = fds[i].fd, .events = POLLIN};
    const int ready = poll(wait, count, timeout_ms);
    for (size_t i = 0; i < count; i++)
        fds[i].readable = ready > 0 && (wait[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    return ready > 0;
}

bool transport_poll(struct transport *t, struct poll_fd *fds, size_t count, int timeout_ms)
{
    struct curl_waitfd wait[EXTRA_FDS] = {0};
    int ready = 0;
    assert(count <= EXTRA_FDS);
    if (!t->multi)
        return poll_without_transfers(fds, count, timeout_ms);
    for (size_t i = 0; i < count; i++)
        wait[i] = (struct curl_waitfd){.fd = fds[i].fd, .events = CURL_WAIT_POLLIN};
    curl_multi_poll(t->multi, wait, (unsigned)count, timeout_ms < 0 ? INT_MAX : timeout_ms, &ready);
    for (size_t i = 0; i < count; i++)
        fds[i].readable = (wait[i].revents & CURL_WAIT_POLLIN) != 0;
    bool ended = move_on(t);
    return ready > 0 || ended;
}

const char *transport_library(void)
{
    static char text[64];
    const curl_version_info_data *info = curl_version_info(CURLVERSION_NOW);

    snprintf(text, sizeof text, "%s %s", info->version, info->ssl_version ? info->ssl_version : "");
    return text;
}

size_t transport_active(const struct transport *t)
{
    return t->active;
}
