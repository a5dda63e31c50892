/* Changes that touch configuration and store together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/redeliver.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1691501242 };

static const char event_id[] = "11111111-1111-4111-8111-111111111111";

/* A home with one integration, "Tickets", that has one delivery waiting. */
struct bed {
    struct tmpdir dir;
    struct app app;
    struct integration in; /* as it was saved */
    int64_t delivery;
    struct problem_list problems;
    struct text_list dropped;
};

static void fine(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static bool save(struct bed *bed, struct app *app, struct integration *in,
                 const struct integration *before, struct error *err)
{
    struct save_options options = {.before = before, .now_s = NOW};
    problem_list_release(&bed->problems);
    text_list_release(&bed->dropped);
    return action_save_integration(app, in, &options, &bed->dropped, &bed->problems, err);
}

static char *seal(struct bed *bed, const char *name, const char *clear)
{
    struct error err = {0};
    char *stored = NULL;
    fine(secret_seal(bed->app.keyring, true, bed->in.id, name, clear, strlen(clear), NOW, &stored,
                     &err),
         &err);
    return stored;
}

static void add_delivery(struct bed *bed, struct error *err)
{
    struct event e = {.id = mem_strdup(event_id),
                      .envelope_id = mem_strdup("22222222-2222-4222-8222-222222222222"),
                      .kind = KIND_FINDING,
                      .check_id = mem_strdup("no-mfa"),
                      .published_ms = (int64_t)NOW * 1000,
                      .detail = mem_strdup("{}")};
    const struct new_delivery d = {.event_id = event_id,
                                   .check_id = "no-mfa",
                                   .integration_id = bed->in.id,
                                   .integration_name = "Tickets",
                                   .kind = KIND_FINDING,
                                   .now = NOW};
    fine(outbox_add_event(bed->app.store, &e, err) &&
             outbox_add_delivery(bed->app.store, &d, &bed->delivery, err),
         err);
    event_release(&e);
}

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    struct error err = {0};
    tmpdir_init(&bed->dir);
    fine(app_open(&bed->app, bed->dir.path, APP_STORE, &err), &err);
    integration_init(&bed->in);
    bed->in.name = mem_strdup("Tickets");
    bed->in.url = mem_strdup("https://hooks.example.com/a");
    bed->in.auth.type = AUTH_BASIC;
    bed->in.auth.username = mem_strdup("u");
    bed->in.auth.password = seal(bed, "auth.password", "p");
    fine(save(bed, &bed->app, &bed->in, NULL, &err), &err);
    add_delivery(bed, &err);
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    problem_list_release(&bed->problems);
    text_list_release(&bed->dropped);
    integration_release(&bed->in);
    app_close(&bed->app);
    tmpdir_release(&bed->dir);
    free(bed);
    return 0;
}

static enum delivery_state state_of(struct bed *bed, int64_t id)
{
    struct error err = {0};
    struct delivery d = {0};
    fine(outbox_delivery(bed->app.store, id, &d, &err), &err);
    enum delivery_state state = d.state;
    delivery_release(&d);
    return state;
}

static bool on_hold(struct bed *bed)
{
    struct error err = {0};
    struct integration_facts facts = {0};
    fine(outbox_facts(bed->app.store, bed->in.id, &facts, &err), &err);
    bool held = facts.on_hold;
    integration_facts_release(&facts);
    return held;
}

static const struct integration *stored(const struct bed *bed)
{
    return config_find(&bed->app.config, bed->in.id);
}

static struct integration changed(const struct bed *bed)
{
    struct integration in = {0};
    integration_copy(&in, &bed->in);
    return in;
}

/* --- saving --------------------------------------------------------------------------------- */

