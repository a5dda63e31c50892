/* Reads, changes and asks the lists of users whom a check never reports. */
#include "core/config/ignore.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { LINE_MAX_BYTES = IGNORE_ENTRIES_MAX * (IGNORE_BYTES_MAX + 2) };

/* An entry that begins with the word is of the kind. */
static const struct kind_word {
    const char *prefix;
    enum ignore_kind kind;
} kind_words[] = {
    {"login:", IGNORE_LOGIN},
    {"department:", IGNORE_DEPARTMENT},
    {"type:", IGNORE_TYPE},
};

static const char *const kind_texts[] = {
    [IGNORE_LOGIN] = "login",
    [IGNORE_DOMAIN] = "domain",
    [IGNORE_DEPARTMENT] = "department",
    [IGNORE_TYPE] = "type",
};

/* As the importers know them (core/store/columns.c); a test compares. */
static const char *const types[] = {"member", "guest", "service", "root", "external"};

/* --- reading ------------------------------------------------------------------------------- */

enum ignore_kind ignore_read(const char *entry, const char **value)
{
    *value = entry;
    if (*entry == '@')
        return IGNORE_DOMAIN;
    for (size_t i = 0; i < ARRAY_LEN(kind_words); i++) {
        const size_t len = strlen(kind_words[i].prefix);
        if (strncasecmp(entry, kind_words[i].prefix, len) != 0)
            continue;
        *value = entry + len;
        *value += strspn(*value, " \t");
        return kind_words[i].kind;
    }
    return IGNORE_LOGIN;
}

const char *ignore_kind_text(enum ignore_kind kind)
{
    return kind_texts[kind];
}

static bool valid_domain(const char *value, struct error *err)
{
    return (value[1] && !strpbrk(value + 1, "@ \t:")) ||
           error_set(err, ERR_INVALID, "'%s': a domain is written @example.com", value);
}

static bool valid_type(const char *value, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (text_equal_nocase(types[i], value))
            return true;
    return error_set(err, ERR_INVALID,
                     "'type:%s': a user is of type member, guest, service, root or external",
                     value);
}

/* A slip in the word before the colon would ignore nobody, and nobody would notice. */
static bool valid_login(const char *entry, const char *value, struct error *err)
{
    return value != entry || !strchr(value, ':') ||
           error_set(err, ERR_INVALID,
                     "'%s': write a login, @DOMAIN, department:NAME or type:TYPE; a login that "
                     "holds a colon is written login:%s",
                     value, value);
}

bool ignore_valid(const char *entry, struct error *err)
{
    const char *value;
    const enum ignore_kind kind = ignore_read(entry, &value);

    if (text_has_control(entry) || !utf8_valid(entry, strlen(entry)))
        return error_set(err, ERR_INVALID, "an entry must be plain text");
    if (strlen(entry) > IGNORE_BYTES_MAX)
        return error_set(err, ERR_INVALID, "an entry has at most %d bytes", IGNORE_BYTES_MAX);
    if (!*value)
        return error_set(err, ERR_INVALID, "'%s': nothing follows the colon", entry);
    switch (kind) {
    case IGNORE_DOMAIN:
        return valid_domain(value, err);
    case IGNORE_TYPE:
        return valid_type(value, err);
    case IGNORE_LOGIN:
        return valid_login(entry, value, err);
    case IGNORE_DEPARTMENT:
        break;
    }
    return true;
}

/* --- changing ------------------------------------------------------------------------------ */

static bool same_entry(const char *a, const char *b)
{
    const char *left, *right;

    return ignore_read(a, &left) == ignore_read(b, &right) && text_equal_nocase(left, right);
}

/* Its place, or the count. */
static size_t place_of(const struct text_list *list, const char *entry)
{
    size_t i = 0;

    while (i < list->count && !same_entry(list->items[i], entry))
        i++;
    return i;
}

