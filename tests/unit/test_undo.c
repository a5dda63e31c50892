/* What commits changed, and taking it back with its effects on the store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/store/outbox.h"
#include "core/undo.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1691501242, LATER = NOW + 60 };

static const char event_id[] = "11111111-1111-4111-8111-111111111111";

/* A home with the integrations "Audit" and "Tickets" and one check that both are ticked for;
 * Tickets has one delivery waiting. What is committed from here on is noted. */
struct bed {
    struct tmpdir dir;
    struct app app;
    char audit[UUID_LEN + 1], tickets[UUID_LEN + 1];
    int64_t delivery;
    struct config_changes changes;
    char *text; /* of the file, before anything was changed */
};

static void fine(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static void note(void *ctx, const struct config *before, const struct config *now)
{
    config_changes_add(&((struct bed *)ctx)->changes, before, now);
}

static void add_integration(struct bed *bed, const char *name, char id[UUID_LEN + 1])
{
    const struct save_options options = {.now_s = NOW};
    struct problem_list problems = {0};
    struct integration in;
    struct error err = {0};
    integration_init(&in);
    memcpy(id, in.id, sizeof in.id);
    in.name = mem_strdup(name);
    in.url = mem_strdup("https://hooks.example.com/a");
    in.auth.type = AUTH_BASIC;
    in.auth.username = mem_strdup("u");
    fine(secret_seal(bed->app.keyring, true, in.id, "auth.password", "p", 1, NOW, &in.auth.password,
                     &err),
         &err);
    fine(action_save_integration(&bed->app, &in, &options, NULL, &problems, &err), &err);
    problem_list_release(&problems);
    integration_release(&in);
}

static void add_delivery(struct bed *bed)
{
    struct error err = {0};
    struct event e = {.id = mem_strdup(event_id),
                      .envelope_id = mem_strdup("22222222-2222-4222-8222-222222222222"),
                      .kind = KIND_FINDING,
                      .check_id = mem_strdup("no-mfa"),
                      .published_ms = (int64_t)NOW * 1000,
                      .detail = mem_strdup("{}")};
    const struct new_delivery d = {.event_id = event_id,
                                   .check_id = "no-mfa",
                                   .integration_id = bed->tickets,
                                   .integration_name = "Tickets",
                                   .kind = KIND_FINDING,
                                   .now = NOW};
    fine(outbox_add_event(bed->app.store, &e, &err) &&
             outbox_add_delivery(bed->app.store, &d, &bed->delivery, &err),
         &err);
    event_release(&e);
}

static void tick(struct bed *bed, const char *check, bool ticked)
{
    struct error err = {0};
    struct text_list ids = {0};
    text_list_add(&ids, bed->tickets);
    text_list_add(&ids, bed->audit);
    fine(action_tick(&bed->app, check, &ids, ticked, &err), &err);
    text_list_release(&ids);
}

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    struct error err = {0};
    tmpdir_init(&bed->dir);
    fine(app_open(&bed->app, bed->dir.path, APP_STORE, &err), &err);
    add_integration(bed, "Tickets", bed->tickets);
    add_integration(bed, "Audit", bed->audit);
    tick(bed, "no-mfa", true);
    tick(bed, "inactive-90", true);
    add_delivery(bed);
    bed->text = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    bed->app.config.committed = note;
    bed->app.config.committed_ctx = bed;
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    config_changes_release(&bed->changes);
    app_close(&bed->app);
    tmpdir_release(&bed->dir);
    free(bed->text);
    free(bed);
    return 0;
}

static void expect_delivery(struct bed *bed, enum delivery_state state)
{
    struct error err = {0};
    struct delivery d = {0};
    fine(outbox_delivery(bed->app.store, bed->delivery, &d, &err), &err);
    assert_string_equal(delivery_state_text(d.state), delivery_state_text(state));
    delivery_release(&d);
}

static void expect_file_as_it_was(const struct bed *bed)
{
    char *now = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_string_equal(now, bed->text);
    free(now);
}

