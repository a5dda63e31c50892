/* The check notification byte for byte, and where an event is split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/event.h"

static char check_id[] = "no-mfa", title[] = "No MFA";
static char why[] = "Why \"this\".", more[] = "Und größer.", action[] = "Do it.";
static char *descriptions[] = {why, more};
static char *actions[] = {action};

static const struct check some_check = {
    .id = check_id,
    .title = title,
    .description = {descriptions, 2},
    .actions = {actions, 1},
};

static const struct event_subject subject = {&some_check, SEVERITY_CRITICAL, 1691501242416};

static const char some_id[] = "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11";

static void event_detail__keeps_the_order_of_keys(void **state)
{
    static const struct event_user users[] = {{"dara.k", "{}"}, {"o\"b@example.com", "{}"}};
    char *detail = event_detail(&subject, some_id, users, 2);

    (void)state;
    assert_string_equal(detail,
                        "{\"id\":\"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\",\"checkId\":\"no-mfa\","
                        "\"title\":\"No MFA\",\"description\":[\"Why \\\"this\\\".\","
                        "\"Und größer.\"],\"recommendedActions\":[\"Do it.\"],"
                        "\"severity\":\"critical\",\"usersFailing\":[\"dara.k\","
                        "\"o\\\"b@example.com\"],\"published\":\"2023-08-08T13:27:22.416Z\"}");
    free(detail);
}

static void event_explain__names_login_key_and_value(void **state)
{
    static const struct event_user users[] = {
        {"dara.k", "{\"user_type\":\"member\",\"last_login\":\"2023-08-08T13:27:22Z\"}"},
        {"nobody", "{}"},
        {"j.ortiz", "{\"user_type\":\"external\"}"},
    };
    char *explain = event_explain(users, 3);

    (void)state;
    assert_string_equal(
        explain, "[{\"login\":\"dara.k\",\"key\":\"user_type\",\"value\":\"member\"},"
                 "{\"login\":\"dara.k\",\"key\":\"last_login\",\"value\":\"2023-08-08T13:27:22Z\"},"
                 "{\"login\":\"j.ortiz\",\"key\":\"user_type\",\"value\":\"external\"}]");
    free(explain);
    assert_null(event_explain(users + 1, 1));
}

/* --- splitting ---------------------------------------------------------------------------------
 */

enum { USERS = 500 };

struct crowd {
    struct event_user users[USERS];
    char logins[USERS][64];
    char *explain;
    struct integration in;
    struct config config;
};

static struct crowd *crowd_new(void)
{
    struct crowd *c = mem_zalloc(sizeof *c);

    c->explain = mem_strdup("{\"user_type\":\"member\"}");
    for (size_t i = 0; i < USERS; i++) {
        /* Bytes that JSON makes longer, in logins of several lengths. */
        snprintf(c->logins[i], sizeof c->logins[i], "user%zu\"%.*s\x01@example.com", i,
                 (int)(i % 9), "\t\t\t\t\t\t\t\t\t");
        c->users[i] = (struct event_user){c->logins[i], c->explain};
    }
    integration_init(&c->in);
    c->config.lock_fd = -1;
    general_init(&c->config.general);
    return c;
}

static void crowd_free(struct crowd *c)
{
    free(c->explain);
    integration_release(&c->in);
    general_release(&c->config.general);
    free(c);
}

/* What the receiver gets at most: envelope with everything filled in, explanations, parameters. */
static size_t message_size(const struct crowd *c, size_t from, size_t to)
{
    char *detail = event_detail(&subject, some_id, c->users + from, to - from);
    char *explain = event_explain(c->users + from, to - from);
    size_t size = strlen(detail);

    if (c->in.explain)
        size += strlen(",\"explainabilityDetails\":") + strlen(explain);
    if (c->in.format == FORMAT_ENVELOPE)
        size += strlen("{\"version\":\"0\",\"id\":\"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\","
                       "\"detail-type\":\"FAILED_CHECK\","
                       "\"source\":\"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11__5f0f0b1e\","
                       "\"account\":\"000000000000\",\"time\":\"2023-08-08T13:27:22Z\","
                       "\"region\":\"us-east-2\",\"resources\":[],\"detail\":}");
    for (size_t i = 0; i < c->in.params.count; i++)
        if (c->in.params.items[i].place == PLACE_BODY)
            size += strlen(c->in.params.items[i].key) + strlen(c->in.params.items[i].value) + 6;
    free(detail);
    free(explain);
    return size;
}

