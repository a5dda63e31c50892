/* Prepares expressions over empty data sets in memory. */
#include "core/store/probe.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/db.h"
#include "core/store/schema.h"

enum { PROBE_SQL_MAX = 4 * 1024 * 1024 };

struct probe {
    struct db *db;
};

struct probe *probe_new(struct error *err)
{
    struct probe *p = mem_zalloc(sizeof *p);

    p->db = db_open_memory(err);
    if (p->db && schema_apply(p->db, ":memory:", err)) {
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
