/* Campaign: what a run does to findings, events and deliveries is what a model of runs says, over
 * random sequences of imports, settings, runs, runs given up in the middle, and runs side by side.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/store/db.h"
#include "tests/support/campaign.h"
#include "tests/support/checkbed.h"
#include "tests/support/fail.h"
#include "tests/support/runmodel.h"

/*
 * Parameters: CAMPAIGN_SEQUENCES (24; long 400), each of CAMPAIGN_STEPS (30; long 100) from the
 * seed CAMPAIGN_SEED (1) on, so that all sequences are the same in every run of the campaign.
 */
enum { TEXT_MAX = 1 << 16, GIVE_UP_MAX = 3, DAYS_MAX = 100, LOGIN_DAYS_MAX = 120 };

#define CHECK(id, more)                                                                            \
    "{ id = \"" id "\"; title = \"Title of " id "\"; severity = \"low\"; description = \"Why.\";"  \
    " recommended_actions = \"Do.\";" more " }"

static const char builtin[] = "checks = (\n" CHECK(
    "admin",
    "needs = ( \"is_admin\" ); applies = \"u.enabled = 1\"; fails = \"u.is_admin = 1\";"
    " explain = { type = \"u.user_type\"; };") ",\n" CHECK("no-mfa",
                                                           "applies = \"u.enabled = 1\"; "
                                                           "fails = \"u.mfa_enrolled = "
                                                           "0\";") ",\n" CHECK("old",
                                                                               "needs = ( "
                                                                               "\"last_"
                                                                               "login\" ); "
                                                                               "settings = "
                                                                               "{ days = "
                                                                               "30; }; "
                                                                               "fails = "
                                                                               "\"CASE WHEN"
                                                                               " u.last_"
                                                                               "login_"
                                                                               "known = 1 "
                                                                               "THEN "
                                                                               "COALESCE(u."
                                                                               "last_login_"
                                                                               "at < :now "
                                                                               "- :days * "
                                                                               "86400, 0)"
                                                                               " END\";") "\n);\n";
#define OWN(fails) "checks = (\n" CHECK("own", "fails = \"" fails "\";") "\n);\n"
static const char *const own[] = {
    [MODEL_SOUND] = OWN("u.is_admin = 1 AND u.mfa_enrolled = 0"),
    [MODEL_WRONG] = OWN("u.nonsense = 1"),
    [MODEL_BREAKS] = OWN("abs(-9223372036854775807 - 1) > u.uid"),
};

struct scene {
    uint64_t seed;
    int step;
    const char *doing;
    struct dice dice;
    struct model model;
    struct checkbed bed;
    struct store *other; /* a second connection, as of another process */
    int64_t now;
    size_t runs, given_up;
};

static bool one_in(struct scene *s, int64_t n)
{
    return dice_between(&s->dice, 1, n) == 1;
}

static size_t pick(struct scene *s, size_t count)
{
    return (size_t)dice_between(&s->dice, 0, (int64_t)count - 1);
}

/* --- comparison ------------------------------------------------------------------------------ */

static void complain(const struct scene *s, const char *what, const char *is, const char *expected)
{
    fail_msg("CAMPAIGN_SEED=%llu, step %d (%s): %s\n--- is\n%s--- the model says\n%s",
             (unsigned long long)s->seed, s->step, s->doing, what, is, expected);
}

static void expect_text(const struct scene *s, const char *what, struct strbuf *is,
                        struct strbuf *expected)
{
    if (strcmp(is->text, expected->text) != 0)
        complain(s, what, is->text, expected->text);
    strbuf_release(is);
    strbuf_release(expected);
}

static void expect_number(const struct scene *s, const char *what, int64_t is, int64_t expected)
{
    char texts[2][32];
    snprintf(texts[0], sizeof texts[0], "%" PRId64 "\n", is);
    snprintf(texts[1], sizeof texts[1], "%" PRId64 "\n", expected);
    if (is != expected)
        complain(s, what, texts[0], texts[1]);
}

