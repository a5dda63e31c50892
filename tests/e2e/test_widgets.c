/* Lists, menus, tick boxes, questions and the line editor, drawn by curses into nowhere and read
 * back from their windows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/delivery_counts.h"
#include "tui/dialog.h"
#include "tui/editor.h"
#include "tui/list.h"
#include "tui/menu.h"
#include "tui/prompt.h"

enum { ROWS = 24, COLS_WIDE = 100 };

static int start_curses(void **state)
{
    (void)state;
    setenv("LINES", "24", 1);
    setenv("COLUMNS", "100", 1);
    FILE *out = fopen("/dev/null", "w"), *in = fopen("/dev/null", "r");
    if (!out || !in || !newterm("xterm", out, in))
        return -1;
    theme_start(&(struct theme_choice){.ascii = true});
    return 0;
}

static int stop_curses(void **state)
{
    (void)state;
    endwin();
    return 0;
}

/* A row of a window without the blanks at its end. */
static const char *row_of(WINDOW *w, int y)
{
    static char text[256];
    int got = mvwinnstr(w, y, 0, text, (int)sizeof text - 1);
    text[got > 0 ? got : 0] = '\0';
    for (size_t len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
        text[len - 1] = '\0';
    return text;
}

static bool shows(struct popup *p, const char *text)
{
    popup_paint(p, ROWS, COLS_WIDE);
    for (int y = 0; y < getmaxy(p->box.window); y++) {
        if (strstr(row_of(p->box.window, y), text))
            return true;
    }
    return false;
}

static enum popup_result press(struct popup *p, int key)
{
    const struct key_event event = {key, key_action(p->ops->contexts, key, popup_typing(p))};
    return p->ops->key(p, &event);
}

static void type(struct popup *p, const char *text)
{
    for (; *text; text++)
        assert_int_equal(press(p, *text), POPUP_STAYS);
}

/* --- list */

static const struct list_column columns[] = {
    {.title = "STATE", .width = 6},
    {.title = "NAME", .width = 8, .grow = 1},
    {.title = "AUTH", .width = 6, .drop = 2},
    {.title = "LAST", .width = 6, .drop = 1, .right = true},
};

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    (void)ctx;
    static const char *const texts[] = {"ok", "name", "none", "2m"};
    if (column == 1)
        snprintf(out->text, sizeof out->text, "name %zu", row);
    else
        snprintf(out->text, sizeof out->text, "%s", texts[column]);
}

static void list_draw__drops_columns_in_order(void **state)
{
    static const struct {
        int cols;
        const char *titles, *first;
    } sizes[] = {
        {40, "  STATE   NAME            AUTH      LAST",
         "> ok      name 0          none        2m"},
        {34, "  STATE   NAME      AUTH      LAST", "> ok      name 0    none        2m"},
        {33, "  STATE   NAME               LAST", "> ok      name 0               2m"},
        {25, "  STATE   NAME", "> ok      name 0"},
    };
    struct list list;
    (void)state;
    list_init(&list, columns, ARRAY_LEN(columns));
    list_set_count(&list, 3);
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        WINDOW *w = newwin(5, sizes[i].cols, 0, 0);
        list_draw(&list, w, &(struct area){0, 0, 5, sizes[i].cols}, true, cell, NULL);
        assert_string_equal(row_of(w, 0), sizes[i].titles);
        assert_string_equal(row_of(w, 1), sizes[i].first);
        delwin(w);
    }
}

static void list_move__keeps_the_selection_in_sight(void **state)
{
    struct list list;
    (void)state;
    list_init(&list, columns, ARRAY_LEN(columns));
    list_set_count(&list, 10);
    WINDOW *w = newwin(5, 40, 0, 0);
    const struct area area = {0, 0, 5, 40};
    list_draw(&list, w, &area, true, cell, NULL);
    assert_true(list_move(&list, ACTION_LAST));
    werase(w);
    list_draw(&list, w, &area, true, cell, NULL);
    assert_int_equal(list.selected, 9);
    assert_non_null(strstr(row_of(w, 4), "> ok      name 9"));
    assert_int_equal(getcury(w), 4);
    assert_true(list_move(&list, ACTION_DOWN));
    assert_int_equal(list.selected, 9);
    assert_true(list_move(&list, ACTION_PAGE_UP));
    assert_int_equal(list.selected, 6);
    list_set_count(&list, 2);
    assert_int_equal(list.selected, 1);
    list_set_count(&list, 0);
    assert_int_equal(list.selected, 0);
    assert_true(list_move(&list, ACTION_UP));
    assert_false(list_move(&list, ACTION_ENTER));
    delwin(w);
}