static void save__reports_every_problem_and_keeps_the_file(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct integration in = changed(bed);
    mem_replace(&in.url, "ftp://x");
    in.timeout_s = 0;
    char *before = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_false(save(bed, &bed->app, &in, &bed->in, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_int_equal(bed->problems.count, 2);
    assert_non_null(strstr(err.text, "2 settings need a change"));
    char *after = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_string_equal(before, after);
    assert_string_equal(stored(bed)->url, bed->in.url);
    free(before);
    free(after);
    integration_release(&in);
}

static void save__of_a_new_one_replaces_none_that_is_there(void **state)
{
    struct bed *bed = *state;
    struct error err = {0}, none = {0};
    struct integration again = changed(bed);
    mem_replace(&again.description, "again");
    assert_false(save(bed, &bed->app, &again, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(integration_equal(stored(bed), &bed->in));
    const struct save_options force = {.now_s = NOW, .overwrite = true};
    fine(action_save_integration(&bed->app, &again, &force, NULL, &bed->problems, &none), &none);
    assert_string_equal(stored(bed)->description, "again");
    integration_release(&again);
}

static void save__refuses_what_somebody_else_changed(void **state)
{
    struct bed *bed = *state;
    struct app other;
    struct error err = {0};
    struct integration theirs = changed(bed), ours = changed(bed);
    mem_replace(&theirs.description, "theirs");
    mem_replace(&ours.description, "ours");
    fine(app_open(&other, bed->dir.path, APP_STORE, &err), &err);
    fine(save(bed, &other, &theirs, &bed->in, &err), &err);

    assert_false(save(bed, &bed->app, &ours, &bed->in, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_string_equal(stored(bed)->description, "theirs");
    struct save_options force = {.before = &bed->in, .now_s = NOW, .overwrite = true};
    struct error none = {0};
    fine(action_save_integration(&bed->app, &ours, &force, NULL, &bed->problems, &none), &none);
    assert_string_equal(stored(bed)->description, "ours");

    fine(config_begin(&other.config, &none) && config_remove(&other.config, bed->in.id) &&
             config_commit(&other.config, &none),
         &none);
    assert_false(save(bed, &bed->app, &ours, &ours, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    app_close(&other);
    integration_release(&theirs);
    integration_release(&ours);
}

static void save__drops_the_secrets_of_a_moved_receiver(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct integration in = changed(bed);
    mem_replace(&in.url, "https://elsewhere.example.com/a");
    fine(save(bed, &bed->app, &in, &bed->in, &err), &err);
    assert_int_equal(bed->dropped.count, 1);
    assert_string_equal(bed->dropped.items[0], "Password");
    assert_null(stored(bed)->auth.password);
    integration_release(&in);
}

static void save__keeps_secrets_when_only_the_path_moves(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct integration in = changed(bed);
    mem_replace(&in.url, "https://hooks.example.com/b");
    fine(save(bed, &bed->app, &in, &bed->in, &err), &err);
    assert_int_equal(bed->dropped.count, 0);
    assert_string_equal(stored(bed)->auth.password, bed->in.auth.password);
    integration_release(&in);
}

static void save__with_new_credentials_releases_the_hold(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fine(outbox_hold(bed->app.store, bed->in.id, "401", NOW, &err), &err);
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_HELD);

    struct integration in = changed(bed);
    mem_replace(&in.description, "not about access");
    fine(save(bed, &bed->app, &in, &bed->in, &err), &err);
    assert_true(on_hold(bed));

    struct integration again = {0};
    integration_copy(&again, &in);
    free(again.auth.password);
    again.auth.password = seal(bed, "auth.password", "other");
    fine(save(bed, &bed->app, &again, &in, &err), &err);
    assert_false(on_hold(bed));
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_PENDING);
    integration_release(&in);
    integration_release(&again);
}

/* --- enabled, removed ----------------------------------------------------------------------- */

static void enable__holds_and_releases(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fine(action_set_enabled(&bed->app, bed->in.id, false, NOW, &err), &err);
    assert_false(stored(bed)->enabled);
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_HELD);
    fine(action_set_enabled(&bed->app, bed->in.id, true, NOW, &err), &err);
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_PENDING);
    assert_false(action_set_enabled(&bed->app, "nobody", true, NOW, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

static void several__are_changed_all_or_none(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct text_list ids = {0};
    text_list_add(&ids, bed->in.id);
    text_list_add(&ids, "nobody");
    assert_false(action_set_enabled_all(&bed->app, &ids, false, NOW, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_true(config_find(&bed->app.config, bed->in.id)->enabled);
    assert_false(action_remove_integrations(&bed->app, &ids, NOW, &err));
    assert_non_null(config_find(&bed->app.config, bed->in.id));
    text_list_remove(&ids, "nobody");
    fine(action_remove_integrations(&bed->app, &ids, NOW, &err), &err);
    assert_null(config_find(&bed->app.config, bed->in.id));
    text_list_release(&ids);
}

static void remove__ends_its_deliveries_and_ticks(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct text_list ids = {0};
    text_list_add(&ids, bed->in.id);
    fine(action_tick(&bed->app, "no-mfa", &ids, true, &err), &err);
    fine(action_remove_integration(&bed->app, bed->in.id, NOW, &err), &err);
    assert_null(stored(bed));
    assert_int_equal(config_tick_count(&bed->app.config, bed->in.id), 0);
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_FAILED);
    assert_false(action_remove_integration(&bed->app, bed->in.id, NOW, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    text_list_release(&ids);
}

/* --- both or neither ------------------------------------------------------------------------ */

/* Each action that changes file and store, as a table walks them. */
static bool save_elsewhere(struct bed *bed, struct error *err)
{
    struct integration in = changed(bed);
    mem_replace(&in.url, "https://elsewhere.example.com/a");
    bool ok = save(bed, &bed->app, &in, &bed->in, err);
    integration_release(&in);
    return ok;
}

static bool disable(struct bed *bed, struct error *err)
{
    return action_set_enabled(&bed->app, bed->in.id, false, NOW, err);
}

static bool remove_it(struct bed *bed, struct error *err)
{
    return action_remove_integration(&bed->app, bed->in.id, NOW, err);
}

static bool (*const changes[])(struct bed *bed, struct error *err) = {save_elsewhere, disable,
                                                                      remove_it};

/* Fails the test unless every change fails with `kind` and leaves file and store as they are. */
static void assert_nothing_changes(struct bed *bed, enum error_kind kind)
{
    char *before = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct error err = {0};
        assert_false(changes[i](bed, &err));
        assert_int_equal(err.kind, kind);
        assert_null(strstr(err.text, "saved"));
        char *after = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
        assert_string_equal(after, before);
        assert_true(integration_equal(stored(bed), &bed->in));
        assert_int_equal(state_of(bed, bed->delivery), DELIVERY_PENDING);
        free(after);
    }
    free(before);
}

static void sql(struct bed *bed, const char *statement)
{
    struct error err = {0};
    fine(db_exec(store_db(bed->app.store), statement, &err), &err);
}

static void change__is_refused_while_others_hold_the_store(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct store *other = store_open(store_path(bed->app.store), &err);
    assert_non_null(other);
    sql(bed, "PRAGMA busy_timeout = 0");
    fine(store_begin(other, &err), &err);
    assert_nothing_changes(bed, ERR_BUSY);
    store_rollback(other);
    store_close(other);
    fine(disable(bed, &err), &err);
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_HELD);
}

static void change__is_undone_when_the_store_refuses(void **state)
{
    struct bed *bed = *state;
    sql(bed, "PRAGMA query_only = ON");
    assert_nothing_changes(bed, ERR_IO);
    sql(bed, "PRAGMA query_only = OFF");
}

/* Files may grow to `bytes` only, as on a disk that is full. Returns the limit before. */
static struct rlimit limit_files(rlim_t bytes)
{
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit limit = {bytes, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    return before;
}

static void change__is_undone_when_the_file_cannot_be_written(void **state)
{
    struct bed *bed = *state;
    const struct rlimit before = limit_files(16);
    assert_nothing_changes(bed, ERR_IO);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
}

/* The configuration fits below the limit, a page of the store does not. */
static void change__says_when_only_the_file_was_saved(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    const struct rlimit before = limit_files(4096);
    bool ok = disable(bed, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(ok);
    assert_non_null(strstr(err.text, "saved, but deliveries and audit did not follow: "));
    assert_false(stored(bed)->enabled);
    assert_int_equal(state_of(bed, bed->delivery), DELIVERY_PENDING);
}

/* --- ticks ---------------------------------------------------------------------------------- */

static void tick__adds_once_and_takes_away(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    struct text_list ids = {0}, nobody = {0};
    text_list_add(&ids, bed->in.id);
    text_list_add(&nobody, "nobody");
    fine(action_tick(&bed->app, "no-mfa", &ids, true, &err), &err);
    fine(action_tick(&bed->app, "no-mfa", &ids, true, &err), &err);
    assert_int_equal(config_check(&bed->app.config, "no-mfa")->integrations.count, 1);
    assert_false(action_tick(&bed->app, "no-mfa", &nobody, true, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    fine(action_tick(&bed->app, "no-mfa", &ids, false, &err), &err);
    assert_false(config_is_ticked(&bed->app.config, "no-mfa", bed->in.id));
    fine(action_set_ticks(&bed->app, "no-mfa", &ids, &err), &err);
    assert_true(config_is_ticked(&bed->app.config, "no-mfa", bed->in.id));
    text_list_release(&ids);
    text_list_release(&nobody);
}

static void enable_check__is_saved(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fine(action_enable_check(&bed->app, "no-mfa", false, &err), &err);
    assert_int_equal(config_check(&bed->app.config, "no-mfa")->enabled, 0);
}

/* --- redelivery ----------------------------------------------------------------------------- */

static void redeliver__waits_while_disabled(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    int64_t again = 0;
    assert_false(action_redeliver(&bed->app, bed->delivery, NOW, &again, &err));
    assert_int_equal(err.kind, ERR_INVALID); /* it has not ended */

    fine(outbox_end_integration(bed->app.store, bed->in.id, NOW, &err), &err);
    fine(action_redeliver(&bed->app, bed->delivery, NOW, &again, &err), &err);
    assert_int_equal(state_of(bed, again), DELIVERY_PENDING);
    fine(action_set_enabled(&bed->app, bed->in.id, false, NOW, &err), &err);
    fine(action_redeliver(&bed->app, bed->delivery, NOW, &again, &err), &err);
    assert_int_equal(state_of(bed, again), DELIVERY_HELD);

    fine(action_remove_integration(&bed->app, bed->in.id, NOW, &err), &err);
    assert_false(action_redeliver(&bed->app, bed->delivery, NOW, &again, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(save__reports_every_problem_and_keeps_the_file),
        TEST(save__refuses_what_somebody_else_changed),
        TEST(save__of_a_new_one_replaces_none_that_is_there),
        TEST(save__drops_the_secrets_of_a_moved_receiver),
        TEST(save__keeps_secrets_when_only_the_path_moves),
        TEST(save__with_new_credentials_releases_the_hold),
        TEST(enable__holds_and_releases),
        TEST(several__are_changed_all_or_none),
        TEST(remove__ends_its_deliveries_and_ticks),
        TEST(change__is_refused_while_others_hold_the_store),
        TEST(change__is_undone_when_the_store_refuses),
        TEST(change__is_undone_when_the_file_cannot_be_written),
        TEST(change__says_when_only_the_file_was_saved),
        TEST(tick__adds_once_and_takes_away),
        TEST(enable_check__is_saved),
        TEST(redeliver__waits_while_disabled),
    };
    return cmocka_run_group_tests_name("actions", tests, NULL, NULL);
}
