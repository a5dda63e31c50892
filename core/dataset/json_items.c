/* Cuts saved API answers into items without holding more of the file than one of them. */
#include "core/dataset/json_items.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/json_nest.h"
#include "core/dataset/json_watch.h"
#include "core/dataset/pieces.h"

enum { OPENED_MAX = 2 /* arrays around pages and items */ };

/* A page or an item on its way. */
struct text {
    struct pieces pieces;
    int64_t line; /* where it begins */
    struct json_nest nest;
};

enum state { AT_VALUE, AT_FIRST, AT_COMMA, IN_PAGE, IN_ITEM, IN_SCALAR };

struct json_items {
    const char *const *arrays; /* NULL: no object is a page */
    const struct json_items_handler *handler;
    void *ctx;

    const char *name;
    bool begun;          /* a byte that is not of a byte order mark was there */
    size_t marked;       /* bytes of the mark */
    const char *counted; /* of this piece; `line` is the line there */
    int64_t line, began; /* began: the line of the item or page at hand */

    enum state state;
    int opened;                /* arrays at the top */
    int64_t entry[OPENED_MAX]; /* the entry at hand in each, from 0 */
    struct text page, item;
    struct json_watch watch;
    bool name_next, naming; /* in the watched object: a name is expected; it is being read */
    bool is_page;           /* an array of items was found in the object */
    const char *list;       /* the path of the array at hand; NULL = not in one */
    bool list_alone;        /* an object stands in its place */
    int64_t list_entry;
    cJSON *head; /* the page up to the list at hand */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void count_lines(struct json_items *j, const char *to)
{
    const char *p = j->counted;
    while (p < to && (p = memchr(p, '\n', (size_t)(to - p)))) {
        j->line++;
        p++;
    }
    j->counted = to;
}

/* What is wrong at `at`, a byte of this piece. */
static const char *fault(struct json_items *j, const char *at, const char *why, struct error *err)
{
    count_lines(j, at);
    j->began = j->line;
    error_set(err, ERR_INVALID, "not usable as JSON: %s", why);
    json_items_error(j, err);
    return NULL;
}

static const char *fault_byte(struct json_items *j, const char *at, const char *expected,
                              struct error *err)
{
    char why[80];
    if (*at > ' ' && *at <= '~')
        snprintf(why, sizeof why, "'%c' stands where %s is expected", *at, expected);
    else
        snprintf(why, sizeof why, "a byte %02x stands where %s is expected", (unsigned char)*at,
                 expected);
    return fault(j, at, why, err);
}

static const char *fault_size(struct json_items *j, const struct text *text, struct error *err)
{
    j->began = text->line;
    error_set(err, ERR_INVALID,
              text == &j->page ? "the object is larger than 1 MiB, without items"
                               : "the item is larger than 1 MiB");
    json_items_error(j, err);
    return NULL;
}

static void text_begin(struct json_items *j, struct text *text, const char *p)
{
    count_lines(j, p);
    pieces_begin(&text->pieces, p);
    text->line = j->line;
    text->nest = (struct json_nest){0};
}

/* After a whole value. */
static void move_on(struct json_items *j)
{
    if (j->list && j->list_alone) {
        j->list = NULL;
        j->state = IN_PAGE;
    } else {
        j->state = j->list || j->opened ? AT_COMMA : AT_VALUE;
    }
}

static const char *give_item(struct json_items *j, const struct text *text, const char *bytes,
                             size_t len, const char *p, struct error *err)
{
    j->began = text->line;
    if (!j->handler->item(j->ctx, bytes, len, j->head, err))
        return NULL;
    move_on(j);
    if (j->state == IN_PAGE)
        j->page.pieces.from = p;
    return p;
}

static const char *end_item(struct json_items *j, const char *p, struct error *err)
{
    const char *bytes;
    size_t len;
    if (!pieces_end(&j->item.pieces, p, &bytes, &len))
        return fault_size(j, &j->item, err);
    return give_item(j, &j->item, bytes, len, p, err);
}

static bool give_page(struct json_items *j, const char *bytes, size_t len, struct error *err)
{
    j->began = j->page.line;
    cJSON *page = json_parse(bytes, len, err);
    if (!page) {
        error_wrap(err, "around the items");
        return json_items_error(j, err);
    }
    bool ok = !j->handler->page || j->handler->page(j->ctx, page, err);
    cJSON_Delete(page);
    return ok;
}

static void forget_head(struct json_items *j)
{
    cJSON_Delete(j->head);
    j->head = NULL;
}

/* An object at the top has ended: a page, or an item after all. */
static const char *end_page(struct json_items *j, const char *p, struct error *err)
{
    const char *bytes;
    size_t len;
    if (!pieces_end(&j->page.pieces, p, &bytes, &len))
        return fault_size(j, &j->page, err);
    if (!j->is_page)
        return give_item(j, &j->page, bytes, len, p, err);
    forget_head(j);
    if (!give_page(j, bytes, len, err))
        return NULL;
    move_on(j);
    return p;
}

static const char *begin_page(struct json_items *j, const char *p)
{
    text_begin(j, &j->page, p);
    json_nest_bracket(&j->page.nest, '{');
    json_watch_begin(&j->watch, j->arrays);
    j->name_next = true;
    j->naming = j->is_page = false;
    j->state = IN_PAGE;
    return p + 1;
}

static const char *begin_item(struct json_items *j, const char *p)
{
    text_begin(j, &j->item, p);
    j->state = *p == '{' || *p == '[' || *p == '"' ? IN_ITEM : IN_SCALAR;
    if (*p == '"')
        j->item.nest.in_string = true;
    else if (j->state == IN_ITEM)
        json_nest_bracket(&j->item.nest, *p);
    return j->state == IN_SCALAR ? p : p + 1;
}

static const char *begin_value(struct json_items *j, const char *p, struct error *err)
{
    if (!strchr("{[\"-0123456789tfn", *p) || !*p)
        return fault_byte(j, p, "a value", err);
    if (!j->list && *p == '[' && j->opened < OPENED_MAX) {
        j->entry[j->opened++] = 0;
        j->state = AT_FIRST;
        return p + 1;
    }
    return !j->list && *p == '{' && j->arrays ? begin_page(j, p) : begin_item(j, p);
}

static const char *page_string(struct json_items *j, const char *p, const char *end,
                               struct error *err)
{
    const char *start = p;
    p = json_nest_string(&j->page.nest, p, end);
    if (j->page.nest.fault)
        return fault(j, p, j->page.nest.fault, err);
    const bool ended = !j->page.nest.in_string;
    if (j->naming)
        json_watch_name_add(&j->watch, start, (size_t)(p - start) - ended);
    if (j->naming && ended) {
        json_watch_name_end(&j->watch);
        j->naming = j->name_next = false;
    }
    return p;
}

/* The page as far as it was read, for those who look at an item. */
static bool read_head(struct json_items *j, struct error *err)
{
    char closers[JSON_DEPTH_MAX + 1];
    struct strbuf *held = &j->page.pieces.held;
    const size_t len = held->len;
    forget_head(j);
    strbuf_adds(held, j->list_alone ? "null" : "[]");
    strbuf_add(held, closers, (size_t)json_nest_closers(&j->page.nest, closers));
    j->head = json_parse(held->text, held->len, err);
    held->len = len;
    if (j->head)
        return true;
    j->began = j->page.line;
    error_wrap(err, "before the items");
    return json_items_error(j, err);
}

/* At the bracket of a list of items, or of an object that stands in its place. */
static const char *open_list(struct json_items *j, const char *path, const char *p,
                             struct error *err)
{
    if (!pieces_hold(&j->page.pieces, p))
        return fault_size(j, &j->page, err);
    j->list_alone = *p == '{';
    if (!read_head(j, err))
        return NULL;
    j->list = path;
    j->list_entry = 0;
    j->is_page = true;
    json_watch_forget(&j->watch);
    strbuf_adds(&j->page.pieces.held, j->list_alone ? "null" : "[]");
    if (j->list_alone)
        return begin_value(j, p, err);
    j->state = AT_FIRST;
    return p + 1;
}

static const char *page_bracket(struct json_items *j, const char *p, struct error *err)
{
    const bool opens = *p == '{' || *p == '[';
    const char *path = opens ? json_watch_path(&j->watch) : NULL;
    if (path)
        return open_list(j, path, p, err);
    const char *why = json_nest_bracket(&j->page.nest, *p);
    if (why)
        return fault(j, p, why, err);
    j->name_next = *p == '{' && json_watch_enter(&j->watch);
    json_watch_forget(&j->watch);
    if (!opens && j->page.nest.depth < j->watch.depth)
        json_watch_leave(&j->watch);
    return j->page.nest.depth == 0 ? end_page(j, p + 1, err) : p + 1;
}

/* A byte of the watched object that is in no text. */
static const char *page_byte(struct json_items *j, const char *p, struct error *err)
{
    switch (*p) {
    case '"':
        j->page.nest.in_string = true;
        j->naming = j->name_next;
        json_watch_name_begin(&j->watch);
        break;
    case '{':
    case '[':
    case '}':
    case ']':
        return page_bracket(j, p, err);
    case ',':
        j->name_next = true;
        json_watch_forget(&j->watch);
        break;
    case 'n': /* null in place of the array */
        j->is_page = j->is_page || json_watch_path(&j->watch);
        break;
    default:
        break;
    }
    return p + 1;
}

static const char *scan_page(struct json_items *j, const char *p, const char *end,
                             struct error *err)
{
    struct json_nest *nest = &j->page.nest;
    while (p && p < end && j->state == IN_PAGE) {
        if (nest->depth > j->watch.depth) {
            p = json_nest_skip(nest, p, end, j->watch.depth);
            if (nest->fault)
                return fault(j, p, nest->fault, err);
        } else if (nest->in_string) {
            p = page_string(j, p, end, err);
        } else {
            p = page_byte(j, p, err);
        }
    }
    return p;
}

static const char *scan_item(struct json_items *j, const char *p, const char *end,
                             struct error *err)
{
    struct json_nest *nest = &j->item.nest;
    p = json_nest_skip(nest, p, end, 0);
    if (nest->fault)
        return fault(j, p, nest->fault, err);
    return nest->depth == 0 && !nest->in_string ? end_item(j, p, err) : p;
}

static const char *scan_scalar(struct json_items *j, const char *p, const char *end,
                               struct error *err)
{
    while (p < end && !is_blank(*p) && !strchr(",:[]{}\"", *p))
        p++;
    return p < end ? end_item(j, p, err) : p;
}

/* At the bracket that ends a list of items or an array at the top. */
static const char *close_array(struct json_items *j, const char *p)
{
    if (j->list) {
        j->list = NULL;
        j->state = IN_PAGE;
        j->page.pieces.from = p + 1;
    } else {
        j->opened--;
        move_on(j);
    }
    return p + 1;
}

/* Between values. */
static const char *scan_between(struct json_items *j, const char *p, struct error *err)
{
    if (is_blank(*p))
        return p + 1;
    if (*p == ']' && (j->state == AT_FIRST || j->state == AT_COMMA))
        return close_array(j, p);
    if (j->state != AT_COMMA)
        return begin_value(j, p, err);
    if (*p != ',')
        return fault_byte(j, p, "',' or ']'", err);
    j->state = AT_VALUE;
    if (j->list)
        j->list_entry++;
    else
        j->entry[j->opened - 1]++;
    return p + 1;
}

/* Past the byte order mark. */
static const char *skip_mark(struct json_items *j, const char *p, const char *end)
{
    static const char mark[] = "\xef\xbb\xbf";
    for (; p < end && !j->begun && *p == mark[j->marked]; p++)
        j->begun = ++j->marked == sizeof mark - 1;
    j->begun = j->begun || p < end;
    return p;
}

/* The text that goes on in the next piece, or NULL. */
static struct text *text_at_hand(struct json_items *j)
{
    if (j->state == IN_PAGE)
        return &j->page;
    return j->state == IN_ITEM || j->state == IN_SCALAR ? &j->item : NULL;
}

struct json_items *json_items_new(const char *const *arrays,
                                  const struct json_items_handler *handler, void *ctx)
{
    struct json_items *j = mem_zalloc(sizeof *j);
    j->arrays = arrays;
    j->handler = handler;
    j->ctx = ctx;
    /* Room for what read_head adds. */
    pieces_init(&j->page.pieces, JSON_ITEM_MAX, JSON_DEPTH_MAX + sizeof "null");
    pieces_init(&j->item.pieces, JSON_ITEM_MAX, 0);
    json_items_begin(j, "");
    return j;
}

void json_items_free(struct json_items *j)
{
    if (!j)
        return;
    forget_head(j);
    pieces_release(&j->page.pieces);
    pieces_release(&j->item.pieces);
    free(j);
}

void json_items_begin(struct json_items *j, const char *name)
{
    forget_head(j);
    j->name = name;
    j->begun = j->is_page = j->list_alone = false;
    j->marked = 0;
    j->line = j->began = 1;
    j->state = AT_VALUE;
    j->opened = 0;
    j->list = NULL;
}

bool json_items_feed(struct json_items *j, const char *bytes, size_t len, struct error *err)
{
    const char *end = bytes + len, *p = skip_mark(j, bytes, end);
    j->counted = p;
    j->page.pieces.from = j->item.pieces.from = p;
    while (p && p < end) {
        if (j->state == IN_PAGE)
            p = scan_page(j, p, end, err);
        else if (j->state == IN_ITEM)
            p = scan_item(j, p, end, err);
        else if (j->state == IN_SCALAR)
            p = scan_scalar(j, p, end, err);
        else
            p = scan_between(j, p, err);
    }
    struct text *text = p ? text_at_hand(j) : NULL;
    if (!p || (text && !pieces_hold(&text->pieces, end) && !fault_size(j, text, err)))
        return false;
    count_lines(j, end);
    return true;
}

bool json_items_finish(struct json_items *j, struct error *err)
{
    const char *end = "";
    j->counted = j->item.pieces.from = end;
    if (j->state == IN_SCALAR && !end_item(j, end, err))
        return false;
    if (j->state == AT_VALUE && !j->opened && !j->list)
        return true;
    struct text *text = text_at_hand(j);
    j->began = text ? text->line : j->line;
    error_set(err, ERR_INVALID, "the file ends early, %s; it is cut off",
              text ? "in what begins here" : "before the list is closed");
    return json_items_error(j, err);
}

int64_t json_items_line(const struct json_items *j)
{
    return j->began;
}

const cJSON *json_items_page(const struct json_items *j)
{
    return j->head;
}

void json_items_path(const struct json_items *j, char out[JSON_PLACE_MAX])
{
    size_t len = 0;
    out[0] = '\0';
    if (!j->opened && !j->list)
        return;
    len += (size_t)snprintf(out, JSON_PLACE_MAX, "$");
    for (int i = 0; i < j->opened; i++)
        len += (size_t)snprintf(out + len, JSON_PLACE_MAX - len, "[%" PRId64 "]", j->entry[i]);
    if (j->list)
        len += (size_t)snprintf(out + len, JSON_PLACE_MAX - len, ".%s", j->list);
    if (j->list && !j->list_alone && len < JSON_PLACE_MAX)
        snprintf(out + len, JSON_PLACE_MAX - len, "[%" PRId64 "]", j->list_entry);
}

bool json_items_error(const struct json_items *j, struct error *err)
{
    char path[JSON_PLACE_MAX];
    json_items_path(j, path);
    if (err->kind != ERR_INVALID)
        return false;
    return *path ? error_wrap(err, "%s:%" PRId64 ": %s", j->name, j->began, path)
                 : error_wrap(err, "%s:%" PRId64, j->name, j->began);
}
