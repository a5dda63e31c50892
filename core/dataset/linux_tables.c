/* Reads shadow, group and the printed lastlog, and finds in them what belongs to a login. */
#include "core/dataset/linux_tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"

static const int64_t endless_days = 10000;
static const int64_t days_max = 10000000;
static const int64_t id_max = 4294967295;

/* What each lets its members do is root in the end, but for the last three, which read. */
static const struct linux_role roles[LINUX_ROLES_MAX] = {
    {"sudo", 2}, {"wheel", 2},   {"admin", 2}, {"docker", 2}, {"lxd", 2},
    {"disk", 2}, {"libvirt", 2}, {"adm", 1},   {"shadow", 1}, {"systemd-journal", 1},
};

/* --- lines ----------------------------------------------------------------------------------- */

size_t linux_split(char *line, char *fields[LINUX_FIELDS_MAX])
{
    size_t count = 0;
    for (char *field; (field = strsep(&line, ":")); count++)
        if (count < LINUX_FIELDS_MAX)
            fields[count] = field;
    return count;
}

bool linux_expect_fields(size_t count, size_t expected, struct error *err)
{
    return count == expected || error_set(err, ERR_INVALID,
                                          "%zu fields, divided by colons, are expected, and there "
                                          "are %zu",
                                          expected, count);
}

static bool refuse(const char *what, const char *text, const char *expected, struct error *err)
{
    char *quoted = column_quote(text);
    error_set(err, ERR_INVALID, "%s: '%s' is not %s", what, quoted, expected);
    free(quoted);
    return false;
}

static bool has_room(size_t count, struct error *err)
{
    return count < LINUX_ROWS_MAX ||
           error_set(err, ERR_INVALID, "a host with more than %d rows is not expected",
                     LINUX_ROWS_MAX);
}

/* --- shadow ---------------------------------------------------------------------------------- */

/* crypt(5): "$id$…", "_…" of BSDi, or the thirteen characters of DES. */
static bool is_hash(const char *text)
{
    return *text == '$' || *text == '_' || strlen(text) == 13;
}

enum linux_password linux_password(const char *field)
{
    const char *behind = field + strspn(field, "!");
    if (!*field)
        return LINUX_PASSWORD_EMPTY;
    if (!is_hash(behind))
        return LINUX_PASSWORD_NONE;
    return behind == field ? LINUX_PASSWORD_SET : LINUX_PASSWORD_LOCKED;
}

bool linux_password_endless(const struct linux_aging *a)
{
    return a->max < 0 || a->max >= endless_days;
}

bool linux_password_expired(const struct linux_aging *a, int64_t today)
{
    return a->changed > 0 && !linux_password_endless(a) && today > a->changed + a->max;
}

bool linux_password_dead(const struct linux_aging *a, int64_t today)
{
    return linux_password_expired(a, today) && a->inactive >= 0 &&
           today > a->changed + a->max + a->inactive;
}

static bool read_days(const char *what, const char *text, int64_t *out, struct error *err)
{
    *out = -1;
    return !*text || text_to_int(text, -1, days_max, out) ||
           refuse(what, text, "a number of days", err);
}

bool linux_tables_add_shadow(struct linux_tables *t, char *line, struct error *err)
{
    char *fields[LINUX_FIELDS_MAX];
    struct linux_shadow row;
    if (!linux_expect_fields(linux_split(line, fields), 9, err) ||
        !has_room(t->shadow_count, err) ||
        !read_days("last change", fields[2], &row.aging.changed, err) ||
        !read_days("maximum age", fields[4], &row.aging.max, err) ||
        !read_days("inactive days", fields[6], &row.aging.inactive, err) ||
        !read_days("expiry day", fields[7], &row.aging.expires, err))
        return false;
    row.login = mem_strdup(fields[0]);
    row.password = linux_password(fields[1]);
    struct linux_shadow *added = list_add(&t->shadow, &t->shadow_count, sizeof *added);
    *added = row;
    return true;
}

