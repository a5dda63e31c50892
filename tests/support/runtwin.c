/* Changes that are made to the product and to the model of its runs at once. */
#include "tests/support/runtwin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"

enum { DAYS_MAX = 100, LOGIN_DAYS_MAX = 120 };

#define ADMIN                                                                                      \
    CHECKBED_CHECK("admin", "low",                                                                 \
                   "needs = ( \"is_admin\" ); applies = \"u.enabled = 1\";"                        \
                   " fails = \"u.is_admin = 1\"; explain = { type = \"u.user_type\"; };")
#define NO_MFA                                                                                     \
    CHECKBED_CHECK("no-mfa", "low", "applies = \"u.enabled = 1\"; fails = \"u.mfa_enrolled = 0\";")
#define OLD                                                                                        \
    CHECKBED_CHECK("old", "low",                                                                   \
                   "needs = ( \"last_login\" ); settings = { days = 30; };"                        \
                   " fails = \"CASE WHEN u.last_login_known = 1 THEN"                              \
                   " COALESCE(u.last_login_at < :now - :days * 86400, 0) END\";")

static const char builtin[] = "checks = (\n" ADMIN ",\n" NO_MFA ",\n" OLD "\n);\n";

#define OWN(fails) "checks = (\n" CHECKBED_CHECK("own", "low", "fails = \"" fails "\";") "\n);\n"
static const char *const own[] = {
    [MODEL_SOUND] = OWN("u.is_admin = 1 AND u.mfa_enrolled = 0"),
    [MODEL_WRONG] = OWN("u.nonsense = 1"),
    [MODEL_BREAKS] = OWN("abs(-9223372036854775807 - 1) > u.uid"),
};

bool runtwin_one_in(struct runtwin *t, int64_t n)
{
    return dice_between(&t->dice, 1, n) == 1;
}

size_t runtwin_pick(struct runtwin *t, size_t count)
{
    return (size_t)dice_between(&t->dice, 0, (int64_t)count - 1);
}

/* --- users ------------------------------------------------------------------------------------ */

/* Two in three are known. */
static int any_value(struct runtwin *t)
{
    return (int)dice_between(&t->dice, MODEL_UNKNOWN, 1);
}

static void change_user(struct runtwin *t, struct model_user *u)
{
    u->here = !runtwin_one_in(t, 4);
    u->enabled = runtwin_one_in(t, 2) ? 1 : any_value(t);
    u->mfa = any_value(t);
    u->admin = any_value(t);
    u->last_login = runtwin_one_in(t, 4) ? MODEL_UNKNOWN
                    : runtwin_one_in(t, 5)
                        ? MODEL_NEVER
                        : BED_NOW - BED_DAY * dice_between(&t->dice, 0, LOGIN_DAYS_MAX);
}

static void add_flag(struct strbuf *out, const char *name, int value)
{
    if (value != MODEL_UNKNOWN)
        strbuf_addf(out, " %s=%d", name, value);
}

static void add_user(struct strbuf *out, size_t number, const struct model_user *u)
{
    strbuf_addf(out, "user id=u%zu", number);
    add_flag(out, "enabled", u->enabled);
    add_flag(out, "mfa_enrolled", u->mfa);
    add_flag(out, "is_admin", u->admin);
    if (u->last_login != MODEL_UNKNOWN)
        strbuf_adds(out, " last_login_known=1");
    if (u->last_login > 0)
        strbuf_addf(out, " last_login_at=%" PRId64 "d", (BED_NOW - u->last_login) / BED_DAY);
    strbuf_addc(out, '\n');
}

/* Everybody of a source says one thing less, as when an API was not asked. */
static void forget_one_thing(struct runtwin *t, struct model_user *users)
{
    size_t what = runtwin_pick(t, 3);
    for (size_t i = 0; i < MODEL_USERS; i++) {
        if (what == 0)
            users[i].admin = MODEL_UNKNOWN;
        else if (what == 1)
            users[i].mfa = MODEL_UNKNOWN;
        else
            users[i].last_login = MODEL_UNKNOWN;
    }
}

/* The users in any order. */
static void add_users(struct runtwin *t, struct strbuf *out, const struct model_user *users)
{
    for (size_t n = 0, first = runtwin_pick(t, MODEL_USERS); n < MODEL_USERS; n++) {
        size_t i = (first + n) % MODEL_USERS;
        if (users[i].here)
            add_user(out, i, &users[i]);
    }
}

void runtwin_load_source(struct runtwin *t)
{
    size_t source = runtwin_pick(t, MODEL_SOURCES);
    struct model_user *users = t->model.users[source];
    struct strbuf text;
    strbuf_init(&text, RUNTWIN_TEXT_MAX);
    for (size_t i = 0; i < MODEL_USERS; i++)
        if (runtwin_one_in(t, 3))
            change_user(t, &users[i]);
    if (runtwin_one_in(t, 6))
        forget_one_thing(t, users);
    add_users(t, &text, users);
    checkbed_load(&t->bed, model_source_names[source], text.text);
    strbuf_release(&text);
}

static bool is_loaded(const struct runtwin *t, size_t source)
{
    char sql[100];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM datasets WHERE source = '%s'",
             model_source_names[source]);
    return checkbed_number(&t->bed, sql) > 0;
}

