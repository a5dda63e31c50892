/* The tables of the store as a list of migrations, one list of statements a version. */
#include "core/store/schema.h"

#include "core/base/mem.h"

const char *const schema_data_tables[] = {"datasets", "users",       "factors", "roles",
                                          "sign_ins", "credentials", NULL};

const char schema_users_id[] = "CREATE UNIQUE INDEX users_id ON users(source, id)";
const char schema_users_email[] =
    "CREATE INDEX users_email ON users(source, lower(email), enabled)";

const char schema_findings_open[] =
    "CREATE UNIQUE INDEX findings_open ON findings(check_id, source, user_id)"
    "  WHERE resolved_at IS NULL";
const char schema_findings_user[] =
    "CREATE INDEX findings_user ON findings(source, user_id) WHERE resolved_at IS NULL";

/* Times are Unix seconds unless the name says otherwise; flags are 1, 0 or NULL. */
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
    schema_findings_open,

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

    NULL,
};

/* Sending touches as few indexes as can be: each state has one of its own, small or only ever added
 * to at its end. What the condition tells is a column as well, since SQLite reads the row for it.
 */
static const char *const version_2[] = {
    "DROP INDEX deliveries_state",
    "DROP INDEX deliveries_due",
    "DROP INDEX deliveries_retrying",
    "DROP INDEX deliveries_in_flight",
    "CREATE INDEX deliveries_due ON deliveries(integration_id, due_at, id, state)"
    "  WHERE state = 'pending'",
    "CREATE INDEX deliveries_in_flight ON deliveries(kind, integration_id, state)"
    "  WHERE state = 'in_flight'",
    "CREATE INDEX deliveries_retrying ON deliveries(integration_id, due_at, attempts, state)"
    "  WHERE state = 'pending' AND attempts > 0",
    /* What ends now comes last. */
    "CREATE INDEX deliveries_finished ON deliveries(finished_at, kind, state)"
    "  WHERE finished_at > 0",
    "CREATE INDEX deliveries_failed ON deliveries(integration_id, kind, state)"
    "  WHERE state = 'failed'",
    "CREATE INDEX deliveries_held ON deliveries(integration_id, state) WHERE state = 'held'",
    /* Written once with the delivery, and never touched by an attempt. */
    "DROP INDEX deliveries_integration",
    "CREATE INDEX deliveries_integration ON deliveries(integration_id, created_at)",
    "CREATE INDEX deliveries_check ON deliveries(check_id, created_at)",
    "CREATE INDEX deliveries_created ON deliveries(created_at)",
    "CREATE INDEX deliveries_again ON deliveries(redelivery_of) WHERE redelivery_of > 0",

    "CREATE TABLE run_requests ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, asked_by TEXT NOT NULL, asked_at BIGINT NOT NULL,"
    "  state TEXT NOT NULL," /* waiting|running|done|failed|cancelled */
    "  cancel INTEGER NOT NULL DEFAULT 0, done BIGINT NOT NULL DEFAULT 0,"
    "  total BIGINT NOT NULL DEFAULT 0, what TEXT, run_id BIGINT NOT NULL DEFAULT 0,"
    "  deliveries BIGINT NOT NULL DEFAULT 0, error TEXT)",
    "ALTER TABLE run_checks ADD COLUMN kept BIGINT NOT NULL DEFAULT 0",

    /* The UTC day (since 1970) that a daily run was scheduled for; 0 = it is no daily run. */
    "ALTER TABLE runs ADD COLUMN day BIGINT NOT NULL DEFAULT 0",
    "CREATE INDEX runs_daily ON runs(day) WHERE kind = 'daily'",

    /* What is pruned is found by its age. */
    "CREATE INDEX deliveries_event ON deliveries(event_id)",
    "CREATE INDEX findings_resolved ON findings(resolved_at) WHERE resolved_at IS NOT NULL",
    "CREATE INDEX runs_started ON runs(started_ms)",

    /* Which access was refused: a hold ends where another is configured. '' = it is no such hold.
     */
    "ALTER TABLE integration_state ADD COLUMN hold_print TEXT NOT NULL DEFAULT ''",

    /* What is sent, by a whole number that the delivery knows: ids are random, and to look them up
     * among very many reads another page each time. */
    "CREATE TABLE bodies ("
    "  key INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE REFERENCES events(id),"
    "  envelope_id TEXT NOT NULL, run_id BIGINT NOT NULL, published_ms BIGINT NOT NULL,"
    "  detail TEXT NOT NULL, explain TEXT)",
    "INSERT INTO bodies (event_id, envelope_id, run_id, published_ms, detail, explain)"
    "  SELECT e.id, e.envelope_id, e.run_id, e.published_ms, b.detail, b.explain"
    "  FROM events e JOIN event_bodies b ON b.event_id = e.id",
    "DROP TABLE event_bodies",
    "ALTER TABLE bodies RENAME TO event_bodies",
    "ALTER TABLE deliveries ADD COLUMN body_key BIGINT NOT NULL DEFAULT 0",
    "UPDATE deliveries SET body_key ="
    "  (SELECT b.key FROM event_bodies b WHERE b.event_id = deliveries.event_id)",

    NULL,
};