/* --- menu */

static struct popup *some_menu(void)
{
    const struct menu_entry entries[] = {
        {.label = "Test", .value = 11, .key = 't', .note = "3 failed"},
        {.label = "Edit", .value = 12, .key = 'e', .disabled = "(read-only)"},
        {.label = "Delete", .value = 13, .key = 'D', .divide = true, .danger = true},
    };
    return menu_new(7, "A row", entries, ARRAY_LEN(entries), 0);
}

static void menu__passes_over_its_lines(void **state)
{
    struct popup *menu = some_menu();
    (void)state;
    assert_true(shows(menu, "> Test  3 failed "));
    assert_int_equal(press(menu, KEY_FN(KEY_DOWN)), POPUP_STAYS);
    assert_int_equal(press(menu, KEY_FN(KEY_DOWN)), POPUP_STAYS);
    assert_true(shows(menu, "> Delete"));
    assert_int_equal(press(menu, KEY_RETURN), POPUP_DONE);
    assert_int_equal(menu_value(menu), 13);
    popup_free(menu);
}

static void menu__does_not_run_what_is_disabled(void **state)
{
    struct popup *menu = some_menu();
    (void)state;
    assert_true(shows(menu, "Edit  (read-only)"));
    assert_int_equal(press(menu, 'e'), POPUP_STAYS);
    assert_int_equal(press(menu, KEY_FN(KEY_DOWN)), POPUP_STAYS);
    assert_int_equal(press(menu, KEY_RETURN), POPUP_STAYS);
    assert_int_equal(press(menu, 't'), POPUP_DONE);
    assert_int_equal(menu_value(menu), 11);
    popup_free(menu);
}

static void menu__scrolls_where_the_terminal_is_low(void **state)
{
    struct menu_entry entries[30];
    char labels[30][16];
    (void)state;
    for (int i = 0; i < 30; i++) {
        snprintf(labels[i], sizeof labels[i], "no %d", i);
        entries[i] = (struct menu_entry){.label = labels[i], .value = i};
    }
    struct popup *menu = menu_new(0, "Many", entries, 30, 29);
    popup_paint(menu, 16, 60);
    assert_true(getmaxy(menu->box.window) <= 14);
    assert_non_null(strstr(row_of(menu->box.window, getmaxy(menu->box.window) - 2), "> no 29"));
    assert_int_equal(press(menu, KEY_ESC), POPUP_CANCELLED);
    popup_free(menu);
}

/* --- tick boxes */

static void checkmenu__tells_what_would_change(void **state)
{
    static const struct checkmenu_entry entries[] = {
        {.id = "a", .label = "Audit", .note = "ok", .ticked = true},
        {.id = "b", .label = "Billing", .note = "failing"},
        {.id = "c", .label = "Chat", .note = "ok"},
    };
    struct popup *menu = checkmenu_new(1, "Webhooks", entries, ARRAY_LEN(entries));
    struct text_list ids = {0};
    (void)state;
    assert_true(shows(menu, "1 of 3 -"));
    assert_true(shows(menu, "> [x] Audit"));
    press(menu, KEY_FN(KEY_DOWN));
    press(menu, ' ');
    assert_true(shows(menu, "> [x] Billing"));
    assert_true(shows(menu, "2 of 3 - was 1 - not saved"));
    assert_true(checkmenu_is_ticked(menu, 1) && !checkmenu_was_ticked(menu, 1));
    press(menu, ' ');
    assert_false(checkmenu_changed(menu));
    press(menu, 'a');
    assert_true(shows(menu, "3 of 3"));
    press(menu, 'a');
    assert_true(shows(menu, "0 of 3"));
    press(menu, ' ');
    assert_int_equal(press(menu, KEY_RETURN), POPUP_DONE);
    checkmenu_ticked(menu, &ids);
    assert_int_equal(ids.count, 1);
    assert_string_equal(ids.items[0], "b");
    text_list_release(&ids);
    popup_free(menu);
}

