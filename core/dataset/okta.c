/*
 * Okta: users, factors, roles and the system log as its API answers them (okta-sdk-python,
 * openapi/management.yaml 5.1.0). Decisions:
 *
 * - lastLogin null = never, also of a staged user: Okta keeps the time, and gives it or null.
 * - The password is on where Okta holds one or a directory checks it; off where another provider
 *   signs the user in.
 * - on_prem_synced only where a directory checks the password. That another provider does it says
 *   nothing about the profile: unknown.
 * - A manager of null is unknown, since that is also how an attribute looks that nobody fills.
 * - A factor counts as active only in status ACTIVE or ENROLLED; PENDING_ACTIVATION is pending.
 * - Whose the factors and roles of a file are: its name (factors/USERID.json, USERID/factors.json,
 *   likewise roles), since an empty list says nothing; else a member userId that somebody put
 *   there, or the links of each. Where such a file holds an error of Okta instead, or a row of it
 *   was left out, what it would tell stays unknown.
 * - Who is in the list of holders (iam/assignees/users) is an administrator. Where the roles of all
 *   holders are there too, everybody else is known to have none.
 * - Sign-ins: sessions that began, second factors, and apps opened in a session. Only the event of
 *   a second factor says that one was used; the event of the session leaves it open. A log is a
 *   bare array, which tells neither whether it has a next page nor whose events were asked for: it
 *   tells of those whom it names.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/json_source.h"
#include "core/dataset/json_words.h"
#include "core/dataset/okta_files.h"

struct okta {
    struct okta_files files;
    struct okta_file file; /* at hand */
    bool failed;           /* it holds an error in place of an answer */
};

static const struct json_word status_words[] = {
    {"ACTIVE", "active"},
    {"PASSWORD_EXPIRED", "password_expired"},
    {"RECOVERY", "password_expired"},
    {"LOCKED_OUT", "locked"},
    {"STAGED", "pending"},
    {"PROVISIONED", "pending"},
    {"SUSPENDED", "suspended"},
    {"DEPROVISIONED", "disabled"},
    {0},
};

static const char *const never_words[] = {"null", NULL};

static const struct json_field user_fields[] = {
    {"id", "id", NULL, NULL},
    {"status", "status", json_as_word, status_words},
    {"created", "created_at", NULL, NULL},
    {"lastLogin", "last_login_at", json_as_time_or_never, never_words},
    {"passwordChanged", "password_changed_at", NULL, NULL},
    {"profile.displayName", "display_name", NULL, NULL},
    {"profile.userType", "user_type", json_as_word, user_type_words},
    {"profile.department", "department", NULL, NULL},
    {"profile.manager", "manager", json_as_said, NULL},
    {"profile.login", "login", NULL, NULL},
    {"profile.email", "email", NULL, NULL},
    {0},
};

/* What the provider of the credentials tells. Of others nothing is known. */
static const struct {
    const char *type;
    bool has_password, no_password, synced;
} providers[] = {
    {"ACTIVE_DIRECTORY", true, false, true},
    {"LDAP", true, false, true},
    {"FEDERATION", false, true, false},
    {"SOCIAL", false, true, false},
};

static void put_provider(const cJSON *item, struct value *user)
{
    const char *type = json_text_at(item, "credentials.provider.type");
    if (cJSON_IsObject(json_at(item, "credentials.password")))
        json_put_number(user, RECORD_USER, "password_enabled", 1);
    for (size_t i = 0; type && i < ARRAY_LEN(providers); i++) {
        if (strcmp(type, providers[i].type) != 0)
            continue;
        if (providers[i].has_password || providers[i].no_password)
            json_put_number(user, RECORD_USER, "password_enabled", providers[i].has_password);
        if (providers[i].synced)
            json_put_number(user, RECORD_USER, "on_prem_synced", 1);
    }
}

static bool put_locked(const cJSON *item, struct value *user, struct error *err)
{
    const char *status = json_text_at(item, "status");
    const char *changed = json_text_at(item, "statusChanged");
    if (!status || strcmp(status, "LOCKED_OUT") != 0 || !changed)
        return true;
    return json_put_time(user, RECORD_USER, "locked_at", changed, err) ||
           error_wrap(err, "statusChanged");
}

static void put_name(struct json_reader *r, const cJSON *item, struct value *user)
{
    const char *first = json_text_at(item, "profile.firstName");
    const char *last = json_text_at(item, "profile.lastName");
    if (json_slot(user, RECORD_USER, "display_name")->kind == VALUE_NULL && (first || last))
        json_put_text(user, RECORD_USER, "display_name",
                      json_reader_keep(r, mem_printf("%s%s%s", first ? first : "",
                                                     first && last ? " " : "", last ? last : "")));
}

