/* The built-in checks on PostgreSQL: the same verdicts of the same users as on SQLite. */
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
#include "core/base/strbuf.h"
#include "core/checks/compile.h"
#include "core/config/ignore.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "tests/support/check_rows.h"
#include "tests/support/crowd.h"
#include "tests/support/fail.h"
#include "tests/support/postgres.h"
#include "tests/support/trial.h"

enum { QUESTIONS_MAX = 128, SCRIPT_BYTES = 64 << 20, CROWD_SIZE = 200, SEED = 5 };

static const struct {
    const char *name, *key;
    const struct column *columns;
} tables[] = {
    {"users", "uid", user_columns},
    {"factors", "user_uid", factor_columns},
    {"roles", "user_uid", role_columns},
    {"sign_ins", "user_uid", sign_in_columns},
    {"credentials", "user_uid", credential_columns},
};

struct peer_bed {
    struct postgres *server; /* outlives its test where that fails: the teardown ends it */
    struct checkbed bed;
    struct question questions[QUESTIONS_MAX];
    const char *texts[QUESTIONS_MAX]; /* "inactive-90 days=30" */
    size_t count;
};

/* --- questions and users -----------------------------------------------------------------------
 */

static void ask_once(struct peer_bed *p, const char *text)
{
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(p->texts[i], text) == 0)
            return;
    assert_true(p->count < QUESTIONS_MAX);
    trial_compile(&p->bed, text, p->count, &p->questions[p->count]);
    p->texts[p->count++] = text;
}

static void load_users(struct peer_bed *p)
{
    struct dice dice = dice_of(SEED);
    struct crowd crowd;
    char source[32];
    int number = 0;

    for (size_t t = 0; check_rows[t]; t++) {
        for (const struct check_row *row = check_rows[t]; row->check; row++) {
            snprintf(source, sizeof source, "row%d", number++);
            trial_load(&p->bed, source, row->users);
            ask_once(p, row->check);
        }
    }
    crowd_draw(&crowd, &dice, CROWD_SIZE);
    crowd_load(&crowd, &p->bed);
    crowd_release(&crowd);
}

/* Every kind of entry; with many lengths the domains are looked for in another way. */
static void ask_ignoring(struct peer_bed *p, const char *line)
{
    struct config config = {.lock_fd = -1};
    struct error err = {0};

    assert_true(p->count < QUESTIONS_MAX);
    ignore_split(line, &config_check_make(&config, "no-mfa")->ignore);
    assert_true(check_compile(catalogue_find(&p->bed.catalogue, "no-mfa"), &config, p->count,
                              BED_NOW, &p->questions[p->count], &err));
    p->texts[p->count++] = line;
    config_release(&config);
}

static void ignore_some(struct peer_bed *p)
{
    checkbed_load(&p->bed, "ignored",
                  "user id=1 login=Fern@Example.com enabled=1 mfa_enrolled=0\n"
                  "user id=2 login=moss email=moss@mail.example.com enabled=1 mfa_enrolled=0\n"
                  "user id=3 login=a@b@example.com enabled=1 mfa_enrolled=0 department=Sales\n"
                  "user id=4 login=example.com enabled=1 mfa_enrolled=0 user_type=external\n"
                  "user id=5 login=x mfa_enrolled=0 department=sales\n"
                  "user id=6 login=@ email=@ enabled=1 mfa_enrolled=0\n");
    ask_ignoring(p, "fern@example.com, MOSS");
    ask_ignoring(p, "@example.com, @mail.example.com");
    ask_ignoring(p, "@example.com, @a.b, @a.bc, @a.bcd, @a.bcde, @a.bcdef, @a.bcdefg, @a.bcdefgh");
    ask_ignoring(p, "department:SALES, type:external, login:@");
}

/* What folded() of core/store/db.h is for the letters of this test. */
static const char folded_function[] = "CREATE FUNCTION folded(text) RETURNS text AS"
                                      " 'SELECT lower($1)' LANGUAGE sql IMMUTABLE STRICT;\n";

/* --- from SQLite to PostgreSQL -----------------------------------------------------------------
 */

static void add_table(struct strbuf *script, size_t table)
{
    const bool users = tables[table].columns == user_columns;

    strbuf_addf(script, "CREATE TABLE %s (%s BIGINT NOT NULL%s", tables[table].name,
                tables[table].key, users ? " PRIMARY KEY, source TEXT NOT NULL" : "");
    for (const struct column *c = tables[table].columns; c->name; c++)
        strbuf_addf(script, ", %s %s", c->name,
                    c->kind == COLUMN_TIME                            ? "BIGINT"
                    : c->kind == COLUMN_FLAG || c->kind == COLUMN_INT ? "INTEGER"
                                                                      : "TEXT");
    strbuf_adds(script, ");\n");
    if (!users)
        strbuf_addf(script, "CREATE INDEX %s_u ON %s(user_uid);\n", tables[table].name,
                    tables[table].name);
}

