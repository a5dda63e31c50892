/* Makes a home as large as a console must bear, in well under a minute. */
#include "tests/bench/bigstore.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/app.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "core/store/findings.h"
#include "core/store/runs.h"
#include "tests/bench/process.h"

enum {
    COLUMNS_MAX = 40,
    DAY_S = 86400,
    HISTORY_DAYS = 80,
    ATTEMPT_EACH = 5,  /* one of so many deliveries has its attempt kept */
    FAILED_EACH = 50,  /* one of so many failed */
    RETRYING_EACH = 9, /* one of so many integrations has one that waits for its next attempt */
    TICKS = 40,
    FINDINGS_A_COMMIT = 10000,
};

static const char *const checks[] = {"no-mfa", "inactive-90", "unused-key-45", "locked-out"};

static void must(bool ok, const struct error *err)
{
    if (!ok)
        give_up("%s", err->text);
}

/* --- integrations ------------------------------------------------------------------------------
 */

static void integration_id(size_t n, char out[UUID_LEN + 1])
{
    snprintf(out, UUID_LEN + 1, "00000000-0000-4000-8000-%012x", (unsigned)n);
}

static void give_key(struct app *app, struct integration *in)
{
    static const char key[] = "bench-key";
    struct error err = {0};
    in->auth.type = AUTH_API_KEY;
    in->auth.key_name = mem_strdup("X-Api-Key");
    must(secret_seal(app->keyring, true, in->id, "auth.key_value", key, sizeof key - 1,
                     clock_now_s(), &in->auth.key_value, &err),
         &err);
}

static void make_integration(struct app *app, struct integration *in, size_t n)
{
    static const char *const words[] = {"Audit archive", "Billing events", "Chat alerts",
                                        "Data lake",     "Legacy CRM",     "Service desk"};
    integration_init(in);
    integration_id(n, in->id);
    in->name = mem_printf("%s %04zu", words[n % ARRAY_LEN(words)], n);
    in->url = mem_printf("https://hooks%zu.example.com/v1/in?tenant=emea", n);
    in->auth.type = AUTH_NONE;
    if (n % 2)
        give_key(app, in);
}

static void add_integrations(struct app *app, const struct bigstore *b)
{
    struct error err = {0};
    char id[UUID_LEN + 1];
    must(config_begin(&app->config, &err), &err);
    for (size_t n = 0; n < b->integrations; n++) {
        struct integration in;
        make_integration(app, &in, n);
        config_put(&app->config, &in);
        integration_release(&in);
    }
    for (size_t c = 0; c < ARRAY_LEN(checks); c++) {
        struct check_config *check = config_check_make(&app->config, checks[c]);
        for (size_t n = c; n < b->integrations && n < TICKS; n += c + 1) {
            integration_id(n, id);
            text_list_add(&check->integrations, id);
        }
    }
    must(config_commit(&app->config, &err), &err);
}

/* --- users -------------------------------------------------------------------------------------
 */

static struct value *value_of(const struct column *columns, struct value *values, const char *name)
{
    size_t i = 0;
    while (strcmp(columns[i].name, name) != 0)
        i++;
    return &values[i];
}

static void set_text(const struct column *columns, struct value *values, const char *name,
                     const char *text)
{
    *value_of(columns, values, name) = (struct value){.kind = VALUE_TEXT, .text = text};
}

static void set_number(const struct column *columns, struct value *values, const char *name,
                       int64_t number)
{
    *value_of(columns, values, name) = (struct value){.kind = VALUE_INT, .number = number};
}

static void add_factor(struct store *s, int64_t uid)
{
    struct error err = {0};
    struct value values[COLUMNS_MAX] = {0};
    set_text(factor_columns, values, "kind", "totp");
    set_number(factor_columns, values, "strength", 2);
    set_text(factor_columns, values, "status", "active");
    must(datasets_add_row(s, factor_columns, uid, values, &err), &err);
}

