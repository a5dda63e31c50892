/* Makes homes in which deliveries wait. */
#include "tests/bench/backlog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/config/config.h"
#include "core/deliver/message.h"
#include "core/store/outbox.h"
#include "core/store/store.h"
#include "tests/bench/process.h"

enum { EVENTS_A_COMMIT = 1000 };

static void must(bool ok, const struct error *err)
{
    if (!ok)
        give_up("%s", err->text);
}

/* Ids that can be made again from their number, so that nobody has to keep them. */
static void integration_id(size_t n, char out[UUID_LEN + 1])
{
    snprintf(out, UUID_LEN + 1, "00000000-0000-4000-8000-%012x", (unsigned)n);
}

static void integration_make(struct integration *in, const struct backlog *b, size_t n)
{
    char name[32];
    snprintf(name, sizeof name, "Bench %zu", n + 1);
    integration_init(in);
    integration_id(n, in->id);
    in->name = mem_strdup(name);
    in->url = mem_strdup(b->url);
    in->rate_limit = 0;
    in->max_in_flight = b->max_in_flight;
    in->auth.type = AUTH_NONE;
    if (!b->token_url)
        return;
    in->auth.type = AUTH_OAUTH;
    in->auth.endpoint = mem_strdup(b->token_url);
    in->auth.client_id = mem_strdup("bench");
    in->auth.client_auth = CLIENT_AUTH_NONE;
}

static void write_config(const struct backlog *b)
{
    struct error err = {0};
    struct config config = {.lock_fd = -1};
    char *path = mem_printf("%s/checkhook.conf", b->home);
    must(config_load(&config, path, &err) && config_begin(&config, &err), &err);
    for (size_t i = 0; i < b->integrations; i++) {
        struct integration in;
        integration_make(&in, b, i);
        config_put(&config, &in);
        integration_release(&in);
    }
    must(config_commit(&config, &err), &err);
    config_release(&config);
    free(path);
}

static char *detail_of(const char *id, size_t padding)
{
    return mem_printf("{\"id\":\"%s\",\"checkId\":\"no-mfa\",\"title\":\"No MFA\","
                      "\"description\":[\"%*s\"],\"recommendedActions\":[\"a\"],"
                      "\"severity\":\"critical\",\"usersFailing\":[\"user1@example.com\"],"
                      "\"published\":\"2023-08-08T13:27:22.416Z\"}",
                      id, (int)padding, "d");
}

static char *render(size_t padding)
{
    static const char id[] = "00000000-0000-4000-8000-000000000000";
    struct backlog b = {.url = "http://127.0.0.1/"};
    struct integration in;
    struct general general = {.tenant_id = (char *)(uintptr_t)id,
                              .tenant_account = (char *)(uintptr_t) "000000000000",
                              .tenant_region = (char *)(uintptr_t) "us-east-2"};
    struct credentials none = {0};
    struct strbuf out;
    struct event event = {.id = (char *)(uintptr_t)id,
                          .envelope_id = (char *)(uintptr_t)id,
                          .detail = detail_of(id, padding)};
    strbuf_init(&out, 4 * BODY_BYTES);
    integration_make(&in, &b, 0);
    message_render(&out, &event, &in, &general, &none);
    integration_release(&in);
    free(event.detail);
    return strbuf_detach(&out);
}

/* How much the description must be padded to make the message as long as is asked. */
static size_t padding(void)
{
    static size_t known;
    if (known == 0) {
        char *shortest = render(1);
        known = 1 + BODY_BYTES - strlen(shortest);
        free(shortest);
    }
    return known;
}

const char *backlog_body(void)
{
    static char *body;
    if (!body)
        body = render(padding());
    return body;
}

static void add_one(struct store *store, size_t n, char id[UUID_LEN + 1])
{
    struct error err = {0};
    char envelope_id[UUID_LEN + 1], to[UUID_LEN + 1], name[32];
    int64_t ignored;
    uuid_make(id);
    uuid_make(envelope_id);
    integration_id(n, to);
    snprintf(name, sizeof name, "Bench %zu", n + 1);
    struct event event = {.id = id,
                          .envelope_id = envelope_id,
                          .kind = KIND_FINDING,
                          .check_id = (char *)(uintptr_t) "no-mfa",
                          .published_ms = clock_now_ms(),
                          .detail = detail_of(id, padding())};
    const struct new_delivery delivery = {.event_id = id,
                                          .check_id = "no-mfa",
                                          .integration_id = to,
                                          .integration_name = name,
                                          .kind = KIND_FINDING,
                                          .now = clock_now_s()};
    must(outbox_add_event(store, &event, &err) &&
             outbox_add_delivery(store, &delivery, &ignored, &err),
         &err);
    free(event.detail);
}

void backlog_add(struct store *store, const struct backlog *b, size_t count, char (*ids)[37])
{
    struct error err = {0};
    char id[UUID_LEN + 1];
    must(store_begin(store, &err), &err);
    for (size_t i = 0; i < count; i++)
        add_one(store, i % b->integrations, ids ? ids[i] : id);
    must(store_commit(store, &err), &err);
}

struct store *backlog_open(const char *home)
{
    struct error err = {0};
    char *path = mem_printf("%s/checkhook.db", home);
    struct store *store = store_open(path, &err);
    must(store != NULL, &err);
    free(path);
    return store;
}

void backlog_make(const struct backlog *b)
{
    write_config(b);
    struct store *store = backlog_open(b->home);
    for (size_t made = 0; made < b->deliveries; made += EVENTS_A_COMMIT) {
        size_t left = b->deliveries - made;
        backlog_add(store, b, left < EVENTS_A_COMMIT ? left : EVENTS_A_COMMIT, NULL);
    }
    store_close(store);
}

void backlog_expect_delivered(const char *home, size_t count)
{
    struct error err = {0};
    struct outbox_counts counts = {0};
    struct store *store = backlog_open(home);
    must(outbox_count(store, NULL, 0, &counts, &err), &err);
    store_close(store);
    if ((size_t)counts.delivered != count || counts.waiting + counts.held + counts.failed > 0)
        give_up("%zu deliveries were to be delivered: %lld were, %lld wait, %lld are held, %lld"
                " failed",
                count, (long long)counts.delivered, (long long)counts.waiting,
                (long long)counts.held, (long long)counts.failed);
}
