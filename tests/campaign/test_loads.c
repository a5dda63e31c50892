/* Campaign: what loads, merges and what adds to users make of data sets is what a model of them
 * says, whatever came before, however the load ends. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/import_sink.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "tests/support/campaign.h"
#include "tests/support/fail.h"
#include "tests/support/loadmodel.h"
#include "tests/support/tmpdir.h"

/*
 * Parameters: CAMPAIGN_SEQUENCES (12; long 200), each of CAMPAIGN_STEPS (20; long 60) loads from
 * the seed CAMPAIGN_SEED (1) on, so that all sequences are the same in every run of the campaign.
 */
enum { TEXT_MAX = 1 << 16, SOURCES = 2, RECORDS_MAX = 12, MANY = 11000, NOW = 1700000000 };

static const char *const source_names[SOURCES] = {"entra", "okta"};
static const char *const statuses[] = {"active", "suspended"};

struct scene {
    uint64_t seed;
    int step;
    const char *doing;
    struct dice dice;
    struct tmpdir dir;
    struct store *store;
    struct loaded_set sets[SOURCES];
    size_t loads, given_up;
};

static bool one_in(struct scene *s, int64_t n)
{
    return dice_between(&s->dice, 1, n) == 1;
}

static int pick(struct scene *s, int count)
{
    return (int)dice_between(&s->dice, 0, count - 1);
}

static int unknown_or(struct scene *s, int count)
{
    return one_in(s, 2) ? LOADED_UNKNOWN : pick(s, count);
}

/* --- records --------------------------------------------------------------------------------- */

static struct load_record any_record(struct scene *s, bool adds)
{
    struct load_record r = {.adds = adds, .id = pick(s, LOADED_USERS)};
    r.values = (struct loaded_values){.login = pick(s, 4),
                                      .status = unknown_or(s, 2),
                                      .mfa = unknown_or(s, 2),
                                      .admin = unknown_or(s, 2),
                                      .seen = unknown_or(s, 3),
                                      .department = unknown_or(s, 3),
                                      .risk = unknown_or(s, 3)};
    r.values.enabled = r.values.status == LOADED_UNKNOWN ? LOADED_UNKNOWN : !r.values.status;
    if (adds && one_in(s, 3))
        r.id = LOADED_UNKNOWN;
    for (size_t l = 0; l < LOADED_LISTS; l++) {
        r.given[l] = one_in(s, 3);
        r.part[l] = r.given[l] && one_in(s, 3);
        for (int n = r.given[l] ? pick(s, 4) : 0; n > 0; n--)
            r.rows[l][pick(s, LOADED_ROWS)]++;
    }
    return r;
}

static void put(struct value *row, enum record_table table, const char *name, const char *text)
{
    int at = column_find(record_tables[table].columns, name, 0);
    assert_true(at >= 0);
    row[at] = (struct value){.kind = VALUE_TEXT, .text = text};
}

static void put_number(struct value *row, enum record_table table, const char *name, int64_t number)
{
    int at = column_find(record_tables[table].columns, name, 0);
    assert_true(at >= 0);
    row[at] = (struct value){.kind = VALUE_INT, .number = number};
}

/* The kinds of rows, which the model knows by their number. */
static void put_row(struct value *row, enum record_table table, size_t kind)
{
    static const char *const factors[LOADED_ROWS][2] = {
        {"totp", "active"}, {"sms", "pending"}, {"temp_pass", "active"}, {"webauthn", "active"}};
    static const char *const roles[LOADED_ROWS][2] = {
        {"r0", "active"}, {"r1", "active"}, {"r2", "eligible"}, {"r3", "eligible"}};
    static const int64_t tiers[LOADED_ROWS] = {0, 3, 1, 0};
    static const char *const keys[LOADED_ROWS] = {"k0", "k1", "k2", "k3"};
    if (table == RECORD_FACTORS) {
        put(row, table, "kind", factors[kind][0]);
        put(row, table, "status", factors[kind][1]);
    } else if (table == RECORD_ROLES) {
        put(row, table, "role", roles[kind][0]);
        put(row, table, "assignment", roles[kind][1]);
        put_number(row, table, "tier", tiers[kind]);
    } else if (table == RECORD_SIGN_INS) {
        put_number(row, table, "at", NOW + (int64_t)kind);
        put(row, table, "result", "success");
    } else {
        put(row, table, "cred_id", keys[kind]);
        put(row, table, "kind", "api_token");
        put_number(row, table, "active", 1);
    }
}

/* Texts that live as long as the program: "u0", "l1", "d2", "r0". */
static const char *word(char letter, int number)
{
    static char words[4][8][4];
    char *text = words[letter == 'u' ? 0 : letter == 'l' ? 1 : letter == 'd' ? 2 : 3][number];
    snprintf(text, sizeof words[0][0], "%c%d", letter, number);
    return text;
}

