/* Users for the checks of passwords. */
#include "tests/support/check_rows.h"

#include <stddef.h>

#define EXPIRED ENABLED "status=password_expired "
#define ACTIVE  ENABLED "status=active "

const struct check_row check_rows_passwords[] = {
    {"stale-password-365", ENABLED "password_enabled=1 password_changed_at=365d+1", "fail"},
    {"stale-password-365", ENABLED "password_changed_at=365d+1", "fail"},
    {"stale-password-365", ENABLED "password_changed_at=365d", "pass"},
    {"stale-password-365", ENABLED "password_enabled=0 password_changed_at=366d", "outside"},
    {"stale-password-365", DISABLED "password_changed_at=366d", "outside"},
    {"stale-password-365", ENABLED, "unknown"},
    {"stale-password-365", "password_changed_at=366d", "unknown"},
    {"stale-password-365 days=60", ENABLED "password_changed_at=60d+1", "fail"},
    {"stale-password-365 days=60", ENABLED "password_changed_at=60d", "pass"},

    {"admin-stale-password-180", ADMIN "password_changed_at=180d+1", "fail"},
    {"admin-stale-password-180", ADMIN "password_enabled=1 password_changed_at=181d", "fail"},
    {"admin-stale-password-180", ADMIN "password_changed_at=180d", "pass"},
    {"admin-stale-password-180", ADMIN "password_enabled=0 password_changed_at=181d", "outside"},
    {"admin-stale-password-180", ENABLED "is_admin=0 password_changed_at=181d", "outside"},
    {"admin-stale-password-180", DISABLED "is_admin=1 password_changed_at=181d", "outside"},
    {"admin-stale-password-180", ADMIN "password_enabled=1", "unknown"},
    {"admin-stale-password-180", ENABLED "password_changed_at=181d", "unknown"},
    {"admin-stale-password-180", "is_admin=1 password_changed_at=181d", "unknown"},
    {"admin-stale-password-180 days=90", ADMIN "password_changed_at=90d+1", "fail"},
    {"admin-stale-password-180 days=90", ADMIN "password_changed_at=90d", "pass"},

    {"password-never-expires", ENABLED "password_never_expires=1", "fail"},
    {"password-never-expires", ENABLED "password_never_expires=0", "pass"},
    {"password-never-expires", DISABLED "password_never_expires=1", "outside"},
    {"password-never-expires", ENABLED, "unknown"},
    {"password-never-expires", "password_never_expires=1", "unknown"},

    {"password-not-required", ENABLED "password_not_required=1", "fail"},
    {"password-not-required", ENABLED "password_not_required=0", "pass"},
    {"password-not-required", DISABLED "password_not_required=1", "outside"},
    {"password-not-required", ENABLED, "unknown"},
    {"password-not-required", "password_not_required=1", "unknown"},

    {"password-expired", EXPIRED "password_changed_at=30d+1", "fail"},
    {"password-expired", ACTIVE "password_must_change=1 password_changed_at=30d+1", "fail"},
    {"password-expired", ENABLED "password_must_change=1 password_changed_at=31d", "fail"},
    {"password-expired", EXPIRED "password_must_change=0 created_at=30d+1", "fail"},
    {"password-expired", EXPIRED "password_changed_at=30d", "pass"},
    {"password-expired", EXPIRED "password_changed_at=1d created_at=900d", "pass"},
    {"password-expired", EXPIRED "created_at=30d", "pass"},
    {"password-expired", ACTIVE "password_changed_at=900d", "pass"},
    {"password-expired", ACTIVE "password_must_change=0", "pass"},
    {"password-expired", ENABLED "password_must_change=0 password_changed_at=900d", "pass"},
    {"password-expired", DISABLED "status=password_expired password_changed_at=31d", "outside"},
    {"password-expired", ENABLED "password_changed_at=31d", "unknown"},
    {"password-expired", EXPIRED, "unknown"},
    {"password-expired", ACTIVE "password_must_change=1", "unknown"},
    {"password-expired", "status=password_expired password_changed_at=31d", "unknown"},
    {"password-expired days=5", EXPIRED "password_changed_at=5d+1", "fail"},
    {"password-expired days=5", EXPIRED "password_changed_at=5d", "pass"},

    {NULL, NULL, NULL},
};