/* Adds the first column of every row, a line each. */
static void add_rows(const struct scene *s, const char *sql, int64_t run_id, struct strbuf *out)
{
    struct error err = {0};
    struct stmt *st = db_prepare_once(store_db(s->other), sql, &err);
    if (!st)
        support_die("%s: %s", sql, err.text);
    if (strstr(sql, ":run"))
        stmt_bind_int(st, ":run", run_id);
    while (stmt_step(st, &err) == STEP_ROW)
        strbuf_addf(out, "%s\n", stmt_text(st, 0));
    stmt_free(st);
}

static void expect_open(const struct scene *s)
{
    struct strbuf is, expected;
    strbuf_init(&is, TEXT_MAX);
    strbuf_init(&expected, TEXT_MAX);
    add_rows(s,
             "SELECT check_id || ' ' || source || ' ' || user_id || ' ' || login || ' since ' ||"
             " since_s || ' run ' || first_run || ' stale ' || stale FROM findings"
             " WHERE resolved_at IS NULL ORDER BY check_id, source, user_id",
             0, &is);
    add_rows(s, "SELECT 'resolved ' || count(*) FROM findings WHERE resolved_at IS NOT NULL", 0,
             &is);
    model_add_open(&expected, &s->model);
    expect_text(s, "findings", &is, &expected);
}

