/* The whole path on the command line: configure, test, import, check, deliver, send again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"

enum { WAIT_MS = 30000 };

static const char users[] = "id,login,enabled,mfa_enrolled\n"
                            "1,fern@example.com,true,false\n"
                            "2,moss@example.com,true,true\n"
                            "3,sedge@example.com,true,\n";

/* The JSON a command prints; fails the test unless it exits with `status`. */
#define json_of(p, status, ...)                                                                    \
    json_of_at(p, status, (const char *const[]){__VA_ARGS__, "--json", NULL})
static cJSON *json_of_at(const struct product *p, int status, const char *const *args)
{
    struct run_result r = product_run(p, args, NULL);
    if (r.status != status)
        fprintf(stderr, "%s%s", r.out, r.err);
    assert_int_equal(r.status, status);
    cJSON *json = cJSON_Parse(r.out);
    assert_non_null(json);
    run_release(&r);
    return json;
}

static int number_at(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsNumber(item));
    return item->valueint;
}

static void import_users(const struct product *p, const char *text)
{
    char *path = tmpdir_write(&p->dir, "users.csv", text);
    product_expect(p, 0, ": ", "data", "import", path, "--source", "people");
    free(path);
}

static void add_plain(const struct product *p, const char *name, struct receiver *receiver)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", name, url, "auth.type=none");
}

static void run__delivers_only_newly_failing_users(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    add_plain(p, "Tickets", receiver);
    import_users(p, users);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");

    cJSON *run = json_of(p, 0, "check", "run", "no-mfa");
    const cJSON *line = cJSON_GetArrayItem(cJSON_GetObjectItem(run, "checks"), 0);
    assert_string_equal(product_text(line, "id"), "no-mfa");
    assert_int_equal(number_at(line, "evaluated"), 2);
    assert_int_equal(number_at(line, "failing"), 1);
    assert_int_equal(number_at(line, "new"), 1);
    assert_int_equal(number_at(line, "unknown"), 1);
    assert_int_equal(number_at(run, "deliveries"), 1);
    cJSON_Delete(run);

    const struct receiver_request *request = receiver_wait(receiver, 0, WAIT_MS);
    cJSON *body = cJSON_Parse(request->body);
    const cJSON *detail = cJSON_GetObjectItem(body, "detail");
    const cJSON *failing = cJSON_GetObjectItem(detail, "usersFailing");
    char *event = receiver_header(request, "X-Checkhook-Event-Id");
    assert_string_equal(product_text(body, "detail-type"), "FAILED_CHECK");
    assert_string_equal(product_text(detail, "checkId"), "no-mfa");
    assert_string_equal(product_text(detail, "id"), event);
    assert_int_equal(cJSON_GetArraySize(failing), 1);
    assert_string_equal(cJSON_GetArrayItem(failing, 0)->valuestring, "fern@example.com");
    cJSON_Delete(body);
    free(event);

    run = json_of(p, 0, "check", "run");
    assert_int_equal(number_at(run, "deliveries"), 0);
    cJSON_Delete(run);
    import_users(p, "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,true\n");
    run = json_of(p, 0, "check", "run", "no-mfa");
    line = cJSON_GetArrayItem(cJSON_GetObjectItem(run, "checks"), 0);
    assert_int_equal(number_at(line, "resolved"), 1);
    cJSON_Delete(run);
    assert_int_equal(receiver_count(receiver), 1);
    receiver_stop(receiver);
}

static void retry__sends_the_same_event_again(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 404});
    add_plain(p, "Tickets", receiver);
    import_users(p, users);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 1, "1 failed", "check", "run");

    cJSON *list = json_of(p, 0, "delivery", "list", "--state", "failed");
    assert_int_equal(cJSON_GetArraySize(list), 1);
    char *id = strdup(product_text(cJSON_GetArrayItem(list, 0), "id"));
    assert_int_equal(number_at(cJSON_GetArrayItem(list, 0), "status"), 404);
    cJSON_Delete(list);
    product_expect(p, 0, "404", "delivery", "show", id);

    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 204});
    product_expect(p, 0, "is sent again as", "delivery", "retry", id);
    product_expect(p, 0, "1 delivered", "deliver");
    char *first = receiver_header(receiver_wait(receiver, 0, WAIT_MS), "X-Checkhook-Event-Id");
    char *again = receiver_header(receiver_wait(receiver, 1, WAIT_MS), "X-Checkhook-Event-Id");
    assert_string_equal(first, again);
    list = json_of(p, 0, "delivery", "list");
    assert_int_equal(cJSON_GetArraySize(list), 2);
    assert_string_equal(product_text(cJSON_GetArrayItem(list, 0), "redelivery_of"), id);
    assert_string_equal(product_text(cJSON_GetArrayItem(list, 0), "state"), "delivered");
    cJSON_Delete(list);
    free(first);
    free(again);
    free(id);
    receiver_stop(receiver);
}

