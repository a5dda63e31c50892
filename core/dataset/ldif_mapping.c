/* Converts values of entries for the tables of the directories. */
#include "core/dataset/ldif_mapping.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"
#include "core/dataset/ldap_groups.h"
#include "core/dataset/ldap_values.h"

static const int64_t seconds_per_day = 86400;
static const int64_t days_max = 2932896; /* up to the year 9999 */

const char *const ldap_attribute_names[LDAP_ATTRIBUTES + 1] = {
    [LDAP_OBJECT_CLASS] = "objectClass",
    [LDAP_OBJECT_GUID] = "objectGUID",
    [LDAP_ENTRY_UUID] = "entryUUID",
    [LDAP_NS_UNIQUE_ID] = "nsUniqueId",
    [LDAP_IPA_UNIQUE_ID] = "ipaUniqueID",
    [LDAP_SAM_ACCOUNT_NAME] = "sAMAccountName",
    [LDAP_USER_PRINCIPAL_NAME] = "userPrincipalName",
    [LDAP_UID] = "uid",
    [LDAP_MAIL] = "mail",
    [LDAP_DISPLAY_NAME] = "displayName",
    [LDAP_CN] = "cn",
    [LDAP_DEPARTMENT] = "department",
    [LDAP_DEPARTMENT_NUMBER] = "departmentNumber",
    [LDAP_OU] = "ou",
    [LDAP_MANAGER] = "manager",
    [LDAP_EMPLOYEE_TYPE] = "employeeType",
    [LDAP_MEMBER_OF] = "memberOf",
    [LDAP_PRIMARY_GROUP_ID] = "primaryGroupID",
    [LDAP_ADMIN_COUNT] = "adminCount",
    [LDAP_USER_ACCOUNT_CONTROL] = "userAccountControl",
    [LDAP_ACCOUNT_CONTROL_COMPUTED] = "msDS-User-Account-Control-Computed",
    [LDAP_ACCOUNT_EXPIRES] = "accountExpires",
    [LDAP_LAST_LOGON] = "lastLogon",
    [LDAP_LAST_LOGON_TIMESTAMP] = "lastLogonTimestamp",
    [LDAP_LOCKOUT_TIME] = "lockoutTime",
    [LDAP_PWD_LAST_SET] = "pwdLastSet",
    [LDAP_PWD_EXPIRY_COMPUTED] = "msDS-UserPasswordExpiryTimeComputed",
    [LDAP_WHEN_CREATED] = "whenCreated",
    [LDAP_CREATE_TIMESTAMP] = "createTimestamp",
    [LDAP_AUTH_TIMESTAMP] = "authTimestamp",
    [LDAP_PWD_LAST_SUCCESS] = "pwdLastSuccess",
    [LDAP_PWD_CHANGED_TIME] = "pwdChangedTime",
    [LDAP_PWD_LOCKED_TIME] = "pwdAccountLockedTime",
    [LDAP_PWD_RESET] = "pwdReset",
    [LDAP_NS_ACCOUNT_LOCK] = "nsAccountLock",
    [LDAP_SHADOW_EXPIRE] = "shadowExpire",
    [LDAP_SHADOW_LAST_CHANGE] = "shadowLastChange",
    [LDAP_SHADOW_MAX] = "shadowMax",
};
_Static_assert((int)LDAP_ATTRIBUTES <= (int)LDIF_NAMES_MAX, "the reader has room for all of them");

/* employeeType is free text; these words leave no doubt. */
static const struct {
    const char *word, *user_type;
} employments[] = {
    {"employee", "member"},   {"staff", "member"},
    {"permanent", "member"},  {"internal", "member"},
    {"intern", "member"},     {"contractor", "external"},
    {"external", "external"}, {"consultant", "external"},
    {"vendor", "external"},   {"supplier", "external"},
    {"partner", "external"},  {"freelancer", "external"},
    {"guest", "guest"},       {"visitor", "guest"},
    {"service", "service"},   {"service account", "service"},
    {"system", "service"},    {"robot", "service"},
};

static void set_time(struct value *out, int64_t at)
{
    if (out->kind == VALUE_NULL || out->number < at)
        *out = (struct value){.kind = VALUE_INT, .number = at};
}

static void set_text(struct value *out, const char *text)
{
    *out = (struct value){.kind = VALUE_TEXT, .text = text};
}

static bool is_text(const struct ldif_value *said)
{
    return strlen(said->text) == said->len && utf8_valid(said->text, said->len);
}

bool ldif_refuse(struct ldif_user *u, const struct ldif_value *said, const char *expected,
                 struct error *err)
{
    u->entry->line = said->line;
    char *quoted = column_quote(said->text);
    error_set(err, ERR_INVALID, "attribute '%s': '%s' is not %s", ldap_attribute_names[said->name],
              quoted, expected);
    free(quoted);
    return false;
}

bool ldif_as_text(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                  struct error *err)
{
    if (!is_text(said))
        return ldif_refuse(u, said, "text in UTF-8", err);
    if (said->len > 0)
        set_text(out, said->text);
    return true;
}