static bool try_undo(struct bed *bed, bool *stale, struct error *err)
{
    return undo_changes(&bed->app, &bed->changes, NOW, LATER, stale, err);
}

static void undo(struct bed *bed)
{
    struct error err = {0};
    bool stale;
    fine(try_undo(bed, &stale, &err), &err);
    assert_false(stale);
}

static void remove_tickets(struct bed *bed)
{
    struct error err = {0};
    fine(action_remove_integration(&bed->app, bed->tickets, NOW, &err), &err);
}

/* --- what was changed ------------------------------------------------------------------------ */

static void changes_add__joins_commits_and_forgets_what_went_back(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    assert_true(config_changes_none(&bed->changes));
    fine(action_set_enabled(&bed->app, bed->audit, false, NOW, &err), &err);
    fine(action_enable_check(&bed->app, "no-mfa", false, &err), &err);
    assert_int_equal(bed->changes.integration_count, 1);
    assert_int_equal(bed->changes.check_count, 1);
    fine(action_set_enabled(&bed->app, bed->audit, true, NOW, &err), &err);
    assert_int_equal(bed->changes.integration_count, 0);
    assert_int_equal(bed->changes.check_count, 1);
    assert_false(bed->changes.checks[0].after->enabled);
    assert_int_equal(bed->changes.checks[0].before->enabled, -1);
}

/* Somebody else's save is not ours, even where it is first read by our own change. */
static void changes_add__leaves_out_what_others_saved(void **state)
{
    struct bed *bed = *state;
    struct app other;
    struct error err = {0};
    fine(app_open(&other, bed->dir.path, APP_STORE, &err), &err);
    fine(action_set_enabled(&other, bed->audit, false, NOW, &err), &err);
    fine(action_set_enabled(&bed->app, bed->tickets, false, NOW, &err), &err);
    assert_int_equal(bed->changes.integration_count, 1);
    assert_string_equal(bed->changes.integrations[0].after->id, bed->tickets);
    app_close(&other);
}

static void changes_add__notes_top_level_settings(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fine(config_begin(&bed->app.config, &err), &err);
    bed->app.config.general.schedule_hour = 4;
    fine(config_commit(&bed->app.config, &err), &err);
    assert_int_equal(bed->changes.general.after->schedule_hour, 4);
    undo(bed);
    expect_file_as_it_was(bed);
}

/* --- taking back ----------------------------------------------------------------------------- */

static void undo_changes__enables_again_and_releases(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fine(action_set_enabled(&bed->app, bed->tickets, false, NOW, &err), &err);
    expect_delivery(bed, DELIVERY_HELD);
    undo(bed);
    expect_delivery(bed, DELIVERY_PENDING);
    expect_file_as_it_was(bed);
}

static void undo_changes__brings_a_removed_one_back_whole(void **state)
{
    struct bed *bed = *state;
    remove_tickets(bed);
    assert_null(config_find(&bed->app.config, bed->tickets));
    expect_delivery(bed, DELIVERY_FAILED);
    undo(bed);
    assert_string_equal(config_find(&bed->app.config, "Tickets")->id, bed->tickets);
    assert_true(config_is_ticked(&bed->app.config, "no-mfa", bed->tickets));
    expect_delivery(bed, DELIVERY_PENDING);
    expect_file_as_it_was(bed); /* its place, its sealed secret and its ticks included */
}

static void undo_changes__brings_a_disabled_one_back_on_hold(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fine(action_set_enabled(&bed->app, bed->tickets, false, NOW, &err), &err);
    config_changes_release(&bed->changes);
    remove_tickets(bed);
    undo(bed);
    expect_delivery(bed, DELIVERY_HELD);
}

static void undo_changes__takes_a_new_one_away(void **state)
{
    struct bed *bed = *state;
    char id[UUID_LEN + 1];
    add_integration(bed, "Third", id);
    undo(bed);
    assert_null(config_find(&bed->app.config, id));
    expect_file_as_it_was(bed);
}

