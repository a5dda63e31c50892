/* Tests of the audit: rows in the store, and that every change of a configuration leaves one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/audit.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/audit.h"
#include "core/store/db.h"
#include "core/store/prune.h"
#include "tests/support/tmpdir.h"

enum { NOW = 1691501242, TEXT_MAX = 64 * 1024 };

struct bed {
    struct tmpdir dir;
    struct app app;
    struct integration in; /* "Tickets", saved */
    struct error err;
};

static void fine(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static char *seal(struct bed *bed, const char *name, const char *clear)
{
    char *stored = NULL;
    fine(secret_seal(bed->app.keyring, true, bed->in.id, name, clear, strlen(clear), NOW, &stored,
                     &bed->err),
         &bed->err);
    return stored;
}

static void save(struct bed *bed, struct integration *in, const struct integration *before)
{
    const struct save_options options = {.before = before, .overwrite = !before, .now_s = NOW};
    struct problem_list problems = {0};
    fine(action_save_integration(&bed->app, in, &options, NULL, &problems, &bed->err), &bed->err);
    problem_list_release(&problems);
}

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    tmpdir_init(&bed->dir);
    fine(app_open(&bed->app, bed->dir.path, APP_STORE, &bed->err), &bed->err);
    bed->app.actor = (struct actor){"alice", "10.1.2.3", THROUGH_CONSOLE};
    integration_init(&bed->in);
    bed->in.name = mem_strdup("Tickets");
    bed->in.url = mem_strdup("https://hooks.example.com/a");
    bed->in.auth.type = AUTH_BASIC;
    bed->in.auth.username = mem_strdup("u");
    bed->in.auth.password = seal(bed, "auth.password", "geheim-1");
    save(bed, &bed->in, NULL);
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    integration_release(&bed->in);
    app_close(&bed->app);
    tmpdir_release(&bed->dir);
    free(bed);
    return 0;
}

/* "alice|10.1.2.3|console|what|subject|change" of each, newest first. */
static bool add_line(void *ctx, const struct audit_row *row, struct error *err)
{
    struct strbuf *out = ctx;
    char *change = audit_change_text(row->before, row->after);
    (void)err;
    strbuf_addf(out, "%s|%s|%s|%s|%s|%s\n", row->who, row->from, row->through, row->what,
                row->subject, change);
    free(change);
    return true;
}

static char *all_lines(struct bed *bed)
{
    struct strbuf out;
    const struct audit_query query = {0};
    strbuf_init(&out, TEXT_MAX);
    fine(audit_each(bed->app.store, &query, add_line, &out, &bed->err), &bed->err);
    return strbuf_detach(&out);
}

/* The newest line is this one. */
static void assert_newest(struct bed *bed, const char *want)
{
    char *lines = all_lines(bed);
    lines[strcspn(lines, "\n")] = '\0';
    assert_string_equal(lines, want);
    free(lines);
}

static size_t count_lines(struct bed *bed)
{
    char *lines = all_lines(bed);
    size_t count = 0;
    for (const char *at = lines; (at = strchr(at, '\n')); at++)
        count++;
    free(lines);
    return count;
}

/* --- rows ----------------------------------------------------------------------------------- */

static void add_rows(struct bed *bed, int count)
{
    for (int i = 0; i < count; i++) {
        const struct audit_row row = {.at = NOW + i, .what = "data imported"};
        fine(audit_add(bed->app.store, &bed->app.actor, &row, &bed->err), &bed->err);
    }
}

struct ids {
    int64_t items[64];
    size_t count;
};

static bool note_id(void *ctx, const struct audit_row *row, struct error *err)
{
    struct ids *ids = ctx;
    (void)err;
    ids->items[ids->count++] = row->id;
    return true;
}

static void each__goes_on_by_key(void **state)
{
    struct bed *bed = *state;
    struct ids ids = {0};
    struct audit_query query = {.limit = 4};
    add_rows(bed, 9); /* ten with the integration */
    for (size_t before = 1; before != ids.count;) {
        before = ids.count;
        fine(audit_each(bed->app.store, &query, note_id, &ids, &bed->err), &bed->err);
        query.before_id = ids.items[ids.count - 1];
    }
    assert_int_equal(ids.count, 10);
    for (size_t i = 0; i + 1 < ids.count; i++)
        assert_true(ids.items[i] > ids.items[i + 1]);
    ids.count = 0;
    query = (struct audit_query){.since = NOW + 7};
    fine(audit_each(bed->app.store, &query, note_id, &ids, &bed->err), &bed->err);
    assert_int_equal(ids.count, 2);
}

static void one__is_found_or_said_to_be_missing(void **state)
{
    struct bed *bed = *state;
    struct ids ids = {0};
    fine(audit_one(bed->app.store, 1, note_id, &ids, &bed->err), &bed->err);
    assert_int_equal(ids.items[0], 1);
    assert_false(audit_one(bed->app.store, 99, note_id, &ids, &bed->err));
    assert_int_equal(bed->err.kind, ERR_NOT_FOUND);
}

