/* The table of formats, and how the one of several files is found. */
#include "core/dataset/recognise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/dataset/foreign.h"
#include "core/dataset/format.h"

/* The manual and the console list them in this order. */
const struct import_format import_formats[] = {
    {"aws-credential-report", "AWS IAM credential report",
     "The CSV that AWS makes of all users of an account, their passwords and keys.",
     &aws_report_format, false},
    {"ldif", "LDIF of a directory",
     "What ldapsearch or ldifde writes of Active Directory, OpenLDAP and their like.", &ldif_format,
     false},
    {"linux", "Linux host",
     "passwd with the shadow, group and lastlog beside it: of this host /etc/passwd.",
     &linux_format, false},
    {"checkhook-jsonl", "checkhook JSON Lines",
     "One JSON object a line for each user, with factors, roles, sign-ins and credentials.",
     &checkhook_jsonl_format, true},
    {"checkhook-csv", "checkhook CSV",
     "One row for each user; the header names the columns, id and login among them.",
     &checkhook_csv_format, true},
    {"okta", "Okta", "Users, factors, roles and system log of Okta, as saved from its API.",
     &okta_format, false},
    {"entra", "Microsoft Entra ID",
     "Pages of Microsoft Graph: users, registered methods, roles, sign-ins, risky users.",
     &entra_format, false},
    {"google", "Google Workspace", "Pages of users of the Admin SDK.", &google_format, false},
    {"duo", "Duo", "Pages of users of the Admin API, and their bypass codes.", &duo_format, false},
    {"github", "GitHub organisation",
     "Members of REST with their lists about MFA and owners, or of GraphQL.", &github_format,
     false},
    {"scim", "SCIM 2.0", "Pages of users of any identity provider that speaks SCIM.", &scim_format,
     false},
    {0},
};

enum { NAMES_MAX = 256 };

static uint32_t bit_of(const struct import_format *format)
{
    return UINT32_C(1) << (format - import_formats);
}

static const struct import_format *first_of(uint32_t formats)
{
    const struct import_format *f = import_formats;
    while (f->name && !(formats & bit_of(f)))
        f++;
    return f->name ? f : NULL;
}

/* "okta or scim", "okta, scim or duo" */
static void join_names(uint32_t formats, const char *last_word, char out[NAMES_MAX])
{
    *out = '\0';
    while (formats) {
        const struct import_format *f = first_of(formats);
        formats &= ~bit_of(f);
        const size_t len = strlen(out);
        const char *before = len == 0 ? "" : formats ? ", " : last_word;
        snprintf(out + len, NAMES_MAX - len, "%s%s", before, f->name);
    }
}

static uint32_t all_formats(void)
{
    uint32_t all = 0;
    for (const struct import_format *f = import_formats; f->name; f++)
        all |= bit_of(f);
    return all;
}

uint32_t import_formats_of(const char *head, size_t len)
{
    uint32_t formats = 0;
    for (const struct import_format *f = import_formats; f->name; f++)
        if (f->format->recognise(head, len))
            formats |= bit_of(f);
    return formats;
}

/* --- choosing ----------------------------------------------------------------------------------
 */

