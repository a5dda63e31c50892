/* Draws users at random and writes them as lines to load. */
#include "tests/support/crowd.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"

enum { TEXT_BYTES = 32 * 1024 * 1024, FAR_DAYS = 800 };

#define PICK(dice, list) (list)[dice_between(dice, 0, (int64_t)ARRAY_LEN(list) - 1)]

/* --- drawing -----------------------------------------------------------------------------------
 */

static bool one_in(struct dice *dice, int64_t n)
{
    return dice_between(dice, 1, n) == 1;
}

/* Unknown now and then. */
static int draw_flag(struct dice *dice)
{
    return one_in(dice, 5) ? -1 : (int)dice_between(dice, 0, 1);
}

/* What is listed is mostly listed whole. */
static int draw_known(struct dice *dice)
{
    return !one_in(dice, 5);
}

int64_t crowd_days(struct dice *dice)
{
    static const int64_t days[] = {0, 1, 2, 7, 14, 30, 45, 60, 90, 180, 365};

    return PICK(dice, days);
}

/* At a threshold or a second beside it, or anywhere, in the future as well. */
static int64_t draw_time(struct dice *dice)
{
    if (one_in(dice, 6))
        return CROWD_NONE;
    if (one_in(dice, 3))
        return dice_between(dice, -30, FAR_DAYS) * BED_DAY + dice_between(dice, 0, BED_DAY - 1);
    return crowd_days(dice) * BED_DAY + dice_between(dice, -1, 1);
}

static int64_t draw_known_time(struct dice *dice)
{
    int64_t time;

    do {
        time = draw_time(dice);
    } while (time == CROWD_NONE);
    return time;
}

static size_t draw_count(struct dice *dice)
{
    return one_in(dice, 3) ? 0 : (size_t)dice_between(dice, 0, CROWD_LIST_MAX);
}

static void draw_factors(struct crowd_user *u, struct dice *dice)
{
    static const struct crowd_factor kinds[] = {{"webauthn", NULL, 3},    {"totp", NULL, 2},
                                                {"push", NULL, 2},        {"sms", NULL, 1},
                                                {"voice", NULL, 1},       {"temp_pass", NULL, 0},
                                                {"bypass_code", NULL, 0}, {"other", NULL, 2}};
    static const char *const statuses[] = {"active", "active", "active", "pending", "inactive"};

    u->factor_count = draw_count(dice);
    for (size_t i = 0; i < u->factor_count; i++) {
        u->factors[i] = PICK(dice, kinds);
        u->factors[i].status = PICK(dice, statuses);
    }
}

/* Super administrators are rare, or every data set would have too many. */
static void draw_roles(struct crowd_user *u, struct dice *dice, bool super)
{
    static const struct crowd_role kinds[] = {
        {"Reader", NULL, 1, 0}, {"Helpdesk", NULL, 1, 0}, {"Users", NULL, 2, 0},
        {"Editor", NULL, 0, 0}, {"Owner", NULL, 3, 0},    {"Global", NULL, 3, 0},
    };
    static const char *const assignments[] = {"active", "eligible"};

    u->role_count = draw_count(dice);
    for (size_t i = 0; i < u->role_count; i++) {
        do {
            u->roles[i] = PICK(dice, kinds);
        } while (u->roles[i].tier == 3 && !super);
        u->roles[i].assignment = PICK(dice, assignments);
        u->roles[i].expires = one_in(dice, 3) ? draw_time(dice) : CROWD_NONE;
    }
}

static void draw_keys(struct crowd_user *u, struct dice *dice)
{
    static const char *const kinds[] = {"access_key", "access_key", "api_token", "ssh_key"};

    u->key_count = draw_count(dice);
    for (size_t i = 0; i < u->key_count; i++)
        u->keys[i] = (struct crowd_key){PICK(dice, kinds), !one_in(dice, 3), draw_known(dice),
                                        draw_time(dice), draw_time(dice)};
}

static void draw_sign_ins(struct crowd_user *u, struct dice *dice)
{
    u->sign_in_count = draw_count(dice);
    for (size_t i = 0; i < u->sign_in_count; i++)
        u->sign_ins[i] = (struct crowd_sign_in){draw_known_time(dice), one_in(dice, 2),
                                                draw_flag(dice), draw_flag(dice), draw_flag(dice)};
}

static void draw_user(struct crowd_user *u, struct dice *dice, bool super)
{
    static const char *const types[] = {"member", "guest", "service", "root", "external", NULL};
    static const char *const statuses[] = {"active",  "active",   "pending",         "locked",
                                           "unknown", "disabled", "password_expired"};
    static const char *const risks[] = {"none", "medium", "high", NULL};
    static const char *const emails[] = {"",
                                         NULL,
                                         "a@x.example",
                                         "A@x.example",
                                         "b@x.example",
                                         "c@x.example",
                                         "d@x.example",
                                         "e@x.example"};
    static const char *const managers[] = {"", "boss", NULL};
    int *const flags[] = {
        &u->enabled,
        &u->is_admin,
        &u->mfa_enrolled,
        &u->mfa_enforced,
        &u->mfa_bypass,
        &u->on_prem_synced,
        &u->password_enabled,
        &u->password_never_expires,
        &u->password_not_required,
        &u->password_must_change,
    };

    for (size_t i = 0; i < ARRAY_LEN(flags); i++)
        *flags[i] = draw_flag(dice);
    u->last_login_known = draw_known(dice);
    u->factors_known = draw_known(dice);
    u->roles_known = super || draw_known(dice);
    u->sign_ins_known = draw_known(dice);
    u->credentials_known = draw_known(dice);
    u->user_type = PICK(dice, types);
    u->status = PICK(dice, statuses);
    u->risk_level = PICK(dice, risks);
    u->email = one_in(dice, 20) ? PICK(dice, emails) : NULL;
    u->manager = PICK(dice, managers);
    u->created = draw_time(dice);
    u->expires = draw_time(dice);
    u->last_login = draw_time(dice);
    u->password_changed = draw_time(dice);
    draw_factors(u, dice);
    draw_roles(u, dice, super);
    draw_keys(u, dice);
    draw_sign_ins(u, dice);
}

