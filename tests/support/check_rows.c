/* All users that are crafted for built-in checks. */
#include "tests/support/check_rows.h"

#include <stddef.h>

const struct check_row *const check_rows[] = {
    check_rows_mfa,   check_rows_factors,   check_rows_activity,
    check_rows_roles, check_rows_passwords, check_rows_lifecycle,
    check_rows_keys,  check_rows_sign_ins,  NULL,
};