static const struct import_format *named_format(const char *name, struct error *err)
{
    char names[NAMES_MAX];
    for (const struct import_format *f = import_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    join_names(all_formats(), ", ", names);
    error_set(err, ERR_INVALID, "format '%s' is not known; it is one of %s", name, names);
    return NULL;
}

static bool has_suffix(const char *path, const char *suffix)
{
    const size_t len = strlen(path), suffix_len = strlen(suffix);
    return len > suffix_len && strcasecmp(path + len - suffix_len, suffix) == 0;
}

/* Those that such a name has, where nothing is recognised: a fault inside is then told. */
static uint32_t formats_by_suffix(const char *path)
{
    uint32_t formats = 0;
    for (const struct import_format *f = import_formats; f->name; f++)
        for (const char *const *suffix = f->format->suffixes; *suffix; suffix++)
            if (has_suffix(path, *suffix))
                formats |= bit_of(f);
    return formats;
}

/* Says what the file is where it can be nothing of ours, whatever its name is. */
static bool check_foreign(const struct import_files *files, struct error *err)
{
    char *head;
    size_t len;
    if (files->count == 0)
        return error_set(err, ERR_INVALID, "the folder holds no file that could be imported");
    if (!import_file_head(&files->items[0], &head, &len, err))
        return false;
    const char *advice = foreign_advice(head, len);
    free(head);
    return !advice || error_set(err, ERR_INVALID, "%s %s", files->items[0].name, advice);
}

static bool refuse_unknown(const struct import_files *files, struct error *err)
{
    char names[NAMES_MAX];
    join_names(all_formats(), ", ", names);
    if (files->items[0].size == 0 && files->items[0].head_len == 0)
        return error_set(err, ERR_INVALID,
                         "%s is empty, which looks like a download that failed; save it again",
                         files->items[0].name);
    return error_set(err, ERR_INVALID,
                     "%s: the format is not recognised; name it with --format, one of %s",
                     files->items[0].name, names);
}

static bool refuse_different(const struct import_file *one, const struct import_file *other,
                             struct error *err)
{
    char of_one[NAMES_MAX], of_other[NAMES_MAX];
    join_names(one->formats, " or ", of_one);
    join_names(other->formats, " or ", of_other);
    return error_set(err, ERR_INVALID,
                     "%s is %s, but %s is %s; import them one after the other, or say with "
                     "--format which is meant",
                     one->name, of_one, other->name, of_other);
}

/* What the files agree on: first the named ones, else those that were found. Others are left out
 * later. *which becomes the first file that was asked; NULL = there is none that is recognised. */
static bool agree(const struct import_files *files, bool named, uint32_t *formats,
                  const struct import_file **which, struct error *err)
{
    *which = NULL;
    for (size_t i = 0; i < files->count; i++) {
        const struct import_file *file = &files->items[i];
        if (file->named != named || !file->formats)
            continue;
        if (*which && !(*formats & file->formats))
            return refuse_different(*which, file, err);
        *formats = *which ? *formats & file->formats : file->formats;
        *which = *which ? *which : file;
    }
    return true;
}

static bool agree_by_suffix(const struct import_files *files, uint32_t *formats,
                            const struct import_file **which)
{
    if (files->count != 1 || !files->items[0].named)
        return false;
    *which = &files->items[0];
    *formats = formats_by_suffix((*which)->path);
    return *formats != 0;
}

/* Some answers look alike in all formats ("[]"): what lies beside them in the folder tells. */
static void narrow_by_found(const struct import_files *files, uint32_t *formats)
{
    for (size_t i = 0; i < files->count; i++) {
        const uint32_t both = *formats & files->items[i].formats;
        if (!files->items[i].named && both)
            *formats = both;
    }
}

static bool recognise(const struct import_files *files, uint32_t *formats,
                      const struct import_file **which, struct error *err)
{
    if (!agree(files, true, formats, which, err))
        return false;
    if (*which) {
        narrow_by_found(files, formats);
        return true;
    }
    if (!agree(files, false, formats, which, err))
        return false;
    return *which || (check_foreign(files, err) &&
                      (agree_by_suffix(files, formats, which) || refuse_unknown(files, err)));
}

static const struct import_format *recognised_format(const struct import_files *files,
                                                     struct error *err)
{
    uint32_t formats = 0;
    const struct import_file *which;
    if (!recognise(files, &formats, &which, err))
        return NULL;
    const struct import_format *first = first_of(formats);
    if (formats == bit_of(first))
        return first;
    char names[NAMES_MAX];
    join_names(formats, " or ", names);
    error_set(err, ERR_INVALID, "%s could be %s; say which with --format", which->name, names);
    return NULL;
}

/* --- what is read, in which order --------------------------------------------------------------
 */

static bool add_companions(struct import_files *files, const struct format *format,
                           struct error *err)
{
    const size_t count = files->count;
    for (size_t i = 0; format->companion && i < count; i++) {
        char *path;
        for (size_t n = 0; files->items[i].named; n++) {
            if (!(path = format->companion(files->items[i].path, n)))
                break;
            const bool ok = import_files_add_beside(files, path, err);
            free(path);
            if (!ok)
                return false;
        }
    }
    return true;
}

/* A file that was named is read whatever it looks like. */
static bool rank_file(struct import_file *file, const struct import_format *format,
                      struct error *err)
{
    char *head;
    size_t len;
    if (!format->format->rank) {
        file->rank = file->named || file->formats & bit_of(format) ? 0 : FORMAT_NOT_MINE;
        return true;
    }
    if (!import_file_head(file, &head, &len, err))
        return false;
    const struct format_file about = {file->name, file->below, head, len};
    file->rank = format_rank(format->format, &about);
    if (file->named && file->rank < 0)
        file->rank = 0;
    free(head);
    return true;
}

static const char *suffix_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot : "";
}

/* A download that failed leaves an empty file: without it, users would seem to be gone. */
static bool check_empty(const struct import_files *files, const struct import_file *left,
                        struct error *err)
{
    for (size_t i = 0; left->size == 0 && i < files->count; i++) {
        const struct import_file *file = &files->items[i];
        if (file->rank >= 0 && strcmp(suffix_of(file->below), suffix_of(left->below)) == 0)
            return error_set(err, ERR_INVALID,
                             "%s is empty, which looks like a download that failed; save it again "
                             "or remove it",
                             left->name);
    }
    return true;
}

static bool leave_out(struct import_files *files, const struct import_file *file,
                      const struct import_format *format, struct error *err)
{
    char names[NAMES_MAX];
    if (!check_empty(files, file, err))
        return false;
    join_names(file->formats & ~bit_of(format), " or ", names);
    char *text = mem_printf("%s is left out: it is %s%s", file->name, *names ? names : "not ",
                            *names ? "" : format->name);
    notes_add(&files->left_out, text);
    free(text);
    return true;
}

static bool drop_others(struct import_files *files, const struct import_format *format,
                        struct error *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++)
        if (files->items[i].rank < 0 && !leave_out(files, &files->items[i], format, err))
            return false;
    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].rank >= 0)
            files->items[kept++] = files->items[i];
        else
            import_file_release(&files->items[i]);
    }
    files->count = kept;
    return true;
}

static int compare_files(const void *left, const void *right)
{
    const struct import_file *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->found < b->found ? -1 : a->found > b->found;
}

static bool put_in_order(struct import_files *files, const struct import_format *format,
                         struct error *err)
{
    if (!add_companions(files, format->format, err))
        return false;
    for (size_t i = 0; i < files->count; i++) {
        files->items[i].found = i;
        if (!rank_file(&files->items[i], format, err))
            return false;
    }
    if (!drop_others(files, format, err))
        return false;
    if (files->count == 0)
        return error_set(err, ERR_INVALID, "the folder holds no file of the format %s",
                         format->name);
    qsort(files->items, files->count, sizeof *files->items, compare_files);
    return true;
}

const struct import_format *import_format_choose(struct import_files *files, const char *name,
                                                 struct error *err)
{
    const struct import_format *format =
        name ? named_format(name, err) : recognised_format(files, err);
    return format && put_in_order(files, format, err) ? format : NULL;
}