static bool finish_user(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    struct value *user = record_user(record);
    put_name(r, item, user);
    put_provider(item, user);
    struct value *manager = json_slot(user, RECORD_USER, "manager");
    if (manager->kind == VALUE_NULL)
        json_put_text(user, RECORD_USER, "manager", json_text_at(item, "profile.managerId"));
    return put_locked(item, user, err);
}

static const struct json_word factor_words[] = {
    {"call", "voice"},        {"email", "email"},       {"push", "push"},
    {"question", "question"}, {"sms", "sms"},           {"token:hardware", "hotp"},
    {"token:hotp", "hotp"},   {"hotp", "hotp"},         {"token:software:totp", "totp"},
    {"u2f", "webauthn"},      {"webauthn", "webauthn"}, {NULL, "other"},
};

static const struct json_word factor_status_words[] = {
    {"ACTIVE", "active"},
    {"ENROLLED", "active"},
    {"PENDING_ACTIVATION", "pending"},
    {"DISABLED", "inactive"},
    {"EXPIRED", "inactive"},
    {"INACTIVE", "inactive"},
    {"NOT_SETUP", "inactive"},
    {0},
};

static const struct json_word factor_strength_words[] = {{"signed_nonce", "3"}, {0}};

static const struct json_field factor_fields[] = {
    {"id", "factor_id", NULL, NULL},
    {"factorType", "kind", json_as_word, factor_words},
    {"factorType", "strength", json_as_word, factor_strength_words},
    {"provider", "provider", NULL, NULL},
    {"status", "status", json_as_word, factor_status_words},
    {"created", "created_at", NULL, NULL},
    {0},
};

/* Puts whose the item is: by the file's name, by a member userId, or by a link with "/users/ID". */
static bool put_whose(struct json_reader *r, const cJSON *item, const char *const *links,
                      struct record *record, struct error *err)
{
    const struct okta *okta = json_reader_own(r);
    const char *said = okta->file.user_id ? okta->file.user_id : json_text_at(item, "userId");
    char *id = mem_strdup(said);
    for (; !id && *links; links++)
        id = okta_link_user(json_text_at(item, *links));
    if (!id)
        return error_set(err, ERR_INVALID,
                         "it does not say whose it is; save the answer of each user as "
                         "factors/USERID.json or roles/USERID.json and import the folder");
    json_put_text(record_user(record), RECORD_USER, "id", json_reader_keep(r, id));
    return true;
}

/* A file that is the user's own says when these are all (finish_file). */
static void put_partial(struct json_reader *r, const char *known, struct record *record)
{
    const struct okta *okta = json_reader_own(r);
    if (okta->file.user_id)
        json_put_number(record_user(record), RECORD_USER, known, 0);
}

static bool finish_factor(struct json_reader *r, const cJSON *item, struct record *record,
                          struct error *err)
{
    static const char *const links[] = {"_links.user.href", "_links.self.href",
                                        "_links.verify.href", NULL};
    struct value *row = record->rows[RECORD_FACTORS].values;
    if (json_slot(row, RECORD_FACTORS, "status")->kind == VALUE_NULL)
        return error_set(err, ERR_INVALID, "the status of the factor is not one that Okta has");
    put_partial(r, "factors_known", record);
    return put_whose(r, item, links, record, err);
}

static const struct json_word tier_words[] = {
    {"SUPER_ADMIN", "3"},
    {"ORG_ADMIN", "2"},
    {"APP_ADMIN", "2"},
    {"USER_ADMIN", "2"},
    {"API_ACCESS_MANAGEMENT_ADMIN", "2"},
    {"API_ADMIN", "2"},
    {"WORKFLOWS_ADMIN", "2"},
    {NULL, "1"}, /* help desk, group membership, mobile, report, read-only, custom */
};

static const struct json_field role_fields[] = {
    {"type", "tier", json_as_word, tier_words},
    {"type", "role", NULL, NULL},
    {"label", "role", NULL, NULL}, /* is there for people, and wins */
    {"created", "assigned_at", NULL, NULL},
    {"resource-set", "scope", NULL, NULL},
    {NULL, "assignment", json_always, "active"},
    {0},
};

/* A role of a group's is told with the group's link; its name is not there. */
static const char *group_of(struct json_reader *r, const cJSON *item)
{
    static const char path[] = "/groups/";
    const char *link = json_text_at(item, "_links.assignee.href");
    const char *id = link ? strstr(link, path) : NULL;
    if (!id)
        return "a group";
    id += sizeof path - 1;
    return json_reader_keep(r, mem_strndup(id, strcspn(id, "/?")));
}

