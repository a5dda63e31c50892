/* Makes up the users of a large directory: most are as they should be, some fail each check. */
#include "tests/bench/population.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tests/bench/process.h"

enum { CELLS_MAX = 32, CELL_SIZE = 80, ENTRIES_MAX = 4, DAY_S = 86400, BUFFER_SIZE = 1 << 20 };

/* One value of a user; what JSON writes without quotes is a flag. */
struct cell {
    const char *name;
    bool known, flag;
    char text[CELL_SIZE];
};

struct factor {
    const char *kind, *status;
};

struct role {
    const char *name;
    int tier;
    const char *assignment;
};

struct person {
    struct cell cells[CELLS_MAX];
    size_t count;
    bool factors_known, roles_known;
    struct factor factors[ENTRIES_MAX];
    size_t factor_count;
    struct role roles[ENTRIES_MAX];
    size_t role_count;
};

/* --- chance ----------------------------------------------------------------------------------- */

struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *d) /* splitmix64 */
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static size_t pick(struct dice *d, size_t count)
{
    return (size_t)(roll(d) % count);
}

static bool chance(struct dice *d, size_t of_thousand)
{
    return pick(d, 1000) < of_thousand;
}

/* --- cells ------------------------------------------------------------------------------------ */

static struct cell *add_cell(struct person *p, const char *name)
{
    struct cell *cell = &p->cells[p->count++];
    *cell = (struct cell){.name = name};
    return cell;
}

__attribute__((format(printf, 3, 4))) static void put_text(struct person *p, const char *name,
                                                           const char *format, ...)
{
    struct cell *cell = add_cell(p, name);
    va_list args;
    va_start(args, format);
    vsnprintf(cell->text, sizeof cell->text, format, args);
    va_end(args);
    cell->known = true;
}

static void put_flag(struct person *p, const char *name, bool value)
{
    put_text(p, name, "%s", value ? "true" : "false");
    p->cells[p->count - 1].flag = true;
}

static void put_days_ago(struct person *p, const char *name, int64_t now, size_t days)
{
    struct cell *cell = add_cell(p, name);
    time_format(now - (int64_t)days * DAY_S - DAY_S / 2, cell->text);
    cell->known = true;
}

/* --- a user ----------------------------------------------------------------------------------- */

/* Words, each for so many of a thousand; the last one is for the rest. */
struct share {
    const char *word;
    size_t of_thousand;
};

static const char *share_out(struct dice *d, const struct share *shares)
{
    size_t at = pick(d, 1000);
    while (shares->of_thousand > 0 && at >= shares->of_thousand) {
        at -= shares->of_thousand;
        shares++;
    }
    return shares->word;
}

static const struct share types[] = {
    {"guest", 80}, {"service", 30}, {"external", 5}, {"member", 0}};
static const struct share statuses[] = {{"locked", 10},   {"password_expired", 15},
                                        {"pending", 15},  {"suspended", 10},
                                        {"disabled", 40}, {"active", 0}};
static const struct share strong_kinds[] = {{"webauthn", 250}, {"totp", 350}, {"push", 0}};
static const struct share weak_kinds[] = {{"voice", 100}, {"email", 100}, {"sms", 0}};
static const struct share departments[] = {{"Sales", 250},   {"Support", 200},
                                           {"Finance", 100}, {"Operations", 200},
                                           {"People", 50},   {"Engineering", 0}};
static const struct share risks[] = {{"high", 2}, {"medium", 20}, {"low", 0}};

static void user_login(size_t n, const char *between, char out[CELL_SIZE])
{
    static const char *const first[] = {"alice", "dara", "mo",  "renee", "tomas", "wei",
                                        "ines",  "noor", "sam", "ada",   "piotr"};
    static const char *const last[] = {"brandt", "kim",   "okafor", "mueller", "vega",
                                       "zhang",  "lindt", "osman",  "price"};
    snprintf(out, CELL_SIZE, "%s%s%s%zu", first[n % ARRAY_LEN(first)], between,
             last[n % ARRAY_LEN(last)], n);
}

