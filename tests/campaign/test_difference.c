/* Campaign: what a run does to findings, events and deliveries is what a model of runs says, over
 * random sequences of imports, settings, runs, runs given up in the middle, and runs side by side.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/runtwin.h"

/*
 * Parameters: CAMPAIGN_SEQUENCES (24; long 400), each of CAMPAIGN_STEPS (30; long 100) from the
 * seed CAMPAIGN_SEED (1) on, so that all sequences are the same in every run of the campaign.
 */
enum { GIVE_UP_MAX = 3 };

struct scene {
    struct runtwin twin;
    size_t runs, given_up;
};

/* --- runs ------------------------------------------------------------------------------------- */

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
    a->options = checkbed_options(&s->twin.bed);
    for (size_t n = runtwin_one_in(&s->twin, 4) ? 2 : 0; n > 0; n--) {
        size_t check = runtwin_pick(&s->twin, MODEL_CHECKS);
        if (s->twin.model.on[check])
            a->ids[id_count++] = model_check_ids[check];
    }
    for (size_t c = 0; id_count > 0 && c < MODEL_CHECKS; c++)
        a->checks[c] =
            model_check_ids[c] == a->ids[0] || model_check_ids[c] == a->ids[id_count - 1];
    a->options.ids = id_count > 0 ? a->ids : NULL;
    a->options.id_count = id_count;
    a->options.store = store;
    a->options.now_ms = s->twin.now * 1000;
    a->options.dry_run = dry_run;
    a->job = checkbed_start(&a->options);
}

static enum job_state step(const struct scene *s, const struct asked *a)
{
    struct error err = {0};
    enum job_state state = job_step(a->job, 1, &err);
    if (state == JOB_FAILED)
        runtwin_complain(&s->twin, "the run failed", err.text, "");
    return state;
}

/* The model takes the run that has just been done. */
static void expect_run(struct scene *s, struct asked *a)
{
    const struct run_result *result = run_job_result(a->job);
    struct model_run run;
    model_run(&s->twin.model, a->checks, s->twin.now, result->run_id, &run);
    runtwin_expect_result(&s->twin, result, &run);
    if (!a->options.dry_run) {
        assert_true(result->run_id > 0);
        runtwin_expect_counts(&s->twin, &run, result->run_id);
        runtwin_expect_sent(&s->twin, &run, result->run_id);
    }
    runtwin_expect_open(&s->twin);
    model_run_release(&run);
    job_free(a->job);
    s->runs++;
}

static void run_now(struct scene *s)
{
    struct asked a = {0};
    start(s, &a, s->twin.bed.store, false);
    while (step(s, &a) == JOB_RUNNING)
        ;
    expect_run(s, &a);
}

static void run_dry(struct scene *s)
{
    struct asked a = {0};
    int64_t before = runtwin_count_rows(&s->twin);
    start(s, &a, s->twin.bed.store, true);
    while (step(s, &a) == JOB_RUNNING)
        ;
    runtwin_expect_number(&s->twin, "run of a dry run", run_job_result(a.job)->run_id, 0);
    expect_run(s, &a);
    runtwin_expect_number(&s->twin, "rows after a dry run", runtwin_count_rows(&s->twin), before);
}

static void run_and_give_up(struct scene *s)
{
    struct asked a = {0};
    int64_t before = runtwin_count_rows(&s->twin);
    enum job_state state = JOB_RUNNING;
    start(s, &a, s->twin.bed.store, false);
    for (size_t steps = runtwin_pick(&s->twin, GIVE_UP_MAX + 1); steps > 0 && state == JOB_RUNNING;
         steps--)
        state = step(s, &a);
    if (state == JOB_DONE) {
        expect_run(s, &a);
        return;
    }
    job_free(a.job);
    runtwin_expect_number(&s->twin, "rows after a run that was given up",
                          runtwin_count_rows(&s->twin), before);
    runtwin_expect_open(&s->twin);
    s->given_up++;
}

/* Data that changes while the checks run counts for them. */
static void run_and_load(struct scene *s)
{
    struct asked a = {0};
    enum job_state state = JOB_RUNNING;
    start(s, &a, s->twin.other, false);
    for (size_t steps = runtwin_pick(&s->twin, GIVE_UP_MAX); steps > 0 && state == JOB_RUNNING;
         steps--)
        state = step(s, &a);
    if (state == JOB_RUNNING)
        runtwin_load_source(&s->twin);
    while (state == JOB_RUNNING)
        state = step(s, &a);
    expect_run(s, &a);
}

/* Whoever is done second compares with what the first one found. */
static void run_two(struct scene *s)
{
    struct asked runs[2] = {0};
    size_t left = 2;
    start(s, &runs[0], s->twin.bed.store, false);
    start(s, &runs[1], s->twin.other, false);
    while (left > 0) {
        size_t n = left == 2 ? runtwin_pick(&s->twin, 2) : runs[0].job ? 0 : 1;
        if (step(s, &runs[n]) != JOB_DONE)
            continue;
        expect_run(s, &runs[n]);
        runs[n].job = NULL;
        left--;
    }
}

/* --- sequences -------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*change)(struct runtwin *twin); /* or: */
    void (*run)(struct scene *s);
    int64_t share;
} acts[] = {
    {.name = "load a source", .change = runtwin_load_source, .share = 24},
    {.name = "merge", .change = runtwin_merge_source, .share = 8},
    {.name = "remove a source", .change = runtwin_remove_source, .share = 2},
    {.name = "change a check", .change = runtwin_change_check, .share = 8},
    {.name = "change integrations", .change = runtwin_change_hooks, .share = 10},
    {.name = "own check", .change = runtwin_change_own_check, .share = 3},
    {.name = "run", .run = run_now, .share = 25},
    {.name = "dry run", .run = run_dry, .share = 4},
    {.name = "run and give up", .run = run_and_give_up, .share = 6},
    {.name = "run and load", .run = run_and_load, .share = 6},
    {.name = "two runs", .run = run_two, .share = 6},
};

static void act_once(struct scene *s)
{
    int64_t sum = 0, at;
    for (size_t i = 0; i < ARRAY_LEN(acts); i++)
        sum += acts[i].share;
    at = dice_between(&s->twin.dice, 1, sum);
    for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
        if (at > 0 && at <= acts[i].share) {
            s->twin.doing = acts[i].name;
            if (acts[i].change)
                acts[i].change(&s->twin);
            else
                acts[i].run(s);
        }
        at -= acts[i].share;
    }
    s->twin.now += dice_between(&s->twin.dice, 0, 3) * BED_DAY / 2;
}

static void runs__do_what_the_model_says(void **state)
{
    (void)state;
    int64_t sequences = campaign_number("CAMPAIGN_SEQUENCES", 24, 400);
    int64_t steps = campaign_number("CAMPAIGN_STEPS", 30, 100);
    int64_t first = campaign_number("CAMPAIGN_SEED", 1, 1);
    size_t runs = 0, given_up = 0;
    for (int64_t n = 0; n < sequences; n++) {
        struct scene s = {0};
        runtwin_init(&s.twin, (uint64_t)(first + n));
        for (s.twin.step = 1; s.twin.step <= steps; s.twin.step++)
            act_once(&s);
        runs += s.runs;
        given_up += s.given_up;
        runtwin_release(&s.twin);
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
