/*
 * What a format is: bytes in, users out. A format knows neither files nor the store, so that the
 * same mapping serves a file today and the body of an HTTP answer later.
 *
 * One import reads one file or many (the pages of an answer, the users and their factors) with one
 * state: open, then for each file begin, feed … and finish, then complete, and close in any case.
 * After a failure only close follows.
 */
#ifndef CHECKHOOK_CORE_DATASET_FORMAT_H
#define CHECKHOOK_CORE_DATASET_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/record.h"

/* Takes one complete record, lent for the call. False stops the reading, unless the format gives
 * the error to format_refuse and goes on. */
typedef bool user_sink(void *ctx, const struct record *record, struct error *err);

/*
 * Where a format gives what it reads, and what it may ask of whoever reads. It lives as long as the
 * format's state, which keeps the pointer: name and offset change from file to file. A zeroed
 * struct with a sink will do.
 */
struct format_output {
    user_sink *sink;
    void *ctx; /* of the sink and of the functions below */

    const char *name; /* of the file at hand, for error texts */
    int64_t offset;   /* where the piece that is fed begins in its file */
    int64_t now;      /* when the data counts as loaded, for what may have passed by then */
    bool merge;       /* what is read is added to a data set, so that it need not be whole */

    /* NULL = nobody asks. A row that was left out (then reading goes on), a remark for the user,
     * a list that is there for every user, and one of which a row may be missing. */
    void (*rejected)(void *ctx, const char *text);
    void (*noted)(void *ctx, const char *text);
    void (*covered)(void *ctx, enum record_table table);
    void (*doubted)(void *ctx, enum record_table table);
    void (*otherwise)(void *ctx, const char *column, struct value value);
};

struct format_file {
    const char *name;  /* for error texts; lent until the file was finished */
    const char *below; /* below the folder that was named, "factors/00u1.json"; else its own name */
    const char *head;  /* the first bytes without byte order mark; up to FORMAT_HEAD of them */
    size_t head_len;
};

/* A sign-in of Entra ID with all policies of a tenant is some 30 KiB. */
enum { FORMAT_HEAD = 64 * 1024 };

/* No rank: such a file is left out of a folder. */
enum { FORMAT_NOT_MINE = -1 };

struct format {
    /* Whether the first bytes, without byte order mark, are of this format. Several formats may say
     * yes; then the user is asked which is meant. */
    bool (*recognise)(const char *head, size_t len);
    const char *const *suffixes; /* of a named file that no format recognises */

    /* Files are read in ascending rank, and by name where it is the same: users before what adds to
     * them. From 0, or FORMAT_NOT_MINE. NULL = 0 for what is recognised. */
    int (*rank)(const struct format_file *file);
    /* Further files that are read with the named one: the path of number `index`, which the caller
     * frees; NULL = no more. One that is not there is left out, one that may not be read is noted.
     * NULL = none. */
    char *(*companion)(const char *path, size_t index);

    bool repeats; /* a user may come again, since pages overlap: the later row counts. Else a second
                     user of the same id is an error of that row */
    bool derives; /* where the source does not say it and the list is known, is_admin follows from
                     the roles (any of tier 1 or more), mfa_enrolled from the factors (an active one
                     of strength 1 or more) */
    bool sparse;  /* holes in the file are not fed; output->offset tells where a piece lies */

    void *(*open)(const struct format_output *output);
    bool (*begin)(void *state, const struct format_file *file, struct error *err); /* NULL */
    /* Pieces of any size. ERR_INVALID: "NAME:LINE: why". */
    bool (*feed)(void *state, const char *bytes, size_t len, struct error *err);
    bool (*finish)(void *state, struct error *err);   /* the bytes of this file have ended */
    bool (*complete)(void *state, struct error *err); /* NULL; all files have ended */
    void (*close)(void *state);
};

/* One a line, as each format adds its own. */
extern const struct format aws_report_format;
extern const struct format checkhook_csv_format;
extern const struct format checkhook_jsonl_format;
extern const struct format duo_format;
extern const struct format entra_format;
extern const struct format github_format;
extern const struct format google_format;
extern const struct format ldif_format;
extern const struct format linux_format;
extern const struct format okta_format;
extern const struct format scim_format;

/* For whoever reads: the calls above where a format need not have them. */
int format_rank(const struct format *format, const struct format_file *file);
bool format_begin(const struct format *format, void *state, const struct format_file *file,
                  struct error *err);
bool format_complete(const struct format *format, void *state, struct error *err);

/* Puts "NAME:LINE" in front of what is wrong with the file, and leaves other errors alone.
 * Returns false. */
bool format_error_at(struct error *err, const char *name, int64_t line);

/*
 * What is wrong with one row: puts "NAME:LINE" (or "NAME: PLACE") in front. Where rows may be left
 * out it is told to the output, *err is cleared, and true is returned: the format goes on with the
 * next row. Else, and for errors that are not the row's (not ERR_INVALID), false.
 */
bool format_refuse(const struct format_output *output, struct error *err, int64_t line);
bool format_refuse_at(const struct format_output *output, struct error *err, const char *place, ...)
    __attribute__((format(printf, 3, 4)));

/* A sentence for the user that is no error: "shadow cannot be read; …". */
void format_note(const struct format_output *output, const char *text, ...)
    __attribute__((format(printf, 2, 3)));

/* What was read lists that table for all users of the source: whoever has no row in it, has none.
 */
void format_covers(const struct format_output *output, enum record_table table);

/* A row of that table was left out, and it may have been any user's: of nobody who was given rows
 * of it, also before, they are known to be all. */
void format_doubts(const struct format_output *output, enum record_table table);

/* What was read names all users of the source for whom that column of theirs is anything else: for
 * whoever was not told it, it is this value. Names and texts are literals. One column an import. */
void format_otherwise(const struct format_output *output, const char *column, struct value value);

#endif