/* Who a user is never changes. Ids are in no order, as those of most directories. */
static void add_identity(struct person *p, const struct population *of, size_t n)
{
    struct dice d = {of->seed ^ n * 2};
    char login[CELL_SIZE], name[CELL_SIZE], shared[CELL_SIZE];
    const uint64_t high = roll(&d);
    user_login(n, ".", login);
    user_login(n, chance(&d, 50) ? ", " : " ", name);
    user_login(n - n % 2, ".", shared);
    put_text(p, "id", "00u%016llx", (unsigned long long)high);
    put_text(p, "login", "%s@corp.example", login);
    put_text(p, "email", "%s@corp.example", chance(&d, 3) ? shared : login);
    put_text(p, "display_name", "%s", name);
}

static void add_account(struct person *p, struct dice *d, int64_t now)
{
    const char *type = share_out(d, types), *status = share_out(d, statuses);
    const size_t age = 20 + pick(d, 2000);
    put_text(p, "user_type", "%s", type);
    put_text(p, "status", "%s", status);
    put_flag(p, "enabled",
             strcmp(status, "disabled") != 0 && strcmp(status, "suspended") != 0 &&
                 strcmp(status, "pending") != 0);
    put_days_ago(p, "created_at", now, age);
    if (chance(d, 20))
        put_days_ago(p, "expires_at", now + (int64_t)400 * DAY_S, pick(d, 450));
    else
        add_cell(p, "expires_at");
    if (chance(d, 30))
        add_cell(p, "last_login_at");
    else
        put_days_ago(p, "last_login_at", now,
                     chance(d, 850)   ? pick(d, 40)
                     : chance(d, 500) ? 45 + pick(d, 45)
                                      : 90 + pick(d, 300));
    put_flag(p, "last_login_known", !chance(d, 5) || p->cells[p->count - 1].known);
}

static void add_password(struct person *p, struct dice *d, int64_t now)
{
    put_flag(p, "password_enabled", !chance(d, 20));
    put_days_ago(p, "password_changed_at", now, pick(d, 400));
    put_flag(p, "password_never_expires", chance(d, 20));
    put_flag(p, "password_not_required", chance(d, 2));
    put_flag(p, "password_must_change", chance(d, 10));
}

static void add_factor(struct person *p, const char *kind, const char *status)
{
    p->factors[p->factor_count++] = (struct factor){kind, status};
}

static void add_mfa(struct person *p, struct dice *d)
{
    const bool enrolled = !chance(d, 60);
    put_flag(p, "mfa_enrolled", enrolled);
    put_flag(p, "mfa_enforced", !chance(d, 60));
    put_flag(p, "mfa_bypass", chance(d, 3));
    p->factors_known = !chance(d, 20);
    if (enrolled && !chance(d, 60))
        add_factor(p, share_out(d, strong_kinds), "active");
    if (p->factor_count > 0 && chance(d, 550))
        add_factor(p, share_out(d, strong_kinds), "active");
    if (enrolled && (p->factor_count == 0 || chance(d, 250)))
        add_factor(p, share_out(d, weak_kinds), "active");
    if (!enrolled && chance(d, 200))
        add_factor(p, "totp", "pending");
    if (chance(d, 2))
        add_factor(p, "temp_pass", "active");
}

static void add_role(struct person *p, const char *name, int tier, const char *assignment)
{
    p->roles[p->role_count++] = (struct role){name, tier, assignment};
}

static void add_roles(struct person *p, struct dice *d)
{
    const bool admin = chance(d, 10);
    put_flag(p, "is_admin", admin);
    put_flag(p, "on_prem_synced", chance(d, 300));
    p->roles_known = !chance(d, 10);
    if (admin && chance(d, 20))
        add_role(p, "Global administrator", 3, chance(d, 500) ? "eligible" : "active");
    if (admin)
        add_role(p, "User administrator", 2, "active");
    if (chance(d, 5))
        add_role(p, "Report reader: all", 1, "active");
    if (chance(d, 100))
        add_role(p, "Project member", 0, "active");
}

static void add_place(struct person *p, const struct population *of, struct dice *d)
{
    char boss[CELL_SIZE];
    if (chance(d, 900))
        put_text(p, "risk_level", "%s", share_out(d, risks));
    else
        add_cell(p, "risk_level");
    put_text(p, "department", "%s", share_out(d, departments));
    user_login(pick(d, of->users / 10 + 1), ".", boss);
    if (chance(d, 20))
        add_cell(p, "manager");
    else
        put_text(p, "manager", chance(d, 15) ? "" : "%s@corp.example", boss);
}

