/* Parameter lists being edited: refusals, sealing, binding to a new key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "forms/param_form.h"
#include "tests/support/formbed.h"

struct bed {
    struct formbed base;
    struct param_form params, oauth;
};

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    formbed_init(&bed->base);
    bed->params = (struct param_form){&bed->base.form, integration_form_find("params")};
    bed->oauth = (struct param_form){&bed->base.form, integration_form_find("auth.params")};
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    formbed_release(&bed->base);
    free(bed);
    return 0;
}

static struct param_entry entry(enum param_place place, const char *key, const char *value)
{
    return (struct param_entry){
        .place = place, .key = key, .value = value, .value_len = value ? strlen(value) : 0};
}

static struct param_entry secret(enum param_place place, const char *key, const char *value)
{
    struct param_entry e = entry(place, key, value);
    e.secret = true;
    return e;
}

static void put(const struct param_form *list, int index, struct param_entry e)
{
    struct error err = {0};
    assert_true(param_form_put(list, index, &e, FORMBED_NOW_S, &err));
}

static void refused(const struct param_form *list, int index, struct param_entry e, const char *why)
{
    struct error err = {0};
    const size_t before = param_form_count(list);
    assert_false(param_form_put(list, index, &e, FORMBED_NOW_S, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, why));
    assert_int_equal(param_form_count(list), before);
}

static void assert_opens(struct bed *bed, size_t index, const char *name, const char *clear)
{
    struct secret opened = {0};
    struct error err = {0};
    assert_true(secret_open(bed->base.app.keyring, bed->base.form.draft.id, name,
                            param_form_item(&bed->params, index)->value, &opened, &err));
    assert_string_equal(opened.text, clear);
    secret_release(&opened);
}

static void param_form_put__adds_and_replaces_in_place(void **state)
{
    struct bed *bed = *state;
    put(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X-A", "1"));
    put(&bed->params, PARAM_NEW, entry(PLACE_QUERY, "b", "2"));
    put(&bed->params, 0, entry(PLACE_BODY, "team", "blue"));
    assert_int_equal(param_form_count(&bed->params), 2);
    const struct param *first = param_form_item(&bed->params, 0);
    assert_int_equal(first->place, PLACE_BODY);
    assert_string_equal(first->key, "team");
    assert_string_equal(first->value, "blue");
    assert_true(integration_form_changed(&bed->base.form, bed->params.row));
    struct param removed = {0};
    for (int i = 0; i < 2; i++) {
        param_form_take_out(&bed->params, 0, &removed);
        param_form_forget(&removed);
    }
    assert_int_equal(param_form_count(&bed->params), 0);
    assert_false(integration_form_changed(&bed->base.form, bed->params.row));
}

static void param_form_put_back__brings_it_to_its_place(void **state)
{
    struct bed *bed = *state;
    struct param removed = {0};
    put(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X-A", "1"));
    put(&bed->params, PARAM_NEW, entry(PLACE_QUERY, "b", "2"));
    put(&bed->params, PARAM_NEW, entry(PLACE_BODY, "c", "3"));
    param_form_take_out(&bed->params, 1, &removed);
    assert_string_equal(removed.key, "b");
    assert_int_equal(param_form_count(&bed->params), 2);
    assert_true(param_form_put_back(&bed->params, 1, &removed));
    assert_null(removed.key);
    assert_string_equal(param_form_item(&bed->params, 1)->key, "b");
    assert_string_equal(param_form_item(&bed->params, 2)->key, "c");
    assert_false(param_form_put_back(&bed->params, 1, &removed));
}

static void param_form_put_back__makes_no_second_of_a_name(void **state)
{
    struct bed *bed = *state;
    struct param removed = {0};
    put(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X-A", "1"));
    param_form_take_out(&bed->params, 0, &removed);
    put(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "x-a", "2"));
    assert_false(param_form_put_back(&bed->params, 0, &removed));
    assert_int_equal(param_form_count(&bed->params), 1);
    param_form_forget(&removed);
}

static void param_form_put__refuses_what_cannot_be_sent(void **state)
{
    struct bed *bed = *state;
    put(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X-A", "1"));
    refused(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "x-a", "2"), "already");
    refused(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "", "2"), "empty");
    refused(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X A", "2"), "header name");
    refused(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "Host", "2"), "host");
    refused(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X-B", "a\r\nb"), "line break");
    refused(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "Authorization", "x"), "Authorization");
    refused(&bed->params, PARAM_NEW, entry(PLACE_BODY, "detail", "x"), "detail");
    refused(&bed->params, PARAM_NEW, secret(PLACE_BODY, "token", NULL), "empty");
    refused(&bed->params, PARAM_NEW, secret(PLACE_BODY, "token", ""), "empty");
    bed->base.form.draft.format = FORMAT_NOTIFICATION;
    refused(&bed->params, PARAM_NEW, entry(PLACE_BODY, "checkId", "x"), "checkId");
    put(&bed->params, PARAM_NEW, entry(PLACE_BODY, "detail", "x"));
}

static void param_form_put__lets_oauth_replace_what_is_ours(void **state)
{
    struct bed *bed = *state;
    put(&bed->oauth, PARAM_NEW, entry(PLACE_HEADER, "Authorization", "Basic x"));
    put(&bed->oauth, PARAM_NEW, entry(PLACE_BODY, "grant_type", "password"));
}

static void param_form_put__keeps_its_own_key(void **state)
{
    struct bed *bed = *state;
    put(&bed->params, PARAM_NEW, entry(PLACE_HEADER, "X-A", "1"));
    put(&bed->params, 0, entry(PLACE_HEADER, "x-a", "2"));
    assert_string_equal(param_form_item(&bed->params, 0)->key, "x-a");
}

static void param_form_put__seals_a_secret_at_once(void **state)
{
    struct bed *bed = *state;
    put(&bed->params, PARAM_NEW, secret(PLACE_HEADER, "X-Key", "hunter2"));
    const struct param *p = param_form_item(&bed->params, 0);
    assert_int_equal(secret_form(p->value), SECRET_SEALED);
    char *shown = param_form_value(&bed->params, 0);
    assert_string_equal(shown, "(stored 2026-09-02)");
    free(shown);
    assert_opens(bed, 0, "params/header/x-key", "hunter2");
}

static void param_form_put__binds_a_stored_secret_to_its_new_key(void **state)
{
    struct bed *bed = *state;
    put(&bed->params, PARAM_NEW, secret(PLACE_HEADER, "X-Key", "hunter2"));
    char *stored = mem_strdup(param_form_item(&bed->params, 0)->value);
    put(&bed->params, 0, secret(PLACE_HEADER, "x-KEY", NULL));
    assert_string_equal(param_form_item(&bed->params, 0)->value, stored);
    put(&bed->params, 0, secret(PLACE_QUERY, "key", NULL));
    assert_string_not_equal(param_form_item(&bed->params, 0)->value, stored);
    assert_opens(bed, 0, "params/query/key", "hunter2");
    free(stored);
}

static void param_form_put__never_turns_a_stored_secret_into_text(void **state)
{
    struct bed *bed = *state;
    put(&bed->params, PARAM_NEW, secret(PLACE_QUERY, "key", "hunter2"));
    refused(&bed->params, 0, entry(PLACE_QUERY, "key", NULL), "enter a value");
    put(&bed->params, 0, entry(PLACE_QUERY, "key", "plain"));
    char *shown = param_form_value(&bed->params, 0);
    assert_string_equal(shown, "plain");
    free(shown);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(param_form_put__adds_and_replaces_in_place),
        TEST(param_form_put_back__brings_it_to_its_place),
        TEST(param_form_put_back__makes_no_second_of_a_name),
        TEST(param_form_put__refuses_what_cannot_be_sent),
        TEST(param_form_put__lets_oauth_replace_what_is_ours),
        TEST(param_form_put__keeps_its_own_key),
        TEST(param_form_put__seals_a_secret_at_once),
        TEST(param_form_put__binds_a_stored_secret_to_its_new_key),
        TEST(param_form_put__never_turns_a_stored_secret_into_text),
    };
    return cmocka_run_group_tests_name("param_form", tests, NULL, NULL);
}