/* SQLite writes its values as literals that both understand. */
static void add_rows(struct strbuf *script, const struct peer_bed *p, size_t table)
{
    const bool users = tables[table].columns == user_columns;
    struct error err = {0};
    struct strbuf sql;

    strbuf_init(&sql, 8192);
    strbuf_addf(&sql, "SELECT 'INSERT INTO %s VALUES (' || quote(%s)", tables[table].name,
                tables[table].key);
    if (users)
        strbuf_adds(&sql, " || ', ' || quote(source)");
    for (const struct column *c = tables[table].columns; c->name; c++)
        strbuf_addf(&sql, " || ', ' || quote(%s)", c->name);
    strbuf_addf(&sql, " || ');' FROM %s", tables[table].name);
    struct stmt *st = db_prepare_once(store_db(p->bed.store), sql.text, &err);
    if (!st)
        support_die("%s", err.text);
    while (stmt_step(st, &err) == STEP_ROW)
        strbuf_addf(script, "%s\n", stmt_text(st, 0));
    stmt_free(st);
    strbuf_release(&sql);
}

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The numbers stand where their names stood. */
static void add_bound(struct strbuf *script, const char *sql, const struct question *q)
{
    while (*sql) {
        size_t len = 1;
        if (*sql != ':') {
            strbuf_addc(script, *sql++);
            continue;
        }
        while (in_name(sql[len]))
            len++;
        size_t i = 0;
        while (i < q->parameter_count && (strlen(q->parameters[i].name) != len ||
                                          strncmp(q->parameters[i].name, sql, len) != 0))
            i++;
        assert_true(i < q->parameter_count);
        strbuf_addf(script, "%" PRId64, q->parameters[i].value);
        sql += len;
    }
}

/* The verdict in the plainest SQL. */
static void add_question(struct strbuf *script, const struct peer_bed *p, size_t number)
{
    const struct question *q = &p->questions[number];
    const char *applies = q->applies.sql ? q->applies.sql : "TRUE", *fails = q->fails.sql;
    char *sql = mem_printf("CASE WHEN (%s) THEN CASE WHEN (%s) THEN %d WHEN NOT (%s) THEN %d"
                           " ELSE %d END WHEN NOT (%s) THEN %d ELSE %d END",
                           applies, fails, VERDICT_FAIL, fails, VERDICT_PASS, VERDICT_UNKNOWN,
                           applies, VERDICT_OUTSIDE, VERDICT_UNKNOWN);

    strbuf_addf(script, "SELECT %zu, u.uid, ", number);
    add_bound(script, sql, q);
    strbuf_adds(script, " FROM users u ORDER BY u.uid;\n");
    free(sql);
}

static char *ask_postgres(struct peer_bed *p)
{
    struct strbuf script;

    strbuf_init(&script, SCRIPT_BYTES);
    strbuf_adds(&script, "BEGIN;\n");
    strbuf_adds(&script, folded_function);
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        add_table(&script, t);
        add_rows(&script, p, t);
    }
    strbuf_adds(&script, "COMMIT;\nANALYZE;\n");
    for (size_t i = 0; i < p->count; i++)
        add_question(&script, p, i);
    char *answer = postgres_ask(p->server, script.text);
    strbuf_release(&script);
    return answer;
}

/* --- the comparison ----------------------------------------------------------------------------
 */

/* The next number of a line; *at goes behind the sign after it. */
static long long take_number(const char **at)
{
    char *end;
    long long number = strtoll(*at, &end, 10);

    if (end == *at || (*end != ' ' && *end != '\n'))
        support_fail_at(__FILE__, __LINE__, "not understood: %.60s", *at);
    *at = end + 1;
    return number;
}

static void compare(const struct peer_bed *p, const struct evaluation *e, const char *answer)
{
    const char *at = answer;

    for (size_t i = 0; i < p->count; i++) {
        for (size_t user = 0; user < evaluation_users(e); user++) {
            assert_int_equal(take_number(&at), i);
            assert_int_equal(take_number(&at), evaluation_uid(e, user));
            long long verdict = take_number(&at);
            if (verdict != (long long)evaluation_verdict(e, i, user))
                support_fail_at(__FILE__, __LINE__, "%s: PostgreSQL says %lld of the user %lld",
                                p->texts[i], verdict, (long long)evaluation_uid(e, user));
        }
    }
    assert_string_equal(at, "");
}

static void postgres__says_what_sqlite_says(void **state)
{
    struct peer_bed *p = *state;

    p->server = postgres_start();
    checkbed_init(&p->bed, NULL, NULL);
    load_users(p);
    ignore_some(p);
    assert_true(p->count > p->bed.catalogue.count);
    char *answer = ask_postgres(p);
    struct evaluation *e = trial_evaluate(&p->bed, p->questions, p->count);
    compare(p, e, answer);
    printf("# %zu questions about %zu users\n", p->count, evaluation_users(e));
    evaluation_close(e);
    free(answer);
    for (size_t i = 0; i < p->count; i++)
        question_release(&p->questions[i]);
    checkbed_release(&p->bed);
}

static int setup(void **state)
{
    *state = mem_zalloc(sizeof(struct peer_bed));
    return 0;
}

static int teardown(void **state)
{
    struct peer_bed *p = *state;

    postgres_stop(p->server);
    free(p);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(postgres__says_what_sqlite_says, setup, teardown),
    };

    return cmocka_run_group_tests_name("peer_postgres", tests, NULL, NULL);
}
