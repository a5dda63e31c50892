/* JSON paths: names of members from the outside inwards, as core/dataset/json_source.h says. */
#ifndef CHECKHOOK_CORE_DATASET_JSON_PATH_H
#define CHECKHOOK_CORE_DATASET_JSON_PATH_H

#include <stddef.h>

/* A part of a path, lent from it. */
struct json_part {
    const char *name;
    size_t len;
};

/* Takes the first part off; *path is NULL after the last one. */
struct json_part json_path_next(const char **path);

#endif
