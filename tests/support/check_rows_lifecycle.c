/* Users for the checks of accounts that come and go; those with roles stand with the roles, those
 * with keys with the keys. */
#include "tests/support/check_rows.h"

#include <stddef.h>

#define MAIL          "email=ann@example.com"
#define OTHER(values) " / user id=y " values

const struct check_row check_rows_lifecycle[] = {
    {"locked-out", "status=locked", "fail"},
    {"locked-out", DISABLED "status=locked", "fail"},
    {"locked-out", ENABLED "status=locked", "fail"},
    {"locked-out", ENABLED "status=active", "pass"},
    {"locked-out", "status=pending locked_at=1d", "pass"},
    {"locked-out", ENABLED "locked_at=1d", "unknown"},

    {"pending-30", "status=pending created_at=30d+1", "fail"},
    {"pending-30", DISABLED "status=pending created_at=31d", "fail"},
    {"pending-30", ENABLED "status=pending created_at=31d", "fail"},
    {"pending-30", "status=pending created_at=30d", "pass"},
    {"pending-30", "status=active created_at=31d", "outside"},
    {"pending-30", "status=pending", "unknown"},
    {"pending-30", "created_at=31d", "unknown"},
    {"pending-30 days=7", "status=pending created_at=7d+1", "fail"},
    {"pending-30 days=7", "status=pending created_at=7d", "pass"},

    {"expired-still-enabled", ENABLED "expires_at=0d+1", "fail"},
    {"expired-still-enabled", ENABLED "expires_at=0d", "pass"},
    {"expired-still-enabled", ENABLED "expires_at=-9d", "pass"},
    {"expired-still-enabled", DISABLED "expires_at=9d", "outside"},
    {"expired-still-enabled", ENABLED, "unknown"},
    {"expired-still-enabled", "expires_at=9d", "unknown"},
    {"expired-still-enabled grace_days=3", ENABLED "expires_at=3d+1", "fail"},
    {"expired-still-enabled grace_days=3", ENABLED "expires_at=3d", "pass"},

    {"shared-email", ENABLED MAIL OTHER(ENABLED MAIL), "fail"},
    {"shared-email", ENABLED MAIL OTHER(ENABLED "email=ANN@Example.com"), "fail"},
    {"shared-email", ENABLED MAIL OTHER(DISABLED MAIL) " / user id=z enabled=1 " MAIL, "fail"},
    {"shared-email", ENABLED MAIL OTHER(DISABLED MAIL), "pass"},
    {"shared-email", ENABLED MAIL OTHER(MAIL), "pass"},
    {"shared-email", ENABLED MAIL OTHER(ENABLED "email=bob@example.com"), "pass"},
    {"shared-email", ENABLED MAIL, "pass"},
    {"shared-email", ENABLED "email=" OTHER(ENABLED "email="), "pass"},
    {"shared-email", DISABLED MAIL OTHER(ENABLED MAIL), "outside"},
    {"shared-email", ENABLED OTHER(ENABLED MAIL), "unknown"},
    {"shared-email", MAIL OTHER(ENABLED MAIL), "unknown"},

    {"no-manager", ENABLED "manager=", "fail"},
    {"no-manager", ENABLED "manager= user_type=member", "fail"},
    {"no-manager", ENABLED "manager= user_type=service", "fail"},
    {"no-manager", ENABLED "manager=boss", "pass"},
    {"no-manager", ENABLED "manager= user_type=guest", "outside"},
    {"no-manager", ENABLED "manager= user_type=external", "outside"},
    {"no-manager", ENABLED "manager= user_type=root", "outside"},
    {"no-manager", DISABLED "manager=", "outside"},
    {"no-manager", ENABLED "user_type=member", "unknown"},
    {"no-manager", "manager=", "unknown"},

    {NULL, NULL, NULL},
};
