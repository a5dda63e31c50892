/*
 * LDIF (RFC 2849): the bytes of a file in pieces of any size in, its entries out, one at a time.
 *
 * Of an entry only the attributes that somebody wants are kept, so that photographs, certificates
 * and passwords pass by. Folded lines, comments, base64 values, CRLF and attribute options are
 * understood; "changetype: add" is content (ldifde writes it), other changes are refused.
 *
 * What ldapsearch writes between entries is understood as well: references are left out; a result
 * other than 0, a page that names a next one, and a search without its result at the end mean that
 * entries are missing, which is refused unless the output merges.
 */
#ifndef CHECKHOOK_CORE_DATASET_LDIF_READER_H
#define CHECKHOOK_CORE_DATASET_LDIF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct format_output;
struct ldif_reader;

enum {
    LDIF_NAMES_MAX = 64,
    LDIF_VALUE_MAX = 1 << 20, /* bytes of one value, decoded */
    LDIF_ENTRY_MAX = 4 << 20, /* of all values that are kept */
};

/* One value; an attribute with several comes several times. */
struct ldif_value {
    size_t name;      /* index in the names that are wanted */
    const char *text; /* len bytes and a NUL; from base64 it may hold anything */
    size_t len;
    int64_t line;
};

/* What the comments of ldapsearch say about the search. */
struct ldif_search {
    bool stated;      /* they do */
    bool all;         /* all attributes of users were asked for ("ALL", "*") */
    bool operational; /* all operational ones ("+") */
    uint64_t named;   /* those asked for by name, one bit for each wanted name */
};

/* Lent for the call. */
struct ldif_entry {
    const char *dn;
    int64_t line; /* where it begins; who refuses the entry may say better where */
    const struct ldif_value *values;
    size_t count;
    const struct ldif_value *const *first; /* by name; NULL = there is none */
    const struct ldif_search *search;
};

typedef bool ldif_sink(void *ctx, struct ldif_entry *entry, struct error *err);

/* `names`: the attributes wanted, compared without case, ends with NULL; lent as the output is. */
struct ldif_reader *ldif_reader_new(const struct format_output *output, const char *const *names,
                                    ldif_sink *sink, void *ctx);
void ldif_reader_free(struct ldif_reader *r);

void ldif_reader_begin(struct ldif_reader *r); /* the next file */
/* ERR_INVALID: "NAME:LINE: why". What is wrong with one entry goes through format_refuse. */
bool ldif_reader_feed(struct ldif_reader *r, const char *bytes, size_t len, struct error *err);
bool ldif_reader_finish(struct ldif_reader *r, struct error *err);

/* Whether the first bytes of a file look like LDIF. */
bool ldif_recognise(const char *head, size_t len);

#endif
