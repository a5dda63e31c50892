/* Functions of SQL that are ours: the same results as the engine's, in a time that can be borne. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "tests/support/campaign.h"

enum { ROUNDS = 20000, PIECES_MAX = 6, TEXT_MAX = 64, LONGEST = 1024 * 1024, BEARABLE_MS = 9000 };

static struct db *open_memory(bool restricted)
{
    static const char *const no_tables[] = {NULL};
    struct error err = {0};
    struct db *db = db_open_memory(&err);
    assert_non_null(db);
    if (restricted)
        db_restrict(db, no_tables);
    return db;
}

/* What it gives for three texts; the caller frees. */
static char *ask(struct db *db, const char *sql, const char *const *texts)
{
    static const char *const names[] = {":a", ":b", ":c"};
    struct error err = {0};
    struct stmt *st = db_prepare(db, sql, &err);
    assert_non_null(st);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strstr(sql, names[i]))
            stmt_bind_text(st, names[i], texts[i]);
    const enum step step = stmt_step(st, &err);
    char *answer = step == STEP_ROW ? mem_strdup(stmt_text(st, 0)) : mem_strdup(err.text);
    stmt_reset(st);
    return answer;
}

/* Of few letters, so that there is much to be found. */
static const char *some_text(struct dice *dice, char out[TEXT_MAX])
{
    static const char *const pieces[] = {
        "a", "b", "ab", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "@", " "};
    const int64_t count = dice_between(dice, 0, PIECES_MAX);
    size_t len = 0;
    out[0] = '\0';
    for (int64_t i = 0; i < count; i++)
        len += (size_t)snprintf(out + len, TEXT_MAX - len, "%s",
                                pieces[dice_roll(dice) % ARRAY_LEN(pieces)]);
    return count == PIECES_MAX ? NULL : out;
}

static void functions__give_what_the_engine_gives(void **state)
{
    static const char *const calls[] = {
        "SELECT instr(:a, :b)",
        "SELECT replace(:a, :b, :c)",
        "SELECT trim(:a, :b)",
        "SELECT ltrim(:a, :b)",
        "SELECT rtrim(:a, :b)",
        "SELECT substr(:a, length(rtrim(:a, replace(:a, '@', ''))))",
        "SELECT instr(x'0061ff62', x'62')",
        "SELECT replace(120210, 0, 2)",
        "SELECT trim(3303, 3)",
    };
    struct db *engine = open_memory(false), *ours = open_memory(true);
    struct dice dice = dice_of(7);
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        char a[TEXT_MAX], b[TEXT_MAX], c[TEXT_MAX];
        const char *const texts[] = {some_text(&dice, a), some_text(&dice, b), some_text(&dice, c)};
        const char *sql = calls[(size_t)i % ARRAY_LEN(calls)];
        char *expected = ask(engine, sql, texts), *found = ask(ours, sql, texts);
        if ((expected == NULL) != (found == NULL) || (found && strcmp(expected, found) != 0))
            fail_msg("%s of '%s', '%s', '%s': '%s', not '%s'", sql, texts[0], texts[1], texts[2],
                     found, expected);
        free(expected);
        free(found);
    }
    db_close(engine);
    db_close(ours);
}

/* A text of the greatest length that importers take. */
static char *longest(char letter, char last)
{
    char *text = mem_alloc(LONGEST + 1);
    memset(text, letter, LONGEST);
    text[LONGEST - 1] = last;
    text[LONGEST] = '\0';
    return text;
}

/* In milliseconds of this process alone, as of a program without sanitizers. */
static int64_t worked_ms(void)
{
    return (int64_t)clock() * 1000 / CLOCKS_PER_SEC / (campaign_is_sanitized() ? 4 : 1);
}

/* The engine's own need from eleven seconds to an hour and more, and nothing stops them. */
static void functions__take_no_longer_than_their_texts(void **state)
{
    static const struct {
        const char *sql, *expected;
    } calls[] = {
        {"SELECT instr(:a, :b)", "0"},
        {"SELECT length(replace(:a, :b, ''))", "1048576"},
        {"SELECT length(trim(:a, :c))", "0"},
        {"SELECT length(replace(:a, 'a', 'aaa'))", "string or blob too big"},
        {"SELECT length(folded(:a))", "1048576"},
    };
    char *a = longest('a', 'a'), *b = longest('a', 'b') + LONGEST / 2, *c = longest('b', 'a');
    const char *const texts[] = {a, b, c};
    struct db *db = open_memory(true);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        const int64_t before_ms = worked_ms();
        char *found = ask(db, calls[i].sql, texts);
        assert_string_equal(found, calls[i].expected);
        assert_in_range(worked_ms() - before_ms, 0, BEARABLE_MS);
        free(found);
    }
    db_close(db);
    free(a);
    free(b - LONGEST / 2);
    free(c);
}

static void folded__knows_more_than_ascii(void **state)
{
    static const char *const rows[][2] = {
        {"plain", "plain"},       {"Plain", "plain"}, {"M\xc3\x9cLLER", "m\xc3\xbcller"},
        {"\xce\xa3", "\xcf\x83"}, {"", ""},           {NULL, NULL},
    };
    struct db *db = open_memory(false);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *found = ask(db, "SELECT folded(:a)", rows[i]);
        if (rows[i][1])
            assert_string_equal(found, rows[i][1]);
        else
            assert_null(found);
        free(found);
    }
    db_close(db);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions__give_what_the_engine_gives),
        cmocka_unit_test(functions__take_no_longer_than_their_texts),
        cmocka_unit_test(folded__knows_more_than_ascii),
    };

    return cmocka_run_group_tests_name("functions", tests, NULL, NULL);
}