static void undo_changes__takes_several_commits_back_at_once(void **state)
{
    struct bed *bed = *state;
    tick(bed, "no-mfa", false);
    tick(bed, "guest-inactive", true);
    tick(bed, "inactive-90", false);
    assert_int_equal(bed->changes.check_count, 3);
    undo(bed);
    expect_file_as_it_was(bed);
}

static void undo_changes__keeps_what_others_changed_elsewhere(void **state)
{
    struct bed *bed = *state;
    struct app other;
    struct error err = {0};
    fine(action_set_enabled(&bed->app, bed->tickets, false, NOW, &err), &err);
    fine(app_open(&other, bed->dir.path, APP_STORE, &err), &err);
    fine(action_set_enabled(&other, bed->audit, false, NOW, &err), &err);
    undo(bed);
    assert_true(config_find(&bed->app.config, bed->tickets)->enabled);
    assert_false(config_find(&bed->app.config, bed->audit)->enabled);
    app_close(&other);
}

static void undo_changes__refuses_what_others_changed(void **state)
{
    struct bed *bed = *state;
    struct app other;
    struct error err = {0};
    fine(action_set_enabled(&bed->app, bed->tickets, false, NOW, &err), &err);
    tick(bed, "no-mfa", false);
    fine(app_open(&other, bed->dir.path, APP_STORE, &err), &err);
    fine(action_set_enabled(&other, bed->tickets, true, NOW, &err), &err);
    char *theirs = tmpdir_read(&bed->dir, "checkhook.conf", NULL);

    bool stale;
    assert_false(try_undo(bed, &stale, &err));
    assert_true(stale);
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_non_null(strstr(err.text, "'Tickets' was changed by somebody else"));
    assert_false(store_in_transaction(bed->app.store));
    char *now = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_string_equal(now, theirs);
    free(now);
    free(theirs);
    app_close(&other);
}

static void undo_changes__refuses_a_name_that_is_taken(void **state)
{
    struct bed *bed = *state;
    struct app other;
    struct error err = {0};
    remove_tickets(bed);
    fine(app_open(&other, bed->dir.path, APP_STORE, &err), &err);
    fine(config_begin(&other.config, &err), &err);
    mem_replace(&config_find(&other.config, bed->audit)->name, "TICKETS");
    fine(config_commit(&other.config, &err), &err);
    bool stale;
    assert_false(try_undo(bed, &stale, &err));
    assert_false(stale); /* it can be undone once the name is free */
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "rename"));
    expect_delivery(bed, DELIVERY_FAILED);
    app_close(&other);
}

/* Somebody else is writing: later it works. */
static void undo_changes__can_be_tried_again_where_it_is_busy(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    bool stale;
    fine(action_set_enabled(&bed->app, bed->tickets, false, NOW, &err), &err);
    fine(store_begin(bed->app.store, &err), &err);
    assert_false(try_undo(bed, &stale, &err));
    assert_false(stale);
    store_rollback(bed->app.store);
    undo(bed);
    expect_file_as_it_was(bed);
}

int main(void)
{
#define BED(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        BED(changes_add__joins_commits_and_forgets_what_went_back),
        BED(changes_add__leaves_out_what_others_saved),
        BED(changes_add__notes_top_level_settings),
        BED(undo_changes__enables_again_and_releases),
        BED(undo_changes__brings_a_removed_one_back_whole),
        BED(undo_changes__brings_a_disabled_one_back_on_hold),
        BED(undo_changes__takes_a_new_one_away),
        BED(undo_changes__takes_several_commits_back_at_once),
        BED(undo_changes__keeps_what_others_changed_elsewhere),
        BED(undo_changes__refuses_what_others_changed),
        BED(undo_changes__refuses_a_name_that_is_taken),
        BED(undo_changes__can_be_tried_again_where_it_is_busy),
    };
    return cmocka_run_group_tests_name("undo", tests, NULL, NULL);
#undef BED
}
