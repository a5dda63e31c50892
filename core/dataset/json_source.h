/*
 * JSON source: the answers of an API as tables, so that a new source is a table and its test.
 *
 * A source has kinds of items (users, factors, role assignments, sign-ins). An item is of the first
 * kind that it fits; each kind says which member goes to which column, and how. A member that no
 * table names is left alone, since APIs grow; one that is not there, or null, leaves its column
 * unknown. ERR_INVALID, with the place: an item that fits no kind, a mapped member of a wrong type,
 * and one that stands twice in its object, since which one counts would be a guess.
 *
 *     static const struct json_field user_fields[] = {
 *         {"id", "id", NULL, NULL},
 *         {"profile.login", "login", NULL, NULL},
 *         {"status", "status", json_as_word, status_words},
 *         {0},
 *     };
 *     static const struct json_kind kinds[] = {
 *         {.name = "user", .members = user_members, .fields = user_fields}, {0}};
 *     static const struct json_source source = {.kinds = kinds};
 *     JSON_FORMAT(example, source);
 *
 * Tables are written as the examples show and are checked when a source is opened (assert).
 */
#ifndef CHECKHOOK_CORE_DATASET_JSON_SOURCE_H
#define CHECKHOOK_CORE_DATASET_JSON_SOURCE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/format.h"
#include "core/dataset/record.h"

struct json_reader; /* one import of a source */

/* Where a value goes: all of it lent for the call. */
struct json_cell {
    struct json_reader *reader;
    const struct column *column;
    struct value *value; /* null before */
    struct value *known; /* the flag "…_known" beside a "…_at"; NULL where there is none */
    const void *how;     /* what the table says */
};

/* Reads what was said (never NULL, perhaps a JSON null). Errors say why, without the place. */
typedef bool json_convert(const struct json_cell *cell, const cJSON *said, struct error *err);

struct json_field {
    /* Members from the item inwards, divided by dots, "profile.login"; a slash before it where the
     * names themselves have dots, which then are divided by slashes ("/urn:x:2.0:User/manager").
     * "" = the value itself (an entry of a list of texts); NULL = nothing is read, json_always. */
    const char *path;
    const char *column;    /* of the table that the kind or list fills */
    json_convert *convert; /* NULL: as the column reads JSON; an empty text is unknown */
    const void *how;
};

/*
 * Converters. Each takes null as unknown, unless it says otherwise.
 */
struct json_word {         /* tables end with from NULL; `to` of the last = what else it may be */
    const char *from, *to; /* to as a text of the column ("1" for a flag); NULL = unknown */
};
json_convert json_as_word;  /* how: struct json_word[]; a text, flag or number, in any case */
json_convert json_as_said;  /* as the column reads it, an empty text too */
json_convert json_as_text;  /* a text; a whole number or a flag becomes one */
json_convert json_as_not;   /* a flag negated */
json_convert json_as_epoch; /* seconds, a number or a text of digits; "" is unknown */
/* how: const char *const[], ends with NULL, what means never: the flag "…_known" is set then and
 * where there is a time. "null" stands for a JSON null, "" for an empty text; else those are
 * unknown. A time is compared as a time, however it is written; any other that is none
 * (columns.h) is unknown. */
json_convert json_as_time_or_never;
json_convert json_always; /* how: the text of the column; for path NULL */

/* An array in an item: one row an entry. The list counts as given when the array is there. */
struct json_list {
    const char *path;
    enum record_table table;
    const struct json_field *fields; /* paths from the entry */
    bool (*wanted)(const cJSON *entry);
    /* What a table cannot say about the row just made. May be NULL, as `wanted` may. */
    bool (*finish)(struct json_reader *r, const cJSON *entry, struct value *row, struct error *err);
    bool partial; /* entries do not say that these are all: the flag "_known" stays 0 */
};

struct json_kind {
    const char *name; /* "user", for error texts; pages of kinds of one name are of one list */
    const char *const *members; /* paths that all must be there, null too; ends with NULL */
    /* And this, where not NULL. Also asked while a file is recognised: the reader's own memory is
     * cleared then, there is no file, and the output is NULL. */
    bool (*fits)(const struct json_reader *r, const cJSON *item);
    /* Items of this kind are left out (or taken, see below), and errors do not say that the format
     * knows them. Nothing below the next counts. */
    bool ignored;
    /* Where not NULL, an item of this kind makes no record; this is told, and nothing below counts
     * (names that other items use, an answer that says that the request failed). */
    bool (*take)(struct json_reader *r, const cJSON *item, struct error *err);

    enum record_part part;
    const char *user_id, *user_login; /* RECORD_ADDS: paths to whom it is about; may be NULL */
    enum record_table table;          /* RECORD_USER, else each item is one row of that table */
    const struct json_field *fields;
    const struct json_list *lists; /* ends with path NULL; may be NULL */
    /* What a table cannot say; the record is filled and not yet completed. May be NULL. */
    bool (*finish)(struct json_reader *r, const cJSON *item, struct record *record,
                   struct error *err);
};

