/*
 * Which format a file has, by its name and its first bytes.
 */
#ifndef CHECKHOOK_CORE_DATASET_RECOGNISE_H
#define CHECKHOOK_CORE_DATASET_RECOGNISE_H

#include <stddef.h>

#include "core/dataset/import.h"

/*
 * The format of that name; without one (NULL) that of the bytes, else of the path's suffix.
 * ERR_INVALID, NULL: there is no such format, or the file is not recognised.
 */
const struct import_format *import_format_choose(const char *name, const char *path,
                                                 const char *head, size_t len, struct error *err);

#endif
