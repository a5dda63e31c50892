/*
 * SCIM 2.0: the users of an identity provider as its ListResponse pages (RFC 7643, RFC 7644).
 * Decisions:
 *
 * - The standard has no MFA, no sign-ins and no date of the password: those stay unknown. `active`
 *   tells status and enabled.
 * - roles are free text and often an empty list that nobody keeps: an empty one is unknown, one
 *   with entries is all that the user has. A few names say that the user is an administrator; no
 *   name says that somebody is none.
 * - Pages overlap and come again (a server may answer a page past the end with the first one): the
 *   later row of an id counts. itemsPerPage is what was asked for and is not read. What is there is
 *   judged by startIndex, the users of the page, and totalResults.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/json_source.h"
#include "core/dataset/json_words.h"
#include "core/dataset/spans.h"

#define ENTERPRISE "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/"

struct scim {
    struct spans there; /* places of users that pages gave, from 1 */
    int64_t page_start; /* items of the file before the page at hand */
    int64_t total;      /* users that there are, by the page furthest in */
    int64_t total_from; /* where that page starts */
};

static const struct json_word status_words[] = {{"true", "active"}, {"false", "disabled"}, {0}};

static const struct json_field user_fields[] = {
    {"id", "id", json_as_text, NULL},
    {"meta.created", "created_at", NULL, NULL},
    {"userName", "login", NULL, NULL},
    {"displayName", "display_name", NULL, NULL},
    {"userType", "user_type", json_as_word, user_type_words},
    {"active", "status", json_as_word, status_words},
    {"active", "enabled", NULL, NULL},
    {ENTERPRISE "department", "department", NULL, NULL},
    {0},
};

static const char *name_of(struct json_reader *r, const cJSON *item)
{
    const char *formatted = json_text_at(item, "name.formatted");
    const char *given = json_text_at(item, "name.givenName");
    const char *family = json_text_at(item, "name.familyName");
    if (formatted || !(given || family))
        return formatted;
    return json_reader_keep(r, mem_printf("%s%s%s", given ? given : "", given && family ? " " : "",
                                          family ? family : ""));
}

/* The primary address, else one of work, else the first. */
static const char *email_of(const cJSON *item)
{
    const cJSON *emails = json_at(item, "emails"), *best = NULL;
    int best_rank = -1;
    for (const cJSON *email = cJSON_IsArray(emails) ? emails->child : NULL; email;
         email = email->next) {
        const char *type = json_text_at(email, "type");
        const int rank = cJSON_IsTrue(json_member(email, "primary")) ? 2
                         : type && strcasecmp(type, "work") == 0     ? 1
                                                                     : 0;
        if (rank > best_rank && json_text_at(email, "value")) {
            best = email;
            best_rank = rank;
        }
    }
    return best ? json_text_at(best, "value") : NULL;
}

/* A name, an id, or with an older server the text itself. */
static const char *manager_of(const cJSON *item)
{
    const char *name = json_text_at(item, ENTERPRISE "manager/displayName");
    const char *id = json_text_at(item, ENTERPRISE "manager/value");
    return name ? name : id ? id : json_text_at(item, ENTERPRISE "manager");
}

/* Roles that mean the same to everybody; others are ordinary. */
static const struct {
    const char *role;
    int64_t tier;
} tiers[] = {
    {"super admin", 3},          {"super administrator", 3},
    {"superadmin", 3},           {"global admin", 3},
    {"global administrator", 3}, {"admin", 2},
    {"administrator", 2},        {"org admin", 2},
    {"read-only admin", 1},      {"read only admin", 1},
    {"help desk admin", 1},
};

static int64_t tier_of(const char *role)
{
    for (size_t i = 0; i < ARRAY_LEN(tiers); i++)
        if (strcasecmp(role, tiers[i].role) == 0)
            return tiers[i].tier;
    return 0;
}

/* An entry is an object, or with some servers its value alone. */
static const char *role_name(const cJSON *entry)
{
    const char *display = json_text_at(entry, "display");
    const char *value = json_text_at(entry, "value");
    const char *text = json_text_at(entry, "");
    return display ? display : value ? value : text;
}

