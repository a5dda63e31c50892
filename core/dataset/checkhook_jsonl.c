/* checkhook's JSON Lines: one user a line, with the columns and lists of the data set tables. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/format.h"
#include "core/dataset/lines.h"

struct checkhook_jsonl {
    const struct format_output *output;
    struct lines lines;
    struct record record;
};

/* Columns of the user and lists, one bit each. */
enum { SEEN_MAX = 64 };

static const char *const list_names[] = {"factors", "roles", "sign_ins", "credentials", NULL};

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", text[i]))
            return false;
    return true;
}

static bool read_value(const struct column *column, const cJSON *item, struct value *out,
                       struct error *err)
{
    return column_read_json(column, item, out, err) || error_wrap(err, "column '%s'", column->name);
}

/* cJSON keeps members of the same name; which one counts would be a guess. */
static bool once(uint64_t *seen, size_t index, const char *name, struct error *err)
{
    assert(index < SEEN_MAX);
    uint64_t bit = UINT64_C(1) << index;
    if (*seen & bit)
        return error_set(err, ERR_INVALID, "column '%s' is there twice", name);
    *seen |= bit;
    return true;
}

static bool read_row(const struct column *columns, const cJSON *object, struct value *row,
                     struct error *err)
{
    uint64_t seen = 0;
    size_t next = 0;
    for (const cJSON *item = object->child; item; item = item->next) {
        int column = column_find(columns, item->string, next);
        if (column == COLUMN_NONE)
            return column_refuse(columns, NULL, item->string, err);
        next = (size_t)column + 1;
        if (!once(&seen, (size_t)column, item->string, err) ||
            !read_value(&columns[column], item, &row[column], err))
            return false;
    }
    return true;
}

static bool read_list(struct checkhook_jsonl *j, enum record_table table, const cJSON *list,
                      struct error *err)
{
    if (cJSON_IsNull(list))
        return true;
    if (!cJSON_IsArray(list))
        return error_set(err, ERR_INVALID, "a list of objects is expected");
    record_give(&j->record, table);
    size_t number = 0;
    for (const cJSON *entry = list->child; entry; entry = entry->next) {
        number++;
        if (!cJSON_IsObject(entry))
            return error_set(err, ERR_INVALID, "entry %zu is not an object", number);
        struct value *row = record_add(&j->record, table);
        if (!read_row(record_tables[table].columns, entry, row, err))
            return error_wrap(err, "entry %zu", number);
    }
    return true;
}

static size_t find_list(const char *name)
{
    size_t table = RECORD_USER + 1;
    while (table < RECORD_TABLES && strcmp(record_tables[table].name, name) != 0)
        table++;
    return table;
}

static bool read_member(struct checkhook_jsonl *j, const cJSON *item, size_t *next, uint64_t *seen,
                        struct error *err)
{
    int column = column_find(user_columns, item->string, *next);
    if (column != COLUMN_NONE) {
        *next = (size_t)column + 1;
        return once(seen, (size_t)column, item->string, err) &&
               read_value(&user_columns[column], item, &record_user(&j->record)[column], err);
    }
    size_t table = find_list(item->string);
    if (table == RECORD_TABLES)
        return column_refuse(user_columns, list_names, item->string, err);
    return once(seen, j->record.rows[RECORD_USER].width + table, item->string, err) &&
           (read_list(j, (enum record_table)table, item, err) ||
            error_wrap(err, "column '%s'", record_tables[table].name));
}

static bool read_user(struct checkhook_jsonl *j, const cJSON *object, struct error *err)
{
    size_t next = 0;
    uint64_t seen = 0;
    for (const cJSON *item = object->child; item; item = item->next)
        if (!read_member(j, item, &next, &seen, err))
            return false;
    return record_complete(&j->record, err) && j->output->sink(j->output->ctx, &j->record, err);
}

