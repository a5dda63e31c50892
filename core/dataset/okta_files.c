/* Keeps what the files of an Okta import say about one another. */
#include "core/dataset/okta_files.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"

static const struct {
    const char *name;
    enum record_table table;
} answers[] = {{"factors", RECORD_FACTORS}, {"roles", RECORD_ROLES}};

/* A name in a path. */
struct part {
    const char *name;
    size_t len;
};

static bool is_user_id(const struct part *part)
{
    static const char mark[] = "00u"; /* users of Okta, and nothing else */
    if (part->len < sizeof mark || memcmp(part->name, mark, sizeof mark - 1) != 0)
        return false;
    for (size_t i = 0; i < part->len; i++)
        if (!isalnum((unsigned char)part->name[i]))
            return false;
    return true;
}

/* The table whose answers have that name; RECORD_TABLES = none. */
static enum record_table answer_of(const struct part *part)
{
    for (size_t i = 0; i < ARRAY_LEN(answers); i++)
        if (strlen(answers[i].name) == part->len &&
            memcmp(answers[i].name, part->name, part->len) == 0)
            return answers[i].table;
    return RECORD_TABLES;
}

struct okta_file okta_file_of(const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dir = base;
    while (slash && dir > path && (dir == base || dir[-1] != '/'))
        dir--;
    const struct part file = {base, strcspn(base, ".")};
    const struct part folder = {dir, slash ? (size_t)(slash - dir) : 0};
    if (answer_of(&folder) != RECORD_TABLES && is_user_id(&file))
        return (struct okta_file){mem_strndup(file.name, file.len), answer_of(&folder)};
    if (answer_of(&file) != RECORD_TABLES && is_user_id(&folder))
        return (struct okta_file){mem_strndup(folder.name, folder.len), answer_of(&file)};
    return (struct okta_file){0};
}

void okta_file_release(struct okta_file *file)
{
    free(file->user_id);
    *file = (struct okta_file){0};
}

char *okta_link_user(const char *link)
{
    static const char path[] = "/users/";
    const char *id = link ? strstr(link, path) : NULL;
    if (!id)
        return NULL;
    id += sizeof path - 1;
    const size_t len = strcspn(id, "/?");
    return len ? mem_strndup(id, len) : NULL;
}

static void add_id(struct okta_ids *ids, const char *id)
{
    if (ids->count && strcmp(ids->items[ids->count - 1], id) == 0)
        return;
    *(char **)list_add(&ids->items, &ids->count, sizeof *ids->items) = mem_strdup(id);
}

static void release_ids(struct okta_ids *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        free(ids->items[i]);
    free(ids->items);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* How many holders there are whose roles are not. */
static size_t count_missing(struct okta_files *files)
{
    size_t missing = 0;
    struct okta_ids *roles = &files->roles;
    if (roles->count)
        qsort(roles->items, roles->count, sizeof *roles->items, compare_ids);
    for (size_t i = 0; i < files->holders.count; i++)
        missing += !roles->count || !bsearch(&files->holders.items[i], roles->items, roles->count,
                                             sizeof *roles->items, compare_ids);
    return missing;
}

void okta_files_release(struct okta_files *files)
{
    release_ids(&files->holders);
    release_ids(&files->roles);
    free(files->first_failure);
    *files = (struct okta_files){0};
}

void okta_files_holder(struct okta_files *files, const char *user_id)
{
    if (user_id)
        add_id(&files->holders, user_id);
}

void okta_files_roles(struct okta_files *files, const char *user_id)
{
    add_id(&files->roles, user_id);
}

char *okta_error_text(const char *code, const char *summary)
{
    char *text = mem_printf("%s: %s", code ? code : "no code", summary ? summary : "no summary");
    char *safe = text_safe(text);
    free(text);
    return safe;
}

void okta_files_failed(struct okta_files *files, const char *name, const char *code,
                       const char *summary)
{
    if (files->failed++ > 0)
        return;
    char *why = okta_error_text(code, summary);
    files->first_failure = mem_printf("%s: %s", name, why);
    free(why);
}

void okta_files_complete(struct okta_files *files, const struct format_output *output, bool whole)
{
    if (files->failed)
        format_note(output,
                    "files with an error of Okta in place of an answer: %zu, the first of them "
                    "%s; what they would tell stays unknown",
                    files->failed, files->first_failure);
    if (!files->holders.count)
        return;
    const size_t missing = count_missing(files);
    if (missing)
        format_note(output,
                    "users who hold roles, but whose roles are not there: %zu; save them as "
                    "roles/USERID.json, then everybody else is known to have none",
                    missing);
    else if (whole)
        format_covers(output, RECORD_ROLES);
}
