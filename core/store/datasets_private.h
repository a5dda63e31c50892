/*
 * What loading and removing data sets share, for files of core/store alone.
 */
#ifndef CHECKHOOK_CORE_STORE_DATASETS_PRIVATE_H
#define CHECKHOOK_CORE_STORE_DATASETS_PRIVATE_H

#include "core/store/store_private.h"

/* The rows (factors, roles, …) of the source's users above uid `after` up to `until`: a part takes
 * a time that is known. */
bool datasets_delete_rows(struct store *s, const char *source, int64_t after, int64_t until,
                          struct error *err);

/* In the transaction that changes a data set. */
bool datasets_change_stamp(struct store *s, struct error *err);

#endif
