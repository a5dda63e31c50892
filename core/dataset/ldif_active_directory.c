/*
 * Users of Active Directory. Decisions:
 *
 * - login is the userPrincipalName, else the sAMAccountName. Computers, trusts, managed service
 *   accounts (which are computers to the directory), contacts and groups are no users.
 * - enabled is userAccountControl alone: an account past its end date is still enabled, which is
 *   what a check asks for. lockoutTime outlives the lock, so the computed flags come first.
 * - lastLogonTimestamp is up to 14 days late and lastLogon is that of one controller: the later
 *   one counts. A 0 means never, but that of lastLogon only where lastLogonTimestamp was asked for
 *   too, as far as the file tells. Neither there: unknown.
 * - memberOf has neither nested groups nor the primary one, so that roles are never complete.
 *   adminCount stays behind when an administrator is demoted; it counts, as its nested ones cannot
 *   be told from those. That it is absent says something only where it was asked for.
 * - A required smart card is MFA that is enforced. Without it others may enforce theirs: unknown.
 */
#include <string.h>

#include "core/base/text.h"
#include "core/dataset/ldap_values.h"
#include "core/dataset/ldif_mapping.h"

/* userAccountControl (MS-ADTS 2.2.16), and what only its computed twin has. */
enum {
    UAC_DISABLED = 0x2,
    UAC_LOCKED = 0x10,
    UAC_NO_PASSWORD_REQUIRED = 0x20,
    UAC_TRUSTS_AND_COMPUTERS = 0x800 | 0x1000 | 0x2000,
    UAC_PASSWORD_NEVER_EXPIRES = 0x10000,
    UAC_SMART_CARD_REQUIRED = 0x40000,
    UAC_PASSWORD_EXPIRED = 0x800000,
};

static const struct ldif_rule rules[] = {
    {LDAP_OBJECT_GUID, "id", ldif_as_guid, false},
    {LDAP_USER_PRINCIPAL_NAME, "login", ldif_as_text, false},
    {LDAP_SAM_ACCOUNT_NAME, "login", ldif_as_text, false},
    {LDAP_MAIL, "email", ldif_as_text, false},
    {LDAP_DISPLAY_NAME, "display_name", ldif_as_text, false},
    {LDAP_CN, "display_name", ldif_as_text, false},
    {LDAP_EMPLOYEE_TYPE, "user_type", ldif_as_employment, false},
    {LDAP_WHEN_CREATED, "created_at", ldif_as_time, false},
    {LDAP_ACCOUNT_EXPIRES, "expires_at", ldif_as_filetime, false},
    {LDAP_LAST_LOGON_TIMESTAMP, "last_login_at", ldif_as_filetime, true},
    {LDAP_LAST_LOGON, "last_login_at", ldif_as_filetime, true},
    {LDAP_PWD_LAST_SET, "password_changed_at", ldif_as_filetime, false},
    {LDAP_DEPARTMENT, "department", ldif_as_text, false},
    {LDAP_MANAGER, "manager", ldif_as_dn_name, false},
    {0},
};

static bool has(const struct ldif_entry *entry, enum ldap_attribute a)
{
    return entry->first[a] != NULL;
}

static bool is_zero(const struct ldif_entry *entry, enum ldap_attribute a)
{
    const char *text = ldif_text(entry, a);
    return text && strcmp(text, "0") == 0;
}

static bool is_trust_or_computer(const struct ldif_entry *entry)
{
    const char *text = ldif_text(entry, LDAP_USER_ACCOUNT_CONTROL);
    int64_t control;
    return text && text_to_int(text, INT64_MIN, INT64_MAX, &control) &&
           (control & UAC_TRUSTS_AND_COMPUTERS) != 0;
}

static bool is_user(const struct ldif_entry *entry)
{
    if (is_trust_or_computer(entry))
        return false;
    if (!has(entry, LDAP_OBJECT_CLASS))
        return has(entry, LDAP_USER_ACCOUNT_CONTROL) || has(entry, LDAP_USER_PRINCIPAL_NAME);
    return ldif_has_class(entry, "user") && !ldif_has_class(entry, "computer");
}

/* Whether the search asked for it, so that its absence tells something. userAccountControl shows
 * that the account's attributes could be read. */
static bool was_asked(const struct ldif_entry *entry, enum ldap_attribute a)
{
    return has(entry, LDAP_USER_ACCOUNT_CONTROL) && (entry->search->all || ldif_named(entry, a));
}