static void make_person(struct person *p, const struct population *of, size_t n)
{
    const bool changed = of->change > 0 && n % of->change == of->change / 2;
    struct dice d = {(of->seed + changed) ^ (n * 2 + 1)};
    roll(&d);
    p->count = p->factor_count = p->role_count = 0;
    add_identity(p, of, n);
    add_account(p, &d, of->now);
    add_password(p, &d, of->now);
    add_mfa(p, &d);
    add_roles(p, &d);
    add_place(p, of, &d);
}

/* --- CSV -------------------------------------------------------------------------------------- */

static void write_csv_cell(FILE *out, const struct cell *cell)
{
    const bool quoted = cell->known && (!*cell->text || strchr(cell->text, ','));
    fprintf(out, quoted ? "\"%s\"," : "%s,", cell->text);
}

static void write_csv(FILE *out, const struct person *p)
{
    for (size_t i = 0; i < p->count; i++)
        write_csv_cell(out, &p->cells[i]);
    if (p->factors_known && p->factor_count == 0)
        fputs("\"\"", out);
    for (size_t i = 0; p->factors_known && i < p->factor_count; i++)
        fprintf(out, "%s%s:%s", i > 0 ? ";" : "", p->factors[i].kind, p->factors[i].status);
    putc(',', out);
    if (p->roles_known && p->role_count == 0)
        fputs("\"\"", out);
    for (size_t i = 0; p->roles_known && i < p->role_count; i++)
        fprintf(out, "%s%s:%d:%s", i > 0 ? ";" : "", p->roles[i].name, p->roles[i].tier,
                p->roles[i].assignment);
    putc('\n', out);
}

/* --- JSON Lines ------------------------------------------------------------------------------- */

static void write_json(FILE *out, const struct person *p)
{
    const char *before = "{";
    for (size_t i = 0; i < p->count; i++) {
        const struct cell *cell = &p->cells[i];
        if (!cell->known)
            continue;
        fprintf(out, cell->flag ? "%s\"%s\":%s" : "%s\"%s\":\"%s\"", before, cell->name,
                cell->text);
        before = ",";
    }
    if (p->factors_known) {
        fputs(",\"factors\":[", out);
        for (size_t i = 0; i < p->factor_count; i++)
            fprintf(out, "%s{\"kind\":\"%s\",\"status\":\"%s\"}", i > 0 ? "," : "",
                    p->factors[i].kind, p->factors[i].status);
        putc(']', out);
    }
    if (p->roles_known) {
        fputs(",\"roles\":[", out);
        for (size_t i = 0; i < p->role_count; i++)
            fprintf(out, "%s{\"role\":\"%s\",\"tier\":%d,\"assignment\":\"%s\"}", i > 0 ? "," : "",
                    p->roles[i].name, p->roles[i].tier, p->roles[i].assignment);
        putc(']', out);
    }
    fputs("}\n", out);
}

/* --- files ------------------------------------------------------------------------------------ */

static FILE *make_file(const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        give_up("%s cannot be written", path);
    setvbuf(out, NULL, _IOFBF, BUFFER_SIZE);
    return out;
}

static void end_file(FILE *out, const char *path)
{
    if (fclose(out) != 0)
        give_up("%s cannot be written: is the disk full?", path);
}

const char *population_header(void)
{
    static char text[1024];
    struct person p;
    size_t len = 0;
    make_person(&p, &(struct population){.users = 1}, 0);
    for (size_t i = 0; i < p.count; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s,", p.cells[i].name);
    snprintf(text + len, sizeof text - len, "factors,roles");
    return text;
}

void population_write(const struct population *p, const char *csv, const char *jsonl)
{
    FILE *rows = make_file(csv), *lines = make_file(jsonl);
    struct person person;
    fprintf(rows, "%s\n", population_header());
    for (size_t n = 0; n < p->users; n++) {
        make_person(&person, p, n);
        write_csv(rows, &person);
        write_json(lines, &person);
    }
    end_file(rows, csv);
    end_file(lines, jsonl);
}
