/* Users for the checks of single sign-ins. */
#include "tests/support/check_rows.h"

#include <stddef.h>

#define LISTED     "sign_ins_known=1"
#define UNLISTED   "sign_ins_known=0"
#define FAIL(when) " / sign_in result=failure at=" when
#define GOOD(when) " / sign_in result=success at=" when
#define FOUR       FAIL("0d+80") FAIL("0d+70") FAIL("0d+70") FAIL("0d+60")
#define EIGHT      FOUR FAIL("0d+50") FAIL("0d+40") FAIL("0d+30") FAIL("0d+20")

/* A sign-in on which somebody sat, with and without MFA. */
#define BARE(when)  GOOD(when) " interactive=1 mfa_used=0"
#define WITH(when)  GOOD(when) " interactive=1 mfa_used=1"
#define QUIET(when) GOOD(when) " interactive=0 mfa_used=0"

const struct check_row check_rows_sign_ins[] = {
    {"failed-logins", LISTED EIGHT FAIL("0d+90") FAIL("0d+10"), "fail"},
    {"failed-logins", LISTED EIGHT FAIL("1d") FAIL("0d+10"), "fail"},
    {"failed-logins", DISABLED LISTED EIGHT FAIL("0d+90") FAIL("0d+10"), "fail"},
    {"failed-logins", LISTED EIGHT FAIL("0d+9") FAIL("0d+9") GOOD("0d+10"), "fail"},
    {"failed-logins", LISTED EIGHT FAIL("0d+10"), "pass"},
    {"failed-logins", LISTED EIGHT FAIL("1d+1") FAIL("0d+10"), "pass"},
    {"failed-logins", LISTED EIGHT FAIL("0d+10") FAIL("0d+10") GOOD("0d+9"), "pass"},
    {"failed-logins", LISTED EIGHT FAIL("0d+10") FAIL("0d+10") GOOD("0d+10"), "pass"},
    {"failed-logins", LISTED EIGHT FAIL("0d") FAIL("0d"), "fail"},
    {"failed-logins", LISTED EIGHT FAIL("0d") FAIL("0d-1"), "pass"},
    {"failed-logins", LISTED EIGHT FAIL("0d") FAIL("0d") GOOD("0d-1"), "fail"},
    {"failed-logins", LISTED, "pass"},
    {"failed-logins", UNLISTED EIGHT FAIL("0d+90") FAIL("0d+10"), "unknown"},
    {"failed-logins", ENABLED, "unknown"},
    {"failed-logins count=8", LISTED EIGHT, "fail"},
    {"failed-logins count=9", LISTED EIGHT, "pass"},
    {"failed-logins hours=48", LISTED EIGHT FAIL("2d") FAIL("2d"), "fail"},
    {"failed-logins hours=48", LISTED EIGHT FAIL("2d+1") FAIL("2d"), "pass"},

    {"login-without-mfa-7d", LISTED BARE("7d"), "fail"},
    {"login-without-mfa-7d", LISTED WITH("1d") BARE("2d"), "fail"},
    {"login-without-mfa-7d", DISABLED LISTED BARE("1d"), "fail"},
    {"login-without-mfa-7d", UNLISTED BARE("1d"), "fail"},
    {"login-without-mfa-7d", LISTED BARE("1d") GOOD("1d"), "fail"},
    {"login-without-mfa-7d", LISTED BARE("0d"), "fail"},
    {"login-without-mfa-7d", LISTED BARE("0d-1"), "pass"},
    {"login-without-mfa-7d", LISTED GOOD("0d-1"), "pass"},
    {"login-without-mfa-7d", LISTED BARE("7d+1"), "pass"},
    {"login-without-mfa-7d", LISTED WITH("1d") QUIET("1d"), "pass"},
    {"login-without-mfa-7d", LISTED FAIL("1d") " interactive=1 mfa_used=0", "pass"},
    {"login-without-mfa-7d", LISTED FAIL("1d"), "pass"},
    {"login-without-mfa-7d", LISTED GOOD("8d"), "pass"},
    {"login-without-mfa-7d", LISTED GOOD("1d") " interactive=0", "pass"},
    {"login-without-mfa-7d", LISTED GOOD("1d") " mfa_used=1", "pass"},
    {"login-without-mfa-7d", LISTED, "pass"},
    {"login-without-mfa-7d", LISTED GOOD("1d"), "unknown"},
    {"login-without-mfa-7d", LISTED GOOD("1d") " interactive=1", "unknown"},
    {"login-without-mfa-7d", LISTED GOOD("7d") " mfa_used=0", "unknown"},
    {"login-without-mfa-7d", UNLISTED WITH("1d"), "unknown"},
    {"login-without-mfa-7d", ENABLED, "unknown"},
    {"login-without-mfa-7d days=2", LISTED BARE("2d"), "fail"},
    {"login-without-mfa-7d days=2", LISTED BARE("2d+1"), "pass"},

    {"legacy-auth-30d", LISTED GOOD("30d") " legacy_auth=1", "fail"},
    {"legacy-auth-30d", DISABLED UNLISTED GOOD("1d") " legacy_auth=1", "fail"},
    {"legacy-auth-30d", LISTED GOOD("1d") GOOD("2d") " legacy_auth=1", "fail"},
    {"legacy-auth-30d", LISTED GOOD("30d+1") " legacy_auth=1", "pass"},
    {"legacy-auth-30d", LISTED GOOD("0d-1") " legacy_auth=1", "pass"},
    {"legacy-auth-30d", LISTED GOOD("1d") " legacy_auth=0", "pass"},
    {"legacy-auth-30d", LISTED FAIL("1d") " legacy_auth=1", "pass"},
    {"legacy-auth-30d", LISTED FAIL("1d"), "pass"},
    {"legacy-auth-30d", LISTED GOOD("31d"), "pass"},
    {"legacy-auth-30d", LISTED, "pass"},
    {"legacy-auth-30d", LISTED GOOD("30d"), "unknown"},
    {"legacy-auth-30d", UNLISTED GOOD("1d") " legacy_auth=0", "unknown"},
    {"legacy-auth-30d", ENABLED, "unknown"},
    {"legacy-auth-30d days=10", LISTED GOOD("10d") " legacy_auth=1", "fail"},
    {"legacy-auth-30d days=10", LISTED GOOD("10d+1") " legacy_auth=1", "pass"},

    {NULL, NULL, NULL},
};
