/* Evaluation of questions: three-valued answers, faults that stay alone, limits, one snapshot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/evaluate.h"
#include "tests/support/checkbed.h"

static const char some_catalogue[] =
    "checks = ( { id = \"x\"; title = \"X\"; severity = \"low\"; description = \"d\";"
    " recommended_actions = \"r\"; fails = \"1\"; } );";

static const char three_users[] = "user id=ann enabled=1 mfa_enrolled=0 created_at=10d\n"
                                  "user id=bob enabled=1 mfa_enrolled=1\n"
                                  "user id=cat enabled=0\n";

/* A question made of texts that live longer than it. */
static struct question ask(const char *applies, const char *fails, bool shared)
{
    return (struct question){
        .applies.sql = mem_strdup(applies),
        .fails.sql = mem_strdup(fails),
        .shared = shared,
    };
}

static void finish(struct evaluation *e)
{
    struct error err = {0};
    bool done = false;

    while (!done)
        assert_true(evaluation_step(e, 20, &done, &err));
}

static struct evaluation *evaluate(struct checkbed *bed, const struct question *questions,
                                   size_t count)
{
    struct error err = {0};
    struct evaluation *e = evaluation_open(bed->store, questions, count, QUESTION_LIMIT_MS, &err);

    assert_string_equal(err.text, "");
    finish(e);
    return e;
}

/* A letter a user. */
static const char *show(const struct evaluation *e, size_t question)
{
    static char text[64];
    static const char letters[] = "opfu";

    for (size_t i = 0; i < evaluation_users(e); i++)
        text[i] = letters[evaluation_verdict(e, question, i)];
    text[evaluation_users(e)] = '\0';
    return text;
}

static void evaluation__is_three_valued(void **state)
{
    static const struct {
        const char *applies, *fails, *verdicts;
    } rows[] = {
        {NULL, "u.mfa_enrolled = 0", "fpu"},
        {NULL, "u.mfa_enrolled", "pfu"},
        {"u.enabled = 1", "u.mfa_enrolled = 0", "fpo"},
        {"u.enabled = 0", "u.mfa_enrolled = 0", "oou"},
        {"NULL", "1", "uuu"},
        {"0", "1", "ooo"},
        {"u.mfa_enrolled = 1", "1", "ofu"},
        {NULL, "NULL", "uuu"},
        {NULL, "7", "fff"},
        {NULL, "0.0", "ppp"},
        {NULL, "''", "ppp"},
        {NULL, "u.login IN ('ann', 'cat')", "fpf"},
        {NULL, "(SELECT count(*) FROM users) = 3", "fff"},
        {NULL, "EXISTS (SELECT 1 FROM factors f WHERE f.user_uid = u.uid)", "ppp"},
    };
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    checkbed_load(&bed, "okta", three_users);
    for (size_t i = 0; i < ARRAY_LEN(rows) * 2; i++) {
        struct question q = ask(rows[i / 2].applies, rows[i / 2].fails, i % 2 != 0);
        struct evaluation *e = evaluate(&bed, &q, 1);
        assert_null(evaluation_fault(e, 0));
        assert_string_equal(show(e, 0), rows[i / 2].verdicts);
        evaluation_close(e);
        question_release(&q);
    }
    checkbed_release(&bed);
}

static void evaluation__keeps_a_fault_with_its_question(void **state)
{
    static const struct {
        const char *fails, *fault;
    } rows[] = {
        {"u.nonsense = 1", "no such column: u.nonsense"},
        {"nonsense(1)", "no such function: nonsense"},
        {"1 +", "near \")\": syntax error"},
        {"count(*) > 1", "misuse of aggregate function count()"},
        {"(SELECT 1 FROM findings) = 1", "it reads something else than the data sets"},
        {"(SELECT f.login FROM findings f) = 1", "is prohibited"},
        {"load_extension('x')", "not authorized to use function: load_extension"},
        {"(1, 2)", "row value misused"},
    };
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    checkbed_load(&bed, "okta", three_users);
    for (size_t i = 0; i < ARRAY_LEN(rows) * 2; i++) {
        struct question questions[] = {
            ask(NULL, "u.enabled = 1", true),
            ask(NULL, rows[i / 2].fails, i % 2 != 0),
            ask(NULL, "u.enabled = 0", true),
        };
        struct evaluation *e = evaluate(&bed, questions, ARRAY_LEN(questions));
        assert_null(evaluation_fault(e, 0));
        assert_non_null(evaluation_fault(e, 1));
        if (!strstr(evaluation_fault(e, 1), rows[i / 2].fault))
            assert_string_equal(evaluation_fault(e, 1), rows[i / 2].fault);
        assert_string_equal(show(e, 0), "ffp");
        assert_string_equal(show(e, 1), "uuu");
        assert_string_equal(show(e, 2), "ppf");
        assert_int_equal(evaluation_tally(e, 1).failing, 0);
        evaluation_close(e);
        for (size_t q = 0; q < ARRAY_LEN(questions); q++)
            question_release(&questions[q]);
    }
    checkbed_release(&bed);
}

