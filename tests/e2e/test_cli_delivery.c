/* The delivery log on the command line: finding, showing, curl, sending again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/store/db.h"
#include "core/store/store.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"

enum { WAIT_MS = 30000 };

static const char users[] = "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,false\n";

static const cJSON *request_of(const cJSON *delivery, int attempt)
{
    const cJSON *attempts = cJSON_GetObjectItemCaseSensitive(delivery, "attempts");
    const cJSON *row = cJSON_GetArrayItem(attempts, attempt);
    assert_non_null(row);
    return cJSON_GetObjectItemCaseSensitive(row, "request");
}

/* An integration with a password and a secret in the body; one user who fails no-mfa. */
static void prepare(const struct product *p, struct receiver *receiver, const char *name)
{
    char url[200], password[300], token[300];
    char *secret = tmpdir_write(&p->dir, "secret", "it's \"hidden\"");
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    snprintf(password, sizeof password, "auth.password=@%s", secret);
    snprintf(token, sizeof token, "body:token=@%s", secret);
    product_expect(p, 0, NULL, "integration", "add", name, url, "auth.type=basic",
                   "auth.username=alice", password, "--secret-param", token);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", name);
    free(secret);
    free(file);
}

/* Runs a statement on the database of the home, and frees it again. */
static void alter(const struct product *p, const char *sql)
{
    struct error err = {0};
    char *path = tmpdir_path(&p->dir, "home/checkhook.db");
    struct store *store = store_open(path, &err);
    assert_non_null(store);
    if (!db_exec(store_db(store), sql, &err))
        fail_msg("%s", err.text);
    store_close(store);
    free(path);
}

/* A test that failed before is not the last that was tried of it. */
static void list__of_integrations_says_that_one_is_retried(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Hook");
    receiver_stop(receiver);
    product_expect(p, 1, NULL, "integration", "test", "Hook");
    product_expect(p, 0, "ago, error", "integration", "list");
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    product_expect(p, 0, "retrying", "integration", "list");
}

/* --- finding --------------------------------------------------------------------------------- */

static int count_of(const struct product *p, const char *option, const char *value)
{
    cJSON *json = product_json(p, "delivery", "list", option, value);
    int count = cJSON_GetArraySize(json);
    cJSON_Delete(json);
    return count;
}

static void list__filters_by_time(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    alter(p, "INSERT INTO deliveries (kind, event_id, check_id, integration_id, integration_name,"
             " state, reason, created_at, due_at, aged_from, finished_at)"
             " SELECT kind, event_id, check_id, integration_id, integration_name, state, reason,"
             " created_at - 86400 * 3, due_at, aged_from, finished_at FROM deliveries");
    assert_int_equal(count_of(p, "--since", "5d"), 2);
    assert_int_equal(count_of(p, "--since", "2h"), 1);
    assert_int_equal(count_of(p, "--since", "2020-01-01T00:00:00Z"), 2);
    assert_int_equal(count_of(p, "--since", "1577836800"), 2);
    assert_int_equal(count_of(p, "--until", "2d"), 1);
    assert_int_equal(count_of(p, "--until", "2020-01-01"), 0);
    product_expect(p, 2, "--since: write a date", "delivery", "list", "--since", "yesterday");
    product_expect(p, 2, "--until: write a date", "delivery", "list", "--until", "2h30m");
    product_expect(p, 2, "earlier than --until", "delivery", "list", "--since", "1h", "--until",
                   "2h");
    receiver_stop(receiver);
}

static void list__finds_what_went_to_a_removed_integration(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, NULL, "integration", "test", "Tickets");
    cJSON *json = product_json(p, "integration", "show", "Tickets");
    char *id = strdup(product_text(json, "id"));
    cJSON_Delete(json);
    product_expect(p, 0, NULL, "integration", "remove", "Tickets");
    assert_int_equal(count_of(p, "--integration", "tickets"), 1);
    assert_int_equal(count_of(p, "--integration", id), 1);
    product_expect(p, 2, "nor was anything sent", "delivery", "list", "--integration", "Other");
    product_expect(p, 2, "nowhere to send it again", "delivery", "retry", "--all-failed",
                   "--integration", "Tickets");
    /* The same name once more, and gone again: only an id tells them apart. */
    prepare(p, receiver, "Tickets");
    assert_int_equal(count_of(p, "--integration", "Tickets"), 0);
    product_expect(p, 0, NULL, "integration", "test", "Tickets");
    product_expect(p, 0, NULL, "integration", "remove", "Tickets");
    product_expect(p, 2, id, "delivery", "list", "--integration", "Tickets");
    assert_int_equal(count_of(p, "--integration", id), 1);
    free(id);
    receiver_stop(receiver);
}

