#ifndef CHECKHOOK_TESTS_SUPPORT_TERM_FORM_H
#define CHECKHOOK_TESTS_SUPPORT_TERM_FORM_H

#include "tests/support/receiver.h"
#include "tests/support/term_console.h"

/* The steps that end-to-end tests of the integration form share. */

/* The secret that console_fill_oauth types; tests may use it elsewhere too. */
extern const char console_secret[];

/* Types into the field whose row bears the label, where the focus is. */
void console_fill(struct term *term, const char *label, const char *text);

/* Tab, from the row of one label to that of the next. */
void console_tab_to(struct term *term, const char *from, const char *to);

/* Presses the key, "Tab" or "BackTab", until the cursor stands in the row of that label. */
void console_go_to(struct term *term, const char *key, const char *label);

/* The entry that many steps below the present one; `name` is to be seen afterwards. */
void console_choose_type(struct term *term, const char *name, int steps);

/* A new OAuth integration, from page 1 to the filled form: /token and /hook of the receiver. */
void console_fill_oauth(struct term *term, const char *name, struct receiver *receiver);

/* A receiver whose /token gives the bearer token "token-1"; the caller stops it. */
struct receiver *console_oauth_receiver(void);

/* The first request for that path, from number `from`; fails the test when it does not come. */
const struct receiver_request *console_request(struct receiver *receiver, const char *path,
                                               size_t from);

/* Neither what was drawn so far nor any file of the home may hold the secret. */
void console_assert_secret_nowhere(const struct product *p, struct term *term);

#endif
