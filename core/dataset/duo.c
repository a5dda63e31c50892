/*
 * Duo: pages of users of the Admin API, and its bypass codes.
 *
 * Decisions where the documentation leaves one:
 *
 * - last_login is null for who has not logged in (never), and not there where the reply is older
 *   than the field (unknown).
 * - Status bypass is an active user without second factor; where the user is active, so is the
 *   status of a group: one that is disabled or bypassed makes the user so.
 * - A phone is one factor, as strong as the best it can do. `activated` is about Duo Mobile: a
 *   phone that waits for it is pending, and one that can do no more than calls and texts does not.
 * - factors are complete where the reply has phones, tokens and WebAuthn credentials. Outstanding
 *   bypass codes are no part of it: they are read where their own list is there.
 * - Pages tell how many users there are, and where the next one begins: where a place is not among
 *   them, a page is missing, whichever it is.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/json_source.h"
#include "core/dataset/spans.h"

/* What one import has seen. */
struct duo {
    int64_t in_file;    /* items of the file at hand, of the pages that have ended */
    struct spans there; /* places of users that pages gave, from 1 */
    int64_t claimed;    /* as many as these say there are, 0 = they do not */
    bool codes;         /* the page at hand is one of bypass codes */
};

static const struct json_word statuses[] = {
    {"active", "active"},
    {"bypass", "active"},
    {"disabled", "disabled"},
    {"locked out", "locked"},
    {"pending deletion", "deleted"},
    {NULL, NULL},
};
static const struct json_word bypass[] = {
    {"bypass", "1"},     {"active", "0"},           {"disabled", "0"},
    {"locked out", "0"}, {"pending deletion", "0"}, {NULL, NULL},
};

static bool read_last_login(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    if (!json_as_epoch(cell, said, err))
        return false;
    const bool known = cJSON_IsNull(said) || cell->value->kind == VALUE_INT;
    *cell->known = (struct value){.kind = VALUE_INT, .number = known};
    return true;
}

static const struct json_field user_fields[] = {
    {"user_id", "id", NULL, NULL},
    {"username", "login", NULL, NULL},
    {"email", "email", NULL, NULL},
    {"realname", "display_name", NULL, NULL},
    {NULL, "user_type", json_always, "member"},
    {"status", "status", json_as_word, statuses},
    {"status", "mfa_bypass", json_as_word, bypass},
    {"created", "created_at", json_as_epoch, NULL},
    {"last_login", "last_login_at", read_last_login, NULL},
    {"is_enrolled", "mfa_enrolled", NULL, NULL},
    {0},
};

static const struct json_field phone_fields[] = {
    {"phone_id", "factor_id", NULL, NULL},
    {"platform", "provider", NULL, NULL},
    {0},
};

/* What a phone can do, the best first. */
static const struct {
    const char *capability, *kind;
    bool mobile; /* needs Duo Mobile on it */
} capabilities[] = {
    {"push", "push", true},
    {"mobile_otp", "hotp", true},
    {"sms", "sms", false},
    {"phone", "voice", false},
};

static bool can(const cJSON *phone, const char *capability)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, json_at(phone, "capabilities"))
    {
        if (cJSON_IsString(entry) && strcmp(entry->valuestring, capability) == 0)
            return true;
    }
    return false;
}

static bool finish_phone(struct json_reader *r, const cJSON *phone, struct value *row,
                         struct error *err)
{
    (void)r, (void)err;
    const bool waits = cJSON_IsFalse(json_at(phone, "activated"));
    size_t i = 0;
    while (i < ARRAY_LEN(capabilities) && !can(phone, capabilities[i].capability))
        i++;
    const bool none = i == ARRAY_LEN(capabilities);
    json_put_text(row, RECORD_FACTORS, "kind", none ? "other" : capabilities[i].kind);
    if (none)
        json_put_number(row, RECORD_FACTORS, "strength", 1);
    json_put_text(row, RECORD_FACTORS, "status",
                  waits && (none || capabilities[i].mobile) ? "pending" : "active");
    return true;
}