static bool add_trimmed(struct text_list *list, const char *entry, struct error *err)
{
    if (!*entry)
        return error_set(err, ERR_INVALID, "an entry is empty");
    if (!ignore_valid(entry, err))
        return false;
    if (place_of(list, entry) < list->count)
        return true;
    if (list->count == IGNORE_ENTRIES_MAX)
        return error_set(err, ERR_INVALID,
                         "at most %d entries; ignore a domain, department or type instead",
                         IGNORE_ENTRIES_MAX);
    text_list_add(list, entry);
    return true;
}

bool ignore_add(struct text_list *list, const char *entry, struct error *err)
{
    char *trimmed = text_trim(entry);
    const bool ok = add_trimmed(list, trimmed, err);

    free(trimmed);
    return ok;
}

bool ignore_remove(struct text_list *list, const char *entry, struct error *err)
{
    char *trimmed = text_trim(entry);
    const size_t place = place_of(list, trimmed);
    const bool found = place < list->count;

    if (found)
        text_list_remove(list, list->items[place]);
    else
        error_set(err, ERR_INVALID, "'%s' is not in the list", trimmed);
    free(trimmed);
    return found;
}

/* --- one line ------------------------------------------------------------------------------ */

void ignore_split(const char *line, struct text_list *out)
{
    struct strbuf entry;

    strbuf_init(&entry, LINE_MAX_BYTES);
    for (bool more = true; more; line++) {
        if (line[0] == '\\' && line[1] == ',') {
            strbuf_addc(&entry, *++line);
        } else if (*line && *line != ',') {
            strbuf_addc(&entry, *line);
        } else {
            char *trimmed = text_trim(entry.text);
            if (*trimmed)
                text_list_add(out, trimmed);
            free(trimmed);
            strbuf_clear(&entry);
            more = *line != '\0';
        }
    }
    strbuf_release(&entry);
}

char *ignore_join(const struct text_list *list)
{
    struct strbuf line;

    strbuf_init(&line, 2 * (size_t)LINE_MAX_BYTES);
    for (size_t i = 0; i < list->count; i++) {
        strbuf_adds(&line, i > 0 ? ", " : "");
        for (const char *c = list->items[i]; *c; c++) {
            strbuf_adds(&line, *c == ',' ? "\\" : "");
            strbuf_addc(&line, *c);
        }
    }
    return strbuf_detach(&line);
}

/* --- asking -------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void ignore_set_init(struct ignore_set *set, const struct text_list *list)
{
    *set = (struct ignore_set){0};
    for (size_t i = 0; i < list->count; i++) {
        const char *value;
        const enum ignore_kind kind = ignore_read(list->items[i], &value);
        char *lower = text_lower(value);
        text_list_add(&set->values[kind], lower);
        free(lower);
    }
    for (size_t i = 0; i < IGNORE_KINDS; i++)
        if (set->values[i].count > 0)
            qsort(set->values[i].items, set->values[i].count, sizeof *set->values[i].items,
                  by_text);
}

void ignore_set_release(struct ignore_set *set)
{
    for (size_t i = 0; i < IGNORE_KINDS; i++)
        text_list_release(&set->values[i]);
}

static bool has(const struct text_list *sorted, const char *text)
{
    if (!text || sorted->count == 0)
        return false;
    char *lower = text_lower(text);
    const bool found =
        bsearch(&lower, sorted->items, sorted->count, sizeof *sorted->items, by_text) != NULL;
    free(lower);
    return found;
}

/* From the last '@' on; NULL where there is none. */
static const char *domain_of(const char *address)
{
    return address ? strrchr(address, '@') : NULL;
}

bool ignore_set_has(const struct ignore_set *set, const struct ignore_user *user)
{
    return has(&set->values[IGNORE_LOGIN], user->login) ||
           has(&set->values[IGNORE_DOMAIN], domain_of(user->login)) ||
           has(&set->values[IGNORE_DOMAIN], domain_of(user->email)) ||
           has(&set->values[IGNORE_DEPARTMENT], user->department) ||
           has(&set->values[IGNORE_TYPE], user->type);
}
