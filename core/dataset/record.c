/* Holds one user with its rows between a format and the store, and fills in the defaults. */
#include "core/dataset/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"

const struct record_table_info record_tables[RECORD_TABLES] = {
    [RECORD_USER] = {"users", user_columns, NULL},
    [RECORD_FACTORS] = {"factors", factor_columns, "factors_known"},
    [RECORD_ROLES] = {"roles", role_columns, "roles_known"},
    [RECORD_SIGN_INS] = {"sign_ins", sign_in_columns, "sign_ins_known"},
    [RECORD_CREDENTIALS] = {"credentials", credential_columns, "credentials_known"},
};

/* Whether a user of this status can sign in; a status that is not listed does not decide it. */
static const struct {
    const char *status;
    int64_t enabled;
} enabled_by_status[] = {
    {"active", 1},    {"password_expired", 1}, {"locked", 1},  {"pending", 0},
    {"suspended", 0}, {"disabled", 0},         {"deleted", 0},
};

/* 3 phishing-resistant, 2 strong, 1 weak, 0 not a second factor. */
static const struct {
    const char *kind;
    int64_t strength;
} strength_by_kind[] = {
    {"webauthn", 3}, {"smartcard", 3}, {"hello", 3},     {"push", 2},        {"push_number", 2},
    {"totp", 2},     {"hotp", 2},      {"other", 2},     {"sms", 1},         {"voice", 1},
    {"email", 1},    {"question", 1},  {"temp_pass", 0}, {"bypass_code", 0}, {"app_password", 0},
};

static size_t place(enum record_table table, const char *name)
{
    int index = column_find(record_tables[table].columns, name, 0);
    assert(index != COLUMN_NONE);
    return (size_t)index;
}

static void default_number(struct value *value, int64_t number)
{
    if (value->kind == VALUE_NULL)
        *value = (struct value){.kind = VALUE_INT, .number = number};
}

static void default_enabled(struct value *enabled, const char *status)
{
    for (size_t i = 0; i < ARRAY_LEN(enabled_by_status); i++)
        if (strcmp(status, enabled_by_status[i].status) == 0)
            default_number(enabled, enabled_by_status[i].enabled);
}

static void default_strength(struct value *strength, const struct value *kind)
{
    if (kind->kind != VALUE_TEXT)
        return;
    for (size_t i = 0; i < ARRAY_LEN(strength_by_kind); i++)
        if (strcmp(kind->text, strength_by_kind[i].kind) == 0)
            default_number(strength, strength_by_kind[i].strength);
}

/* Null is "not known" in a whole user, and "not told" in one that adds. */
static void default_known(const struct record *r, struct value *known, bool there)
{
    if (there || r->part == RECORD_WHOLE)
        default_number(known, there);
}

static void fill_user(struct record *r)
{
    const struct record_places *at = &r->places;
    struct value *user = record_user(r);
    if (user[at->status].kind == VALUE_NULL && r->part == RECORD_WHOLE)
        user[at->status] = (struct value){.kind = VALUE_TEXT, .text = "unknown"};
    if (user[at->status].kind == VALUE_TEXT)
        default_enabled(&user[at->enabled], user[at->status].text);
    default_known(r, &user[at->last_login_known], user[at->last_login_at].kind != VALUE_NULL);
    for (size_t t = RECORD_USER + 1; t < RECORD_TABLES; t++) {
        default_known(r, &user[at->known[t]], r->rows[t].given);
        r->rows[t].given = r->rows[t].given || user[at->known[t]].number == 1;
    }
}

static void fill_rows(struct record *r)
{
    const struct record_places *at = &r->places;
    const struct record_rows *factors = &r->rows[RECORD_FACTORS];
    for (size_t i = 0; i < factors->count; i++) {
        struct value *factor = factors->values + i * factors->width;
        default_strength(&factor[at->factor_strength], &factor[at->factor_kind]);
    }
    const struct record_rows *credentials = &r->rows[RECORD_CREDENTIALS];
    for (size_t i = 0; i < credentials->count; i++) {
        struct value *credential = credentials->values + i * credentials->width;
        default_number(&credential[at->last_used_known],
                       credential[at->last_used_at].kind != VALUE_NULL);
    }
}

