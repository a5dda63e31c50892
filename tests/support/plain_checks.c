/* What each built-in check says, once more in plain C. */
#include "tests/support/plain_checks.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* --- three values ------------------------------------------------------------------------------
 */

/* 1 true, 0 false, -1 unknown. */
static int both(int a, int b)
{
    return a == 0 || b == 0 ? 0 : a < 0 || b < 0 ? -1 : 1;
}

static int negate(int a)
{
    return a < 0 ? -1 : !a;
}

static int is(const char *text, const char *wanted)
{
    return text ? strcmp(text, wanted) == 0 : -1;
}

/* More than so many days ago. */
static int older(int64_t ago, int64_t days)
{
    return ago == CROWD_NONE ? -1 : ago > days * BED_DAY;
}

/* At most so many days ago, and not later than the evaluation. */
static int within(int64_t ago, int64_t days)
{
    return ago >= 0 && ago <= days * BED_DAY;
}

static enum verdict verdict(int applies, int fails)
{
    if (applies != 1)
        return applies == 0 ? VERDICT_OUTSIDE : VERDICT_UNKNOWN;
    return fails < 0 ? VERDICT_UNKNOWN : fails ? VERDICT_FAIL : VERDICT_PASS;
}

/* Proved by what is listed; disproved only where the list is whole. */
static int proved(int by_list, int whole)
{
    return by_list ? 1 : whole ? 0 : -1;
}

/* --- plain C -----------------------------------------------------------------------------------
 */

static int admin(const struct crowd_user *u)
{
    return both(u->enabled, u->is_admin);
}

static int guest(const struct crowd_user *u)
{
    return both(u->enabled, is(u->user_type, "guest"));
}

static int root(const struct crowd_user *u)
{
    return is(u->user_type, "root");
}

static int factors(const struct crowd_user *u, const char *status, int least, int most)
{
    int count = 0;

    for (size_t i = 0; i < u->factor_count; i++)
        count += strcmp(u->factors[i].status, status) == 0 && u->factors[i].strength >= least &&
                 u->factors[i].strength <= most;
    return count;
}

static int holds(const struct crowd_user *u, int least)
{
    for (size_t i = 0; i < u->role_count; i++)
        if (u->roles[i].tier >= least)
            return 1;
    return 0;
}

static int active_keys(const struct crowd_user *u, const char *kind)
{
    int count = 0;

    for (size_t i = 0; i < u->key_count; i++)
        count += u->keys[i].active && (!kind || strcmp(u->keys[i].kind, kind) == 0);
    return count;
}

static enum verdict admin_no_mfa(const struct plain_question *q)
{
    return verdict(admin(q->u), negate(q->u->mfa_enrolled));
}

static enum verdict no_mfa(const struct plain_question *q)
{
    bool person = is(q->u->user_type, "service") != 1 && is(q->u->user_type, "guest") != 1;

    return verdict(both(q->u->enabled, person && q->u->password_enabled != 0),
                   negate(q->u->mfa_enrolled));
}

static enum verdict guest_no_mfa(const struct plain_question *q)
{
    return verdict(guest(q->u), negate(q->u->mfa_enrolled));
}

static enum verdict weak_mfa(const struct plain_question *q)
{
    int weak = factors(q->u, "active", 1, 1) > 0 && factors(q->u, "active", 2, 3) == 0;

    return verdict(q->u->enabled, q->u->factors_known ? weak : -1);
}

static enum verdict weak_mfa_available(const struct plain_question *q)
{
    int weak = factors(q->u, "active", 1, 1) > 0 && factors(q->u, "active", 2, 3) > 0;

    return verdict(q->u->enabled, proved(weak, q->u->factors_known));
}

static enum verdict admin_not_phishing_resistant(const struct plain_question *q)
{
    return verdict(both(admin(q->u), q->u->mfa_enrolled != 0),
                   q->u->factors_known ? factors(q->u, "active", 3, 3) == 0 : -1);
}

static enum verdict single_factor_device(const struct plain_question *q)
{
    return verdict(q->u->enabled, q->u->factors_known ? factors(q->u, "active", 2, 3) == 1 : -1);
}

static enum verdict mfa_bypass(const struct plain_question *q)
{
    return verdict(q->u->enabled, q->u->mfa_bypass);
}

static enum verdict mfa_not_enforced(const struct plain_question *q)
{
    return verdict(both(q->u->enabled, q->u->mfa_enrolled), negate(q->u->mfa_enforced));
}

