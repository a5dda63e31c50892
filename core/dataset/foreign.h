/*
 * Files that no format reads, and that people import all the same: archives, documents, web pages.
 */
#ifndef CHECKHOOK_CORE_DATASET_FOREIGN_H
#define CHECKHOOK_CORE_DATASET_FOREIGN_H

#include <stddef.h>

/* By its first bytes: "is compressed by gzip; unpack it first (gunzip)", to follow the name of the
 * file; NULL = nothing that is known. */
const char *foreign_advice(const char *head, size_t len);

#endif
