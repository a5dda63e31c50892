/* Tests of message bodies, byte for byte. */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/base/json.h"
#include "core/deliver/message.h"

static char *render(struct fixture *f, const struct event *event)
{
    struct error err = {0};
    struct credentials credentials;
    struct strbuf out;
    fixture_check(credentials_open(&credentials, f->keyring, &f->in, &err), &err);
    strbuf_init(&out, 1 << 20);
    message_render(&out, event, &f->in, &f->general, &credentials);
    credentials_release(&credentials);
    return strbuf_detach(&out);
}

static char *render_fixed(struct fixture *f)
{
    struct event event = fixture_event();
    char *text = render(f, &event);
    event_release(&event);
    return text;
}

static void message_test_event__is_the_documented_one(void **state)
{
    struct fixture *f = *state;
    struct event event = {0};
    message_test_event(&event, (int64_t)FIXTURE_NOW * 1000 + 416);
    f->in.format = FORMAT_NOTIFICATION; /* a test is the envelope all the same */
    char *body = render(f, &event);
    char *expected = mem_printf(
        "{\"version\":\"0\",\"id\":\"%s\",\"detail-type\":\"WebhookTest\","
        "\"source\":\"33333333-3333-4333-8333-333333333333__44444444\","
        "\"account\":\"000000000000\",\"time\":\"2023-08-08T13:27:22Z\",\"region\":\"us-east-2\","
        "\"resources\":[],\"detail\":{\"id\":\"%s\",\"checkId\":\"oort-test-check-id\","
        "\"title\":\"OORT Failing Check Event Test\","
        "\"description\":[\"description1\",\"description2\"],"
        "\"recommendedActions\":[\"action1\",\"action2\"],\"severity\":\"critical\","
        "\"usersFailing\":[\"user1@example.com\",\"user2@example.com\"],"
        "\"published\":\"2023-08-08T13:27:22.416Z\"}}",
        event.envelope_id, event.id);
    assert_string_equal(body, expected);
    assert_true(uuid_valid(event.id));
    assert_true(uuid_valid(event.envelope_id));
    assert_string_not_equal(event.id, event.envelope_id);
    assert_int_equal(event.kind, KIND_TEST);
    free(expected);
    free(body);
    event_release(&event);
}

static void message_sample_event__is_in_the_format_of_the_integration(void **state)
{
    struct fixture *f = *state;
    struct event event = {0};
    message_sample_event(&event, (int64_t)FIXTURE_NOW * 1000 + 416);
    assert_int_equal(event.kind, KIND_TEST);
    char *envelope = render(f, &event);
    assert_non_null(strstr(envelope, "\"detail-type\":\"FAILED_CHECK\""));
    f->in.format = FORMAT_NOTIFICATION;
    f->in.explain = true;
    char *body = render(f, &event);
    char *expected = mem_printf("{\"id\":\"%s\",\"checkId\":\"SampleNotification\","
                                "\"title\":\"Sample notification (test)\",",
                                event.id);
    assert_int_equal(strncmp(body, expected, strlen(expected)), 0);
    assert_non_null(
        strstr(body, "\"usersFailing\":[\"sample.one@example.com\",\"sample.two@example.com\"]"));
    assert_non_null(strstr(body, "\"explainabilityDetails\":[{\"login\":\"sample.one@"));
    free(expected);
    free(body);
    free(envelope);
    event_release(&event);
}

static void message_render__makes_the_envelope(void **state)
{
    char *body = render_fixed(*state);
    char *expected =
        mem_printf("{\"version\":\"0\",\"id\":\"%s\",\"detail-type\":\"FAILED_CHECK\","
                   "\"source\":\"%s__44444444\",\"account\":\"000000000000\","
                   "\"time\":\"2023-08-08T13:27:22Z\",\"region\":\"us-east-2\",\"resources\":[],"
                   "\"detail\":%s}",
                   fixture_envelope_id, fixture_tenant, fixture_detail);
    assert_string_equal(body, expected);
    free(expected);
    free(body);
}

static void message_render__makes_the_notification_alone(void **state)
{
    struct fixture *f = *state;
    f->in.format = FORMAT_NOTIFICATION;
    char *body = render_fixed(f);
    assert_string_equal(body, fixture_detail);
    free(body);
}

static void message_render__explains_where_it_is_wanted(void **state)
{
    static const char explain[] = "[{\"login\":\"dara.k\",\"key\":\"factors\",\"value\":\"0\"}]";
    struct fixture *f = *state;
    struct event event = fixture_event();
    event.explain = mem_strdup(explain);
    f->in.format = FORMAT_NOTIFICATION;

    char *without = render(f, &event);
    assert_string_equal(without, fixture_detail);
    f->in.explain = true;
    char *with = render(f, &event);
    char *expected = mem_printf("%.*s,\"explainabilityDetails\":%s}",
                                (int)strlen(fixture_detail) - 1, fixture_detail, explain);
    assert_string_equal(with, expected);

    f->in.format = FORMAT_ENVELOPE;
    char *envelope = render(f, &event);
    assert_non_null(strstr(envelope, "416Z\",\"explainabilityDetails\":[{"));
    assert_string_equal(envelope + strlen(envelope) - 4, "}]}}");
    free(without);
    free(with);
    free(expected);
    free(envelope);
    event_release(&event);
}

static void message_render__adds_body_parameters_last_as_strings(void **state)
{
    struct fixture *f = *state;
    fixture_param(f, PLACE_BODY, "team", "identity \"core\"\\", false);
    fixture_param(f, PLACE_HEADER, "X-Not-Body", "no", false);
    fixture_param(f, PLACE_BODY, "token", "s3cr\xc3\xa9t", true);
    f->in.format = FORMAT_NOTIFICATION;
    char *body = render_fixed(f);
    char *expected =
        mem_printf("%.*s,\"team\":\"identity \\\"core\\\"\\\\\",\"token\":\"s3cr\xc3\xa9t\"}",
                   (int)strlen(fixture_detail) - 1, fixture_detail);
    assert_string_equal(body, expected);

    struct error err = {0};
    cJSON *json = json_parse(body, strlen(body), &err);
    fixture_check(json != NULL, &err);
    assert_string_equal(json_text(json, "team"), "identity \"core\"\\");
    cJSON_Delete(json);
    free(expected);
    free(body);
}

static void message_render__works_before_the_first_save(void **state)
{
    struct fixture *f = *state;
    struct event event = fixture_event();
    struct general unsaved = f->general;
    unsaved.tenant_id = NULL;
    struct credentials credentials = {0};
    struct strbuf out;
    strbuf_init(&out, 1 << 20);
    message_render(&out, &event, &f->in, &unsaved, &credentials);
    assert_non_null(
        strstr(out.text, "\"source\":\"00000000-0000-0000-0000-000000000000__44444444\""));
    strbuf_release(&out);
    event_release(&event);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(message_test_event__is_the_documented_one),
        TEST(message_sample_event__is_in_the_format_of_the_integration),
        TEST(message_render__makes_the_envelope),
        TEST(message_render__makes_the_notification_alone),
        TEST(message_render__explains_where_it_is_wanted),
        TEST(message_render__adds_body_parameters_last_as_strings),
        TEST(message_render__works_before_the_first_save),
    };
    return cmocka_run_group_tests_name("message", tests, NULL, NULL);
}
