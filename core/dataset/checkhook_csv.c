/* checkhook's own CSV: the columns of the users table, and lists of factors and roles in cells. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"
#include "core/dataset/csv.h"
#include "core/dataset/format.h"

/* A cell that holds a list: entries end with ';', their fields with ':'. */
struct cell_list {
    const char *name; /* of the CSV column */
    enum record_table table;
    const char *fields[3];
    size_t field_count;
    const char *shape;
};

static const struct cell_list cell_lists[] = {
    {"factors", RECORD_FACTORS, {"kind", "status"}, 2, "kind:status, for example totp:active"},
    {"roles",
     RECORD_ROLES,
     {"role", "tier", "assignment"},
     3,
     "role:tier:assignment, for example Help desk:1:active"},
};

static const char *const list_names[] = {"factors", "roles", NULL};

/* Where the cells of one CSV column go: a column of the user, or a list. */
struct target {
    size_t user_column;
    const struct cell_list *list; /* NULL = a column of the user */
};

struct checkhook_csv {
    const struct format_output *output;
    struct csv_reader *reader; /* of the file at hand; NULL */
    struct record record;
    struct target targets[CSV_COLUMNS_MAX];
    char *const *names;
    size_t columns;
};

static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
    return text;
}

static bool refuse_name(const char *name, struct error *err)
{
    if (!strpbrk(name, ";\t"))
        return column_refuse(user_columns, list_names, name, err);
    return error_set(err, ERR_INVALID, "the header is one long name; separate the cells by commas");
}

static bool find_target(const char *name, struct target *out, struct error *err)
{
    int column = column_find(user_columns, name, 0);
    if (column != COLUMN_NONE) {
        *out = (struct target){.user_column = (size_t)column};
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(cell_lists); i++) {
        if (strcmp(name, cell_lists[i].name) == 0) {
            *out = (struct target){.list = &cell_lists[i]};
            return true;
        }
    }
    return refuse_name(name, err);
}

static bool has_name(const struct checkhook_csv *c, const char *name)
{
    for (size_t i = 0; i < c->columns; i++)
        if (strcmp(c->names[i], name) == 0)
            return true;
    return false;
}

static bool take_header(void *ctx, char *const *names, size_t count, struct error *err)
{
    struct checkhook_csv *c = ctx;
    c->names = names;
    c->columns = count;
    for (size_t i = 0; i < count; i++)
        if (!find_target(names[i], &c->targets[i], err))
            return false;
    for (const struct column *column = user_columns; column->name; column++)
        if (column->required && !has_name(c, column->name))
            return error_set(err, ERR_INVALID, "the column '%s' is missing", column->name);
    return true;
}

/* Splits from the right, since the first field (a role's name) may hold colons. */
static bool split_entry(const struct cell_list *list, char *entry, const char *fields[3],
                        struct error *err)
{
    char *whole = mem_strdup(entry);
    size_t i = list->field_count;
    while (--i > 0) {
        char *colon = strrchr(entry, ':');
        if (!colon)
            break;
        *colon = '\0';
        fields[i] = trim(colon + 1);
    }
    fields[0] = trim(entry);
    if (i > 0) {
        char *quoted = column_quote(whole);
        error_set(err, ERR_INVALID, "'%s' is not %s", quoted, list->shape);
        free(quoted);
    }
    free(whole);
    return i == 0;
}

static bool read_entry(struct checkhook_csv *c, const struct cell_list *list, char *entry,
                       struct error *err)
{
    const char *fields[3];
    if (!split_entry(list, entry, fields, err))
        return false;
    const struct column *columns = record_tables[list->table].columns;
    struct value *row = record_add(&c->record, list->table);
    for (size_t i = 0; i < list->field_count; i++) {
        int column = column_find(columns, list->fields[i], i);
        if (!column_read_text(&columns[column], fields[i], &row[column], err))
            return error_wrap(err, "%s", list->fields[i]);
    }
    return true;
}

static bool read_list(struct checkhook_csv *c, const struct cell_list *list, char *cell,
                      struct error *err)
{
    record_give(&c->record, list->table);
    char *rest = cell;
    for (char *entry; (entry = strsep(&rest, ";"));) {
        entry = trim(entry);
        bool after_the_last = !rest && !*entry;
        if (!after_the_last && !read_entry(c, list, entry, err))
            return false;
    }
    return true;
}

static bool read_cell(struct checkhook_csv *c, const struct target *target, char *cell,
                      struct error *err)
{
    if (target->list)
        return read_list(c, target->list, cell, err);
    size_t column = target->user_column;
    struct value *value = &record_user(&c->record)[column];
    return column_read_text(&user_columns[column], cell, value, err);
}

static bool take_row(void *ctx, char *const *cells, struct error *err)
{
    struct checkhook_csv *c = ctx;
    record_clear(&c->record);
    for (size_t i = 0; i < c->columns; i++)
        if (cells[i] && !read_cell(c, &c->targets[i], cells[i], err))
            return error_wrap(err, "column '%s'", c->names[i]);
    return record_complete(&c->record, err) && c->output->sink(c->output->ctx, &c->record, err);
}

static const struct csv_handler handler = {.header = take_header, .row = take_row};

static bool recognise(const char *head, size_t len)
{
    const char *end = memchr(head, '\n', len);
    char *line = mem_strndup(head, end ? (size_t)(end - head) : len);
    bool id = false, login = false;
    char *rest = line;
    for (char *name; (name = strsep(&rest, ",\r"));) {
        name = trim(name);
        id = id || strcmp(name, "id") == 0 || strcmp(name, "\"id\"") == 0;
        login = login || strcmp(name, "login") == 0 || strcmp(name, "\"login\"") == 0;
    }
    free(line);
    return id && login;
}

static void *open_csv(const struct format_output *output)
{
    struct checkhook_csv *c = mem_zalloc(sizeof *c);
    c->output = output;
    record_init(&c->record);
    return c;
}

static bool begin(void *state, const struct format_file *file, struct error *err)
{
    struct checkhook_csv *c = state;
    (void)file;
    (void)err;
    csv_reader_free(c->reader);
    c->reader = csv_reader_new(c->output, &handler, c);
    return true;
}

static bool feed(void *state, const char *bytes, size_t len, struct error *err)
{
    return csv_reader_feed(((struct checkhook_csv *)state)->reader, bytes, len, err);
}

static bool finish(void *state, struct error *err)
{
    return csv_reader_finish(((struct checkhook_csv *)state)->reader, err);
}

static void close_csv(void *state)
{
    struct checkhook_csv *c = state;
    csv_reader_free(c->reader);
    record_release(&c->record);
    free(c);
}

static const char *const suffixes[] = {".csv", NULL};

const struct format checkhook_csv_format = {
    .recognise = recognise,
    .suffixes = suffixes,
    .open = open_csv,
    .begin = begin,
    .feed = feed,
    .finish = finish,
    .close = close_csv,
};
