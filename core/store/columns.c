/* The columns that importers fill: the one list that SQL, importers and manual read. */
#include "core/store/datasets.h"

static const char *const user_types[] = {"member", "guest", "service", "root", "external", NULL};
static const char *const user_statuses[] = {"active",           "pending",   "locked",
                                            "password_expired", "suspended", "disabled",
                                            "deleted",          "unknown",   NULL};
static const char *const factor_kinds[] = {
    "webauthn", "smartcard", "hello",    "push",      "push_number", "totp",         "hotp",  "sms",
    "voice",    "email",     "question", "temp_pass", "bypass_code", "app_password", "other", NULL};
static const char *const factor_statuses[] = {"active", "pending", "inactive", NULL};
static const char *const assignments[] = {"active", "eligible", NULL};
static const char *const sign_in_results[] = {"success", "failure", NULL};
static const char *const credential_kinds[] = {"access_key", "api_token", "ssh_key", "certificate",
                                               NULL};

const struct column user_columns[] = {
    {"id", COLUMN_TEXT, NULL, true},
    {"login", COLUMN_TEXT, NULL, true},
    {"email", COLUMN_TEXT, NULL, false},
    {"display_name", COLUMN_TEXT, NULL, false},
    {"user_type", COLUMN_CHOICE, user_types, false},
    {"status", COLUMN_CHOICE, user_statuses, false},
    {"enabled", COLUMN_FLAG, NULL, false},
    {"created_at", COLUMN_TIME, NULL, false},
    {"expires_at", COLUMN_TIME, NULL, false},
    {"last_login_at", COLUMN_TIME, NULL, false},
    {"last_login_known", COLUMN_FLAG, NULL, false},
    {"password_enabled", COLUMN_FLAG, NULL, false},
    {"password_changed_at", COLUMN_TIME, NULL, false},
    {"password_never_expires", COLUMN_FLAG, NULL, false},
    {"password_not_required", COLUMN_FLAG, NULL, false},
    {"password_must_change", COLUMN_FLAG, NULL, false},
    {"mfa_enrolled", COLUMN_FLAG, NULL, false},
    {"mfa_enforced", COLUMN_FLAG, NULL, false},
    {"mfa_bypass", COLUMN_FLAG, NULL, false},
    {"factors_known", COLUMN_FLAG, NULL, false},
    {"roles_known", COLUMN_FLAG, NULL, false},
    {"sign_ins_known", COLUMN_FLAG, NULL, false},
    {"credentials_known", COLUMN_FLAG, NULL, false},
    {"is_admin", COLUMN_FLAG, NULL, false},
    {"on_prem_synced", COLUMN_FLAG, NULL, false},
    {"risk_level", COLUMN_TEXT, NULL, false},
    {"locked_at", COLUMN_TIME, NULL, false},
    {"department", COLUMN_TEXT, NULL, false},
    {"manager", COLUMN_TEXT, NULL, false},
    {NULL, COLUMN_TEXT, NULL, false},
};

const struct column factor_columns[] = {
    {"factor_id", COLUMN_TEXT, NULL, false},
    {"kind", COLUMN_CHOICE, factor_kinds, true},
    {"strength", COLUMN_INT, NULL, false},
    {"provider", COLUMN_TEXT, NULL, false},
    {"status", COLUMN_CHOICE, factor_statuses, true},
    {"created_at", COLUMN_TIME, NULL, false},
    {"last_used_at", COLUMN_TIME, NULL, false},
    {NULL, COLUMN_TEXT, NULL, false},
};

const struct column role_columns[] = {
    {"role", COLUMN_TEXT, NULL, true},
    {"tier", COLUMN_INT, NULL, true},
    {"assignment", COLUMN_CHOICE, assignments, true},
    {"via_group", COLUMN_TEXT, NULL, false},
    {"scope", COLUMN_TEXT, NULL, false},
    {"assigned_at", COLUMN_TIME, NULL, false},
    {"expires_at", COLUMN_TIME, NULL, false},
    {NULL, COLUMN_TEXT, NULL, false},
};

const struct column sign_in_columns[] = {
    {"at", COLUMN_TIME, NULL, true},           {"result", COLUMN_CHOICE, sign_in_results, true},
    {"interactive", COLUMN_FLAG, NULL, false}, {"mfa_used", COLUMN_FLAG, NULL, false},
    {"factor_kind", COLUMN_TEXT, NULL, false}, {"legacy_auth", COLUMN_FLAG, NULL, false},
    {"ip", COLUMN_TEXT, NULL, false},          {"country", COLUMN_TEXT, NULL, false},
    {"app", COLUMN_TEXT, NULL, false},         {"risk_level", COLUMN_TEXT, NULL, false},
    {NULL, COLUMN_TEXT, NULL, false},
};

const struct column credential_columns[] = {
    {"cred_id", COLUMN_TEXT, NULL, true},       {"kind", COLUMN_CHOICE, credential_kinds, true},
    {"active", COLUMN_FLAG, NULL, true},        {"created_at", COLUMN_TIME, NULL, false},
    {"last_used_at", COLUMN_TIME, NULL, false}, {"last_used_known", COLUMN_FLAG, NULL, false},
    {"expires_at", COLUMN_TIME, NULL, false},   {NULL, COLUMN_TEXT, NULL, false},
};
