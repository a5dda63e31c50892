/* The table of what checks need, and the search in it. */
#include "core/store/needs.h"

#include <stddef.h>
#include <string.h>

const struct need needs[] = {
    {"created_at", "creation date", "u.created_at IS NOT NULL"},
    {"credentials", "keys and tokens", "u.credentials_known = 1"},
    {"department", "department", "u.department IS NOT NULL"},
    {"email", "e-mail address", "u.email IS NOT NULL"},
    {"enabled", "enabled state", "u.enabled IS NOT NULL"},
    {"expires_at", "end date", "u.expires_at IS NOT NULL"},
    {"factors", "MFA factors", "u.factors_known = 1"},
    {"is_admin", "administrator state", "u.is_admin IS NOT NULL"},
    {"last_login", "last sign-in", "u.last_login_known = 1"},
    {"manager", "manager", "u.manager IS NOT NULL"},
    {"mfa_bypass", "MFA bypass state", "u.mfa_bypass IS NOT NULL"},
    {"mfa_enforced", "MFA enforcement", "u.mfa_enforced IS NOT NULL"},
    {"mfa_enrolled", "MFA enrolment", "u.mfa_enrolled IS NOT NULL"},
    {"on_prem_synced", "synchronisation state", "u.on_prem_synced IS NOT NULL"},
    {"password_changed_at", "password change date", "u.password_changed_at IS NOT NULL"},
    {"password_enabled", "password state", "u.password_enabled IS NOT NULL"},
    {"password_must_change", "must-change flag", "u.password_must_change IS NOT NULL"},
    {"password_never_expires", "password expiry flag", "u.password_never_expires IS NOT NULL"},
    {"password_not_required", "password-not-required flag", "u.password_not_required IS NOT NULL"},
    {"risk_level", "risk level", "u.risk_level IS NOT NULL"},
    {"roles", "roles", "u.roles_known = 1"},
    {"sign_ins", "sign-in history", "u.sign_ins_known = 1"},
    {"status", "account status", "u.status <> 'unknown'"},
    {"user_type", "user type", "u.user_type IS NOT NULL"},
    {NULL, NULL, NULL},
};

const struct need *need_find(const char *name)
{
    for (const struct need *n = needs; n->name; n++)
        if (strcmp(n->name, name) == 0)
            return n;
    return NULL;
}
