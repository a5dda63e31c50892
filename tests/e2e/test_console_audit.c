/* The audit page: what was changed appears, is found, is opened; hostile text and many entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/store/audit.h"
#include "tests/support/golden.h"
#include "tests/support/product.h"
#include "tests/support/term.h"

static struct term *open_audit(const struct product *p, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "A");
    term_wait_text(term, "Audit · who changed what", 0);
    return term;
}

static void stop(struct term *term)
{
    term_key(term, "q");
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static struct store *open_store(const struct product *p)
{
    struct error err = {0};
    product_expect(p, 0, NULL, "config", "set", "schedule.hour=7"); /* makes the home */
    char *path = tmpdir_path(&p->dir, "home/checkhook.db");
    struct store *store = store_open(path, &err);
    assert_non_null(store);
    free(path);
    return store;
}

static void add_row(struct store *store, const struct actor *actor, const struct audit_row *row)
{
    struct error err = {0};
    assert_true(audit_add(store, actor, row, &err));
}

static void audit__shows_what_was_done(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Billing events",
                   "url=https://hooks.example.com/in", "auth.type=none");
    product_expect(p, 0, "Changed", "integration", "set", "Billing events", "timeout_s=10");
    struct term *term = open_audit(p, 30, 100);
    term_wait_text(term, "2 entries", 0);
    term_wait_text(term, "integration changed   Billing events  timeout_s: 30 → 10", 0);
    term_wait_text(term, "timeout_s  30 → 10", 0); /* in the pane */
    term_key(term, "Down");
    term_wait_text(term, "What       integration added: Billing events", 0);
    /* What others do appears by itself. */
    product_expect(p, 0, "Changed", "integration", "set", "Billing events", "enabled=false");
    term_wait_text(term, "3 entries", 0);
    term_wait_text(term, "integration disabled", 0);
    stop(term);
}

static void audit__is_filtered_and_opened(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Billing events",
                   "url=https://hooks.example.com/in", "auth.type=none");
    product_expect(p, 0, "Changed", "config", "set", "retention_days=30");
    struct term *term = open_audit(p, 24, 80);
    term_wait_text(term, "2 entries", 0);
    term_key(term, "/");
    term_type(term, "BILL");
    term_wait_text(term, "1 entry", 0);
    term_wait_gone(term, "settings changed", 0);
    term_key(term, "Enter");
    term_key(term, "Enter");
    term_wait_text(term, "Audit · integration added · Billing events", 0);
    term_wait_text(term, "https://hooks.example.com/in", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Audit · who changed what", 0);
    term_key(term, "Esc"); /* the filter first */
    term_wait_text(term, "2 entries", 0);
    stop(term);
}

static void audit__makes_hostile_text_visible(void **state)
{
    static const struct actor actor = {"al\033[31mice", "10.0.0.1\u202e", THROUGH_COMMAND};
    const struct product *p = *state;
    struct store *store = open_store(p);
    const struct audit_row row = {
        .at = 1,
        .what = "integration changed",
        .subject = "Bill\u200bing\nevents",
        .before = "{\"na\\u001b[2Jme\":\"a\"}",
        .after = "{\"na\\u001b[2Jme\":\"b\\u009b31m\"}",
    };
    add_row(store, &actor, &row);
    store_close(store);
    struct term *term = open_audit(p, 30, 100);
    term_wait_text(term, "al\\u{1b}[", 0);
    term_wait_text(term, "Bill\\u{200b}", 0);
    term_wait_text(term, "\\u{1b}[2Jme", 0);
    size_t len;
    const char *bytes = term_output(term, &len);
    assert_null(memmem(bytes, len, "\033[31mice", 8));
    assert_null(memmem(bytes, len, "\u202e", strlen("\u202e")));
    stop(term);
}

/* Page by page: what is not looked at is not read. */
static void audit__goes_on_to_the_oldest(void **state)
{
    static const struct actor actor = {"alice", "pts/1", THROUGH_COMMAND};
    const struct product *p = *state;
    struct store *store = open_store(p);
    struct error err = {0};
    assert_true(store_begin(store, &err));
    for (int i = 0; i < 1500; i++) {
        char subject[32];
        snprintf(subject, sizeof subject, "number %d", i);
        const struct audit_row row = {.at = i, .what = "data imported", .subject = subject};
        add_row(store, &actor, &row);
    }
    assert_true(store_commit(store, &err));
    store_close(store);
    struct term *term = open_audit(p, 24, 80);
    term_wait_text(term, "number 1499", 0);
    term_wait_text(term, "+ entries", 0);
    for (int i = 0; i < 20; i++) {
        term_key(term, "End");
        term_wait_quiet(term, 20);
    }
    term_wait_text(term, "1501 entries", 0);
    term_wait_text(term, "settings changed", 0);
    term_key(term, "/");
    term_type(term, "number 7 ");
    term_key(term, "Backspace");
    term_wait_text(term, "number 799", 0);
    term_key(term, "Esc");
    stop(term);
}

static void audit__says_when_there_is_nothing(void **state)
{
    struct term *term = open_audit(*state, 24, 80);
    term_wait_text(term, "Nothing was changed yet.", 0);
    term_key(term, "Enter");
    term_key(term, "Down");
    stop(term);
}

/* --- golden screens ------------------------------------------------------------------------- */

static void show(void **state, int rows, int cols, const char *name)
{
    struct term *term = showcase_console(*state, NULL, rows, cols);
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "A");
    term_wait_text(term, "8 entries", 0);
    golden_screen(term, name);
    term_stop(term);
}

static void golden__audit_at_100x30(void **state)
{
    show(state, 30, 100, "audit-100x30");
}

static void golden__audit_at_80x24(void **state)
{
    show(state, 24, 80, "audit-80x24");
}

static void golden__audit_at_60x16(void **state)
{
    show(state, 16, 60, "audit-60x16");
}

static void golden__entry_at_80x24(void **state)
{
    struct term *term = showcase_console(*state, NULL, 24, 80);
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "A");
    term_wait_text(term, "8 entries", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Audit · integration changed", 0);
    golden_screen(term, "audit-entry-80x24");
    term_stop(term);
}

#define TEST(f)   cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)
#define GOLDEN(f) cmocka_unit_test_setup_teardown(f, showcase_setup, showcase_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(audit__shows_what_was_done),        TEST(audit__is_filtered_and_opened),
        TEST(audit__makes_hostile_text_visible), TEST(audit__goes_on_to_the_oldest),
        TEST(audit__says_when_there_is_nothing), GOLDEN(golden__audit_at_100x30),
        GOLDEN(golden__audit_at_80x24),          GOLDEN(golden__audit_at_60x16),
        GOLDEN(golden__entry_at_80x24),
    };
    return cmocka_run_group_tests_name("console_audit", tests, NULL, NULL);
}