static void put_user(struct value *user, const struct load_record *r)
{
    const struct loaded_values *v = &r->values;
    if (r->id != LOADED_UNKNOWN)
        put(user, RECORD_USER, "id", word('u', r->id));
    put(user, RECORD_USER, "login", word('l', v->login));
    if (v->status != LOADED_UNKNOWN)
        put(user, RECORD_USER, "status", statuses[v->status]);
    if (v->mfa != LOADED_UNKNOWN)
        put_number(user, RECORD_USER, "mfa_enrolled", v->mfa);
    if (v->admin != LOADED_UNKNOWN)
        put_number(user, RECORD_USER, "is_admin", v->admin);
    if (v->seen == 0)
        put_number(user, RECORD_USER, "last_login_known", 1);
    if (v->seen > 0)
        put_number(user, RECORD_USER, "last_login_at", NOW + v->seen);
    if (v->department != LOADED_UNKNOWN)
        put(user, RECORD_USER, "department", word('d', v->department));
    if (v->risk != LOADED_UNKNOWN)
        put(user, RECORD_USER, "risk_level", word('r', v->risk));
}

static void put_record(struct record *record, const struct load_record *r)
{
    struct error err = {0};
    record_clear(record);
    record->part = r->adds ? RECORD_ADDS : RECORD_WHOLE;
    put_user(record_user(record), r);
    for (size_t l = 0; l < LOADED_LISTS; l++) {
        enum record_table table = (enum record_table)(RECORD_FACTORS + l);
        if (r->given[l])
            record_give(record, table);
        if (r->part[l])
            put_number(record_user(record), RECORD_USER, record_tables[table].known, 0);
        for (size_t kind = 0; kind < LOADED_ROWS; kind++)
            for (int n = r->rows[l][kind]; n > 0; n--)
                put_row(record_add(record, table), table, kind);
    }
    if (!record_complete(record, &err))
        support_die("%s", err.text);
}

/* --- comparison ------------------------------------------------------------------------------ */

#define ROWS_OF(list, kind)                                                                        \
    "' " list "' || CASE WHEN u." list "_known = 1 THEN '' ELSE '?' END || COALESCE((SELECT"       \
    " group_concat(' ' || k || 'x' || c, '') FROM (SELECT " kind " AS k, count(*) AS c FROM " list \
    " x WHERE x.user_uid = u.uid GROUP BY 1 ORDER BY 1)), '')"

static const char select_users[] =
    "SELECT u.source || ' ' || u.id || ' login ' || u.login || ' status ' || CASE u.status "
    "WHEN"
    " 'active' THEN '0' WHEN 'suspended' THEN '1' ELSE '?' END || ' enabled ' ||"
    " COALESCE(u.enabled, '?') || ' mfa ' || COALESCE(u.mfa_enrolled, '?') || ' admin ' ||"
    " COALESCE(u.is_admin, '?') || ' seen ' || CASE WHEN u.last_login_known = 0 THEN '?' "
    "ELSE"
    " COALESCE(u.last_login_at - 1700000000, 0) END || ' department ' ||"
    " COALESCE(substr(u.department, 2), '?') || ' risk ' || COALESCE(substr(u.risk_level, "
    "2), '?')"
    " || " ROWS_OF(
        "factors",
        "CASE x.kind WHEN 'totp' THEN 0 WHEN 'sms' THEN 1 WHEN 'temp_pass'"
        " THEN 2 ELSE 3 END") " || " ROWS_OF("roles",
                                             "substr(x.role, 2)") " || " ROWS_OF("sign_ins",
                                                                                 "x.at - "
                                                                                 "170000000"
                                                                                 "0") " ||"
                                                                                      " " ROWS_OF(
                                                                                          "credenti"
                                                                                          "als",
                                                                                          "substr("
                                                                                          "x.cred_"
                                                                                          "id, 2)") " FROM users u WHERE u.source = :source AND u.id < 'v' ORDER BY u.id";

static const char select_counts[] =
    "SELECT d.source || ' users ' || c.users FROM datasets d JOIN dataset_counts c"
    " ON c.source = d.source WHERE d.source = :source AND d.complete = 1";

