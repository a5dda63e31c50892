/* Fuzzes URLs and Retry-After. The lines of an input: a URL, a key or Retry-After, a value. */
#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/url.h"
#include "core/deliver/retry.h"
#include "tests/fuzz/fuzz.h"

enum { NOW = 1700000000, PORT_MAX = 65535 };

static void check_parts(const struct url *url)
{
    FUZZ_ASSERT(strcmp(url->scheme, "http") == 0 || strcmp(url->scheme, "https") == 0);
    FUZZ_ASSERT(url->host[0] != '\0');
    FUZZ_ASSERT(url->port > 0 && url->port <= PORT_MAX);
    FUZZ_ASSERT(url->path[0] == '/');
}

/* The query changes, and where it goes does not. */
static void check_query(const char *text, const char *key, const char *value)
{
    struct strbuf once, twice;
    strbuf_init(&once, SIZE_MAX);
    strbuf_adds(&once, text);
    url_set_query(&once, key, value);
    strbuf_init(&twice, SIZE_MAX);
    strbuf_adds(&twice, once.text);
    url_set_query(&twice, key, value);
    FUZZ_ASSERT_OF(strcmp(once.text, twice.text) == 0, once.text);
    FUZZ_ASSERT_OF(once.len > URL_MAX || url_same_origin(text, once.text), once.text);
    strbuf_release(&once);
    strbuf_release(&twice);
}

static void check_url(const char *text, const char *key, const char *value)
{
    struct url url = {0};
    struct error err = {0};
    bool ok = url_parse(&url, text, &err);
    char *masked = url_masked(text), *origin = url_origin(text);
    FUZZ_ASSERT(ok == (origin != NULL));
    fuzz_assert_shown(masked);
    if (ok) {
        check_parts(&url);
        FUZZ_ASSERT_OF(url_same_origin(text, origin), origin);
        FUZZ_ASSERT_OF(strlen(masked) > URL_MAX || url_same_origin(text, masked), masked);
        if (*key)
            check_query(text, key, value);
    } else {
        fuzz_assert_error(&err);
    }
    free(masked);
    free(origin);
    url_release(&url);
}

static void check_retry(const char *text, uint32_t random)
{
    const struct retry_policy policy = {.max_attempts = 5, .max_age_s = 86400};
    int64_t after = retry_after_parse(text, NOW);
    FUZZ_ASSERT(after >= -1);
    for (int attempts = 1; attempts <= 6; attempts++) {
        struct retry_step step = retry_next(&policy, attempts, NOW - 100, NOW, after, random);
        if (step.again)
            FUZZ_ASSERT(step.due_at >= NOW && step.due_at <= NOW - 100 + policy.max_age_s &&
                        attempts <= policy.max_attempts);
        else
            FUZZ_ASSERT(step.why_not);
    }
}

void fuzz_url(const uint8_t *bytes, size_t len)
{
    char *text = fuzz_text_of(bytes, len), *rest = text;
    const char *line = strsep(&rest, "\n"), *key = rest ? strsep(&rest, "\n") : "";
    check_url(line, key, rest ? rest : "");
    check_retry(key, (uint32_t)fuzz_sum(0, bytes, len));
    free(text);
}
