#ifndef CHECKHOOK_TESTS_SUPPORT_TWO_CHECKS_H
#define CHECKHOOK_TESTS_SUPPORT_TWO_CHECKS_H

#include "tests/support/checkbed.h"

/* Runs of two checks over a few users: no-mfa (critical, with an explain; enabled users without
 * MFA) and bypass (low; whoever has a bypass of MFA). */
extern const char two_checks[];

/* A bed with them, and these users as data set "okta" unless NULL; ended by two_checks_end. */
struct checkbed *two_checks_begin(const char *users);
void two_checks_end(struct checkbed *bed);

/* Runs, and compares what no-mfa says: whom it newly names, "ann bob", how many fail, are resolved,
 * and stay open although they are unknown today. */
void two_checks_expect(struct checkbed *bed, const char *fresh, int failing, int resolved,
                       int kept);

/* For checkbed_number. */
#define SQL_OPEN       "SELECT count(*) FROM findings WHERE resolved_at IS NULL"
#define SQL_EVENTS     "SELECT count(*) FROM events"
#define SQL_DELIVERIES "SELECT count(*) FROM deliveries"

#endif