static void put_last_login(struct ldif_user *u)
{
    const struct ldif_entry *entry = u->entry;
    bool one_controller = entry->search->stated && !has(entry, LDAP_LAST_LOGON_TIMESTAMP) &&
                          !was_asked(entry, LDAP_LAST_LOGON_TIMESTAMP);
    bool never = is_zero(entry, LDAP_LAST_LOGON_TIMESTAMP) ||
                 (is_zero(entry, LDAP_LAST_LOGON) && !has(entry, LDAP_LAST_LOGON_TIMESTAMP) &&
                  !one_controller);
    if (never && ldif_slot(u, "last_login_at")->kind == VALUE_NULL)
        ldif_put_number(u, "last_login_known", 1);
}

static bool put_locked(struct ldif_user *u, int64_t computed, bool is_computed, bool *locked,
                       struct error *err)
{
    struct value at = {.kind = VALUE_NULL};
    const struct ldif_value *said = u->entry->first[LDAP_LOCKOUT_TIME];
    if (said && !ldif_as_filetime(u, said, &at, err))
        return false;
    *locked = is_computed ? (computed & UAC_LOCKED) != 0 : at.kind == VALUE_INT;
    if (*locked)
        *ldif_slot(u, "locked_at") = at;
    return true;
}

static bool is_past(const struct ldif_user *u, enum ldap_attribute a)
{
    const char *text = ldif_text(u->entry, a);
    int64_t at;
    return text && ldap_filetime(text, &at) == LDAP_TIME && at <= u->output->now;
}

static bool put_status(struct ldif_user *u, int64_t control, struct error *err)
{
    int64_t computed = 0;
    bool is_computed, locked;
    if ((!ldif_number(u, LDAP_ACCOUNT_CONTROL_COMPUTED, &computed, &is_computed, err) &&
         is_computed) ||
        !put_locked(u, computed, is_computed, &locked, err))
        return false;
    bool expired =
        is_computed ? (computed & UAC_PASSWORD_EXPIRED) != 0 : is_past(u, LDAP_PWD_EXPIRY_COMPUTED);
    ldif_put_text(u, "status",
                  control & UAC_DISABLED ? "disabled"
                  : locked               ? "locked"
                  : expired              ? "password_expired"
                                         : "active");
    return true;
}

static void put_control(struct ldif_user *u, int64_t control)
{
    ldif_put_number(u, "password_not_required", (control & UAC_NO_PASSWORD_REQUIRED) != 0);
    ldif_put_number(u, "password_never_expires", (control & UAC_PASSWORD_NEVER_EXPIRES) != 0);
    if (control & UAC_SMART_CARD_REQUIRED)
        ldif_put_number(u, "mfa_enforced", 1);
}

static bool put_admin(struct ldif_user *u, struct error *err)
{
    int64_t highest, count;
    bool there;
    if (!ldif_put_roles(u, &highest, err))
        return false;
    if (!ldif_number(u, LDAP_ADMIN_COUNT, &count, &there, err)) {
        if (there)
            return false;
        there = was_asked(u->entry, LDAP_ADMIN_COUNT) && was_asked(u->entry, LDAP_MEMBER_OF);
        count = 0;
    }
    if (highest > 0 || there)
        ldif_put_number(u, "is_admin", highest > 0 || count > 0);
    return true;
}

static void put_defaults(struct ldif_user *u)
{
    const struct ldif_entry *entry = u->entry;
    if (ldif_slot(u, "user_type")->kind == VALUE_NULL)
        ldif_put_text(u, "user_type", "member");
    if (!has(entry, LDAP_MANAGER) && was_asked(entry, LDAP_MANAGER))
        ldif_put_text(u, "manager", "");
    if (is_zero(entry, LDAP_PWD_LAST_SET) || ldif_slot(u, "password_changed_at")->kind == VALUE_INT)
        ldif_put_number(u, "password_must_change", is_zero(entry, LDAP_PWD_LAST_SET));
    put_last_login(u);
}

static bool finish(struct ldif_user *u, struct error *err)
{
    int64_t control;
    bool there;
    put_defaults(u);
    if (ldif_number(u, LDAP_USER_ACCOUNT_CONTROL, &control, &there, err)) {
        put_control(u, control);
        if (!put_status(u, control, err))
            return false;
    } else if (there) {
        return false;
    }
    return put_admin(u, err);
}

const struct ldif_directory ldif_active_directory = {
    .rules = rules, .is_user = is_user, .finish = finish};
