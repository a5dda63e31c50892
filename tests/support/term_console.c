/* The console in a home of its own: how it is opened and left. */
#include "tests/support/term_console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { ENV_MAX = 32 };

struct term *console_open_with(const struct product *p, const char *variable, int rows, int cols)
{
    const char *env[ENV_MAX] = {variable};
    for (size_t i = 0, n = variable ? 1 : 0; p->env[i] && n + 1 < ENV_MAX; i++)
        env[n++] = p->env[i];
    struct term *term = term_start(&(struct term_options){.env = env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations", 0);
    return term;
}

struct term *console_open(const struct product *p, int rows, int cols)
{
    return console_open_with(p, NULL, rows, cols);
}

void console_quit(struct term *term)
{
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    assert_false(term_in_alternate_screen(term));
    assert_true(term_is_cooked(term));
    term_stop(term);
}
