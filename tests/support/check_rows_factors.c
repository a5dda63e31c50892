/* Users for the checks of MFA that look at the list of factors. */
#include "tests/support/check_rows.h"

#include <stddef.h>

#define LISTED   ENABLED "factors_known=1"
#define SMS      " / factor kind=sms strength=1 status=active"
#define VOICE    " / factor kind=voice strength=1 status=active"
#define PUSH     " / factor kind=push strength=2 status=active"
#define TOTP     " / factor kind=totp strength=2 status=active"
#define WEBAUTHN " / factor kind=webauthn strength=3 status=active"
#define PASS     " / factor kind=temp_pass strength=0 status=active"
#define CODE     " / factor kind=bypass_code strength=0 status=active"
#define APP      " / factor kind=app_password strength=0 status=active"
#define PENDING  " / factor kind=totp strength=2 status=pending"
#define INACTIVE " / factor kind=webauthn strength=3 status=inactive"

const struct check_row check_rows_factors[] = {
    {"weak-mfa", LISTED SMS, "fail"},
    {"weak-mfa", LISTED SMS VOICE, "fail"},
    {"weak-mfa", LISTED SMS PASS, "fail"},
    {"weak-mfa", LISTED SMS PENDING, "fail"},
    {"weak-mfa", LISTED SMS INACTIVE, "fail"},
    {"weak-mfa", LISTED SMS TOTP, "pass"},
    {"weak-mfa", LISTED TOTP, "pass"},
    {"weak-mfa", LISTED PASS, "pass"},
    {"weak-mfa", LISTED " / factor kind=sms strength=1 status=inactive", "pass"},
    {"weak-mfa", LISTED, "pass"},
    {"weak-mfa", DISABLED "factors_known=1" SMS, "outside"},
    {"weak-mfa", ENABLED "factors_known=0" SMS, "unknown"},
    {"weak-mfa", "factors_known=1" SMS, "unknown"},

    {"weak-mfa-available", LISTED SMS TOTP, "fail"},
    {"weak-mfa-available", LISTED SMS WEBAUTHN PASS, "fail"},
    {"weak-mfa-available", ENABLED "factors_known=0" SMS TOTP, "fail"},
    {"weak-mfa-available", LISTED SMS, "pass"},
    {"weak-mfa-available", LISTED TOTP PASS, "pass"},
    {"weak-mfa-available", LISTED SMS PENDING, "pass"},
    {"weak-mfa-available", LISTED TOTP " / factor kind=sms strength=1 status=inactive", "pass"},
    {"weak-mfa-available", LISTED, "pass"},
    {"weak-mfa-available", DISABLED "factors_known=1" SMS TOTP, "outside"},
    {"weak-mfa-available", ENABLED "factors_known=0" TOTP, "unknown"},
    {"weak-mfa-available", ENABLED "factors_known=0" SMS, "unknown"},
    {"weak-mfa-available", ENABLED, "unknown"},
    {"weak-mfa-available", "factors_known=1" SMS TOTP, "unknown"},

    {"admin-not-phishing-resistant", LISTED " is_admin=1" TOTP SMS, "fail"},
    {"admin-not-phishing-resistant", LISTED " is_admin=1 mfa_enrolled=1" TOTP, "fail"},
    {"admin-not-phishing-resistant", LISTED " is_admin=1" TOTP INACTIVE, "fail"},
    {"admin-not-phishing-resistant", LISTED " is_admin=1", "fail"},
    {"admin-not-phishing-resistant", LISTED " is_admin=1" TOTP WEBAUTHN, "pass"},
    {"admin-not-phishing-resistant", LISTED " is_admin=1 mfa_enrolled=0", "outside"},
    {"admin-not-phishing-resistant", LISTED " is_admin=0" TOTP, "outside"},
    {"admin-not-phishing-resistant", DISABLED "factors_known=1 is_admin=1" TOTP, "outside"},
    {"admin-not-phishing-resistant", LISTED TOTP, "unknown"},
    {"admin-not-phishing-resistant", ADMIN "factors_known=0" TOTP, "unknown"},
    {"admin-not-phishing-resistant", "factors_known=1 is_admin=1" TOTP, "unknown"},

    {"single-factor-device", LISTED TOTP, "fail"},
    {"single-factor-device", LISTED WEBAUTHN SMS PASS, "fail"},
    {"single-factor-device", LISTED TOTP PENDING INACTIVE, "fail"},
    {"single-factor-device", LISTED TOTP PUSH, "pass"},
    {"single-factor-device", LISTED TOTP TOTP, "pass"},
    {"single-factor-device", LISTED SMS, "pass"},
    {"single-factor-device", LISTED, "pass"},
    {"single-factor-device", DISABLED "factors_known=1" TOTP, "outside"},
    {"single-factor-device", ENABLED "factors_known=0" TOTP, "unknown"},
    {"single-factor-device", "factors_known=1" TOTP, "unknown"},

    {"mfa-pending", LISTED PENDING, "fail"},
    {"mfa-pending", LISTED PENDING PASS, "fail"},
    {"mfa-pending", LISTED PENDING INACTIVE, "fail"},
    {"mfa-pending", LISTED PENDING SMS, "pass"},
    {"mfa-pending", LISTED PENDING WEBAUTHN, "pass"},
    {"mfa-pending", LISTED INACTIVE, "pass"},
    {"mfa-pending", LISTED, "pass"},
    {"mfa-pending", DISABLED "factors_known=1" PENDING, "outside"},
    {"mfa-pending", ENABLED "factors_known=0" PENDING, "unknown"},
    {"mfa-pending", "factors_known=1" PENDING, "unknown"},

    {"temp-pass-active", LISTED PASS, "fail"},
    {"temp-pass-active", LISTED WEBAUTHN CODE, "fail"},
    {"temp-pass-active", ENABLED "factors_known=0" PASS, "fail"},
    {"temp-pass-active", LISTED APP TOTP, "pass"},
    {"temp-pass-active", LISTED " / factor kind=temp_pass strength=0 status=inactive", "pass"},
    {"temp-pass-active", LISTED, "pass"},
    {"temp-pass-active", DISABLED "factors_known=1" PASS, "outside"},
    {"temp-pass-active", ENABLED "factors_known=0" TOTP, "unknown"},
    {"temp-pass-active", "factors_known=1" PASS, "unknown"},

    {NULL, NULL, NULL},
};
