/*
 * What commands print: tables for people, JSON for programs. Results go to standard output,
 * messages to standard error; text from outside passes text_safe first.
 */
#ifndef CHECKHOOK_CORE_CMD_OUTPUT_H
#define CHECKHOOK_CORE_CMD_OUTPUT_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/job.h"
#include "core/base/strbuf.h"

enum { TABLE_COLUMNS_MAX = 12 };

/* A table that is as wide as its contents, but on a terminal its last column is cut to fit, and
 * before it, so that the last one has some room, the column named in `gives_way`. Cells are copied.
 */
struct table {
    size_t columns;
    size_t gives_way;              /* 0 = none: the first column never does */
    bool right[TABLE_COLUMNS_MAX]; /* numbers stand right */
    char **cells;                  /* row by row; the first row is the header */
    size_t cell_count;
    size_t widths[TABLE_COLUMNS_MAX]; /* of what was flushed */
    bool flushed;
};

/* headers ends with NULL; a header that begins with '>' is a right column. */
void table_init(struct table *t, const char *const *headers);
void table_add(struct table *t, const char *cell);
void table_addf(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints and releases. Nothing but `empty` (a sentence) where there is no row. */
void table_print(struct table *t, const char *empty);
void table_release(struct table *t); /* without printing */
/* Prints the rows so far and forgets them, for tables of very many; what follows stands under them
 * as far as it fits. */
void table_flush(struct table *t);

/* The word that goes with a number: plural(n, "user", "users"). */
const char *plural(int64_t n, const char *one, const char *many);

/* Prints indented JSON and frees it; returns EXIT_DONE. Characters that a terminal must not get
 * (text_is_unsafe) are written as \u escapes, which mean the same to a program. */
int print_json(cJSON *value);
void print_json_text(const char *text); /* the same for JSON that is text already */

/* An array of JSON that is printed row by row, so that it may be of any length. */
struct json_rows {
    size_t count;
};
void json_rows_add(struct json_rows *rows, cJSON *row); /* takes the row */
void json_rows_end(const struct json_rows *rows);

/* A note for people on standard error: "checkhook: TEXT", made safe for the terminal. */
void print_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "2026-11-24 06:00:14" in UTC, or "never" for 0. The caller frees. */
char *time_for_people(int64_t unix_s);

/* Steps a job to its end; shows progress on standard error when that is a terminal. ERR_CANCELLED
 * where interrupts are caught (core/cmd/interrupt.h) and one was seen. */
bool run_job(struct job *job, struct error *err);

/* Is standard error a terminal, so that progress and questions make sense? */
bool on_terminal(void);

#endif
