/* Every row of the key table: complete, unambiguous within its context, and found. */
#include "tui/keytable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tui/palette.h"

static bool same_key(const struct key_row *a, const struct key_row *b)
{
    for (size_t i = 0; i < KEYS_PER_ROW && a->keys[i] != KEY_NONE; i++) {
        for (size_t j = 0; j < KEYS_PER_ROW && b->keys[j] != KEY_NONE; j++) {
            if (a->keys[i] == b->keys[j])
                return true;
        }
    }
    return false;
}

static void key_table__rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_table_count; i++) {
        const struct key_row *row = &key_table[i];
        assert_in_range(row->context, KEYS_GLOBAL, KEYS_CONTEXT_COUNT - 1);
        assert_in_range(row->action, ACTION_NONE + 1, ACTION_COUNT - 1);
        assert_int_not_equal(row->keys[0], KEY_NONE);
        assert_true(row->label && *row->label);
        assert_true(!row->caption || *row->caption);
        assert_true(!row->help || *row->help);
        assert_true(*key_context_title(row->context) != '\0');
    }
}

static void key_table__no_key_means_two_things_in_one_context(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_table_count; i++) {
        for (size_t j = i + 1; j < key_table_count; j++) {
            if (key_table[i].context == key_table[j].context &&
                same_key(&key_table[i], &key_table[j]))
                fail_msg("rows '%s' and '%s' share a key", key_table[i].label, key_table[j].label);
        }
    }
}

static void key_table__function_keys_have_twins(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_table_count; i++) {
        const struct key_row *row = &key_table[i];
        if (row->keys[0] >= KEY_FN(KEY_F(1)) && row->keys[0] <= KEY_FN(KEY_F(12)))
            assert_true(row->keys[1] != KEY_NONE && row->keys[1] < ' ');
    }
}

static void key_action__finds_every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < key_table_count; i++) {
        const enum key_context contexts[] = {key_table[i].context, KEYS_END};
        for (size_t k = 0; k < KEYS_PER_ROW && key_table[i].keys[k] != KEY_NONE; k++)
            assert_int_equal(key_action(contexts, key_table[i].keys[k], false),
                             key_table[i].action);
    }
}

static void key_action__prefers_the_first_context(void **state)
{
    static const enum key_context contexts[] = {KEYS_TEST, KEYS_GLOBAL, KEYS_END};
    (void)state;
    assert_int_equal(key_action(contexts, KEY_ESC, false), ACTION_BACK);
    assert_int_equal(key_action(contexts, '1', false), ACTION_PAGE_1);
    assert_int_equal(key_action(contexts, 'Z', false), ACTION_NONE);
}

static void key_action__leaves_text_alone_while_typing(void **state)
{
    static const enum key_context contexts[] = {KEYS_GLOBAL, KEYS_END};
    (void)state;
    assert_int_equal(key_action(contexts, '?', true), ACTION_NONE);
    assert_int_equal(key_action(contexts, 'q', true), ACTION_NONE);
    assert_int_equal(key_action(contexts, KEY_FN(KEY_F(1)), true), ACTION_HELP);
    assert_int_equal(key_action(contexts, KEY_CTL('c'), true), ACTION_QUIT);
}

struct told_key {
    size_t groups, keys;
};

static void count_told(void *ctx, const char *label, const char *help)
{
    struct told_key *told = ctx;
    assert_true(*help != '\0');
    told->groups += label == NULL;
    told->keys += label != NULL;
}

/* The manual and `help keys` are made from it. */
static void key_table_each__tells_every_key_with_a_help(void **state)
{
    struct told_key told = {0};
    size_t keys = 0;
    (void)state;
    for (size_t i = 0; i < key_table_count; i++)
        keys += key_table[i].help != NULL;
    key_table_each(count_told, &told);
    assert_int_equal(told.keys, keys);
    assert_in_range(told.groups, 10, KEYS_CONTEXT_COUNT);
}

static void palette_match__prefers_the_beginning_then_words_then_letters(void **state)
{
    (void)state;
    assert_int_equal(palette_match("Test Connectivity", "TEST"), 0);
    assert_int_equal(palette_match("Test Connectivity", "conn"), 1);
    assert_int_equal(palette_match("Test Connectivity", "nect est"), 2);
    assert_int_equal(palette_match("Test Connectivity", "tcv"), 3);
    assert_int_equal(palette_match("Test Connectivity", "xyz"), -1);
    assert_int_equal(palette_match("Test Connectivity", "ttt?"), -1);
    assert_int_equal(palette_match("Page Überblick", "ÜBER"), 1);
    assert_int_equal(palette_match("anything", ""), 0);
}

static void key_label__is_the_first_word(void **state)
{
    static const enum key_context contexts[] = {KEYS_FORM, KEYS_END};
    char label[16];
    (void)state;
    key_label(key_find(contexts, ACTION_SAVE), label);
    assert_string_equal(label, "F2");
    key_label(NULL, label);
    assert_string_equal(label, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_table__rows_are_complete),
        cmocka_unit_test(key_table__no_key_means_two_things_in_one_context),
        cmocka_unit_test(key_table__function_keys_have_twins),
        cmocka_unit_test(key_action__finds_every_row),
        cmocka_unit_test(key_action__prefers_the_first_context),
        cmocka_unit_test(key_action__leaves_text_alone_while_typing),
        cmocka_unit_test(key_table_each__tells_every_key_with_a_help),
        cmocka_unit_test(palette_match__prefers_the_beginning_then_words_then_letters),
        cmocka_unit_test(key_label__is_the_first_word),
    };
    return cmocka_run_group_tests_name("keytable", tests, NULL, NULL);
}