/* Types of hardware tokens: HOTP of 6 or 8 digits, TOTP likewise, YubiKey, Duo's own. */
static const struct json_word tokens[] = {
    {"h6", "hotp"}, {"h8", "hotp"}, {"yk", "hotp"},  {"d1", "hotp"},
    {"t6", "totp"}, {"t8", "totp"}, {NULL, "other"},
};

static const struct json_field token_fields[] = {
    {"token_id", "factor_id", NULL, NULL},
    {"type", "kind", json_as_word, tokens},
    {NULL, "status", json_always, "active"},
    {0},
};
static const struct json_field u2f_fields[] = {
    {"registration_id", "factor_id", NULL, NULL},
    {NULL, "kind", json_always, "webauthn"},
    {NULL, "status", json_always, "active"},
    {"date_added", "created_at", json_as_epoch, NULL},
    {0},
};
static const struct json_field webauthn_fields[] = {
    {"webauthnkey", "factor_id", NULL, NULL},          {NULL, "kind", json_always, "webauthn"},
    {"credential_name", "provider", NULL, NULL},       {NULL, "status", json_always, "active"},
    {"date_added", "created_at", json_as_epoch, NULL}, {0},
};
static const struct json_field desktop_fields[] = {
    {"dakey", "factor_id", NULL, NULL},
    {NULL, "kind", json_always, "other"},
    {NULL, "provider", json_always, "Duo Desktop"},
    {NULL, "status", json_always, "active"},
    {0},
};

static const struct json_list user_lists[] = {
    {.path = "phones", .table = RECORD_FACTORS, .fields = phone_fields, .finish = finish_phone},
    {.path = "tokens", .table = RECORD_FACTORS, .fields = token_fields},
    {.path = "u2ftokens", .table = RECORD_FACTORS, .fields = u2f_fields},
    {.path = "webauthncredentials", .table = RECORD_FACTORS, .fields = webauthn_fields},
    {.path = "desktop_authenticators", .table = RECORD_FACTORS, .fields = desktop_fields},
    {0},
};

static bool in_group_of(const cJSON *item, const char *status)
{
    const cJSON *group;
    cJSON_ArrayForEach(group, json_at(item, "groups"))
    {
        const char *said = json_text_at(group, "status");
        if (said && strcasecmp(said, status) == 0)
            return true;
    }
    return false;
}

static void put_group_status(const cJSON *item, struct value *user)
{
    const char *status = json_text_at(item, "status");
    if (!status || strcasecmp(status, "active") != 0)
        return;
    if (in_group_of(item, "disabled"))
        json_put_text(user, RECORD_USER, "status", "disabled");
    else if (in_group_of(item, "bypass"))
        json_put_number(user, RECORD_USER, "mfa_bypass", 1);
}

static void put_name(struct json_reader *r, const cJSON *item, struct value *user)
{
    const char *first = json_text_at(item, "firstname"), *last = json_text_at(item, "lastname");
    if (json_slot(user, RECORD_USER, "display_name")->kind != VALUE_NULL || !(first || last))
        return;
    char *name =
        mem_printf("%s%s%s", first ? first : "", first && last ? " " : "", last ? last : "");
    json_put_text(user, RECORD_USER, "display_name", json_reader_keep(r, name));
}

static bool finish_user(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    (void)err;
    static const char *const lists[] = {"phones", "tokens", "webauthncredentials"};
    struct value *user = record_user(record);
    bool whole = true;
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        whole = whole && cJSON_IsArray(json_at(item, lists[i]));
    json_put_number(user, RECORD_USER, "factors_known", whole);
    put_group_status(item, user);
    put_name(r, item, user);
    return true;
}

static const struct json_field code_fields[] = {
    {"bypass_code_id", "factor_id", NULL, NULL},
    {NULL, "kind", json_always, "bypass_code"},
    {NULL, "status", json_always, "active"},
    {"created", "created_at", json_as_epoch, NULL},
    {0},
};