/* The number is spread over the logins, so that neighbours in a list are not alike. */
static void user_texts(size_t n, char id[16], char login[40], char name[40])
{
    static const char *const first[] = {"alice", "dara", "m", "renee", "tomas", "wei", "ines"};
    static const char *const last[] = {"brandt", "kim", "okafor", "mueller", "vega", "zhang"};
    const char *given = first[n % ARRAY_LEN(first)], *family = last[n % ARRAY_LEN(last)];
    snprintf(id, 16, "u%07zu", n);
    snprintf(login, 40, "%s.%s%zu", given, family, n * 7919 % 1000003);
    snprintf(name, 40, "%c%s %c%s", given[0] - 32, given + 1, family[0] - 32, family + 1);
}

static void add_user(struct store *s, size_t n, int64_t now)
{
    struct error err = {0};
    struct value values[COLUMNS_MAX] = {0};
    char id[16], login[40], name[40], email[64];
    int64_t uid = 0;
    user_texts(n, id, login, name);
    snprintf(email, sizeof email, "%s@corp.example", login);
    set_text(user_columns, values, "id", id);
    set_text(user_columns, values, "login", login);
    set_text(user_columns, values, "email", email);
    set_text(user_columns, values, "display_name", name);
    set_text(user_columns, values, "user_type", n % 20 ? "member" : "guest");
    set_text(user_columns, values, "status", "active");
    set_number(user_columns, values, "enabled", 1);
    set_number(user_columns, values, "is_admin", n % 1000 == 0);
    set_number(user_columns, values, "factors_known", 1);
    set_number(user_columns, values, "roles_known", 0);
    set_number(user_columns, values, "sign_ins_known", 0);
    set_number(user_columns, values, "credentials_known", 0);
    set_number(user_columns, values, "last_login_known", 1);
    set_number(user_columns, values, "last_login_at", now - (int64_t)(n * 31 % 200) * DAY_S);
    set_number(user_columns, values, "mfa_enrolled", n % 2);
    must(datasets_add_user(s, values, &uid, &err), &err);
    if (n % 2)
        add_factor(s, uid);
}

static void add_users(struct store *s, const struct bigstore *b, int64_t now)
{
    const struct dataset_info info = {
        .source = "directory", .format = "checkhook-jsonl", .loaded_at = now};
    struct error err = {0};
    must(datasets_begin(s, &info, &err), &err);
    for (size_t n = 0; n < b->users; n++)
        add_user(s, n, now);
    must(datasets_finish(s, &err), &err);
}

/* --- the run and what it found -----------------------------------------------------------------
 */

static int64_t add_run(struct store *s, const struct bigstore *b, int64_t now)
{
    struct error err = {0};
    const struct run run = {.started_ms = now * 1000, .time_ms = 900, .users = (int64_t)b->users};
    int64_t id = 0;
    must(store_begin(s, &err) && runs_add(s, "now", &run, &id, &err), &err);
    for (size_t c = 0; c < ARRAY_LEN(checks); c++) {
        const struct run_check result = {.check_id = (char *)(uintptr_t)checks[c],
                                         .run_id = id,
                                         .started_ms = run.started_ms,
                                         .evaluated = run.users,
                                         .failing = c == 0 ? (int64_t)b->findings : 0};
        must(runs_add_check(s, &result, &err), &err);
    }
    must(store_commit(s, &err), &err);
    return id;
}

static void add_findings_from(struct store *s, size_t from, size_t count, int64_t run, int64_t now)
{
    static char ids[FINDINGS_A_COMMIT][16], logins[FINDINGS_A_COMMIT][40], name[40];
    static struct new_finding items[FINDINGS_A_COMMIT];
    struct error err = {0};
    for (size_t i = 0; i < count; i++) {
        user_texts((from + i) * 2, ids[i], logins[i], name); /* the even ones have no factor */
        items[i] = (struct new_finding){"directory", ids[i], logins[i], "{}",
                                        (int64_t)(from + i) * 2 + 1}; /* users come in order */
    }
    const struct new_findings added = {checks[0], run, now, items, count};
    must(store_begin(s, &err) && findings_add(s, &added, &err) && store_commit(s, &err), &err);
}

static void add_findings(struct store *s, const struct bigstore *b, int64_t now)
{
    const int64_t run = add_run(s, b, now);
    for (size_t from = 0; from < b->findings; from += FINDINGS_A_COMMIT) {
        const size_t left = b->findings - from;
        add_findings_from(s, from, left < FINDINGS_A_COMMIT ? left : FINDINGS_A_COMMIT, run, now);
    }
}

