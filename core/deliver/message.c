/* Renders the bodies of messages: test event, envelope, notification. */
#include "core/deliver/message.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/random.h"

const char message_test_type[] = "WebhookTest";

enum { ENVELOPE_BYTES = 512 }; /* about what stands around the detail */

/* Before the configuration is saved for the first time there is no tenant yet. */
static const char no_tenant[] = "00000000-0000-0000-0000-000000000000";

static cJSON *add_texts(cJSON *object, const char *name, const char *first, const char *second)
{
    cJSON *array = json_add_array(object, name);
    json_push_text(array, first);
    json_push_text(array, second);
    return array;
}

static char *test_detail(const char *id, int64_t now_ms)
{
    char published[TIME_TEXT_MAX];
    time_format_ms(now_ms, published);
    cJSON *detail = cJSON_CreateObject();
    json_add_text(detail, "id", id);
    json_add_text(detail, "checkId", "oort-test-check-id");
    json_add_text(detail, "title", "OORT Failing Check Event Test");
    add_texts(detail, "description", "description1", "description2");
    add_texts(detail, "recommendedActions", "action1", "action2");
    json_add_text(detail, "severity", "critical");
    add_texts(detail, "usersFailing", "user1@example.com", "user2@example.com");
    json_add_text(detail, "published", published);
    char *text = json_compact(detail);
    cJSON_Delete(detail);
    return text;
}

void message_test_event(struct event *out, int64_t now_ms)
{
    char id[UUID_LEN + 1], envelope_id[UUID_LEN + 1];
    uuid_make(id);
    uuid_make(envelope_id);
    *out = (struct event){
        .id = mem_strdup(id),
        .envelope_id = mem_strdup(envelope_id),
        .kind = KIND_TEST,
        .check_id = mem_strdup(message_test_type),
        .published_ms = now_ms,
        .detail = test_detail(id, now_ms),
    };
}

static void add_member(struct strbuf *out, const char *name, const char *value)
{
    if (out->len > 0 && out->text[out->len - 1] != '{')
        strbuf_addc(out, ',');
    json_quote_add(out, name);
    strbuf_addc(out, ':');
    json_quote_add(out, value ? value : "");
}

/* Takes the closing brace away, so that members can follow. */
static void reopen_object(struct strbuf *out)
{
    while (out->len > 0 && out->text[out->len - 1] != '}')
        out->text[--out->len] = '\0';
    if (out->len > 0)
        out->text[--out->len] = '\0';
}

static void add_detail(struct strbuf *out, const struct event *event, const struct integration *in)
{
    strbuf_adds(out, event->detail);
    if (!in->explain || !event->explain)
        return;
    reopen_object(out);
    strbuf_addf(out, ",\"explainabilityDetails\":%s}", event->explain);
}

static void add_envelope(struct strbuf *out, const struct event *event,
                         const struct integration *in, const struct general *general)
{
    char time[TIME_TEXT_MAX];
    time_format(event->published_ms / 1000, time);
    char *source =
        mem_printf("%s__%.8s", general->tenant_id ? general->tenant_id : no_tenant, in->id);

    strbuf_adds(out, "{\"version\":\"0\",\"id\":");
    json_quote_add(out, event->envelope_id);
    strbuf_adds(out, ",\"detail-type\":");
    json_quote_add(out, event->kind == KIND_TEST ? message_test_type : "FAILED_CHECK");
    strbuf_adds(out, ",\"source\":");
    json_quote_add(out, source);
    strbuf_adds(out, ",\"account\":");
    json_quote_add(out, general->tenant_account);
    strbuf_adds(out, ",\"time\":");
    json_quote_add(out, time);
    strbuf_adds(out, ",\"region\":");
    json_quote_add(out, general->tenant_region);
    strbuf_adds(out, ",\"resources\":[],\"detail\":");
    add_detail(out, event, in);
    strbuf_addc(out, '}');
    free(source);
}

static void add_body_params(struct strbuf *out, const struct integration *in,
                            const struct credentials *credentials)
{
    for (size_t i = 0; i < in->params.count; i++) {
        const struct param *p = &in->params.items[i];
        if (p->place != PLACE_BODY)
            continue;
        reopen_object(out);
        add_member(out, p->key, credentials_param(credentials, &in->params, i));
        strbuf_addc(out, '}');
    }
}

void message_render(struct strbuf *out, const struct event *event, const struct integration *in,
                    const struct general *general, const struct credentials *credentials)
{
    strbuf_reserve(out, strlen(event->detail) + ENVELOPE_BYTES);
    if (event->kind == KIND_TEST || in->format == FORMAT_ENVELOPE)
        add_envelope(out, event, in, general);
    else
        add_detail(out, event, in);
    add_body_params(out, in, credentials);
}
