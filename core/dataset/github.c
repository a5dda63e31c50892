/*
 * GitHub organisation: members as REST lists them, or as GraphQL does with their role and MFA.
 *
 * REST gives five lists of the same shape, so that the name of the file tells which one it is:
 * 2fa_disabled, 2fa_insecure, outside (collaborators), admins or owners; any other holds members.
 * Decisions:
 *
 * - id is the number (`id` of REST, databaseId of GraphQL), which stays when a login changes; where
 *   GraphQL was not asked for it, the node id. What adds to a member is found by the login.
 * - hasTwoFactorEnabled is null for who may not see it: unknown.
 * - Whoever is not in the list 2fa_disabled has MFA. It names members alone: where there are
 * outside collaborators, a list of theirs (a name with both words) must be there as well.
 * - A list of REST does not say whether it has a next page. One whose every file is a full page (30
 *   entries, or the 100 that may be asked for) may go on: it tells nothing of who is not in it.
 *   Other numbers are a last page, or pages that were joined by whoever followed them.
 * - 2fa_insecure is MFA by text message; further methods are not told.
 * - An owner of the organisation has the role Owner of tier 3; any other member has none.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"
#include "core/dataset/json_source.h"

enum list {
    LIST_MEMBERS,
    LIST_OUTSIDE,
    LIST_OWNERS,
    LIST_DISABLED,
    LIST_OUTSIDE_DISABLED,
    LIST_INSECURE,
};

/* What one import has seen. */
struct github {
    bool begun[LIST_INSECURE + 1];
    bool refused[LIST_INSECURE + 1]; /* one of its pages */
    bool ended[LIST_INSECURE + 1];   /* one of its pages was not full */
    bool rest;                       /* members came as REST lists them */
};

/* Whether a list is there as a whole, so that who is not in it tells something. */
static bool is_whole(const struct github *g, enum list list)
{
    return g->begun[list] && !g->refused[list] && g->ended[list];
}

/* Words in the path of a file, alone or in the plural; the first row whose words are all there
 * counts. */
static const struct {
    const char *word, *other; /* NULL = no second one */
    enum list list;
} names[] = {
    {"2fa_disabled", "outside", LIST_OUTSIDE_DISABLED},
    {"2fa_disabled", NULL, LIST_DISABLED},
    {"2fa_insecure", NULL, LIST_INSECURE},
    {"outside", NULL, LIST_OUTSIDE},
    {"admin", NULL, LIST_OWNERS},
    {"owner", NULL, LIST_OWNERS},
};

/* Not "admin" in "administration.json", which may be a team. */
static bool has_word(const char *path, const char *word)
{
    const size_t len = strlen(word);
    for (const char *at = path; (at = strcasestr(at, word)); at++) {
        const char *end = at[len] == 's' || at[len] == 'S' ? at + len + 1 : at + len;
        if ((at == path || !isalpha((unsigned char)at[-1])) && !isalpha((unsigned char)*end))
            return true;
    }
    return false;
}

/* While the format is recognised there is no file. */
static enum list list_of_file(const struct format_file *file)
{
    for (size_t i = 0; file && i < ARRAY_LEN(names); i++)
        if (has_word(file->below, names[i].word) &&
            (!names[i].other || has_word(file->below, names[i].other)))
            return names[i].list;
    return LIST_MEMBERS;
}

static enum list list_at_hand(const struct json_reader *r)
{
    return list_of_file(json_reader_file(r));
}

/* Not what is no JSON at all, "admin-notes.txt". */
static bool adds(const struct format_file *file)
{
    size_t i = 0;
    while (i < file->head_len && strchr(" \t\r\n", file->head[i]) && file->head[i])
        i++;
    return list_of_file(file) >= LIST_OWNERS && i < file->head_len &&
           (file->head[i] == '[' || file->head[i] == '{');
}

static const struct json_word types[] = {{"User", "member"}, {"Bot", "service"}, {NULL, NULL}};

static const struct json_field member_fields[] = {
    {"id", "id", json_as_text, NULL},
    {"login", "login", NULL, NULL},
    {"email", "email", NULL, NULL},
    {"name", "display_name", NULL, NULL},
    {"type", "user_type", json_as_word, types},
    {NULL, "status", json_always, "active"},
    {"created_at", "created_at", NULL, NULL},
    {0},
};

