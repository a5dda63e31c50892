/* Test Connectivity of drafts and of what is saved; parameters on their way; conflicts. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"
#include "tests/support/term_form.h"

static cJSON *show(const struct product *p, const char *name)
{
    struct run_result r = PRODUCT(p, "integration", "show", name, "--json");
    assert_int_equal(r.status, 0);
    cJSON *json = cJSON_Parse(r.out);
    assert_non_null(json);
    run_release(&r);
    return json;
}

static const cJSON *at(const cJSON *json, const char *group, const char *name)
{
    const cJSON *parent = group ? cJSON_GetObjectItemCaseSensitive(json, group) : json;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(parent, name);
    assert_non_null(item);
    return item;
}

static void assert_value(const cJSON *json, const char *group, const char *name, const char *value)
{
    assert_string_equal(cJSON_GetStringValue(at(json, group, name)), value);
}

static void assert_header(const struct receiver_request *request, const char *name,
                          const char *value)
{
    char *found = receiver_header(request, name);
    assert_non_null(found);
    assert_string_equal(found, value);
    free(found);
}

static void press(struct term *term, const char *key, int times)
{
    for (int i = 0; i < times; i++)
        term_key(term, key);
}

static void close_test(struct term *term)
{
    term_key(term, "Esc");
    term_wait_gone(term, "Test Connectivity ·", 0);
}

/* From the type's row: the type, the fields of an API key, the endpoint. */
static void fill_api_key(struct term *term, struct receiver *receiver)
{
    char url[200], pasted[100];
    snprintf(url, sizeof url, "%s", receiver_url(receiver, "/hook"));
    snprintf(pasted, sizeof pasted, "%s\n", console_secret);
    term_key(term, "n");
    console_fill(term, "Display name", "Keyed");
    press(term, "Tab", 3);
    console_choose_type(term, "shown because Authorization Type is API key", 2);
    console_tab_to(term, "Authorization Type", "API key name");
    term_type(term, "X-Api-Key");
    console_tab_to(term, "API key name", "API key value");
    term_paste(term, pasted);
    term_wait_text(term, "Trailing newline removed", 0);
    console_tab_to(term, "API key value", "Endpoint URL");
    term_type(term, url);
}

static void draft__is_tested_before_it_is_saved(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    struct term *term = console_open(p, 30, 100);
    fill_api_key(term, receiver);
    term_key(term, "F5");
    term_wait_text(term, "accepted the test event", 0);
    assert_header(console_request(receiver, "/hook", 0), "X-Api-Key", console_secret);
    product_expect(p, 0, "no integration yet", "integration", "list");
    close_test(term);
    term_key(term, "C-s");
    term_wait_text(term, "● Saved Keyed.", 0);
    console_assert_secret_nowhere(p, term);
    console_quit(term);

    cJSON *json = show(p, "Keyed");
    assert_value(json, "auth", "type", "api_key");
    assert_value(json, "auth", "key_name", "X-Api-Key");
    assert_true(cJSON_IsTrue(at(at(json, "auth", "key_value"), NULL, "set")));
    cJSON_Delete(json);
    receiver_stop(receiver);
}

static void secret__is_revealed_only_when_asked(void **state)
{
    const struct product *p = *state;
    struct term *term = console_open(p, 24, 80);
    term_key(term, "n");
    term_wait_text(term, "New integration", 0);
    press(term, "Tab", 3);
    console_choose_type(term, "shown because Authorization Type is Basic", 1);
    console_tab_to(term, "Authorization Type", "User name");
    console_tab_to(term, "User name", "Password");
    term_type(term, "open sesame");
    term_wait_text(term, "[•••••••••••", 0);
    term_key(term, "C-r");
    term_wait_text(term, "[open sesame", 0);
    term_key(term, "C-r");
    term_wait_gone(term, "sesame", 0);
    term_key(term, "C-u");
    term_wait_text(term, "(not set)", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "D");
    term_wait_text(term, "No integrations yet", 0);
    console_quit(term);
}

/* Adds a parameter to the open list: so many turns of the place away from where it begins. */
static void add_param(struct term *term, int turns, const char *key, const char *value, bool secret)
{
    term_key(term, "a");
    term_wait_text(term, "Add parameter", 0);
    press(term, "Space", turns);
    term_key(term, "Tab");
    console_fill(term, "Key", key);
    if (secret) {
        press(term, "Tab", 2);
        term_wait_cursor_on(term, "Secret", 0);
        term_key(term, "Space");
        term_wait_text(term, "stored sealed", 0);
        term_key(term, "BackTab");
    } else {
        term_key(term, "Tab");
    }
    console_fill(term, "Value", value);
    term_key(term, "Enter");
    term_wait_gone(term, "Add parameter", 0);
}

