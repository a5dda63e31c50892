/* Page 1: first steps, import, demo endpoint, sample notification, several at once, and what is
 * kept of a list. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term_console.h"

static struct term *console_at(const struct product *p, int rows, int cols)
{
    return term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
}

static struct term *console(const struct product *p)
{
    return console_at(p, 24, 80);
}

static void add(const struct product *p, const char *name, const char *url)
{
    char *setting = mem_printf("url=%s", url);
    product_expect(p, 0, NULL, "integration", "add", name, setting, "auth.type=none");
    free(setting);
}

static void add_three(const struct product *p)
{
    add(p, "Audit archive", "https://audit.example.com/in");
    add(p, "Billing events", "https://billing.example.com/in");
    add(p, "Chat alerts", "https://chat.example.com/in");
}

static char *write_file(const struct product *p, const char *name, const char *text)
{
    char *path = tmpdir_path(&p->dir, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

/* --- import */

static const char two_of_them[] =
    "[{\"name\":\"Tickets\",\"url\":\"https://t.example.com/\",\"auth\":{\"type\":\"basic\","
    "\"username\":\"u\",\"password\":{\"set\":true}}},"
    "{\"name\":\"Chat\",\"url\":\"https://c.example.com/\",\"auth\":{\"type\":\"none\"}}]";

static void first_steps__import_is_looked_at_before_it_is_saved(void **state)
{
    const struct product *p = *state;
    char *path = write_file(p, "two.json", two_of_them);
    struct term *term = console(p);
    term_wait_text(term, "Import from a file", 0);
    term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, "Import integrations · choose a file", 0);
    term_type(term, "/nowhere");
    term_key(term, "Enter");
    term_wait_text(term, "■ /nowhere", 0); /* it says why, and stays */
    term_key(term, "C-u");
    term_paste(term, path);
    term_key(term, "Enter");
    term_wait_text(term, "Import from two.json", 0);
    term_wait_text(term, "▲ new, 1 secret missing", 0);
    product_expect(p, 0, "[]", "integration", "list", "--json"); /* nothing yet */
    term_key(term, "Down");
    term_key(term, "Space"); /* not the second one */
    term_wait_text(term, "1 of 2", 0);
    term_key(term, "Enter");
    term_wait_text(term, "1 imported; 1 secret is to be entered again", 0);
    term_wait_text(term, "▲ warn      Tickets", 0);
    term_key(term, "u");
    term_wait_text(term, "No integrations yet", 0);
    console_quit(term);
    free(path);
}

static void import__command_says_what_it_would_do_first(void **state)
{
    const struct product *p = *state;
    char *path = write_file(p, "two.json", two_of_them);
    product_expect(p, 0, "would be imported", "integration", "import", path, "--dry-run");
    product_expect(p, 0, "[]", "integration", "list", "--json");
    product_expect(p, 0, "secrets to enter again: auth.password", "integration", "import", path);
    product_expect(p, 0, "the same as here", "integration", "import", path);
    product_expect(p, 0, "\"imported\": false", "integration", "import", path, "--json");
    product_expect(p, 0, NULL, "integration", "set", "Chat", "description=ours");
    product_expect(p, 0, "--replace puts it", "integration", "import", path);
    product_expect(p, 0, "ours", "integration", "show", "Chat");
    product_expect(p, 0, "imported", "integration", "import", path, "--replace");
    product_expect(p, 2, "/nowhere", "integration", "import", "/nowhere");
    char *bad = write_file(p, "bad.json", "[{\"name\":\"X\",\"timeout_s\":0}]");
    product_expect(p, 1, "cannot be imported", "integration", "import", bad);
    free(bad);
    free(path);
}

/* --- demo */

static void first_steps__demo_endpoint_takes_a_test_and_ends_with_the_console(void **state)
{
    const struct product *p = *state;
    struct term *term = console(p);
    term_wait_text(term, "Try a built-in demo endpoint", 0);
    term_key(term, "d");
    term_wait_text(term, "it ends with this console", 0);
    term_wait_text(term, "◊ untested  Demo endpoint", 0);
    term_key(term, "t");
    term_wait_text(term, "accepted the test event (200 OK)", 0);
    term_key(term, "Esc");
    term_wait_text(term, "● ok        Demo endpoint", 0);
    console_quit(term);
    product_expect(p, 1, "refused", "integration", "test", "Demo endpoint");
}

static void demo__asks_where_there_are_integrations_already(void **state)
{
    const struct product *p = *state;
    add_three(p);
    struct term *term = console(p);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "d");
    term_wait_text(term, "no data leaves the host", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "no data leaves the host", 0);
    term_wait_text(term, "3 integrations", 0);
    term_key(term, "d");
    term_wait_text(term, "[ Start s ]", 0);
    term_key(term, "s");
    term_wait_text(term, "4 integrations", 0);
    console_quit(term);
}

/* --- sample */

