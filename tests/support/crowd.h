#ifndef CHECKHOOK_TESTS_SUPPORT_CROWD_H
#define CHECKHOOK_TESTS_SUPPORT_CROWD_H

#include <stddef.h>
#include <stdint.h>

#include "tests/support/campaign.h"
#include "tests/support/checkbed.h"

/*
 * Users drawn at random, of whom anything may be unknown, with times at both sides of every
 * threshold; as C data to judge by, and as lines to load.
 */
enum { CROWD_SOURCES = 3, CROWD_LIST_MAX = 5 };

#define CROWD_NONE INT64_MIN /* a time that is not known, or never */

/* Flags are 1, 0, or -1 = unknown; times are seconds before BED_NOW; texts NULL = unknown. */
struct crowd_user {
    int source;
    int enabled, is_admin, mfa_enrolled, mfa_enforced, mfa_bypass, on_prem_synced;
    int password_enabled, password_never_expires, password_not_required, password_must_change;
    int last_login_known, factors_known, roles_known, sign_ins_known, credentials_known;
    const char *user_type, *status, *risk_level, *email, *manager;
    int64_t created, expires, last_login, password_changed;

    struct crowd_factor {
        const char *kind, *status;
        int strength;
    } factors[CROWD_LIST_MAX];
    struct crowd_role {
        const char *role, *assignment;
        int tier;
        int64_t expires;
    } roles[CROWD_LIST_MAX];
    struct crowd_key {
        const char *kind;
        int active, used_known;
        int64_t created, used;
    } keys[CROWD_LIST_MAX];
    struct crowd_sign_in {
        int64_t at;
        int good, interactive, mfa_used, legacy;
    } sign_ins[CROWD_LIST_MAX];
    size_t factor_count, role_count, key_count, sign_in_count;
};

struct crowd {
    struct crowd_user *users; /* those of one source follow one another */
    size_t count;
};

/* SIZE users (10 at least) in each of CROWD_SOURCES data sets. */
void crowd_draw(struct crowd *crowd, struct dice *dice, int size);
void crowd_release(struct crowd *crowd);

/* Loads them; the order of their uids is that of the crowd where nobody was there before. */
void crowd_load(const struct crowd *crowd, struct checkbed *bed);

/* Days that thresholds are drawn from, too: times lie about them. */
int64_t crowd_days(struct dice *dice);

#endif