/* Empty where all is well. */
static const char select_faults[] =
    "SELECT 'counted ' || c.source FROM dataset_counts c WHERE c.users <> (SELECT count(*) FROM"
    " users u WHERE u.source = c.source) OR c.factors <> (SELECT count(*) FROM factors f JOIN"
    " users u ON u.uid = f.user_uid WHERE u.source = c.source) OR c.roles <> (SELECT count(*) FROM"
    " roles f JOIN users u ON u.uid = f.user_uid WHERE u.source = c.source) OR c.sign_ins <>"
    " (SELECT count(*) FROM sign_ins f JOIN users u ON u.uid = f.user_uid WHERE u.source ="
    " c.source) OR c.credentials <> (SELECT count(*) FROM credentials f JOIN users u ON u.uid ="
    " f.user_uid WHERE u.source = c.source)"
    " UNION ALL SELECT 'nobody has ' || t.user_uid FROM (SELECT user_uid FROM factors UNION ALL"
    " SELECT user_uid FROM roles UNION ALL SELECT user_uid FROM sign_ins UNION ALL SELECT user_uid"
    " FROM credentials) t WHERE t.user_uid NOT IN (SELECT uid FROM users)"
    " UNION ALL SELECT 'twice ' || id FROM users GROUP BY source, id HAVING count(*) > 1"
    " UNION ALL SELECT 'strength ' || kind FROM factors WHERE strength <> CASE kind WHEN 'totp'"
    " THEN 2 WHEN 'sms' THEN 1 WHEN 'temp_pass' THEN 0 ELSE 3 END";

static void complain(const struct scene *s, const char *what)
{
    fail_msg("CAMPAIGN_SEED=%" PRIu64 ", step %d (%s): %s", s->seed, s->step, s->doing, what);
}

static void add_rows(const struct scene *s, const char *sql, const char *source, struct strbuf *out)
{
    struct error err = {0};
    struct stmt *st = db_prepare_once(store_db(s->store), sql, &err);
    if (!st)
        support_die("%s: %s", sql, err.text);
    if (strstr(sql, ":source"))
        stmt_bind_text(st, ":source", source);
    while (stmt_step(st, &err) == STEP_ROW)
        strbuf_addf(out, "%s\n", stmt_text(st, 0));
    stmt_free(st);
}

static void expect_sets(const struct scene *s)
{
    struct strbuf is, expected;
    strbuf_init(&is, TEXT_MAX);
    strbuf_init(&expected, TEXT_MAX);
    for (size_t i = 0; i < SOURCES; i++) {
        add_rows(s, select_users, source_names[i], &is);
        add_rows(s, select_counts, source_names[i], &is);
        loaded_add(&expected, source_names[i], &s->sets[i]);
    }
    add_rows(s, select_faults, NULL, &is);
    if (strcmp(is.text, expected.text) != 0)
        fail_msg("CAMPAIGN_SEED=%" PRIu64 ", step %d (%s)\n--- is\n%s--- the model says\n%s",
                 s->seed, s->step, s->doing, is.text, expected.text);
    strbuf_release(&is);
    strbuf_release(&expected);
}

/* --- loads ----------------------------------------------------------------------------------- */

struct load {
    struct load_how how;
    bool skip_bad;
    bool late; /* a second user was taken among very many: told at the end at the latest */
    int64_t unmatched, rejected;
    struct loaded_set set; /* what the model makes of it */
    struct import_result result;
    struct import_sink sink;
    struct format_output output;
    struct record record;
};

/* A user without anything, as a large directory has very many. */
static bool add_many(struct scene *s, struct load *load, struct error *err)
{
    char id[16];
    const int count = one_in(s, 2) ? MANY : pick(s, 40);
    for (int i = 0; i < count; i++) {
        snprintf(id, sizeof id, "v%d", i * 7919 % count);
        record_clear(&load->record);
        put(record_user(&load->record), RECORD_USER, "id", id);
        put(record_user(&load->record), RECORD_USER, "login", id);
        if (!record_complete(&load->record, err) ||
            !load->output.sink(load->output.ctx, &load->record, err))
            return false;
    }
    load->set.others = count;
    return true;
}

/* False where the load has failed, in both. */
static bool add_one(struct scene *s, struct load *load)
{
    struct error err = {0};
    const struct load_record r = any_record(s, !one_in(s, 3));
    put_record(&load->record, &r);
    const bool ok = load->output.sink(load->output.ctx, &load->record, &err);
    const bool expected = loaded_take(&load->set, &load->how, &r, &load->unmatched);
    if (ok && !expected && load->set.others >= MANY && !load->skip_bad)
        load->late = true;
    else if (ok != expected && !load->late)
        complain(s, ok ? "a second user was taken" : err.text);
    if (ok)
        return true;
    assert_int_equal(err.kind, ERR_INVALID);
    load->rejected++;
    return format_refuse(&load->output, &err, 1);
}

static bool add_records(struct scene *s, struct load *load)
{
    struct error err = {0};
    if (!load->how.merge && !load->how.repeats && one_in(s, 12) && !add_many(s, load, &err))
        fail_msg("%s", err.text);
    for (int n = pick(s, RECORDS_MAX); n > 0; n--)
        if (!add_one(s, load))
            return false;
    return true;
}