static const struct json_field edge_fields[] = {
    {"node.login", "login", NULL, NULL},
    {"node.email", "email", NULL, NULL},
    {"node.name", "display_name", NULL, NULL},
    {NULL, "user_type", json_always, "member"},
    {NULL, "status", json_always, "active"},
    {"node.createdAt", "created_at", NULL, NULL},
    {"hasTwoFactorEnabled", "mfa_enrolled", NULL, NULL},
    {0},
};

static bool is_of_members(const struct json_reader *r, const cJSON *item)
{
    (void)item;
    return list_at_hand(r) <= LIST_OUTSIDE;
}

static bool is_refusal(const struct json_reader *r, const cJSON *item)
{
    (void)r;
    return json_text_at(item, "message") || json_at(item, "errors");
}

static bool finish_member(struct json_reader *r, const cJSON *item, struct record *record,
                          struct error *err)
{
    (void)item, (void)err;
    ((struct github *)json_reader_own(r))->rest = true;
    if (list_at_hand(r) == LIST_OUTSIDE)
        json_put_text(record_user(record), RECORD_USER, "user_type", "external");
    return true;
}

static void add_owner(struct record *record)
{
    struct value *row = record_add(record, RECORD_ROLES);
    json_put_text(row, RECORD_ROLES, "role", "Owner");
    json_put_number(row, RECORD_ROLES, "tier", 3);
    json_put_text(row, RECORD_ROLES, "assignment", "active");
}

/* What a list says about a member. */
static bool finish_more(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    (void)item, (void)err;
    struct value *user = record_user(record);
    const enum list list = list_at_hand(r);
    if (list == LIST_OWNERS) {
        add_owner(record);
        return true;
    }
    json_put_number(user, RECORD_USER, "mfa_enrolled", list == LIST_INSECURE);
    if (list == LIST_INSECURE) {
        struct value *row = record_add(record, RECORD_FACTORS);
        json_put_text(row, RECORD_FACTORS, "kind", "sms");
        json_put_text(row, RECORD_FACTORS, "status", "active");
        json_put_number(user, RECORD_USER, "factors_known", 0);
    }
    return true;
}

static bool finish_edge(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    (void)err;
    static const char *const ids[] = {"node.id", "node.login"};
    struct value *user = record_user(record);
    const cJSON *number = json_at(item, "node.databaseId");
    const char *role = json_text_at(item, "role"), *id = NULL;
    if (cJSON_IsNumber(number))
        id = json_reader_keep(r, mem_printf("%.0f", number->valuedouble));
    for (size_t i = 0; !id && i < ARRAY_LEN(ids); i++)
        id = json_text_at(item, ids[i]);
    json_put_text(user, RECORD_USER, "id", id);
    if (role && strcmp(role, "ADMIN") == 0)
        add_owner(record);
    if (role)
        json_put_number(user, RECORD_USER, "roles_known", 1);
    return true;
}

static const char *refusal_of(const cJSON *item)
{
    const cJSON *errors = json_at(item, "errors");
    const char *message = json_text_at(item, "message");
    if (!message && cJSON_IsArray(errors) && errors->child)
        message = json_text_at(errors->child, "message");
    return message ? message : "it does not say why";
}

/* Only owners may ask for the lists about MFA: without them it stays unknown. */
static bool take_refusal(struct json_reader *r, const cJSON *item, struct error *err)
{
    struct github *g = json_reader_own(r);
    const enum list list = list_at_hand(r);
    char *why = column_quote(refusal_of(item));
    g->refused[list] = true;
    if (list >= LIST_OWNERS)
        format_note(json_reader_output(r),
                    "%s holds a refusal of GitHub in place of a list: %s; what it would tell stays "
                    "unknown",
                    json_reader_file(r)->name, why);
    else
        error_set(err, ERR_INVALID, "this is no list but a refusal of GitHub: %s", why);
    free(why);
    return list >= LIST_OWNERS;
}

