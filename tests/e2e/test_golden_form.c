/* The reference screens of the form, its guard, and the result of a test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term_form.h"

/* Billing events with three changes, one of which will not do; the focus is on that one. */
static struct term *edit_billing(const struct showcase *s, int rows, int cols)
{
    struct term *term = showcase_console(s, NULL, rows, cols);
    term_wait_text(term, "Billing events", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    term_key(term, "e");
    term_wait_cursor_on(term, "Display name", 0);
    console_go_to(term, "PageDown", "Auth endpoint");
    term_key(term, "C-a");
    term_key(term, "C-k");
    term_type(term, "login.example.com/oauth2/token");
    console_go_to(term, "PageDown", "Endpoint URL");
    term_key(term, "Tab");
    term_key(term, "Tab");
    term_wait_text(term, " Timeout: ", 0);
    term_key(term, "C-w");
    term_type(term, "12");
    term_key(term, "Tab");
    term_wait_text(term, " Retries: ", 0);
    term_key(term, "C-w");
    term_type(term, "6");
    console_go_to(term, "PageUp", "Auth endpoint");
    term_wait_text(term, "3 unsaved changes", 0);
    return term;
}

static void form(const struct showcase *s, int rows, int cols, const char *name)
{
    struct term *term = edit_billing(s, rows, cols);
    golden_screen(term, name);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "D");
    term_wait_gone(term, "unsaved", 0);
    term_stop(term);
}

static void guard(const struct showcase *s, int rows, int cols, const char *name)
{
    struct term *term = edit_billing(s, rows, cols);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    golden_screen(term, name);
    term_key(term, "D");
    term_wait_gone(term, "unsaved", 0);
    term_stop(term);
}

static void form__as_drawn_at_100x30(void **state)
{
    form(*state, 30, 100, "form-100x30");
}

static void form__as_drawn_at_80x24(void **state)
{
    form(*state, 24, 80, "form-80x24");
}

static void form__at_60x16(void **state)
{
    form(*state, 16, 60, "form-60x16");
}

static void guard__as_drawn_at_100x30(void **state)
{
    guard(*state, 30, 100, "form-guard-100x30");
}

static void guard__as_drawn_at_80x24(void **state)
{
    guard(*state, 24, 80, "form-guard-80x24");
}

/* The line drops in the middle; the next console offers what was kept. */
static void draft__as_it_is_offered(void **state)
{
    const struct showcase *s = *state;
    struct term *term = edit_billing(s, 24, 80);
    term_hang_up(term);
    term_stop(term);
    term = showcase_console(s, NULL, 24, 80);
    term_wait_text(term, "Draft of 14:32 found", 0);
    golden_screen(term, "draft-80x24");
    term_key(term, "Esc");
    term_wait_gone(term, "Draft of", 0);
    term_key(term, "Down");
    term_key(term, "e");
    term_wait_text(term, "Draft of 14:32 found", 0);
    golden_screen(term, "form-draft-80x24");
    term_stop(term);
}

static const golden_mask preview_masks[] = {"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}",
                                            "checkhook/[0-9.]+", NULL};

static void preview__at_80x24(void **state)
{
    struct term *term = showcase_console(*state, NULL, 24, 80);
    term_wait_text(term, "Billing events", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    term_key(term, "p");
    term_wait_text(term, "Bearer (hidden)", 0);
    golden_screen_masked(term, "preview-80x24", preview_masks);
    term_stop(term);
}

/* What differs each time: ports, times, ids. */
static const golden_mask result_masks[] = {"finished in.*", "127\\.0\\.0\\.1:[0-9]+[^ ]*",
                                           " +[0-9]+ ms", "[0-9a-f]{8}-[0-9a-f-]{27}", NULL};

static void result(struct showcase *s, int rows, int cols, const char *name)
{
    struct receiver *receiver = receiver_start();
    struct product p = {.dir = s->dir};
    char url[300];
    receiver_answer(
        receiver, "/v1/hooks/in",
        (struct receiver_answer){
            .status = 401,
            .headers = "Content-Type: application/json\r\n"
                       "WWW-Authenticate: Bearer realm=\"billing\", error=\"invalid_token\"\r\n",
            .body = "{\"error\":\"invalid_token\",\"error_description\":\"aud mismatch\"}"});
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/v1/hooks/in"));
    snprintf(p.variable, sizeof p.variable, "CHECKHOOK_HOME=%s/home", s->dir.path);
    p.env[0] = p.variable;
    product_expect(&p, 0, "Added", "integration", "add", "Access reviews", url, "auth.type=none");
    struct term *term = showcase_console(s, NULL, rows, cols);
    term_wait_cursor_on(term, "Access reviews", 0);
    term_key(term, "t");
    term_wait_text(term, "finished in", 0);
    golden_screen_masked(term, name, result_masks);
    term_key(term, "Esc");
    term_wait_gone(term, "finished in", 0);
    term_stop(term);
    receiver_stop(receiver);
}

static void result__as_drawn_at_100x30(void **state)
{
    result(*state, 30, 100, "test-result-100x30");
}

static void result__as_drawn_at_80x24(void **state)
{
    result(*state, 24, 80, "test-result-80x24");
}

#define FRESH(f) cmocka_unit_test_setup_teardown(f, showcase_setup, showcase_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(form__as_drawn_at_100x30),
        FRESH(form__as_drawn_at_80x24),
        FRESH(form__at_60x16),
        FRESH(guard__as_drawn_at_100x30),
        FRESH(guard__as_drawn_at_80x24),
        FRESH(result__as_drawn_at_100x30),
        FRESH(result__as_drawn_at_80x24),
        FRESH(draft__as_it_is_offered),
        FRESH(preview__at_80x24),
    };
    return cmocka_run_group_tests_name("golden_form", tests, NULL, NULL);
}
