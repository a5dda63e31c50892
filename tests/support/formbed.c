/* The integration form in a home of its own, and how tests fill it in. */
#include "tests/support/formbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

const char formbed_secret[] = "correct horse  battery ";

void formbed_init(struct formbed *bed)
{
    struct error err = {0};
    *bed = (struct formbed){0};
    tmpdir_init(&bed->dir);
    assert_true(app_open(&bed->app, bed->dir.path, APP_STORE, &err));
    assert_true(integration_form_open(&bed->form, &bed->app, "", &err));
}

void formbed_release(struct formbed *bed)
{
    integration_form_release(&bed->form);
    app_close(&bed->app);
    tmpdir_release(&bed->dir);
}

int formbed_setup(void **state)
{
    struct formbed *bed = mem_zalloc(sizeof *bed);
    formbed_init(bed);
    *state = bed;
    return 0;
}

int formbed_teardown(void **state)
{
    formbed_release(*state);
    free(*state);
    return 0;
}

int formbed_row(const char *name)
{
    int found = integration_form_find(name);
    assert_int_not_equal(found, FORM_NO_ROW);
    return found;
}

void formbed_set(struct integration_form *form, const char *name, const char *text)
{
    assert_true(integration_form_set(form, formbed_row(name), text));
}

void formbed_choose_auth(struct integration_form *form, enum auth_type type)
{
    integration_form_choose(form, formbed_row("auth.type"), (int)type - (int)AUTH_NONE);
    assert_int_equal(form->draft.auth.type, type);
}

void formbed_enter_secret(struct integration_form *form, const char *name, const char *clear)
{
    assert_true(integration_form_set_secret(form, formbed_row(name), clear, strlen(clear),
                                            FORMBED_NOW_S, NULL));
}

void formbed_fill_basic(struct integration_form *form)
{
    formbed_set(form, "name", "Billing events");
    formbed_set(form, "url", "https://billing.example.com/in");
    formbed_choose_auth(form, AUTH_BASIC);
    formbed_set(form, "auth.username", "svc");
    formbed_enter_secret(form, "auth.password", formbed_secret);
}

bool formbed_save(struct integration_form *form, bool overwrite, struct text_list *dropped,
                  struct error *err)
{
    return integration_form_save(
        form, &(struct form_save){.now_s = FORMBED_NOW_S, .overwrite = overwrite}, dropped, err);
}

void formbed_expect_text(const struct integration_form *form, const char *name,
                         const char *expected)
{
    char *text = integration_form_text(form, formbed_row(name));
    assert_string_equal(text, expected);
    free(text);
}
