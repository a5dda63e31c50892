/* Lists in memory: which rows are shown, in which order, which are marked, and what is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/tmpdir.h"
#include "tui/checkmenu.h"
#include "tui/listing.h"

struct city {
    const char *id, *name;
    int people;
};

static const struct city cities[] = {
    {"a", "Zürich", 434},
    {"b", "Bern", 134},
    {"c", "Basel", 173},
    {"d", "Bellinzona", 43},
};

static const struct list_column columns[] = {
    {.title = "NAME", .width = 10, .grow = 1},
    {.title = "PEOPLE", .width = 6, .drop = 1, .right = true},
};

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    (void)ctx;
    if (column == 0)
        snprintf(out->text, sizeof out->text, "%s", cities[row].name);
    else
        snprintf(out->text, sizeof out->text, "%d", cities[row].people);
}

static const char *row_id(void *ctx, size_t row)
{
    (void)ctx;
    return cities[row].id;
}

static int compare(void *ctx, size_t a, size_t b, size_t column)
{
    (void)ctx;
    return column == 0 ? strcmp(cities[a].name, cities[b].name)
                       : cities[a].people - cities[b].people;
}

static const struct listing_ops ops = {
    .name = "cities",
    .columns = columns,
    .column_count = ARRAY_LEN(columns),
    .cell = cell,
    .id = row_id,
    .compare = compare,
};

/* The line of the filter is a field of the form library. */
static int start_curses(void **state)
{
    (void)state;
    FILE *out = fopen("/dev/null", "w"), *in = fopen("/dev/null", "r");
    return out && in && newterm("xterm", out, in) ? 0 : -1;
}

static int stop_curses(void **state)
{
    (void)state;
    endwin();
    return 0;
}

static int setup(void **state)
{
    struct listing *l = mem_zalloc(sizeof *l);
    listing_init(l, &ops, NULL);
    listing_set_count(l, ARRAY_LEN(cities), NULL);
    *state = l;
    return 0;
}

static int teardown(void **state)
{
    listing_release(*state);
    free(*state);
    return 0;
}

/* The ids in the order of the lines. */
static void assert_shown(const struct listing *l, const char *expected)
{
    char shown[16] = "";
    for (size_t i = 0; i < l->list.count; i++)
        strcat(shown, cities[l->order[i]].id);
    assert_string_equal(shown, expected);
}

static bool act(struct listing *l, enum action action)
{
    return listing_key(l, &(struct key_event){.key = KEY_NONE, .action = action});
}

static void type(struct listing *l, const char *text)
{
    for (; *text; text++)
        listing_key(l, &(struct key_event){.key = *text});
}

static const char *selected(const struct listing *l)
{
    const long row = listing_row(l);
    return row == LISTING_NO_ROW ? "none" : cities[row].id;
}

static void listing_key__sorts_by_value_and_keeps_the_selection(void **state)
{
    struct listing *l = *state;
    assert_shown(l, "cdba");
    listing_select(l, "b");
    act(l, ACTION_SORT);
    assert_shown(l, "dbca");
    assert_string_equal(selected(l), "b");
    act(l, ACTION_SORT_REVERSE);
    assert_shown(l, "acbd");
    assert_string_equal(selected(l), "b");
    act(l, ACTION_SORT); /* round again, not reversed any more */
    assert_shown(l, "cdba");
}

static void listing_key__filters_over_all_columns_while_typing(void **state)
{
    struct listing *l = *state;
    listing_select(l, "d");
    assert_true(act(l, ACTION_FILTER));
    assert_true(listing_typing(l));
    type(l, "be");
    assert_shown(l, "db");
    assert_string_equal(selected(l), "d");
    type(l, "r");
    assert_shown(l, "b");
    act(l, ACTION_ENTER);
    assert_false(listing_typing(l));
    assert_shown(l, "b");
    assert_true(act(l, ACTION_BACK));
    assert_shown(l, "cdba");
    act(l, ACTION_FILTER);
    type(l, "43");
    assert_shown(l, "da"); /* a number of another column */
}

static void listing_paste__goes_into_the_filter_only(void **state)
{
    struct listing *l = *state;
    assert_false(listing_paste(l, "basel"));
    act(l, ACTION_FILTER);
    assert_true(listing_paste(l, "basel\n"));
    assert_shown(l, "c");
    type(l, "x");
    assert_shown(l, "");
    assert_string_equal(selected(l), "none");
    act(l, ACTION_BACK);
    assert_shown(l, "cdba");
}