static void put_roles(const cJSON *item, struct record *record)
{
    const cJSON *roles = json_at(item, "roles");
    for (const cJSON *entry = cJSON_IsArray(roles) ? roles->child : NULL; entry;
         entry = entry->next) {
        const char *name = role_name(entry);
        if (!name)
            continue;
        struct value *row = record_add(record, RECORD_ROLES);
        json_put_text(row, RECORD_ROLES, "role", name);
        json_put_text(row, RECORD_ROLES, "assignment", "active");
        json_put_number(row, RECORD_ROLES, "tier", tier_of(name));
        if (tier_of(name) > 0)
            json_put_number(record_user(record), RECORD_USER, "is_admin", 1);
    }
}

static bool finish_user(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    struct value *user = record_user(record);
    (void)err;
    if (json_slot(user, RECORD_USER, "display_name")->kind == VALUE_NULL)
        json_put_text(user, RECORD_USER, "display_name", name_of(r, item));
    json_put_text(user, RECORD_USER, "email", email_of(item));
    json_put_text(user, RECORD_USER, "manager", manager_of(item));
    put_roles(item, record);
    return true;
}

static bool has_schema(const cJSON *item, const char *end)
{
    const cJSON *schemas = json_at(item, "schemas");
    for (const cJSON *schema = cJSON_IsArray(schemas) ? schemas->child : NULL; schema;
         schema = schema->next) {
        const char *text = cJSON_GetStringValue(schema);
        const size_t len = text ? strlen(text) : 0, end_len = strlen(end);
        if (len >= end_len && strcasecmp(text + len - end_len, end) == 0)
            return true;
    }
    return false;
}

static bool is_error(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return has_schema(item, ":2.0:Error");
}

static bool take_error(struct json_reader *r, const cJSON *item, struct error *err)
{
    const char *detail = json_text_at(item, "detail");
    (void)r;
    char *safe = text_safe(detail ? detail : "it does not say why");
    error_set(err, ERR_INVALID, "the server answered with an error instead of users: %s", safe);
    free(safe);
    return false;
}

static const char *const user_members[] = {"id", "userName", NULL};
static const char *const schema_members[] = {"schemas", NULL};
static const char *const other_members[] = {"schemas", "id", NULL};

static const struct json_kind kinds[] = {
    {.name = "user", .members = user_members, .fields = user_fields, .finish = finish_user},
    {.name = "error", .members = schema_members, .fits = is_error, .take = take_error},
    {.name = "other resource", .members = other_members, .ignored = true},
    {0},
};

static bool recognise_page(const cJSON *page)
{
    return has_schema(page, ":ListResponse") ||
           (json_at(page, "totalResults") && json_at(page, "Resources"));
}

static bool begin(struct json_reader *r, const struct format_file *file, struct error *err)
{
    (void)file;
    (void)err;
    ((struct scim *)json_reader_own(r))->page_start = 0;
    return true;
}

static bool end_page(struct json_reader *r, const cJSON *page, struct error *err)
{
    struct scim *scim = json_reader_own(r);
    const int64_t count = json_reader_items(r) - scim->page_start;
    int64_t total, start;
    (void)err;
    scim->page_start = json_reader_items(r);
    if (!json_int(page, "startIndex", &start) || start < 1)
        start = spans_end(&scim->there) + 1; /* follows what was there, as a cursor's pages do */
    spans_add(&scim->there, start, count);
    if (json_int(page, "totalResults", &total) && start >= scim->total_from) {
        scim->total = total;
        scim->total_from = start;
    }
    return true;
}

static bool complete(struct json_reader *r, struct error *err)
{
    const struct scim *scim = json_reader_own(r);
    const int64_t missing = spans_hole(&scim->there);
    if (missing > scim->total || json_reader_output(r)->merge)
        return true;
    return error_set(err, ERR_INVALID,
                     "the pages do not have user %" PRId64 " of %" PRId64
                     "; save all pages (startIndex=%" PRId64
                     ") into one folder, or add what is here with --merge",
                     missing, scim->total, missing);
}

static void release(void *own)
{
    spans_release(&((struct scim *)own)->there);
}

static const char *const arrays[] = {"Resources", NULL};
static const char *const next[] = {"nextCursor", NULL}; /* RFC 9865 */

static const struct json_source source = {
    .arrays = arrays,
    .next = next,
    .kinds = kinds,
    .own_size = sizeof(struct scim),
    .recognise_page = recognise_page,
    .begin = begin,
    .page = end_page,
    .complete = complete,
    .release = release,
};

JSON_FORMAT(scim, source, .repeats = true);
