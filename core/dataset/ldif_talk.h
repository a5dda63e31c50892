/*
 * Talk: what ldapsearch writes around the entries of an LDIF file, in comments and lines of its
 * own: what was asked for, how the search ended, whether pages are left.
 */
#ifndef CHECKHOOK_CORE_DATASET_LDIF_TALK_H
#define CHECKHOOK_CORE_DATASET_LDIF_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/format.h"
#include "core/dataset/ldif_reader.h"

/* A line "name;options: value" taken apart. */
struct ldif_parts {
    const char *name;
    size_t name_len, options_len; /* options follow the name, their ';' included */
    enum { LDIF_PLAIN, LDIF_BASE64, LDIF_URL } kind;
    const char *value; /* up to the end of the line */
};

/* False: there is no name with a colon behind it. */
bool ldif_split(const char *line, struct ldif_parts *out);
bool ldif_is_named(const struct ldif_parts *p, const char *name); /* without case */

struct ldif_talk {
    const struct format_output *output;
    struct ldif_search search;
    bool headed;     /* by comments of ldapsearch, which then also ends with some */
    bool ended;      /* those were there; false again with each entry */
    bool more_pages; /* the page that ended last names a next one */
};

/* The index of a wanted attribute; SIZE_MAX = none. */
typedef size_t ldif_find(const void *ctx, const char *name, size_t len);

void ldif_talk_comment(struct ldif_talk *t, const char *text, size_t len, ldif_find *find,
                       const void *ctx);

bool ldif_talk_has(const struct ldif_parts *p); /* whether such a line is ldapsearch's */
bool ldif_talk_is_prompt(const char *line);     /* what it asks between pages */
/* ERR_INVALID with place, where entries are missing and the output does not merge. */
bool ldif_talk_line(struct ldif_talk *t, const struct ldif_parts *p, int64_t line,
                    struct error *err);
bool ldif_talk_finish(struct ldif_talk *t, int64_t last_line, struct error *err);

#endif
