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

#include "core/base/error.h"
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
/* After each row of a long table: flushes when there are many, so that its columns are as wide as
 * its first rows need. */
void table_flush_many(struct table *t);

/* The word that goes with a number: plural(n, "user", "users"). */
const char *plural(int64_t n, const char *one, const char *many);

/* Prints indented JSON and frees it; returns EXIT_DONE. Characters that a terminal must not get
 * (text_is_unsafe) are written as \u escapes, which mean the same to a program. */
int print_json(cJSON *value);
void print_json_text(const char *text); /* the same for JSON that is text already */

/*
 * JSON that is printed while it is made, so that it may be of any length; all together it looks as
 * print_json has it.
 *
 *     struct json_stream out = {0};
 *     json_stream_open(&out, NULL, JSON_OBJECT);
 *     json_stream_members(&out, head);
 *     json_stream_open(&out, "users", JSON_ARRAY);
 *     json_stream_add(&out, NULL, row);                 for each of them
 *     json_stream_close(&out);
 *     json_stream_close(&out);
 *
 * What is open is printed with the first thing in it: an error before that leaves nothing behind.
 */
enum { JSON_LEVELS = 4 };
enum json_shape { JSON_ARRAY, JSON_OBJECT };
struct json_stream {
    struct json_level {
        const char *name; /* of a member of an object, else NULL; lent until it is closed */
        enum json_shape shape;
        bool begun, filled;
    } levels[JSON_LEVELS];
    size_t depth;
};
void json_stream_open(struct json_stream *s, const char *name, enum json_shape shape);
void json_stream_add(struct json_stream *s, const char *name, cJSON *value); /* takes the value */
void json_stream_members(struct json_stream *s, cJSON *object);              /* takes the object */
void json_stream_close(struct json_stream *s); /* what was opened last */

/* For long listings. False, with an error, where nobody reads standard output any more. */
bool output_is_read(struct error *err);
/* The exit code of a listing that ended with the error: whether output that failed is worth a word
 * is decided once, at the end of the program. */
int output_fail(const struct error *err);

/* A note for people on standard error: "checkhook: TEXT", made safe for the terminal. */
void print_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "2026-11-24 06:00:14Z", or "never" for 0: commands write UTC, and say so each time. The caller
 * frees. */
char *time_for_people(int64_t unix_s);

/* A line on standard error, where that is a terminal, that the next one writes over. */
void progress_show(const char *format, ...) __attribute__((format(printf, 1, 2)));
void progress_clear(void);

/* Steps a job to its end; shows progress on standard error when that is a terminal. ERR_CANCELLED
 * where interrupts are caught (core/cmd/interrupt.h) and one was seen. */
bool run_job(struct job *job, struct error *err);

/* Is standard error a terminal, so that progress and questions make sense? */
bool on_terminal(void);

#endif
