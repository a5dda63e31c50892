/* Shows what a format makes of bytes, for tests. */
#include "tests/support/records.h"

#include <inttypes.h>

#include "core/base/file.h"
#include "core/base/strbuf.h"
#include "tests/support/fail.h"

enum { RECORDS_MAX = 64 << 20 };

static const char *const line_starts[RECORD_TABLES] = {
    [RECORD_USER] = "user",
    [RECORD_FACTORS] = "  factor",
    [RECORD_ROLES] = "  role",
    [RECORD_SIGN_INS] = "  sign_in",
    [RECORD_CREDENTIALS] = "  credential",
};

static void add_row(struct strbuf *out, size_t table, const struct value *row)
{
    strbuf_adds(out, line_starts[table]);
    for (size_t i = 0; record_tables[table].columns[i].name; i++) {
        const char *name = record_tables[table].columns[i].name;
        if (row[i].kind == VALUE_TEXT)
            strbuf_addf(out, " %s='%s'", name, row[i].text);
        else if (row[i].kind == VALUE_INT)
            strbuf_addf(out, " %s=%" PRId64, name, row[i].number);
    }
    strbuf_addc(out, '\n');
}

static bool add_record(void *ctx, const struct record *record, struct error *err)
{
    (void)err;
    for (size_t t = 0; t < RECORD_TABLES; t++)
        for (size_t i = 0; i < record->rows[t].count; i++)
            add_row(ctx, t, record_row(record, (enum record_table)t, i));
    return true;
}

char *records_read(const struct format *format, const char *bytes, size_t len, size_t piece,
                   struct error *err)
{
    struct strbuf out;
    strbuf_init(&out, RECORDS_MAX);
    const struct format_output output = {.name = "file", .sink = add_record, .ctx = &out};
    void *reader = format->open(&output);
    bool ok = true;
    size_t step = piece ? piece : len;
    for (size_t at = 0; ok && at < len; at += step)
        ok = format->feed(reader, bytes + at, len - at < step ? len - at : step, err);
    ok = ok && format->finish(reader, err);
    format->close(reader);
    if (ok)
        return strbuf_detach(&out);
    strbuf_release(&out);
    return NULL;
}

char *records_load(const char *path, size_t *len)
{
    struct strbuf bytes;
    struct error err = {0};
    strbuf_init(&bytes, RECORDS_MAX);
    if (!file_read(path, &bytes, &err))
        support_die("%s", err.text);
    *len = bytes.len;
    return strbuf_detach(&bytes);
}
