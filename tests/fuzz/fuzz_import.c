/* Fuzzes import formats: what comes out is fit for the store, and the same however the bytes came.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/format.h"
#include "core/dataset/import.h"
#include "tests/fuzz/fuzz.h"

enum { FILES_MAX = 16, STRENGTH_MAX = 3, RANKS_MAX = 64, NOW = 1700000000 };
static const int64_t year_0000 = INT64_C(-62167219200), year_9999_end = INT64_C(253402300799);

/*
 * An input may stand for several files: each begins with a line "=== NAME". Without such a line it
 * is one file.
 */
struct file {
    char *name;
    const char *bytes;
    size_t len;
    int rank;
};

struct files {
    struct file items[FILES_MAX];
    size_t count;
};

/* How the files are read, and what came of it. */
struct reading {
    bool in_pieces, skip_bad, merge;
    size_t refuse_at; /* the record that the sink refuses, from 1; 0 = none */

    struct format_output output;
    size_t records, rejected;
    uint64_t sum; /* of all that was given */
    bool over;    /* nothing may follow */
    struct error err;
};

/* --- files ----------------------------------------------------------------------------------- */

static const char separator[] = "=== ";

/* Names come from the command line or a folder, and stand in error texts as they are. */
static void add_file(struct files *files, const char *name, size_t len)
{
    struct file *file = &files->items[files->count++];
    *file = (struct file){.name = mem_strndup(name, len)};
    for (char *at = file->name; *at; at++)
        if (!isalnum((unsigned char)*at) && !strchr("._-/", *at))
            *at = '_';
}

static void files_split(struct files *files, const char *bytes, size_t len)
{
    const size_t mark = sizeof separator - 1;
    const char *end = bytes + len;
    *files = (struct files){0};
    while (bytes < end) {
        const char *line_end = memchr(bytes, '\n', (size_t)(end - bytes));
        const char *next = line_end ? line_end + 1 : end;
        bool begins = (size_t)(next - bytes) > mark && memcmp(bytes, separator, mark) == 0;
        if (begins && files->count < FILES_MAX) {
            add_file(files, bytes + mark, (size_t)(next - bytes) - mark - (line_end ? 1 : 0));
            files->items[files->count - 1].bytes = next;
        } else {
            if (files->count == 0) {
                add_file(files, "file", strlen("file"));
                files->items[0].bytes = bytes;
            }
            files->items[files->count - 1].len += (size_t)(next - bytes);
        }
        bytes = next;
    }
}

static void files_release(struct files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].name);
}

/* --- records --------------------------------------------------------------------------------- */

static bool is_choice(const struct column *column, const char *text)
{
    for (const char *const *choice = column->choices; *choice; choice++)
        if (strcmp(*choice, text) == 0)
            return true;
    return false;
}

static void check_number(const struct column *column, int64_t number)
{
    if (column->kind == COLUMN_FLAG)
        FUZZ_ASSERT_OF(number == 0 || number == 1, column->name);
    else if (column->kind == COLUMN_INT)
        FUZZ_ASSERT_OF(number >= 0 && number <= STRENGTH_MAX, column->name);
    else
        FUZZ_ASSERT_OF(number >= year_0000 && number <= year_9999_end, column->name);
}

static void check_value(const struct column *column, const struct value *value, bool required)
{
    const bool is_text = column->kind == COLUMN_TEXT || column->kind == COLUMN_CHOICE;
    if (required)
        FUZZ_ASSERT_OF(value->kind == VALUE_INT || (value->kind == VALUE_TEXT && *value->text),
                       column->name);
    if (value->kind == VALUE_NULL)
        return;
    FUZZ_ASSERT_OF(value->kind == (is_text ? VALUE_TEXT : VALUE_INT), column->name);
    if (!is_text)
        check_number(column, value->number);
    else
        FUZZ_ASSERT_OF(utf8_valid(value->text, strlen(value->text)), column->name);
    if (column->kind == COLUMN_CHOICE)
        FUZZ_ASSERT_OF(is_choice(column, value->text), value->text);
}

