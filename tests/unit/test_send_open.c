/* Users who fail a check already, sent to integrations of choice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/send_open.h"
#include "core/store/findings.h"
#include "core/store/outbox.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1700000000 };

/* A home with two integrations, of which the first is ticked for no-mfa, and three findings. */
struct bed {
    struct tmpdir dir;
    struct app app;
    char *ids[2];
};

static void fine(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static char *add_integration(struct bed *bed, const char *name)
{
    struct error err = {0};
    struct integration in;
    struct problem_list problems = {0};
    const struct save_options options = {.now_s = NOW};
    integration_init(&in);
    in.name = mem_strdup(name);
    in.url = mem_strdup("https://hooks.example.com/a");
    in.auth.type = AUTH_NONE;
    fine(action_save_integration(&bed->app, &in, &options, NULL, &problems, &err), &err);
    char *id = mem_strdup(in.id);
    integration_release(&in);
    return id;
}

static void tick(struct bed *bed, const char *id)
{
    struct error err = {0};
    struct text_list ids = {0};
    text_list_add(&ids, id);
    fine(action_tick(&bed->app, "no-mfa", &ids, true, &err), &err);
    text_list_release(&ids);
}

static void add_findings(struct bed *bed)
{
    static const struct new_finding items[] = {{"okta", "1", "ann", "{}", 1},
                                               {"okta", "2", "bob", "{}", 2},
                                               {"okta", "3", "cid", "{}", 3}};
    struct error err = {0};
    const struct new_findings added = {"no-mfa", 1, NOW, items, ARRAY_LEN(items)};
    fine(store_begin(bed->app.store, &err) && findings_add(bed->app.store, &added, &err) &&
             store_commit(bed->app.store, &err),
         &err);
}

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    struct error err = {0};
    tmpdir_init(&bed->dir);
    setenv("CHECKHOOK_SHARE", "share", 1);
    fine(app_open(&bed->app, bed->dir.path, APP_STORE | APP_CATALOGUE, &err), &err);
    bed->ids[0] = add_integration(bed, "Audit");
    bed->ids[1] = add_integration(bed, "Billing");
    tick(bed, bed->ids[0]);
    add_findings(bed);
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    free(bed->ids[0]);
    free(bed->ids[1]);
    app_close(&bed->app);
    tmpdir_release(&bed->dir);
    free(bed);
    return 0;
}

static bool send_to(struct bed *bed, const char *id, struct sent_open *sent, struct error *err)
{
    struct text_list ids = {0};
    text_list_add(&ids, id);
    const bool ok = action_send_open(&bed->app, "no-mfa", &ids, NOW * INT64_C(1000), sent, err);
    text_list_release(&ids);
    return ok;
}

static size_t count_deliveries(struct bed *bed)
{
    struct error err = {0};
    struct delivery_list list = {0};
    fine(outbox_list(bed->app.store, &DELIVERY_FILTER_ALL, &list, &err), &err);
    const size_t count = list.count;
    delivery_list_release(&list);
    return count;
}

static void action_send_open__names_all_who_fail(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct sent_open sent;
    struct delivery_list list = {0};
    struct event event = {0};
    fine(send_to(bed, bed->ids[0], &sent, &err), &err);
    assert_int_equal(sent.users, 3);
    assert_int_equal(sent.events, 1);
    assert_int_equal(sent.deliveries, 1);
    fine(outbox_list(bed->app.store, &DELIVERY_FILTER_ALL, &list, &err), &err);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].integration_id, bed->ids[0]);
    assert_int_equal(list.items[0].state, DELIVERY_PENDING);
    fine(outbox_event(bed->app.store, list.items[0].event_id, &event, &err), &err);
    assert_non_null(strstr(event.detail, "\"usersFailing\":["));
    assert_non_null(strstr(event.detail, "\"ann\""));
    assert_non_null(strstr(event.detail, "\"bob\""));
    assert_non_null(strstr(event.detail, "\"cid\""));
    assert_int_equal(event.run_id, 0);
    event_release(&event);
    delivery_list_release(&list);
}

static void action_send_open__goes_to_nobody_else(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct sent_open sent;
    tick(bed, bed->ids[1]);
    fine(send_to(bed, bed->ids[1], &sent, &err), &err);
    assert_int_equal(sent.deliveries, 1);
    assert_int_equal(count_deliveries(bed), 1);
}

static void action_send_open__wants_a_tick(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct sent_open sent;
    assert_false(send_to(bed, bed->ids[1], &sent, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_int_equal(count_deliveries(bed), 0);
}

static void action_send_open__leaves_the_ignored_out(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct sent_open sent;
    fine(action_begin(&bed->app, &err), &err);
    text_list_add(&config_check_make(&bed->app.config, "no-mfa")->ignore, "bob");
    fine(action_commit(&bed->app, NOW, &err), &err);
    fine(send_to(bed, bed->ids[0], &sent, &err), &err);
    assert_int_equal(sent.users, 2);
}

static void action_send_open__sends_nothing_where_nobody_fails(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct sent_open sent;
    struct text_list ids = {0};
    text_list_add(&ids, bed->ids[0]);
    fine(action_tick(&bed->app, "inactive-90", &ids, true, &err), &err);
    fine(action_send_open(&bed->app, "inactive-90", &ids, NOW * INT64_C(1000), &sent, &err), &err);
    assert_int_equal(sent.deliveries, 0);
    assert_int_equal(count_deliveries(bed), 0);
    text_list_release(&ids);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(action_send_open__names_all_who_fail),
        TEST(action_send_open__goes_to_nobody_else),
        TEST(action_send_open__wants_a_tick),
        TEST(action_send_open__leaves_the_ignored_out),
        TEST(action_send_open__sends_nothing_where_nobody_fails),
    };
    return cmocka_run_group_tests_name("send_open", tests, NULL, NULL);
}
