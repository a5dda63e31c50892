/* Reads CSV through libcsv line by line, so that every error can name its line. */
#include "core/dataset/csv.h"

#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/columns.h"
#include "core/dataset/format.h"
#include "core/dataset/lines.h"

enum { LIBCSV_GROWTH = 4096 };
static const size_t no_text = SIZE_MAX;

struct csv_reader {
    const struct format_output *output;
    const struct csv_handler *handler;
    void *ctx;
    struct lines lines;
    struct csv_parser parser;

    int64_t line;                    /* being read */
    int64_t record_line;             /* where the record that is being read begins */
    int64_t quote_line;              /* where the quote that is open was opened */
    size_t record_len;               /* bytes of the record so far */
    struct strbuf text;              /* the cells of the record, each terminated */
    size_t offsets[CSV_COLUMNS_MAX]; /* of each cell in text, or no_text */
    size_t cells;                    /* of the record so far, also those beyond the limit */
    size_t cells_read;               /* of all records */

    char **names; /* the header, once it is there */
    size_t columns;

    struct error *err; /* of the call that is feeding */
    bool failed;
};

static bool fail_at(struct csv_reader *r, int64_t line)
{
    r->failed = true;
    return format_error_at(r->err, r->output->name, line);
}

static void take_cell(void *bytes, size_t len, void *ctx)
{
    struct csv_reader *r = ctx;
    r->cells_read++;
    if (r->cells++ >= CSV_COLUMNS_MAX)
        return;
    r->offsets[r->cells - 1] = bytes ? r->text.len : no_text;
    if (bytes) {
        strbuf_add(&r->text, bytes, len);
        strbuf_addc(&r->text, '\0');
    }
}

static bool check_name(const struct csv_reader *r, size_t index, struct error *err)
{
    const char *name = r->names[index];
    if (!name || !*name)
        return error_set(err, ERR_INVALID, "column %zu of the header has no name", index + 1);
    for (size_t i = 0; i < index; i++) {
        if (strcmp(r->names[i], name) != 0)
            continue;
        char *quoted = column_quote(name);
        error_set(err, ERR_INVALID, "the header names the column '%s' twice", quoted);
        free(quoted);
        return false;
    }
    return true;
}

static bool take_header(struct csv_reader *r, char *const *cells)
{
    if (r->cells > CSV_COLUMNS_MAX)
        return error_set(r->err, ERR_INVALID, "the header has more than %d columns",
                         CSV_COLUMNS_MAX);
    r->columns = r->cells;
    r->names = mem_zalloc(r->columns * sizeof *r->names);
    for (size_t i = 0; i < r->columns; i++) {
        r->names[i] = mem_strdup(cells[i]);
        if (!check_name(r, i, r->err))
            return false;
    }
    return r->handler->header(r->ctx, r->names, r->columns, r->err);
}

static bool take_row(struct csv_reader *r, char *const *cells)
{
    if (r->cells != r->columns)
        return error_set(r->err, ERR_INVALID, "%zu %s, but the header names %zu columns", r->cells,
                         r->cells == 1 ? "cell" : "cells", r->columns);
    return r->handler->row(r->ctx, cells, r->err);
}

static void take_record(struct csv_reader *r)
{
    char *cells[CSV_COLUMNS_MAX];
    for (size_t i = 0; i < r->cells && i < CSV_COLUMNS_MAX; i++)
        cells[i] = r->offsets[i] == no_text ? NULL : r->text.text + r->offsets[i];
    if (r->names)
        r->failed = !take_row(r, cells) && !format_refuse(r->output, r->err, r->record_line);
    else if (!take_header(r, cells))
        fail_at(r, r->record_line);
}

static void end_record(int terminator, void *ctx)
{
    (void)terminator;
    struct csv_reader *r = ctx;
    if (!r->failed)
        take_record(r);
    strbuf_clear(&r->text);
    r->cells = 0;
}

static bool quote_is_open(const struct csv_reader *r)
{
    return r->parser.quoted != 0;
}

static bool refuse_open_quote(struct csv_reader *r, const char *how)
{
    error_set(r->err, ERR_INVALID, "a quote opens a cell on this line and is %s", how);
    return fail_at(r, r->quote_line);
}

static bool refuse_quote(struct csv_reader *r, bool open_before)
{
    if (open_before) {
        error_set(r->err, ERR_INVALID,
                  "a quote opens a cell on this line and is not closed before line %" PRId64
                  ", where text follows a quote",
                  r->line);
        return fail_at(r, r->quote_line);
    }
    char *column =
        r->cells < r->columns ? column_quote(r->names[r->cells]) : mem_printf("%zu", r->cells + 1);
    error_set(r->err, ERR_INVALID,
              "column '%s': a quote inside the cell; put the whole cell in quotes and write each "
              "quote in it twice",
              column);
    free(column);
    return fail_at(r, r->line);
}

static bool take_line(void *ctx, const char *text, size_t len, int64_t number, struct error *err)
{
    (void)err;
    struct csv_reader *r = ctx;
    bool open_before = quote_is_open(r);
    r->line = number;
    if (!open_before) {
        r->record_line = number;
        r->record_len = 0;
    }
    r->record_len += len;
    if (r->record_len > IMPORT_LINE_MAX)
        return refuse_open_quote(r, "not closed within 1 MiB");

    size_t cells_before = r->cells_read;
    size_t done = csv_parse(&r->parser, text, len, take_cell, end_record, r);
    bool same_cell = open_before && r->cells_read == cells_before;
    if (r->failed)
        return false;
    if (done < len)
        return refuse_quote(r, same_cell);
    if (quote_is_open(r) && !same_cell)
        r->quote_line = number;
    r->lines.whole = !r->names || quote_is_open(r);
    return true;
}

struct csv_reader *csv_reader_new(const struct format_output *output,
                                  const struct csv_handler *handler, void *ctx)
{
    struct csv_reader *r = mem_zalloc(sizeof *r);
    r->output = output;
    r->handler = handler;
    r->ctx = ctx;
    lines_init(&r->lines, output, take_line, r);
    r->lines.whole = true;
    strbuf_init(&r->text, IMPORT_LINE_MAX + CSV_COLUMNS_MAX);
    csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL);
    csv_set_realloc_func(&r->parser, mem_realloc);
    csv_set_blk_size(&r->parser, LIBCSV_GROWTH);
    return r;
}

void csv_reader_free(struct csv_reader *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->columns; i++)
        free(r->names[i]);
    free(r->names);
    csv_free(&r->parser);
    strbuf_release(&r->text);
    lines_release(&r->lines);
    free(r);
}

bool csv_reader_feed(struct csv_reader *r, const char *bytes, size_t len, struct error *err)
{
    r->err = err;
    return lines_feed(&r->lines, bytes, len, err);
}

bool csv_reader_finish(struct csv_reader *r, struct error *err)
{
    r->err = err;
    if (!lines_finish(&r->lines, err))
        return false;
    if (csv_fini(&r->parser, take_cell, end_record, r) != 0)
        return refuse_open_quote(r, "never closed");
    if (r->failed)
        return false;
    if (!r->names) {
        error_set(err, ERR_INVALID, "the file is empty; its first line must name the columns");
        return fail_at(r, 1);
    }
    return true;
}
