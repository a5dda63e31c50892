/*
 * The entry of an import in the audit log.
 */
#ifndef CHECKHOOK_CORE_DATASET_IMPORT_AUDIT_H
#define CHECKHOOK_CORE_DATASET_IMPORT_AUDIT_H

#include "core/base/actor.h"
#include "core/dataset/import.h"

/* In the transaction of the load. what: the files. */
bool import_audit(struct store *s, const struct actor *actor, const struct import_result *result,
                  const char *what, int64_t now, struct error *err);

#endif
