/*
 * Users of Entra ID: Graph's users, the report of their registered methods, and their risk.
 *
 * Decisions where the documentation leaves one:
 *
 * - last_login is lastSuccessfulSignInDateTime (kept since December 2023, not filled backwards),
 *   else the later of lastSignInDateTime and lastNonInteractiveSignInDateTime, which are attempts.
 *   0001-01-01 is never, an empty text is unknown. Graph leaves signInActivity away for who has
 *   none: where the page says that it was asked for, that is never for an account made since these
 *   dates are kept, and unknown for an older one.
 * - A null onPremisesSyncEnabled is "not synchronised"; one that is not there is unknown.
 * - A guest who has not taken the invitation is pending, and enabled as accountEnabled says.
 * - manager is "" where the page says that managers were expanded and the user has none.
 * - Who is not in the list of risky users is at no risk, since it names everybody who ever was;
 *   unless a level is hidden, for want of a licence.
 * - mfa_enrolled is isMfaCapable: a method that policy does not allow is of no use.
 */
#include "core/dataset/entra_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/dataset/columns.h"

const char *const entra_no_date[] = {"0001-01-01T00:00:00Z", NULL};

/* Since May 2020 both kinds of sign-ins are kept (Graph, signInActivity). */
static const int64_t sign_ins_kept_since = 1588291200;

static bool read_synced(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    *cell->value = (struct value){.kind = VALUE_INT, .number = 0};
    return cJSON_IsNull(said) || column_read_json(cell->column, said, cell->value, err);
}

/* Null is no policy; "DisableStrongPassword" is another. */
static bool read_policies(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    if (!cJSON_IsNull(said) && !cJSON_IsString(said))
        return error_set(err, ERR_INVALID, "is not a text");
    bool never = cJSON_IsString(said) && strstr(said->valuestring, "DisablePasswordExpiration");
    *cell->value = (struct value){.kind = VALUE_INT, .number = never};
    return true;
}

static const struct json_word user_types[] = {
    {"Member", "member"}, {"Guest", "guest"}, {NULL, NULL}};
static const struct json_word statuses[] = {
    {"true", "active"}, {"false", "disabled"}, {NULL, NULL}};

const struct json_field entra_user_fields[] = {
    {"id", "id", NULL, NULL},
    {"userPrincipalName", "login", NULL, NULL},
    {"mail", "email", NULL, NULL},
    {"displayName", "display_name", NULL, NULL},
    {"userType", "user_type", json_as_word, user_types},
    {"accountEnabled", "status", json_as_word, statuses},
    {"accountEnabled", "enabled", NULL, NULL},
    {"createdDateTime", "created_at", json_as_time_or_never, entra_no_date},
    {"employeeLeaveDateTime", "expires_at", json_as_time_or_never, entra_no_date},
    {"lastPasswordChangeDateTime", "password_changed_at", json_as_time_or_never, entra_no_date},
    {"passwordPolicies", "password_never_expires", read_policies, NULL},
    {"passwordProfile.forceChangePasswordNextSignIn", "password_must_change", NULL, NULL},
    {"onPremisesSyncEnabled", "on_prem_synced", read_synced, NULL},
    {"department", "department", NULL, NULL},
    {0},
};

/* One of the dates of signInActivity. */
struct moment {
    enum { MOMENT_ABSENT, MOMENT_EMPTY, MOMENT_NEVER, MOMENT_TIME } kind;
    int64_t at;
};

enum { SUCCESSFUL, INTERACTIVE, NON_INTERACTIVE, MOMENTS };

static const struct {
    const char *path;
    struct column column; /* for error texts */
} moments[MOMENTS] = {
    [SUCCESSFUL] = {"signInActivity.lastSuccessfulSignInDateTime",
                    {.name = "last_login_at", .kind = COLUMN_TIME}},
    [INTERACTIVE] = {"signInActivity.lastSignInDateTime",
                     {.name = "last_login_at", .kind = COLUMN_TIME}},
    [NON_INTERACTIVE] = {"signInActivity.lastNonInteractiveSignInDateTime",
                         {.name = "last_login_at", .kind = COLUMN_TIME}},
};

static bool is_no_date(const cJSON *said)
{
    int64_t at, no_date;
    return cJSON_IsString(said) && time_parse(said->valuestring, &at) &&
           time_parse(entra_no_date[0], &no_date) && at == no_date;
}