static bool finish_role(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    static const char *const links[] = {"_links.assignee.href", "_links.user.href", NULL};
    const char *status = json_text_at(item, "status");
    const char *assignment = json_text_at(item, "assignmentType");
    struct okta *okta = json_reader_own(r);
    if (!put_whose(r, item, links, record, err))
        return false;
    put_partial(r, "roles_known", record);
    const char *user_id = json_slot(record_user(record), RECORD_USER, "id")->text;
    okta_files_roles(&okta->files, user_id);
    if (status && strcmp(status, "ACTIVE") != 0) {
        record->rows[RECORD_ROLES].count = 0;
        return true;
    }
    if (assignment && strcmp(assignment, "GROUP") == 0)
        json_put_text(record->rows[RECORD_ROLES].values, RECORD_ROLES, "via_group",
                      group_of(r, item));
    return true;
}

static bool finish_holder(struct json_reader *r, const cJSON *item, struct record *record,
                          struct error *err)
{
    struct okta *okta = json_reader_own(r);
    (void)err;
    json_put_number(record_user(record), RECORD_USER, "is_admin", 1);
    okta_files_holder(&okta->files, json_text_at(item, "id"));
    return true;
}

/* Events that are sign-ins. NULL = the event does not say. */
static const struct json_word interactive_words[] = {
    {"user.session.start", "true"},
    {"user.authentication.auth_via_mfa", "true"},
    {"user.authentication.sso", "false"},
    {0},
};
static const struct json_word mfa_words[] = {{"user.authentication.auth_via_mfa", "true"}, {0}};

static const struct json_word result_words[] = {
    {"SUCCESS", "success"}, {"ALLOW", "success"}, {"FAILURE", "failure"}, {"DENY", "failure"}, {0},
};

static const struct json_word log_factor_words[] = {
    {"call", "voice"},
    {"email", "email"},
    {"fido_u2f", "webauthn"},
    {"fido_webauthn", "webauthn"},
    {"push", "push"},
    {"question", "question"},
    {"signed_nonce", "signed_nonce"},
    {"sms", "sms"},
    {"token:hardware", "hotp"},
    {"token:hotp", "hotp"},
    {"token:software:totp", "totp"},
    {0},
};

static const struct json_field event_fields[] = {
    {"published", "at", NULL, NULL},
    {"eventType", "interactive", json_as_word, interactive_words},
    {"eventType", "mfa_used", json_as_word, mfa_words},
    {"outcome.result", "result", json_as_word, result_words},
    {"client.ipAddress", "ip", NULL, NULL},
    {"client.geographicalContext.country", "country", NULL, NULL},
    {"debugContext.debugData.factor", "factor_kind", json_as_word, log_factor_words},
    {0},
};

static bool is_sign_in(const struct json_reader *r, const cJSON *item)
{
    const char *type = json_text_at(item, "eventType"), *actor = json_text_at(item, "actor.type");
    (void)r;
    for (const struct json_word *word = interactive_words; type && word->from; word++)
        if (strcmp(type, word->from) == 0)
            return !actor || strcmp(actor, "User") == 0;
    return false;
}

static bool text_is(const char *text, const char *other)
{
    return text && strcmp(text, other) == 0;
}

/* The first app among what the event is about. */
static const char *app_of(const cJSON *item)
{
    const cJSON *target = json_at(item, "target");
    for (target = cJSON_IsArray(target) ? target->child : NULL; target; target = target->next)
        if (text_is(json_text_at(target, "type"), "AppInstance"))
            return json_text_at(target, "displayName");
    return NULL;
}

/* Whether the credential that was checked is a second factor's. */
static bool checks_factor(const cJSON *item)
{
    static const char *const types[] = {"OTP", "SMS", NULL};
    const char *credential = json_text_at(item, "authenticationContext.credentialType");
    if (text_is(json_text_at(item, "authenticationContext.authenticationProvider"),
                "FACTOR_PROVIDER"))
        return true;
    for (const char *const *type = types; *type; type++)
        if (text_is(credential, *type))
            return true;
    return false;
}

static bool finish_event(struct json_reader *r, const cJSON *item, struct record *record,
                         struct error *err)
{
    struct value *row = record->rows[RECORD_SIGN_INS].values;
    struct value *id = json_slot(record_user(record), RECORD_USER, "id");
    (void)err;
    /* A name that Okta did not find, as it was typed. */
    if (id->kind == VALUE_TEXT && strcmp(id->text, "unknown") == 0)
        id->kind = VALUE_NULL;
    /* Neither success nor failure: skipped, or a challenge whose answer is another event. */
    if (json_slot(row, RECORD_SIGN_INS, "result")->kind == VALUE_NULL)
        json_reader_drop(r);
    json_put_text(row, RECORD_SIGN_INS, "app", app_of(item));
    if (checks_factor(item))
        json_put_number(row, RECORD_SIGN_INS, "mfa_used", 1);
    return true;
}