/* --- group ----------------------------------------------------------------------------------- */

static const struct linux_role *find_role(const char *group)
{
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (strcmp(roles[i].group, group) == 0)
            return &roles[i];
    return NULL;
}

static bool add_member(struct linux_tables *t, const char *login, int64_t gid,
                       const struct linux_role *role, struct error *err)
{
    if (!has_room(t->member_count, err))
        return false;
    struct linux_member *added = list_add(&t->members, &t->member_count, sizeof *added);
    *added = (struct linux_member){.login = mem_strdup(login), .gid = gid, .role = role};
    return true;
}

bool linux_tables_add_group(struct linux_tables *t, char *line, struct error *err)
{
    char *fields[LINUX_FIELDS_MAX];
    int64_t gid;
    if (!linux_expect_fields(linux_split(line, fields), 4, err))
        return false;
    if (!text_to_int(fields[2], 0, id_max, &gid))
        return refuse("group number", fields[2], "a number", err);
    const struct linux_role *role = find_role(fields[0]);
    bool ok = !role || add_member(t, NULL, gid, role, err);
    char *members = fields[3];
    for (char *login; ok && role && (login = strsep(&members, ","));)
        if (*login)
            ok = add_member(t, login, -1, role, err);
    return ok;
}

/* --- lastlog --------------------------------------------------------------------------------- */

static bool add_sign_in(struct linux_tables *t, const char *login, int64_t uid, int64_t at,
                        struct error *err)
{
    if (!has_room(t->sign_in_count, err))
        return false;
    struct linux_sign_in *added = list_add(&t->sign_ins, &t->sign_in_count, sizeof *added);
    *added = (struct linux_sign_in){.login = mem_strdup(login), .uid = uid, .at = at};
    return true;
}

bool linux_tables_add_record(struct linux_tables *t, int64_t uid, int64_t at, struct error *err)
{
    return at == 0 || add_sign_in(t, NULL, uid, at, err);
}

static int month_of(const char *word)
{
    static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const char *at = strlen(word) == 3 ? strstr(names, word) : NULL;
    return at && (at - names) % 3 == 0 ? (int)(at - names) / 3 + 1 : 0;
}

/* "Nov", "24", "10:01:02", "+0100", "2026" */
static bool read_date(char *const words[5], int64_t *at)
{
    char rfc[TIME_TEXT_MAX];
    int month = month_of(words[0]);
    int64_t day;
    if (month == 0 || !text_to_int(words[1], 1, 31, &day) || strlen(words[3]) != 5)
        return false;
    snprintf(rfc, sizeof rfc, "%.4s-%02d-%02dT%.8s%.3s:%.2s", words[4], month, (int)day, words[2],
             words[3], words[3] + 3);
    return time_parse(rfc, at) && *at > 0;
}

/* The date is looked for, since the columns before it may be empty and others may follow. */
static bool find_date(char *text, int64_t *at)
{
    enum { WORDS_MAX = 16 };
    char *words[WORDS_MAX];
    size_t count = 0;
    for (char *word; count < WORDS_MAX && (word = strsep(&text, " \t"));)
        if (*word)
            words[count++] = word;
    for (size_t i = 0; i + 5 <= count; i++)
        if (read_date(words + i, at))
            return true;
    return false;
}

bool linux_tables_add_printed(struct linux_tables *t, char *line, struct error *err)
{
    int64_t at = 0;
    char *rest = line;
    const char *login = strsep(&rest, " \t");
    if (strcmp(login, "Username") == 0)
        return true;
    if (rest && !strstr(rest, "**Never logged in**") && !find_date(rest, &at))
        rest = NULL;
    return rest ? add_sign_in(t, login, -1, at, err)
                : error_set(err, ERR_INVALID,
                            "there is no time as the command lastlog prints it; have it print "
                            "in English: LC_ALL=C lastlog");
}

