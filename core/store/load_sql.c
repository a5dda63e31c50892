/* Makes the statements of a load from the column tables. */
#include "core/store/load_sql.h"

#include <assert.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/store/schema.h"

enum { SQL_MAX = 16 * 1024 };

const struct load_list load_lists[LOAD_LISTS] = {
    {"factors", "factors_known", factor_columns},
    {"roles", "roles_known", role_columns},
    {"sign_ins", "sign_ins_known", sign_in_columns},
    {"credentials", "credentials_known", credential_columns},
};

/* What a column becomes where only what is told is changed: these around its new value, and its old
 * one before the end. New values come in the order of the table, which is that of the places. */
static const struct merge_rule {
    const char *column; /* or the end of its name; NULL = all others */
    const char *begin, *middle, *end;
} merge_rules[] = {
    {"status", "COALESCE(NULLIF(", ", 'unknown'), ", ")"},
    {"last_login_at", "CASE WHEN :last_login_at IS NOT NULL OR :last_login_known = 1 THEN ",
     " ELSE ", " END"},
    {"_known", "COALESCE(NULLIF(", ", 0), ", ")"},
    {NULL, "COALESCE(", ", ", ")"},
};

static const struct merge_rule *rule_of(const char *column)
{
    const struct merge_rule *rule = merge_rules;
    const size_t len = strlen(column);
    for (; rule->column; rule++) {
        const size_t tail = strlen(rule->column);
        if (len >= tail && strcmp(column + len - tail, rule->column) == 0)
            break;
    }
    return rule;
}

static void add_names(struct strbuf *sql, const char *before, const struct column *columns)
{
    for (size_t i = 0; columns[i].name; i++)
        strbuf_addf(sql, ", %s%s", before, columns[i].name);
}

static struct stmt *prepare_text(struct db *db, struct strbuf *sql, struct error *err)
{
    assert(!sql->overflow);
    struct stmt *st = db_prepare_once(db, sql->text, err);
    strbuf_release(sql);
    return st;
}

/* The places of the parameters follow the tables. */
static struct stmt *prepare_add_user(struct db *db, const char *end, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "INSERT INTO users (uid, source");
    add_names(&sql, "", user_columns);
    strbuf_adds(&sql, ") VALUES (:uid, :source");
    add_names(&sql, ":", user_columns);
    strbuf_adds(&sql, end);
    return prepare_text(db, &sql, err);
}

static struct stmt *prepare_add_row(struct db *db, const struct load_list *list, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "INSERT INTO %s (user_uid, n", list->table);
    add_names(&sql, "", list->columns);
    strbuf_adds(&sql, ") VALUES (:user_uid, :n");
    add_names(&sql, ":", list->columns);
    strbuf_addc(&sql, ')');
    return prepare_text(db, &sql, err);
}

/* Sets all but the id, and writes nothing where nothing changed. */
static struct stmt *prepare_change_user(struct db *db, struct error *err)
{
    const struct column *first = user_columns + 1;
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "UPDATE users SET ");
    for (const struct column *c = first; c->name; c++)
        strbuf_addf(&sql, "%s%s = :%s", c == first ? "" : ", ", c->name, c->name);
    strbuf_adds(&sql, " WHERE uid = :uid AND (");
    for (const struct column *c = first; c->name; c++)
        strbuf_addf(&sql, "%s%s IS DISTINCT FROM :%s", c == first ? "" : " OR ", c->name, c->name);
    strbuf_addc(&sql, ')');
    return prepare_text(db, &sql, err);
}

/* Sets what is told. */
static struct stmt *prepare_merge_user(struct db *db, struct error *err)
{
    const struct column *first = user_columns + 1;
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "UPDATE users SET ");
    for (const struct column *c = first; c->name; c++) {
        const struct merge_rule *rule = rule_of(c->name);
        strbuf_addf(&sql, "%s%s = %s:%s%s%s%s", c == first ? "" : ", ", c->name, rule->begin,
                    c->name, rule->middle, c->name, rule->end);
    }
    strbuf_adds(&sql, " WHERE uid = :uid");
    return prepare_text(db, &sql, err);
}