static bool take_error(struct json_reader *r, const cJSON *item, struct error *err)
{
    struct okta *okta = json_reader_own(r);
    const char *code = json_text_at(item, "errorCode");
    const char *summary = json_text_at(item, "errorSummary");
    if (okta->file.user_id) {
        okta->failed = true;
        okta_files_failed(&okta->files, json_reader_file(r)->name, code, summary);
        return true;
    }
    char *why = okta_error_text(code, summary);
    error_set(err, ERR_INVALID, "Okta answered with an error instead of data: %s", why);
    free(why);
    return false;
}

static const char *const user_members[] = {"status", "profile.login", NULL};
static const char *const factor_members[] = {"factorType", "status", NULL};
static const char *const role_members[] = {"assignmentType", "type", NULL};
static const char *const holder_members[] = {"id", "orn", NULL};
static const char *const event_members[] = {"eventType", "published", "actor", NULL};
static const char *const error_members[] = {"errorCode", "errorSummary", NULL};

static const struct json_kind kinds[] = {
    {.name = "user", .members = user_members, .fields = user_fields, .finish = finish_user},
    {.name = "factor",
     .members = factor_members,
     .part = RECORD_ADDS,
     .table = RECORD_FACTORS,
     .fields = factor_fields,
     .finish = finish_factor},
    {.name = "role",
     .members = role_members,
     .part = RECORD_ADDS,
     .table = RECORD_ROLES,
     .fields = role_fields,
     .finish = finish_role},
    {.name = "holder of roles",
     .members = holder_members,
     .part = RECORD_ADDS,
     .user_id = "id",
     .finish = finish_holder},
    {.name = "sign-in",
     .members = event_members,
     .fits = is_sign_in,
     .part = RECORD_ADDS,
     .user_id = "actor.id",
     .user_login = "actor.alternateId",
     .table = RECORD_SIGN_INS,
     .fields = event_fields,
     .finish = finish_event},
    {.name = "other event", .members = event_members, .ignored = true},
    {.name = "error", .members = error_members, .take = take_error},
    {0},
};

static bool adds(const struct format_file *file)
{
    struct okta_file of = okta_file_of(file->name);
    const bool is_one = of.user_id;
    okta_file_release(&of);
    return is_one;
}

static bool begin(struct json_reader *r, const struct format_file *file, struct error *err)
{
    struct okta *okta = json_reader_own(r);
    (void)err;
    okta_file_release(&okta->file);
    okta->file = okta_file_of(file->name);
    okta->failed = false;
    return true;
}

/* The answer for one user is all there is of his, also when it is empty. */
static bool finish_file(struct json_reader *r, struct error *err)
{
    struct okta *okta = json_reader_own(r);
    if (!okta->file.user_id || okta->failed || json_reader_refused(r) > 0)
        return true;
    struct record *record = json_reader_record(r, RECORD_ADDS);
    json_put_text(record_user(record), RECORD_USER, "id", okta->file.user_id);
    record_give(record, okta->file.table);
    return json_reader_emit(r, record, err);
}

/* In a file that is nobody's own the row may have been anybody's. */
static void refused(struct json_reader *r, const struct json_kind *kind)
{
    static const enum record_table lists[] = {RECORD_FACTORS, RECORD_ROLES};
    const struct okta *okta = json_reader_own(r);
    for (size_t i = 0; !okta->file.user_id && i < ARRAY_LEN(lists); i++)
        if (!kind || kind->table == lists[i])
            format_doubts(json_reader_output(r), lists[i]);
}

static bool complete(struct json_reader *r, struct error *err)
{
    struct okta *okta = json_reader_own(r);
    (void)err;
    okta_files_complete(&okta->files, json_reader_output(r), json_reader_whole(r));
    return true;
}

static void release(void *own)
{
    struct okta *okta = own;
    okta_file_release(&okta->file);
    okta_files_release(&okta->files);
}

static const char *const arrays[] = {"value", NULL};
static const char *const next[] = {"_links.next.href", NULL};

static const struct json_source source = {
    .arrays = arrays,
    .next = next,
    .kinds = kinds,
    .own_size = sizeof(struct okta),
    .adds = adds,
    .begin = begin,
    .refused = refused,
    .finish = finish_file,
    .complete = complete,
    .release = release,
};

JSON_FORMAT(okta, source, .repeats = true, .derives = true);