static void expect_counts(const struct scene *s, const struct model_run *run, int64_t run_id)
{
    struct strbuf is, expected;
    strbuf_init(&is, TEXT_MAX);
    strbuf_init(&expected, TEXT_MAX);
    add_rows(s,
             "SELECT check_id || ' evaluated ' || evaluated || ' failing ' || failing || ' new ' ||"
             " new || ' resolved ' || resolved || ' unknown ' || unknown || ' kept ' || kept ||"
             " ' error ' || (error IS NOT NULL) FROM run_checks WHERE run_id = :run"
             " ORDER BY check_id",
             run_id, &is);
    model_add_counts(&expected, run);
    expect_text(s, "run_checks", &is, &expected);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The logins of a message, sorted. */
static void add_logins(const char *detail, struct strbuf *out)
{
    const char *logins[MODEL_SOURCES * MODEL_USERS];
    size_t count = 0;
    struct error err = {0};
    cJSON *message = json_parse(detail, strlen(detail), &err);
    const cJSON *login = NULL;
    cJSON_ArrayForEach(login, json_member(message, "usersFailing"))
    {
        if (count < ARRAY_LEN(logins))
            logins[count++] = login->valuestring;
    }
    qsort(logins, count, sizeof logins[0], by_text);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(out, "%s ", logins[i]);
    strbuf_addc(out, '\n');
    cJSON_Delete(message);
}

static void expect_sent(const struct scene *s, const struct model_run *run, int64_t run_id)
{
    struct strbuf is, expected;
    struct error err = {0};
    strbuf_init(&is, TEXT_MAX);
    strbuf_init(&expected, TEXT_MAX);
    struct stmt *st = db_prepare_once(
        store_db(s->other),
        "SELECT e.check_id || ' to ' || d.integration_name || ' ' || d.state || ': ', b.detail"
        " FROM deliveries d JOIN events e ON e.id = d.event_id"
        " JOIN event_bodies b ON b.event_id = e.id WHERE e.run_id = :run ORDER BY 1",
        &err);
    assert_non_null(st);
    stmt_bind_int(st, ":run", run_id);
    while (stmt_step(st, &err) == STEP_ROW) {
        strbuf_adds(&is, stmt_text(st, 0));
        add_logins(stmt_text(st, 1), &is);
    }
    stmt_free(st);
    model_add_sent(&expected, &s->model, run);
    expect_text(s, "deliveries", &is, &expected);
}

/* What the job itself said. */
static void expect_result(const struct scene *s, const struct run_result *result,
                          const struct model_run *run)
{
    expect_number(s, "users of the result", result->users, run->users);
    expect_number(s, "events of the result", result->events, run->events);
    expect_number(s, "deliveries of the result", result->deliveries, run->deliveries);
    for (size_t i = 0; i < result->line_count; i++) {
        const struct run_line *is = &result->lines[i];
        const struct model_line *l = NULL;
        for (size_t c = 0; c < MODEL_CHECKS; c++)
            if (strcmp(model_check_ids[c], is->check->id) == 0)
                l = &run->lines[c];
        assert_non_null(l);
        expect_number(s, is->check->id, is->state != RUN_SKIPPED, l->asked);
        expect_number(s, is->check->id, is->state == RUN_ERROR, l->error);
        expect_number(s, is->check->id, is->fresh, l->fresh);
        expect_number(s, is->check->id, is->resolved, l->resolved);
        expect_number(s, is->check->id, (int64_t)is->fresh_logins.count, l->fresh);
    }
}

static int64_t count_all(const struct scene *s)
{
    return checkbed_number(&s->bed, "SELECT (SELECT count(*) FROM runs) + (SELECT count(*) FROM"
                                    " run_checks) + (SELECT count(*) FROM events) +"
                                    " (SELECT count(*) FROM deliveries)");
}

/* --- users ----------------------------------------------------------------------------------- */

/* Two in three are known. */
static int any_value(struct scene *s)
{
    return (int)dice_between(&s->dice, MODEL_UNKNOWN, 1);
}

static void change_user(struct scene *s, struct model_user *u)
{
    u->here = !one_in(s, 4);
    u->enabled = one_in(s, 2) ? 1 : any_value(s);
    u->mfa = any_value(s);
    u->admin = any_value(s);
    u->last_login = one_in(s, 4)   ? MODEL_UNKNOWN
                    : one_in(s, 5) ? MODEL_NEVER
                                   : BED_NOW - BED_DAY * dice_between(&s->dice, 0, LOGIN_DAYS_MAX);
}

static void add_flag(struct strbuf *out, const char *name, int value)
{
    if (value != MODEL_UNKNOWN)
        strbuf_addf(out, " %s=%d", name, value);
}

static void add_user(struct strbuf *out, size_t number, const struct model_user *u)
{
    strbuf_addf(out, "user id=u%zu", number);
    add_flag(out, "enabled", u->enabled);
    add_flag(out, "mfa_enrolled", u->mfa);
    add_flag(out, "is_admin", u->admin);
    if (u->last_login != MODEL_UNKNOWN)
        strbuf_adds(out, " last_login_known=1");
    if (u->last_login > 0)
        strbuf_addf(out, " last_login_at=%" PRId64 "d", (BED_NOW - u->last_login) / BED_DAY);
    strbuf_addc(out, '\n');
}

/* Everybody of a source says one thing less, as when an API was not asked. */
static void forget_one_thing(struct scene *s, struct model_user *users)
{
    size_t what = pick(s, 3);
    for (size_t i = 0; i < MODEL_USERS; i++) {
        if (what == 0)
            users[i].admin = MODEL_UNKNOWN;
        else if (what == 1)
            users[i].mfa = MODEL_UNKNOWN;
        else
            users[i].last_login = MODEL_UNKNOWN;
    }
}

/* The users in any order. */
static void add_users(struct scene *s, struct strbuf *out, const struct model_user *users)
{
    for (size_t n = 0, first = pick(s, MODEL_USERS); n < MODEL_USERS; n++) {
        size_t i = (first + n) % MODEL_USERS;
        if (users[i].here)
            add_user(out, i, &users[i]);
    }
}

static void load_source(struct scene *s)
{
    size_t source = pick(s, MODEL_SOURCES);
    struct model_user *users = s->model.users[source];
    struct strbuf text;
    strbuf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < MODEL_USERS; i++)
        if (one_in(s, 3))
            change_user(s, &users[i]);
    if (one_in(s, 6))
        forget_one_thing(s, users);
    add_users(s, &text, users);
    checkbed_load(&s->bed, model_source_names[source], text.text);
    strbuf_release(&text);
}