static bool read_moment(const cJSON *item, size_t which, struct moment *out, struct error *err)
{
    const cJSON *said = json_at(item, moments[which].path);
    struct value value;
    *out = (struct moment){.kind = MOMENT_ABSENT};
    if (!said || cJSON_IsNull(said))
        return true;
    if (cJSON_IsString(said) && said->valuestring[0] == '\0') {
        out->kind = MOMENT_EMPTY;
        return true;
    }
    if (!column_read_json(&moments[which].column, said, &value, err))
        return error_wrap(err, "%s", moments[which].path);
    if (value.kind == VALUE_NULL)
        out->kind = is_no_date(said) ? MOMENT_NEVER : MOMENT_EMPTY;
    else
        *out = (struct moment){.kind = MOMENT_TIME, .at = value.number};
    return true;
}

static int64_t later(const struct moment *a, const struct moment *b)
{
    return a->kind == MOMENT_TIME && (b->kind != MOMENT_TIME || a->at > b->at) ? a->at : b->at;
}

/* The last sign-in of a user whose dates say anything; a MOMENT_ABSENT says nothing. */
static struct moment last_sign_in(const struct moment m[MOMENTS])
{
    const struct moment *interactive = &m[INTERACTIVE], *other = &m[NON_INTERACTIVE];
    if (m[SUCCESSFUL].kind == MOMENT_TIME)
        return m[SUCCESSFUL];
    if (interactive->kind == MOMENT_TIME || other->kind == MOMENT_TIME)
        return (struct moment){.kind = MOMENT_TIME, .at = later(interactive, other)};
    if (interactive->kind == MOMENT_EMPTY || other->kind == MOMENT_EMPTY)
        return (struct moment){.kind = MOMENT_EMPTY};
    for (size_t i = 0; i < MOMENTS; i++)
        if (m[i].kind == MOMENT_NEVER)
            return m[i];
    return (struct moment){.kind = m[SUCCESSFUL].kind};
}

/* Whether Graph was asked for the sign-ins and has none, though it would have kept one. */
static bool has_no_sign_in(const struct json_reader *r, const cJSON *item, struct value *user)
{
    const struct value *created = json_slot(user, RECORD_USER, "created_at");
    return (json_at(item, "signInActivity") || strstr(entra_context(r), "signInActivity")) &&
           created->kind == VALUE_INT && created->number >= sign_ins_kept_since;
}

static bool put_last_login(struct json_reader *r, const cJSON *item, struct value *user,
                           struct error *err)
{
    struct moment m[MOMENTS];
    for (size_t i = 0; i < MOMENTS; i++)
        if (!read_moment(item, i, &m[i], err))
            return false;
    struct moment last = last_sign_in(m);
    if (last.kind == MOMENT_ABSENT && has_no_sign_in(r, item, user))
        last.kind = MOMENT_NEVER;
    if (last.kind == MOMENT_TIME)
        json_put_number(user, RECORD_USER, "last_login_at", last.at);
    json_put_number(user, RECORD_USER, "last_login_known",
                    last.kind == MOMENT_TIME || last.kind == MOMENT_NEVER);
    return true;
}

static void put_manager(const struct json_reader *r, const cJSON *item, struct value *user)
{
    static const char *const names[] = {"manager.userPrincipalName", "manager.mail",
                                        "manager.displayName", "manager.id"};
    const cJSON *manager = json_at(item, "manager");
    if (manager ? cJSON_IsNull(manager) : strstr(entra_context(r), "manager(") != NULL)
        json_put_text(user, RECORD_USER, "manager", "");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *name = json_text_at(item, names[i]);
        if (name) {
            json_put_text(user, RECORD_USER, "manager", name);
            return;
        }
    }
}

bool entra_user_finish(struct json_reader *r, const cJSON *item, struct record *record,
                       struct error *err)
{
    struct value *user = record_user(record);
    const char *invitation = json_text_at(item, "externalUserState");
    const struct value *enabled = json_slot(user, RECORD_USER, "enabled");
    if (!json_text_at(item, "id") || !json_text_at(item, "userPrincipalName"))
        return error_set(err, ERR_INVALID,
                         "the user has no id or no userPrincipalName; ask Graph for both with "
                         "$select");
    if (invitation && strcasecmp(invitation, "PendingAcceptance") == 0 && enabled->number == 1)
        json_put_text(user, RECORD_USER, "status", "pending");
    if (json_text_at(item, "deletedDateTime")) {
        json_put_text(user, RECORD_USER, "status", "deleted");
        json_put_number(user, RECORD_USER, "enabled", 0);
    }
    put_manager(r, item, user);
    return put_last_login(r, item, user, err);
}

