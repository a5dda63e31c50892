/* Findings and runs in the store: what lists read, in which order, and what a run changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/findings.h"
#include "core/store/runs.h"
#include "tests/support/checkbed.h"

static const char some_catalogue[] =
    "checks = ( { id = \"x\"; title = \"X\"; severity = \"low\"; description = \"d\";"
    " recommended_actions = \"r\"; fails = \"1\"; } );";

static void begin(struct checkbed *bed)
{
    checkbed_init(bed, some_catalogue, NULL);
    checkbed_load(bed, "okta", "user id=1 login=ann\nuser id=2 login=bob\nuser id=3 login=cat\n");
}

static const struct new_finding users[] = {
    {"okta", "1", "ann", "{\"k\":\"v\"}", 1},
    {"okta", "2", "bob", "{\"k\":\"v\"}", 2},
    {"okta", "3", "cat", "{\"k\":\"v\"}", 3},
};

static void add(struct checkbed *bed, const char *check_id, int64_t user, int64_t now)
{
    struct new_findings added = {check_id, 7, now, &users[user - 1], 1};
    struct error err = {0};

    assert_true(findings_add(bed->store, &added, &err));
}

static bool show_one(void *ctx, const struct finding *f, struct error *err)
{
    (void)err;
    strbuf_addf(ctx, "%s/%s/%s/%s@%lld%s ", f->check_id, f->source, f->user_id, f->login,
                (long long)f->since, f->stale ? " stale" : "");
    assert_string_equal(f->explain, "{\"k\":\"v\"}");
    assert_int_equal(f->resolved_at, 0);
    return true;
}

static void expect(struct checkbed *bed, const char *check_id, int64_t limit, const char *text)
{
    struct error err = {0};
    struct strbuf out;

    strbuf_init(&out, 4000);
    assert_true(findings_each(bed->store, check_id, limit, show_one, &out, &err));
    assert_string_equal(out.text, text);
    strbuf_release(&out);
}

static void findings_each__lists_open_ones_newest_first(void **state)
{
    struct checkbed bed;
    struct error err = {0};

    (void)state;
    begin(&bed);
    add(&bed, "a", 1, 100);
    add(&bed, "b", 2, 300);
    add(&bed, "a", 2, 200);
    add(&bed, "a", 3, 200);
    expect(&bed, "a", 0, "a/okta/3/cat@200 a/okta/2/bob@200 a/okta/1/ann@100 ");
    expect(&bed, "a", 1, "a/okta/3/cat@200 ");
    expect(&bed, "b", 0, "b/okta/2/bob@300 ");
    expect(&bed, "c", 0, "");
    expect(&bed, NULL, 2, "b/okta/2/bob@300 a/okta/3/cat@200 ");
    assert_true(findings_resolve(bed.store, 4, 8, 400, &err));
    assert_true(findings_set_stale(bed.store, 3, true, 400, &err));
    expect(&bed, "a", 0, "a/okta/2/bob@200 stale a/okta/1/ann@100 ");
    assert_int_equal(checkbed_number(&bed, "SELECT last_seen_s FROM findings WHERE id = 3"), 200);
    assert_true(findings_set_stale(bed.store, 3, false, 500, &err));
    assert_int_equal(checkbed_number(&bed, "SELECT last_seen_s FROM findings WHERE id = 3"), 500);
    assert_int_equal(checkbed_number(&bed, "SELECT count(*) FROM findings WHERE id = 4 AND"
                                           " resolved_run = 8 AND resolved_at = 400"),
                     1);
    checkbed_release(&bed);
}

static bool show_user(void *ctx, const struct finding *f, const struct finding_user *user,
                      struct error *err)
{
    (void)err;
    strbuf_addf(ctx, "%s %s%s%s ", f->login, user->uid > 0 ? "here" : "gone",
                user->is_admin < 0   ? ""
                : user->is_admin > 0 ? " admin"
                                     : " user",
                user->seen_known ? " seen" : "");
    return true;
}

static void expect_first(struct checkbed *bed, const char *check_id, int64_t limit,
                         const char *text)
{
    struct error err = {0};
    struct strbuf out;

    strbuf_init(&out, 4000);
    assert_true(findings_first(bed->store, check_id, limit, show_user, &out, &err));
    assert_string_equal(out.text, text);
    strbuf_release(&out);
}

static void findings_first__are_in_the_order_of_users(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    bool exist = false;

    (void)state;
    begin(&bed);
    add(&bed, "a", 3, 100);
    add(&bed, "a", 1, 300);
    add(&bed, "a", 2, 200);
    expect_first(&bed, "a", 9, "ann here bob here cat here ");
    expect_first(&bed, "a", 2, "ann here bob here ");
    checkbed_load(&bed, "okta",
                  "user id=1 login=ann is_admin=1 last_login_known=1 last_login_at=2d\n");
    expect_first(&bed, "a", 2, "ann here admin seen bob gone ");
    checkbed_load(&bed, "okta", "user id=1 login=ann is_admin=0\n");
    expect_first(&bed, "a", 1, "ann here user ");
    expect_first(&bed, "b", 2, "");
    assert_true(findings_exist(bed.store, "a", &exist, &err));
    assert_true(exist);
    assert_true(findings_exist(bed.store, "b", &exist, &err));
    assert_false(exist);
    checkbed_release(&bed);
}

static bool stop(void *ctx, const struct finding *f, struct error *err)
{
    (void)f;
    ++*(int *)ctx;
    return error_set(err, ERR_CANCELLED, "enough");
}

static void findings_each__stops_when_told(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    int calls = 0;

    (void)state;
    begin(&bed);
    add(&bed, "a", 1, 100);
    add(&bed, "a", 2, 100);
    assert_false(findings_each(bed.store, NULL, 0, stop, &calls, &err));
    assert_int_equal(calls, 1);
    assert_string_equal(err.text, "enough");
    checkbed_release(&bed);
}

static void findings_add__refuses_a_second_open_one(void **state)
{
    struct new_findings again = {"a", 8, 200, users, 1};
    struct checkbed bed;
    struct error err = {0};

    (void)state;
    begin(&bed);
    add(&bed, "a", 1, 100);
    assert_false(findings_add(bed.store, &again, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_true(findings_resolve(bed.store, 1, 8, 200, &err));
    assert_true(findings_add(bed.store, &again, &err));
    checkbed_release(&bed);
}

/* Enough for several whole statements, and some left over. */
static void findings_add__takes_very_many(void **state)
{
    enum { COUNT = 1000 };
    static char ids[COUNT][16];
    static struct new_finding many[COUNT];
    struct new_findings added = {"a", 8, 200, many, COUNT};
    struct checkbed bed;
    struct error err = {0};

    (void)state;
    begin(&bed);
    for (int i = 0; i < COUNT; i++) {
        snprintf(ids[i], sizeof ids[i], "u%d", i);
        many[i] = (struct new_finding){"okta", ids[i], ids[i], "{}", 0};
    }
    assert_true(findings_add(bed.store, &added, &err));
    assert_int_equal(checkbed_number(&bed, "SELECT count(*) FROM findings"), COUNT);
    assert_int_equal(checkbed_number(&bed, "SELECT count(*) FROM findings WHERE login = user_id"
                                           " AND login = 'u' || (id - 1) AND first_run = 8"
                                           " AND since_s = 200 AND last_seen_s = 200"
                                           " AND source = 'okta' AND explain = '{}'"),
                     COUNT);
    assert_false(findings_add(bed.store, &added, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    checkbed_release(&bed);
}

static void findings_open__follows_users_in_the_order_of_uids(void **state)
{
    static const struct open_finding none = {0};
    struct open_finding open[4];
    size_t count = 0;
    struct checkbed bed;
    struct error err = {0};

    (void)state;
    begin(&bed);
    add(&bed, "a", 3, 100);
    add(&bed, "a", 1, 100);
    add(&bed, "b", 2, 100);
    add(&bed, "a", 2, 100);
    assert_true(findings_set_stale(bed.store, 2, true, 100, &err));
    checkbed_load(&bed, "okta", "user id=1 login=anna\nuser id=3 login=cat\n");
    assert_true(findings_open(bed.store, "a", &none, open, 4, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(open[0].id, 4);
    assert_int_equal(open[0].uid, 0); /* left the data set */
    assert_int_equal(open[1].id, 2);
    assert_int_equal(open[1].uid, 1);
    assert_true(open[1].stale);
    assert_int_equal(open[2].id, 1);
    assert_int_equal(open[2].uid, 3);
    assert_false(open[2].stale);
    /* In parts. */
    assert_true(findings_open(bed.store, "a", &none, open, 2, &count, &err));
    assert_int_equal(count, 2);
    const struct open_finding last = open[1];
    assert_true(findings_open(bed.store, "a", &last, open, 2, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(open[0].id, 1);
    /* Who comes back has another uid. */
    checkbed_load(&bed, "okta", "user id=1 login=anna\nuser id=2 login=bob\n");
    assert_true(findings_open(bed.store, "a", &none, open, 4, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(open[0].uid, 0);
    assert_int_equal(open[0].id, 1);
    assert_int_equal(open[1].uid, 1);
    assert_int_equal(open[2].uid, 4);
    assert_int_equal(open[2].id, 4);
    checkbed_remove(&bed, "okta");
    assert_true(findings_open(bed.store, "a", &none, open, 4, &count, &err));
    assert_int_equal(count, 3);
    assert_int_equal(open[2].uid, 0);
    checkbed_release(&bed);
}

/* --- runs --------------------------------------------------------------------------------------
 */

static int64_t add_run(struct checkbed *bed, int64_t started_ms)
{
    struct run run = {.started_ms = started_ms, .time_ms = 5, .users = 3};
    struct error err = {0};
    int64_t id = 0;

    assert_true(runs_add(bed->store, "daily", &run, &id, &err));
    return id;
}

static void add_check(struct checkbed *bed, int64_t run_id, const char *check_id, int64_t failing,
                      const char *text)
{
    struct run_check check = {
        .check_id = (char *)check_id,
        .run_id = run_id,
        .evaluated = 3,
        .failing = failing,
        .fresh = 1,
        .resolved = 2,
        .unknown = 4,
        .error = (char *)text,
    };
    struct error err = {0};

    assert_true(runs_add_check(bed->store, &check, &err));
}

static void runs_last__is_zero_before_the_first(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    struct run run = {.id = 9};

    (void)state;
    begin(&bed);
    assert_true(runs_last(bed.store, &run, &err));
    assert_int_equal(run.id, 0);
    add_run(&bed, 1000);
    int64_t id = add_run(&bed, 2000);
    assert_true(runs_last(bed.store, &run, &err));
    assert_int_equal(run.id, id);
    assert_int_equal(run.started_ms, 2000);
    assert_int_equal(run.time_ms, 5);
    assert_int_equal(run.users, 3);
    checkbed_release(&bed);
}

static void runs_latest__gives_each_check_its_last_result(void **state)
{
    struct run_check_list list = {0};
    struct checkbed bed;
    struct error err = {0};

    (void)state;
    begin(&bed);
    int64_t first = add_run(&bed, 1000), second = add_run(&bed, 2000);
    add_check(&bed, first, "a", 1, NULL);
    add_check(&bed, first, "b", 2, NULL);
    add_check(&bed, second, "a", 3, "broken");
    assert_true(runs_latest(bed.store, &list, &err));
    assert_int_equal(list.count, 2);
    for (size_t i = 0; i < list.count; i++) {
        const struct run_check *check = &list.items[i];
        bool is_a = strcmp(check->check_id, "a") == 0;
        assert_int_equal(check->run_id, is_a ? second : first);
        assert_int_equal(check->started_ms, is_a ? 2000 : 1000);
        assert_int_equal(check->failing, is_a ? 3 : 2);
        if (is_a)
            assert_string_equal(check->error, "broken");
        else
            assert_null(check->error);
    }
    run_check_list_release(&list);
    checkbed_release(&bed);
}

static void runs_history__is_newest_first_and_limited(void **state)
{
    struct run_check_list list = {0};
    struct checkbed bed;
    struct error err = {0};

    (void)state;
    begin(&bed);
    for (int i = 1; i <= 3; i++)
        add_check(&bed, add_run(&bed, i * 1000), "a", i, NULL);
    assert_true(runs_history(bed.store, "a", 2, &list, &err));
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].failing, 3);
    assert_int_equal(list.items[1].failing, 2);
    assert_int_equal(list.items[1].evaluated, 3);
    assert_int_equal(list.items[1].fresh, 1);
    assert_int_equal(list.items[1].resolved, 2);
    assert_int_equal(list.items[1].unknown, 4);
    run_check_list_release(&list);
    assert_true(runs_history(bed.store, "a", 0, &list, &err));
    assert_int_equal(list.count, 3);
    run_check_list_release(&list);
    checkbed_release(&bed);
}

/* Where more come than there are, the indexes are made at the end: nobody sees a difference. */
static void findings_begin_many__leaves_everything_in_place(void **state)
{
    static const struct {
        int64_t count;
        bool many;
    } rows[] = {{FINDINGS_MANY - 1, false}, {FINDINGS_MANY, true}};
    struct checkbed bed;
    struct error err = {0};
    bool many = false;

    (void)state;
    begin(&bed);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_true(store_begin(bed.store, &err));
        assert_true(findings_begin_many(bed.store, rows[i].count, &many, &err));
        assert_int_equal(many, rows[i].many);
        add(&bed, i > 0 ? "b" : "a", 1, 100);
        assert_true(findings_end_many(bed.store, many, &err));
        assert_true(store_commit(bed.store, &err));
        assert_int_equal(checkbed_number(&bed, "SELECT count(*) FROM sqlite_master WHERE name IN"
                                               " ('findings_open', 'findings_user')"),
                         2);
    }
    struct new_findings again = {"b", 8, 200, users, 1};
    assert_false(findings_add(bed.store, &again, &err));
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_each__lists_open_ones_newest_first),
        cmocka_unit_test(findings_each__stops_when_told),
        cmocka_unit_test(findings_first__are_in_the_order_of_users),
        cmocka_unit_test(findings_add__refuses_a_second_open_one),
        cmocka_unit_test(findings_begin_many__leaves_everything_in_place),
        cmocka_unit_test(findings_add__takes_very_many),
        cmocka_unit_test(findings_open__follows_users_in_the_order_of_uids),
        cmocka_unit_test(runs_last__is_zero_before_the_first),
        cmocka_unit_test(runs_latest__gives_each_check_its_last_result),
        cmocka_unit_test(runs_history__is_newest_first_and_limited),
    };

    return cmocka_run_group_tests_name("findings", tests, NULL, NULL);
}
