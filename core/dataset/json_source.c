/* Reads the items of an API by the tables of its source. */
#include "core/dataset/json_source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/columns.h"
#include "core/dataset/json_items.h"
#include "core/dataset/json_map.h"

/* What was seen of the pages with items of one kind. */
struct pages {
    char *unfinished; /* the last file with a page that names a next one */
    bool last;        /* a page that names none */
};

struct json_reader {
    const struct json_source *source;
    const struct format_output *output;
    struct json_items *items;
    size_t kinds;
    struct json_map **maps;       /* one for each kind */
    struct pages *pages;          /* likewise, and one for pages without items */
    const struct json_kind *kind; /* of the first item of the page at hand; NULL = none yet */
    const struct json_kind *item; /* of the item at hand; NULL = none */
    struct record record, aside;  /* of items; of hooks */
    bool dropped;

    struct format_file file; /* name NULL = none */
    const cJSON *page;
    int64_t count, refused; /* items in the file; of them, left out since they are wrong */
    void *own;
    char **kept;
    size_t kept_count;
    bool recognised; /* while the source is recognised */
};

const char *const json_source_suffixes[] = {NULL};

static void forget_kept(struct json_reader *r)
{
    for (size_t i = 0; i < r->kept_count; i++)
        free(r->kept[i]);
    free(r->kept);
    r->kept = NULL;
    r->kept_count = 0;
}

static bool is_there(const cJSON *item, const char *const *paths)
{
    for (; paths && *paths; paths++)
        if (!json_at(item, *paths))
            return false;
    return true;
}

/* The first kind that the item fits; NULL = none. */
static const struct json_kind *kind_of(const struct json_reader *r, const cJSON *item)
{
    const struct json_kind *kind = r->source->kinds;
    while (kind->name && !(is_there(item, kind->members) && (!kind->fits || kind->fits(r, item))))
        kind++;
    return kind->name ? kind : NULL;
}

static bool refuse_kind(const struct json_source *source, const cJSON *item, struct error *err)
{
    struct strbuf names;
    if (!cJSON_IsObject(item))
        return error_set(err, ERR_INVALID, "%s stands where an object is expected",
                         cJSON_IsArray(item)  ? "a list"
                         : cJSON_IsNull(item) ? "null"
                                              : "a single value");
    strbuf_init(&names, sizeof err->text);
    for (const struct json_kind *kind = source->kinds; kind->name; kind++)
        if (!kind->ignored)
            strbuf_addf(&names, "%s%s", names.len ? ", " : "", kind->name);
    error_set(err, ERR_INVALID, "the object is none of what this format knows: %s", names.text);
    strbuf_release(&names);
    return false;
}

/* Whose it is, in a record that adds. */
static void fill_whose(struct json_reader *r, const struct json_kind *kind, const cJSON *item)
{
    struct value *user = record_user(&r->record);
    if (kind->user_id)
        json_put_text(user, RECORD_USER, "id", json_text_at(item, kind->user_id));
    if (kind->user_login)
        json_put_text(user, RECORD_USER, "login", json_text_at(item, kind->user_login));
}

static bool emit(struct json_reader *r, struct record *record, struct error *err)
{
    return record_complete(record, err) && r->output->sink(r->output->ctx, record, err);
}

static bool read_item(struct json_reader *r, const struct json_kind *kind, const cJSON *item,
                      struct error *err)
{
    record_clear(&r->record);
    r->record.part = kind->part;
    r->dropped = false;
    if (kind->part == RECORD_ADDS)
        fill_whose(r, kind, item);
    struct value *row =
        kind->table == RECORD_USER ? record_user(&r->record) : record_add(&r->record, kind->table);
    const struct json_map *map = r->maps[kind - r->source->kinds];
    bool ok = json_map_fill(map, r, item, &r->record, row, err) &&
              (!kind->finish || kind->finish(r, item, &r->record, err)) &&
              (r->dropped || emit(r, &r->record, err));
    forget_kept(r);
    return ok;
}

static bool is_page(const struct json_source *source, const cJSON *item)
{
    return source->recognise_page && cJSON_IsObject(item) && source->recognise_page(item);
}

static bool end_page(struct json_reader *r, const cJSON *page, struct error *err);

static bool take_value(struct json_reader *r, const cJSON *item, struct error *err)
{
    const struct json_kind *kind = r->item = kind_of(r, item);
    if (!kind && !r->page && is_page(r->source, item))
        return end_page(r, item, err);
    if (!kind)
        return refuse_kind(r->source, item, err);
    if (!r->kind)
        r->kind = kind;
    if (kind->take)
        return kind->take(r, item, err);
    return kind->ignored || read_item(r, kind, item, err);
}

static bool refuse_item(struct json_reader *r, struct error *err)
{
    char path[JSON_PLACE_MAX];
    json_items_path(r->items, path);
    if (*path && err->kind == ERR_INVALID)
        error_wrap(err, "%s", path);
    r->refused++;
    if (!format_refuse(r->output, err, json_items_line(r->items)))
        return false;
    if (r->source->refused)
        r->source->refused(r, r->item ? r->item : r->kind);
    return true;
}