const struct json_field entra_registration_fields[] = {
    {"isMfaCapable", "mfa_enrolled", NULL, NULL},
    {"isAdmin", "is_admin", NULL, NULL},
    {0},
};

/* What may be registered (usageAuthMethod of Graph, and what it was called before). An open set:
 * whatever is new counts as a second factor of kind other. */
static const struct json_word methods[] = {
    {"fido2", "webauthn"},
    {"fido2SecurityKey", "webauthn"},
    {"passKeyDeviceBound", "webauthn"},
    {"passKeyDeviceBoundAuthenticator", "webauthn"},
    {"passKeyDeviceBoundWindowsHello", "webauthn"},
    {"passKeySynced", "webauthn"},
    {"windowsHelloForBusiness", "hello"},
    {"macOsSecureEnclaveKey", "hello"},
    {"x509CertificateMultiFactor", "smartcard"},
    {"microsoftAuthenticatorPush", "push"},
    {"microsoftAuthenticatorPasswordless", "push"},
    {"softwareOneTimePasscode", "totp"},
    {"hardwareOneTimePasscode", "totp"},
    {"mobilePhone", "sms"},
    {"mobileSMS", "sms"},
    {"sms", "sms"},
    {"alternateMobilePhone", "voice"},
    {"officePhone", "voice"},
    {"email", "email"},
    {"securityQuestion", "question"},
    {"temporaryAccessPass", "temp_pass"},
    {"appPassword", "app_password"},
    {"externalAuthMethod", "other"},
    {NULL, "other"},
};

static const struct json_field method_fields[] = {
    {"", "factor_id", NULL, NULL},
    {"", "kind", json_as_word, methods},
    {NULL, "status", json_always, "active"},
    {0},
};

static bool is_method(const cJSON *entry)
{
    return !cJSON_IsString(entry) ||
           (entry->valuestring[0] && strcmp(entry->valuestring, "none") != 0);
}

/* Tells the user once about each, up to a few. */
static bool method_finish(struct json_reader *r, const cJSON *entry, struct value *row,
                          struct error *err)
{
    (void)row, (void)err;
    struct entra *e = json_reader_own(r);
    const struct json_word *known = methods;
    while (known->from && strcasecmp(known->from, entry->valuestring) != 0)
        known++;
    if (known->from || strlen(entry->valuestring) >= ENTRA_WORD_MAX)
        return true;
    for (size_t i = 0; i < e->method_count; i++)
        if (strcmp(e->methods[i], entry->valuestring) == 0)
            return true;
    if (e->method_count == ENTRA_NOTED_MAX)
        return true;
    snprintf(e->methods[e->method_count++], ENTRA_WORD_MAX, "%s", entry->valuestring);
    char *quoted = column_quote(entry->valuestring);
    format_note(json_reader_output(r),
                "the registered method '%s' is not known here; it counts as a strong second factor "
                "of kind other",
                quoted);
    free(quoted);
    return true;
}

const struct json_list entra_registration_lists[] = {
    {.path = "methodsRegistered",
     .table = RECORD_FACTORS,
     .fields = method_fields,
     .wanted = is_method,
     .finish = method_finish},
    {0},
};

/* What riskState makes of riskLevel; NULL = the level counts. */
static const struct json_word risk_states[] = {
    {"none", "none"},      {"confirmedSafe", "none"},        {"remediated", "none"},
    {"dismissed", "none"}, {"confirmedCompromised", "high"}, {NULL, NULL},
};
static const char *const risk_levels[] = {"none", "low", "medium", "high"};

bool entra_risk_finish(struct json_reader *r, const cJSON *item, struct record *record,
                       struct error *err)
{
    (void)err;
    struct entra *e = json_reader_own(r);
    e->risks = true;
    const char *state = json_text_at(item, "riskState"), *level = json_text_at(item, "riskLevel");
    const char *risk = NULL;
    for (size_t i = 0; level && i < ARRAY_LEN(risk_levels); i++)
        if (strcmp(level, risk_levels[i]) == 0)
            risk = level;
    for (const struct json_word *w = risk_states; state && w->from; w++)
        if (strcmp(state, w->from) == 0)
            risk = w->to;
    json_put_text(record_user(record), RECORD_USER, "risk_level", risk);
    e->risk_hidden = e->risk_hidden || !risk;
    return true;
}
