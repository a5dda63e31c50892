/* Campaign: every write and sync of an import and of a run fails once. The import is there or the
 * old data set is; the run is there or nothing of it, and the next one finds the same users. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/dataset/import.h"
#include "tests/support/campaign.h"
#include "tests/support/checkbed.h"
#include "tests/support/faultfs.h"

/* Parameters: CAMPAIGN_SEED; CAMPAIGN_POINTS (32 of each kind; long 0 = every one). */
enum { USERS = 300, SLICE_MS = 1000 };

static const char checks[] =
    "checks = ({ id = \"no-mfa\"; title = \"No MFA\"; severity = \"critical\";"
    " description = \"Why.\"; recommended_actions = \"Do.\"; fails = \"u.mfa_enrolled = 0\"; });";

#define SQL_USERS    "SELECT count(*) FROM users"
#define SQL_FINDINGS "SELECT count(*) FROM findings"
#define SQL_NAMED                                                                                  \
    "SELECT coalesce(sum(json_array_length(detail, '$.usersFailing')), 0) FROM event_bodies"

struct scene {
    struct checkbed bed;
    char *users; /* the file to import */
    size_t errors;
};

/* A new store with one user, for whom the notification is written already. */
static void begin(struct scene *s)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    checkbed_init(&s->bed, checks, NULL);
    checkbed_tick(&s->bed, "no-mfa", "One");
    checkbed_tick(&s->bed, "no-mfa", "Two");
    checkbed_load(&s->bed, "okta", "user id=ann mfa_enrolled=0\n");
    job_free(checkbed_run(&s->bed));
    fputs("id,login,mfa_enrolled\n", file);
    for (int i = 0; i < USERS; i++)
        fprintf(file, "u%d,user%d@example.com,false\n", i, i);
    fclose(file);
    s->users = tmpdir_write(&s->bed.dir, "users.csv", text);
    free(text);
}

static void end(struct scene *s)
{
    checkbed_release(&s->bed);
    free(s->users);
}

static void expect_sentence(struct scene *s, const struct error *err)
{
    bool says_what = strstr(err->text, "free some space") || strstr(err->text, "its free space");
    s->errors++;
    if (err->kind != ERR_IO || !says_what)
        fail_msg("kind %d: %s", err->kind, err->text);
}

/* Frees the job; false when it failed, with a sentence. */
static bool finish(struct scene *s, struct job *job, struct error *err)
{
    enum job_state state = JOB_RUNNING;
    while (job && state == JOB_RUNNING)
        state = job_step(job, SLICE_MS, err);
    if (!job || state == JOB_FAILED)
        expect_sentence(s, err);
    job_free(job);
    return job && state == JOB_DONE;
}

static bool import(struct scene *s)
{
    struct error err = {0};
    const char *const path = s->users;
    const struct import_options options = {
        .store = s->bed.store, .paths = &path, .path_count = 1, .source = "okta", .now = BED_NOW};
    return finish(s, import_job_new(&options, &err), &err);
}

static bool run(struct scene *s)
{
    struct error err = {0};
    struct run_options options = checkbed_options(&s->bed);
    return finish(s, run_job_new(&options, &err), &err);
}

/* What another process finds afterwards. */
static void reopen(struct scene *s)
{
    struct error err = {0};
    char *path = mem_strdup(store_path(s->bed.store));
    store_close(s->bed.store);
    s->bed.store = store_open(path, &err);
    if (!s->bed.store)
        fail_msg("%s", err.text);
    free(path);
}

static void expect_number(struct scene *s, const char *sql, long long wanted)
{
    long long got = checkbed_number(&s->bed, sql);
    if (got != wanted)
        fail_msg("%s: %lld, not %lld", sql, got, wanted);
}

/* A failed one is done again, as by an administrator. */
static void fail_at(struct scene *s, enum faultfs_kind kind, size_t at)
{
    begin(s);
    faultfs_plan(kind, at, false);
    bool imported = import(s);
    expect_number(s, SQL_USERS, imported ? USERS : 1);
    bool ran = run(s);
    faultfs_mend();
    reopen(s);
    expect_number(s, SQL_USERS, imported ? USERS : 1);
    expect_number(s, SQL_FINDINGS, imported && ran ? USERS + 1 : 1);
    expect_number(s, SQL_NAMED, imported && ran ? USERS + 1 : 1);
    assert_true(import(s) && run(s));
    expect_number(s, SQL_FINDINGS, USERS + 1);
    expect_number(s, SQL_NAMED, USERS + 1);
    expect_number(s, "SELECT count(*) FROM deliveries WHERE state = 'pending'", 4);
    end(s);
}

static size_t count_operations(struct scene *s, enum faultfs_kind kind)
{
    begin(s);
    faultfs_plan(kind, 0, false);
    assert_true(import(s) && run(s));
    size_t count = faultfs_counted();
    end(s);
    assert_true(count > 0);
    return count;
}

static void fail_everywhere(struct dice *dice, const char *name, enum faultfs_kind kind)
{
    struct scene s = {0};
    size_t all = count_operations(&s, kind);
    size_t points = (size_t)campaign_number("CAMPAIGN_POINTS", 32, 0);
    if (points == 0 || points > all)
        points = all;
    for (size_t i = 0; i < points; i++) {
        size_t from = all * i / points, to = all * (i + 1) / points;
        fail_at(&s, kind, (size_t)dice_between(dice, (int64_t)from + 1, (int64_t)to));
    }
    campaign_say("import and run, %s: at %zu of %zu points, %zu sentences", name, points, all,
                 s.errors);
    assert_true(s.errors > 0);
}

static void run__survives_a_failing_disk(void **state)
{
    struct dice dice = dice_of(campaign_seed());
    (void)state;
    faultfs_install();
    fail_everywhere(&dice, "a full disk", FAULTFS_FULL);
    fail_everywhere(&dice, "a write that fails", FAULTFS_WRITE);
    fail_everywhere(&dice, "a sync that fails", FAULTFS_SYNC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__survives_a_failing_disk),
    };
    return cmocka_run_group_tests_name("storage_run", tests, NULL, NULL);
}
