/* Tests of the upgrade of a database of version 1, as the first release made it: nothing of it is
 * lost, and what waits is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "core/store/store.h"
#include "tests/support/sql.h"
#include "tests/support/tmpdir.h"

/* As it was released; it never changes here either. */
static const char *const version_1[] = {
    "CREATE TABLE meta ("
    "  name TEXT PRIMARY KEY, value BIGINT NOT NULL)",

    "CREATE TABLE datasets ("
    "  source TEXT PRIMARY KEY, format TEXT NOT NULL, tenant TEXT, loaded_at BIGINT NOT NULL,"
    "  complete INTEGER NOT NULL)",

    /* Counted by the load, since a million rows take too long to count for every look. */
    "CREATE TABLE dataset_counts ("
    "  source TEXT PRIMARY KEY REFERENCES datasets(source), users BIGINT NOT NULL,"
    "  factors BIGINT NOT NULL, roles BIGINT NOT NULL, sign_ins BIGINT NOT NULL,"
    "  credentials BIGINT NOT NULL)",

    /* AUTOINCREMENT: the uid of a user who is gone is never given to another. */
    "CREATE TABLE users ("
    "  uid INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  source TEXT NOT NULL REFERENCES datasets(source),"
    "  id TEXT NOT NULL, login TEXT NOT NULL, email TEXT, display_name TEXT, user_type TEXT,"
    "  status TEXT NOT NULL, enabled INTEGER, created_at BIGINT, expires_at BIGINT,"
    "  last_login_at BIGINT, last_login_known INTEGER NOT NULL DEFAULT 0,"
    "  password_enabled INTEGER, password_changed_at BIGINT, password_never_expires INTEGER,"
    "  password_not_required INTEGER, password_must_change INTEGER,"
    "  mfa_enrolled INTEGER, mfa_enforced INTEGER, mfa_bypass INTEGER,"
    "  factors_known INTEGER NOT NULL DEFAULT 0, roles_known INTEGER NOT NULL DEFAULT 0,"
    "  sign_ins_known INTEGER NOT NULL DEFAULT 0, credentials_known INTEGER NOT NULL DEFAULT 0,"
    "  is_admin INTEGER, on_prem_synced INTEGER, risk_level TEXT, locked_at BIGINT,"
    "  department TEXT, manager TEXT,"
    "  UNIQUE (source, id))",

    "CREATE TABLE factors ("
    "  user_uid INTEGER NOT NULL REFERENCES users(uid), factor_id TEXT, kind TEXT NOT NULL,"
    "  strength INTEGER NOT NULL, provider TEXT, status TEXT NOT NULL, created_at BIGINT,"
    "  last_used_at BIGINT)",

    "CREATE TABLE roles ("
    "  user_uid INTEGER NOT NULL REFERENCES users(uid), role TEXT NOT NULL, tier INTEGER NOT NULL,"
    "  assignment TEXT NOT NULL, via_group TEXT, scope TEXT, assigned_at BIGINT,"
    "  expires_at BIGINT)",

    "CREATE TABLE sign_ins ("
    "  user_uid INTEGER NOT NULL REFERENCES users(uid), at BIGINT NOT NULL, result TEXT NOT NULL,"
    "  interactive INTEGER, mfa_used INTEGER, factor_kind TEXT, legacy_auth INTEGER, ip TEXT,"
    "  country TEXT, app TEXT, risk_level TEXT)",

    "CREATE TABLE credentials ("
    "  user_uid INTEGER NOT NULL REFERENCES users(uid), cred_id TEXT NOT NULL, kind TEXT NOT NULL,"
    "  active INTEGER NOT NULL, created_at BIGINT, last_used_at BIGINT,"
    "  last_used_known INTEGER NOT NULL DEFAULT 0, expires_at BIGINT)",

    "CREATE INDEX users_email ON users(source, lower(email))",
    "CREATE INDEX factors_u ON factors(user_uid)",
    "CREATE INDEX roles_u ON roles(user_uid)",
    "CREATE INDEX sign_ins_u ON sign_ins(user_uid, at)",
    "CREATE INDEX credentials_u ON credentials(user_uid)",

    "CREATE TABLE runs ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL," /* now|daily|command */
    "  started_ms BIGINT NOT NULL, time_ms BIGINT NOT NULL, users BIGINT NOT NULL)",

    "CREATE TABLE run_checks ("
    "  run_id BIGINT NOT NULL REFERENCES runs(id), check_id TEXT NOT NULL,"
    "  evaluated BIGINT NOT NULL, failing BIGINT NOT NULL, new BIGINT NOT NULL,"
    "  resolved BIGINT NOT NULL, unknown BIGINT NOT NULL,"
    "  error TEXT," /* NULL = it was evaluated */
    "  PRIMARY KEY (run_id, check_id))",
    "CREATE INDEX run_checks_check ON run_checks(check_id, run_id)",

    "CREATE TABLE findings ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, check_id TEXT NOT NULL, source TEXT NOT NULL,"
    "  user_id TEXT NOT NULL, login TEXT NOT NULL, since_s BIGINT NOT NULL,"
    "  last_seen_s BIGINT NOT NULL, first_run BIGINT NOT NULL,"
    "  resolved_at BIGINT, resolved_run BIGINT," /* NULL = open */
    "  stale INTEGER NOT NULL DEFAULT 0,"        /* 1 = today's data does not say */
    "  explain TEXT NOT NULL)",                  /* JSON object */
    "CREATE UNIQUE INDEX findings_open ON findings(check_id, source, user_id)"
    "  WHERE resolved_at IS NULL",

    "CREATE TABLE events ("
    "  id TEXT PRIMARY KEY, envelope_id TEXT NOT NULL, kind TEXT NOT NULL," /* finding|test */
    "  check_id TEXT NOT NULL, run_id BIGINT NOT NULL, published_ms BIGINT NOT NULL)",

    /* Large and read once an attempt: apart, so that the tables around stay small. */
    "CREATE TABLE event_bodies ("
    "  event_id TEXT PRIMARY KEY REFERENCES events(id), detail TEXT NOT NULL, explain TEXT)",

    "CREATE TABLE deliveries ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
    "  event_id TEXT NOT NULL REFERENCES events(id), check_id TEXT NOT NULL,"
    "  integration_id TEXT NOT NULL, integration_name TEXT NOT NULL,"
    "  state TEXT NOT NULL," /* pending|in_flight|delivered|failed|held */
    "  attempts INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0,"
    "  took_ms BIGINT NOT NULL DEFAULT -1, reason TEXT NOT NULL, created_at BIGINT NOT NULL,"
    "  due_at BIGINT NOT NULL, aged_from BIGINT NOT NULL,"
    "  finished_at BIGINT NOT NULL DEFAULT 0, redelivery_of BIGINT NOT NULL DEFAULT 0,"
    "  lease_until BIGINT NOT NULL DEFAULT 0)",
    "CREATE INDEX deliveries_due ON deliveries(integration_id, due_at, id)"
    "  WHERE state = 'pending'",
    "CREATE INDEX deliveries_retrying ON deliveries(integration_id, due_at)"
    "  WHERE state = 'pending' AND attempts > 0",
    "CREATE INDEX deliveries_integration ON deliveries(integration_id, id)",
    /* kind is a column of it as well, since SQLite reads the row for one that the condition tells
     */
    "CREATE INDEX deliveries_state ON deliveries(integration_id, kind, state, finished_at)"
    "  WHERE kind = 'finding'",
    "CREATE INDEX deliveries_in_flight ON deliveries(kind) WHERE state = 'in_flight'",

    "CREATE TABLE attempts ("
    "  delivery_id BIGINT NOT NULL REFERENCES deliveries(id), n INTEGER NOT NULL,"
    "  started_ms BIGINT NOT NULL, outcome TEXT NOT NULL, status INTEGER NOT NULL,"
    "  reason TEXT NOT NULL, peer TEXT, resolve_us BIGINT NOT NULL, connect_us BIGINT NOT NULL,"
    "  tls_us BIGINT NOT NULL, first_byte_us BIGINT NOT NULL, total_us BIGINT NOT NULL,"
    "  method TEXT, url TEXT, request_headers TEXT, response_headers TEXT, response_body BLOB,"
    "  response_cut INTEGER NOT NULL,"
    "  PRIMARY KEY (delivery_id, n))",

    "CREATE TABLE integration_state ("
    "  integration_id TEXT PRIMARY KEY, last_at BIGINT NOT NULL DEFAULT 0,"
    "  last_status INTEGER NOT NULL DEFAULT 0, last_ok INTEGER NOT NULL DEFAULT 0,"
    "  last_reason TEXT NOT NULL DEFAULT '', last_ok_at BIGINT NOT NULL DEFAULT 0,"
    "  hold_reason TEXT," /* NULL = not on hold */
    "  hold_since BIGINT NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0)",
};