/* A fault that only a row brings to light, in the middle of the common pass. */
static void evaluation__takes_a_failed_pass_apart(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    checkbed_load(&bed, "okta", three_users);
    struct question questions[] = {
        ask(NULL, "u.enabled = 1", true),
        ask(NULL,
            "CASE WHEN u.login = 'bob' THEN"
            " abs(-9223372036854775807 - 1) ELSE 1 END",
            true),
        ask(NULL, "u.mfa_enrolled = 0", true),
    };
    questions[2].needs = mem_zalloc(sizeof *questions[2].needs);
    questions[2].needs[0] = need_find("last_login");
    questions[2].need_count = 1;
    struct evaluation *e = evaluate(&bed, questions, ARRAY_LEN(questions));
    assert_string_equal(evaluation_fault(e, 1), "integer overflow");
    assert_null(evaluation_fault(e, 0));
    assert_null(evaluation_fault(e, 2));
    assert_string_equal(show(e, 0), "ffp");
    assert_string_equal(show(e, 2), "fpu");
    assert_int_equal(evaluation_tally(e, 0).failing, 2);
    assert_int_equal(evaluation_tally(e, 0).passing, 1);
    assert_int_equal(evaluation_tally(e, 2).unknown, 1);
    assert_int_equal(evaluation_uid(e, 1), evaluation_uid(e, 0) + 1);
    evaluation_close(e);
    for (size_t q = 0; q < ARRAY_LEN(questions); q++)
        question_release(&questions[q]);
    checkbed_release(&bed);
}

static void evaluation__stops_an_own_question_at_its_limit(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    struct strbuf users;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    strbuf_init(&users, 100000);
    for (int i = 0; i < 400; i++)
        strbuf_addf(&users, "user id=u%d enabled=1\n", i);
    checkbed_load(&bed, "okta", users.text);
    strbuf_release(&users);
    struct question questions[] = {
        ask(NULL,
            "(SELECT count(*) FROM users a, users b, users c, users d WHERE a.uid <> b.uid) > 1",
            false),
        ask(NULL, "u.enabled = 1", true),
        ask(NULL, "u.enabled = 0", false),
    };
    struct evaluation *e = evaluation_open(bed.store, questions, ARRAY_LEN(questions), 100, &err);
    finish(e);
    assert_string_equal(evaluation_fault(e, 0), "stopped after 0 s");
    assert_null(evaluation_fault(e, 1));
    assert_null(evaluation_fault(e, 2));
    assert_int_equal(evaluation_tally(e, 1).failing, 400);
    assert_int_equal(evaluation_tally(e, 2).passing, 400);
    assert_int_equal(evaluation_tally(e, 2).looked_at, 400);
    evaluation_close(e);
    for (size_t q = 0; q < ARRAY_LEN(questions); q++)
        question_release(&questions[q]);
    checkbed_release(&bed);
}

static void evaluation__binds_what_each_question_uses(void **state)
{
    struct checkbed bed;
    struct question questions[2] = {0};

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    checkbed_load(&bed, "okta", three_users);
    for (size_t i = 0; i < 2; i++) {
        struct question *q = &questions[i];
        q->shared = true;
        q->parameter_count = 2;
        q->parameters = mem_zalloc(2 * sizeof *q->parameters);
        q->parameters[0] = (struct parameter){mem_strdup(":now"), BED_NOW};
        q->parameters[1] = (struct parameter){mem_printf(":c%zu_days", i), i == 0 ? 10 : 9};
        q->fails.sql = mem_printf("u.created_at < :now - :c%zu_days * 86400", i);
        q->fails.used = 3;
    }
    struct evaluation *e = evaluate(&bed, questions, 2);
    assert_string_equal(show(e, 0), "puu");
    assert_string_equal(show(e, 1), "fuu");
    evaluation_close(e);
    question_release(&questions[0]);
    question_release(&questions[1]);
    checkbed_release(&bed);
}

