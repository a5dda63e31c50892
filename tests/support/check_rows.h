#ifndef CHECKHOOK_TESTS_SUPPORT_CHECK_ROWS_H
#define CHECKHOOK_TESTS_SUPPORT_CHECK_ROWS_H

/*
 * Users crafted for the built-in checks, and what each check says of them.
 *
 * A row is a data set of its own. Its first user, named x, is the one who is judged. The lines of
 * checkbed_load are separated by '/', and the first one goes on behind "user id=x".
 */
struct check_row {
    const char *check;   /* its id, perhaps with settings: "inactive-90 days=30" */
    const char *users;   /* "enabled=1 / factor kind=sms strength=1 status=active / user id=y" */
    const char *verdict; /* of x: fail, pass, outside, unknown */
};

/* How rows begin that many of them share. */
#define ENABLED  "enabled=1 "
#define DISABLED "enabled=0 "
#define ADMIN    ENABLED "is_admin=1 "
#define SEEN     "last_login_known=1 "

/* Each ends with a row without check. */
extern const struct check_row check_rows_mfa[], check_rows_factors[], check_rows_activity[],
    check_rows_roles[], check_rows_passwords[], check_rows_lifecycle[], check_rows_keys[],
    check_rows_sign_ins[];

/* All of them; ends with NULL. */
extern const struct check_row *const check_rows[];

#endif
