/* The table of formats, and how one is found. */
#include "core/dataset/recognise.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/dataset/format.h"

/* Recognised in this order. */
const struct import_format import_formats[] = {
    {"aws-credential-report", "AWS IAM credential report",
     "The CSV that AWS makes of all users of an account, their passwords and keys.",
     &aws_report_format},
    {"checkhook-jsonl", "checkhook JSON Lines",
     "One JSON object a line for each user, with factors, roles, sign-ins and credentials.",
     &checkhook_jsonl_format},
    {"checkhook-csv", "checkhook CSV",
     "One row for each user; the header names the columns, id and login among them.",
     &checkhook_csv_format},
    {0},
};

static bool refuse_format(const char *name, struct error *err)
{
    char names[128] = "";
    for (const struct import_format *f = import_formats; f->name; f++) {
        size_t len = strlen(names);
        snprintf(names + len, sizeof names - len, "%s%s", len ? ", " : "", f->name);
    }
    if (!name)
        return error_set(err, ERR_INVALID,
                         "the format is not recognised; name it with --format, one of %s", names);
    return error_set(err, ERR_INVALID, "format '%s' is not known; it is one of %s", name, names);
}

static const struct import_format *named_format(const char *name)
{
    for (const struct import_format *f = import_formats; f->name; f++)
        if (strcmp(f->name, name) == 0)
            return f;
    return NULL;
}

static bool has_suffix(const char *path, const char *const *suffixes)
{
    size_t len = strlen(path);
    for (; *suffixes; suffixes++) {
        size_t suffix_len = strlen(*suffixes);
        if (len > suffix_len && strcasecmp(path + len - suffix_len, *suffixes) == 0)
            return true;
    }
    return false;
}

static const struct import_format *recognise(const char *path, const char *head, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t skip = sizeof mark - 1;
    if (len < skip || memcmp(head, mark, skip) != 0)
        skip = 0;
    for (const struct import_format *f = import_formats; f->name; f++)
        if (f->format->recognise(head + skip, len - skip))
            return f;
    for (const struct import_format *f = import_formats; f->name; f++)
        if (has_suffix(path, f->format->suffixes))
            return f;
    return NULL;
}

const struct import_format *import_format_choose(const char *name, const char *path,
                                                 const char *head, size_t len, struct error *err)
{
    const struct import_format *format = name ? named_format(name) : recognise(path, head, len);
    if (format)
        return format;
    refuse_format(name, err);
    if (!name)
        error_wrap(err, "%s", path);
    return NULL;
}
