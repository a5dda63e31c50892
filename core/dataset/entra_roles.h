/*
 * Roles of Microsoft Entra ID: the built-in ones by their template id, which is the same in every
 * tenant, and those that a tenant defines itself, as far as an import has seen them.
 *
 * Tiers: 3 is the Global Administrator alone, as too-many-super-admins and SCuBA MS.AAD.7.1 count
 * them. 2 is a role that Microsoft labels privileged, or one that administers what belongs to
 * everybody (mail, files, groups, devices); a role that only reads is 1 whatever its label. 1 is
 * any other role, 0 what every member or guest may do anyway. A role that a tenant defines itself
 * is limited by nature, and only some permissions can be put into one: 1.
 *
 * Source of ids, names and labels: Microsoft Entra built-in roles, as of January 2026.
 */
#ifndef CHECKHOOK_CORE_DATASET_ENTRA_ROLES_H
#define CHECKHOOK_CORE_DATASET_ENTRA_ROLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENTRA_ROLE_ID_MAX = 40, ENTRA_ROLE_NAME_MAX = 160 };

/* A tenant may have 100 roles of its own; what is beyond this is known by its id alone. */
enum { ENTRA_ROLES_MAX = 256 };

struct entra_role {
    const char *id, *name;
    int64_t tier;
};

extern const struct entra_role entra_builtin_roles[]; /* ends with id NULL */

/* Roles of one tenant. A zeroed struct holds none; nothing to release. */
struct entra_roles {
    struct entra_role_text {
        char id[ENTRA_ROLE_ID_MAX], name[ENTRA_ROLE_NAME_MAX];
        bool privileged;
    } items[ENTRA_ROLES_MAX];
    size_t count;
};

/* Notes the name of a role that is not built in (or that is newer than the table: then a label of
 * Microsoft's, `privileged`, makes it tier 2). One that is noted already keeps its name. */
void entra_roles_add(struct entra_roles *roles, const char *id, const char *name, bool privileged);

/* The role of that id, compared without case. One that nobody knows has its id as its name and tier
 * 1. Texts are lent by the argument, the table or `roles`. */
struct entra_role entra_roles_find(const struct entra_roles *roles, const char *id);

#endif