/* Whom a record adds to is found by id or login. */
static void check_whose(const struct record *record)
{
    const struct value *user = record_row(record, RECORD_USER, 0);
    const struct value *id = &user[record->places.id], *login = &user[record->places.login];
    FUZZ_ASSERT((id->kind == VALUE_TEXT && *id->text) ||
                (login->kind == VALUE_TEXT && *login->text));
}

static void add_value(struct reading *r, const struct value *value)
{
    r->sum = fuzz_sum(r->sum, &value->kind, sizeof value->kind);
    if (value->kind == VALUE_INT)
        r->sum = fuzz_sum(r->sum, &value->number, sizeof value->number);
    if (value->kind == VALUE_TEXT)
        r->sum = fuzz_sum(r->sum, value->text, strlen(value->text));
}

static void take_rows(struct reading *r, const struct record *record, enum record_table table)
{
    const struct record_rows *rows = &record->rows[table];
    const bool whole = table != RECORD_USER || record->part == RECORD_WHOLE;
    FUZZ_ASSERT(rows->given || rows->count == 0);
    r->sum = fuzz_sum(r->sum, &rows->given, sizeof rows->given);
    for (size_t i = 0; i < rows->count; i++) {
        const struct value *row = record_row(record, table, i);
        for (size_t c = 0; record_tables[table].columns[c].name; c++) {
            const struct column *column = &record_tables[table].columns[c];
            check_value(column, &row[c], whole && column->required);
            add_value(r, &row[c]);
        }
    }
}

static bool take(void *ctx, const struct record *record, struct error *err)
{
    struct reading *r = ctx;
    FUZZ_ASSERT(!r->over);
    FUZZ_ASSERT(record->rows[RECORD_USER].count == 1);
    if (record->part == RECORD_ADDS)
        check_whose(record);
    for (size_t t = 0; t < RECORD_TABLES; t++)
        take_rows(r, record, (enum record_table)t);
    if (++r->records != r->refuse_at)
        return true;
    r->over = !r->skip_bad;
    return error_set(err, ERR_INVALID, "a second user of this id");
}

static void take_text(void *ctx, const char *text)
{
    struct reading *r = ctx;
    fuzz_assert_text(text);
    r->sum = fuzz_sum(r->sum, text, strlen(text));
}

static void take_rejected(void *ctx, const char *text)
{
    take_text(ctx, text);
    ((struct reading *)ctx)->rejected++;
}

static void take_covered(void *ctx, enum record_table table)
{
    struct reading *r = ctx;
    FUZZ_ASSERT(table > RECORD_USER && table < RECORD_TABLES);
    r->sum = fuzz_sum(r->sum, &table, sizeof table);
}

static void take_doubted(void *ctx, enum record_table table)
{
    const struct reading *r = ctx;
    FUZZ_ASSERT(r->skip_bad && r->rejected > 0);
    take_covered(ctx, table);
}

/* All others have this value of a column. */
static void take_otherwise(void *ctx, const char *column, struct value value)
{
    const struct column *of = user_columns;
    while (of->name && strcmp(of->name, column) != 0)
        of++;
    FUZZ_ASSERT_OF(of->name, column);
    check_value(of, &value, true);
    take_text(ctx, column);
    add_value(ctx, &value);
}

/* --- reading --------------------------------------------------------------------------------- */

