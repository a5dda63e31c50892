/* The users of the showcase, and ten days of runs over them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/run.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "tests/showcase/showcase.h"

enum { USERS = 412, NO_MFA = 17, STALE = 5, KEYS = 96, DAYS = 10, COLUMNS_MAX = 40, RUN_HOUR = 6 };

struct person {
    const char *login, *email, *name, *type, *department;
    bool admin;
    int mfa;                    /* -1 = unknown */
    int64_t seen_s, password_s; /* ago */
};

static const struct person named[] = {
    {"alice", "alice.brandt@corp.example", "Alice Brandt", "member", "Zürich", true, 1,
     30 * SHOWCASE_MINUTE, 40 * SHOWCASE_DAY},
    {"dara.k", "dara.kim@corp.example", "Dara Kim", "member", "Zürich", true, 0, 2 * SHOWCASE_DAY,
     211 * SHOWCASE_DAY},
    {"m.okafor", "m.okafor@corp.example", "M. Okafor", "member", "Zürich", false, 0,
     9 * SHOWCASE_DAY, 80 * SHOWCASE_DAY},
    {"r.mueller", "r.mueller@corp.example", "Renée Müller", "member", "Zürich", false, 1,
     5 * SHOWCASE_HOUR, 12 * SHOWCASE_DAY},
    {"svc-scan", "scan@corp.example", "Scanner", "service", "Zürich", false, -1, SHOWCASE_HOUR,
     700 * SHOWCASE_DAY},
    {"t.vega", "t.vega@partner.example", "Tomás Vega", "guest", "Zürich", false, 1,
     203 * SHOWCASE_DAY, 300 * SHOWCASE_DAY},
};

static void set_text(struct value *values, const char *name, const char *text)
{
    for (size_t i = 0; user_columns[i].name; i++) {
        if (strcmp(user_columns[i].name, name) == 0)
            values[i] = (struct value){.kind = VALUE_TEXT, .text = text};
    }
}

static void set_number(const struct column *columns, struct value *values, const char *name,
                       int64_t number)
{
    for (size_t i = 0; columns[i].name; i++) {
        if (strcmp(columns[i].name, name) == 0)
            values[i] = (struct value){.kind = VALUE_INT, .number = number};
    }
}

