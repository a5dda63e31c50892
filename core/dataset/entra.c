/*
 * Microsoft Entra ID: pages of Graph (v1.0 or beta) as saved from its API.
 *
 * The kinds are told apart by their members: users, userRegistrationDetails, role definitions, role
 * assignments with and without their schedule, eligible ones, sign-ins, risky users. Decisions:
 *
 * - roleAssignmentScheduleInstances lists all that roleAssignments lists, and when it ends: where
 *   both are read, the second is left out, so that nobody holds a role twice or for ever.
 * - The lists of assignments cover everybody when each principal is named with its type
 *   ($expand=principal) and none is a group, whose members they do not name.
 * - A sign-in log is a window of time: its pages, up to the last, tell of everybody who is imported
 *   with them. Added later it tells of those whom it names, since others may be in another one.
 * - What a service principal holds or does is left out: the data set has no place for it.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/entra_private.h"

static const char context_path[] = "/@odata.context";
static const char principal_type[] = "/principal/@odata.type";

const char *entra_context(const struct json_reader *r)
{
    const cJSON *page = json_reader_page(r);
    const char *context = page ? json_text_at(page, context_path) : NULL;
    return context ? context : "";
}

static bool is_error(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return cJSON_IsString(json_at(item, "error.code"));
}

/* Graph refuses the whole request where the tenant lacks the licence for a part of it. */
static bool take_error(struct json_reader *r, const cJSON *item, struct error *err)
{
    (void)r;
    static const char no_licence[] = "Authentication_RequestFromNonPremiumTenantOrB2CTenant";
    const char *code = json_at(item, "error.code")->valuestring;
    const char *message = json_text_at(item, "error.message");
    if (strcmp(code, no_licence) == 0)
        return error_set(err, ERR_INVALID,
                         "Graph refused the request, since the tenant has no premium licence; ask "
                         "again without signInActivity, and the last sign-in stays unknown");
    char *quoted = column_quote(message && *message ? message : code);
    error_set(err, ERR_INVALID, "this is no page but a refusal of Graph: %s", quoted);
    free(quoted);
    return false;
}

/* What ConvertTo-Json makes of an object of PowerShell has capitals. */
static bool take_powershell(struct json_reader *r, const cJSON *item, struct error *err)
{
    (void)r, (void)item;
    return error_set(err, ERR_INVALID,
                     "this was written by ConvertTo-Json of PowerShell, which renames members; "
                     "save what Graph answers, with Invoke-MgGraphRequest -OutputType Json");
}

static bool is_definition(const struct json_reader *r, const cJSON *item)
{
    return json_at(item, "isBuiltIn") || json_at(item, "rolePermissions") ||
           strstr(entra_context(r), "roleDefinitions");
}

static bool take_definition(struct json_reader *r, const cJSON *item, struct error *err)
{
    (void)err;
    struct entra *e = json_reader_own(r);
    const char *id = json_text_at(item, "id"), *name = json_text_at(item, "displayName");
    if (id && name)
        entra_roles_add(&e->roles, id, name, cJSON_IsTrue(json_at(item, "isPrivileged")));
    return true;
}

/* An assignment in force or to come, and not the request for one. */
static bool is_assignment(const cJSON *item)
{
    return !json_at(item, "action") && !json_at(item, "scheduleInfo");
}

static bool is_eligible(const struct json_reader *r, const cJSON *item)
{
    return is_assignment(item) &&
           (json_at(item, "roleEligibilityScheduleId") ||
            (json_at(item, "memberType") && !json_at(item, "assignmentType")) ||
            strstr(entra_context(r), "roleEligibilityScheduleInstances"));
}

static bool is_scheduled(const struct json_reader *r, const cJSON *item)
{
    return is_assignment(item) && (json_at(item, "assignmentType") ||
                                   strstr(entra_context(r), "roleAssignmentScheduleInstances"));
}

static bool is_plain(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return is_assignment(item);
}

static bool is_listed_already(const struct json_reader *r, const cJSON *item)
{
    const struct entra *e = json_reader_own(r);
    return e->schedules && is_plain(r, item);
}

static bool is_machine(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return !json_text_at(item, "userId") && !json_text_at(item, "userPrincipalName");
}

/* Not a risk detection or an entry of a risk's history, which are about a user too. */
static bool is_risk(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return !json_at(item, "userId");
}

static bool is_deleted_risk(const struct json_reader *r, const cJSON *item)
{
    return is_risk(r, item) && cJSON_IsTrue(json_at(item, "isDeleted"));
}

/* A page of users, and not of what one of them has ("#users('ID')/authentication"). */
static bool is_of_users(const struct json_reader *r, const cJSON *item)
{
    static const char users[] = "$metadata#users";
    const char *type = json_text_at(item, "/@odata.type");
    const char *at = strstr(entra_context(r), users);
    return (at && strncmp(at + sizeof users - 1, "('", 2) != 0) ||
           (type && strcasecmp(type, "#microsoft.graph.user") == 0);
}

