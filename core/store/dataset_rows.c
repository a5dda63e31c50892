/* Reads the rows of one user by the column tables. */
#include "core/store/dataset_rows.h"

#include <assert.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 4096 };

struct source {
    const struct column *columns;
    const char *table, *key;
};

static const struct source sources[] = {
    {user_columns, "users", "uid"},
    {factor_columns, "factors", "user_uid"},
    {role_columns, "roles", "user_uid"},
    {sign_in_columns, "sign_ins", "user_uid"},
    {credential_columns, "credentials", "user_uid"},
};

static struct stmt *prepare_rows(struct store *s, const struct source *source, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "SELECT ");
    for (size_t i = 0; source->columns[i].name; i++)
        strbuf_addf(&sql, "%s%s", i > 0 ? ", " : "", source->columns[i].name);
    strbuf_addf(&sql, " FROM %s WHERE %s = :uid", source->table, source->key);
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    return st;
}

static bool is_text(const struct column *column)
{
    return column->kind == COLUMN_TEXT || column->kind == COLUMN_CHOICE;
}

static void read_values(const struct stmt *st, const struct column *columns, struct value *out)
{
    for (int i = 0; columns[i].name; i++) {
        if (stmt_is_null(st, i))
            out[i] = (struct value){.kind = VALUE_NULL};
        else if (is_text(&columns[i]))
            out[i] = (struct value){.kind = VALUE_TEXT, .text = stmt_text(st, i)};
        else
            out[i] = (struct value){.kind = VALUE_INT, .number = stmt_int(st, i)};
    }
}

bool dataset_rows_each(struct store *s, const struct column *table, int64_t uid, values_sink *sink,
                       void *ctx, struct error *err)
{
    struct value values[DATASET_COLUMNS_MAX];
    const struct source *source = sources;
    while (source < sources + ARRAY_LEN(sources) && source->columns != table)
        source++;
    assert(source < sources + ARRAY_LEN(sources));
    struct stmt *st = prepare_rows(s, source, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":uid", uid);
    enum step step;
    bool going = true;
    while (going && (step = stmt_step(st, err)) == STEP_ROW) {
        read_values(st, table, values);
        going = sink(ctx, values, err);
    }
    stmt_reset(st);
    return going && step == STEP_DONE;
}
