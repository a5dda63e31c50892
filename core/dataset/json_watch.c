/* Compares the names of members with paths while they are read. */
#include "core/dataset/json_watch.h"

#include <assert.h>
#include <string.h>

static int count_parts(const char *path)
{
    int parts = 1;
    for (const char *dot = path; (dot = strchr(dot, '.')); dot++)
        parts++;
    return parts;
}

static bool is_named(const struct json_watch *w, const char *path)
{
    for (int depth = 1; depth < w->depth; depth++)
        path = strchr(path, '.') + 1;
    return strcspn(path, ".") == w->name_len && memcmp(path, w->name, w->name_len) == 0;
}

void json_watch_begin(struct json_watch *w, const char *const *paths)
{
    size_t count = 0;
    for (; paths[count]; count++)
        assert(count_parts(paths[count]) <= JSON_WATCH_PARTS);
    assert(count < JSON_WATCH_PATHS);
    *w = (struct json_watch){.paths = paths, .count = count, .depth = 1};
    w->alive[1] = (UINT32_C(1) << count) - 1;
}

void json_watch_name_begin(struct json_watch *w)
{
    w->name_len = 0;
}

void json_watch_name_add(struct json_watch *w, const char *bytes, size_t len)
{
    if (w->name_len + len <= JSON_WATCH_NAME)
        memcpy(w->name + w->name_len, bytes, len);
    w->name_len += len;
}

void json_watch_name_end(struct json_watch *w)
{
    w->named = 0;
    for (size_t i = 0; i < w->count; i++) {
        const uint32_t bit = UINT32_C(1) << i;
        if (w->alive[w->depth] & bit && is_named(w, w->paths[i]))
            w->named |= bit;
    }
}

const char *json_watch_path(const struct json_watch *w)
{
    for (size_t i = 0; i < w->count; i++)
        if (w->named & UINT32_C(1) << i && count_parts(w->paths[i]) == w->depth)
            return w->paths[i];
    return NULL;
}

void json_watch_forget(struct json_watch *w)
{
    w->named = 0;
}

bool json_watch_enter(struct json_watch *w)
{
    if (!w->named)
        return false;
    w->alive[++w->depth] = w->named;
    w->named = 0;
    return true;
}

void json_watch_leave(struct json_watch *w)
{
    w->depth--;
}
