/* Fuzzes the items of JSON answers: the same ones however the bytes came, and each of them once. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/dataset/json_items.h"
#include "tests/fuzz/fuzz.h"

enum { SMALL_PIECE = 7 };

static const char *const arrays[] = {"value", "data.users.edges", "response", NULL};

/* What a reading gave. */
struct found {
    struct json_items *items;
    size_t count, parsed;
    uint64_t sum;
    bool ended;
    struct error err;
};

static void add_place(struct found *f)
{
    char path[JSON_PLACE_MAX];
    int64_t line = json_items_line(f->items);
    json_items_path(f->items, path);
    FUZZ_ASSERT(line > 0);
    if (*path)
        fuzz_assert_text(path);
    f->sum = fuzz_sum(f->sum, &line, sizeof line);
    f->sum = fuzz_sum(f->sum, path, strlen(path));
}

static void add_page(struct found *f, const cJSON *page)
{
    char *text = page ? json_compact(page) : mem_strdup("none");
    f->sum = fuzz_sum(f->sum, text, strlen(text));
    free(text);
}

static bool take_item(void *ctx, const char *text, size_t len, const cJSON *page, struct error *err)
{
    struct found *f = ctx;
    FUZZ_ASSERT(!f->ended && len > 0 && len <= JSON_ITEM_MAX);
    add_place(f);
    add_page(f, page);
    f->sum = fuzz_sum(f->sum, text, len);
    f->count++;
    cJSON *value = json_parse(text, len, err);
    f->parsed += value != NULL;
    cJSON_Delete(value);
    *err = (struct error){0};
    return true;
}

static bool take_page(void *ctx, const cJSON *page, struct error *err)
{
    (void)err;
    struct found *f = ctx;
    FUZZ_ASSERT(!f->ended && page);
    add_place(f);
    add_page(f, page);
    return true;
}

static struct found read_all(const uint8_t *bytes, size_t len, size_t step)
{
    static const struct json_items_handler handler = {.item = take_item, .page = take_page};
    struct found f = {0};
    bool ok = true;
    f.items = json_items_new(arrays, &handler, &f);
    json_items_begin(f.items, "file");
    for (size_t at = 0; ok && at < len; at += step) {
        size_t part = len - at < step ? len - at : step;
        char *piece = mem_dup(bytes + at, part);
        ok = json_items_feed(f.items, piece, part, &f.err);
        free(piece);
    }
    ok = ok && json_items_finish(f.items, &f.err);
    f.ended = true;
    json_items_free(f.items);
    if (ok)
        FUZZ_ASSERT(f.err.kind == ERR_NONE);
    else
        fuzz_assert_error(&f.err);
    return f;
}

/* One value that JSON takes is taken here as well. */
static void check_whole(const uint8_t *bytes, size_t len, const struct found *f)
{
    struct error err = {0};
    cJSON *value = json_parse((const char *)bytes, len, &err);
    if (value) {
        FUZZ_ASSERT_OF(f->err.kind == ERR_NONE, f->err.text);
        FUZZ_ASSERT(f->parsed == f->count);
    }
    cJSON_Delete(value);
}

void fuzz_items(const uint8_t *bytes, size_t len)
{
    struct found whole = read_all(bytes, len, len + 1);
    struct found bytewise = read_all(bytes, len, 1), pieces = read_all(bytes, len, SMALL_PIECE);
    check_whole(bytes, len, &whole);
    FUZZ_ASSERT_OF(strcmp(whole.err.text, bytewise.err.text) == 0, whole.err.text);
    FUZZ_ASSERT_OF(strcmp(whole.err.text, pieces.err.text) == 0, whole.err.text);
    FUZZ_ASSERT(whole.count == bytewise.count && whole.sum == bytewise.sum);
    FUZZ_ASSERT(whole.count == pieces.count && whole.sum == pieces.sum);
}
