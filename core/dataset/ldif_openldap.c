/*
 * Users of OpenLDAP and its like (389 Directory Server, FreeIPA). Decisions:
 *
 * - A user has a uid, which is the login; entries without one are address books, groups, machines
 *   (their uid ends in '$'). id is what the server gives each entry for good, else its DN, which
 *   changes with a new name.
 * - Such a server has no flag "enabled". Whoever is not locked is active, provided that the lock
 *   would show: it is an operational attribute, which has to be asked for.
 * - pwdAccountLockedTime 000001010000Z is the lock of an administrator: disabled. Another time is
 *   that of too many failures: locked (it may have ended, which only the policy knows).
 * - The last sign-in is what an overlay records; where there is none, it is unknown.
 */
#include <string.h>

#include "core/dataset/ldif_mapping.h"

static const char locked_by_administrator[] = "000001010000Z";
static const int64_t shadow_max_never = 99999; /* days, shadow(5) */

static const struct ldif_rule rules[] = {
    {LDAP_ENTRY_UUID, "id", ldif_as_text, false},
    {LDAP_NS_UNIQUE_ID, "id", ldif_as_text, false},
    {LDAP_IPA_UNIQUE_ID, "id", ldif_as_text, false},
    {LDAP_UID, "login", ldif_as_text, false},
    {LDAP_MAIL, "email", ldif_as_text, false},
    {LDAP_DISPLAY_NAME, "display_name", ldif_as_text, false},
    {LDAP_CN, "display_name", ldif_as_text, false},
    {LDAP_EMPLOYEE_TYPE, "user_type", ldif_as_employment, false},
    {LDAP_CREATE_TIMESTAMP, "created_at", ldif_as_time, false},
    {LDAP_SHADOW_EXPIRE, "expires_at", ldif_as_days, false},
    {LDAP_AUTH_TIMESTAMP, "last_login_at", ldif_as_time, true},
    {LDAP_PWD_LAST_SUCCESS, "last_login_at", ldif_as_time, true},
    {LDAP_PWD_CHANGED_TIME, "password_changed_at", ldif_as_time, false},
    {LDAP_SHADOW_LAST_CHANGE, "password_changed_at", ldif_as_days, false},
    {LDAP_DEPARTMENT, "department", ldif_as_text, false},
    {LDAP_DEPARTMENT_NUMBER, "department", ldif_as_text, false},
    {LDAP_OU, "department", ldif_as_text, false},
    {LDAP_MANAGER, "manager", ldif_as_dn_name, false},
    {0},
};

static bool is_user(const struct ldif_entry *entry)
{
    const struct ldif_value *uid = entry->first[LDAP_UID];
    return uid && uid->len > 0 && uid->text[uid->len - 1] != '$';
}

/* Whether a lock would be in the file. */
static bool shows_locks(const struct ldif_entry *entry)
{
    if (entry->search->stated)
        return entry->search->operational || ldif_named(entry, LDAP_PWD_LOCKED_TIME) ||
               ldif_named(entry, LDAP_NS_ACCOUNT_LOCK);
    return entry->first[LDAP_ENTRY_UUID] || entry->first[LDAP_CREATE_TIMESTAMP] ||
           entry->first[LDAP_NS_ACCOUNT_LOCK];
}

static bool put_status(struct ldif_user *u, struct error *err)
{
    const struct ldif_value *locked = u->entry->first[LDAP_PWD_LOCKED_TIME];
    if (ldif_is_true(u->entry, LDAP_NS_ACCOUNT_LOCK) ||
        (locked && strcmp(locked->text, locked_by_administrator) == 0)) {
        ldif_put_text(u, "status", "disabled");
    } else if (locked) {
        ldif_put_text(u, "status", "locked");
        return ldif_as_time(u, locked, ldif_slot(u, "locked_at"), err);
    } else if (shows_locks(u->entry)) {
        ldif_put_text(u, "status", "active");
    }
    return true;
}

static bool put_password(struct ldif_user *u, struct error *err)
{
    int64_t days;
    bool there;
    if (ldif_number(u, LDAP_SHADOW_MAX, &days, &there, err))
        ldif_put_number(u, "password_never_expires", days < 0 || days >= shadow_max_never);
    else if (there)
        return false;
    bool reset = ldif_is_true(u->entry, LDAP_PWD_RESET);
    if (reset)
        ldif_put_number(u, "password_must_change", 1);
    else if (ldif_number(u, LDAP_SHADOW_LAST_CHANGE, &days, &there, err))
        ldif_put_number(u, "password_must_change", days == 0);
    else if (there)
        return false;
    return true;
}

static bool finish(struct ldif_user *u, struct error *err)
{
    int64_t highest;
    if (!put_status(u, err) || !put_password(u, err) || !ldif_put_roles(u, &highest, err))
        return false;
    if (highest > 0)
        ldif_put_number(u, "is_admin", 1);
    return true;
}

const struct ldif_directory ldif_openldap = {.rules = rules, .is_user = is_user, .finish = finish};