/* What page 4 counts as failed and tells apart, and tries as it shows them. */
static void list__tells_open_failures_apart(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 400});
    prepare(p, receiver, "Billing events");
    product_expect(p, 1, "1 failed", "check", "run");
    product_expect(p, 0, "1/186", "delivery", "list", "--open", "--text", "billing");
    product_expect(p, 0, "no delivery to show", "delivery", "list", "--open", "--text", "nowhere");
    product_expect(p, 0, "1 failed, 0 waiting, 0 held", "delivery", "stats");
    product_expect(p, 0, "sent again", "delivery", "retry", "1");
    product_expect(p, 0, "\"sent_again_as\"", "delivery", "show", "1", "--json");
    product_expect(p, 0, "0 failed, 1 waiting, 0 held", "delivery", "stats", "--integration",
                   "Billing events");
    product_expect(p, 0, "no delivery to show", "delivery", "list", "--open");
    product_expect(p, 0, NULL, "integration", "remove", "Billing events");
    product_expect(p, 0, "1/-", "delivery", "list");
    receiver_stop(receiver);
}

static void list__shows_why_it_is_held(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, NULL, "integration", "test", "Tickets");
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 401});
    product_expect(p, 0, "1 held", "check", "run", "no-mfa");
    product_expect(p, 0, "401 Unauthorized", "delivery", "list", "--state", "held");
    product_expect(p, 0, "failing: on hold: ", "integration", "show", "Tickets");
    product_expect(p, 0, "; last success 2", "integration", "list");
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "enabled=false");
    product_expect(p, 0, "off: on hold: integration is disabled; since 2", "integration", "show",
                   "Tickets");
    receiver_stop(receiver);
}

/* However long the endpoint is. */
static void list__shows_a_hold_within_the_terminal(void **state)
{
    static const char *const words[] = {"integration", "list"};
    const struct product *p = *state;
    const char *const argv[] = {run_product(), words[0], words[1], NULL};
    product_expect(p, 0, NULL, "integration", "add", "Okta Workflows",
                   "url=https://company-of-some-size.workflows.example.com/api/flo/0123456789",
                   "auth.type=none", "enabled=false");
    struct term *term =
        term_start(&(struct term_options){.argv = argv, .env = p->env, .rows = 24, .cols = 80});
    term_wait_text(term, "on hold", 0);
    term_wait_text(term, "https://com…", 0);
    term_stop(term);
}

/* --- showing --------------------------------------------------------------------------------- */

static void show__tells_what_was_sent_from_what_would_be(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    const struct receiver_request *sent = receiver_wait(receiver, 0, WAIT_MS);
    assert_non_null(strstr(sent->body, "it's \\\"hidden\\\""));

    cJSON *json = product_json(p, "delivery", "show", "d_1");
    assert_string_equal(product_text(request_of(json, 0), "body_is"), "sent");
    assert_non_null(strstr(product_text(request_of(json, 0), "body"), "\"token\":\"(hidden)\"}"));
    const char *token = strstr(sent->body, ",\"token\"");
    assert_int_equal(strncmp(product_text(request_of(json, 0), "body"), sent->body,
                             (size_t)(token - sent->body)),
                     0);
    cJSON_Delete(json);
    product_expect(p, 0, "\"usersFailing\":[\"fern@example.com\"]", "delivery", "show", "d_1");

    product_expect(p, 0, NULL, "integration", "set", "Tickets", "--param", "body:team=core");
    json = product_json(p, "delivery", "show", "d_1");
    assert_string_equal(product_text(request_of(json, 0), "body_is"), "now");
    assert_non_null(strstr(product_text(request_of(json, 0), "body"), "\"team\":\"core\""));
    cJSON_Delete(json);
    product_expect(p, 0, "the integration was changed since; sent now, the body would be",
                   "delivery", "show", "d_1");

    product_expect(p, 0, NULL, "integration", "remove", "Tickets");
    json = product_json(p, "delivery", "show", "d_1");
    assert_string_equal(product_text(request_of(json, 0), "body_is"), "unknown");
    assert_non_null(
        strstr(product_text(request_of(json, 0), "body_note"), "not configured any more"));
    cJSON_Delete(json);
    product_expect(p, 2, "there is nothing to call", "delivery", "show", "d_1", "--curl");
    receiver_stop(receiver);
}

static void show__says_when_a_secret_cannot_be_opened(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    char *key = tmpdir_path(&p->dir, "home/secret.key");
    assert_int_equal(remove(key), 0);
    product_expect(p, 0, "whether it is what was sent cannot be told", "delivery", "show", "d_1");
    product_expect(p, 0, "--user 'alice:'\"$CHECKHOOK_PASSWORD\"", "delivery", "show", "d_1",
                   "--curl");
    free(key);
    receiver_stop(receiver);
}