static const char *const rows[] = {
    "INSERT INTO datasets VALUES ('okta', 'checkhook-csv', NULL, 1000, 1)",
    "INSERT INTO dataset_counts VALUES ('okta', 2, 2, 1, 2, 1)",
    "INSERT INTO users (uid, source, id, login, email, status, manager) VALUES"
    " (3, 'okta', 'ann', 'ann', 'ann@example.com', 'active', 'cat'),"
    " (5, 'okta', 'bob', 'bob', NULL, 'locked', NULL), (9, 'okta', 'cat', 'cat', NULL, 'active', "
    "'')",
    "DELETE FROM users WHERE uid = 9",
    "INSERT INTO factors (user_uid, kind, strength, status) VALUES (5, 'sms', 1, 'active'),"
    " (3, 'totp', 2, 'active'), (5, 'sms', 1, 'active')",
    "INSERT INTO roles (user_uid, role, tier, assignment) VALUES (3, 'Owner', 3, 'active')",
    "INSERT INTO sign_ins (user_uid, at, result, country) VALUES (3, 20, 'success', 'DE'),"
    " (3, 10, 'failure', 'FR')",
    "INSERT INTO credentials (user_uid, cred_id, kind, active) VALUES (5, 'K', 'access_key', 1)",
    "INSERT INTO findings (check_id, source, user_id, login, since_s, last_seen_s, first_run,"
    " resolved_at, explain) VALUES ('no-mfa', 'okta', 'bob', 'bob', 1, 1, 1, NULL, '{}'),"
    " ('no-mfa', 'okta', 'gone', 'gone', 1, 1, 1, NULL, '{}'),"
    " ('no-mfa', 'okta', 'ann', 'ann', 1, 1, 1, 5, '{}')",
    "INSERT INTO runs VALUES (1, 'daily', 1000, 5, 3)",
    "INSERT INTO run_checks VALUES (1, 'no-mfa', 3, 2, 2, 0, 0, NULL)",
    "INSERT INTO events VALUES ('one', 'envelope-one', 'finding', 'no-mfa', 1, 1000),"
    " ('two', 'envelope-two', 'finding', 'old-key', 1, 2000)",
    "INSERT INTO event_bodies VALUES ('one', '{\"id\":\"one\"}', NULL),"
    " ('two', '{\"id\":\"two\"}', '[]')",
    "INSERT INTO deliveries (id, kind, event_id, check_id, integration_id, integration_name, state,"
    " attempts, status, reason, created_at, due_at, aged_from, finished_at) VALUES"
    " (1, 'finding', 'one', 'no-mfa', 'a', 'A', 'delivered', 1, 200, '', 10, 0, 10, 11),"
    " (2, 'finding', 'two', 'old-key', 'a', 'A', 'pending', 1, 503, 'busy', 10, 20, 10, 0),"
    " (3, 'finding', 'one', 'no-mfa', 'b', 'B', 'held', 0, 0, 'refused', 10, 0, 10, 0),"
    " (4, 'finding', 'two', 'old-key', 'b', 'B', 'failed', 1, 404, 'not found', 10, 0, 10, 12)",
    "INSERT INTO attempts (delivery_id, n, started_ms, outcome, status, reason, resolve_us,"
    " connect_us, tls_us, first_byte_us, total_us, response_cut) VALUES"
    " (1, 1, 1, 'delivered', 200, '', 0, 0, 0, 0, 0, 0)",
};