static bool take_item(void *ctx, const char *text, size_t len, const cJSON *page, struct error *err)
{
    struct json_reader *r = ctx;
    cJSON *item = json_parse(text, len, err);
    r->page = page;
    r->item = NULL;
    r->count++;
    bool ok = item && take_value(r, item, err);
    cJSON_Delete(item);
    r->page = NULL;
    return ok || refuse_item(r, err);
}

static bool has_next(const struct json_source *source, const cJSON *page)
{
    for (const char *const *path = source->next; path && *path; path++) {
        const cJSON *said = json_at(page, *path);
        if (said && !cJSON_IsNull(said) && !cJSON_IsFalse(said) &&
            !(cJSON_IsString(said) && !*said->valuestring))
            return true;
    }
    return false;
}

/* Kinds of one name are of one list. */
static size_t list_of(const struct json_source *source, const struct json_kind *kind)
{
    size_t i = 0;
    while (strcmp(source->kinds[i].name, kind->name) != 0)
        i++;
    return i;
}

static void note_page(struct json_reader *r, const cJSON *page)
{
    struct pages *pages = &r->pages[r->kind ? list_of(r->source, r->kind) : r->kinds];
    if (has_next(r->source, page))
        mem_replace(&pages->unfinished, r->file.name ? r->file.name : r->output->name);
    else
        pages->last = true;
}

static bool end_page(struct json_reader *r, const cJSON *page, struct error *err)
{
    r->page = page;
    note_page(r, page);
    r->kind = r->item = NULL;
    bool ok = !r->source->page || r->source->page(r, page, err);
    r->page = NULL;
    forget_kept(r);
    return ok;
}

static bool take_page(void *ctx, const cJSON *page, struct error *err)
{
    return end_page(ctx, page, err) || refuse_item(ctx, err);
}

static const struct json_items_handler handler = {.item = take_item, .page = take_page};

/* Whether a list names a next page where none came. A page without items and without a next one
 * ends any of them. */
static bool is_unfinished(const struct json_reader *r, size_t i, bool any_last)
{
    const struct pages *pages = &r->pages[i];
    const bool last = i == r->kinds ? any_last : pages->last || r->pages[r->kinds].last;
    return pages->unfinished && !last;
}

/* A file that names it, or NULL. */
static const char *find_unfinished(const struct json_reader *r)
{
    bool any = r->pages[r->kinds].last;
    for (size_t i = 0; i < r->kinds; i++)
        any = any || r->pages[i].last;
    for (size_t i = 0; i <= r->kinds; i++)
        if (is_unfinished(r, i, any))
            return r->pages[i].unfinished;
    return NULL;
}

static bool check_pages(const struct json_reader *r, struct error *err)
{
    const char *name = find_unfinished(r);
    return !name || r->output->merge ||
           error_set(err, ERR_INVALID,
                     "%s names a next page, which is not there; save all pages into one folder, "
                     "or add what is here with --merge",
                     name);
}

void *json_reader_own(const struct json_reader *r)
{
    return r->own;
}

const struct format_output *json_reader_output(const struct json_reader *r)
{
    return r->output;
}

const cJSON *json_reader_page(const struct json_reader *r)
{
    return r->page;
}

const struct format_file *json_reader_file(const struct json_reader *r)
{
    return r->file.name ? &r->file : NULL;
}

bool json_reader_whole(const struct json_reader *r)
{
    return !find_unfinished(r);
}

int64_t json_reader_items(const struct json_reader *r)
{
    return r->count;
}

int64_t json_reader_refused(const struct json_reader *r)
{
    return r->refused;
}

void json_reader_drop(struct json_reader *r)
{
    r->dropped = true;
}

struct record *json_reader_record(struct json_reader *r, enum record_part part)
{
    record_clear(&r->aside);
    r->aside.part = part;
    return &r->aside;
}

bool json_reader_emit(struct json_reader *r, struct record *record, struct error *err)
{
    return emit(r, record, err);
}

const char *json_reader_keep(struct json_reader *r, char *owned)
{
    *(char **)list_add(&r->kept, &r->kept_count, sizeof *r->kept) = owned;
    return owned;
}

struct value *json_slot(struct value *row, enum record_table table, const char *column)
{
    int at = column_find(record_tables[table].columns, column, 0);
    assert(at != COLUMN_NONE);
    return &row[at];
}

void json_put_text(struct value *row, enum record_table table, const char *column, const char *text)
{
    if (text)
        *json_slot(row, table, column) = (struct value){.kind = VALUE_TEXT, .text = text};
}

void json_put_number(struct value *row, enum record_table table, const char *column, int64_t number)
{
    *json_slot(row, table, column) = (struct value){.kind = VALUE_INT, .number = number};
}