static void checkmenu__is_filtered(void **state)
{
    static const struct checkmenu_entry entries[] = {{.id = "a", .label = "Audit"},
                                                     {.id = "b", .label = "Billing"},
                                                     {.id = "c", .label = "Bar"}};
    struct popup *menu = checkmenu_new(1, "Webhooks", entries, ARRAY_LEN(entries));
    (void)state;
    press(menu, '/');
    assert_true(popup_typing(menu));
    press(menu, 'b');
    assert_true(shows(menu, "2 of 3"));
    assert_false(shows(menu, "Audit"));
    assert_int_equal(press(menu, KEY_RETURN), POPUP_STAYS);
    press(menu, 'a');
    assert_true(checkmenu_is_ticked(menu, 1) && checkmenu_is_ticked(menu, 2));
    assert_false(checkmenu_is_ticked(menu, 0));
    assert_int_equal(press(menu, KEY_ESC), POPUP_STAYS);
    assert_true(shows(menu, "> [ ] Audit"));
    assert_int_equal(press(menu, KEY_ESC), POPUP_CANCELLED);
    popup_free(menu);
}

static void checkmenu__has_one_box_below_the_line(void **state)
{
    static const struct checkmenu_entry entries[] = {{.id = "a", .label = "Audit"},
                                                     {.id = "b", .label = "Billing"}};
    struct popup *menu = checkmenu_new(1, "Webhooks", entries, ARRAY_LEN(entries));
    (void)state;
    checkmenu_add_extra(menu, "Send them");
    press(menu, KEY_FN(KEY_END));
    assert_true(shows(menu, "> [ ] Send them"));
    press(menu, 'a');
    assert_true(shows(menu, "2 of 2"));
    assert_false(checkmenu_extra(menu));
    press(menu, ' ');
    assert_true(checkmenu_extra(menu));
    assert_true(shows(menu, "> [x] Send them"));
    press(menu, KEY_FN(KEY_UP));
    assert_true(shows(menu, "> [x] Billing"));
    popup_free(menu);
}

/* --- figures of page 4 */

static void delivery_counts__count_a_small_store_at_once_and_a_large_one_seldom(void **state)
{
    (void)state;
    assert_int_equal(delivery_counts_pause_ms(0), 20);
    assert_int_equal(delivery_counts_pause_ms(5), 100);
    assert_int_equal(delivery_counts_pause_ms(400), 2000);
    assert_int_equal(delivery_counts_pause_ms(INT64_MAX), 2000);
}

/* --- questions */

static const struct dialog_button buttons[] = {{"Keep", 0, 0}, {"Save", 's', 1}, {"Lose", 'D', 2}};

static void dialog__first_button_is_safe(void **state)
{
    const struct dialog_spec spec = {
        .title = "Unsaved", .text = "Two fields.", .buttons = buttons, .button_count = 3};
    struct popup *dialog = dialog_new(&spec);
    (void)state;
    assert_true(shows(dialog, "[ Keep Esc ]  [ Save s ]  [ Lose D ]"));
    assert_int_equal(press(dialog, KEY_RETURN), POPUP_CANCELLED);
    assert_int_equal(press(dialog, KEY_ESC), POPUP_CANCELLED);
    assert_int_equal(press(dialog, 'd'), POPUP_STAYS);
    assert_int_equal(press(dialog, 'D'), POPUP_DONE);
    assert_int_equal(dialog_value(dialog), 2);
    press(dialog, KEY_TAB);
    assert_int_equal(press(dialog, KEY_RETURN), POPUP_DONE);
    assert_int_equal(dialog_value(dialog), 1);
    popup_free(dialog);
}

