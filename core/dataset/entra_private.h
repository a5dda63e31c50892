/*
 * Entra ID in parts (core/dataset/entra*.c): what the tables of kinds in entra.c take from the
 * others.
 */
#ifndef CHECKHOOK_CORE_DATASET_ENTRA_PRIVATE_H
#define CHECKHOOK_CORE_DATASET_ENTRA_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/dataset/entra_roles.h"
#include "core/dataset/json_source.h"

enum { ENTRA_NOTED_MAX = 8, ENTRA_WORD_MAX = 64 };

/* What one import has seen: the own memory of the source. */
struct entra {
    struct entra_roles roles;
    bool assignments;  /* a list of role assignments was read */
    bool schedules;    /* and it was one that says when they end */
    int64_t to_groups; /* assignments to groups, whose members the list does not name */
    int64_t bare;      /* assignments that do not say what kind of principal has them */
    bool sign_ins;     /* a page of the sign-in log was read, and not rows of it alone */
    bool risks;        /* a list of users at risk was read */
    bool risk_hidden;  /* and does not tell the level of all of them */

    char methods[ENTRA_NOTED_MAX][ENTRA_WORD_MAX]; /* registered, and not known here */
    size_t method_count;
};

/* What means "no date" in Graph: the smallest date that .NET can write. */
extern const char *const entra_no_date[];

/* What "@odata.context" of the page at hand says, "…#users(id,manager())"; "" where there is none.
 */
const char *entra_context(const struct json_reader *r);

/* Users, their registered methods, and their risk (entra_users.c). */
extern const struct json_field entra_user_fields[], entra_registration_fields[];
extern const struct json_list entra_registration_lists[];
bool entra_user_finish(struct json_reader *r, const cJSON *item, struct record *record,
                       struct error *err);
bool entra_risk_finish(struct json_reader *r, const cJSON *item, struct record *record,
                       struct error *err);

/* The sign-in log (entra_sign_ins.c). */
extern const struct json_field entra_sign_in_fields[];
bool entra_sign_in_finish(struct json_reader *r, const cJSON *item, struct record *record,
                          struct error *err);

#endif