static void run_all(struct db *db, const char *const *list, size_t count)
{
    struct error err = {0};
    for (size_t i = 0; i < count; i++)
        if (list[i] && !db_exec(db, list[i], &err))
            fail_msg("%s: %s", list[i], err.text);
}

/* A store of version 1 with rows, opened by today's program. */
static struct store *open_old(const struct tmpdir *dir)
{
    struct error err = {0};
    char *path = tmpdir_path(dir, "checkhook.db");
    struct db *db = db_open(path, DB_WRITE, &err);
    assert_non_null(db);
    run_all(db, version_1, ARRAY_LEN(version_1));
    run_all(db, rows, ARRAY_LEN(rows));
    assert_true(db_set_schema_version(db, 1, &err));
    db_close(db);
    struct store *store = store_open(path, &err);
    if (!store)
        fail_msg("%s", err.text);
    free(path);
    return store;
}

static void expect_event(struct store *store, int64_t delivery_id, const char *envelope_id,
                         const char *detail)
{
    struct error err = {0};
    struct delivery d = {0};
    struct event by_id = {0}, by_key = {0};
    assert_true(outbox_delivery(store, delivery_id, &d, &err));
    assert_true(outbox_event(store, d.event_id, &by_id, &err));
    assert_true(outbox_event_of(store, &d, &by_key, &err));
    assert_string_equal(by_id.envelope_id, envelope_id);
    assert_string_equal(by_key.envelope_id, envelope_id);
    assert_string_equal(by_id.detail, detail);
    assert_string_equal(by_key.detail, detail);
    assert_int_equal(by_key.published_ms, by_id.published_ms);
    assert_int_equal(by_key.run_id, by_id.run_id);
    delivery_release(&d);
    event_release(&by_id);
    event_release(&by_key);
}

