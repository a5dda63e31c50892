/* Users for the checks of MFA that ask for flags: enrolled, enforced, bypassed, rated. */
#include "tests/support/check_rows.h"

#include <stddef.h>

const struct check_row check_rows_mfa[] = {
    {"admin-no-mfa", ADMIN "mfa_enrolled=0", "fail"},
    {"admin-no-mfa", ADMIN "mfa_enrolled=0 user_type=guest password_enabled=0", "fail"},
    {"admin-no-mfa", ADMIN "mfa_enrolled=1", "pass"},
    {"admin-no-mfa", ENABLED "is_admin=0 mfa_enrolled=0", "outside"},
    {"admin-no-mfa", DISABLED "is_admin=1 mfa_enrolled=0", "outside"},
    {"admin-no-mfa", ADMIN, "unknown"},
    {"admin-no-mfa", ENABLED "mfa_enrolled=0", "unknown"},
    {"admin-no-mfa", "is_admin=1 mfa_enrolled=0", "unknown"},

    {"no-mfa", ENABLED "mfa_enrolled=0", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=0 password_enabled=1 user_type=member", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=external", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=root", "fail"},
    {"no-mfa", ENABLED "mfa_enrolled=1", "pass"},
    {"no-mfa", ENABLED "mfa_enrolled=0 password_enabled=0", "outside"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=service", "outside"},
    {"no-mfa", ENABLED "mfa_enrolled=0 user_type=guest", "outside"},
    {"no-mfa", DISABLED "mfa_enrolled=0", "outside"},
    {"no-mfa", ENABLED, "unknown"},
    {"no-mfa", "mfa_enrolled=0", "unknown"},

    {"guest-no-mfa", ENABLED "user_type=guest mfa_enrolled=0", "fail"},
    {"guest-no-mfa", ENABLED "user_type=guest mfa_enrolled=0 password_enabled=0", "fail"},
    {"guest-no-mfa", ENABLED "user_type=guest mfa_enrolled=1", "pass"},
    {"guest-no-mfa", ENABLED "user_type=external mfa_enrolled=0", "outside"},
    {"guest-no-mfa", ENABLED "user_type=member mfa_enrolled=0", "outside"},
    {"guest-no-mfa", DISABLED "user_type=guest mfa_enrolled=0", "outside"},
    {"guest-no-mfa", ENABLED "user_type=guest", "unknown"},
    {"guest-no-mfa", ENABLED "mfa_enrolled=0", "unknown"},
    {"guest-no-mfa", "user_type=guest mfa_enrolled=0", "unknown"},

    {"mfa-bypass", ENABLED "mfa_bypass=1", "fail"},
    {"mfa-bypass", ENABLED "mfa_bypass=0", "pass"},
    {"mfa-bypass", DISABLED "mfa_bypass=1", "outside"},
    {"mfa-bypass", ENABLED, "unknown"},
    {"mfa-bypass", "mfa_bypass=1", "unknown"},

    {"mfa-not-enforced", ENABLED "mfa_enrolled=1 mfa_enforced=0", "fail"},
    {"mfa-not-enforced", ENABLED "mfa_enrolled=1 mfa_enforced=1", "pass"},
    {"mfa-not-enforced", ENABLED "mfa_enrolled=0 mfa_enforced=0", "outside"},
    {"mfa-not-enforced", DISABLED "mfa_enrolled=1 mfa_enforced=0", "outside"},
    {"mfa-not-enforced", ENABLED "mfa_enrolled=1", "unknown"},
    {"mfa-not-enforced", ENABLED "mfa_enforced=0", "unknown"},
    {"mfa-not-enforced", "mfa_enrolled=1 mfa_enforced=0", "unknown"},

    {"risky-user", ENABLED "risk_level=high", "fail"},
    {"risky-user", ENABLED "risk_level=medium", "pass"},
    {"risky-user", ENABLED "risk_level=none", "pass"},
    {"risky-user", DISABLED "risk_level=high", "outside"},
    {"risky-user", ENABLED, "unknown"},
    {"risky-user", "risk_level=high", "unknown"},

    {"root-no-mfa", "user_type=root mfa_enrolled=0", "fail"},
    {"root-no-mfa", DISABLED "user_type=root mfa_enrolled=0", "fail"},
    {"root-no-mfa", "user_type=root mfa_enrolled=1", "pass"},
    {"root-no-mfa", "user_type=member mfa_enrolled=0", "outside"},
    {"root-no-mfa", "user_type=root", "unknown"},
    {"root-no-mfa", "mfa_enrolled=0", "unknown"},

    {NULL, NULL, NULL},
};