static void tell_lists(struct load *load)
{
    for (size_t l = 0; l < LOADED_LISTS; l++)
        if (load->how.covers[l])
            format_covers(&load->output, (enum record_table)(RECORD_FACTORS + l));
    if (load->how.otherwise)
        format_otherwise(&load->output, "risk_level",
                         (struct value){.kind = VALUE_TEXT, .text = "r0"});
    import_sink_complete(&load->sink);
}

static bool finish(const struct scene *s, struct load *load)
{
    struct error err = {0};
    tell_lists(load);
    loaded_end(&load->set, &load->how, load->rejected == 0);
    const bool ok = datasets_finish(s->store, &err);
    if (ok == load->late)
        complain(s, ok ? "a second user was never told" : err.text);
    if (!ok)
        return false;
    assert_int_equal(load->result.unmatched, load->unmatched);
    assert_int_equal(load->result.rejected.total, load->rejected);
    return true;
}

static struct load_how any_how(struct scene *s, bool merge)
{
    struct load_how how = {.merge = merge,
                           .repeats = one_in(s, 3),
                           .derives = one_in(s, 2),
                           .otherwise = one_in(s, 4)};
    for (size_t l = 0; l < LOADED_LISTS; l++)
        how.covers[l] = one_in(s, 5);
    return how;
}

static void load_source(struct scene *s, bool merge)
{
    const size_t source = (size_t)pick(s, SOURCES);
    struct load load = {.how = any_how(s, merge), .skip_bad = one_in(s, 2)};
    struct error err = {0};
    if (merge && !s->sets[source].exists)
        return;
    s->doing = merge ? "merge" : "load";
    const struct import_options options = {
        .now = NOW, .merge = merge, .skip_bad = load.skip_bad, .store = s->store};
    load.set = s->sets[source];
    load.sink = (struct import_sink){.store = s->store, .result = &load.result};
    load.output = import_sink_output(&load.sink, &options);
    load.output.name = "file";
    record_init(&load.record);
    loaded_begin(&load.set, &load.how);
    assert_true(datasets_begin(s->store,
                               &(struct dataset_info){.source = source_names[source],
                                                      .format = "test",
                                                      .loaded_at = NOW,
                                                      .merge = merge,
                                                      .lenient = load.skip_bad,
                                                      .repeats = load.how.repeats,
                                                      .derives = load.how.derives},
                               &err));
    if (add_records(s, &load) && !one_in(s, 8) && finish(s, &load)) {
        s->sets[source] = load.set;
        s->loads++;
    } else {
        datasets_abandon(s->store);
        s->given_up++;
    }
    record_release(&load.record);
    notes_release(&load.result.rejected);
    notes_release(&load.result.notes);
}

static void remove_source(struct scene *s)
{
    const size_t source = (size_t)pick(s, SOURCES);
    struct error err = {0};
    s->doing = "remove";
    assert_int_equal(datasets_remove(s->store, source_names[source], &err), s->sets[source].exists);
    s->sets[source] = (struct loaded_set){0};
}

static void check_integrity(const struct scene *s)
{
    struct strbuf is;
    strbuf_init(&is, TEXT_MAX);
    add_rows(s, "PRAGMA integrity_check", NULL, &is);
    assert_string_equal(is.text, "ok\n");
    strbuf_release(&is);
}

static void run_sequence(struct scene *s, uint64_t seed, int64_t steps)
{
    struct error err = {0};
    *s = (struct scene){.seed = seed, .dice = dice_of(seed)};
    tmpdir_init(&s->dir);
    char *path = tmpdir_path(&s->dir, "checkhook.db");
    s->store = store_open(path, &err);
    assert_non_null(s->store);
    for (s->step = 1; s->step <= steps; s->step++) {
        if (one_in(s, 15))
            remove_source(s);
        else
            load_source(s, one_in(s, 2));
        expect_sets(s);
    }
    check_integrity(s);
    store_close(s->store);
    free(path);
    tmpdir_release(&s->dir);
}

static void loads__do_what_the_model_says(void **state)
{
    (void)state;
    int64_t sequences = campaign_number("CAMPAIGN_SEQUENCES", 12, 200);
    int64_t steps = campaign_number("CAMPAIGN_STEPS", 20, 60);
    int64_t first = campaign_number("CAMPAIGN_SEED", 1, 1);
    size_t loads = 0, given_up = 0;
    for (int64_t n = 0; n < sequences; n++) {
        struct scene s;
        run_sequence(&s, (uint64_t)(first + n), steps);
        loads += s.loads;
        given_up += s.given_up;
    }
    campaign_say("%" PRId64 " sequences, %zu loads and %zu given up", sequences, loads, given_up);
    assert_true(loads > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loads__do_what_the_model_says),
    };
    return cmocka_run_group_tests_name("loads", tests, NULL, NULL);
}