void runtwin_merge_source(struct runtwin *t)
{
    size_t source = runtwin_pick(t, MODEL_SOURCES);
    struct model_user added[MODEL_USERS] = {0};
    struct strbuf text;
    if (!is_loaded(t, source))
        return;
    strbuf_init(&text, RUNTWIN_TEXT_MAX);
    for (size_t i = 0; i < MODEL_USERS; i++) {
        if (runtwin_one_in(t, 3))
            change_user(t, &added[i]);
        model_merge_user(&t->model.users[source][i], &added[i]);
    }
    add_users(t, &text, added);
    checkbed_merge(&t->bed, model_source_names[source], text.text);
    strbuf_release(&text);
}

void runtwin_remove_source(struct runtwin *t)
{
    size_t source = runtwin_pick(t, MODEL_SOURCES);
    if (!is_loaded(t, source))
        return;
    checkbed_remove(&t->bed, model_source_names[source]);
    for (size_t i = 0; i < MODEL_USERS; i++)
        t->model.users[source][i].here = false;
}

/* --- configuration ---------------------------------------------------------------------------- */

static void apply_check(struct runtwin *t, size_t check)
{
    struct check_config *c = config_check_make(&t->bed.config, model_check_ids[check]);
    char login[8];
    c->enabled = t->model.on[check] ? -1 : 0;
    text_list_release(&c->ignore);
    text_list_release(&c->integrations);
    for (size_t i = 0; i < MODEL_USERS; i++) {
        snprintf(login, sizeof login, "U%zu", i);
        if (t->model.ignored[check][i])
            text_list_add(&c->ignore, login);
    }
    for (size_t h = 0; h < MODEL_HOOKS; h++) {
        const struct integration *in = config_find(&t->bed.config, model_hook_names[h]);
        if (in && t->model.ticked[check][h])
            text_list_add(&c->integrations, in->id);
    }
    if (check == MODEL_OLD)
        check_value_set(c, "days", t->model.days);
}

static void apply_hooks(struct runtwin *t)
{
    struct config *config = &t->bed.config;
    for (size_t h = 0; h < MODEL_HOOKS; h++) {
        const struct integration *present = config_find(config, model_hook_names[h]);
        if (present && !t->model.hook_here[h])
            config_remove(config, present->id);
        if (!t->model.hook_here[h])
            continue;
        struct integration in = {0};
        if (present)
            integration_copy(&in, present);
        else
            in = campaign_integration(model_hook_names[h], "https://hooks.example.com/in");
        in.enabled = t->model.hook_enabled[h];
        config_put(config, &in);
        integration_release(&in);
    }
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        apply_check(t, c);
}

void runtwin_change_check(struct runtwin *t)
{
    size_t check = runtwin_pick(t, MODEL_CHECKS);
    switch (runtwin_pick(t, 3)) {
    case 0:
        t->model.on[check] = !t->model.on[check];
        break;
    case 1:
        t->model.days = dice_between(&t->dice, 1, DAYS_MAX);
        check = MODEL_OLD;
        break;
    default: {
        bool *ignored = &t->model.ignored[check][runtwin_pick(t, MODEL_USERS)];
        *ignored = !*ignored;
    }
    }
    apply_check(t, check);
}

void runtwin_change_hooks(struct runtwin *t)
{
    size_t hook = runtwin_pick(t, MODEL_HOOKS);
    bool *tick = &t->model.ticked[runtwin_pick(t, MODEL_CHECKS)][hook];
    if (runtwin_one_in(t, 6)) {
        t->model.hook_here[hook] = !t->model.hook_here[hook];
        for (size_t c = 0; c < MODEL_CHECKS; c++)
            t->model.ticked[c][hook] = false; /* goes with it */
    } else if (runtwin_one_in(t, 4)) {
        t->model.hook_enabled[hook] = !t->model.hook_enabled[hook];
    } else {
        *tick = !*tick && t->model.hook_here[hook];
    }
    apply_hooks(t);
}

void runtwin_change_own_check(struct runtwin *t)
{
    struct error err = {0};
    t->model.fault = runtwin_one_in(t, 2)   ? MODEL_SOUND
                     : runtwin_one_in(t, 2) ? MODEL_WRONG
                                            : MODEL_BREAKS;
    free(tmpdir_write(&t->bed.dir, "checks.d/own.conf", own[t->model.fault]));
    char *share = tmpdir_path(&t->bed.dir, "share"), *checks = tmpdir_path(&t->bed.dir, "checks.d");
    catalogue_release(&t->bed.catalogue);
    if (!catalogue_load(&t->bed.catalogue, share, checks, &err))
        support_die("%s", err.text);
    free(share);
    free(checks);
}

/* --- life ------------------------------------------------------------------------------------- */

void runtwin_init(struct runtwin *t, uint64_t seed)
{
    struct error err = {0};
    *t = (struct runtwin){.seed = seed, .dice = dice_of(seed), .now = BED_NOW};
    checkbed_init(&t->bed, builtin, own[MODEL_SOUND]);
    t->other = store_open(store_path(t->bed.store), &err);
    if (!t->other)
        support_die("%s", err.text);
    t->model.days = 30;
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        t->model.on[c] = true;
    for (size_t h = 0; h < MODEL_HOOKS; h++)
        t->model.hook_here[h] = t->model.hook_enabled[h] = true;
    apply_hooks(t);
}

void runtwin_release(struct runtwin *t)
{
    store_close(t->other);
    checkbed_release(&t->bed);
}