static void params__reach_the_receiver(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = console_oauth_receiver();
    struct term *term = console_open(p, 24, 80);
    console_fill_oauth(term, "Hook", receiver);
    console_go_to(term, "Tab", "Invocation HTTP Parameters");
    term_key(term, "Enter");
    add_param(term, 0, "X-Tenant", console_secret, true);
    add_param(term, 1, "region", "emea", false);
    add_param(term, 2, "origin", "checkhook", false);
    term_key(term, "Esc");
    term_wait_text(term, "1 header, 1 query, 1 body", 0);
    console_go_to(term, "BackTab", "OAuth HTTP Parameters");
    term_key(term, "Enter");
    add_param(term, 0, "scope", "events:write", false);
    term_key(term, "Esc");
    term_wait_text(term, "1: scope", 0);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    term_key(term, "t");
    term_wait_text(term, "accepted the test event", 0);
    assert_non_null(strstr(console_request(receiver, "/token", 0)->body, "scope=events%3Awrite"));
    const struct receiver_request *sent = console_request(receiver, "/hook?region=emea", 0);
    assert_header(sent, "X-Tenant", console_secret);
    assert_non_null(strstr(sent->body, "\"origin\":\"checkhook\""));
    term_key(term, "h");
    term_wait_text(term, "Bearer (hidden)", 0);
    press(term, "Down", 2);
    term_wait_text(term, "X-Tenant: (hidden)", 0);
    close_test(term);
    console_assert_secret_nowhere(p, term);
    console_quit(term);
    receiver_stop(receiver);
}

static void test__shows_the_token_under_way_and_ends_with_escape(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/token", (struct receiver_answer){.way = RECEIVER_HANGS});
    struct term *term = console_open(p, 16, 60);
    console_fill_oauth(term, "Slow", receiver);
    term_key(term, "C-t");
    term_wait_text(term, "● TCP", 0);
    term_wait_text(term, "» OAuth token", 0);
    term_wait_text(term, "running · Esc cancels", 0);
    close_test(term);
    term_wait_text(term, "New integration · Slow", 0);

    receiver_answer(receiver, "/token",
                    (struct receiver_answer){.status = 401,
                                             .headers = "Content-Type: application/json\r\n",
                                             .body = "{\"error\":\"invalid_client\"}"});
    term_key(term, "F5");
    term_wait_text(term, "■ OAuth token", 0);
    term_wait_text(term, "Reason", 0);
    term_wait_text(term, "invalid_client", 0);
    term_wait_text(term, "no event was sent", 0);
    term_wait_text(term, "e Edit OAuth section", 0);
    term_key(term, "e");
    term_wait_cursor_on(term, "Client secret", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "D");
    term_wait_text(term, "No integrations yet", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void conflict__is_merged(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://hooks.example.com/",
                   "auth.type=none");
    struct term *term = console_open(p, 24, 80);
    term_key(term, "e");
    console_tab_to(term, "Display name", "Description");
    term_type(term, "mine");
    term_wait_text(term, "1 unsaved change", 0);
    product_expect(p, 0, "Changed", "integration", "set", "Hook", "timeout_s=12");
    term_key(term, "F2");
    term_wait_text(term, "Changed by somebody else", 0);
    term_wait_text(term, "0 fields changed by both, 1 by them alone.", 0);
    term_wait_text(term, "(•) 12", 0);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    console_quit(term);

    cJSON *json = show(p, "Hook");
    assert_value(json, NULL, "description", "mine");
    assert_int_equal(at(json, NULL, "timeout_s")->valueint, 12);
    cJSON_Delete(json);
}

/* Nobody changed anything: there is nothing to merge. */
static void lock__of_somebody_else_is_said_in_the_form(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://hooks.example.com/",
                   "auth.type=none");
    struct term *term = console_open(p, 24, 160);
    term_key(term, "e");
    console_tab_to(term, "Display name", "Description");
    term_type(term, "mine");
    term_wait_text(term, "1 unsaved change", 0);
    char *lock = tmpdir_path(&p->dir, "home/checkhook.conf.lock");
    const int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    term_key(term, "F2");
    term_wait_text(term, "is being changed by somebody else; try again", 0);
    term_wait_text(term, "Edit integration · Hook", 0);
    close(fd);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    console_quit(term);
    free(lock);
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        WITH_HOME(draft__is_tested_before_it_is_saved),
        WITH_HOME(secret__is_revealed_only_when_asked),
        WITH_HOME(params__reach_the_receiver),
        WITH_HOME(test__shows_the_token_under_way_and_ends_with_escape),
        WITH_HOME(conflict__is_merged),
        WITH_HOME(lock__of_somebody_else_is_said_in_the_form),
    };
#undef WITH_HOME
    return cmocka_run_group_tests_name("console_test", tests, NULL, NULL);
}
