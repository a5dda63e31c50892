/*
 * What is configured: integrations, check settings, tenant, schedule. Plain data; the rules are in
 * schema.h and validate.h, the file in config.h.
 *
 * Secrets are held as they stand in the file ("sealed:1:…", "env:NAME", "file:PATH"; NULL = not
 * set) and are opened only when used, see secret.h.
 */
#ifndef CHECKHOOK_CORE_CONFIG_MODEL_H
#define CHECKHOOK_CORE_CONFIG_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/random.h"

enum auth_type { AUTH_UNSET, AUTH_NONE, AUTH_BASIC, AUTH_API_KEY, AUTH_OAUTH };
enum http_method {
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_GET,
    METHOD_HEAD,
    METHOD_OPTIONS,
    METHOD_DELETE
};
enum body_format { FORMAT_ENVELOPE, FORMAT_NOTIFICATION };
enum client_auth { CLIENT_AUTH_POST, CLIENT_AUTH_BASIC, CLIENT_AUTH_BASIC_RAW, CLIENT_AUTH_NONE };
enum param_place { PLACE_HEADER, PLACE_QUERY, PLACE_BODY };
enum severity { SEVERITY_UNSET, SEVERITY_CRITICAL, SEVERITY_MODERATE, SEVERITY_LOW };

/* One HTTP parameter. A secret one keeps its stored secret text in `value`. */
struct param {
    enum param_place place;
    char *key;
    char *value;
    bool secret;
};

struct param_list {
    struct param *items;
    size_t count;
};

struct auth {
    int type; /* enum auth_type; int where the schema stores through an offset */
    char *username, *password;
    char *key_name, *key_value;
    char *endpoint;
    int method; /* enum http_method: POST, PUT or GET */
    char *client_id, *client_secret;
    int client_auth; /* enum client_auth */
    struct param_list params;
};

struct integration {
    char id[UUID_LEN + 1]; /* given when a draft opens; never changes */
    char *name, *description;
    bool enabled;
    char *url;
    int method; /* enum http_method */
    int format; /* enum body_format */
    bool explain;
    struct auth auth;
    struct param_list params;
    int64_t timeout_s;
    int64_t max_attempts; /* retries after the first attempt */
    int64_t max_age_h;
    int64_t rate_limit; /* deliveries a second; 0 = none */
    int64_t max_in_flight;
    int64_t max_event_kb; /* 0 = never split */
    char *ca_file;        /* NULL = the system's */
    bool tls_verify;
    char *proxy;
};

struct integration_list {
    struct integration *items;
    size_t count;
};

struct text_list {
    char **items;
    size_t count;
};

enum { CHECK_VALUE_MAX = 1000000 }; /* numbers of checks are whole, 0 to this */

struct check_value { /* a tuned number of a check, "days" */
    char *name;
    int64_t value;
};

/* What the administrator set for one check; everything unset comes from the catalogue. */
struct check_config {
    char *id;
    int enabled;                   /* -1 = as the catalogue says, else 0 or 1 */
    int severity;                  /* enum severity; SEVERITY_UNSET = as the catalogue says */
    struct text_list integrations; /* ids */
    struct text_list ignore;       /* who is never reported: entries of ignore.h */
    struct check_value *values;
    size_t value_count;
};

struct check_config_list {
    struct check_config *items;
    size_t count;
};

/* Top-level settings. */
struct general {
    char *tenant_id;      /* UUID, made at the first save; NULL before */
    char *tenant_account; /* 12 digits */
    char *tenant_region;
    int64_t schedule_hour, schedule_minute; /* UTC */
    int64_t retention_days;
};

/* --- integrations ------------------------------------------------------------------------- */

/* All settings at their defaults, a fresh id, no name. */
void integration_init(struct integration *in);
/* The same without an id, for one that brings its own. */
void integration_init_known(struct integration *in);
void integration_release(struct integration *in);
void integration_copy(struct integration *to,
                      const struct integration *from); /* to: released or zeroed */
bool integration_equal(const struct integration *a, const struct integration *b);

/* --- parameters --------------------------------------------------------------------------- */

/* Same place and key (header names and nothing else regardless of case). NULL where absent. */
struct param *param_find(const struct param_list *list, enum param_place place, const char *key);
/* Adds, or replaces the one of the same place and key. Texts are copied. */
void param_set(struct param_list *list, enum param_place place, const char *key, const char *value,
               bool secret);
bool param_remove(struct param_list *list, enum param_place place, const char *key);
void param_list_release(struct param_list *list);
void param_list_copy(struct param_list *to, const struct param_list *from);

/* --- lists -------------------------------------------------------------------------------- */

void text_list_add(struct text_list *list, const char *text); /* copies; keeps what is there */
bool text_list_has(const struct text_list *list, const char *text);
bool text_list_remove(struct text_list *list, const char *text);
void text_list_release(struct text_list *list);
void text_list_copy(struct text_list *to, const struct text_list *from);

/* --- checks ------------------------------------------------------------------------------- */

/* Everything as the catalogue says; id is copied. */
void check_config_init(struct check_config *check, const char *id);
void check_config_release(struct check_config *check);
void check_config_copy(struct check_config *to,
                       const struct check_config *from); /* to: released or zeroed */
bool check_config_equal(const struct check_config *a, const struct check_config *b);
/* True when nothing is set: such an entry is not saved. */
bool check_config_is_empty(const struct check_config *check);

/* The tuned value, or NULL. */
const int64_t *check_value_find(const struct check_config *check, const char *name);
void check_value_set(struct check_config *check, const char *name, int64_t value);
bool check_value_remove(struct check_config *check, const char *name);

bool check_id_valid(const char *id);        /* [a-z][a-z0-9-]*, at most 64; no true, false */
bool check_value_name_valid(const char *s); /* the same with _ */

/* --- top level ---------------------------------------------------------------------------- */

void general_init(struct general *general); /* defaults; no tenant id yet */
void general_release(struct general *general);
void general_copy(struct general *to, const struct general *from); /* to: released or zeroed */

/* --- words -------------------------------------------------------------------------------- */

const char *auth_type_label(enum auth_type type);      /* "OAuth client credentials" */
const char *http_method_text(enum http_method method); /* "POST" */
const char *param_place_text(enum param_place place);  /* "header" */
bool param_place_parse(const char *text, enum param_place *place);
const char *severity_text(enum severity severity); /* "critical" */
bool severity_parse(const char *text, enum severity *severity);

#endif