static void check_parts(struct crowd *c)
{
    size_t *ends, limit = (size_t)c->in.max_event_kb * 1024;
    size_t count = event_split(&subject, &c->config, &c->in, c->users, USERS, &ends);

    assert_true(count > 1);
    assert_int_equal(ends[count - 1], USERS);
    for (size_t i = 0; i < count; i++) {
        size_t from = i > 0 ? ends[i - 1] : 0;
        assert_true(ends[i] > from);
        assert_true(message_size(c, from, ends[i]) <= limit);
        /* Not wasteful either: a fifth more users would be too many. */
        size_t fuller = ends[i] + (ends[i] - from) / 5 + 10;
        if (fuller <= USERS)
            assert_true(message_size(c, from, fuller) > limit);
    }
    free(ends);
}

static void event_split__fills_parts_up_to_the_limit(void **state)
{
    struct crowd *c = crowd_new();

    (void)state;
    c->in.max_event_kb = 4;
    for (int format = FORMAT_ENVELOPE; format <= FORMAT_NOTIFICATION; format++) {
        c->in.format = format;
        c->in.explain = false;
        check_parts(c);
        c->in.explain = true;
        check_parts(c);
    }
    param_set(&c->in.params, PLACE_BODY, "team", "blue", false);
    param_set(&c->in.params, PLACE_HEADER, "X-Team", "blue", false);
    check_parts(c);
    crowd_free(c);
}

static void event_split__sends_one_event_without_a_limit(void **state)
{
    struct crowd *c = crowd_new();
    size_t *ends;

    (void)state;
    c->in.max_event_kb = 0;
    assert_int_equal(event_split(&subject, &c->config, &c->in, c->users, USERS, &ends), 1);
    assert_int_equal(ends[0], USERS);
    free(ends);
    c->in.max_event_kb = 256;
    assert_int_equal(event_split(&subject, &c->config, &c->in, c->users, 1, &ends), 1);
    assert_int_equal(ends[0], 1);
    free(ends);
    crowd_free(c);
}

static void event_split__puts_one_user_at_least_into_a_part(void **state)
{
    struct crowd *c = crowd_new();
    char *huge = mem_alloc(3001);
    size_t *ends;

    (void)state;
    memset(huge, 'x', 3000);
    huge[3000] = '\0';
    for (size_t i = 0; i < 3; i++)
        c->users[i].login = huge;
    c->in.max_event_kb = 1;
    assert_int_equal(event_split(&subject, &c->config, &c->in, c->users, 3, &ends), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(ends[i], i + 1);
    free(ends);
    free(huge);
    crowd_free(c);
}

static void event_overhead__counts_body_parameters_alone(void **state)
{
    struct crowd *c = crowd_new();
    size_t bare;

    (void)state;
    c->in.format = FORMAT_NOTIFICATION;
    bare = event_overhead(&c->config, &c->in);
    assert_int_equal(bare, 0);
    param_set(&c->in.params, PLACE_HEADER, "X-Team", "blue", false);
    param_set(&c->in.params, PLACE_QUERY, "team", "blue", false);
    assert_int_equal(event_overhead(&c->config, &c->in), 0);
    param_set(&c->in.params, PLACE_BODY, "team", "blue", false);
    assert_true(event_overhead(&c->config, &c->in) >= strlen(",\"team\":\"blue\""));
    param_set(&c->in.params, PLACE_BODY, "key", "env:KEY", true);
    assert_true(event_overhead(&c->config, &c->in) >= 512);
    crowd_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event_detail__keeps_the_order_of_keys),
        cmocka_unit_test(event_explain__names_login_key_and_value),
        cmocka_unit_test(event_split__fills_parts_up_to_the_limit),
        cmocka_unit_test(event_split__sends_one_event_without_a_limit),
        cmocka_unit_test(event_split__puts_one_user_at_least_into_a_part),
        cmocka_unit_test(event_overhead__counts_body_parameters_alone),
    };

    return cmocka_run_group_tests_name("event", tests, NULL, NULL);
}