/* Super administrators: one in the first data set, five and more in the third, where all roles are
 * known; a few in the second, where they are not. */
void crowd_draw(struct crowd *crowd, struct dice *dice, int size)
{
    static const int sure[CROWD_SOURCES] = {1, 0, 5}, perhaps[CROWD_SOURCES] = {0, 3, 4};

    crowd->count = CROWD_SOURCES * (size_t)size;
    crowd->users = mem_zalloc((crowd->count + 1) * sizeof *crowd->users);
    for (size_t i = 0; i < crowd->count; i++) {
        struct crowd_user *u = &crowd->users[i];
        const int number = (int)i % size;
        u->source = (int)i / size;
        draw_user(u, dice, number < sure[u->source] + perhaps[u->source]);
        if (u->source != 1)
            u->roles_known = 1;
        if (number < sure[u->source]) {
            u->enabled = 1;
            u->roles[0] = (struct crowd_role){"Owner", "active", 3, CROWD_NONE};
            u->role_count += u->role_count == 0;
        }
    }
}

void crowd_release(struct crowd *crowd)
{
    free(crowd->users);
    *crowd = (struct crowd){0};
}

/* --- writing -----------------------------------------------------------------------------------
 */

static void add_flag(struct strbuf *text, const char *column, int flag)
{
    if (flag >= 0)
        strbuf_addf(text, " %s=%d", column, flag);
}

static void add_text(struct strbuf *text, const char *column, const char *value)
{
    if (value)
        strbuf_addf(text, " %s=%s", column, value);
}

static void add_time(struct strbuf *text, const char *column, int64_t ago)
{
    if (ago != CROWD_NONE)
        strbuf_addf(text, " %s=0d%+" PRId64, column, ago);
}

static void add_lists(struct strbuf *text, const struct crowd_user *u)
{
    for (size_t i = 0; i < u->factor_count; i++)
        strbuf_addf(text, "\nfactor kind=%s strength=%d status=%s", u->factors[i].kind,
                    u->factors[i].strength, u->factors[i].status);
    for (size_t i = 0; i < u->role_count; i++) {
        strbuf_addf(text, "\nrole role=%s tier=%d assignment=%s", u->roles[i].role,
                    u->roles[i].tier, u->roles[i].assignment);
        add_time(text, "expires_at", u->roles[i].expires);
    }
    for (size_t i = 0; i < u->key_count; i++) {
        strbuf_addf(text, "\ncredential cred_id=k%zu kind=%s active=%d last_used_known=%d", i,
                    u->keys[i].kind, u->keys[i].active, u->keys[i].used_known);
        add_time(text, "created_at", u->keys[i].created);
        add_time(text, "last_used_at", u->keys[i].used);
    }
    for (size_t i = 0; i < u->sign_in_count; i++) {
        strbuf_addf(text, "\nsign_in result=%s", u->sign_ins[i].good ? "success" : "failure");
        add_time(text, "at", u->sign_ins[i].at);
        add_flag(text, "interactive", u->sign_ins[i].interactive);
        add_flag(text, "mfa_used", u->sign_ins[i].mfa_used);
        add_flag(text, "legacy_auth", u->sign_ins[i].legacy);
    }
    strbuf_addc(text, '\n');
}

static void add_user(struct strbuf *text, const struct crowd_user *u, size_t number)
{
    strbuf_addf(text, "user id=u%zu status=%s", number, u->status);
    add_flag(text, "enabled", u->enabled);
    add_flag(text, "is_admin", u->is_admin);
    add_flag(text, "mfa_enrolled", u->mfa_enrolled);
    add_flag(text, "mfa_enforced", u->mfa_enforced);
    add_flag(text, "mfa_bypass", u->mfa_bypass);
    add_flag(text, "on_prem_synced", u->on_prem_synced);
    add_flag(text, "password_enabled", u->password_enabled);
    add_flag(text, "password_never_expires", u->password_never_expires);
    add_flag(text, "password_not_required", u->password_not_required);
    add_flag(text, "password_must_change", u->password_must_change);
    add_flag(text, "last_login_known", u->last_login_known);
    add_flag(text, "factors_known", u->factors_known);
    add_flag(text, "roles_known", u->roles_known);
    add_flag(text, "sign_ins_known", u->sign_ins_known);
    add_flag(text, "credentials_known", u->credentials_known);
    add_text(text, "user_type", u->user_type);
    add_text(text, "risk_level", u->risk_level);
    add_text(text, "email", u->email);
    add_text(text, "manager", u->manager);
    add_time(text, "created_at", u->created);
    add_time(text, "expires_at", u->expires);
    add_time(text, "last_login_at", u->last_login);
    add_time(text, "password_changed_at", u->password_changed);
    add_lists(text, u);
}

void crowd_load(const struct crowd *crowd, struct checkbed *bed)
{
    for (size_t i = 0; i < crowd->count;) {
        const int source = crowd->users[i].source;
        struct strbuf text;
        char name[32];

        strbuf_init(&text, TEXT_BYTES);
        for (; i < crowd->count && crowd->users[i].source == source; i++)
            add_user(&text, &crowd->users[i], i);
        snprintf(name, sizeof name, "source%d", source);
        checkbed_load(bed, name, text.text);
        strbuf_release(&text);
    }
}