static bool has_text(const struct value *value)
{
    return value->kind == VALUE_TEXT && value->text[0] != '\0';
}

/* Of a record that adds: whose it is. */
static bool check_whose(struct record *r, struct error *err)
{
    const struct value *user = record_user(r);
    return has_text(&user[r->places.id]) || has_text(&user[r->places.login]) ||
           error_set(err, ERR_INVALID, "it does not say whose it is");
}

static bool check_row(const struct column *columns, const struct value *row, struct error *err)
{
    for (size_t i = 0; columns[i].name; i++) {
        bool empty = row[i].kind == VALUE_TEXT && row[i].text[0] == '\0';
        if (columns[i].required && (row[i].kind == VALUE_NULL || empty))
            return error_set(err, ERR_INVALID, "column '%s': a value is required", columns[i].name);
    }
    return true;
}

static bool check_rows(const struct record *r, enum record_table table, struct error *err)
{
    for (size_t i = 0; i < r->rows[table].count; i++) {
        if (check_row(record_tables[table].columns, record_row(r, table, i), err))
            continue;
        return table == RECORD_USER
                   ? false
                   : error_wrap(err, "%s, entry %zu", record_tables[table].name, i + 1);
    }
    return true;
}

void record_init(struct record *r)
{
    *r = (struct record){.places = {
                             .id = place(RECORD_USER, "id"),
                             .login = place(RECORD_USER, "login"),
                             .status = place(RECORD_USER, "status"),
                             .enabled = place(RECORD_USER, "enabled"),
                             .last_login_at = place(RECORD_USER, "last_login_at"),
                             .last_login_known = place(RECORD_USER, "last_login_known"),
                             .factor_kind = place(RECORD_FACTORS, "kind"),
                             .factor_strength = place(RECORD_FACTORS, "strength"),
                             .last_used_at = place(RECORD_CREDENTIALS, "last_used_at"),
                             .last_used_known = place(RECORD_CREDENTIALS, "last_used_known"),
                         }};
    for (size_t t = 0; t < RECORD_TABLES; t++) {
        r->rows[t].width = column_count(record_tables[t].columns);
        if (record_tables[t].known)
            r->places.known[t] = place(RECORD_USER, record_tables[t].known);
    }
    record_clear(r);
}

void record_release(struct record *r)
{
    for (size_t t = 0; t < RECORD_TABLES; t++)
        free(r->rows[t].values);
    *r = (struct record){0};
}

void record_clear(struct record *r)
{
    r->part = RECORD_WHOLE;
    for (size_t t = 0; t < RECORD_TABLES; t++) {
        r->rows[t].count = 0;
        r->rows[t].given = false;
    }
    record_add(r, RECORD_USER);
}

struct value *record_add(struct record *r, enum record_table table)
{
    struct record_rows *rows = &r->rows[table];
    if (rows->count == rows->capacity) {
        rows->capacity = rows->capacity ? rows->capacity * 2 : 1;
        rows->values =
            mem_realloc(rows->values, rows->capacity * rows->width * sizeof *rows->values);
    }
    struct value *row = rows->values + rows->count++ * rows->width;
    for (size_t i = 0; i < rows->width; i++)
        row[i] = (struct value){.kind = VALUE_NULL};
    rows->given = true;
    return row;
}

void record_give(struct record *r, enum record_table table)
{
    r->rows[table].given = true;
}

struct value *record_user(struct record *r)
{
    return r->rows[RECORD_USER].values;
}

const struct value *record_row(const struct record *r, enum record_table table, size_t index)
{
    return r->rows[table].values + index * r->rows[table].width;
}

bool record_complete(struct record *r, struct error *err)
{
    fill_user(r);
    fill_rows(r);
    if (!(r->part == RECORD_ADDS ? check_whose(r, err) : check_rows(r, RECORD_USER, err)))
        return false;
    for (size_t t = RECORD_USER + 1; t < RECORD_TABLES; t++)
        if (!check_rows(r, (enum record_table)t, err))
            return false;
    return true;
}
