/*
 * Google Workspace: pages of users.list of the Admin SDK Directory API.
 *
 * Decisions where the documentation leaves one:
 *
 * - enabled needs both `suspended` and `archived`; a true one is enough to be disabled.
 * - lastLoginTime 1970-01-01 is never.
 * - The list tells who is a super administrator and who is a delegated one, and not which roles the
 *   latter has: a role "Delegated Admin" of tier 1 stands for them. So the roles count as complete
 *   where both flags are there, for what checks ask of them.
 * - A security key and a text message look alike (isEnrolledIn2Sv): factors stay unknown, and so
 *   does the date of the password.
 * - department is that of the primary organisation, else the path of the organisational unit
 *   without the slash that all begin with, so that it is called as other sources call it; who
 * stands in the topmost one has none.
 */
#include <stdlib.h>
#include <string.h>

#include "core/dataset/columns.h"
#include "core/dataset/json_source.h"

static const char *const never[] = {"1970-01-01T00:00:00Z", NULL};

static const struct json_field user_fields[] = {
    {"id", "id", NULL, NULL},
    {"primaryEmail", "login", NULL, NULL},
    {"primaryEmail", "email", NULL, NULL},
    {"name.fullName", "display_name", NULL, NULL},
    {NULL, "user_type", json_always, "member"},
    {"creationTime", "created_at", json_as_time_or_never, never},
    {"lastLoginTime", "last_login_at", json_as_time_or_never, never},
    {"changePasswordAtNextLogin", "password_must_change", NULL, NULL},
    {"isEnrolledIn2Sv", "mfa_enrolled", NULL, NULL},
    {"isEnforcedIn2Sv", "mfa_enforced", NULL, NULL},
    {0},
};

static const cJSON *find_primary(const cJSON *list)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, list)
    {
        if (cJSON_IsTrue(json_at(entry, "primary")))
            return entry;
    }
    return NULL;
}

static void put_department(const cJSON *item, struct value *user)
{
    const cJSON *list = json_at(item, "organizations");
    const cJSON *organisation = find_primary(list);
    const char *unit = json_text_at(item, "orgUnitPath");
    if (unit && strcmp(unit, "/") != 0)
        json_put_text(user, RECORD_USER, "department", unit[0] == '/' ? unit + 1 : unit);
    if (!organisation && cJSON_IsArray(list))
        organisation = list->child;
    if (organisation)
        json_put_text(user, RECORD_USER, "department", json_text_at(organisation, "department"));
}

/* The address book may name one; that it does not is no proof that there is none. */
static void put_manager(const cJSON *item, struct value *user)
{
    const cJSON *relation;
    cJSON_ArrayForEach(relation, json_at(item, "relations"))
    {
        const char *type = json_text_at(relation, "type");
        if (type && strcmp(type, "manager") == 0)
            json_put_text(user, RECORD_USER, "manager", json_text_at(relation, "value"));
    }
}

static void put_state(const cJSON *item, struct value *user)
{
    const cJSON *suspended = json_at(item, "suspended"), *archived = json_at(item, "archived");
    if (json_text_at(item, "deletionTime"))
        json_put_text(user, RECORD_USER, "status", "deleted");
    else if (cJSON_IsTrue(suspended))
        json_put_text(user, RECORD_USER, "status", "suspended");
    else if (cJSON_IsTrue(archived))
        json_put_text(user, RECORD_USER, "status", "disabled");
    else if (cJSON_IsFalse(suspended) && cJSON_IsFalse(archived))
        json_put_text(user, RECORD_USER, "status", "active");
}

static void add_role(struct record *record, const char *name, int64_t tier)
{
    struct value *row = record_add(record, RECORD_ROLES);
    json_put_text(row, RECORD_ROLES, "role", name);
    json_put_number(row, RECORD_ROLES, "tier", tier);
    json_put_text(row, RECORD_ROLES, "assignment", "active");
}

static void put_roles(const cJSON *item, struct record *record)
{
    const cJSON *super = json_at(item, "isAdmin"), *delegated = json_at(item, "isDelegatedAdmin");
    const bool whole = cJSON_IsBool(super) && cJSON_IsBool(delegated);
    const bool admin = cJSON_IsTrue(super) || cJSON_IsTrue(delegated);
    if (cJSON_IsTrue(super))
        add_role(record, "Super Admin", 3);
    if (cJSON_IsTrue(delegated))
        add_role(record, "Delegated Admin", 1);
    struct value *user = record_user(record);
    json_put_number(user, RECORD_USER, "roles_known", whole);
    if (whole || admin)
        json_put_number(user, RECORD_USER, "is_admin", admin);
}

static bool finish_user(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    (void)r, (void)err;
    struct value *user = record_user(record);
    put_department(item, user);
    put_manager(item, user);
    put_state(item, user);
    put_roles(item, record);
    return true;
}

static bool is_refusal(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return cJSON_IsNumber(json_at(item, "error.code"));
}

static bool take_refusal(struct json_reader *r, const cJSON *item, struct error *err)
{
    (void)r;
    const char *message = json_text_at(item, "error.message");
    char *quoted = column_quote(message ? message : "it does not say why");
    error_set(err, ERR_INVALID, "this is no page but a refusal of Google: %s", quoted);
    free(quoted);
    return false;
}

static const char *const user_members[] = {"primaryEmail", NULL};
static const char *const refusal_members[] = {"error.code", NULL};

static const struct json_kind kinds[] = {
    {.name = "refusal",
     .members = refusal_members,
     .fits = is_refusal,
     .ignored = true,
     .take = take_refusal},
    {.name = "user", .members = user_members, .fields = user_fields, .finish = finish_user},
    {0},
};

/* A page without users has no `users`. */
static bool recognise_page(const cJSON *page)
{
    const char *kind = json_text_at(page, "kind");
    return kind && strcmp(kind, "admin#directory#users") == 0;
}

static const char *const arrays[] = {"users", NULL};
static const char *const next[] = {"nextPageToken", NULL};

static const struct json_source source = {
    .arrays = arrays, .next = next, .kinds = kinds, .recognise_page = recognise_page};

JSON_FORMAT(google, source, .repeats = true);