/* A block of its own, so that a byte read beyond it is found. */
static struct format_file about(const struct file *file, char **head)
{
    size_t mark = file->len >= 3 && memcmp(file->bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    size_t len = file->len - mark < FORMAT_HEAD ? file->len - mark : FORMAT_HEAD;
    *head = mem_alloc(len + (len == 0));
    memcpy(*head, file->bytes + mark, len);
    return (struct format_file){file->name, file->name, *head, len};
}

/* Sizes that depend on the length alone, so that a changed byte changes nothing else. */
static size_t piece_after(size_t len, size_t at)
{
    const size_t key[] = {len, at};
    uint64_t dice = fuzz_sum(0, key, sizeof key);
    return dice % 4 == 0 ? 1 + dice / 4 % 9 : 1 + dice / 4 % 300;
}

static bool feed(const struct format *format, void *state, const struct file *file,
                 struct reading *r)
{
    for (size_t at = 0; at < file->len;) {
        size_t left = file->len - at, len = r->in_pieces ? piece_after(file->len, at) : left;
        len = len < left ? len : left;
        char *piece = mem_dup(file->bytes + at, len);
        r->output.offset = (int64_t)at;
        bool ok = format->feed(state, piece, len, &r->err);
        free(piece);
        if (!ok)
            return false;
        at += len;
    }
    return true;
}

static bool read_file(const struct format *format, void *state, const struct file *file,
                      struct reading *r)
{
    char *head;
    struct format_file of = about(file, &head);
    r->output.name = file->name;
    bool ok = format_begin(format, state, &of, &r->err) && feed(format, state, file, r) &&
              format->finish(state, &r->err);
    free(head);
    return ok;
}

static bool read_ranks(const struct format *format, void *state, const struct files *files,
                       struct reading *r)
{
    for (int rank = 0; rank < RANKS_MAX; rank++)
        for (size_t i = 0; i < files->count; i++)
            if (files->items[i].rank == rank && !read_file(format, state, &files->items[i], r))
                return false;
    return format_complete(format, state, &r->err);
}

static void read_all(const struct format *format, const struct files *files, struct reading *r)
{
    r->output = (struct format_output){.sink = take,
                                       .ctx = r,
                                       .now = NOW,
                                       .merge = r->merge,
                                       .rejected = r->skip_bad ? take_rejected : NULL,
                                       .noted = take_text,
                                       .covered = take_covered,
                                       .doubted = take_doubted,
                                       .otherwise = take_otherwise};
    void *state = format->open(&r->output);
    bool ok = read_ranks(format, state, files, r);
    FUZZ_ASSERT(!ok || !r->over);
    r->over = true;
    format->close(state);
    if (ok)
        FUZZ_ASSERT(r->err.kind == ERR_NONE);
    else
        fuzz_assert_error(&r->err);
}

/* A file that was named is read whatever it looks like; of a folder those that are ours are. */
static void rank_files(const struct format *format, struct files *files)
{
    for (size_t i = 0; i < files->count; i++) {
        char *head;
        struct format_file of = about(&files->items[i], &head);
        int rank = format_rank(format, &of);
        FUZZ_ASSERT(rank >= FORMAT_NOT_MINE && rank < RANKS_MAX);
        format->recognise(head, of.head_len);
        files->items[i].rank = rank < 0 && files->count == 1 ? 0 : rank;
        free(head);
    }
}

/* Pieces and one piece give the same. */
static struct reading compare(const struct format *format, const struct files *files, bool merge)
{
    struct reading whole = {.merge = merge}, pieces = {.merge = merge, .in_pieces = true};
    read_all(format, files, &whole);
    read_all(format, files, &pieces);
    if (strcmp(whole.err.text, pieces.err.text) != 0)
        fprintf(stderr, "in one piece: %s\nin many: %s\n", whole.err.text, pieces.err.text);
    FUZZ_ASSERT(strcmp(whole.err.text, pieces.err.text) == 0);
    FUZZ_ASSERT(whole.records == pieces.records && whole.sum == pieces.sum);
    return whole;
}

/* Where bad rows are left out, the good ones are the same. */
static void skip_bad(const struct format *format, const struct files *files,
                     const struct reading *strict)
{
    struct reading lenient = {.skip_bad = true, .in_pieces = true};
    read_all(format, files, &lenient);
    FUZZ_ASSERT(lenient.records >= strict->records);
    if (strict->err.kind == ERR_NONE)
        FUZZ_ASSERT(lenient.rejected == 0 && lenient.sum == strict->sum);
}

void fuzz_import(const char *name, const uint8_t *bytes, size_t len)
{
    const struct import_format *f = import_formats;
    struct files files;
    while (strcmp(f->name, name) != 0)
        f++;
    files_split(&files, (const char *)bytes, len);
    rank_files(f->format, &files);
    struct reading strict = compare(f->format, &files, len % 4 == 3);
    if (len % 4 == 1)
        skip_bad(f->format, &files, &strict);
    if (len % 4 == 2 && strict.records > 0) {
        struct reading refused = {.refuse_at = 1 + len / 8 % strict.records,
                                  .skip_bad = len / 4 % 2};
        read_all(f->format, &files, &refused);
    }
    files_release(&files);
}