static void evaluation__sees_one_snapshot(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    struct described who;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    checkbed_load(&bed, "okta", three_users);
    struct question q = ask(NULL, "u.mfa_enrolled = 0", true);
    struct evaluation *e = evaluation_open(bed.store, &q, 1, QUESTION_LIMIT_MS, &err);
    int64_t stamp = evaluation_stamp(e);
    checkbed_load(&bed, "okta", "user id=new enabled=1 mfa_enrolled=0\n");
    finish(e);
    assert_int_equal(evaluation_users(e), 3);
    assert_string_equal(show(e, 0), "fpu");
    assert_true(evaluation_describe(e, 0, 0, &who, &err));
    assert_string_equal(who.source, "okta");
    assert_string_equal(who.id, "ann");
    assert_string_equal(who.login, "ann");
    evaluation_close(e);
    e = evaluate(&bed, &q, 1);
    assert_string_equal(show(e, 0), "f");
    assert_int_not_equal(evaluation_stamp(e), stamp);
    evaluation_close(e);
    question_release(&q);
    checkbed_release(&bed);
}

static void evaluation_lacking__needs_everybody_to_lack_it(void **state)
{
    static const struct {
        const char *users, *label;
    } rows[] = {
        {"user id=a enabled=1\nuser id=b enabled=1\n", "MFA factors"},
        {"user id=a enabled=1\nuser id=b enabled=1 factors_known=1\n", NULL},
        {"user id=a enabled=1\nuser id=b enabled=0 factors_known=1\n", NULL},
        {"user id=a enabled=1\nuser id=b enabled=0\n", "MFA factors"},
        {"user id=a\n", "enabled state"},
        {"user id=a enabled=0\n", NULL},
        {"", NULL},
    };
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    struct question q = ask(NULL, "CASE WHEN u.factors_known = 1 THEN 1 END", true);
    q.needs = mem_zalloc(2 * sizeof *q.needs);
    q.needs[0] = need_find("enabled");
    q.needs[1] = need_find("factors");
    q.need_count = 2;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        checkbed_load(&bed, "okta", rows[i].users);
        struct evaluation *e = evaluate(&bed, &q, 1);
        const char *label = evaluation_lacking(e, 0);
        if (rows[i].label)
            assert_string_equal(label, rows[i].label);
        else
            assert_null(label);
        evaluation_close(e);
    }
    question_release(&q);
    checkbed_release(&bed);
}

static void evaluation_describe__leaves_out_what_cannot_be_computed(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    struct described who;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    checkbed_load(&bed, "okta", three_users);
    struct question q = ask(NULL, "u.mfa_enrolled = 0", true);
    q.explain_count = 2;
    q.explains = mem_zalloc(2 * sizeof *q.explains);
    q.explains[0].sql = mem_strdup("u.created_at");
    q.explains[1].sql = mem_strdup("CASE WHEN u.login = 'cat' THEN"
                                   " abs(-9223372036854775807 - 1) ELSE u.login END");
    struct evaluation *e = evaluate(&bed, &q, 1);
    assert_true(evaluation_describe(e, 0, 0, &who, &err));
    assert_int_equal(strtoll(who.values[0], NULL, 10), BED_NOW - 10 * BED_DAY);
    assert_string_equal(who.values[1], "ann");
    assert_true(evaluation_describe(e, 0, 1, &who, &err));
    assert_null(who.values[0]);
    assert_string_equal(who.values[1], "bob");
    assert_true(evaluation_describe(e, 0, 2, &who, &err));
    assert_string_equal(who.login, "cat");
    assert_null(who.values[1]);
    evaluation_close(e);
    question_release(&q);
    checkbed_release(&bed);
}