/* `today`: two of the named have lost their second factor since the load before. */
static void set_user(const struct person *p, size_t n, bool seen, bool today, struct value *values)
{
    static char id[16];
    snprintf(id, sizeof id, "u%04zu", n);
    set_text(values, "id", id);
    set_text(values, "login", p->login);
    set_text(values, "email", p->email);
    set_text(values, "display_name", p->name);
    set_text(values, "user_type", p->type);
    set_text(values, "department", p->department);
    set_text(values, "status", "active");
    const struct {
        const char *name;
        int64_t value;
    } numbers[] = {
        {"enabled", 1},
        {"is_admin", p->admin},
        {"roles_known", 1},
        {"factors_known", 1},
        {"sign_ins_known", 0},
        {"credentials_known", 1},
        {"last_login_known", seen},
        {"password_changed_at", SHOWCASE_NOW_S - p->password_s},
        {"password_enabled", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        set_number(user_columns, values, numbers[i].name, numbers[i].value);
    if (seen)
        set_number(user_columns, values, "last_login_at", SHOWCASE_NOW_S - p->seen_s);
    if (p->mfa >= 0)
        set_number(user_columns, values, "mfa_enrolled",
                   p->mfa || (!today && n < ARRAY_LEN(named)));
}

static void add_factor(struct store *s, int64_t uid)
{
    struct error err = {0};
    struct value values[COLUMNS_MAX] = {
        [1] = {.kind = VALUE_TEXT, .text = "totp"},
        [2] = {.kind = VALUE_INT, .number = 2},
        [4] = {.kind = VALUE_TEXT, .text = "active"},
    };
    showcase_must(datasets_add_row(s, factor_columns, uid, values, &err), &err);
}

static void add_key(struct store *s, int64_t uid)
{
    struct error err = {0};
    struct value values[COLUMNS_MAX] = {
        [0] = {.kind = VALUE_TEXT, .text = "AKIAEXAMPLE"},
        [1] = {.kind = VALUE_TEXT, .text = "access_key"},
    };
    set_number(credential_columns, values, "active", 1);
    set_number(credential_columns, values, "last_used_known", 1);
    set_number(credential_columns, values, "last_used_at", SHOWCASE_NOW_S - SHOWCASE_DAY);
    showcase_must(datasets_add_row(s, credential_columns, uid, values, &err), &err);
}

static void add_role(struct store *s, int64_t uid)
{
    struct error err = {0};
    struct value values[COLUMNS_MAX] = {
        [0] = {.kind = VALUE_TEXT, .text = "Administrator"},
        [1] = {.kind = VALUE_INT, .number = 2},
        [2] = {.kind = VALUE_TEXT, .text = "active"},
    };
    showcase_must(datasets_add_row(s, role_columns, uid, values, &err), &err);
}

static void add_user(struct store *s, const struct person *p, size_t n, bool known, bool today)
{
    struct error err = {0};
    struct value values[COLUMNS_MAX] = {0};
    int64_t uid;
    set_user(p, n, known, today, values);
    showcase_must(datasets_add_user(s, values, &uid, &err), &err);
    if (p->mfa > 0)
        add_factor(s, uid);
    if (p->admin)
        add_role(s, uid);
    if (n < KEYS)
        add_key(s, uid);
}

/* Today the source does not say when the stale ones were last here. */
static void add_unnamed(struct store *s, size_t n, bool today)
{
    char login[32], email[64], name[32];
    const bool stale = n >= ARRAY_LEN(named) && n < ARRAY_LEN(named) + STALE;
    const size_t without_mfa = NO_MFA - 2; /* two of the named have none */
    snprintf(login, sizeof login, "user%03zu", n);
    snprintf(email, sizeof email, "user%03zu@corp.example", n);
    snprintf(name, sizeof name, "User %03zu", n);
    const struct person p = {
        .login = login,
        .email = email,
        .name = name,
        .type = "member",
        .department = n % 2 ? "Berlin" : "Lyon",
        .mfa = n < USERS - without_mfa,
        .seen_s = stale ? 120 * SHOWCASE_DAY : (int64_t)(n % 25 + 1) * SHOWCASE_DAY,
        .password_s = (int64_t)(n % 200) * SHOWCASE_DAY,
    };
    add_user(s, &p, n, !today || !stale, today);
}

static void load(struct store *s, int64_t loaded_at, bool today)
{
    struct error err = {0};
    const struct dataset_info info = {
        .source = "dc1.corp.example", .format = "checkhook-jsonl", .loaded_at = loaded_at};
    showcase_must(datasets_begin(s, &info, &err), &err);
    for (size_t n = 0; n < USERS; n++) {
        if (n < ARRAY_LEN(named))
            add_user(s, &named[n], n, true, today);
        else
            add_unnamed(s, n, today);
    }
    showcase_must(datasets_finish(s, &err), &err);
}

static void load_root(struct store *s, int64_t loaded_at)
{
    static const struct person roots[] = {
        {"root@111111111111", NULL, "Root (production)", "root", NULL, true, 1, 40 * SHOWCASE_DAY,
         90 * SHOWCASE_DAY},
        {"root@222222222222", NULL, "Root (sandbox)", "root", NULL, true, 1, 20 * SHOWCASE_DAY,
         90 * SHOWCASE_DAY},
    };
    struct error err = {0};
    const struct dataset_info info = {
        .source = "aws", .format = "aws-credential-report", .loaded_at = loaded_at};
    showcase_must(datasets_begin(s, &info, &err), &err);
    for (size_t n = 0; n < ARRAY_LEN(roots); n++) {
        struct value values[COLUMNS_MAX] = {0};
        int64_t uid;
        set_user(&roots[n], n, true, true, values);
        set_number(user_columns, values, "enabled", 0);
        showcase_must(datasets_add_user(s, values, &uid, &err), &err);
    }
    showcase_must(datasets_finish(s, &err), &err);
}

/* Without the integrations: what was sent is written by showcase_deliveries. */
static void run(struct app *app, int64_t at)
{
    struct error err = {0};
    struct config alone = {.lock_fd = -1};
    const struct run_options options = {
        .store = app->store,
        .config = &alone,
        .catalogue = &app->catalogue,
        .kind = "daily",
        .day = at / SHOWCASE_DAY,
        .now_ms = at * 1000,
    };
    general_init(&alone.general);
    struct job *job = run_job_new(&options, &err);
    showcase_must(job != NULL, &err);
    enum job_state state;
    while ((state = job_step(job, 20, &err)) == JOB_RUNNING)
        ;
    showcase_must(state == JOB_DONE, &err);
    job_free(job);
    config_release(&alone);
}

/* How long each check took: measured, it would differ each time. */
static void set_times(struct store *s)
{
    struct error err = {0};
    showcase_must(db_exec(store_db(s),
                          "UPDATE run_checks SET time_ms = CASE check_id"
                          " WHEN 'admin-inactive-30' THEN 1100 WHEN 'no-mfa' THEN 1200"
                          " WHEN 'inactive-90' THEN 900 WHEN 'unused-key-45' THEN 2000"
                          " WHEN 'locked-out' THEN 5000 ELSE 400 END",
                          &err),
                  &err);
    showcase_must(db_exec(store_db(s), "UPDATE runs SET time_ms = 11000", &err), &err);
}

void showcase_users(struct app *app)
{
    const int64_t today = SHOWCASE_NOW_S / SHOWCASE_DAY * SHOWCASE_DAY;
    load(app->store, today - DAYS * SHOWCASE_DAY, false);
    load_root(app->store, today + 5 * SHOWCASE_HOUR);
    for (int64_t day = DAYS - 1; day > 0; day--)
        run(app, today - day * SHOWCASE_DAY + RUN_HOUR * SHOWCASE_HOUR);
    load(app->store, today + RUN_HOUR * SHOWCASE_HOUR - 2 * SHOWCASE_MINUTE, true);
    run(app, today + RUN_HOUR * SHOWCASE_HOUR);
    set_times(app->store);
}