static void show__has_no_body_for_a_get(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "method=GET");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    cJSON *json = product_json(p, "delivery", "show", "d_1");
    assert_string_equal(product_text(request_of(json, 0), "body_is"), "none");
    cJSON_Delete(json);
    receiver_stop(receiver);
}

/* A refused token: what stands in the log is that exchange, its form masked. */
static void show__tells_a_token_request_from_a_delivery(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    char endpoint[200], secret[300];
    char *file = tmpdir_write(&p->dir, "secret", "it's \"hidden\"");
    prepare(p, receiver, "Tickets");
    receiver_answer(receiver, "/token", (struct receiver_answer){.status = 401});
    snprintf(endpoint, sizeof endpoint, "auth.endpoint=%s", receiver_url(receiver, "/token"));
    snprintf(secret, sizeof secret, "auth.client_secret=@%s", file);
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "auth.type=oauth", endpoint,
                   "auth.client_id=me", secret);
    product_expect(p, 0, "1 held", "check", "run", "no-mfa");
    cJSON *json = product_json(p, "delivery", "show", "d_1");
    assert_string_equal(product_text(request_of(json, 0), "body_is"), "sent");
    assert_string_equal(product_text(request_of(json, 0), "body"),
                        "grant_type=client_credentials&client_id=me&client_secret=....");
    cJSON_Delete(json);
    free(file);
    receiver_stop(receiver);
}

static void show__prints_a_curl_command_that_works(void **state)
{
    static const char *const env[] = {"CHECKHOOK_PASSWORD=it's \"hidden\"",
                                      "CHECKHOOK_BODY_TOKEN=it's \"hidden\"", NULL};
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    struct run_result printed = PRODUCT(p, "delivery", "show", "d_1", "--curl");
    char *file = tmpdir_write(&p->dir, "command.sh", printed.out);
    struct run_result r =
        run_command((const char *const[]){"sh", file, NULL}, &(struct run_options){.env = env});
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "HTTP/1.1 200"));
    const struct receiver_request *ours = receiver_wait(receiver, 0, WAIT_MS);
    const struct receiver_request *theirs = receiver_wait(receiver, 1, WAIT_MS);
    assert_string_equal(ours->body, theirs->body);
    char *left = receiver_header(ours, "Authorization");
    char *right = receiver_header(theirs, "Authorization");
    assert_string_equal(left, right);
    cJSON *json = product_json(p, "delivery", "show", "d_1", "--curl");
    assert_string_equal(product_text(json, "curl"), printed.out);
    cJSON_Delete(json);
    free(left);
    free(right);
    free(file);
    run_release(&r);
    run_release(&printed);
    receiver_stop(receiver);
}

/* One form of time in all of it, that says which zone it is of. */
static void show__writes_times_in_one_way(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 60\r\n"});
    product_expect(p, 0, "1 waiting for its next attempt", "check", "run", "no-mfa");
    struct run_result r = PRODUCT(p, "delivery", "show", "d_1");
    size_t times = 0;
    for (const char *at = r.out; (at = strchr(at, 'Z')); at++)
        times += at - r.out > 19 && at[-3] == ':' && at[-6] == ':' && at[-9] == ' ';
    assert_null(strstr(r.out, "UTC"));
    assert_int_equal(times, 3); /* created, next, attempt 1 */
    assert_non_null(strstr(r.out, "    total   "));
    run_release(&r);
    receiver_stop(receiver);
}

/* What the last attempt left is no news of the one that is under way. */
static void show__of_one_in_flight_says_nothing_of_the_past(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 60\r\n"});
    product_expect(p, 0, "1 waiting for its next attempt", "check", "run", "no-mfa");
    product_expect(p, 0, "state     pending: ", "delivery", "show", "d_1");
    alter(p, "UPDATE deliveries SET state = 'in_flight', due_at = due_at - 120");
    struct run_result r = PRODUCT(p, "delivery", "show", "d_1");
    assert_non_null(strstr(r.out, "state     in_flight\n"));
    assert_null(strstr(r.out, "\nnext "));
    assert_non_null(strstr(r.out, "\nAttempt 1 "));
    run_release(&r);
    cJSON *json = product_json(p, "delivery", "show", "d_1");
    assert_string_equal(product_text(json, "reason"), "");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(json, "next")));
    cJSON_Delete(json);
    receiver_stop(receiver);
}

