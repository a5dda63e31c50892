/* Finds the members that a table names in one walk over an item, and converts them. */
#include "core/dataset/json_map.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/json_path.h"

enum { SEEN_MAX = 64, NO_KNOWN = -1 };

/* A field with its column found. Fields of one path are chained. */
struct binding {
    const struct json_field *field;
    const struct column *column;
    int at, known; /* places in the row; NO_KNOWN */
    struct binding *next;
};

/* A list with the map of its entries. */
struct list {
    const struct json_list *table;
    struct json_map *entries;
};

/* A member that the table names or that leads to one. */
struct node {
    struct json_part name;
    unsigned index; /* among its siblings */
    struct binding *bindings;
    struct list *list;
    struct node *child, *next;
};

struct json_map {
    struct node root;
    struct binding *always; /* without a path */
};

/* "last_login_at" has "last_login_known". */
static int find_known(const struct column *columns, const char *name)
{
    static const char ending[] = "_at";
    const size_t len = strlen(name), stem = len - (sizeof ending - 1);
    if (len < sizeof ending || strcmp(name + stem, ending) != 0)
        return NO_KNOWN;
    char *known = mem_printf("%.*s_known", (int)stem, name);
    const int at = column_find(columns, known, 0);
    free(known);
    return at == COLUMN_NONE ? NO_KNOWN : at;
}

static void add_binding(struct binding **chain, const struct json_field *field,
                        enum record_table table)
{
    const struct column *columns = record_tables[table].columns;
    struct binding *binding = mem_zalloc(sizeof *binding);
    binding->field = field;
    binding->at = column_find(columns, field->column, 0);
    assert(binding->at != COLUMN_NONE);
    binding->column = &columns[binding->at];
    binding->known = find_known(columns, field->column);
    while (*chain)
        chain = &(*chain)->next;
    *chain = binding;
}

static struct node *add_part(struct node *parent, const struct json_part *part)
{
    struct node **slot = &parent->child;
    unsigned index = 0;
    for (; *slot; slot = &(*slot)->next, index++)
        if ((*slot)->name.len == part->len &&
            memcmp((*slot)->name.name, part->name, part->len) == 0)
            return *slot;
    assert(index < SEEN_MAX);
    *slot = mem_zalloc(sizeof **slot);
    (*slot)->name = *part;
    (*slot)->index = index;
    return *slot;
}

static struct node *add_path(struct node *node, const char *path)
{
    while (path && *path) {
        const struct json_part part = json_path_next(&path);
        node = add_part(node, &part);
    }
    return node;
}

static void add_list(struct json_map *m, const struct json_list *table)
{
    struct node *node = add_path(&m->root, table->path);
    assert(!node->list);
    node->list = mem_zalloc(sizeof *node->list);
    node->list->table = table;
    node->list->entries = json_map_new(table->fields, NULL, table->table);
}

static void free_bindings(struct binding *binding)
{
    while (binding) {
        struct binding *next = binding->next;
        free(binding);
        binding = next;
    }
}

static void release_node(struct node *node)
{
    free_bindings(node->bindings);
    if (node->list)
        json_map_free(node->list->entries);
    free(node->list);
    while (node->child) {
        struct node *next = node->child->next;
        release_node(node->child);
        free(node->child);
        node->child = next;
    }
}

/* What a fill is about. */
struct fill {
    struct json_reader *reader;
    struct record *record;
    struct value *row;
};

/* A field without a converter. */
static bool convert_plainly(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    if (cJSON_IsString(said) && said->valuestring[0] == '\0')
        return true;
    return column_read_json(cell->column, said, cell->value, err);
}

static bool convert(const struct fill *f, const struct binding *binding, const cJSON *said,
                    struct error *err)
{
    for (; binding; binding = binding->next) {
        const struct json_field *field = binding->field;
        const struct json_cell cell = {
            .reader = f->reader,
            .column = binding->column,
            .value = &f->row[binding->at],
            .known = binding->known == NO_KNOWN ? NULL : &f->row[binding->known],
            .how = field->how,
        };
        if ((field->convert ? field->convert : convert_plainly)(&cell, said, err))
            continue;
        return field->path && *field->path ? error_wrap(err, "%s", field->path) : false;
    }
    return true;
}