/* --- deliveries: by statements, since the outbox makes them one by one --------------------------
 */

/* Numbers i = 0 … limit - 1, and what is made of one. */
#define COUNT_TO(limit)                                                                            \
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " limit ") "
#define EVENT_ID            "printf('e0000000-0000-4000-8000-%012x', i / 20)"
#define ENVELOPE_ID         "printf('f0000000-0000-4000-8000-%012x', i / 20)"
#define INTEGRATION(number) "printf('00000000-0000-4000-8000-%012x', " number ")"
#define MADE_AT             "(:now - (:deliveries - i) * :history / :deliveries)"
#define RUN                 "1 + i / 900" /* 45 events each */
#define HAS_FAILED          "i % :failed_each = 7"

static const char *const statements[] = {
    COUNT_TO(":deliveries") "INSERT INTO events (id, envelope_id, kind, check_id, run_id,"
                            " published_ms) SELECT " EVENT_ID ", " ENVELOPE_ID
                            ", 'finding', 'no-mfa', " RUN ", " MADE_AT " * 1000"
                            " FROM n WHERE i % 20 = 0",

    COUNT_TO(":deliveries") "INSERT INTO event_bodies (key, event_id, envelope_id, run_id,"
                            " published_ms, detail) SELECT i / 20 + 1, " EVENT_ID ", " ENVELOPE_ID
                            ", " RUN ", " MADE_AT " * 1000,"
                            " '{\"id\":\"' || " EVENT_ID
                            " || '\",\"checkId\":\"no-mfa\",\"title\":\"No MFA\","
                            "\"description\":[\"d\"],\"recommendedActions\":[\"a\"],\"severity\":"
                            "\"critical\","
                            "\"usersFailing\":[\"user1@example.com\"],\"published\":\"2026-09-"
                            "17T06:00:14.000Z\"}'"
                            " FROM n WHERE i % 20 = 0",

    COUNT_TO(":deliveries") "INSERT INTO deliveries (id, kind, event_id, check_id, integration_id,"
                            " integration_name, state, attempts, status, took_ms, reason, "
                            "created_at, due_at, aged_from,"
                            " finished_at, body_key) SELECT i + 1, 'finding', " EVENT_ID ","
                            " CASE i % 4 WHEN 0 THEN 'no-mfa' WHEN 1 THEN 'inactive-90' WHEN 2 "
                            "THEN 'unused-key-45'"
                            " ELSE 'locked-out' END, " INTEGRATION(
                                "i * 389 % :integrations") ","
                                                           " 'Integration ' || (i * 389 % "
                                                           ":integrations),"
                                                           " CASE WHEN " HAS_FAILED
                                                           " THEN 'failed' ELSE 'delivered' END, 1,"
                                                           " CASE WHEN " HAS_FAILED
                                                           " THEN 404 ELSE 200 END, 20 + i % 90,"
                                                           " CASE WHEN " HAS_FAILED
                                                           " THEN 'the receiver has nothing under "
                                                           "this address (404)' ELSE ''"
                                                           " END, " MADE_AT ", 0, " MADE_AT
                                                           ", " MADE_AT " + 1, i / 20 + 1 FROM n",

    COUNT_TO(":deliveries") "INSERT INTO attempts (delivery_id, n, started_ms, outcome, status,"
                            " reason, peer, resolve_us, connect_us, tls_us, first_byte_us, "
                            "total_us, method, url,"
                            " request_headers, response_headers, response_body, response_cut) "
                            "SELECT i + 1, 1,"
                            " " MADE_AT " * 1000, 'delivered', 200, '', '203.0.113.10:443', 400, "
                            "900, 2000, 18000, 20000,"
                            " 'POST', 'https://hooks.example.com/v1/in', "
                            "'{\"Content-Type\":\"application/json\"}',"
                            " '{\"content-type\":\"text/plain\"}', 'ok', 0 FROM n WHERE i % "
                            ":attempt_each = 0",

    COUNT_TO(":integrations") "INSERT INTO integration_state (integration_id, last_at, last_status,"
                              " last_ok, last_ok_at) SELECT " INTEGRATION(
                                  "i") ", :now - i, 200, 1, :now - i FROM n"
                                       " WHERE i % 10 > 0",

    /* Due in a year: whoever looks sends nothing. */
    COUNT_TO(":integrations") "INSERT INTO deliveries (kind, event_id, check_id, integration_id,"
                              " integration_name, state, attempts, status, took_ms, reason, "
                              "created_at, due_at, aged_from,"
                              " body_key) SELECT 'finding', "
                              "'e0000000-0000-4000-8000-000000000000', 'no-mfa',"
                              " " INTEGRATION("i") ", 'Integration ' || i, 'pending', 1, 503, 40,"
                                                   " 'the receiver is overloaded (503)', :now - "
                                                   "60, :now + 31536000, :now - 60, 1"
                                                   " FROM n WHERE i % :retrying_each = 0",
};

