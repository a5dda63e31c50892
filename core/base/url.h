/*
 * URLs through libcurl's parser, so that what is compared is what is called.
 */
#ifndef CHECKHOOK_CORE_BASE_URL_H
#define CHECKHOOK_CORE_BASE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

enum { URL_MAX = 2048 };

struct url {
    char *scheme; /* lower case */
    char *host;   /* lower case; IPv6 in brackets */
    int port;     /* explicit, or the scheme's default */
    char *path;   /* begins with '/' */
    char *query;  /* without '?'; NULL where there is none */
};

/*
 * Accepts an absolute http or https URL of 1 to URL_MAX bytes without white space, invisible
 * characters or credentials. The error is one sentence that says what to type.
 */
bool url_parse(struct url *url, const char *text, struct error *err);
void url_release(struct url *url);

/* True when scheme, host and port are the same; false when either does not parse. */
bool url_same_origin(const char *a, const char *b);

/* "https://host:port" of a URL that parses, default port left out; the caller frees. NULL else. */
char *url_origin(const char *text);

/*
 * Sets query parameter `key` to `value` (both percent-encoded here; unreserved characters stay).
 * A parameter of the same decoded key is replaced where it stands (all others of that key are
 * dropped); everything else of the URL stays as it was typed. Appended before a '#fragment'.
 */
void url_set_query(struct strbuf *url, const char *key, const char *value);

/*
 * The URL for logs and lists: scheme, host, port and path as typed, each query value and the
 * fragment shown as "…" (a token often stands there). "…" alone for text that url_parse refuses.
 * The caller frees.
 */
char *url_masked(const char *text);

#endif
