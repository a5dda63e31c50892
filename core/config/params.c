/* Rules for HTTP parameters: which names may be used, and what values may hold. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/config/secret.h"
#include "core/config/validate.h"

enum { KEY_MAX = 512, VALUE_MAX = 512 };

/* Headers that receivers never get from a user (domain.md 6.2). */
static const char *const stripped_headers[] = {
    "a-im",
    "accept-charset",
    "accept-datetime",
    "accept-encoding",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-md5",
    "date",
    "expect",
    "forwarded",
    "from",
    "host",
    "http2-settings",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "max-forwards",
    "origin",
    "pragma",
    "proxy-authorization",
    "range",
    "referer",
    "te",
    "trailer",
    "transfer-encoding",
    "user-agent",
    "upgrade",
    "via",
    "warning",
};

/* Top-level keys of the messages (DESIGN 6). */
static const char *const envelope_keys[] = {
    "version", "id",     "detail-type", "source", "account",
    "time",    "region", "resources",   "detail", NULL,
};
static const char *const notification_keys[] = {
    "id",       "checkId",      "title",     "description",           "recommendedActions",
    "severity", "usersFailing", "published", "explainabilityDetails", NULL,
};
static const char *const *const format_keys[] = {
    [FORMAT_ENVELOPE] = envelope_keys,
    [FORMAT_NOTIFICATION] = notification_keys,
};

/* The rules of one place. */
struct place_rules {
    bool (*key)(const char *key, struct error *err);
    bool (*value)(const char *value, struct error *err);
    size_t value_max; /* bytes */
};

/* RFC 9110, 5.6.2 */
static bool is_token_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool no_controls(const char *text, const char *allowed, struct error *err)
{
    for (const char *p = text; *p; p++) {
        if (iscntrl((unsigned char)*p) && !strchr(allowed, *p))
            return error_set(err, ERR_INVALID, "the value must not hold %s",
                             *p == '\r' || *p == '\n' ? "a line break" : "control characters");
    }
    return utf8_valid(text, strlen(text)) ||
           error_set(err, ERR_INVALID, "the value is not UTF-8 text");
}

static bool plain_key(const char *key, struct error *err)
{
    if (text_has_control(key))
        return error_set(err, ERR_INVALID, "the key must not hold control characters");
    return utf8_valid(key, strlen(key)) || error_set(err, ERR_INVALID, "the key is not UTF-8 text");
}

static bool header_value(const char *value, struct error *err)
{
    if (!*value)
        return error_set(err, ERR_INVALID, "the value of a header must not be empty");
    if (!no_controls(value, "\t", err))
        return false;
    for (const char *p = value; *p; p++) {
        if ((unsigned char)*p > 0x7e)
            return error_set(err, ERR_INVALID,
                             "the value of a header holds printable ASCII characters only");
    }
    return true;
}

static bool query_value(const char *value, struct error *err)
{
    return no_controls(value, "", err);
}

static bool body_value(const char *value, struct error *err)
{
    return no_controls(value, "\t", err);
}

static const struct place_rules places[] = {
    [PLACE_HEADER] = {header_name_allowed, header_value, VALUE_MAX},
    [PLACE_QUERY] = {plain_key, query_value, VALUE_MAX},
    [PLACE_BODY] = {plain_key, body_value, SECRET_MAX}, /* no length documented; assertions */
};

/* Names that checkhook itself fills in every request to a receiver. */
static bool invocation_key_free(enum param_place place, const char *key, enum body_format format,
                                struct error *err)
{
    if (place == PLACE_HEADER && strcasecmp(key, "Authorization") == 0)
        return error_set(err, ERR_INVALID,
                         "the header Authorization comes from the authorization type; choose "
                         "\"API key\" with this name to send a value of your own");
    if (place == PLACE_HEADER && strcasecmp(key, "X-Checkhook-Event-Id") == 0)
        return error_set(err, ERR_INVALID, "the header %s carries the event's id", key);
    for (const char *const *k = format_keys[format]; place == PLACE_BODY && *k; k++) {
        if (strcmp(*k, key) == 0)
            return error_set(err, ERR_INVALID, "the message itself uses the key %s", key);
    }
    return true;
}

bool header_name_allowed(const char *name, struct error *err)
{
    if (!*name)
        return error_set(err, ERR_INVALID, "the name of the header must not be empty");
    for (const char *p = name; *p; p++) {
        if (!is_token_char(*p))
            return error_set(err, ERR_INVALID,
                             "a header name holds letters, digits and !#$%%&'*+-.^_`|~ only");
    }
    for (size_t i = 0; i < ARRAY_LEN(stripped_headers); i++) {
        if (strcasecmp(name, stripped_headers[i]) == 0)
            return error_set(err, ERR_INVALID, "the header %s is set by checkhook or not allowed",
                             stripped_headers[i]);
    }
    return true;
}

bool param_validate(enum param_place place, const char *key, const char *value, bool oauth,
                    enum body_format format, struct error *err)
{
    const struct place_rules *rules = &places[place];

    if (!*key)
        return error_set(err, ERR_INVALID, "the key must not be empty");
    if (strlen(key) > KEY_MAX)
        return error_set(err, ERR_INVALID, "the key is longer than %d bytes", KEY_MAX);
    if (!rules->key(key, err) || (!oauth && !invocation_key_free(place, key, format, err)))
        return false;
    if (!value)
        return true;
    if (strlen(value) > rules->value_max)
        return error_set(err, ERR_INVALID, "the value is longer than %zu bytes", rules->value_max);
    return rules->value(value, err);
}
