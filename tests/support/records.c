/* Shows what a format makes of bytes, for tests. */
#include "tests/support/records.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/strbuf.h"
#include "tests/support/fail.h"

enum { RECORDS_MAX = 64 << 20, PIECES = 8 };

static const char *const line_starts[RECORD_TABLES] = {
    [RECORD_USER] = "user",
    [RECORD_FACTORS] = "  factor",
    [RECORD_ROLES] = "  role",
    [RECORD_SIGN_INS] = "  sign_in",
    [RECORD_CREDENTIALS] = "  credential",
};

static void add_row(struct strbuf *out, const char *start, size_t table, const struct value *row)
{
    strbuf_adds(out, start);
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
    for (size_t t = 0; t < RECORD_TABLES; t++) {
        const bool adds = t == RECORD_USER && record->part == RECORD_ADDS;
        for (size_t i = 0; i < record->rows[t].count; i++)
            add_row(ctx, adds ? "adds" : line_starts[t], t,
                    record_row(record, (enum record_table)t, i));
    }
    return true;
}

static void add_rejected(void *ctx, const char *text)
{
    strbuf_addf(ctx, "rejected %s\n", text);
}

static void add_note(void *ctx, const char *text)
{
    strbuf_addf(ctx, "note %s\n", text);
}

static void add_covered(void *ctx, enum record_table table)
{
    strbuf_addf(ctx, "covers %s\n", record_tables[table].name);
}

static void add_doubted(void *ctx, enum record_table table)
{
    strbuf_addf(ctx, "doubts %s\n", record_tables[table].name);
}

static void add_otherwise(void *ctx, const char *column, struct value value)
{
    if (value.kind == VALUE_INT)
        strbuf_addf(ctx, "otherwise %s=%" PRId64 "\n", column, value.number);
    else
        strbuf_addf(ctx, "otherwise %s='%s'\n", column, value.text);
}

static struct format_output output_into(struct strbuf *out, unsigned how)
{
    strbuf_init(out, RECORDS_MAX);
    return (struct format_output){.name = "file",
                                  .sink = add_record,
                                  .ctx = out,
                                  .now = RECORDS_NOW,
                                  .merge = how & RECORDS_MERGE,
                                  .rejected = how & RECORDS_SKIP_BAD ? add_rejected : NULL,
                                  .noted = add_note,
                                  .covered = add_covered,
                                  .doubted = add_doubted,
                                  .otherwise = add_otherwise};
}

static struct format_file file_of(const char *name, const char *bytes, size_t len)
{
    return (struct format_file){name, name, bytes, len < FORMAT_HEAD ? len : FORMAT_HEAD};
}

static bool read_file(const struct format *format, void *reader, struct format_output *output,
                      const struct format_file *file, size_t len, size_t piece, struct error *err)
{
    bool ok = format_begin(format, reader, file, err);
    const size_t step = piece ? piece : len;
    for (size_t at = 0; ok && at < len; at += step) {
        output->offset = (int64_t)at;
        ok = format->feed(reader, file->head + at, len - at < step ? len - at : step, err);
    }
    return ok && format->finish(reader, err);
}

static char *end_reading(struct strbuf *out, bool ok)
{
    if (ok)
        return strbuf_detach(out);
    strbuf_release(out);
    return NULL;
}

char *records_read(const struct format *format, const char *bytes, size_t len, size_t piece,
                   struct error *err)
{
    struct strbuf out;
    struct format_output output = output_into(&out, 0);
    const struct format_file file = file_of("file", bytes, len);
    void *reader = format->open(&output);
    const bool ok = read_file(format, reader, &output, &file, len, piece, err) &&
                    format_complete(format, reader, err);
    format->close(reader);
    return end_reading(&out, ok);
}

char *records_read_files(const struct format *format, const struct records_file *files,
                         unsigned how, struct error *err)
{
    enum { RANKS = 16 };
    struct strbuf out;
    struct format_output output = output_into(&out, how);
    void *reader = format->open(&output);
    bool ok = true;
    for (int rank = 0; rank < RANKS; rank++) {
        for (const struct records_file *f = files; ok && f->path; f++) {
            const struct format_file file = file_of(f->path, f->text, strlen(f->text));
            output.name = f->path;
            if (format_rank(format, &file) == rank)
                ok = read_file(format, reader, &output, &file, strlen(f->text), 0, err);
        }
    }
    ok = ok && format_complete(format, reader, err);
    format->close(reader);
    return end_reading(&out, ok);
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

/* --- as tests ----------------------------------------------------------------------------------
 */

/* Frees what was read. */
static void expect_read(const char *file, int line, char *read, const struct error *err,
                        const char *expected)
{
    if (!read)
        support_fail_at(file, line, "refused: %s", err->text);
    else if (strcmp(read, expected) != 0)
        support_fail_at(file, line, "read is\n%s\nand not\n%s", read, expected);
    free(read);
}

static void expect_refused(const char *file, int line, const char *read, const struct error *err,
                           const char *sentence)
{
    if (read)
        support_fail_at(file, line, "was not refused, but read:\n%s", read);
    if (err->kind != ERR_INVALID || strcmp(err->text, sentence) != 0)
        support_fail_at(file, line, "refused (kind %d) with\n%s\nand not\n%s", (int)err->kind,
                        err->text, sentence);
}

void records_expect_at(const char *file, int line, const struct format *format, const char *bytes,
                       const char *expected)
{
    for (size_t piece = 0; piece < PIECES; piece++) {
        struct error err = {0};
        char *read = records_read(format, bytes, strlen(bytes), piece, &err);
        expect_read(file, line, read, &err, expected);
    }
}

void records_refuse_at(const char *file, int line, const struct format *format, const char *bytes,
                       const char *sentence)
{
    struct error err = {0};
    expect_refused(file, line, records_read(format, bytes, strlen(bytes), 0, &err), &err, sentence);
}

void records_expect_files_at(const char *file, int line, const struct format *format,
                             const struct records_file *files, unsigned how, const char *expected)
{
    struct error err = {0};
    char *read = records_read_files(format, files, how, &err);
    expect_read(file, line, read, &err, expected);
}

void records_refuse_files_at(const char *file, int line, const struct format *format,
                             const struct records_file *files, unsigned how, const char *sentence)
{
    struct error err = {0};
    expect_refused(file, line, records_read_files(format, files, how, &err), &err, sentence);
}