static enum verdict mfa_pending(const struct plain_question *q)
{
    int pending = factors(q->u, "pending", 0, 3) > 0 && factors(q->u, "active", 1, 3) == 0;

    return verdict(q->u->enabled, q->u->factors_known ? pending : -1);
}

static enum verdict temp_pass_active(const struct plain_question *q)
{
    return verdict(q->u->enabled, proved(factors(q->u, "active", 0, 0) > 0, q->u->factors_known));
}

static int inactive(const struct crowd_user *u, int64_t days)
{
    return u->last_login_known ? older(u->last_login, days) == 1 : -1;
}

static enum verdict inactive_90(const struct plain_question *q)
{
    return verdict(q->u->enabled, inactive(q->u, q->n[0]));
}

static enum verdict inactive_45(const struct plain_question *q)
{
    int between = inactive(q->u, q->n[0]) == 1 && older(q->u->last_login, q->n[1]) == 0;

    return verdict(q->u->enabled, q->u->last_login_known ? between : -1);
}

static enum verdict admin_inactive_30(const struct plain_question *q)
{
    return verdict(admin(q->u), inactive(q->u, q->n[0]));
}

static enum verdict never_logged_in(const struct plain_question *q)
{
    int fails = q->u->last_login != CROWD_NONE ? 0 : older(q->u->created, q->n[0]);

    return verdict(q->u->enabled, q->u->last_login_known ? fails : -1);
}

static enum verdict admin_never_logged_in(const struct plain_question *q)
{
    return verdict(admin(q->u), q->u->last_login_known ? q->u->last_login == CROWD_NONE : -1);
}

static enum verdict guest_inactive_60(const struct plain_question *q)
{
    int64_t seen = q->u->last_login != CROWD_NONE ? q->u->last_login : q->u->created;

    return verdict(guest(q->u), q->u->last_login_known ? older(seen, q->n[0]) : -1);
}

static enum verdict guest_admin(const struct plain_question *q)
{
    int outsider =
        q->u->user_type ? is(q->u->user_type, "guest") || is(q->u->user_type, "external") : -1;

    return verdict(both(q->u->enabled, outsider), q->u->is_admin);
}

/* The super administrators of the user's data set; whether there may be more of them. */
static int count_supers(const struct plain_question *q, bool *hidden)
{
    int count = 0;

    for (size_t i = 0; i < q->crowd->count; i++) {
        const struct crowd_user *u = &q->crowd->users[i];
        if (u->source != q->u->source || u->enabled == 0)
            continue;
        count += u->enabled == 1 && holds(u, 3);
        *hidden = *hidden || !u->roles_known || (u->enabled < 0 && holds(u, 3));
    }
    return count;
}

static enum verdict too_many_super_admins(const struct plain_question *q)
{
    bool hidden = false;

    if (!holds(q->u, 3))
        return verdict(q->u->enabled, q->u->roles_known ? 0 : -1);
    int count = count_supers(q, &hidden);
    return verdict(q->u->enabled, proved(count > q->n[0], !hidden));
}

static enum verdict lone_super_admin(const struct plain_question *q)
{
    bool hidden = false;

    if (!holds(q->u, 3))
        return verdict(q->u->enabled, q->u->roles_known ? 0 : -1);
    int count = count_supers(q, &hidden);
    return verdict(q->u->enabled, count > 1 ? 0 : hidden ? -1 : 1);
}

static enum verdict standing_super_admin(const struct plain_question *q)
{
    int standing = 0;

    for (size_t i = 0; i < q->u->role_count; i++) {
        const struct crowd_role *r = &q->u->roles[i];
        standing = standing || (r->tier == 3 && strcmp(r->assignment, "active") == 0 &&
                                r->expires == CROWD_NONE);
    }
    return verdict(q->u->enabled, proved(standing, q->u->roles_known));
}

static enum verdict super_admin_extra_roles(const struct plain_question *q)
{
    int extra = 0;

    for (size_t i = 0; i < q->u->role_count; i++)
        for (size_t j = 0; j < q->u->role_count; j++)
            extra = extra || (q->u->roles[i].tier == 3 && q->u->roles[j].tier >= 1 &&
                              strcmp(q->u->roles[i].role, q->u->roles[j].role) != 0);
    return verdict(q->u->enabled, proved(extra, q->u->roles_known));
}

