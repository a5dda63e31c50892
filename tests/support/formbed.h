#ifndef CHECKHOOK_TESTS_SUPPORT_FORMBED_H
#define CHECKHOOK_TESTS_SUPPORT_FORMBED_H

#include "core/app.h"
#include "forms/integration_form.h"
#include "tests/support/tmpdir.h"

/*
 * The integration form without a screen, opened on a new integration in a home of its own. Whatever
 * goes wrong here fails the running test. Settings are named as in the file.
 */
struct formbed {
    struct tmpdir dir; /* the home */
    struct app app;
    struct integration_form form;
};

enum { FORMBED_NOW_S = 1788307200 }; /* 2026-09-02 */

void formbed_init(struct formbed *bed);
void formbed_release(struct formbed *bed);

/* As cmocka's setup and teardown: *state becomes a struct formbed. */
int formbed_setup(void **state);
int formbed_teardown(void **state);

/* --- any form */

int formbed_row(const char *name);
void formbed_set(struct integration_form *form, const char *name, const char *text);
void formbed_choose_auth(struct integration_form *form, enum auth_type type);
void formbed_enter_secret(struct integration_form *form, const char *name, const char *clear);

/* "Billing events", which calls https://billing.example.com/in as svc with the secret. */
extern const char formbed_secret[];
void formbed_fill_basic(struct integration_form *form);

/* As integration_form_save, at FORMBED_NOW_S. */
bool formbed_save(struct integration_form *form, bool overwrite, struct text_list *dropped,
                  struct error *err);

void formbed_expect_text(const struct integration_form *form, const char *name,
                         const char *expected);

#endif
