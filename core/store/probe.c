/* Prepares expressions over empty data sets in memory. */
#include "core/store/probe.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "core/store/schema.h"

enum { PROBE_SQL_MAX = 4 * 1024 * 1024 };

struct probe {
    struct db *db;
};

/* Names are all that counts here: to make the real tables takes as long as the rest of the start. A
 * test finds every column of theirs here. */
static const struct probe_table {
    const char *name, *own;
    const struct column *columns; /* as importers fill them; NULL = none */
} tables[] = {
    {"datasets", "source, format, tenant, loaded_at, complete", NULL},
    {"users", "uid INTEGER PRIMARY KEY, source", user_columns},
    {"factors", "user_uid, n", factor_columns},
    {"roles", "user_uid, n", role_columns},
    {"sign_ins", "user_uid, n", sign_in_columns},
    {"credentials", "user_uid, n", credential_columns},
};

static bool make_tables(struct db *db, struct error *err)
{
    struct strbuf sql;

    strbuf_init(&sql, PROBE_SQL_MAX);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        strbuf_addf(&sql, "CREATE TABLE %s (%s", tables[i].name, tables[i].own);
        for (const struct column *c = tables[i].columns; c && c->name; c++)
            strbuf_addf(&sql, ", %s", c->name);
        strbuf_adds(&sql, ");");
    }
    const bool ok = db_exec(db, sql.text, err);
    strbuf_release(&sql);
    return ok;
}

struct probe *probe_new(struct error *err)
{
    struct probe *p = mem_zalloc(sizeof *p);

    p->db = db_open_memory(err);
    if (p->db && make_tables(p->db, err)) {
        db_restrict(p->db, schema_data_tables);
        return p;
    }
    probe_free(p);
    return NULL;
}

void probe_free(struct probe *p)
{
    if (p)
        db_close(p->db);
    free(p);
}

/* WHERE, because an aggregate outside a subquery would turn all users into one row and is refused
 * there. */
bool probe_expression(struct probe *p, const char *sql, struct error *err)
{
    struct error why = {0};
    struct strbuf text;

    strbuf_init(&text, PROBE_SQL_MAX);
    strbuf_addf(&text, "SELECT u.uid FROM users u WHERE (%s) IS NOT NULL", sql);
    struct stmt *st = db_prepare_once(p->db, text.text, &why);
    strbuf_release(&text);
    stmt_free(st);
    if (st)
        return true;
    return error_set(err, why.kind, "%s",
                     strcmp(why.text, "not authorized") == 0
                         ? "it reads something else than the data sets"
                         : why.text);
}