static const char *const version_3[] = {
    /* AUTOINCREMENT: an id is never given twice, so that a missing row shows. */
    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, at BIGINT NOT NULL, who TEXT NOT NULL,"
    "  came_from TEXT NOT NULL," /* address or terminal; '' = not known */
    "  through TEXT NOT NULL,"   /* command|console|service */
    "  what TEXT NOT NULL, subject_id TEXT NOT NULL, subject TEXT NOT NULL,"
    "  before TEXT NOT NULL, after TEXT NOT NULL)", /* JSON objects */
    "CREATE INDEX audit_at ON audit(at)",

    "ALTER TABLE run_checks ADD COLUMN time_ms BIGINT NOT NULL DEFAULT -1", /* -1 = not known */

    /* Which checks (ids with blanks between; '' = all), since when, and how far each is (JSON). */
    "ALTER TABLE run_requests ADD COLUMN checks TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE run_requests ADD COLUMN begun_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE run_requests ADD COLUMN lines TEXT NOT NULL DEFAULT ''",

    /* All that one user fails. */
    "CREATE INDEX events_run ON events(run_id, check_id)",
    schema_findings_user,
    /* Pages of what failed, newest first: of all, and of one integration. */
    "CREATE INDEX deliveries_failed_at ON deliveries(created_at, id, state, kind, integration_id)"
    "  WHERE state = 'failed'",
    "CREATE INDEX deliveries_failed_of ON deliveries(integration_id, created_at, id, state)"
    "  WHERE state = 'failed'",

    NULL,
};