static void upgrade__keeps_deliveries_events_and_attempts(void **state)
{
    struct tmpdir dir;
    struct error err = {0};
    struct outbox_counts counts = {0};
    struct attempt_list attempts = {0};
    (void)state;
    tmpdir_init(&dir);
    struct store *store = open_old(&dir);
    expect_event(store, 1, "envelope-one", "{\"id\":\"one\"}");
    expect_event(store, 2, "envelope-two", "{\"id\":\"two\"}");
    assert_true(outbox_count(store, NULL, 0, &counts, &err));
    assert_int_equal(counts.delivered, 1);
    assert_int_equal(counts.waiting, 1);
    assert_int_equal(counts.retrying, 1);
    assert_int_equal(counts.held, 1);
    assert_int_equal(counts.failed, 1);
    assert_true(outbox_attempts(store, 1, &attempts, &err));
    assert_int_equal(attempts.count, 1);
    attempt_list_release(&attempts);
    store_close(store);
    tmpdir_release(&dir);
}

static void upgrade__sends_what_waits(void **state)
{
    struct tmpdir dir;
    struct error err = {0};
    struct delivery_list list = {0};
    int64_t fresh = 0;
    (void)state;
    tmpdir_init(&dir);
    struct store *store = open_old(&dir);
    const struct claim claim = {.due_by = 20, .lease_until = 80, .limit = 10};
    assert_true(outbox_claim_due(store, &claim, &list, &err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, 2);
    delivery_list_release(&list);
    assert_true(outbox_redeliver(store, 4, 30, NULL, &fresh, &err));
    expect_event(store, fresh, "envelope-two", "{\"id\":\"two\"}");
    store_close(store);
    tmpdir_release(&dir);
}

/* What checks are fast by. */
static void upgrade__finds_shared_addresses_and_super_admins_by_index(void **state)
{
    static const char *const indexes[][2] = {
        {"users_email", "%(source, lower(email), enabled)"},
        {"roles_super", "%(user_uid) WHERE tier = 3"},
    };
    struct tmpdir dir;
    struct error err = {0};
    (void)state;
    tmpdir_init(&dir);
    struct store *store = open_old(&dir);
    struct stmt *st = db_prepare(store_db(store),
                                 "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND"
                                 " name = :name AND sql LIKE :columns",
                                 &err);
    assert_non_null(st);
    for (size_t i = 0; i < ARRAY_LEN(indexes); i++) {
        stmt_bind_text(st, ":name", indexes[i][0]);
        stmt_bind_text(st, ":columns", indexes[i][1]);
        assert_int_equal(stmt_step(st, &err), STEP_ROW);
        assert_int_equal(stmt_int(st, 0), 1);
        stmt_reset(st);
    }
    store_close(store);
    tmpdir_release(&dir);
}

static void upgrade__keeps_users_their_rows_and_findings(void **state)
{
    static const struct {
        const char *sql;
        int64_t value;
    } facts[] = {
        {"SELECT count(*) FROM users", 2},
        {"SELECT uid FROM users WHERE source = 'okta' AND id = 'bob' AND status = 'locked'", 5},
        {"SELECT uid FROM users WHERE lower(email) = 'ann@example.com' AND manager = 'cat'", 3},
        {"SELECT count(*) FROM factors WHERE user_uid = 5 AND kind = 'sms'", 2},
        {"SELECT count(*) FROM factors WHERE user_uid = 3 AND kind = 'totp' AND strength = 2", 1},
        {"SELECT tier FROM roles WHERE user_uid = 3 AND role = 'Owner'", 3},
        {"SELECT max(at) FROM sign_ins WHERE user_uid = 3 AND country = 'DE'", 20},
        {"SELECT count(*) FROM sign_ins", 2},
        {"SELECT active FROM credentials WHERE user_uid = 5 AND cred_id = 'K'", 1},
        {"SELECT user_uid FROM findings WHERE user_id = 'bob'", 5},
        {"SELECT user_uid FROM findings WHERE user_id = 'gone'", 0},
        {"SELECT value FROM meta WHERE name = 'last_uid'", 9}, /* never given again */
    };
    struct tmpdir dir;
    (void)state;
    tmpdir_init(&dir);
    struct store *store = open_old(&dir);
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        if (sql_number(store_db(store), facts[i].sql) != facts[i].value)
            fail_msg("%s is not %lld", facts[i].sql, (long long)facts[i].value);
    store_close(store);
    tmpdir_release(&dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(upgrade__keeps_deliveries_events_and_attempts),
        cmocka_unit_test(upgrade__sends_what_waits),
        cmocka_unit_test(upgrade__keeps_users_their_rows_and_findings),
        cmocka_unit_test(upgrade__finds_shared_addresses_and_super_admins_by_index),
    };
    return cmocka_run_group_tests_name("store_upgrade", tests, NULL, NULL);
}