static enum verdict admin_synced(const struct plain_question *q)
{
    return verdict(admin(q->u), q->u->on_prem_synced);
}

static enum verdict stale_password_365(const struct plain_question *q)
{
    return verdict(both(q->u->enabled, q->u->password_enabled != 0),
                   older(q->u->password_changed, q->n[0]));
}

static enum verdict admin_stale_password_180(const struct plain_question *q)
{
    return verdict(both(admin(q->u), q->u->password_enabled != 0),
                   older(q->u->password_changed, q->n[0]));
}

static enum verdict password_never_expires(const struct plain_question *q)
{
    return verdict(q->u->enabled, q->u->password_never_expires);
}

static enum verdict password_not_required(const struct plain_question *q)
{
    return verdict(q->u->enabled, q->u->password_not_required);
}

static enum verdict password_expired(const struct plain_question *q)
{
    int64_t since = q->u->password_changed != CROWD_NONE ? q->u->password_changed : q->u->created;
    bool stuck = is(q->u->status, "password_expired") || q->u->password_must_change == 1;
    bool said = !is(q->u->status, "unknown") || q->u->password_must_change == 0;

    return verdict(q->u->enabled, stuck ? older(since, q->n[0]) : said ? 0 : -1);
}

static enum verdict locked_out(const struct plain_question *q)
{
    return verdict(1, is(q->u->status, "unknown") ? -1 : is(q->u->status, "locked"));
}

static enum verdict pending_30(const struct plain_question *q)
{
    return verdict(is(q->u->status, "unknown") ? -1 : is(q->u->status, "pending"),
                   older(q->u->created, q->n[0]));
}

static enum verdict disabled_with_role(const struct plain_question *q)
{
    return verdict(negate(q->u->enabled), proved(holds(q->u, 1), q->u->roles_known));
}

static enum verdict disabled_with_credential(const struct plain_question *q)
{
    return verdict(negate(q->u->enabled),
                   proved(active_keys(q->u, NULL) > 0, q->u->credentials_known));
}

static enum verdict expired_still_enabled(const struct plain_question *q)
{
    return verdict(q->u->enabled, older(q->u->expires, q->n[0]));
}

static enum verdict shared_email(const struct plain_question *q)
{
    int shared = 0;

    for (size_t i = 0; q->u->email && *q->u->email && i < q->crowd->count; i++) {
        const struct crowd_user *o = &q->crowd->users[i];
        shared = shared || (o != q->u && o->source == q->u->source && o->enabled == 1 && o->email &&
                            strcasecmp(o->email, q->u->email) == 0);
    }
    return verdict(q->u->enabled, q->u->email ? shared : -1);
}

static enum verdict no_manager(const struct plain_question *q)
{
    bool own = !q->u->user_type || is(q->u->user_type, "member") || is(q->u->user_type, "service");

    return verdict(both(q->u->enabled, own), is(q->u->manager, ""));
}

static enum verdict root_no_mfa(const struct plain_question *q)
{
    return verdict(root(q->u), negate(q->u->mfa_enrolled));
}

static enum verdict root_access_key(const struct plain_question *q)
{
    return verdict(root(q->u),
                   proved(active_keys(q->u, "access_key") > 0, q->u->credentials_known));
}

static enum verdict root_used(const struct plain_question *q)
{
    return verdict(root(q->u), q->u->last_login_known ? within(q->u->last_login, q->n[0]) : -1);
}

static enum verdict old_key_90(const struct plain_question *q)
{
    int old = 0, unknown = 0;

    for (size_t i = 0; i < q->u->key_count; i++) {
        const struct crowd_key *k = &q->u->keys[i];
        old = old || (k->active && older(k->created, q->n[0]) == 1);
        unknown = unknown || (k->active && k->created == CROWD_NONE);
    }
    return verdict(proved(active_keys(q->u, NULL) > 0, q->u->credentials_known),
                   proved(old, q->u->credentials_known && !unknown));
}

static enum verdict unused_key_45(const struct plain_question *q)
{
    int unused = 0, unknown = 0;

    for (size_t i = 0; i < q->u->key_count; i++) {
        const struct crowd_key *k = &q->u->keys[i];
        int64_t since = k->used != CROWD_NONE ? k->used : k->created;
        unused = unused || (k->active && k->used_known && older(since, q->n[0]) == 1);
        unknown = unknown || (k->active && (!k->used_known || since == CROWD_NONE));
    }
    return verdict(proved(active_keys(q->u, NULL) > 0, q->u->credentials_known),
                   proved(unused, q->u->credentials_known && !unknown));
}