static bool is_loaded(const struct scene *s, size_t source)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM datasets WHERE source = '%s'",
             model_source_names[source]);
    return checkbed_number(&s->bed, sql) > 0;
}

static void merge_source(struct scene *s)
{
    size_t source = pick(s, MODEL_SOURCES);
    struct model_user added[MODEL_USERS] = {0};
    struct strbuf text;
    if (!is_loaded(s, source))
        return;
    strbuf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < MODEL_USERS; i++) {
        if (one_in(s, 3))
            change_user(s, &added[i]);
        model_merge_user(&s->model.users[source][i], &added[i]);
    }
    add_users(s, &text, added);
    checkbed_merge(&s->bed, model_source_names[source], text.text);
    strbuf_release(&text);
}

static void remove_source(struct scene *s)
{
    size_t source = pick(s, MODEL_SOURCES);
    if (!is_loaded(s, source))
        return;
    checkbed_remove(&s->bed, model_source_names[source]);
    for (size_t i = 0; i < MODEL_USERS; i++)
        s->model.users[source][i].here = false;
}

/* --- configuration --------------------------------------------------------------------------- */

static void apply_check(struct scene *s, size_t check)
{
    struct check_config *c = config_check_make(&s->bed.config, model_check_ids[check]);
    char login[8];
    c->enabled = s->model.on[check] ? -1 : 0;
    text_list_release(&c->ignore);
    text_list_release(&c->integrations);
    for (size_t i = 0; i < MODEL_USERS; i++) {
        snprintf(login, sizeof login, "U%zu", i);
        if (s->model.ignored[check][i])
            text_list_add(&c->ignore, login);
    }
    for (size_t h = 0; h < MODEL_HOOKS; h++) {
        const struct integration *in = config_find(&s->bed.config, model_hook_names[h]);
        if (in && s->model.ticked[check][h])
            text_list_add(&c->integrations, in->id);
    }
    if (check == MODEL_OLD)
        check_value_set(c, "days", s->model.days);
}

static void apply_hooks(struct scene *s)
{
    struct config *config = &s->bed.config;
    for (size_t h = 0; h < MODEL_HOOKS; h++) {
        const struct integration *present = config_find(config, model_hook_names[h]);
        if (present && !s->model.hook_here[h])
            config_remove(config, present->id);
        if (!s->model.hook_here[h])
            continue;
        struct integration in = {0};
        if (present)
            integration_copy(&in, present);
        else
            in = campaign_integration(model_hook_names[h], "https://hooks.example.com/in");
        in.enabled = s->model.hook_enabled[h];
        config_put(config, &in);
        integration_release(&in);
    }
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        apply_check(s, c);
}

static void change_check(struct scene *s)
{
    size_t check = pick(s, MODEL_CHECKS);
    switch (pick(s, 3)) {
    case 0:
        s->model.on[check] = !s->model.on[check];
        break;
    case 1:
        s->model.days = dice_between(&s->dice, 1, DAYS_MAX);
        check = MODEL_OLD;
        break;
    default: {
        bool *ignored = &s->model.ignored[check][pick(s, MODEL_USERS)];
        *ignored = !*ignored;
    }
    }
    apply_check(s, check);
}

static void change_hooks(struct scene *s)
{
    size_t hook = pick(s, MODEL_HOOKS);
    bool *tick = &s->model.ticked[pick(s, MODEL_CHECKS)][hook];
    if (one_in(s, 6)) {
        s->model.hook_here[hook] = !s->model.hook_here[hook];
        for (size_t c = 0; c < MODEL_CHECKS; c++)
            s->model.ticked[c][hook] = false; /* goes with it */
    } else if (one_in(s, 4)) {
        s->model.hook_enabled[hook] = !s->model.hook_enabled[hook];
    } else {
        *tick = !*tick && s->model.hook_here[hook];
    }
    apply_hooks(s);
}

