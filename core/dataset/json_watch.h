/*
 * JSON watch: notices when the members of an object, read name by name, lead along one of some
 * paths ("data.users.edges").
 */
#ifndef CHECKHOOK_CORE_DATASET_JSON_WATCH_H
#define CHECKHOOK_CORE_DATASET_JSON_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    JSON_WATCH_PATHS = 32,
    JSON_WATCH_PARTS = 8, /* of a path */
    JSON_WATCH_NAME = 64, /* bytes of a part */
};

/* Only the object at `depth` is watched: the outermost has 1. Sets of paths have a bit for each. */
struct json_watch {
    const char *const *paths;
    size_t count;
    int depth;
    uint32_t alive[JSON_WATCH_PARTS + 1]; /* paths that led to the object at a depth */
    uint32_t named;                       /* of those, the ones that go on with the last name */
    char name[JSON_WATCH_NAME];
    size_t name_len; /* more than JSON_WATCH_NAME: none of ours */
};

/* At the brace of the outermost object. `paths` (ends with NULL) is lent. */
void json_watch_begin(struct json_watch *w, const char *const *paths);

/* A name of the watched object, in pieces as it is written, escapes and all. */
void json_watch_name_begin(struct json_watch *w);
void json_watch_name_add(struct json_watch *w, const char *bytes, size_t len);
void json_watch_name_end(struct json_watch *w);

/* The path that ends with the last name, or NULL. */
const char *json_watch_path(const struct json_watch *w);

void json_watch_forget(struct json_watch *w); /* the last name: its value has begun or ended */
bool json_watch_enter(struct json_watch *w);  /* into the object of that name; false: of no use */
void json_watch_leave(struct json_watch *w);

#endif