static bool take_object(struct checkhook_jsonl *j, const cJSON *value, struct error *err)
{
    if (cJSON_IsArray(value))
        return error_set(err, ERR_INVALID,
                         "a list stands where one user is expected; write one object a line, "
                         "without a list around them (jq -c '.[]' does that)");
    if (!cJSON_IsObject(value))
        return error_set(err, ERR_INVALID, "one JSON object a line is expected");
    record_clear(&j->record);
    return read_user(j, value, err);
}

static bool take_line(void *ctx, const char *text, size_t len, int64_t number, struct error *err)
{
    struct checkhook_jsonl *j = ctx;
    if (is_blank(text, len))
        return true;
    cJSON *value = json_parse(text, len, err);
    bool ok = value && take_object(j, value, err);
    cJSON_Delete(value);
    return ok || format_refuse(j->output, err, number);
}

/* --- recognition ------------------------------------------------------------------------------ */

/* The first object, as far as the bytes go. */
struct scan {
    const char *at, *end;
    int depth;
    const char *text; /* the string that was read last */
    size_t size;
};

static void skip_blanks(struct scan *s)
{
    while (s->at < s->end && *s->at && strchr(" \t\r\n", *s->at))
        s->at++;
}

/* False where the bytes end in it. */
static bool scan_string(struct scan *s)
{
    s->text = ++s->at;
    while (s->at < s->end && *s->at != '"')
        s->at += *s->at == '\\' ? 2 : 1;
    if (s->at >= s->end)
        return false;
    s->size = (size_t)(s->at++ - s->text);
    return true;
}

/* The name of the next member of the object, not of what is in it. */
static bool scan_name(struct scan *s)
{
    while (s->at < s->end && s->depth > 0) {
        const char c = *s->at;
        if (c != '"') {
            s->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
            s->at++;
            continue;
        }
        if (!scan_string(s))
            return false;
        skip_blanks(s);
        if (s->depth == 1 && s->at < s->end && *s->at == ':')
            return true;
    }
    return false;
}

static bool is_ours(const struct scan *s)
{
    char *name = mem_strndup(s->text, s->size);
    const bool ours =
        column_find(user_columns, name, 0) != COLUMN_NONE || find_list(name) != RECORD_TABLES;
    free(name);
    return ours;
}

/* All members must be ours: other sources have objects, too. A list around them is a fault that the
 * reading names. */
static bool recognise(const char *head, size_t len)
{
    struct scan s = {.at = head, .end = head + len, .depth = 1};
    bool any = false;
    skip_blanks(&s);
    if (s.at < s.end && *s.at == '[') {
        s.at++;
        skip_blanks(&s);
    }
    if (s.at == s.end || *s.at++ != '{')
        return false;
    while (scan_name(&s)) {
        if (!is_ours(&s))
            return false;
        any = true;
    }
    return any;
}

static void *open_jsonl(const struct format_output *output)
{
    struct checkhook_jsonl *j = mem_zalloc(sizeof *j);
    j->output = output;
    lines_init(&j->lines, output, take_line, j);
    record_init(&j->record);
    return j;
}

static bool begin(void *state, const struct format_file *file, struct error *err)
{
    (void)file;
    (void)err;
    lines_begin(&((struct checkhook_jsonl *)state)->lines);
    return true;
}

static bool feed(void *state, const char *bytes, size_t len, struct error *err)
{
    return lines_feed(&((struct checkhook_jsonl *)state)->lines, bytes, len, err);
}

static bool finish(void *state, struct error *err)
{
    return lines_finish(&((struct checkhook_jsonl *)state)->lines, err);
}

static void close_jsonl(void *state)
{
    struct checkhook_jsonl *j = state;
    lines_release(&j->lines);
    record_release(&j->record);
    free(j);
}

static const char *const suffixes[] = {".jsonl", ".ndjson", NULL};

const struct format checkhook_jsonl_format = {
    .recognise = recognise,
    .suffixes = suffixes,
    .open = open_jsonl,
    .begin = begin,
    .feed = feed,
    .finish = finish,
    .close = close_jsonl,
};