static void evaluation_describe__limits_the_explains_of_an_own_question_together(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    struct described who;
    struct strbuf users;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    strbuf_init(&users, 100000);
    strbuf_adds(&users, "user id=ann\nuser id=bob\n");
    for (int i = 0; i < 400; i++)
        strbuf_addf(&users, "user id=u%d\n", i);
    checkbed_load(&bed, "okta", users.text);
    strbuf_release(&users);
    struct question q = ask(NULL, "1", false);
    q.explain_count = 1;
    q.explains = mem_zalloc(sizeof *q.explains);
    q.explains[0].sql =
        mem_strdup("CASE WHEN u.login = 'ann' THEN 'at once' ELSE (SELECT count(*) FROM users a,"
                   " users b, users c, users d, users e WHERE a.uid <> b.uid) END");
    struct evaluation *e = evaluation_open(bed.store, &q, 1, 100, &err);
    finish(e);
    assert_null(evaluation_fault(e, 0));
    assert_true(evaluation_describe(e, 0, 0, &who, &err));
    assert_string_equal(who.values[0], "at once");
    assert_null(evaluation_fault(e, 0));
    assert_true(evaluation_describe(e, 0, 1, &who, &err));
    assert_string_equal(who.login, "bob");
    assert_null(who.values[0]);
    assert_string_equal(evaluation_fault(e, 0), "its explain stopped after 0 s");
    assert_int_equal(evaluation_verdict(e, 0, 1), VERDICT_FAIL);
    assert_true(evaluation_describe(e, 0, 0, &who, &err));
    assert_null(who.values[0]);
    evaluation_close(e);
    question_release(&q);
    checkbed_release(&bed);
}

/* Verdicts of many users lie in one byte together: none may touch its neighbours. */
static void evaluation__keeps_users_apart(void **state)
{
    struct checkbed bed;
    struct strbuf users;

    (void)state;
    checkbed_init(&bed, some_catalogue, NULL);
    strbuf_init(&users, 1000000);
    for (int i = 0; i < 1001; i++)
        strbuf_addf(&users, "user id=u%d enabled=%d\n", i, i % 3 == 0);
    checkbed_load(&bed, "okta", users.text);
    strbuf_release(&users);
    struct question q = ask("u.uid % 5 <> 0", "CASE WHEN u.uid % 7 <> 0 THEN u.enabled END", true);
    struct evaluation *e = evaluate(&bed, &q, 1);
    struct tally tally = {0};
    assert_int_equal(evaluation_users(e), 1001);
    for (size_t i = 0; i < 1001; i++) {
        int64_t uid = evaluation_uid(e, i);
        enum verdict expected = uid % 5 == 0   ? VERDICT_OUTSIDE
                                : uid % 7 == 0 ? VERDICT_UNKNOWN
                                : i % 3 == 0   ? VERDICT_FAIL
                                               : VERDICT_PASS;
        assert_int_equal(evaluation_verdict(e, 0, i), expected);
        tally.failing += expected == VERDICT_FAIL;
        tally.passing += expected == VERDICT_PASS;
        tally.unknown += expected == VERDICT_UNKNOWN;
    }
    assert_int_equal(evaluation_tally(e, 0).failing, tally.failing);
    assert_int_equal(evaluation_tally(e, 0).passing, tally.passing);
    assert_int_equal(evaluation_tally(e, 0).unknown, tally.unknown);
    evaluation_close(e);
    question_release(&q);
    checkbed_release(&bed);
}

static void need_find__knows_each_name_once(void **state)
{
    size_t count = 0;

    (void)state;
    for (const struct need *n = needs; n->name; n++, count++) {
        assert_ptr_equal(need_find(n->name), n);
        assert_true(n == needs || strcmp(n[-1].name, n->name) < 0);
    }
    assert_in_range(count, 1, 62);
    assert_null(need_find("mfa"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evaluation__is_three_valued),
        cmocka_unit_test(evaluation__keeps_a_fault_with_its_question),
        cmocka_unit_test(evaluation__takes_a_failed_pass_apart),
        cmocka_unit_test(evaluation__stops_an_own_question_at_its_limit),
        cmocka_unit_test(evaluation__binds_what_each_question_uses),
        cmocka_unit_test(evaluation__sees_one_snapshot),
        cmocka_unit_test(evaluation_lacking__needs_everybody_to_lack_it),
        cmocka_unit_test(evaluation_describe__leaves_out_what_cannot_be_computed),
        cmocka_unit_test(evaluation_describe__limits_the_explains_of_an_own_question_together),
        cmocka_unit_test(evaluation__keeps_users_apart),
        cmocka_unit_test(need_find__knows_each_name_once),
    };

    return cmocka_run_group_tests_name("evaluate", tests, NULL, NULL);
}
