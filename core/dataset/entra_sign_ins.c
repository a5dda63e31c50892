/*
 * The sign-in log of Entra ID (auditLogs/signIns of Graph).
 *
 * Decisions where the documentation leaves one:
 *
 * - errorCode 0 is a success, any other a failure; among these are sign-ins that were interrupted,
 *   to ask for a second factor for example.
 * - mfa_used is told of successes alone, because a failure says singleFactorAuthentication whatever
 *   was needed. A second factor that the token brought along counts as used.
 * - legacy_auth by the client: what Microsoft lists as legacy is, a browser and an app with modern
 *   authentication are not, any other is unknown.
 */
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/dataset/entra_private.h"

/* Beginnings, compared without case: "IMAP4", "Other clients; IMAP", "MAPI Over HTTP". */
static const struct {
    const char *client;
    int64_t legacy;
} clients[] = {
    {"Browser", 0},
    {"Mobile Apps and Desktop clients", 0},
    {"Modern clients", 0},
    {"Authenticated SMTP", 1},
    {"AutoDiscover", 1},
    {"Exchange Active Sync", 1},
    {"Exchange ActiveSync", 1},
    {"Exchange Online PowerShell", 1},
    {"Exchange Web Services", 1},
    {"IMAP", 1},
    {"MAPI", 1},
    {"Offline Address Book", 1},
    {"Other clients", 1},
    {"Outlook Anywhere", 1},
    {"Outlook Service", 1},
    {"POP", 1},
    {"Reporting Web Services", 1},
    {"SMTP", 1},
};

/* Steps of a sign-in that are a second factor, by the beginning of authenticationMethod. */
static const struct {
    const char *method, *kind;
} steps[] = {
    {"App verification code", "totp"},
    {"Authenticator app", "push"},
    {"FIDO", "webauthn"},
    {"Microsoft Authenticator", "push"},
    {"Mobile app notification", "push"},
    {"Mobile app verification code", "totp"},
    {"OATH verification code", "totp"},
    {"Passkey", "webauthn"},
    {"Passwordless phone sign-in", "push"},
    {"Phone call", "voice"},
    {"SMS", "sms"},
    {"Software OATH token", "totp"},
    {"Temporary Access Pass", "temp_pass"},
    {"Text message", "sms"},
    {"Voice", "voice"},
    {"Windows Hello for Business", "hello"},
    {"X.509 certificate", "smartcard"},
};

static bool begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

static bool read_legacy(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    if (!cJSON_IsNull(said) && !cJSON_IsString(said))
        return error_set(err, ERR_INVALID, "is not a text");
    for (size_t i = 0; cJSON_IsString(said) && i < ARRAY_LEN(clients); i++)
        if (begins(said->valuestring, clients[i].client))
            *cell->value = (struct value){.kind = VALUE_INT, .number = clients[i].legacy};
    return true;
}

static const struct json_word results[] = {{"0", "success"}, {NULL, "failure"}};
static const struct json_word risks[] = {
    {"none", "none"}, {"low", "low"}, {"medium", "medium"}, {"high", "high"}, {NULL, NULL}};

const struct json_field entra_sign_in_fields[] = {
    {"createdDateTime", "at", NULL, NULL},
    {"status.errorCode", "result", json_as_word, results},
    {"isInteractive", "interactive", NULL, NULL},
    {"clientAppUsed", "legacy_auth", read_legacy, NULL},
    {"ipAddress", "ip", NULL, NULL},
    {"location.countryOrRegion", "country", NULL, NULL},
    {"appDisplayName", "app", NULL, NULL},
    {"riskLevelDuringSignIn", "risk_level", json_as_word, risks},
    {0},
};

/* The kind of second factor that a step was; NULL = none, or it failed. */
static const char *factor_of(const cJSON *step)
{
    const char *method = json_text_at(step, "authenticationMethod");
    if (!method || !cJSON_IsTrue(json_at(step, "succeeded")))
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(steps); i++)
        if (begins(method, steps[i].method))
            return steps[i].kind;
    return NULL;
}

/* "MFA requirement satisfied by claim in the token", "MFA completed in Azure AD". */
static bool tells_mfa(const cJSON *object, const char *path)
{
    const char *text = json_text_at(object, path);
    return text && (begins(text, "MFA requirement satisfied") || begins(text, "MFA completed"));
}

static bool step_tells_mfa(const cJSON *item)
{
    const cJSON *step;
    bool tells = false;
    cJSON_ArrayForEach(step, json_at(item, "authenticationDetails"))
    {
        tells = tells || tells_mfa(step, "authenticationStepResultDetail");
    }
    return tells;
}

static void put_mfa(const cJSON *item, struct value *row)
{
    const char *needed = json_text_at(item, "authenticationRequirement"), *kind = NULL;
    const cJSON *step;
    cJSON_ArrayForEach(step, json_at(item, "authenticationDetails"))
    {
        kind = kind ? kind : factor_of(step);
    }
    json_put_text(row, RECORD_SIGN_INS, "factor_kind", kind);
    if (kind || step_tells_mfa(item) || tells_mfa(item, "status.additionalDetails") ||
        json_text_at(item, "mfaDetail.authMethod") ||
        (needed && strcmp(needed, "multiFactorAuthentication") == 0))
        json_put_number(row, RECORD_SIGN_INS, "mfa_used", 1);
    else if (needed && strcmp(needed, "singleFactorAuthentication") == 0)
        json_put_number(row, RECORD_SIGN_INS, "mfa_used", 0);
}

bool entra_sign_in_finish(struct json_reader *r, const cJSON *item, struct record *record,
                          struct error *err)
{
    (void)r, (void)err;
    struct value *row = record->rows[RECORD_SIGN_INS].values;
    const struct value *result = json_slot(row, RECORD_SIGN_INS, "result");
    if (result->kind == VALUE_TEXT && strcmp(result->text, "success") == 0)
        put_mfa(item, row);
    return true;
}