/* Others name a user too: entries of a risk's history, risk detections. */
static bool is_user(const struct json_reader *r, const cJSON *item)
{
    return !json_at(item, "userId") && !json_at(item, "userDisplayName") &&
           (json_at(item, "userPrincipalName") || (json_at(item, "id") && is_of_users(r, item)));
}

/* Whether a user may hold it, as far as the assignment tells; others are counted. */
static bool is_of_user(struct entra *e, const cJSON *item)
{
    const char *type = json_text_at(item, principal_type);
    if (!type)
        e->bare++;
    else if (strcasecmp(type, "#microsoft.graph.group") == 0)
        e->to_groups++;
    return !type || strcasecmp(type, "#microsoft.graph.user") == 0;
}

static bool finish_role(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    struct entra *e = json_reader_own(r);
    struct value *row = record->rows[RECORD_ROLES].values;
    const char *id = json_text_at(item, "roleDefinitionId");
    if (!id)
        return error_set(err, ERR_INVALID, "roleDefinitionId: a text is required");
    const char *name = json_text_at(item, "roleDefinition.displayName");
    const char *scope = json_text_at(item, "directoryScopeId");
    if (name)
        entra_roles_add(&e->roles, id, name,
                        cJSON_IsTrue(json_at(item, "roleDefinition.isPrivileged")));
    const struct entra_role role = entra_roles_find(&e->roles, id);
    json_put_text(row, RECORD_ROLES, "role", role.name);
    json_put_number(row, RECORD_ROLES, "tier", role.tier);
    json_put_text(row, RECORD_ROLES, "scope", scope ? scope : json_text_at(item, "appScopeId"));
    if (role.tier > 0)
        json_put_number(record_user(record), RECORD_USER, "is_admin", 1);
    /* Only together they are all of them (complete). */
    json_put_number(record_user(record), RECORD_USER, "roles_known", 0);
    if (!is_of_user(e, item))
        json_reader_drop(r);
    return true;
}

static bool finish_assignment(struct json_reader *r, const cJSON *item, struct record *record,
                              struct error *err)
{
    ((struct entra *)json_reader_own(r))->assignments = true;
    return finish_role(r, item, record, err);
}

static bool finish_scheduled(struct json_reader *r, const cJSON *item, struct record *record,
                             struct error *err)
{
    ((struct entra *)json_reader_own(r))->schedules = true;
    return finish_assignment(r, item, record, err);
}

static const struct json_field eligible_fields[] = {
    {NULL, "assignment", json_always, "eligible"},
    {"startDateTime", "assigned_at", json_as_time_or_never, entra_no_date},
    {"endDateTime", "expires_at", json_as_time_or_never, entra_no_date},
    {0},
};
static const struct json_field assigned_fields[] = {
    {NULL, "assignment", json_always, "active"},
    {"startDateTime", "assigned_at", json_as_time_or_never, entra_no_date},
    {"endDateTime", "expires_at", json_as_time_or_never, entra_no_date},
    {0},
};

#define MEMBERS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* An item is of the first kind that it fits. */
static const struct json_kind kinds[] = {
    {.name = "refusal",
     .members = MEMBERS("error"),
     .fits = is_error,
     .ignored = true,
     .take = take_error},
    {.name = "user of PowerShell",
     .members = MEMBERS("Id", "UserPrincipalName"),
     .ignored = true,
     .take = take_powershell},
    {.name = "eligible role",
     .members = MEMBERS("principalId", "roleDefinitionId"),
     .fits = is_eligible,
     .part = RECORD_ADDS,
     .user_id = "principalId",
     .table = RECORD_ROLES,
     .fields = eligible_fields,
     .finish = finish_role},
    {.name = "role assignment with its schedule",
     .members = MEMBERS("principalId", "roleDefinitionId"),
     .fits = is_scheduled,
     .part = RECORD_ADDS,
     .user_id = "principalId",
     .table = RECORD_ROLES,
     .fields = assigned_fields,
     .finish = finish_scheduled},
    {.name = "role assignment",
     .members = MEMBERS("principalId", "roleDefinitionId"),
     .fits = is_listed_already,
     .ignored = true},
    {.name = "role assignment",
     .members = MEMBERS("principalId", "roleDefinitionId"),
     .fits = is_plain,
     .part = RECORD_ADDS,
     .user_id = "principalId",
     .table = RECORD_ROLES,
     .fields = assigned_fields,
     .finish = finish_assignment},
    {.name = "role definition",
     .members = MEMBERS("id", "displayName"),
     .fits = is_definition,
     .take = take_definition},
    {.name = "registration details",
     .members = MEMBERS("isMfaCapable"),
     .part = RECORD_ADDS,
     .user_id = "id",
     .user_login = "userPrincipalName",
     .fields = entra_registration_fields,
     .lists = entra_registration_lists},
    {.name = "sign-in",
     .members = MEMBERS("createdDateTime", "status.errorCode"),
     .fits = is_machine,
     .ignored = true},
    {.name = "sign-in",
     .members = MEMBERS("createdDateTime", "status.errorCode"),
     .part = RECORD_ADDS,
     .user_id = "userId",
     .user_login = "userPrincipalName",
     .table = RECORD_SIGN_INS,
     .fields = entra_sign_in_fields,
     .finish = entra_sign_in_finish},
    {.name = "risky user",
     .members = MEMBERS("riskLevel", "riskState"),
     .fits = is_deleted_risk,
     .ignored = true},
    {.name = "risky user",
     .members = MEMBERS("riskLevel", "riskState"),
     .fits = is_risk,
     .part = RECORD_ADDS,
     .user_id = "id",
     .user_login = "userPrincipalName",
     .finish = entra_risk_finish},
    {.name = "user", .members = MEMBERS("id", "@removed"), .ignored = true},
    {.name = "user", .fits = is_user, .fields = entra_user_fields, .finish = entra_user_finish},
    {0},
};