static struct stmt *prepare_for_list(struct db *db, const char *before, const char *name,
                                     const char *after, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "%s%s%s", before, name, after);
    return prepare_text(db, &sql, err);
}

static bool prepare_list(struct load_statements *st, struct db *db, size_t i, struct error *err)
{
    static const char some[] = " WHERE user_uid = :uid AND n > :after AND n <= :up_to";
    const struct load_list *list = &load_lists[i];
    return (st->add_row[i] = prepare_add_row(db, list, err)) &&
           (st->delete_rows[i] = prepare_for_list(db, "DELETE FROM ", list->table, some, err)) &&
           (st->set_known[i] = prepare_for_list(db, "UPDATE users SET ", list->known,
                                                " = 1 WHERE uid = :uid", err)) &&
           (st->set_unknown[i] = prepare_for_list(db, "UPDATE users SET ", list->known,
                                                  " = 0 WHERE uid = :uid", err));
}

bool load_statements_prepare(struct load_statements *st, struct db *db, struct error *err)
{
    static const char find[] = "SELECT uid FROM users WHERE source = :source AND id = :id";
    static const char at[] = "SELECT 1 FROM users WHERE uid = :uid AND source = :source"
                             " AND id = :id";
    static const char admin[] =
        "UPDATE users SET is_admin = CASE WHEN EXISTS (SELECT 1 FROM roles r"
        " WHERE r.user_uid = users.uid AND r.tier >= 1) THEN 1 ELSE :otherwise END"
        " WHERE uid = :uid";
    static const char mfa[] =
        "UPDATE users SET mfa_enrolled = CASE WHEN EXISTS (SELECT 1 FROM factors f"
        " WHERE f.user_uid = users.uid AND f.status = 'active' AND f.strength >= 1) THEN 1"
        " ELSE :otherwise END WHERE uid = :uid";
    if (!(st->find_user = db_prepare_once(db, find, err)) ||
        !(st->user_at = db_prepare_once(db, at, err)) ||
        !(st->add_user = prepare_add_user(db, ") ON CONFLICT (source, id) DO NOTHING", err)) ||
        !(st->append_user = prepare_add_user(db, ")", err)) ||
        !(st->change_user = prepare_change_user(db, err)) ||
        !(st->merge_user = prepare_merge_user(db, err)) ||
        !(st->delete_user = db_prepare_once(db, "DELETE FROM users WHERE uid = :uid", err)) ||
        !(st->derive_admin = db_prepare_once(db, admin, err)) ||
        !(st->derive_mfa = db_prepare_once(db, mfa, err)))
        return false;
    for (size_t i = 0; i < LOAD_LISTS; i++)
        if (!prepare_list(st, db, i, err))
            return false;
    return true;
}

void load_statements_free(struct load_statements *st)
{
    stmt_free(st->find_user);
    stmt_free(st->user_at);
    stmt_free(st->add_user);
    stmt_free(st->append_user);
    stmt_free(st->change_user);
    stmt_free(st->merge_user);
    stmt_free(st->delete_user);
    stmt_free(st->derive_admin);
    stmt_free(st->derive_mfa);
    for (size_t i = 0; i < LOAD_LISTS; i++) {
        stmt_free(st->add_row[i]);
        stmt_free(st->delete_rows[i]);
        stmt_free(st->set_known[i]);
        stmt_free(st->set_unknown[i]);
    }
    *st = (struct load_statements){0};
}

bool load_ids_drop(struct db *db, struct error *err)
{
    return db_exec(db, "DROP INDEX users_id", err);
}

bool load_ids_make(struct db *db, struct error *err)
{
    return db_make_index(db, schema_users_id, err);
}

bool load_emails_drop(struct db *db, struct error *err)
{
    return db_exec(db, "DROP INDEX users_email", err);
}

bool load_emails_make(struct db *db, struct error *err)
{
    return db_make_index(db, schema_users_email, err);
}

void load_bind(struct stmt *st, int first, const struct column *columns, const struct value *values)
{
    for (int i = 0; columns[i].name; i++) {
        if (values[i].kind == VALUE_INT)
            stmt_bind_int_at(st, first + i, values[i].number);
        else
            stmt_bind_text_at(st, first + i, values[i].kind == VALUE_TEXT ? values[i].text : NULL);
    }
}
