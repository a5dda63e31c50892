/*
 * LDIF mapping: how the attributes of an entry become the columns of a user, by tables. A directory
 * is one table of rules and what a table cannot say; core/dataset/ldif.c chooses by the entry.
 */
#ifndef CHECKHOOK_CORE_DATASET_LDIF_MAPPING_H
#define CHECKHOOK_CORE_DATASET_LDIF_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"
#include "core/dataset/format.h"
#include "core/dataset/ldif_reader.h"
#include "core/dataset/record.h"

/* All attributes that any directory's table names. */
enum ldap_attribute {
    LDAP_OBJECT_CLASS,
    LDAP_OBJECT_GUID,
    LDAP_ENTRY_UUID,
    LDAP_NS_UNIQUE_ID,
    LDAP_IPA_UNIQUE_ID,
    LDAP_SAM_ACCOUNT_NAME,
    LDAP_USER_PRINCIPAL_NAME,
    LDAP_UID,
    LDAP_MAIL,
    LDAP_DISPLAY_NAME,
    LDAP_CN,
    LDAP_DEPARTMENT,
    LDAP_DEPARTMENT_NUMBER,
    LDAP_OU,
    LDAP_MANAGER,
    LDAP_EMPLOYEE_TYPE,
    LDAP_MEMBER_OF,
    LDAP_PRIMARY_GROUP_ID,
    LDAP_ADMIN_COUNT,
    LDAP_USER_ACCOUNT_CONTROL,
    LDAP_ACCOUNT_CONTROL_COMPUTED,
    LDAP_ACCOUNT_EXPIRES,
    LDAP_LAST_LOGON,
    LDAP_LAST_LOGON_TIMESTAMP,
    LDAP_LOCKOUT_TIME,
    LDAP_PWD_LAST_SET,
    LDAP_PWD_EXPIRY_COMPUTED,
    LDAP_WHEN_CREATED,
    LDAP_CREATE_TIMESTAMP,
    LDAP_AUTH_TIMESTAMP,
    LDAP_PWD_LAST_SUCCESS,
    LDAP_PWD_CHANGED_TIME,
    LDAP_PWD_LOCKED_TIME,
    LDAP_PWD_RESET,
    LDAP_NS_ACCOUNT_LOCK,
    LDAP_SHADOW_EXPIRE,
    LDAP_SHADOW_LAST_CHANGE,
    LDAP_SHADOW_MAX,
    LDAP_ATTRIBUTES,
};
extern const char *const ldap_attribute_names[LDAP_ATTRIBUTES + 1]; /* ends with NULL */

/* One user on the way. Texts of the record stand in the entry or in `made`. */
struct ldif_user {
    const struct format_output *output;
    struct ldif_entry *entry;
    struct record *record;
    struct strbuf made; /* never moves while the user is read */
};

/* Puts what was said into *out, which holds null, or what a rule before found where `later`. */
typedef bool ldif_convert(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                          struct error *err);

/* Rules of one column stand in order of preference: the first that gives a value counts, or the
 * latest time where all say `later`. */
struct ldif_rule {
    enum ldap_attribute from;
    const char *column; /* NULL ends the table */
    ldif_convert *convert;
    bool later;
};

struct ldif_directory {
    const struct ldif_rule *rules;
    bool (*is_user)(const struct ldif_entry *entry);
    bool (*finish)(struct ldif_user *u, struct error *err); /* what a table cannot say */
};

extern const struct ldif_directory ldif_active_directory, ldif_openldap;

ldif_convert ldif_as_text;       /* an empty one is unknown */
ldif_convert ldif_as_guid;       /* bytes, or their text */
ldif_convert ldif_as_filetime;   /* never and absurd are unknown */
ldif_convert ldif_as_time;       /* generalized; what is no date of an account is unknown */
ldif_convert ldif_as_days;       /* since 1970; 0 and less are unknown */
ldif_convert ldif_as_dn_name;    /* "CN=Finch\, Ann,OU=x": Finch, Ann */
ldif_convert ldif_as_employment; /* a word for what kind of user it is; others are unknown */

/* The first value; NULL = the entry has none. */
const char *ldif_text(const struct ldif_entry *entry, enum ldap_attribute a);

/* A whole number. False with *there false: the entry does not say; else *err is set. */
bool ldif_number(struct ldif_user *u, enum ldap_attribute a, int64_t *out, bool *there,
                 struct error *err);
bool ldif_is_true(const struct ldif_entry *entry, enum ldap_attribute a);
bool ldif_has_class(const struct ldif_entry *entry, const char *name);

/* Whether the comments say that the attribute was asked for by name. */
bool ldif_named(const struct ldif_entry *entry, enum ldap_attribute a);

/* "attribute 'NAME': TEXT" at the line of the value. Returns false. */
bool ldif_refuse(struct ldif_user *u, const struct ldif_value *said, const char *expected,
                 struct error *err);

void ldif_put_number(struct ldif_user *u, const char *column, int64_t number);
void ldif_put_text(struct ldif_user *u, const char *column, const char *text);
struct value *ldif_slot(struct ldif_user *u, const char *column);

/* Roles of the groups that the entry names; *highest is their highest tier, 0 for none. The list is
 * not complete: a directory shows neither nested groups nor all rights. */
bool ldif_put_roles(struct ldif_user *u, int64_t *highest, struct error *err);

#endif