bool ldif_as_guid(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                  struct error *err)
{
    char guid[LDAP_GUID_TEXT];
    if (said->len != LDAP_GUID_BYTES)
        return ldif_as_text(u, said, out, err);
    ldap_guid_text((const uint8_t *)said->text, guid);
    set_text(out, u->made.text + u->made.len);
    strbuf_add(&u->made, guid, sizeof guid);
    return true;
}

bool ldif_as_filetime(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                      struct error *err)
{
    int64_t at;
    enum ldap_filetime what = ldap_filetime(said->text, &at);
    if (what == LDAP_BAD)
        return ldif_refuse(u, said, "a time (a whole number of 100 ns since 1601)", err);
    if (what == LDAP_TIME)
        set_time(out, at);
    return true;
}

bool ldif_as_time(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                  struct error *err)
{
    (void)u;
    (void)err;
    int64_t at;
    if (ldap_generalized_time(said->text, &at))
        set_time(out, at);
    return true;
}

bool ldif_as_days(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                  struct error *err)
{
    int64_t days;
    if (!text_to_int(said->text, INT64_MIN, INT64_MAX, &days))
        return ldif_refuse(u, said, "a number of days", err);
    if (days > 0 && days <= days_max)
        set_time(out, days * seconds_per_day);
    return true;
}

bool ldif_as_dn_name(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                     struct error *err)
{
    const char *rest;
    size_t start = u->made.len;
    if (!ldap_dn_first(said->text, &u->made, &rest)) {
        u->made.len = start;
        return ldif_as_text(u, said, out, err);
    }
    strbuf_addc(&u->made, '\0');
    set_text(out, u->made.text + start);
    return true;
}

bool ldif_as_employment(struct ldif_user *u, const struct ldif_value *said, struct value *out,
                        struct error *err)
{
    (void)u;
    (void)err;
    for (size_t i = 0; i < ARRAY_LEN(employments); i++)
        if (strcasecmp(said->text, employments[i].word) == 0)
            set_text(out, employments[i].user_type);
    return true;
}

const char *ldif_text(const struct ldif_entry *entry, enum ldap_attribute a)
{
    return entry->first[a] ? entry->first[a]->text : NULL;
}

bool ldif_number(struct ldif_user *u, enum ldap_attribute a, int64_t *out, bool *there,
                 struct error *err)
{
    const struct ldif_value *said = u->entry->first[a];
    *there = said != NULL;
    if (!said || text_to_int(said->text, INT64_MIN, INT64_MAX, out))
        return said != NULL;
    return ldif_refuse(u, said, "a whole number", err);
}

bool ldif_is_true(const struct ldif_entry *entry, enum ldap_attribute a)
{
    const char *text = ldif_text(entry, a);
    return text && strcasecmp(text, "TRUE") == 0;
}

bool ldif_has_class(const struct ldif_entry *entry, const char *name)
{
    for (size_t i = 0; i < entry->count; i++)
        if (entry->values[i].name == LDAP_OBJECT_CLASS &&
            strcasecmp(entry->values[i].text, name) == 0)
            return true;
    return false;
}

bool ldif_named(const struct ldif_entry *entry, enum ldap_attribute a)
{
    return entry->search->named >> a & 1;
}

struct value *ldif_slot(struct ldif_user *u, const char *column)
{
    return &record_user(u->record)[column_find(user_columns, column, 0)];
}

void ldif_put_number(struct ldif_user *u, const char *column, int64_t number)
{
    *ldif_slot(u, column) = (struct value){.kind = VALUE_INT, .number = number};
}

void ldif_put_text(struct ldif_user *u, const char *column, const char *text)
{
    set_text(ldif_slot(u, column), text);
}

static void put_role(struct ldif_user *u, const struct ldap_group *group, int64_t *highest)
{
    if (!group)
        return;
    struct value *row = record_add(u->record, RECORD_ROLES);
    set_text(&row[column_find(role_columns, "role", 0)], ldap_group_role(group));
    set_text(&row[column_find(role_columns, "assignment", 0)], "active");
    row[column_find(role_columns, "tier", 0)] =
        (struct value){.kind = VALUE_INT, .number = group->tier};
    if (group->tier > *highest)
        *highest = group->tier;
}

bool ldif_put_roles(struct ldif_user *u, int64_t *highest, struct error *err)
{
    int64_t rid;
    bool there;
    *highest = 0;
    for (size_t i = 0; i < u->entry->count; i++) {
        const char *rest;
        size_t start = u->made.len;
        if (u->entry->values[i].name == LDAP_MEMBER_OF &&
            ldap_dn_first(u->entry->values[i].text, &u->made, &rest))
            put_role(u, ldap_group_of_dn(u->made.text + start, rest), highest);
        u->made.len = start;
    }
    if (ldif_number(u, LDAP_PRIMARY_GROUP_ID, &rid, &there, err))
        put_role(u, ldap_group_of_rid(rid), highest);
    else if (there)
        return false;
    ldif_put_number(u, "roles_known", 0);
    return true;
}