/* These are some of the user's factors. */
static bool finish_code(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    (void)item, (void)err;
    ((struct duo *)json_reader_own(r))->codes = true;
    json_put_number(record_user(record), RECORD_USER, "factors_known", 0);
    return true;
}

static bool is_refusal(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    const char *stat = json_text_at(item, "stat");
    return stat && strcmp(stat, "FAIL") == 0;
}

static bool take_refusal(struct json_reader *r, const cJSON *item, struct error *err)
{
    (void)r;
    const char *message = json_text_at(item, "message");
    char *quoted = column_quote(message ? message : "it does not say why");
    error_set(err, ERR_INVALID, "this is no page but a refusal of Duo: %s", quoted);
    free(quoted);
    return false;
}

static const char *const refusal_members[] = {"stat", "code", NULL};
static const char *const user_members[] = {"user_id", "username", NULL};
static const char *const code_members[] = {"bypass_code_id", "user.user_id", NULL};

static const struct json_kind kinds[] = {
    {.name = "refusal",
     .members = refusal_members,
     .fits = is_refusal,
     .ignored = true,
     .take = take_refusal},
    {.name = "user",
     .members = user_members,
     .fields = user_fields,
     .lists = user_lists,
     .finish = finish_user},
    {.name = "bypass code",
     .members = code_members,
     .part = RECORD_ADDS,
     .user_id = "user.user_id",
     .table = RECORD_FACTORS,
     .fields = code_fields,
     .finish = finish_code},
    {0},
};

static bool begin_file(struct json_reader *r, const struct format_file *file, struct error *err)
{
    (void)file, (void)err;
    ((struct duo *)json_reader_own(r))->in_file = 0;
    return true;
}

/* How many users come before a page: it says where the next one begins, and the last one ends with
 * the last user. */
static int64_t offset_of(const cJSON *metadata, int64_t items, int64_t total)
{
    int64_t end;
    if (!json_int(metadata, "next_offset", &end))
        end = total;
    return end > items ? end - items : 0;
}

static bool end_page(struct json_reader *r, const cJSON *page, struct error *err)
{
    (void)err;
    struct duo *d = json_reader_own(r);
    const cJSON *metadata = json_at(page, "metadata");
    const int64_t items = json_reader_items(r) - d->in_file;
    const bool codes = d->codes;
    int64_t total;
    d->in_file += items;
    d->codes = false;
    if (codes || !metadata || !json_int(metadata, "total_objects", &total) || total <= 0)
        return true;
    /* Users may come and go while pages are asked for: the smallest number will do. */
    d->claimed = d->claimed == 0 || total < d->claimed ? total : d->claimed;
    spans_add(&d->there, offset_of(metadata, items, total) + 1, items);
    return true;
}

static bool complete(struct json_reader *r, struct error *err)
{
    const struct duo *d = json_reader_own(r);
    const int64_t missing = spans_hole(&d->there);
    if (missing > d->claimed || json_reader_output(r)->merge)
        return true;
    return error_set(
        err, ERR_INVALID,
        "the pages do not have user %lld of %lld; save all of them into one folder, or "
        "add what is here with --merge",
        (long long)missing, (long long)d->claimed);
}

static void release(void *own)
{
    spans_release(&((struct duo *)own)->there);
}

/* A page without users, or its beginning: `stat` comes last. */
static bool recognise_page(const cJSON *page)
{
    const char *stat = json_text_at(page, "stat");
    return json_at(page, "response") &&
           (json_at(page, "metadata.total_objects") || (stat && strcmp(stat, "OK") == 0));
}

static const char *const arrays[] = {"response", NULL};
static const char *const next[] = {"metadata.next_offset", NULL};

static const struct json_source source = {
    .arrays = arrays,
    .next = next,
    .kinds = kinds,
    .own_size = sizeof(struct duo),
    .recognise_page = recognise_page,
    .begin = begin_file,
    .page = end_page,
    .complete = complete,
    .release = release,
};

JSON_FORMAT(duo, source, .repeats = true, .derives = true);
