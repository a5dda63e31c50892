/*
 * Which format files have, by their first bytes and their names, and in which order they are read.
 */
#ifndef CHECKHOOK_CORE_DATASET_RECOGNISE_H
#define CHECKHOOK_CORE_DATASET_RECOGNISE_H

#include <stddef.h>
#include <stdint.h>

#include "core/dataset/files.h"
#include "core/dataset/import.h"

/* The formats that recognise the bytes, bit 0 for the first of import_formats. */
uint32_t import_formats_of(const char *head, size_t len);

/*
 * The one format of the files: that of the name; without one (NULL) that which recognises them, or
 * the suffix of a single one that nobody recognises. Files of folders that are not of it are left
 * out, companions of named ones are added, and all are put in the order in which they are read.
 *
 * ERR_INVALID, NULL: there is no such format, the files are not recognised, could be of two
 * formats, or are of different ones, both named; no file is left; a file of the folder is empty,
 * where others of its kind are not.
 */
const struct import_format *import_format_choose(struct import_files *files, const char *name,
                                                 struct error *err);

#endif