static void refusal__holds_until_a_test_passes(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 403});
    add_plain(p, "Tickets", receiver);
    import_users(p, users);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, "1 held", "check", "run");
    product_expect(p, 0, "failing", "integration", "list");
    product_expect(p, 0, "0 delivered", "deliver");
    assert_int_equal(receiver_count(receiver), 1);
    product_expect(p, 1, "403", "integration", "test", "Tickets");
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 200});
    product_expect(p, 0, "passed", "integration", "test", "Tickets");
    product_expect(p, 0, "1 delivered", "deliver");
    product_expect(p, 0, "ok", "integration", "list");
    receiver_stop(receiver);
}

static void dry_run__stores_and_sends_nothing(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    add_plain(p, "Tickets", receiver);
    import_users(p, users);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    product_expect(p, 0, "    fern@example.com", "check", "run", "--dry-run");
    product_expect(p, 0, "no delivery to show", "delivery", "list");
    product_expect(p, 0, "1 delivery.", "check", "run", "--no-deliver");
    assert_int_equal(receiver_count(receiver), 0);
    product_expect(p, 0, "1 delivered", "deliver");
    assert_int_equal(receiver_count(receiver), 1);
    receiver_stop(receiver);
}

static void set__discards_secrets_of_a_moved_receiver(void **state)
{
    const struct product *p = *state;
    char *secret = tmpdir_write(&p->dir, "secret", "hunter2\n");
    char password[400];
    snprintf(password, sizeof password, "auth.password=@%s", secret);
    product_expect(p, 0, "Added", "integration", "add", "A", "url=https://a.example.com/",
                   "auth.type=basic", "auth.username=u", password);
    product_expect(p, 0, "Changed", "integration", "set", "A", "url=https://a.example.com/other");
    cJSON *shown = json_of(p, 0, "integration", "show", "A");
    const cJSON *set = cJSON_GetObjectItem(
        cJSON_GetObjectItem(cJSON_GetObjectItem(shown, "auth"), "password"), "set");
    assert_true(cJSON_IsTrue(set));
    cJSON_Delete(shown);
    product_expect(p, 0, "was discarded", "integration", "set", "A", "url=https://b.example.com/");
    product_expect(p, 0, "secret missing", "integration", "list");
    product_expect(p, 1, NULL, "integration", "test", "A");
    free(secret);
}

/* Tests an integration against the product's own receiver with a credential of each kind. */
static void test_against_listen(const struct product *p, const char *const *listen,
                                const char *const *settings, const char *wrong_setting)
{
    char *url = NULL;
    struct run_child child = product_listen(p, listen, &url);
    char hook[200], endpoint[200];
    snprintf(hook, sizeof hook, "url=%s/hook", url);
    snprintf(endpoint, sizeof endpoint, "auth.endpoint=%s/token", url);
    const char *args[16] = {"integration", "add", "L", hook};
    size_t count = 4;
    for (size_t i = 0; settings[i]; i++)
        args[count++] = strcmp(settings[i], "ENDPOINT") == 0 ? endpoint : settings[i];
    struct run_result added = product_run(p, args, NULL);
    assert_int_equal(added.status, 0);
    run_release(&added);
    product_expect(p, 0, "The test passed", "integration", "test", "L");
    product_expect(p, 0, NULL, "integration", "set", "L", wrong_setting);
    product_expect(p, 1, "The test failed", "integration", "test", "L");
    run_wait_text(&child, "WebhookTest", WAIT_MS);
    assert_null(strstr(child.seen, "right-secret"));
    assert_int_equal(run_stop(&child, 2), 0);
    free(url);
}

