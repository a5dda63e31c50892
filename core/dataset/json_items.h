/*
 * JSON items: the bytes of a saved API answer in pieces of any size in, its items out, one text
 * each. The file may be of any size; what is held is one item and one page without its items, each
 * of at most 1 MiB.
 *
 * A file is a sequence of values (JSON Lines, concatenated pages, pretty-printed or on one line, a
 * byte order mark before it). An array at the top is opened, and so is an array in it (what
 * `--slurp` makes of pages). An object at the top is a page when it has one of the named arrays,
 * and each entry of that array is an item; where the named member holds one object instead, that is
 * the item. An object without any of them is an item itself.
 *
 * Refused, with the place: brackets that do not match or nest deeper than JSON_DEPTH_MAX, control
 * characters in texts, commas out of place, an item or page over 1 MiB, a file that ends early. The
 * text of an item is balanced and no more: json_parse has the last word on it. A page's text is
 * parsed here, so that all of the file is checked.
 */
#ifndef CHECKHOOK_CORE_DATASET_JSON_ITEMS_H
#define CHECKHOOK_CORE_DATASET_JSON_ITEMS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

enum { JSON_ITEM_MAX = 1 << 20, JSON_PLACE_MAX = 160 };

struct json_items;

/* Lent for the call. What a call refuses is given on as it is: whoever refuses names the place. */
struct json_items_handler {
    /* `page`: what the page said before this array, NULL for an item that is in none. */
    bool (*item)(void *ctx, const char *text, size_t len, const cJSON *page, struct error *err);
    /* The whole page at its end, its arrays of items left empty. May be NULL. */
    bool (*page)(void *ctx, const cJSON *page, struct error *err);
};

/* `arrays`: paths of members, parts divided by dots ("data.users.edges"), ends with NULL; may be
 * NULL. Paths and handler are lent until json_items_free. */
struct json_items *json_items_new(const char *const *arrays,
                                  const struct json_items_handler *handler, void *ctx);
void json_items_free(struct json_items *j);

/* A new file; what is left of another is dropped. `name` is lent until the file has ended. */
void json_items_begin(struct json_items *j, const char *name);
/* ERR_INVALID: "NAME:LINE: $.value[3]: why" for what this module refuses. Not fed after an error.
 */
bool json_items_feed(struct json_items *j, const char *bytes, size_t len, struct error *err);
bool json_items_finish(struct json_items *j, struct error *err);

/* The page at hand up to the array of items that was reached last, lent until more is fed; NULL =
 * none was reached. */
const cJSON *json_items_page(const struct json_items *j);

/* Of the item (or page) at hand: the line where it begins, and its path, "$.value[3]"; the path is
 * empty where the line says it all (JSON Lines). */
int64_t json_items_line(const struct json_items *j);
void json_items_path(const struct json_items *j, char out[JSON_PLACE_MAX]);

/* The fault of the item at hand with "NAME:LINE: PATH" in front; leaves other kinds of errors
 * alone. Returns false. */
bool json_items_error(const struct json_items *j, struct error *err);

#endif
