/* Does with sqlite3, Python and jq what the product does, as its users would write it. */
#include "tests/bench/others.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/app.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/compile.h"

enum { STATEMENT_MAX = 1 << 20 };

bool program_exists(const char *name)
{
    char *command = mem_printf("command -v %s >/dev/null 2>&1", name);
    const bool exists = system(command) == 0;
    free(command);
    return exists;
}

/* --- sqlite3 ---------------------------------------------------------------------------------- */

static char *keyed_table(const char *header)
{
    struct strbuf sql;
    strbuf_init(&sql, STATEMENT_MAX);
    strbuf_adds(&sql, "CREATE TABLE users (");
    for (const char *name = header; *name; name += strspn(name, ",")) {
        const size_t len = strcspn(name, ",");
        strbuf_addf(&sql, "%s%.*s TEXT%s", name == header ? "" : ", ", (int)len, name,
                    len == 2 && strncmp(name, "id", 2) == 0 ? " PRIMARY KEY" : "");
        name += len;
    }
    strbuf_addc(&sql, ')');
    return strbuf_detach(&sql);
}

struct usage sqlite_import(const char *csv, const char *header, const char *db)
{
    char *table = keyed_table(header);
    char *import = mem_printf(".import --csv --skip 1 %s users", csv);
    const char *const args[] = {"sqlite3", "-batch", db,  "PRAGMA journal_mode = WAL",
                                table,     import,   NULL};
    const struct usage used = measure_command(args, "/dev/null");
    free(table);
    free(import);
    return used;
}

static void must(bool ok, const struct error *err)
{
    if (!ok)
        give_up("%s", err->text);
}

static void add_parameters(FILE *out, const struct question *q)
{
    for (size_t i = 0; i < q->parameter_count; i++)
        fprintf(out, ".parameter set %s %" PRId64 "\n", q->parameters[i].name,
                q->parameters[i].value);
}

static void add_count(struct strbuf *sql, const struct question *q)
{
    strbuf_adds(sql, sql->len > 0 ? ", " : "SELECT ");
    if (q->applies.sql)
        strbuf_addf(sql, "sum(CASE WHEN %s THEN %s END)", q->applies.sql, q->fails.sql);
    else
        strbuf_addf(sql, "sum(%s)", q->fails.sql);
}

size_t sqlite_checks_write(const char *home, const char *script)
{
    struct error err = {0};
    struct app app;
    struct strbuf sql;
    FILE *out = fopen(script, "w");
    if (!out)
        give_up("%s cannot be written", script);
    must(app_open(&app, home, APP_CATALOGUE, &err), &err);
    strbuf_init(&sql, STATEMENT_MAX);
    fprintf(out, ".open --readonly %s\n.parameter init\n", app.paths.db_file);
    for (size_t i = 0; i < app.catalogue.count; i++) {
        struct question q = {0};
        must(check_compile(&app.catalogue.items[i], &app.config, i, clock_now_s(), &q, &err), &err);
        add_parameters(out, &q);
        add_count(&sql, &q);
        question_release(&q);
    }
    fprintf(out, "%s FROM users u;\n", sql.text);
    const size_t count = app.catalogue.count;
    strbuf_release(&sql);
    app_close(&app);
    if (fclose(out) != 0)
        give_up("%s cannot be written", script);
    return count;
}

struct usage sqlite_checks(const char *script)
{
    char *read = mem_printf(".read %s", script);
    const char *const args[] = {"sqlite3", "-batch", ":memory:", read, NULL};
    const struct usage used = measure_command(args, "/dev/null");
    free(read);
    return used;
}

/* --- Python and jq: the same 20 checks ---------------------------------------------------------
 */

struct usage python_checks(const char *jsonl)
{
    const char *const args[] = {"python3", "tests/bench/checks.py", jsonl, NULL};
    return measure_command(args, "/dev/null");
}

struct usage jq_checks(const char *jsonl)
{
    const char *const args[] = {"jq", "-nc", "-f", "tests/bench/checks.jq", jsonl, NULL};
    return measure_command(args, "/dev/null");
}