static void change_own_check(struct scene *s)
{
    struct error err = {0};
    s->model.fault = one_in(s, 2) ? MODEL_SOUND : one_in(s, 2) ? MODEL_WRONG : MODEL_BREAKS;
    free(tmpdir_write(&s->bed.dir, "checks.d/own.conf", own[s->model.fault]));
    char *share = tmpdir_path(&s->bed.dir, "share"), *checks = tmpdir_path(&s->bed.dir, "checks.d");
    catalogue_release(&s->bed.catalogue);
    assert_true(catalogue_load(&s->bed.catalogue, share, checks, &err));
    free(share);
    free(checks);
}

/* --- runs ------------------------------------------------------------------------------------ */

/* A job, and what was asked for. */
struct asked {
    bool checks[MODEL_CHECKS];
    const char *ids[MODEL_CHECKS];
    struct run_options options;
    struct job *job;
};

/* All checks, or one or two of those that are on. */
static void start(struct scene *s, struct asked *a, struct store *store, bool dry_run)
{
    size_t id_count = 0;
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        a->checks[c] = true;
    a->options = checkbed_options(&s->bed);
    for (size_t n = one_in(s, 4) ? 2 : 0; n > 0; n--) {
        size_t check = pick(s, MODEL_CHECKS);
        if (s->model.on[check])
            a->ids[id_count++] = model_check_ids[check];
    }
    for (size_t c = 0; id_count > 0 && c < MODEL_CHECKS; c++)
        a->checks[c] =
            model_check_ids[c] == a->ids[0] || model_check_ids[c] == a->ids[id_count - 1];
    a->options.ids = id_count > 0 ? a->ids : NULL;
    a->options.id_count = id_count;
    a->options.store = store;
    a->options.now_ms = s->now * 1000;
    a->options.dry_run = dry_run;
    a->job = checkbed_start(&a->options);
}

static enum job_state step(const struct scene *s, const struct asked *a)
{
    struct error err = {0};
    enum job_state state = job_step(a->job, 1, &err);
    if (state == JOB_FAILED)
        complain(s, "the run failed", err.text, "");
    return state;
}

/* The model takes the run that has just been done. */
static void expect_run(struct scene *s, struct asked *a)
{
    const struct run_result *result = run_job_result(a->job);
    struct model_run run;
    model_run(&s->model, a->checks, s->now, result->run_id, &run);
    expect_result(s, result, &run);
    if (!a->options.dry_run) {
        assert_true(result->run_id > 0);
        expect_counts(s, &run, result->run_id);
        expect_sent(s, &run, result->run_id);
    }
    expect_open(s);
    model_run_release(&run);
    job_free(a->job);
    s->runs++;
}

static void run_now(struct scene *s)
{
    struct asked a = {0};
    start(s, &a, s->bed.store, false);
    while (step(s, &a) == JOB_RUNNING)
        ;
    expect_run(s, &a);
}

static void run_dry(struct scene *s)
{
    struct asked a = {0};
    int64_t before = count_all(s);
    start(s, &a, s->bed.store, true);
    while (step(s, &a) == JOB_RUNNING)
        ;
    expect_number(s, "run of a dry run", run_job_result(a.job)->run_id, 0);
    expect_run(s, &a);
    expect_number(s, "rows after a dry run", count_all(s), before);
}

static void run_and_give_up(struct scene *s)
{
    struct asked a = {0};
    int64_t before = count_all(s);
    enum job_state state = JOB_RUNNING;
    start(s, &a, s->bed.store, false);
    for (size_t steps = pick(s, GIVE_UP_MAX + 1); steps > 0 && state == JOB_RUNNING; steps--)
        state = step(s, &a);
    if (state == JOB_DONE) {
        expect_run(s, &a);
        return;
    }
    job_free(a.job);
    expect_number(s, "rows after a run that was given up", count_all(s), before);
    expect_open(s);
    s->given_up++;
}