/* --- all together ---------------------------------------------------------------------------- */

/* All rows begin with their login. */
static int compare(const void *a, const void *b)
{
    const char *one = *(char *const *)a, *other = *(char *const *)b;
    if (!one || !other)
        return (one != NULL) - (other != NULL);
    return strcmp(one, other);
}

static int compare_sign_ins(const void *a, const void *b)
{
    const struct linux_sign_in *one = a, *other = b;
    const int by_login = compare(a, b);
    return by_login ? by_login : (one->uid > other->uid) - (one->uid < other->uid);
}

static int compare_members(const void *a, const void *b)
{
    const struct linux_member *one = a, *other = b;
    const int by_login = compare(a, b);
    return by_login ? by_login : (one->gid > other->gid) - (one->gid < other->gid);
}

void linux_tables_sort(struct linux_tables *t)
{
    if (t->shadow_count)
        qsort(t->shadow, t->shadow_count, sizeof *t->shadow, compare);
    if (t->member_count)
        qsort(t->members, t->member_count, sizeof *t->members, compare_members);
    if (t->sign_in_count)
        qsort(t->sign_ins, t->sign_in_count, sizeof *t->sign_ins, compare_sign_ins);
}

const struct linux_shadow *linux_tables_shadow(const struct linux_tables *t, const char *login)
{
    return t->shadow_count ? bsearch(&login, t->shadow, t->shadow_count, sizeof *t->shadow, compare)
                           : NULL;
}

static const struct linux_sign_in *find_sign_in(const struct linux_tables *t,
                                                const struct linux_sign_in *key)
{
    return t->sign_in_count
               ? bsearch(key, t->sign_ins, t->sign_in_count, sizeof *t->sign_ins, compare_sign_ins)
               : NULL;
}

bool linux_tables_sign_in(const struct linux_tables *t, const char *login, int64_t uid, int64_t *at)
{
    const struct linux_sign_in by_login = {.login = mem_strdup(login), .uid = -1};
    const struct linux_sign_in by_uid = {.uid = uid};
    const struct linux_sign_in *found = find_sign_in(t, &by_login);
    free(by_login.login);
    if (!found)
        found = find_sign_in(t, &by_uid);
    *at = found ? found->at : 0;
    return found || t->has_all_sign_ins;
}

/* The first that is not before the key. */
static size_t first_member(const struct linux_tables *t, const struct linux_member *key)
{
    size_t from = 0, to = t->member_count;
    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        if (compare_members(&t->members[middle], key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static size_t add_roles(const struct linux_tables *t, const struct linux_member *key,
                        const struct linux_role **out, size_t count)
{
    for (size_t i = first_member(t, key);
         i < t->member_count && compare_members(&t->members[i], key) == 0; i++) {
        size_t seen = 0;
        while (seen < count && out[seen] != t->members[i].role)
            seen++;
        if (seen == count)
            out[count++] = t->members[i].role;
    }
    return count;
}

size_t linux_tables_roles(const struct linux_tables *t, const char *login, int64_t gid,
                          const struct linux_role *out[LINUX_ROLES_MAX])
{
    char *copy = mem_strdup(login);
    const struct linux_member by_login = {.login = copy, .gid = -1}, by_group = {.gid = gid};
    size_t count = add_roles(t, &by_group, out, add_roles(t, &by_login, out, 0));
    free(copy);
    return count;
}

void linux_tables_release(struct linux_tables *t)
{
    for (size_t i = 0; i < t->shadow_count; i++)
        free(t->shadow[i].login);
    for (size_t i = 0; i < t->member_count; i++)
        free(t->members[i].login);
    for (size_t i = 0; i < t->sign_in_count; i++)
        free(t->sign_ins[i].login);
    free(t->shadow);
    free(t->members);
    free(t->sign_ins);
    *t = (struct linux_tables){0};
}
