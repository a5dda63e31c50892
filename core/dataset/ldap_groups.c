/* The table of well-known privileged groups, by name and by number. */
#include "core/dataset/ldap_groups.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"

static const char builtin[] = "CN=Builtin,";
static const char exchange[] = "OU=Microsoft Exchange Security Groups,";
static const char free_ipa[] = "cn=groups,cn=accounts,";

/*
 * Active Directory: well-known SIDs (MS-DTYP 2.4.2.4) and the groups that AdminSDHolder protects,
 * under the names that German, French and Spanish installations give them too. Groups of Builtin
 * cannot be moved, and other groups may have the same names elsewhere.
 */
static const struct ldap_group groups[] = {
    {"Domain Admins", NULL, 512, NULL, 3},
    {"Domänen-Admins", NULL, 0, "Domain Admins", 3},
    {"Admins du domaine", NULL, 0, "Domain Admins", 3},
    {"Admins. del dominio", NULL, 0, "Domain Admins", 3},
    {"Enterprise Admins", NULL, 519, NULL, 3},
    {"Organisations-Admins", NULL, 0, "Enterprise Admins", 3},
    {"Administrateurs de l’entreprise", NULL, 0, "Enterprise Admins", 3},
    {"Administrateurs de l'entreprise", NULL, 0, "Enterprise Admins", 3},
    {"Administradores de empresas", NULL, 0, "Enterprise Admins", 3},
    {"Schema Admins", NULL, 518, NULL, 3},
    {"Schema-Admins", NULL, 0, "Schema Admins", 3},
    {"Administrateurs du schéma", NULL, 0, "Schema Admins", 3},
    {"Administradores de esquema", NULL, 0, "Schema Admins", 3},
    {"Administrators", builtin, 0, NULL, 3},
    {"Administratoren", builtin, 0, "Administrators", 3},
    {"Administrateurs", builtin, 0, "Administrators", 3},
    {"Administradores", builtin, 0, "Administrators", 3},
    {"Key Admins", NULL, 526, NULL, 2},
    {"Enterprise Key Admins", NULL, 527, NULL, 2},
    {"Group Policy Creator Owners", NULL, 520, NULL, 2},
    {"Richtlinien-Ersteller-Besitzer", NULL, 0, "Group Policy Creator Owners", 2},
    {"Account Operators", builtin, 0, NULL, 2},
    {"Konten-Operatoren", builtin, 0, "Account Operators", 2},
    {"Opérateurs de compte", builtin, 0, "Account Operators", 2},
    {"Server Operators", builtin, 0, NULL, 2},
    {"Server-Operatoren", builtin, 0, "Server Operators", 2},
    {"Opérateurs de serveur", builtin, 0, "Server Operators", 2},
    {"Backup Operators", builtin, 0, NULL, 2},
    {"Sicherungs-Operatoren", builtin, 0, "Backup Operators", 2},
    {"Opérateurs de sauvegarde", builtin, 0, "Backup Operators", 2},
    {"Print Operators", builtin, 0, NULL, 2},
    {"Druck-Operatoren", builtin, 0, "Print Operators", 2},
    {"Opérateurs d’impression", builtin, 0, "Print Operators", 2},
    {"Hyper-V Administrators", builtin, 0, NULL, 2},
    {"DnsAdmins", NULL, 0, NULL, 2},
    {"Cert Publishers", NULL, 517, NULL, 1},
    {"Network Configuration Operators", builtin, 0, NULL, 1},
    {"Event Log Readers", builtin, 0, NULL, 1},
    {"Organization Management", exchange, 0, NULL, 2},
    {"admins", free_ipa, 0, NULL, 3},
};

const struct ldap_group *ldap_group_of_dn(const char *name, const char *rest)
{
    rest += strspn(rest, " ");
    for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
        const char *within = groups[i].within;
        if (strcasecmp(groups[i].name, name) == 0 &&
            (!within || strncasecmp(rest, within, strlen(within)) == 0))
            return &groups[i];
    }
    return NULL;
}

const struct ldap_group *ldap_group_of_rid(int64_t rid)
{
    for (size_t i = 0; rid != 0 && i < ARRAY_LEN(groups); i++)
        if (groups[i].rid == rid)
            return &groups[i];
    return NULL;
}

const char *ldap_group_role(const struct ldap_group *group)
{
    return group->role ? group->role : group->name;
}