static const char *const version_4[] = {
    /* Checks look for others with the same address, who have to be enabled, and for the few who
     * hold a role of the highest tier. */
    "DROP INDEX users_email",

    /* The uid of the user whom an open finding names; 0 = gone from the data set. A run walks users
     * and findings side by side, and reads nothing but this index. */
    "ALTER TABLE findings ADD COLUMN user_uid BIGINT NOT NULL DEFAULT 0",
    "UPDATE findings SET user_uid = COALESCE((SELECT u.uid FROM users u"
    "  WHERE u.source = findings.source AND u.id = findings.user_id), 0)"
    "  WHERE resolved_at IS NULL",
    "CREATE INDEX findings_compared ON findings(check_id, user_uid, id, stale, resolved_at)"
    "  WHERE resolved_at IS NULL",
    "CREATE INDEX findings_gone ON findings(source, user_id, user_uid, resolved_at)"
    "  WHERE resolved_at IS NULL AND user_uid = 0",

    /* Rows of a user lie together, found without a second look; n tells apart those that are alike.
     * A load adds millions of them in one transaction and answers for their users itself. */
    "CREATE TABLE factors_of ("
    "  user_uid INTEGER NOT NULL, n BIGINT NOT NULL, factor_id TEXT,"
    "  kind TEXT NOT NULL, strength INTEGER NOT NULL, provider TEXT, status TEXT NOT NULL,"
    "  created_at BIGINT, last_used_at BIGINT, PRIMARY KEY (user_uid, n)) WITHOUT ROWID",
    "INSERT INTO factors_of SELECT user_uid, rowid, factor_id, kind, strength, provider, status,"
    "  created_at, last_used_at FROM factors ORDER BY user_uid, rowid",
    "DROP TABLE factors",
    "ALTER TABLE factors_of RENAME TO factors",

    "CREATE TABLE roles_of ("
    "  user_uid INTEGER NOT NULL, n BIGINT NOT NULL, role TEXT NOT NULL,"
    "  tier INTEGER NOT NULL, assignment TEXT NOT NULL, via_group TEXT, scope TEXT,"
    "  assigned_at BIGINT, expires_at BIGINT, PRIMARY KEY (user_uid, n)) WITHOUT ROWID",
    "INSERT INTO roles_of SELECT user_uid, rowid, role, tier, assignment, via_group, scope,"
    "  assigned_at, expires_at FROM roles ORDER BY user_uid, rowid",
    "DROP TABLE roles",
    "ALTER TABLE roles_of RENAME TO roles",
    "CREATE INDEX roles_super ON roles(user_uid) WHERE tier = 3",

    "CREATE TABLE sign_ins_of ("
    "  user_uid INTEGER NOT NULL, at BIGINT NOT NULL, n BIGINT NOT NULL,"
    "  result TEXT NOT NULL, interactive INTEGER, mfa_used INTEGER, factor_kind TEXT,"
    "  legacy_auth INTEGER, ip TEXT, country TEXT, app TEXT, risk_level TEXT,"
    "  PRIMARY KEY (user_uid, at, n)) WITHOUT ROWID",
    "INSERT INTO sign_ins_of SELECT user_uid, at, rowid, result, interactive, mfa_used,"
    "  factor_kind, legacy_auth, ip, country, app, risk_level FROM sign_ins"
    "  ORDER BY user_uid, at, rowid",
    "DROP TABLE sign_ins",
    "ALTER TABLE sign_ins_of RENAME TO sign_ins",

    "CREATE TABLE credentials_of ("
    "  user_uid INTEGER NOT NULL, n BIGINT NOT NULL,"
    "  cred_id TEXT NOT NULL, kind TEXT NOT NULL, active INTEGER NOT NULL, created_at BIGINT,"
    "  last_used_at BIGINT, last_used_known INTEGER NOT NULL DEFAULT 0, expires_at BIGINT,"
    "  PRIMARY KEY (user_uid, n)) WITHOUT ROWID",
    "INSERT INTO credentials_of SELECT user_uid, rowid, cred_id, kind, active, created_at,"
    "  last_used_at, last_used_known, expires_at FROM credentials ORDER BY user_uid, rowid",
    "DROP TABLE credentials",
    "ALTER TABLE credentials_of RENAME TO credentials",

    /* Uids are counted by the loads, and the index of ids can be made when all users are there. */
    "INSERT INTO meta (name, value) SELECT 'last_uid', seq FROM sqlite_sequence"
    "  WHERE name = 'users'",
    "CREATE TABLE users_of ("
    "  uid INTEGER PRIMARY KEY, source TEXT NOT NULL,"
    "  id TEXT NOT NULL, login TEXT NOT NULL, email TEXT, display_name TEXT, user_type TEXT,"
    "  status TEXT NOT NULL, enabled INTEGER, created_at BIGINT, expires_at BIGINT,"
    "  last_login_at BIGINT, last_login_known INTEGER NOT NULL DEFAULT 0,"
    "  password_enabled INTEGER, password_changed_at BIGINT, password_never_expires INTEGER,"
    "  password_not_required INTEGER, password_must_change INTEGER,"
    "  mfa_enrolled INTEGER, mfa_enforced INTEGER, mfa_bypass INTEGER,"
    "  factors_known INTEGER NOT NULL DEFAULT 0, roles_known INTEGER NOT NULL DEFAULT 0,"
    "  sign_ins_known INTEGER NOT NULL DEFAULT 0, credentials_known INTEGER NOT NULL DEFAULT 0,"
    "  is_admin INTEGER, on_prem_synced INTEGER, risk_level TEXT, locked_at BIGINT,"
    "  department TEXT, manager TEXT)",
    "INSERT INTO users_of SELECT * FROM users ORDER BY uid",
    "DROP TABLE users",
    "ALTER TABLE users_of RENAME TO users",
    schema_users_id,
    schema_users_email,

    NULL,
};

/* Migration n brings a database from version n to n + 1. Never change one that was released. */
static const char *const *const migrations[] = {version_1, version_2, version_3, version_4};

static bool apply_missing(struct db *db, int from, struct error *err)
{
    for (size_t m = (size_t)from; m < ARRAY_LEN(migrations); m++)
        for (size_t i = 0; migrations[m][i]; i++)
            if (!db_exec(db, migrations[m][i], err))
                return false;
    return db_set_schema_version(db, (int)ARRAY_LEN(migrations), err);
}

static bool migrate(struct db *db, struct error *err)
{
    int version = 0;
    if (!db_begin(db, err))
        return false;
    /* Read again under the lock: another process may have been faster. */
    if (db_schema_version(db, &version, err) && apply_missing(db, version, err))
        return db_commit(db, err);
    db_rollback(db);
    return false;
}

bool schema_apply(struct db *db, const char *path, struct error *err)
{
    const int known = (int)ARRAY_LEN(migrations);
    int version = 0;
    if (!db_schema_version(db, &version, err))
        return false;
    if (version > known)
        return error_set(err, ERR_IO,
                         "the database %s is of version %d, this checkhook knows %d: use the newer "
                         "checkhook that wrote it, or another folder (--home)",
                         path, version, known);
    return version == known || migrate(db, err);
}