static void listing_chosen__is_what_is_marked_or_else_the_selected_row(void **state)
{
    struct listing *l = *state;
    struct text_list ids = {0};
    listing_chosen(l, &ids);
    assert_int_equal(ids.count, 1);
    assert_string_equal(ids.items[0], "c");
    text_list_release(&ids);

    act(l, ACTION_MARK); /* and goes on */
    act(l, ACTION_MARK);
    listing_chosen(l, &ids);
    assert_int_equal(ids.count, 2);
    assert_true(text_list_has(&ids, "c") && text_list_has(&ids, "d"));
    text_list_release(&ids);
    assert_true(act(l, ACTION_BACK));
    assert_int_equal(l->marks.count, 0);
    assert_false(act(l, ACTION_BACK));
}

/* Marks stay with a row wherever it goes, and go with it. */
static void listing_set_count__forgets_marks_of_rows_that_are_gone(void **state)
{
    struct listing *l = *state;
    listing_select(l, "d");
    act(l, ACTION_MARK);
    act(l, ACTION_FILTER);
    type(l, "bern");
    assert_int_equal(l->marks.count, 1);
    listing_set_count(l, ARRAY_LEN(cities) - 1, NULL); /* without d */
    assert_int_equal(l->marks.count, 0);
}

static void listing_take_columns__hides_what_may_be_hidden(void **state)
{
    struct listing *l = *state;
    struct popup *popup = listing_ask_columns(l, 1);
    for (int i = 0; i < 2; i++) {
        popup->ops->key(popup, &(struct key_event){.key = ' ', .action = ACTION_TOGGLE});
        popup->ops->key(popup, &(struct key_event){.action = ACTION_DOWN});
    }
    listing_take_columns(l, popup);
    popup_free(popup);
    assert_int_equal(l->list.hidden, 1U << 1);
}

static void listing_remember__keeps_order_and_columns_of_a_user(void **state)
{
    struct tmpdir dir;
    struct preferences p;
    struct error err = {0};
    (void)state;
    tmpdir_init(&dir);
    char *path = tmpdir_path(&dir, "console.conf");
    preferences_init(&p, path);
    struct listing l;
    listing_init(&l, &ops, NULL);
    listing_remember(&l, &p);
    listing_set_count(&l, ARRAY_LEN(cities), NULL);
    act(&l, ACTION_SORT);
    act(&l, ACTION_SORT_REVERSE);
    l.list.hidden = 1U << 1;
    listing_release(&l);
    preferences_release(&p);

    assert_true(preferences_load(&p, path, &err));
    listing_init(&l, &ops, NULL);
    listing_remember(&l, &p);
    listing_set_count(&l, ARRAY_LEN(cities), NULL);
    assert_shown(&l, "acbd");
    assert_int_equal(l.list.hidden, 1U << 1);
    listing_release(&l);
    preferences_release(&p);
    free(path);
    tmpdir_release(&dir);
}

static void list_place_text__tells_what_is_hidden(void **state)
{
    struct list list;
    char text[64];
    (void)state;
    list_init(&list, columns, ARRAY_LEN(columns));
    list_set_count(&list, 40);
    list.page = 10;
    list_place_text(&list, text, sizeof text);
    assert_string_equal(text, "1-10 of 40");
    list.top = 30;
    list_place_text(&list, text, sizeof text);
    assert_string_equal(text, "31-40 of 40");
    list.top = 12;
    list_place_text(&list, text, sizeof text);
    assert_string_equal(text, "13-22 of 40");
    list.top = 0;
    list_set_count(&list, 10);
    list_place_text(&list, text, sizeof text);
    assert_string_equal(text, "");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(listing_key__sorts_by_value_and_keeps_the_selection),
        TEST(listing_key__filters_over_all_columns_while_typing),
        TEST(listing_paste__goes_into_the_filter_only),
        TEST(listing_chosen__is_what_is_marked_or_else_the_selected_row),
        TEST(listing_set_count__forgets_marks_of_rows_that_are_gone),
        TEST(listing_take_columns__hides_what_may_be_hidden),
        TEST(listing_remember__keeps_order_and_columns_of_a_user),
        TEST(list_place_text__tells_what_is_hidden),
    };
    return cmocka_run_group_tests_name("listing", tests, start_curses, stop_curses);
}
