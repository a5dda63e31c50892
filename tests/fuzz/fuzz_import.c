/* Fuzzes import formats: what comes out is fit for the store, and the same however the bytes came.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/format.h"
#include "core/dataset/import.h"
#include "tests/fuzz/fuzz.h"

enum { FILES_MAX = 16, STRENGTH_MAX = 3 };
static const int64_t year_0000 = INT64_C(-62167219200), year_9999_end = INT64_C(253402300799);

/*
 * An input may stand for several files: each begins with a line "=== NAME". Without such a line it
 * is one file.
 */
struct file {
    char *name;
    const char *bytes;
    size_t len;
};

struct files {
    struct file items[FILES_MAX];
    size_t count;
};

/* What one reading gave. */
struct reading {
    size_t refuse_at; /* the user that the sink refuses, from 1; 0 = none */
    size_t users;
    uint64_t sum; /* of all records */
    bool refused; /* the sink has, or the format: nothing may follow */
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

static void check_value(const struct column *column, const struct value *value)
{
    const bool is_text = column->kind == COLUMN_TEXT || column->kind == COLUMN_CHOICE;
    if (column->required)
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

static void add_value(struct reading *r, const struct value *value)
{
    r->sum = fuzz_sum(r->sum, &value->kind, sizeof value->kind);
    if (value->kind == VALUE_INT)
        r->sum = fuzz_sum(r->sum, &value->number, sizeof value->number);
    if (value->kind == VALUE_TEXT)
        r->sum = fuzz_sum(r->sum, value->text, strlen(value->text));
}

static bool take(void *ctx, const struct record *record, struct error *err)
{
    struct reading *r = ctx;
    FUZZ_ASSERT(!r->refused);
    FUZZ_ASSERT(record->rows[RECORD_USER].count == 1);
    for (size_t t = 0; t < RECORD_TABLES; t++)
        for (size_t i = 0; i < record->rows[t].count; i++) {
            const struct value *row = record_row(record, (enum record_table)t, i);
            for (size_t c = 0; record_tables[t].columns[c].name; c++) {
                check_value(&record_tables[t].columns[c], &row[c]);
                add_value(r, &row[c]);
            }
        }
    r->refused = ++r->users == r->refuse_at;
    return !r->refused || error_set(err, ERR_INVALID, "a second user of this id");
}

/* --- reading --------------------------------------------------------------------------------- */

/* Sizes that depend on the length alone, so that a changed byte changes nothing else: mostly
 * small, now and then large. */
static size_t piece_after(size_t len, size_t at)
{
    const size_t key[] = {len, at};
    uint64_t dice = fuzz_sum(0, key, sizeof key);
    return dice % 8 == 0 ? 1 + dice / 8 % 600 : 1 + dice / 8 % 9;
}

static bool feed(const struct format *format, void *state, const struct file *file, bool in_pieces,
                 struct reading *r)
{
    for (size_t at = 0; at < file->len;) {
        size_t left = file->len - at, len = in_pieces ? piece_after(file->len, at) : left;
        if (len > left)
            len = left;
        /* A block of its own, so that a byte read beyond it is found. */
        char *piece = mem_dup(file->bytes + at, len);
        bool ok = format->feed(state, piece, len, &r->err);
        free(piece);
        if (!ok)
            return false;
        at += len;
    }
    return true;
}

static void read_file(const struct format *format, const struct file *file, bool in_pieces,
                      struct reading *r)
{
    const struct format_output output = {.name = file->name, .sink = take, .ctx = r};
    void *state = format->open(&output);
    bool ok = feed(format, state, file, in_pieces, r) && format->finish(state, &r->err);
    FUZZ_ASSERT(!ok || !r->refused);
    r->refused = !ok;
    format->close(state);
    if (ok)
        FUZZ_ASSERT(r->err.kind == ERR_NONE);
    else
        fuzz_assert_error(&r->err);
}

static struct reading read_all(const struct format *format, const struct files *files,
                               bool in_pieces, size_t refuse_at)
{
    struct reading r = {.refuse_at = refuse_at};
    for (size_t i = 0; i < files->count && !r.refused; i++)
        read_file(format, &files->items[i], in_pieces, &r);
    return r;
}

void fuzz_import(const char *name, const uint8_t *bytes, size_t len)
{
    const struct import_format *f = import_formats;
    struct files files;
    while (strcmp(f->name, name) != 0)
        f++;
    files_split(&files, (const char *)bytes, len);
    f->format->recognise((const char *)bytes, len);
    struct reading whole = read_all(f->format, &files, false, 0);
    struct reading pieces = read_all(f->format, &files, true, 0);
    FUZZ_ASSERT_OF(strcmp(whole.err.text, pieces.err.text) == 0, whole.err.text);
    FUZZ_ASSERT(whole.users == pieces.users && whole.sum == pieces.sum);
    if (whole.users > 0)
        read_all(f->format, &files, true, 1 + len % whole.users);
    files_release(&files);
}
