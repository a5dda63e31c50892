/*
 * CSV (RFC 4180) with a header line: bytes in pieces of any size in, rows of cells out, on libcsv.
 *
 * A cell without quotes loses the blanks around it; an empty one is "unknown" and has no text,
 * while `""` is an empty text. Lines without anything in them are skipped. Every row has as many
 * cells as the header. Refused, with the line named: what core/dataset/lines.h refuses, a quote
 * that is never closed or stands inside a cell, a record over 1 MiB, more than 256 columns.
 * Reading stops at the first error; where rows may be left out (format_refuse), at the first one of
 * the header or of a quote.
 */
#ifndef CHECKHOOK_CORE_DATASET_CSV_H
#define CHECKHOOK_CORE_DATASET_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

enum { CSV_COLUMNS_MAX = 256 };

struct csv_reader;
struct format_output;

/* Cells are terminated, may be changed in place, and are lent for the call; NULL = unknown. */
struct csv_handler {
    /* The names are lent until the reader is freed. They are not empty and differ. */
    bool (*header)(void *ctx, char *const *names, size_t count, struct error *err);
    bool (*row)(void *ctx, char *const *cells, struct error *err);
};

/* Reads one file. The output (for its name, and to leave rows out) and the handler are lent until
 * csv_reader_free. What the handler refuses with ERR_INVALID gets "NAME:LINE" in front, the line
 * where the row begins. */
struct csv_reader *csv_reader_new(const struct format_output *output,
                                  const struct csv_handler *handler, void *ctx);
void csv_reader_free(struct csv_reader *r);
bool csv_reader_feed(struct csv_reader *r, const char *bytes, size_t len, struct error *err);
bool csv_reader_finish(struct csv_reader *r, struct error *err); /* refuses an empty file */

#endif