static void dialog__waits_for_the_name(void **state)
{
    const struct dialog_spec spec = {.title = "Delete",
                                     .text = "It is used.",
                                     .buttons = buttons,
                                     .button_count = 2,
                                     .type_this = "Save me",
                                     .type_label = "Type the name:"};
    struct popup *dialog = dialog_new(&spec);
    (void)state;
    press(dialog, KEY_TAB);
    type(dialog, "Save");
    assert_int_equal(press(dialog, KEY_RETURN), POPUP_STAYS);
    assert_true(shows(dialog, "(enabled when it matches)"));
    type(dialog, " me");
    assert_false(shows(dialog, "(enabled when it matches)"));
    assert_int_equal(press(dialog, KEY_RETURN), POPUP_DONE);
    popup_free(dialog);
}

static void prompt__edits_and_complains(void **state)
{
    const struct prompt_spec spec = {
        .title = "Name", .label = "Name", .text = "abc def", .max = 64};
    struct popup *prompt = prompt_new(&spec);
    (void)state;
    assert_true(shows(prompt, "[abc def "));
    press(prompt, KEY_CTL('w'));
    type(prompt, "x");
    press(prompt, KEY_CTL('w'));
    type(prompt, "xyz");
    press(prompt, KEY_CTL('a'));
    type(prompt, "1");
    press(prompt, KEY_FN(KEY_END));
    press(prompt, KEY_FN(KEY_BACKSPACE));
    assert_int_equal(press(prompt, KEY_RETURN), POPUP_DONE);
    char *text = prompt_text(prompt);
    assert_string_equal(text, "1abc xy");
    free(text);
    prompt_complain(prompt, "the name is taken");
    assert_true(prompt->keep);
    assert_true(shows(prompt, "# the name is taken"));
    popup_free(prompt);
}

static void editor__goes_on_past_its_width(void **state)
{
    struct editor *editor = editor_new("", 200, false);
    (void)state;
    for (int i = 0; i < 120; i++)
        assert_true(editor_key(editor, 'a' + i % 26));
    char *text = editor_text(editor);
    assert_int_equal(strlen(text), 120);
    WINDOW *w = newwin(1, 30, 0, 0);
    editor_draw(editor, w, 0, 0, 30);
    char *same = editor_text(editor);
    assert_string_equal(text, same);
    free(text);
    free(same);
    delwin(w);
    editor_free(editor);
}

static void editor__shows_dots_for_a_secret(void **state)
{
    struct editor *editor = editor_new("", 200, true);
    WINDOW *w = newwin(1, 30, 0, 0);
    (void)state;
    editor_paste(editor, "hunter2");
    editor_draw(editor, w, 0, 0, 30);
    assert_string_equal(row_of(w, 0), "[*******                     ]");
    delwin(w);
    editor_free(editor);
}

static void editor_clean_paste__leaves_one_line(void **state)
{
    static const struct {
        const char *pasted, *clean;
        bool dropped;
    } rows[] = {
        {"plain", "plain", false},          {"line\r\n", "line", true},
        {"two\nlines", "two lines", false}, {"\033[31mred", "[31mred", true},
        {"bad\xff byte", "bad byte", true}, {"", "", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool dropped = !rows[i].dropped;
        char *clean = editor_clean_paste(rows[i].pasted, &dropped);
        assert_string_equal(clean, rows[i].clean);
        assert_int_equal(dropped, rows[i].dropped);
        free(clean);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_draw__drops_columns_in_order),
        cmocka_unit_test(list_move__keeps_the_selection_in_sight),
        cmocka_unit_test(menu__passes_over_its_lines),
        cmocka_unit_test(menu__does_not_run_what_is_disabled),
        cmocka_unit_test(menu__scrolls_where_the_terminal_is_low),
        cmocka_unit_test(checkmenu__tells_what_would_change),
        cmocka_unit_test(checkmenu__is_filtered),
        cmocka_unit_test(checkmenu__has_one_box_below_the_line),
        cmocka_unit_test(delivery_counts__count_a_small_store_at_once_and_a_large_one_seldom),
        cmocka_unit_test(dialog__first_button_is_safe),
        cmocka_unit_test(dialog__waits_for_the_name),
        cmocka_unit_test(prompt__edits_and_complains),
        cmocka_unit_test(editor__goes_on_past_its_width),
        cmocka_unit_test(editor__shows_dots_for_a_secret),
        cmocka_unit_test(editor_clean_paste__leaves_one_line),
    };
    return cmocka_run_group_tests_name("widgets", tests, start_curses, stop_curses);
}
