/*
 * The tables of the store and how an older database gets them.
 */
#ifndef CHECKHOOK_CORE_STORE_SCHEMA_H
#define CHECKHOOK_CORE_STORE_SCHEMA_H

#include <stdbool.h>

#include "core/store/db.h"

/* The tables that hold imported data, for db_restrict; ends with NULL. */
extern const char *const schema_data_tables[];

/* The indexes of users that a first load makes at its end: ids and addresses come in no order. */
extern const char schema_users_id[], schema_users_email[];
/* Those of findings that are made anew where very many come at once. */
extern const char schema_findings_open[], schema_findings_user[];

/*
 * Brings the tables up to date, all missing steps in one transaction. ERR_IO: the database was
 * written by a newer checkhook, or it is old and cannot be written.
 */
bool schema_apply(struct db *db, const char *path, struct error *err);

#endif
