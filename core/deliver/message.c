/* Renders the bodies of messages: test event, envelope, notification. */
#include "core/deliver/message.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/random.h"

const char message_test_type[] = "WebhookTest";
const char message_sample_type[] = "SampleNotification";

enum { ENVELOPE_BYTES = 512 }; /* about what stands around the detail */

/* Before the configuration is saved for the first time there is no tenant yet. */
static const char no_tenant[] = "00000000-0000-0000-0000-000000000000";

static void add_texts(cJSON *object, const char *name, const char *const texts[2])
{
    cJSON *array = json_add_array(object, name);
    json_push_text(array, texts[0]);
    json_push_text(array, texts[1]);
}

/* What the two kinds of test say; the first is printed in the product's documentation. */
struct invented {
    const char *check_id, *title;
    const char *description[2], *actions[2], *severity, *users[2];
};

static const struct invented test_message = {
    .check_id = "oort-test-check-id",
    .title = "OORT Failing Check Event Test",
    .description = {"description1", "description2"},
    .actions = {"action1", "action2"},
    .severity = "critical",
    .users = {"user1@example.com", "user2@example.com"},
};

static const struct invented sample_message = {
    .check_id = message_sample_type,
    .title = "Sample notification (test)",
    .description = {"This is a test: nobody fails a check.",
                    "A notification of a check looks like this one."},
    .actions = {"Nothing is to be done.", "Look at what the receiver made of it."},
    .severity = "low",
    .users = {"sample.one@example.com", "sample.two@example.com"},
};

static const char sample_explain[] =
    "[{\"login\":\"sample.one@example.com\",\"key\":\"sample\",\"value\":\"invented\"},"
    "{\"login\":\"sample.two@example.com\",\"key\":\"sample\",\"value\":\"invented\"}]";

static char *detail_of(const struct invented *m, const char *id, int64_t now_ms)
{
    char published[TIME_TEXT_MAX];
    time_format_ms(now_ms, published);
    cJSON *detail = cJSON_CreateObject();
    json_add_text(detail, "id", id);
    json_add_text(detail, "checkId", m->check_id);
    json_add_text(detail, "title", m->title);
    add_texts(detail, "description", m->description);
    add_texts(detail, "recommendedActions", m->actions);
    json_add_text(detail, "severity", m->severity);
    add_texts(detail, "usersFailing", m->users);
    json_add_text(detail, "published", published);
    char *text = json_compact(detail);
    cJSON_Delete(detail);
    return text;
}

static void make_event(struct event *out, const char *type, const struct invented *m,
                       int64_t now_ms)
{
    char id[UUID_LEN + 1], envelope_id[UUID_LEN + 1];
    uuid_make(id);
    uuid_make(envelope_id);
    *out = (struct event){
        .id = mem_strdup(id),
        .envelope_id = mem_strdup(envelope_id),
        .kind = KIND_TEST,
        .check_id = mem_strdup(type),
        .published_ms = now_ms,
        .detail = detail_of(m, id, now_ms),
    };
}

void message_test_event(struct event *out, int64_t now_ms)
{
    make_event(out, message_test_type, &test_message, now_ms);
}

void message_sample_event(struct event *out, int64_t now_ms)
{
    make_event(out, message_sample_type, &sample_message, now_ms);
    out->explain = mem_strdup(sample_explain);
}

/* Of Test Connectivity, not a sample. */
static bool is_connectivity_test(const struct event *event)
{
    return event->kind == KIND_TEST && strcmp(event->check_id, message_sample_type) != 0;
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
    json_quote_add(out, is_connectivity_test(event) ? message_test_type : "FAILED_CHECK");
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
    if (is_connectivity_test(event) || in->format == FORMAT_ENVELOPE)
        add_envelope(out, event, in, general);
    else
        add_detail(out, event, in);
    add_body_params(out, in, credentials);
}
