/* checkhook audit list, config show and config set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static void audit__lists_newest_first(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "nothing was changed yet", "audit", "list");
    product_expect(p, 0, "Changed 1 setting", "config", "set", "retention_days=30");
    product_expect(p, 0, "Added", "integration", "add", "Tickets", "url=https://a.example/",
                   "auth.type=none");
    cJSON *list = product_json(p, "audit", "list");
    assert_int_equal(cJSON_GetArraySize(list), 2);
    const cJSON *newest = cJSON_GetArrayItem(list, 0);
    assert_string_equal(text_of(newest, "what"), "integration added");
    assert_string_equal(text_of(newest, "subject"), "Tickets");
    assert_string_equal(text_of(newest, "through"), "command");
    assert_string_equal(text_of(cJSON_GetObjectItem(newest, "after"), "url"), "https://a.example/");
    const cJSON *first = cJSON_GetArrayItem(list, 1);
    assert_string_equal(text_of(cJSON_GetObjectItem(first, "before"), "retention_days"), "90");
    assert_string_equal(text_of(cJSON_GetObjectItem(first, "after"), "retention_days"), "30");
    cJSON_Delete(list);
}

static void audit__is_cut_down_as_asked(void **state)
{
    const struct product *p = *state;
    for (int i = 0; i < 3; i++) {
        const char *const day[] = {"retention_days=1", "retention_days=2", "retention_days=3"};
        product_expect(p, 0, "Changed", "config", "set", day[i]);
    }
    cJSON *list = product_json(p, "audit", "list", "--limit", "2");
    assert_int_equal(cJSON_GetArraySize(list), 2);
    cJSON_Delete(list);
    list = product_json(p, "audit", "list", "--who", "somebody-else");
    assert_int_equal(cJSON_GetArraySize(list), 0);
    cJSON_Delete(list);
    list = product_json(p, "audit", "list", "--since", "1h");
    assert_int_equal(cJSON_GetArraySize(list), 3);
    cJSON_Delete(list);
    list = product_json(p, "audit", "list", "--since", "2100-01-01");
    assert_int_equal(cJSON_GetArraySize(list), 0);
    cJSON_Delete(list);
    product_expect(p, 2, "--since: write a date", "audit", "list", "--since", "soon");
    product_expect(p, 0, "nothing that was changed matches; ", "audit", "list", "--who", "nobody");
}

static void audit__tells_of_runs_imports_and_removals(void **state)
{
    static const char *const want[] = {"data removed", "checks run", "data imported"};
    const struct product *p = *state;
    char *users = tmpdir_write(&p->dir, "users.csv", "id,login,enabled\n1,a@example.com,true\n");
    product_expect(p, 0, " user", "data", "import", users, "--source", "hr");
    product_expect(p, 0, NULL, "check", "run");
    product_expect(p, 0, NULL, "check", "run", "--dry-run"); /* changes nothing */
    product_expect(p, 0, NULL, "data", "remove", "hr");
    product_expect(p, 2, NULL, "data", "remove", "hr");
    cJSON *list = product_json(p, "audit", "list");
    assert_int_equal(cJSON_GetArraySize(list), 3);
    for (int i = 0; i < 3; i++)
        assert_string_equal(text_of(cJSON_GetArrayItem(list, i), "what"), want[i]);
    cJSON_Delete(list);
    free(users);
}

static void config__shows_what_was_set(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Changed 3 settings", "config", "set", "schedule.hour=7",
                   "tenant.region=eu-1", "console.theme=light");
    cJSON *out = product_json(p, "config", "show");
    assert_int_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(out, "schedule"), "hour")->valueint,
                     7);
    assert_string_equal(text_of(cJSON_GetObjectItem(out, "tenant"), "region"), "eu-1");
    assert_string_equal(text_of(cJSON_GetObjectItem(out, "console"), "theme"), "light");
    const cJSON *about = cJSON_GetObjectItem(out, "installation");
    assert_string_equal(text_of(cJSON_GetObjectItem(about, "delivery"), "sent_by"), "nobody now");
    assert_non_null(text_of(cJSON_GetObjectItem(about, "versions"), "sqlite"));
    assert_non_null(
        strstr(text_of(cJSON_GetObjectItem(about, "files"), "configuration"), "checkhook.conf"));
    cJSON_Delete(out);
    product_expect(p, 0, "Changed", "config", "set", "schedule.hour=");
    product_expect(p, 0, "\"hour\": 6", "config", "show", "--json");
    product_expect(p, 0, "schedule.minute", "config", "show");
}

static void config__says_all_that_is_wrong_and_changes_nothing(void **state)
{
    const struct product *p = *state;
    const char *const words[] = {
        "config", "set", "schedule.hour=7", "schedule.minute=60", "retention=3", "console.them=x",
        "alone",  NULL};
    struct run_result r = product_run(p, words, NULL);
    assert_int_equal(r.status, 2);
    assert_non_null(strstr(r.err, "schedule.minute: write a whole number from 0 to 59"));
    assert_non_null(strstr(r.err, "there is no setting 'retention': did you mean retention_days?"));
    assert_non_null(strstr(r.err, "did you mean console.theme?"));
    assert_non_null(strstr(r.err, "'alone' is no setting: write SETTING=VALUE"));
    run_release(&r);
    product_expect(p, 0, "\"hour\": 6", "config", "show", "--json");
    product_expect(p, 0, "nothing was changed yet", "audit", "list");
}

/* Full to the last byte: it can be read, and nothing can be added. */
static void config__changes_nothing_where_the_own_settings_cannot_be_saved(void **state)
{
    enum { ROOM = 256 * 1024 };
    static const char head[] = "lists=({list=\"", tail[] = "\";reverse=true;});";
    const struct product *p = *state;
    char *text = malloc(ROOM);
    assert_non_null(text);
    product_expect(p, 0, "Changed", "config", "set", "retention_days=30"); /* makes the home */
    snprintf(text, ROOM, "%s%0*d%s", head, (int)(ROOM - sizeof head - sizeof tail), 0, tail);
    free(tmpdir_write(&p->dir, "home/console.conf", text));
    product_expect(p, 3, "would become larger", "config", "set", "schedule.hour=7",
                   "console.theme=light");
    product_expect(p, 0, "\"hour\": 6", "config", "show", "--json");
    cJSON *list = product_json(p, "audit", "list");
    assert_int_equal(cJSON_GetArraySize(list), 1);
    cJSON_Delete(list);
    free(text);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(audit__lists_newest_first),
        TEST(audit__is_cut_down_as_asked),
        TEST(audit__tells_of_runs_imports_and_removals),
        TEST(config__shows_what_was_set),
        TEST(config__says_all_that_is_wrong_and_changes_nothing),
        TEST(config__changes_nothing_where_the_own_settings_cannot_be_saved),
    };
    return cmocka_run_group_tests_name("cli_audit", tests, NULL, NULL);
}