static void prune__removes_what_is_old(void **state)
{
    struct bed *bed = *state;
    add_rows(bed, 9);
    struct job *job = prune_job_new(bed->app.store, NOW + 5);
    enum job_state last = JOB_RUNNING;
    while (last == JOB_RUNNING)
        last = job_step(job, 10, &bed->err);
    assert_int_equal(last, JOB_DONE);
    assert_int_equal(prune_job_counts(job)->audit, 6);
    job_free(job);
    assert_int_equal(count_lines(bed), 4);
}

/* --- changes of the configuration ------------------------------------------------------------ */

static void change__of_an_integration_tells_what_differs(void **state)
{
    struct bed *bed = *state;
    struct integration in = {0};
    integration_copy(&in, &bed->in);
    in.timeout_s = 10;
    param_set(&in.params, PLACE_HEADER, "X-Team", "blue", false);
    save(bed, &in, &bed->in);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|timeout_s: 30 → 10, "
                       "params.header:X-Team: blue");
    integration_release(&in);
}

static void change__adds_and_removes_with_all_that_is_set(void **state)
{
    struct bed *bed = *state;
    struct text_list ids = {0};
    assert_newest(bed, "alice|10.1.2.3|console|integration added|Tickets|name: Tickets, auth.type: "
                       "basic, auth.username: u, auth.password: (set), url: "
                       "https://hooks.example.com/a");
    text_list_add(&ids, bed->in.id);
    fine(action_tick(&bed->app, "no-mfa", &ids, true, &bed->err), &bed->err);
    fine(action_remove_integration(&bed->app, bed->in.id, NOW, &bed->err), &bed->err);
    assert_newest(bed,
                  "alice|10.1.2.3|console|integration removed|Tickets|name: Tickets → nothing, "
                  "auth.type: basic → nothing, auth.username: u → nothing, auth.password: "
                  "(set) → nothing, url: https://hooks.example.com/a → nothing, checks: "
                  "no-mfa → nothing");
    assert_int_equal(count_lines(bed), 3); /* its ticks are told with it */
    text_list_release(&ids);
}