static void bind_known(struct stmt *st, const char *sql, const char *name, int64_t value)
{
    if (strstr(sql, name))
        stmt_bind_int(st, name, value);
}

static void add_deliveries(struct store *s, const struct bigstore *b, int64_t now)
{
    struct error err = {0};
    must(db_begin(store_db(s), &err), &err);
    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        struct stmt *st = db_prepare(store_db(s), statements[i], &err);
        must(st != NULL, &err);
        const struct {
            const char *name;
            int64_t value;
        } numbers[] = {
            {":now", now},
            {":deliveries", (int64_t)b->deliveries},
            {":integrations", (int64_t)b->integrations},
            {":history", HISTORY_DAYS * (int64_t)DAY_S},
            {":failed_each", FAILED_EACH},
            {":attempt_each", ATTEMPT_EACH},
            {":retrying_each", RETRYING_EACH},
        };
        for (size_t k = 0; k < ARRAY_LEN(numbers); k++)
            bind_known(st, statements[i], numbers[k].name, numbers[k].value);
        must(stmt_run(st, &err), &err);
    }
    must(db_commit(store_db(s), &err), &err);
}

/* --- public ------------------------------------------------------------------------------------
 */

/* What a home says of itself once it is whole: the numbers and the day. */
static char *stamp_text(const struct bigstore *b, int64_t now)
{
    return mem_printf("%zu %zu %zu %zu of day %" PRId64 "\n", b->integrations, b->users,
                      b->findings, b->deliveries, now / DAY_S);
}

static bool is_made(const char *stamp_path, const char *wanted)
{
    char found[128] = "";
    FILE *in = fopen(stamp_path, "r");
    const bool same = in && fgets(found, sizeof found, in) && strcmp(found, wanted) == 0;
    if (in)
        fclose(in);
    return same;
}

static void write_stamp(const char *stamp_path, const char *text)
{
    FILE *out = fopen(stamp_path, "w");
    if (!out || fputs(text, out) < 0 || fclose(out) != 0)
        give_up("%s cannot be written", stamp_path);
}

static void remove_old(const char *home)
{
    static const char *const files[] = {"made",
                                        "checkhook.conf",
                                        "checkhook.db",
                                        "secret.key",
                                        "checkhook.db-wal",
                                        "checkhook.db-shm",
                                        "console.conf",
                                        "lock"};
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        char *path = mem_printf("%s/%s", home, files[i]);
        unlink(path);
        free(path);
    }
}

static void make(const struct bigstore *b, const char *home, int64_t now)
{
    struct error err = {0};
    struct app app;
    must(app_open(&app, home, APP_STORE, &err), &err);
    must(
        db_exec(store_db(app.store), "PRAGMA synchronous = OFF; PRAGMA cache_size = -200000", &err),
        &err);
    add_integrations(&app, b);
    add_users(app.store, b, now);
    add_findings(app.store, b, now);
    add_deliveries(app.store, b, now);
    app_close(&app);
}

void bigstore_make(const struct bigstore *b, const char *home)
{
    const int64_t now = clock_now_s(), begun_us = monotonic_us();
    char *stamp = mem_printf("%s/made", home), *text = stamp_text(b, now);
    if (!is_made(stamp, text)) {
        printf("making %s …\n", home);
        fflush(stdout);
        remove_old(home);
        make(b, home, now);
        write_stamp(stamp, text);
        printf("made in %.1f s\n", (double)(monotonic_us() - begun_us) / 1e6);
    }
    free(stamp);
    free(text);
}