static enum verdict two_active_keys(const struct plain_question *q)
{
    return verdict(1, proved(active_keys(q->u, "access_key") >= q->n[0], q->u->credentials_known));
}

static enum verdict failed_logins(const struct plain_question *q)
{
    int64_t failed = INT64_MAX, good = INT64_MAX; /* how long ago the latest were */
    int count = 0;

    for (size_t i = 0; i < q->u->sign_in_count; i++) {
        const struct crowd_sign_in *s = &q->u->sign_ins[i];
        if (s->at < 0 || s->at > q->n[1] * 3600)
            continue;
        count += !s->good;
        int64_t *latest = s->good ? &good : &failed;
        *latest = s->at < *latest ? s->at : *latest;
    }
    return verdict(1, q->u->sign_ins_known ? count > 0 && count >= q->n[0] && failed < good : -1);
}

static enum verdict login_without_mfa_7d(const struct plain_question *q)
{
    int bare = 0, unknown = 0;

    for (size_t i = 0; i < q->u->sign_in_count; i++) {
        const struct crowd_sign_in *s = &q->u->sign_ins[i];
        int seen =
            both(s->good && within(s->at, q->n[0]), both(s->interactive, negate(s->mfa_used)));
        bare = bare || seen == 1;
        unknown = unknown || seen < 0;
    }
    return verdict(1, proved(bare, q->u->sign_ins_known && !unknown));
}

static enum verdict legacy_auth_30d(const struct plain_question *q)
{
    int legacy = 0, unknown = 0;

    for (size_t i = 0; i < q->u->sign_in_count; i++) {
        const struct crowd_sign_in *s = &q->u->sign_ins[i];
        int seen = both(s->good && within(s->at, q->n[0]), s->legacy);
        legacy = legacy || seen == 1;
        unknown = unknown || seen < 0;
    }
    return verdict(1, proved(legacy, q->u->sign_ins_known && !unknown));
}

static enum verdict risky_user(const struct plain_question *q)
{
    return verdict(q->u->enabled, is(q->u->risk_level, "high"));
}

const struct plain_check plain_checks[PLAIN_CHECKS] = {
    {"admin-no-mfa", admin_no_mfa},
    {"no-mfa", no_mfa},
    {"guest-no-mfa", guest_no_mfa},
    {"weak-mfa", weak_mfa},
    {"weak-mfa-available", weak_mfa_available},
    {"admin-not-phishing-resistant", admin_not_phishing_resistant},
    {"single-factor-device", single_factor_device},
    {"mfa-bypass", mfa_bypass},
    {"mfa-not-enforced", mfa_not_enforced},
    {"mfa-pending", mfa_pending},
    {"temp-pass-active", temp_pass_active},
    {"inactive-90", inactive_90},
    {"inactive-45", inactive_45},
    {"admin-inactive-30", admin_inactive_30},
    {"never-logged-in", never_logged_in},
    {"admin-never-logged-in", admin_never_logged_in},
    {"guest-inactive-60", guest_inactive_60},
    {"guest-admin", guest_admin},
    {"too-many-super-admins", too_many_super_admins},
    {"lone-super-admin", lone_super_admin},
    {"standing-super-admin", standing_super_admin},
    {"super-admin-extra-roles", super_admin_extra_roles},
    {"admin-synced", admin_synced},
    {"stale-password-365", stale_password_365},
    {"admin-stale-password-180", admin_stale_password_180},
    {"password-never-expires", password_never_expires},
    {"password-not-required", password_not_required},
    {"password-expired", password_expired},
    {"locked-out", locked_out},
    {"pending-30", pending_30},
    {"disabled-with-role", disabled_with_role},
    {"disabled-with-credential", disabled_with_credential},
    {"expired-still-enabled", expired_still_enabled},
    {"shared-email", shared_email},
    {"no-manager", no_manager},
    {"root-no-mfa", root_no_mfa},
    {"root-access-key", root_access_key},
    {"root-used", root_used},
    {"old-key-90", old_key_90},
    {"unused-key-45", unused_key_45},
    {"two-active-keys", two_active_keys},
    {"failed-logins", failed_logins},
    {"login-without-mfa-7d", login_without_mfa_7d},
    {"legacy-auth-30d", legacy_auth_30d},
    {"risky-user", risky_user},
};