struct json_source {
    const char *const *arrays;     /* of items in pages (json_items.h) */
    const char *const *next;       /* paths in a page: a value there names a next page */
    const struct json_kind *kinds; /* ends with name NULL */
    size_t own_size;               /* cleared memory for the hooks (json_reader_own) */

    /* The hooks may be NULL. Whether an object that fits no kind is a page of this source without
     * items; there may be no array in it either. */
    bool (*recognise_page)(const cJSON *page);
    /* Of a file that was recognised, where json_source_rank does not do. */
    int (*rank)(const struct format_file *file);
    /* Whether the file's name says that it adds to users, whatever it holds. */
    bool (*adds)(const struct format_file *file);
    bool (*begin)(struct json_reader *r, const struct format_file *file, struct error *err);
    bool (*page)(struct json_reader *r, const cJSON *page, struct error *err); /* at its end */
    /* An item was left out. Its kind; else that of the page; NULL = neither could be told. */
    void (*refused)(struct json_reader *r, const struct json_kind *kind);
    bool (*finish)(struct json_reader *r, struct error *err);   /* of a file */
    bool (*complete)(struct json_reader *r, struct error *err); /* of the import */
    void (*release)(void *own);                                 /* what the own memory owns */
};

/*
 * For hooks.
 */
void *json_reader_own(const struct json_reader *r);
const struct format_output *json_reader_output(const struct json_reader *r);
const cJSON *json_reader_page(const struct json_reader *r); /* so far; NULL = none */
const struct format_file *json_reader_file(const struct json_reader *r);
/* Whether no page so far named a next one that is missing: for a `complete` that covers. */
bool json_reader_whole(const struct json_reader *r);
/* Items of the file at hand so far, the present one included. */
int64_t json_reader_items(const struct json_reader *r);
/* Those of them that were wrong and left out. */
int64_t json_reader_refused(const struct json_reader *r);

/* The item at hand is left out, and nobody told: for the finish of a kind. */
void json_reader_drop(struct json_reader *r);

/* A record that a hook fills and emits beside the items; cleared by every call. */
struct record *json_reader_record(struct json_reader *r, enum record_part part);
bool json_reader_emit(struct json_reader *r, struct record *record, struct error *err);

/* Keeps a made text until the record is emitted; returns it. */
const char *json_reader_keep(struct json_reader *r, char *owned);

/* The member at a path as json_field writes it; NULL where absent. A JSON null is a member. */
const cJSON *json_at(const cJSON *item, const char *path);
const char *json_text_at(const cJSON *item, const char *path); /* NULL unless a text, not empty */

/* Sets a value of a row. NULL and absent columns are a fault of the program (assert). */
struct value *json_slot(struct value *row, enum record_table table, const char *column);
void json_put_text(struct value *row, enum record_table table, const char *column,
                   const char *text); /* lent; NULL = left alone */
void json_put_number(struct value *row, enum record_table table, const char *column,
                     int64_t number);
bool json_put_time(struct value *row, enum record_table table, const char *column, const char *text,
                   struct error *err);

/*
 * The format of a source.
 */
void *json_source_open(const struct json_source *source, const struct format_output *output);
bool json_source_recognise(const struct json_source *source, const char *head, size_t len);
/* By the first item: users and what makes no record before what adds to users. An empty list is
 * taken as well; it adds nothing. */
int json_source_rank(const struct json_source *source, const struct format_file *file);
bool json_source_begin(void *reader, const struct format_file *file, struct error *err);
bool json_source_feed(void *reader, const char *bytes, size_t len, struct error *err);
bool json_source_finish(void *reader, struct error *err);
bool json_source_complete(void *reader, struct error *err);
void json_source_close(void *reader);

extern const char *const json_source_suffixes[]; /* none: JSON says nothing about its source */

/* Defines NAME_format of a source; further members of struct format follow (".repeats = true"). */
#define JSON_FORMAT(NAME, SOURCE, ...)                                                             \
    static bool NAME##_recognise(const char *head, size_t len)                                     \
    {                                                                                              \
        return json_source_recognise(&(SOURCE), head, len);                                        \
    }                                                                                              \
    static int NAME##_rank(const struct format_file *file)                                         \
    {                                                                                              \
        return json_source_rank(&(SOURCE), file);                                                  \
    }                                                                                              \
    static void *NAME##_open(const struct format_output *output)                                   \
    {                                                                                              \
        return json_source_open(&(SOURCE), output);                                                \
    }                                                                                              \
    const struct format NAME##_format = {.recognise = NAME##_recognise,                            \
                                         .suffixes = json_source_suffixes,                         \
                                         .rank = NAME##_rank,                                      \
                                         .open = NAME##_open,                                      \
                                         .begin = json_source_begin,                               \
                                         .feed = json_source_feed,                                 \
                                         .finish = json_source_finish,                             \
                                         .complete = json_source_complete,                         \
                                         .close = json_source_close,                               \
                                         __VA_ARGS__}

#endif
