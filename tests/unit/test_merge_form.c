/* Two people at one integration: which rows are asked about, and what is saved in the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "forms/merge_form.h"
#include "tests/support/formbed.h"

/* Somebody else opens, changes and saves what `bed->form` holds; `mine` was opened before. */
static void open_mine(struct formbed *bed, struct integration_form *mine)
{
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    assert_true(integration_form_open(mine, &bed->app, bed->form.draft.id, &err));
}

static void save_theirs(struct formbed *bed)
{
    struct error err = {0};
    assert_true(formbed_save(&bed->form, false, NULL, &err));
}

static const struct merge_row *find(const struct merge_form *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].row == formbed_row(name))
            return &m->rows[i];
    }
    return NULL;
}

static void merge_form_open__asks_only_about_what_they_changed(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct merge_form m = {0};
    struct error err = {0};
    open_mine(bed, &mine);
    formbed_set(&bed->form, "description", "theirs");
    formbed_set(&bed->form, "timeout_s", "12");
    formbed_enter_secret(&bed->form, "auth.password", "new");
    save_theirs(bed);
    formbed_set(&mine, "description", "mine");
    formbed_set(&mine, "max_in_flight", "7");
    assert_false(formbed_save(&mine, false, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);

    assert_true(merge_form_open(&m, &mine, &err));
    assert_int_equal(m.count, 3);
    assert_int_equal(merge_form_conflicts(&m), 1);
    assert_int_equal(m.rows[0].row, formbed_row("description"));
    assert_false(m.rows[0].take_theirs);
    assert_true(find(&m, "timeout_s")->take_theirs);
    assert_null(find(&m, "max_in_flight"));
    merge_form_release(&m);
    integration_form_release(&mine);
}

static void merge_form_text__shows_both_but_no_secret(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct merge_form m = {0};
    struct error err = {0};
    open_mine(bed, &mine);
    formbed_set(&bed->form, "description", "theirs");
    formbed_enter_secret(&bed->form, "auth.password", "sesame one");
    param_set(&bed->form.draft.params, PLACE_HEADER, "X-A", "one", false);
    save_theirs(bed);
    formbed_set(&mine, "description", "mine");
    formbed_enter_secret(&mine, "auth.password", "sesame two");
    assert_true(merge_form_open(&m, &mine, &err));
    for (size_t i = 0; i < m.count; i++) {
        char *yours = merge_form_text(&m, i, false), *theirs = merge_form_text(&m, i, true);
        assert_null(strstr(yours, "sesame"));
        assert_null(strstr(yours, "sealed"));
        assert_null(strstr(theirs, "sealed"));
        if (m.rows[i].row == formbed_row("description")) {
            assert_string_equal(yours, "mine");
            assert_string_equal(theirs, "theirs");
        }
        if (m.rows[i].row == formbed_row("params")) {
            assert_string_equal(yours, "none");
            assert_string_equal(theirs, "X-A=one");
        }
        free(yours);
        free(theirs);
    }
    merge_form_release(&m);
    integration_form_release(&mine);
}

static void merge_form_apply__saves_what_was_chosen(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct merge_form m = {0};
    struct text_list dropped = {0};
    struct error err = {0};
    open_mine(bed, &mine);
    formbed_set(&bed->form, "description", "theirs");
    formbed_set(&bed->form, "timeout_s", "12");
    formbed_set(&bed->form, "rate_limit", "9");
    save_theirs(bed);
    formbed_set(&mine, "description", "mine");
    formbed_set(&mine, "timeout_s", "20");
    formbed_set(&mine, "max_in_flight", "7");
    assert_true(merge_form_open(&m, &mine, &err));
    for (size_t i = 0; i < m.count; i++) {
        if (m.rows[i].row == formbed_row("timeout_s"))
            m.rows[i].take_theirs = true;
    }
    merge_form_apply(&m, &dropped);
    merge_form_release(&m);
    assert_int_equal(dropped.count, 0);
    assert_int_equal(integration_form_changes(&mine), 2);
    assert_true(formbed_save(&mine, false, NULL, &err));
    const struct integration *saved = &bed->app.config.integrations.items[0];
    assert_string_equal(saved->description, "mine");
    assert_int_equal(saved->timeout_s, 12);
    assert_int_equal(saved->rate_limit, 9);
    assert_int_equal(saved->max_in_flight, 7);
    text_list_release(&dropped);
    integration_form_release(&mine);
}

static void merge_form_apply__leaves_a_secret_typed_for_the_old_address(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct merge_form m = {0};
    struct text_list dropped = {0};
    struct error err = {0};
    open_mine(bed, &mine);
    formbed_set(&bed->form, "url", "https://elsewhere.example/in");
    formbed_enter_secret(&bed->form, "auth.password", "for elsewhere");
    save_theirs(bed);
    formbed_enter_secret(&mine, "auth.password", "for the old address");
    assert_true(merge_form_open(&m, &mine, &err));
    merge_form_apply(&m, &dropped);
    assert_true(text_list_has(&dropped, "Password"));
    assert_string_equal(mine.draft.url, "https://elsewhere.example/in");
    assert_null(mine.draft.auth.password);
    merge_form_release(&m);
    text_list_release(&dropped);
    integration_form_release(&mine);
}

/* Two consoles with the same draft of a new one. */
static void merge_form_apply__of_a_new_one_goes_on_from_what_was_saved(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct merge_form m = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_true(integration_form_open(&mine, &bed->app, "", &err));
    memcpy(mine.draft.id, bed->form.draft.id, sizeof mine.draft.id);
    formbed_set(&mine, "description", "mine");
    save_theirs(bed);
    assert_false(formbed_save(&mine, false, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    err = (struct error){0};
    assert_true(merge_form_open(&m, &mine, &err));
    assert_true(find(&m, "url")->take_theirs);
    merge_form_apply(&m, NULL);
    assert_true(formbed_save(&mine, false, NULL, &err));
    const struct integration *saved = &bed->app.config.integrations.items[0];
    assert_int_equal(bed->app.config.integrations.count, 1);
    assert_string_equal(saved->description, "mine");
    assert_string_equal(saved->url, bed->form.draft.url);
    assert_string_equal(saved->auth.password, bed->form.draft.auth.password);
    merge_form_release(&m);
    integration_form_release(&mine);
}

static void merge_form_open__names_what_was_removed(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct merge_form m = {0};
    struct error err = {0};
    open_mine(bed, &mine);
    assert_true(config_remove(&bed->app.config, mine.draft.id));
    assert_false(merge_form_open(&m, &mine, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    merge_form_release(&m);
    integration_form_release(&mine);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, formbed_setup, formbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(merge_form_open__asks_only_about_what_they_changed),
        TEST(merge_form_text__shows_both_but_no_secret),
        TEST(merge_form_apply__saves_what_was_chosen),
        TEST(merge_form_apply__leaves_a_secret_typed_for_the_old_address),
        TEST(merge_form_apply__of_a_new_one_goes_on_from_what_was_saved),
        TEST(merge_form_open__names_what_was_removed),
    };
    return cmocka_run_group_tests_name("merge_form", tests, NULL, NULL);
}