bool json_put_time(struct value *row, enum record_table table, const char *column, const char *text,
                   struct error *err)
{
    const int at = column_find(record_tables[table].columns, column, 0);
    assert(at != COLUMN_NONE);
    return column_read_text(&record_tables[table].columns[at], text, &row[at], err);
}

void *json_source_open(const struct json_source *source, const struct format_output *output)
{
    struct json_reader *r = mem_zalloc(sizeof *r);
    r->source = source;
    r->output = output;
    r->items = json_items_new(source->arrays, &handler, r);
    while (source->kinds[r->kinds].name)
        r->kinds++;
    r->maps = mem_zalloc((r->kinds + 1) * sizeof(struct json_map *));
    r->pages = mem_zalloc((r->kinds + 1) * sizeof *r->pages);
    for (size_t i = 0; i < r->kinds; i++) {
        const struct json_kind *kind = &source->kinds[i];
        r->maps[i] = json_map_new(kind->fields, kind->lists, kind->table);
    }
    r->own = mem_zalloc(source->own_size + 1);
    record_init(&r->record);
    record_init(&r->aside);
    json_items_begin(r->items, output->name);
    return r;
}

/* Looks at the first item, or page without items, and stops the reading. */
static bool look_at_item(void *ctx, const char *text, size_t len, const cJSON *page,
                         struct error *err)
{
    struct json_reader *r = ctx;
    cJSON *item = json_parse(text, len, err);
    r->page = page;
    r->kind = cJSON_IsObject(item) ? kind_of(r, item) : NULL;
    r->recognised = r->kind || (!page && is_page(r->source, item));
    cJSON_Delete(item);
    return false;
}

static bool look_at_page(void *ctx, const cJSON *page, struct error *err)
{
    struct json_reader *r = ctx;
    (void)err;
    r->recognised = is_page(r->source, page);
    return false;
}

/* What the first bytes tell; *kind is NULL for a page without items. */
static bool look(const struct json_source *source, const char *head, size_t len,
                 const struct json_kind **kind)
{
    static const struct json_items_handler looker = {look_at_item, look_at_page};
    struct json_reader r = {.source = source, .own = mem_zalloc(source->own_size + 1)};
    struct error err = {0};
    struct json_items *items = json_items_new(source->arrays, &looker, &r);
    /* The first item may be larger than the head; then what the page says before it counts. */
    if (json_items_feed(items, head, len, &err))
        r.recognised = is_page(source, json_items_page(items));
    json_items_free(items);
    free(r.own);
    *kind = r.kind;
    return r.recognised;
}

bool json_source_recognise(const struct json_source *source, const char *head, size_t len)
{
    const struct json_kind *kind;
    return look(source, head, len, &kind);
}

/* A page without anything in it, as the last one often is, tells nothing of whose it is. */
static bool is_empty_list(const char *head, size_t len)
{
    const char *const chars = "[]";
    size_t found = 0;
    for (size_t i = 0; i < len; i++) {
        if (strchr(" \t\r\n", head[i]) && head[i])
            continue;
        if (found == 2 || head[i] != chars[found])
            return false;
        found++;
    }
    return found == 2;
}

int json_source_rank(const struct json_source *source, const struct format_file *file)
{
    enum { FIRST, AFTER_USERS };
    const struct json_kind *kind;
    if ((source->adds && source->adds(file)) || is_empty_list(file->head, file->head_len))
        return AFTER_USERS;
    if (!look(source, file->head, file->head_len, &kind))
        return FORMAT_NOT_MINE;
    if (source->rank)
        return source->rank(file);
    return kind && kind->part == RECORD_ADDS ? AFTER_USERS : FIRST;
}

bool json_source_begin(void *reader, const struct format_file *file, struct error *err)
{
    struct json_reader *r = reader;
    r->file = *file;
    r->kind = NULL;
    r->count = r->refused = 0;
    json_items_begin(r->items, file->name);
    return !r->source->begin || r->source->begin(r, file, err);
}

bool json_source_feed(void *reader, const char *bytes, size_t len, struct error *err)
{
    return json_items_feed(((struct json_reader *)reader)->items, bytes, len, err);
}

bool json_source_finish(void *reader, struct error *err)
{
    struct json_reader *r = reader;
    bool ok = json_items_finish(r->items, err) && (!r->source->finish || r->source->finish(r, err));
    forget_kept(r);
    r->file.name = NULL;
    return ok;
}

bool json_source_complete(void *reader, struct error *err)
{
    struct json_reader *r = reader;
    return check_pages(r, err) && (!r->source->complete || r->source->complete(r, err));
}

void json_source_close(void *reader)
{
    struct json_reader *r = reader;
    if (!r)
        return;
    json_items_free(r->items);
    for (size_t i = 0; i < r->kinds; i++)
        json_map_free(r->maps[i]);
    for (size_t i = 0; i <= r->kinds; i++)
        free(r->pages[i].unfinished);
    free(r->maps);
    free(r->pages);
    if (r->source->release)
        r->source->release(r->own);
    free(r->own);
    forget_kept(r);
    record_release(&r->record);
    record_release(&r->aside);
    free(r);
}
