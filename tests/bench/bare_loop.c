/* The same sends by a bare curl_multi loop. */
#include "tests/bench/bare_loop.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/process.h"

static size_t drop(char *bytes, size_t size, size_t count, void *ctx)
{
    (void)bytes, (void)ctx;
    return size * count;
}

static struct curl_slist *make_headers(void)
{
    static const char *const lines[] = {
        "Content-Type: application/json; charset=utf-8",
        "User-Agent: bare-loop/1",
        "X-Checkhook-Event-Id: 00000000-0000-4000-8000-000000000000",
        "Expect:",
    };
    struct curl_slist *list = NULL;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        list = curl_slist_append(list, lines[i]);
    return list;
}

static CURL *make_handle(const struct bare_loop *loop, struct curl_slist *headers)
{
    CURL *easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, loop->url);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(loop->body));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, loop->body);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    return easy;
}

/* Puts handles that are done back to work while requests are left. */
static size_t go_on(CURLM *multi, size_t *left)
{
    CURLMsg *message;
    int waiting;
    size_t done = 0;
    while ((message = curl_multi_info_read(multi, &waiting))) {
        CURL *easy = message->easy_handle;
        long status = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (message->data.result != CURLE_OK || status != 204)
            give_up("the bare loop was answered %ld (%s)", status,
                    curl_easy_strerror(message->data.result));
        curl_multi_remove_handle(multi, easy);
        done++;
        if (*left == 0) {
            curl_easy_cleanup(easy);
            continue;
        }
        --*left;
        curl_multi_add_handle(multi, easy);
    }
    return done;
}

void bare_loop_run(void *ctx)
{
    const struct bare_loop *loop = ctx;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    struct curl_slist *headers = make_headers();
    size_t left = loop->requests, done = 0;
    for (size_t i = 0; i < loop->at_once && left > 0; i++, left--)
        curl_multi_add_handle(multi, make_handle(loop, headers));
    while (done < loop->requests) {
        int running;
        curl_multi_perform(multi, &running);
        done += go_on(multi, &left);
        if (done < loop->requests)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    curl_slist_free_all(headers);
    curl_multi_cleanup(multi);
}