static bool fill_entry(const struct fill *f, const struct list *list, const cJSON *entry,
                       struct error *err)
{
    const struct json_list *table = list->table;
    if (table->wanted && !table->wanted(entry))
        return true;
    struct value *row = record_add(f->record, table->table);
    return json_map_fill(list->entries, f->reader, entry, f->record, row, err) &&
           (!table->finish || table->finish(f->reader, entry, row, err));
}

static bool fill_list(const struct fill *f, const struct list *list, const cJSON *said,
                      struct error *err)
{
    const struct json_list *table = list->table;
    size_t number = 0;
    if (cJSON_IsNull(said))
        return true;
    if (!cJSON_IsArray(said)) {
        error_set(err, ERR_INVALID, "a list is expected");
        return error_wrap(err, "%s", table->path);
    }
    record_give(f->record, table->table);
    if (table->partial)
        record_user(f->record)[f->record->places.known[table->table]] =
            (struct value){.kind = VALUE_INT, .number = 0};
    for (const cJSON *entry = said->child; entry; entry = entry->next, number++)
        if (!fill_entry(f, list, entry, err))
            return error_wrap(err, "%s[%zu]", table->path, number);
    return true;
}

/* Members mostly come in the order of the table: the search begins after the one found last. */
static const struct node *find_child(const struct node *parent, const struct node *after,
                                     const char *name)
{
    const struct node *first = after && after->next ? after->next : parent->child, *node = first;
    do {
        if (*node->name.name == *name && strncmp(node->name.name, name, node->name.len) == 0 &&
            !name[node->name.len])
            return node;
        node = node->next ? node->next : parent->child;
    } while (node != first);
    return NULL;
}

static bool refuse_at(const struct node *node, struct error *err)
{
    return node->name.len ? error_wrap(err, "%.*s", (int)node->name.len, node->name.name) : false;
}

static bool visit(const struct fill *f, const struct node *node, const cJSON *said,
                  struct error *err);

static bool visit_members(const struct fill *f, const struct node *node, const cJSON *object,
                          struct error *err)
{
    uint64_t seen = 0;
    const struct node *last = NULL;
    for (const cJSON *item = object->child; item; item = item->next) {
        const struct node *child = find_child(node, last, item->string);
        if (!child)
            continue;
        const uint64_t bit = UINT64_C(1) << child->index;
        if (seen & bit) {
            error_set(err, ERR_INVALID, "member '%s' is there twice", item->string);
            return refuse_at(node, err);
        }
        seen |= bit;
        last = child;
        if (!visit(f, child, item, err))
            return false;
    }
    return true;
}

static bool visit(const struct fill *f, const struct node *node, const cJSON *said,
                  struct error *err)
{
    if (!convert(f, node->bindings, said, err) ||
        (node->list && !fill_list(f, node->list, said, err)))
        return false;
    if (!node->child || cJSON_IsNull(said))
        return true;
    if (cJSON_IsObject(said))
        return visit_members(f, node, said, err);
    error_set(err, ERR_INVALID, "an object is expected");
    return refuse_at(node, err);
}

struct json_map *json_map_new(const struct json_field *fields, const struct json_list *lists,
                              enum record_table table)
{
    struct json_map *m = mem_zalloc(sizeof *m);
    for (; fields && fields->column; fields++)
        add_binding(fields->path ? &add_path(&m->root, fields->path)->bindings : &m->always, fields,
                    table);
    for (; lists && lists->path; lists++)
        add_list(m, lists);
    return m;
}

void json_map_free(struct json_map *m)
{
    if (!m)
        return;
    free_bindings(m->always);
    release_node(&m->root);
    free(m);
}

bool json_map_fill(const struct json_map *m, struct json_reader *r, const cJSON *item,
                   struct record *record, struct value *row, struct error *err)
{
    const struct fill f = {.reader = r, .record = record, .row = row};
    return convert(&f, m->always, item, err) && visit(&f, &m->root, item, err);
}