/* --- sending again --------------------------------------------------------------------------- */

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void retry__takes_a_hundred_thousand_at_once(void **state)
{
    enum { MANY = 100000, LINES_MAX = 15 };
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 404});
    product_expect(p, 1, "1 failed", "check", "run", "no-mfa");
    alter(p, "INSERT INTO deliveries (kind, event_id, check_id, integration_id, integration_name,"
             " state, reason, created_at, due_at, aged_from, finished_at)"
             " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999)"
             " SELECT kind, event_id, check_id, integration_id, integration_name, state, reason,"
             " created_at, due_at, aged_from, finished_at FROM deliveries, n");
    product_expect(p, 0, "100000 deliveries would be sent again", "delivery", "retry",
                   "--all-failed", "--dry-run");
    product_expect(p, 0, "\"held\": null", "delivery", "retry", "--all-failed", "--dry-run",
                   "--json");
    product_expect(p, 0, "0 deliveries would be sent again", "delivery", "retry", "--all-failed",
                   "--dry-run", "--until", "1d");
    product_expect(p, 0, "0 deliveries would be sent again", "delivery", "retry", "--all-failed",
                   "--dry-run", "--check", "inactive-90");
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "enabled=false");
    struct run_result r = PRODUCT(p, "delivery", "retry", "--all-failed");
    assert_int_equal(r.status, 0);
    assert_in_range(lines_of(r.out), 1, LINES_MAX);
    assert_non_null(strstr(r.out, "100000 in all"));
    assert_non_null(strstr(r.out, "100000 to Tickets wait until it is enabled."));
    run_release(&r);
    product_expect(p, 0, "nothing to send again", "delivery", "retry", "--all-failed");
    struct run_result listed = PRODUCT(p, "delivery", "list", "--state", "held");
    assert_int_equal(lines_of(listed.out), MANY + 1); /* one line of headings */
    run_release(&listed);
    receiver_stop(receiver);
}

/* And that an id that is given twice counts once. */
static void retry__says_that_a_held_one_waits(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    product_expect(p, 0, "1 delivered", "check", "run", "no-mfa");
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "enabled=false");
    product_expect(p, 0, "1 to Tickets waits until it is enabled.", "delivery", "retry", "d_1");
    cJSON *json = product_json(p, "delivery", "retry", "d_1", "1");
    assert_int_equal(cJSON_GetArraySize(json), 1);
    cJSON_Delete(json);
    product_expect(p, 2, "goes with --all-failed", "delivery", "retry", "d_1", "--since", "1h");
    product_expect(p, 2, "goes with --all-failed", "delivery", "retry", "d_1", "--dry-run");
    product_expect(p, 2, "either the ids", "delivery", "retry", "d_1", "--all-failed");
    product_expect(p, 2, "either the ids", "delivery", "retry");
    receiver_stop(receiver);
}

/* --- tests ----------------------------------------------------------------------------------- */

static void integration_test__says_that_it_could_not_be_recorded(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 401});
    product_expect(p, 0, "1 held", "check", "run", "no-mfa");
    alter(p, "CREATE TRIGGER full BEFORE INSERT ON deliveries"
             " BEGIN SELECT raise(ABORT, 'there is no room'); END");
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 200});
    struct run_result r = PRODUCT(p, "integration", "test", "Tickets");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "The test passed"));
    assert_non_null(strstr(r.err, "could not be recorded, and its integration stays on hold"));
    assert_non_null(strstr(r.err, "there is no room"));
    run_release(&r);
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 404});
    product_expect(p, 1, "could not be recorded: ", "integration", "test", "Tickets");
    receiver_stop(receiver);
}

/* A test is not tried again, whatever kept it from being answered. */
static void integration_test__that_failed_is_not_said_to_be_retried(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    prepare(p, receiver, "Tickets");
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 503});
    product_expect(p, 1, NULL, "integration", "test", "Tickets");
    product_expect(p, 0, "\"outcome\": \"failed\"", "delivery", "show", "d_1", "--json");
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(list__of_integrations_says_that_one_is_retried),
        TEST(list__filters_by_time),
        TEST(list__finds_what_went_to_a_removed_integration),
        TEST(list__tells_open_failures_apart),
        TEST(list__shows_why_it_is_held),
        TEST(list__shows_a_hold_within_the_terminal),
        TEST(show__tells_what_was_sent_from_what_would_be),
        TEST(show__says_when_a_secret_cannot_be_opened),
        TEST(show__has_no_body_for_a_get),
        TEST(show__tells_a_token_request_from_a_delivery),
        TEST(show__prints_a_curl_command_that_works),
        TEST(show__writes_times_in_one_way),
        TEST(show__of_one_in_flight_says_nothing_of_the_past),
        TEST(retry__takes_a_hundred_thousand_at_once),
        TEST(retry__says_that_a_held_one_waits),
        TEST(integration_test__says_that_it_could_not_be_recorded),
        TEST(integration_test__that_failed_is_not_said_to_be_retried),
    };
    return cmocka_run_group_tests_name("cli_delivery", tests, NULL, NULL);
}
