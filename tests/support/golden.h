#ifndef CHECKHOOK_TESTS_SUPPORT_GOLDEN_H
#define CHECKHOOK_TESTS_SUPPORT_GOLDEN_H

#include <stddef.h>

#include "tests/support/term.h"
#include "tests/support/tmpdir.h"

/*
 * Whole screens compared with those that somebody looked at and found right: letters, attributes
 * and cursor, kept in tests/e2e/golden/NAME.txt. GOLDEN=write in the environment writes them anew:
 * look at each difference before it is committed. Where a screen differs, the test fails and shows
 * both.
 */

/* --- the showcase: a home with the data of the reference screens, under a clock that stands still
 * on host prod-db-01 for user alice. Dates back from 2026-09-17 14:32:05 UTC. */

enum { SHOWCASE_ENV_MAX = 16 };

struct showcase {
    struct tmpdir dir; /* the home is "home" in it */
    char *owned[SHOWCASE_ENV_MAX];
    const char *env[SHOWCASE_ENV_MAX]; /* for term_options */
};

/* As cmocka's setup and teardown of a group or of one test: *state becomes a struct showcase. */
int showcase_setup(void **state);
/* The same without integrations, users and deliveries. */
int showcase_setup_empty(void **state);
int showcase_teardown(void **state);

/* Starts the console there. TERM NULL: xterm-256color. */
struct term *showcase_console(const struct showcase *s, const char *term, int rows, int cols);

/* The same, on page 5. */
struct term *showcase_on_users(const struct showcase *s, int rows, int cols);

/* The environment with one more entry, "NO_COLOR=1"; call before the console is started. */
void showcase_env(struct showcase *s, const char *entry);

/* --- comparing */

/* What differs each time, as a POSIX extended regular expression: all it matches is drawn as '~'
 * in both. Lists end with NULL. */
typedef const char *golden_mask;

/* Waits until the screen is quiet; then it must be that of NAME. */
#define golden_screen(term, name) golden_screen_at(__FILE__, __LINE__, term, name, NULL)
#define golden_screen_masked(term, name, masks)                                                    \
    golden_screen_at(__FILE__, __LINE__, term, name, masks)
void golden_screen_at(const char *file, int line, struct term *term, const char *name,
                      const golden_mask *masks);

#endif