/* A page that says of which list it is: it may be empty, or begin with a large item. */
static bool recognise_page(const cJSON *page)
{
    static const char *const lists[] = {"$metadata#users", "#roleManagement/directory/role",
                                        "userRegistrationDetails", "#auditLogs/signIns",
                                        "riskyUsers"};
    const char *context = json_text_at(page, context_path);
    for (size_t i = 0; context && i < ARRAY_LEN(lists); i++)
        if (strstr(context, lists[i]))
            return true;
    return false;
}

/* A page may be empty and say all the same that the list was asked for. */
static bool end_of_page(struct json_reader *r, const cJSON *page, struct error *err)
{
    (void)err;
    struct entra *e = json_reader_own(r);
    const char *context = json_text_at(page, context_path);
    if (context && (strstr(context, "#roleManagement/directory/roleAssignments") ||
                    strstr(context, "#roleManagement/directory/roleAssignmentScheduleInstances")))
        e->assignments = true;
    if (context && strstr(context, "#auditLogs/signIns"))
        e->sign_ins = true;
    if (context &&
        (strstr(context, "#riskyUsers") || strstr(context, "#identityProtection/riskyUsers")))
        e->risks = true;
    return true;
}

static void note_unclear(const struct json_reader *r, const struct entra *e)
{
    const struct format_output *output = json_reader_output(r);
    if (e->bare > 0)
        format_note(output,
                    "the role assignments do not say who is a user and who is a group (ask with "
                    "$expand=principal); who has no role among them is not known to have none");
    else if (e->to_groups > 0)
        format_note(output,
                    "role assignments are to groups (%lld), whose members are not listed; who has "
                    "no role among them is not known to have none",
                    (long long)e->to_groups);
}

static bool complete(struct json_reader *r, struct error *err)
{
    (void)err;
    const struct entra *e = json_reader_own(r);
    note_unclear(r, e);
    if (!json_reader_whole(r))
        return true;
    if (e->assignments && e->bare == 0 && e->to_groups == 0)
        format_covers(json_reader_output(r), RECORD_ROLES);
    if (e->sign_ins && !json_reader_output(r)->merge)
        format_covers(json_reader_output(r), RECORD_SIGN_INS);
    if (e->risks && !e->risk_hidden)
        format_otherwise(json_reader_output(r), "risk_level",
                         (struct value){.kind = VALUE_TEXT, .text = "none"});
    return true;
}

/*
 * Names of roles before roles, users before what adds to them, the report before roles, since it
 * lags and they have the last word on who is an administrator, and assignments with their schedule
 * before those without.
 */
static const struct {
    const char *text; /* in the first bytes; the first that is there counts */
    int rank;
} ranks[] = {
    {"#roleManagement/directory/roleDefinitions", 0},
    {"#roleManagement/directory/roleAssignmentScheduleInstances", 3},
    {"#roleManagement/directory/role", 4},
    {"#auditLogs", 5},
    {"userRegistrationDetails", 2},
    {"#riskyUsers", 5},
    {"#identityProtection", 5},
    {"#users", 1},
    {"\"assignmentType\"", 3},
    {"\"principalId\"", 4},
    {"\"isBuiltIn\"", 0},
    {"\"isMfaCapable\"", 2},
    {"\"riskLevel", 5},
    {"\"userId\"", 5},
};

static int rank(const struct format_file *file)
{
    for (size_t i = 0; i < ARRAY_LEN(ranks); i++)
        if (memmem(file->head, file->head_len, ranks[i].text, strlen(ranks[i].text)))
            return ranks[i].rank;
    return 1;
}

static const char *const arrays[] = {"value", NULL};
static const char *const next[] = {"/@odata.nextLink", NULL};

static const struct json_source source = {
    .arrays = arrays,
    .next = next,
    .kinds = kinds,
    .own_size = sizeof(struct entra),
    .recognise_page = recognise_page,
    .rank = rank,
    .page = end_of_page,
    .complete = complete,
};

JSON_FORMAT(entra, source, .repeats = true, .derives = true);