static void listen__demands_credentials_of_each_kind(void **state)
{
    const struct product *p = *state;
    char *right = tmpdir_write(&p->dir, "right", "right-secret");
    char *wrong = tmpdir_write(&p->dir, "wrong", "wrong-secret");
    char name[3][400], good[3][400], bad[3][400];
    static const char *const kinds[3][3] = {{"u", "auth.password", NULL},
                                            {"X-Key", "auth.key_value", NULL},
                                            {"client", "auth.client_secret", NULL}};
    for (size_t i = 0; i < 3; i++) {
        snprintf(name[i], sizeof name[i], "%s=@%s", kinds[i][0], right);
        snprintf(good[i], sizeof good[i], "%s=@%s", kinds[i][1], right);
        snprintf(bad[i], sizeof bad[i], "%s=@%s", kinds[i][1], wrong);
    }
    test_against_listen(p, (const char *const[]){"--basic", name[0], NULL},
                        (const char *const[]){"auth.type=basic", "auth.username=u", good[0], NULL},
                        bad[0]);
    product_expect(p, 0, NULL, "integration", "remove", "L");
    test_against_listen(
        p, (const char *const[]){"--api-key", name[1], NULL},
        (const char *const[]){"auth.type=api_key", "auth.key_name=X-Key", good[1], NULL}, bad[1]);
    product_expect(p, 0, NULL, "integration", "remove", "L");
    test_against_listen(p, (const char *const[]){"--client", name[2], NULL},
                        (const char *const[]){"auth.type=oauth", "ENDPOINT",
                                              "auth.client_id=client", good[2], NULL},
                        bad[2]);
    free(right);
    free(wrong);
}

static void listen__answers_as_told(void **state)
{
    const struct product *p = *state;
    char *url = NULL;
    const char *const args[] = {"--status", "503", "--retry-after", "5", "--delay-ms", "30", NULL};
    struct run_child child = product_listen(p, args, &url);
    char hook[200];
    snprintf(hook, sizeof hook, "url=%s/hook", url);
    product_expect(p, 0, "Added", "integration", "add", "L", hook, "auth.type=none");
    cJSON *result = json_of(p, 1, "integration", "test", "L");
    assert_int_equal(number_at(result, "status"), 503);
    const cJSON *headers = cJSON_GetObjectItem(cJSON_GetObjectItem(result, "response"), "headers");
    assert_string_equal(cJSON_GetObjectItem(headers, "Retry-After")->valuestring, "5");
    assert_true(cJSON_GetObjectItem(result, "time_ms")->valuedouble >= 30);
    cJSON_Delete(result);
    assert_int_equal(run_stop(&child, 2), 0);
    free(url);
}

/* A process that has sealed nothing before it reads the file. */
static void secret__of_a_file_is_read_by_every_command(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    char url[200], key[400];
    char *file = tmpdir_write(&p->dir, "secret", "from-a-file\n");
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    snprintf(key, sizeof key, "auth.key_value=file:%s", file);
    product_expect(p, 0, "Added", "integration", "add", "Hook", url, "auth.type=api_key",
                   "auth.key_name=X-Key", key);
    product_expect(p, 0, "Hook", "integration", "list");
    product_expect(p, 0, NULL, "config", "check");
    product_expect(p, 0, "The test passed", "integration", "test", "Hook");
    import_users(p, users);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Hook");
    product_expect(p, 0, NULL, "check", "run", "no-mfa", "--no-deliver");
    product_expect(p, 0, "1 delivered", "deliver");
    char *header = receiver_header(receiver_wait(receiver, 1, WAIT_MS), "X-Key");
    assert_string_equal(header, "from-a-file");
    free(header);
    receiver_stop(receiver);
    free(file);
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        WITH_HOME(run__delivers_only_newly_failing_users),
        WITH_HOME(retry__sends_the_same_event_again),
        WITH_HOME(refusal__holds_until_a_test_passes),
        WITH_HOME(dry_run__stores_and_sends_nothing),
        WITH_HOME(set__discards_secrets_of_a_moved_receiver),
        WITH_HOME(secret__of_a_file_is_read_by_every_command),
        WITH_HOME(listen__demands_credentials_of_each_kind),
        WITH_HOME(listen__answers_as_told),
    };
#undef WITH_HOME
    return cmocka_run_group_tests_name("cli_path", tests, NULL, NULL);
}