static void menu__sends_a_sample_notification(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    add(p, "Tickets", receiver_url(receiver, "/hook"));
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "format=notification");
    struct term *term = console(p);
    term_wait_text(term, "Tickets", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Send sample notification", 0);
    term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, "accepted the sample notification", 0);
    term_wait_text(term, "one sample notification was sent (kind=test)", 0);
    const struct receiver_request *got = receiver_wait(receiver, 0, 5000);
    assert_non_null(strstr(got->body, "\"checkId\":\"SampleNotification\""));
    term_key(term, "Esc");
    console_quit(term);
    product_expect(p, 0, "accepted the sample notification", "integration", "test", "Tickets",
                   "--sample");
    product_expect(p, 0, "\"kind\": \"test\"", "delivery", "list", "--json");
    receiver_stop(receiver);
}

/* --- several at once */

static void marks__disable_and_delete_several(void **state)
{
    const struct product *p = *state;
    add_three(p);
    struct term *term = console(p);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "Space");
    term_key(term, "Space");
    term_wait_text(term, "2 marked", 0);
    term_wait_cursor_on(term, "Chat alerts", 0);
    term_key(term, "x");
    term_wait_text(term, "2 integrations are disabled", 0);
    term_wait_text(term, "○ off       Billing events", 0);
    term_wait_text(term, "◊ untested  Chat alerts", 0);
    term_key(term, "D");
    term_wait_text(term, "These 2 integrations have", 0);
    term_type(term, "delete 2");
    term_wait_gone(term, "(enabled when it matches)", 0);
    term_key(term, "Tab");
    term_key(term, "Enter");
    term_wait_text(term, "2 integrations are deleted", 0);
    term_wait_gone(term, "Billing events", 0);
    term_key(term, "u");
    term_wait_text(term, "○ off       Billing events", 0);
    console_quit(term);
}

static void marks__go_with_escape(void **state)
{
    const struct product *p = *state;
    add_three(p);
    struct term *term = console(p);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "Space");
    term_wait_text(term, "1 marked: x and D", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "1 marked", 0);
    console_quit(term);
}

/* --- filter, order, columns */

static void filter__works_while_it_is_typed(void **state)
{
    const struct product *p = *state;
    add_three(p);
    struct term *term = console(p);
    term_wait_text(term, "3 integrations", 0);
    term_key(term, "/");
    term_type(term, "q"); /* a letter, not a command */
    term_wait_text(term, "0 of 3", 0);
    term_wait_text(term, "Nothing here holds 'q'", 0);
    term_key(term, "C-u");
    term_paste(term, "BILLING\n");
    term_wait_text(term, "1 of 3", 0);
    term_key(term, "F1");
    term_wait_text(term, "Help · Filter", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Help · Filter", 0);
    term_key(term, "Enter");
    term_wait_text(term, "/ BILLING   1 of 3", 0);
    term_wait_cursor_on(term, "Billing events", 0);
    term_key(term, "Esc");
    term_wait_text(term, "3 integrations", 0);
    term_wait_cursor_on(term, "Billing events", 0);
    console_quit(term);
}

static void order_and_columns__are_kept_for_the_next_time(void **state)
{
    const struct product *p = *state;
    add_three(p);
    struct term *term = console_at(p, 30, 100);
    term_wait_text(term, "sort: name ▲", 0);
    term_key(term, "S");
    term_wait_text(term, "sort: name ▼", 0);
    term_wait_cursor_on(term, "Audit archive", 0); /* the selection goes with its row */
    term_key(term, "o");
    term_wait_text(term, "Columns", 0);
    term_key(term, "Down");
    term_key(term, "Down");
    term_key(term, "Space");
    term_key(term, "Enter");
    term_wait_gone(term, "AUTH ", 0);
    console_quit(term);
    term = console_at(p, 30, 100);
    term_wait_text(term, "sort: name ▼", 0);
    term_wait_text(term, "STATUS      NAME                ENDPOINT", 0);
    term_resize(term, 16, 60);
    term_wait_text(term, "1-5 pages", 0);
    term_key(term, "o");
    term_wait_text(term, "no room here", 0);
    term_key(term, "Space"); /* STATUS always is there */
    term_key(term, "a");
    term_wait_text(term, "[x] STATUS", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "no room here", 0);
    console_quit(term);
}

static void list__says_where_rows_are_hidden(void **state)
{
    const struct product *p = *state;
    for (int i = 0; i < 15; i++) {
        char name[32];
        snprintf(name, sizeof name, "Number %02d", i);
        add(p, name, "https://n.example.com/");
    }
    struct term *term = console_at(p, 16, 60);
    term_wait_text(term, "1-8 of 15", 0);
    term_key(term, "G");
    term_wait_text(term, "8-15 of 15", 0);
    term_wait_cursor_on(term, "Number 14", 0);
    term_resize(term, 30, 100);
    term_wait_gone(term, "of 15", 0);
    console_quit(term);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        TEST(first_steps__import_is_looked_at_before_it_is_saved),
        TEST(import__command_says_what_it_would_do_first),
        TEST(first_steps__demo_endpoint_takes_a_test_and_ends_with_the_console),
        TEST(demo__asks_where_there_are_integrations_already),
        TEST(menu__sends_a_sample_notification),
        TEST(marks__disable_and_delete_several),
        TEST(marks__go_with_escape),
        TEST(filter__works_while_it_is_typed),
        TEST(order_and_columns__are_kept_for_the_next_time),
        TEST(list__says_where_rows_are_hidden),
    };
    return cmocka_run_group_tests_name("console_first", tests, NULL, NULL);
}
