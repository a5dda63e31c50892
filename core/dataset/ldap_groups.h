/*
 * Groups of directories that make their members administrators.
 */
#ifndef CHECKHOOK_CORE_DATASET_LDAP_GROUPS_H
#define CHECKHOOK_CORE_DATASET_LDAP_GROUPS_H

#include <stdint.h>

struct ldap_group {
    const char *name;   /* as the value of the first part of its DN, compared without case */
    const char *within; /* what the rest of its DN begins with; NULL = anything */
    int64_t rid;        /* its number in a domain, as primaryGroupID has it; 0 = none */
    const char *role;   /* NULL = the name */
    int64_t tier;
};

/* Each returns NULL where the group gives no privilege that we know of. */
const struct ldap_group *ldap_group_of_dn(const char *name, const char *rest);
const struct ldap_group *ldap_group_of_rid(int64_t rid);

const char *ldap_group_role(const struct ldap_group *group);

#endif