/* Data that changes while the checks run counts for them. */
static void run_and_load(struct scene *s)
{
    struct asked a = {0};
    enum job_state state = JOB_RUNNING;
    start(s, &a, s->other, false);
    for (size_t steps = pick(s, GIVE_UP_MAX); steps > 0 && state == JOB_RUNNING; steps--)
        state = step(s, &a);
    if (state == JOB_RUNNING)
        load_source(s);
    while (state == JOB_RUNNING)
        state = step(s, &a);
    expect_run(s, &a);
}

/* Whoever is done second compares with what the first one found. */
static void run_two(struct scene *s)
{
    struct asked runs[2] = {0};
    size_t left = 2;
    start(s, &runs[0], s->bed.store, false);
    start(s, &runs[1], s->other, false);
    while (left > 0) {
        size_t n = left == 2 ? pick(s, 2) : runs[0].job ? 0 : 1;
        if (step(s, &runs[n]) != JOB_DONE)
            continue;
        expect_run(s, &runs[n]);
        runs[n].job = NULL;
        left--;
    }
}

/* --- sequences ------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*act)(struct scene *s);
    int64_t share;
} acts[] = {
    {"load a source", load_source, 24},
    {"merge", merge_source, 8},
    {"remove a source", remove_source, 2},
    {"change a check", change_check, 8},
    {"change integrations", change_hooks, 10},
    {"own check", change_own_check, 3},
    {"run", run_now, 25},
    {"dry run", run_dry, 4},
    {"run and give up", run_and_give_up, 6},
    {"run and load", run_and_load, 6},
    {"two runs", run_two, 6},
};

static void act_once(struct scene *s)
{
    int64_t sum = 0, at;
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        sum += acts[i].share;
    at = dice_between(&s->dice, 1, sum);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        if (at > 0 && at <= acts[i].share) {
            s->doing = acts[i].name;
            acts[i].act(s);
        }
        at -= acts[i].share;
    }
    s->now += dice_between(&s->dice, 0, 3) * BED_DAY / 2;
}

static void begin(struct scene *s, uint64_t seed)
{
    struct error err = {0};
    *s = (struct scene){.seed = seed, .dice = dice_of(seed), .now = BED_NOW};
    checkbed_init(&s->bed, builtin, own[MODEL_SOUND]);
    s->other = store_open(store_path(s->bed.store), &err);
    assert_non_null(s->other);
    s->model.days = 30;
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        s->model.on[c] = true;
    for (size_t h = 0; h < MODEL_HOOKS; h++)
        s->model.hook_here[h] = s->model.hook_enabled[h] = true;
    apply_hooks(s);
}

static void runs__do_what_the_model_says(void **state)
{
    (void)state;
    int64_t sequences = campaign_number("CAMPAIGN_SEQUENCES", 24, 400);
    int64_t steps = campaign_number("CAMPAIGN_STEPS", 30, 100);
    int64_t first = campaign_number("CAMPAIGN_SEED", 1, 1);
    size_t runs = 0, given_up = 0;
    for (int64_t n = 0; n < sequences; n++) {
        struct scene s;
        begin(&s, (uint64_t)(first + n));
        for (s.step = 1; s.step <= steps; s.step++)
            act_once(&s);
        runs += s.runs;
        given_up += s.given_up;
        store_close(s.other);
        checkbed_release(&s.bed);
    }
    campaign_say("%" PRId64 " sequences, %zu runs and %zu given up", sequences, runs, given_up);
    assert_true(runs > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs__do_what_the_model_says),
    };
    return cmocka_run_group_tests_name("difference", tests, NULL, NULL);
}
