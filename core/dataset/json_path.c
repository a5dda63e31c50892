/* Takes paths apart, and follows them. */
#include "core/dataset/json_path.h"

#include <string.h>

#include "core/base/json.h"
#include "core/dataset/json_source.h"

/* As json_member, for a name that is not terminated. */
static const cJSON *member(const cJSON *object, const struct json_part *part)
{
    if (!cJSON_IsObject(object))
        return NULL;
    for (const cJSON *item = object->child; item; item = item->next)
        if (*item->string == *part->name && strncmp(item->string, part->name, part->len) == 0 &&
            !item->string[part->len])
            return item;
    return NULL;
}

struct json_part json_path_next(const char **path)
{
    const char *name = *path;
    const char mark = name[0] == '/' ? '/' : '.';
    name += mark == '/';
    const char *end = strchr(name, mark);
    const size_t len = end ? (size_t)(end - name) : strlen(name);
    *path = end ? end + (mark == '.') : NULL;
    return (struct json_part){name, len};
}

const cJSON *json_at(const cJSON *item, const char *path)
{
    if (!*path)
        return item;
    while (item && path) {
        const struct json_part part = json_path_next(&path);
        item = member(item, &part);
    }
    return item;
}

const char *json_text_at(const cJSON *item, const char *path)
{
    const char *text = cJSON_GetStringValue(json_at(item, path));
    return text && *text ? text : NULL;
}