#define MEMBERS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* An item is of the first kind that it fits. */
static const struct json_kind kinds[] = {
    {.name = "member with role",
     .members = MEMBERS("node.login", "role"),
     .fields = edge_fields,
     .finish = finish_edge},
    {.name = "member",
     .members = MEMBERS("login", "id", "node_id"),
     .fits = is_of_members,
     .fields = member_fields,
     .finish = finish_member},
    {.name = "member in a list",
     .members = MEMBERS("login", "id", "node_id"),
     .part = RECORD_ADDS,
     .user_login = "login",
     .finish = finish_more},
    {.name = "refusal",
     .members = MEMBERS("documentation_url"),
     .fits = is_refusal,
     .ignored = true,
     .take = take_refusal},
    {.name = "refusal",
     .members = MEMBERS("errors", "data"),
     .fits = is_refusal,
     .ignored = true,
     .take = take_refusal},
    {0},
};

/* An empty list names nobody, which tells something of everybody else. */
static bool begin_file(struct json_reader *r, const struct format_file *file, struct error *err)
{
    (void)err;
    ((struct github *)json_reader_own(r))->begun[list_of_file(file)] = true;
    return true;
}

static bool finish_file(struct json_reader *r, struct error *err)
{
    enum { PAGE = 30, LARGEST_PAGE = 100 };
    (void)err;
    struct github *g = json_reader_own(r);
    const int64_t items = json_reader_items(r);
    if (items != PAGE && items != LARGEST_PAGE)
        g->ended[list_at_hand(r)] = true;
    return true;
}

/* What may go on, and what that means. */
static const struct {
    enum list list;
    const char *name, *then;
} open_lists[] = {
    {LIST_MEMBERS, "members", "others may be missing"},
    {LIST_OUTSIDE, "outside collaborators", "others may be missing"},
    {LIST_OWNERS, "owners", "who is not in it may be one"},
    {LIST_DISABLED, "2fa_disabled", "MFA of who is not in it stays unknown"},
    {LIST_OUTSIDE_DISABLED, "outside 2fa_disabled", "MFA of who is not in it stays unknown"},
};

static void note_open(const struct github *g, const struct format_output *output)
{
    for (size_t i = 0; i < ARRAY_LEN(open_lists); i++) {
        const enum list list = open_lists[i].list;
        if (!g->begun[list] || g->refused[list] || g->ended[list] ||
            (list <= LIST_OUTSIDE && !g->rest))
            continue;
        format_note(output,
                    "every page of the list of %s is full, so that there may be a next one: %s; "
                    "save the page after the last as well, though it may be empty",
                    open_lists[i].name, open_lists[i].then);
    }
}

static bool complete(struct json_reader *r, struct error *err)
{
    (void)err;
    const struct github *g = json_reader_own(r);
    const struct format_output *output = json_reader_output(r);
    note_open(g, output);
    if (!json_reader_whole(r))
        return true;
    if (is_whole(g, LIST_OWNERS))
        format_covers(output, RECORD_ROLES);
    if (!is_whole(g, LIST_DISABLED))
        return true;
    if (!g->begun[LIST_OUTSIDE] || is_whole(g, LIST_OUTSIDE_DISABLED))
        format_otherwise(output, "mfa_enrolled", (struct value){.kind = VALUE_INT, .number = 1});
    else
        format_note(output, "2fa_disabled names members alone: without a list of the outside "
                            "collaborators in outside_2fa_disabled, MFA is known only of those "
                            "who are listed");
    return true;
}

/* A page of GraphQL, perhaps without members. */
static bool recognise_page(const cJSON *page)
{
    return json_at(page, "data.organization.membersWithRole") != NULL;
}

static const char *const arrays[] = {"data.organization.membersWithRole.edges", NULL};
static const char *const next[] = {"data.organization.membersWithRole.pageInfo.hasNextPage", NULL};

static const struct json_source source = {
    .arrays = arrays,
    .next = next,
    .kinds = kinds,
    .own_size = sizeof(struct github),
    .recognise_page = recognise_page,
    .adds = adds,
    .begin = begin_file,
    .finish = finish_file,
    .complete = complete,
};

JSON_FORMAT(github, source, .repeats = true, .derives = true);