static void change__of_ticks_and_checks(void **state)
{
    struct bed *bed = *state;
    struct text_list ids = {0};
    text_list_add(&ids, bed->in.id);
    fine(action_set_ticks(&bed->app, "no-mfa", &ids, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|webhooks changed|no-mfa|webhook Tickets: off → on");
    fine(action_tick(&bed->app, "no-mfa", &ids, false, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|webhooks changed|no-mfa|webhook Tickets: on → off");
    fine(action_enable_check(&bed->app, "no-mfa", false, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|check switched off|no-mfa|enabled: false");
    fine(action_begin(&bed->app, &bed->err), &bed->err);
    struct check_config *check = config_check_make(&bed->app.config, "no-mfa");
    check_value_set(check, "days", 60);
    check->severity = SEVERITY_LOW;
    text_list_add(&check->ignore, "svc-backup");
    fine(action_commit(&bed->app, NOW, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|check changed|no-mfa|severity: low, ignore: "
                       "svc-backup, settings.days: 60");
    text_list_release(&ids);
}

static void change__of_the_top_level(void **state)
{
    struct bed *bed = *state;
    fine(action_begin(&bed->app, &bed->err), &bed->err);
    bed->app.config.general.schedule_hour = 7;
    fine(action_commit(&bed->app, NOW, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|settings changed||schedule.hour: 6 → 7");
}

static void change__of_enabled_says_so(void **state)
{
    struct bed *bed = *state;
    fine(action_set_enabled(&bed->app, bed->in.id, false, NOW, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|integration disabled|Tickets|enabled: true → false");
    fine(action_set_enabled(&bed->app, bed->in.id, true, NOW, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|integration enabled|Tickets|enabled: false → true");
}

static void change__of_a_parameter_without_a_value_is_told(void **state)
{
    struct bed *bed = *state;
    struct integration in = {0}, bare = {0};
    integration_copy(&in, &bed->in);
    integration_copy(&bare, &bed->in);
    param_set(&in.params, PLACE_QUERY, "flag", "", false);
    save(bed, &in, &bed->in);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|params.query:flag: "
                       "(empty)");
    param_set(&in.params, PLACE_QUERY, "flag", "on", false);
    save(bed, &in, NULL);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|params.query:flag: "
                       "(empty) → on");
    save(bed, &bare, NULL);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|params.query:flag: "
                       "on → nothing");
    assert_int_equal(count_lines(bed), 4);
    integration_release(&in);
    integration_release(&bare);
}

/* As an import from elsewhere leaves it; put there by hand, for a save asks for its value. */
static void change__of_a_secret_parameter_without_a_value_is_told(void **state)
{
    struct bed *bed = *state;
    fine(action_begin(&bed->app, &bed->err), &bed->err);
    param_set(&config_find(&bed->app.config, bed->in.id)->params, PLACE_HEADER, "X-Key", NULL,
              true);
    fine(action_commit(&bed->app, NOW, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|params.header:X-Key: "
                       "(empty)");
    fine(action_begin(&bed->app, &bed->err), &bed->err);
    param_remove(&config_find(&bed->app.config, bed->in.id)->params, PLACE_HEADER, "X-Key");
    fine(action_commit(&bed->app, NOW, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|params.header:X-Key: "
                       "(empty) → nothing");
}

/* The order in which parameters are sent has no words. */
static void change__without_words_leaves_a_row(void **state)
{
    struct bed *bed = *state;
    struct integration in = {0};
    integration_copy(&in, &bed->in);
    param_set(&in.params, PLACE_QUERY, "a", "1", false);
    param_set(&in.params, PLACE_QUERY, "b", "2", false);
    save(bed, &in, NULL);
    param_remove(&in.params, PLACE_QUERY, "a");
    param_set(&in.params, PLACE_QUERY, "a", "1", false);
    save(bed, &in, NULL);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|");
    assert_int_equal(count_lines(bed), 3);
    integration_release(&in);
}

static void change__that_changes_nothing_leaves_no_row(void **state)
{
    struct bed *bed = *state;
    struct integration in = {0};
    const size_t before = count_lines(bed);
    integration_copy(&in, &bed->in);
    save(bed, &in, &bed->in);
    fine(action_set_enabled(&bed->app, bed->in.id, true, NOW, &bed->err), &bed->err);
    assert_int_equal(count_lines(bed), before);
    integration_release(&in);
}

static void change__that_fails_leaves_no_row(void **state)
{
    struct bed *bed = *state;
    const size_t before = count_lines(bed);
    fine(db_exec(store_db(bed->app.store),
                 "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END",
                 &bed->err),
         &bed->err);
    assert_false(action_set_enabled(&bed->app, bed->in.id, false, NOW, &bed->err));
    assert_true(config_find(&bed->app.config, bed->in.id)->enabled);
    char *file = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_null(strstr(file, "enabled"));
    free(file);
    assert_int_equal(count_lines(bed), before);
}

/* --- secrets -------------------------------------------------------------------------------- */

static void secrets__are_never_in_it(void **state)
{
    struct bed *bed = *state;
    struct integration in = {0};
    char *first = mem_strdup(bed->in.auth.password);
    integration_copy(&in, &bed->in);
    free(in.auth.password);
    in.auth.password = seal(bed, "auth.password", "geheim-2");
    param_set(&in.params, PLACE_HEADER, "X-Key", "env:TEAM_KEY", true);
    save(bed, &in, &bed->in);
    assert_newest(bed, "alice|10.1.2.3|console|integration changed|Tickets|auth.password: (set) → "
                       "(changed), params.header:X-Key: (set)");
    char *lines = all_lines(bed);
    const char *const never[] = {"geheim", "sealed:", first, in.auth.password, "TEAM_KEY"};
    for (size_t i = 0; i < ARRAY_LEN(never); i++)
        assert_null(strstr(lines, never[i]));
    free(lines);
    free(first);
    integration_release(&in);
}

/* --- other deeds ---------------------------------------------------------------------------- */

static void note__is_part_of_the_transaction(void **state)
{
    struct bed *bed = *state;
    const struct audit_note note = {
        .what = "data removed", .subject = "hr", .before_name = "users", .before = "12"};
    const size_t before = count_lines(bed);
    fine(store_begin(bed->app.store, &bed->err) && audit_note(&bed->app, &note, &bed->err),
         &bed->err);
    store_rollback(bed->app.store);
    assert_int_equal(count_lines(bed), before);
    fine(audit_note(&bed->app, &note, &bed->err), &bed->err);
    assert_newest(bed, "alice|10.1.2.3|console|data removed|hr|users: 12 → nothing");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each__goes_on_by_key),
        TEST(one__is_found_or_said_to_be_missing),
        TEST(prune__removes_what_is_old),
        TEST(change__of_an_integration_tells_what_differs),
        TEST(change__adds_and_removes_with_all_that_is_set),
        TEST(change__of_ticks_and_checks),
        TEST(change__of_the_top_level),
        TEST(change__of_enabled_says_so),
        TEST(change__of_a_parameter_without_a_value_is_told),
        TEST(change__of_a_secret_parameter_without_a_value_is_told),
        TEST(change__without_words_leaves_a_row),
        TEST(change__that_changes_nothing_leaves_no_row),
        TEST(change__that_fails_leaves_no_row),
        TEST(secrets__are_never_in_it),
        TEST(note__is_part_of_the_transaction),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
