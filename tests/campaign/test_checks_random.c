/*
 * Campaign: the built-in checks over users drawn at random, judged in one pass, each alone, and
 * once more in plain C.
 *
 * CAMPAIGN_ROUNDS, CAMPAIGN_USERS: rounds, and users in each of the data sets of a round.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/crowd.h"
#include "tests/support/fail.h"
#include "tests/support/plain_checks.h"
#include "tests/support/trial.h"

/* --- rounds ------------------------------------------------------------------------------------
 */

struct round {
    struct checkbed bed;
    struct crowd crowd;
    char *texts[PLAIN_CHECKS]; /* "inactive-45 days=7 up_to_days=60" */
    int64_t numbers[PLAIN_CHECKS][PLAIN_NUMBERS_MAX];
    int64_t counts[PLAIN_CHECKS][VERDICT_UNKNOWN + 1];
};

static int64_t draw_number(struct dice *dice, const struct check_number *number)
{
    const int64_t days = crowd_days(dice);
    int64_t drawn = strcmp(number->name, "count") == 0   ? dice_between(dice, 1, 2)
                    : strcmp(number->name, "hours") == 0 ? days * 24
                                                         : days;

    return drawn < number->min ? number->min : drawn > number->max ? number->max : drawn;
}

/* As they come from the catalogue in the first round, then drawn. */
static void draw_settings(struct round *r, struct dice *dice, bool first)
{
    for (size_t i = 0; i < PLAIN_CHECKS; i++) {
        const struct check *check = catalogue_find(&r->bed.catalogue, plain_checks[i].id);
        char text[160];
        int len = snprintf(text, sizeof text, "%s", check->id);
        assert_true(check->number_count <= PLAIN_NUMBERS_MAX);
        for (size_t n = 0; n < check->number_count; n++) {
            r->numbers[i][n] =
                first ? check->numbers[n].value : draw_number(dice, &check->numbers[n]);
            len += snprintf(text + len, sizeof text - (size_t)len, " %s=%lld",
                            check->numbers[n].name, (long long)r->numbers[i][n]);
        }
        mem_replace(&r->texts[i], text);
    }
}

static void compare_with_c(struct round *r, const struct evaluation *e)
{
    for (size_t user = 0; user < r->crowd.count; user++) {
        for (size_t i = 0; i < PLAIN_CHECKS; i++) {
            struct plain_question q = {&r->crowd, &r->crowd.users[user], r->numbers[i]};
            enum verdict plain = plain_checks[i].judge(&q), asked = evaluation_verdict(e, i, user);
            if (plain != asked)
                support_fail_at(__FILE__, __LINE__, "%s says %s of u%zu, and C says %s",
                                r->texts[i], trial_word(asked), user, trial_word(plain));
            r->counts[i][plain]++;
        }
    }
}

static void compare_with_alone(struct round *r, const struct evaluation *together, size_t i)
{
    struct question question;

    trial_compile(&r->bed, r->texts[i], i, &question);
    question.shared = false;
    struct evaluation *alone = trial_evaluate(&r->bed, &question, 1);
    for (size_t user = 0; user < r->crowd.count; user++)
        if (evaluation_verdict(alone, 0, user) != evaluation_verdict(together, i, user))
            support_fail_at(__FILE__, __LINE__, "%s says another thing of u%zu alone", r->texts[i],
                            user);
    evaluation_close(alone);
    question_release(&question);
}

static void play_round(struct round *r, struct dice *dice, int64_t users, bool first)
{
    struct question questions[PLAIN_CHECKS];

    checkbed_init(&r->bed, NULL, NULL);
    crowd_draw(&r->crowd, dice, (int)users);
    crowd_load(&r->crowd, &r->bed);
    draw_settings(r, dice, first);
    for (size_t i = 0; i < PLAIN_CHECKS; i++)
        trial_compile(&r->bed, r->texts[i], i, &questions[i]);
    struct evaluation *e = trial_evaluate(&r->bed, questions, PLAIN_CHECKS);
    assert_int_equal(evaluation_users(e), r->crowd.count);
    compare_with_c(r, e);
    for (size_t i = 0; i < PLAIN_CHECKS; i++)
        compare_with_alone(r, e, i);
    evaluation_close(e);
    for (size_t i = 0; i < PLAIN_CHECKS; i++)
        question_release(&questions[i]);
    crowd_release(&r->crowd);
    checkbed_release(&r->bed);
}

/* A comparison of nothing but unknown would prove little. */
static void expect_all_verdicts(const struct round *r)
{
    for (size_t i = 0; i < PLAIN_CHECKS; i++)
        if (!r->counts[i][VERDICT_FAIL] || !r->counts[i][VERDICT_PASS] ||
            !r->counts[i][VERDICT_UNKNOWN])
            support_fail_at(__FILE__, __LINE__, "%s: fail %lld, pass %lld, unknown %lld",
                            plain_checks[i].id, (long long)r->counts[i][VERDICT_FAIL],
                            (long long)r->counts[i][VERDICT_PASS],
                            (long long)r->counts[i][VERDICT_UNKNOWN]);
}

static void checks__say_the_same_in_one_pass_alone_and_in_c(void **state)
{
    const int64_t rounds = campaign_number("CAMPAIGN_ROUNDS", 6, 200);
    const int64_t users = campaign_number("CAMPAIGN_USERS", 150, 300);
    struct dice dice = dice_of(campaign_seed());
    struct round r = {0};

    (void)state;
    for (int64_t i = 0; i < rounds; i++)
        play_round(&r, &dice, users, i == 0);
    campaign_say("%d checks, %lld rounds of %d data sets with %lld users", PLAIN_CHECKS,
                 (long long)rounds, CROWD_SOURCES, (long long)users);
    expect_all_verdicts(&r);
    for (size_t i = 0; i < PLAIN_CHECKS; i++)
        free(r.texts[i]);
}

static void plain_checks__are_there_for_every_check(void **state)
{
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, NULL, NULL);
    assert_int_equal(bed.catalogue.count, PLAIN_CHECKS);
    for (size_t i = 0; i < PLAIN_CHECKS; i++)
        assert_string_equal(bed.catalogue.items[i].id, plain_checks[i].id);
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_checks__are_there_for_every_check),
        cmocka_unit_test(checks__say_the_same_in_one_pass_alone_and_in_c),
    };

    return cmocka_run_group_tests_name("checks_random", tests, NULL, NULL);
}
