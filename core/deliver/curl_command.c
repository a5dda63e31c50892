/* Writes a delivery as curl commands. */
#include "core/deliver/curl_command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/encode.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/deliver/credentials.h"
#include "core/deliver/message.h"
#include "core/deliver/oauth.h"
#include "core/deliver/request.h"

enum {
    SCRIPT_BYTES = 1 << 30,
    MARK_MAX = UUID_LEN + 8,
    ARGUMENT_MAX = 100 * 1000, /* below what systems take as one argument (Linux: 128 KiB) */
};

/* How the value of a variable is written at its place. */
enum encoding { PLAIN, FORM, QUERY, JSON, ENCODINGS };

static const struct {
    const char *before, *after; /* around the name; double quotes stand outside */
    const char *function;       /* that it takes; NULL = none */
} encodings[ENCODINGS] = {
    [PLAIN] = {"$", "", NULL},
    [FORM] = {"$(checkhook_encode + \"$", "\")", "encode"},
    [QUERY] = {"$(checkhook_encode %20 \"$", "\")", "encode"},
    [JSON] = {"$(checkhook_json \"$", "\")", "json"},
};

/* What the shell needs to know to encode a secret byte by byte, as core/base/encode and cJSON do.
 */
static const struct {
    const char *name, *text;
} functions[] = {
    {"encode",
     "checkhook_encode() {\n"
     "    printf '%s' \"$2\" | od -An -v -tu1 | LC_ALL=C awk -v blank=\"$1\" '{\n"
     "        for (i = 1; i <= NF; i++) {\n"
     "            c = $i + 0\n"
     "            if (c == 32) printf \"%s\", blank\n"
     "            else if ((c > 47 && c < 58) || (c > 64 && c < 91) || (c > 96 && c < 123) ||\n"
     "                     c == 45 || c == 46 || c == 95 || c == 126) printf \"%c\", c\n"
     "            else printf \"%%%02X\", c\n"
     "        }\n"
     "    }'\n"
     "}\n"},
    {"json", "checkhook_json() {\n"
             "    printf '%s' \"$1\" | od -An -v -tu1 | LC_ALL=C awk '{\n"
             "        for (i = 1; i <= NF; i++) {\n"
             "            c = $i + 0\n"
             "            if (c == 34 || c == 92) printf \"\\\\%c\", c\n"
             "            else if (c == 8) printf \"\\\\b\"\n"
             "            else if (c == 9) printf \"\\\\t\"\n"
             "            else if (c == 12) printf \"\\\\f\"\n"
             "            else if (c < 32) printf \"\\\\u%04x\", c\n"
             "            else printf \"%c\", c\n"
             "        }\n"
             "    }'\n"
             "}\n"},
};

/* A secret: the request is built with its mark, and where the mark comes up the variable goes. */
struct variable {
    char *name, *about;
    char mark[MARK_MAX];
    bool given; /* by who runs the command; the token comes from the first one */
    bool used;
};

struct script {
    const struct preview_of *of;
    struct variable *items;
    size_t count;
    char prefix[UUID_LEN + 1]; /* random, of every mark; made of characters that nothing encodes */
    bool takes[ENCODINGS];
    struct strbuf out;
};

/* --- variables ------------------------------------------------------------------------------- */

static bool is_taken(const struct script *s, const char *name)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->items[i].name && strcmp(s->items[i].name, name) == 0)
            return true;
    return false;
}

/* "CHECKHOOK_BODY_TOKEN" of "body", "token"; a number follows where that is taken. */
static char *make_name(const struct script *s, const char *words)
{
    char *base = mem_printf("CHECKHOOK_%s", words);
    for (char *c = base; *c; c++)
        *c = isalnum((unsigned char)*c) && (unsigned char)*c < 128 ? (char)toupper(*c) : '_';
    char *name = mem_strdup(base);
    for (int n = 2; is_taken(s, name); n++) {
        free(name);
        name = mem_printf("%s_%d", base, n);
    }
    free(base);
    return name;
}

static struct variable *add_variable(struct script *s, const char *words, const char *about)
{
    char *name = make_name(s, words);
    struct variable *v = list_add(&s->items, &s->count, sizeof *v);
    v->name = name;
    v->about = text_safe(about);
    v->given = true;
    snprintf(v->mark, sizeof v->mark, "%s-%05zu", s->prefix, s->count);
    return v;
}

static const struct variable *variable_of(struct script *s, const struct credential *what)
{
    static const struct {
        const char *name, *words;
    } settings[] = {{"auth.password", "password"},
                    {"auth.key_value", "api_key"},
                    {"auth.client_secret", "client_secret"}};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        if (strcmp(what->name, settings[i].name) == 0)
            return add_variable(s, settings[i].words, what->label);
    bool of_token = strncmp(what->name, "auth.", strlen("auth.")) == 0;
    char *words = mem_printf("%s%s_%s", of_token ? "oauth_" : "",
                             param_place_text(what->param->place), what->param->key);
    char *about = mem_printf("%s%s", of_token ? "OAuth " : "", what->label);
    const struct variable *v = add_variable(s, words, about);
    free(words);
    free(about);
    return v;
}

static bool stand_in(void *ctx, const struct credential *what, struct secret *out,
                     struct error *err)
{
    const struct variable *v = variable_of(ctx, what);
    return secret_set(out, v->mark, strlen(v->mark), err);
}

/* --- words of the shell ---------------------------------------------------------------------- */

static struct variable *variable_at(const struct script *s, const char *text)
{
    for (size_t i = 0; i < s->count; i++)
        if (strncmp(text, s->items[i].mark, strlen(s->items[i].mark)) == 0)
            return &s->items[i];
    return NULL;
}

/* Inside single quotes everything stands for itself but what is put between other quotes here. */
static size_t add_character(struct script *s, const char *text, size_t left)
{
    uint32_t code = 0;
    size_t len = utf8_decode(text, left, &code);
    if (*text == '\'') {
        strbuf_adds(&s->out, "'\\''");
        return 1;
    }
    if (len > 0 && (code == '\n' || !text_is_unsafe(code))) {
        strbuf_add(&s->out, text, len);
        return len;
    }
    len = len ? len : 1;
    strbuf_adds(&s->out, "'\"$(printf '");
    for (size_t i = 0; i < len; i++)
        strbuf_addf(&s->out, "\\%03o", (unsigned)(unsigned char)text[i]);
    strbuf_adds(&s->out, "')\"'");
    return len;
}

static void add_variable_use(struct script *s, struct variable *v, enum encoding encoding)
{
    v->used = true;
    s->takes[encoding] = true;
    strbuf_addf(&s->out, "'\"%s%s%s\"'", encodings[encoding].before, v->name,
                encodings[encoding].after);
}

/* One word, quoted; marks in it become variables. */
static void add_word(struct script *s, const char *text, enum encoding encoding)
{
    size_t left = strlen(text);
    strbuf_addc(&s->out, '\'');
    while (left > 0) {
        struct variable *v = *text == s->prefix[0] ? variable_at(s, text) : NULL;
        size_t len = v ? strlen(v->mark) : 0;
        if (v)
            add_variable_use(s, v, encoding);
        else
            len = add_character(s, text, left);
        text += len;
        left -= len;
    }
    /* Nothing follows a variable at the end. */
    if (s->out.len > 1 && memcmp(s->out.text + s->out.len - 2, "\"'", 2) == 0)
        s->out.text[--s->out.len] = '\0';
    else
        strbuf_addc(&s->out, '\'');
}

static void add_option(struct script *s, const char *name, const char *value,
                       enum encoding encoding)
{
    strbuf_addf(&s->out, " \\\n    --%s", name);
    if (value) {
        strbuf_addc(&s->out, ' ');
        add_word(s, value, encoding);
    }
}

/* --- one command ----------------------------------------------------------------------------- */

/* What curl makes a Basic header of; NULL where there is none of ours. */
static char *user_of(const struct script *s, const struct credentials *c, bool token,
                     enum encoding *encoding)
{
    const struct auth *auth = &s->of->integration->auth;
    const char *secret = token ? c->client_secret.text : c->password.text;
    *encoding = PLAIN;
    if (!token)
        return mem_printf("%s:%s", auth->username ? auth->username : "", secret ? secret : "");
    if (auth->client_auth == CLIENT_AUTH_BASIC_RAW)
        return mem_printf("%s:%s", auth->client_id ? auth->client_id : "", secret ? secret : "");
    struct strbuf id;
    strbuf_init(&id, REQUEST_URL_BYTES);
    form_add(&id, auth->client_id ? auth->client_id : "");
    char *user = mem_printf("%s:%s", id.text, secret ? secret : "");
    strbuf_release(&id);
    *encoding = FORM;
    return user;
}

static void add_user(struct script *s, const struct credentials *c, bool token)
{
    enum encoding encoding;
    char *user = user_of(s, c, token, &encoding);
    add_option(s, "user", user, encoding);
    free(user);
}

static void add_header(struct script *s, const struct http_header *h)
{
    /* An empty one has a form of its own (curl's manual, --header). */
    char *line = *h->value ? mem_printf("%s: %s", h->name, h->value) : mem_printf("%s;", h->name);
    add_option(s, "header", line, PLAIN);
    free(line);
}

static bool is_basic(const struct http_header *h)
{
    return strcasecmp(h->name, "Authorization") == 0 &&
           strncmp(h->value, "Basic ", h->shown) == 0 && h->shown > 0;
}

static void add_headers(struct script *s, const struct http_request *request,
                        const struct credentials *c, bool token)
{
    for (size_t i = 0; i < request->headers.count; i++) {
        const struct http_header *h = &request->headers.items[i];
        if (is_basic(h))
            add_user(s, c, token);
        else
            add_header(s, h);
    }
    if (!http_headers_find(&request->headers, "Accept-Encoding"))
        add_option(s, "header", "Accept-Encoding: gzip,deflate", PLAIN);
    if (request->body && !http_headers_find(&request->headers, "Content-Type"))
        add_option(s, "header", "Content-Type:", PLAIN);
    add_option(s, "header", "Expect:", PLAIN);
}

static void add_route(struct script *s)
{
    const struct integration *in = s->of->integration;
    char seconds[24];
    snprintf(seconds, sizeof seconds, "%lld", (long long)in->timeout_s);
    add_option(s, "max-time", seconds, PLAIN);
    if (in->proxy)
        add_option(s, "proxy", in->proxy, PLAIN);
    add_option(s, "noproxy", in->proxy ? "" : "*", PLAIN);
    if (in->ca_file)
        add_option(s, "cacert", in->ca_file, PLAIN);
    if (!in->tls_verify)
        add_option(s, "insecure", NULL, PLAIN);
}

static void add_method(struct script *s, const struct http_request *request)
{
    if (request->method == METHOD_HEAD)
        add_option(s, "head", NULL, PLAIN);
    else if (request->method != METHOD_GET && !(request->method == METHOD_POST && request->body))
        add_option(s, "request", http_method_text(request->method), PLAIN);
}

/* ~/.curlrc and proxies of the environment have no say; curl follows no redirect by itself. */
static void add_request(struct script *s, const struct http_request *request,
                        const struct credentials *c, bool token)
{
    enum encoding encoding = token ? FORM : JSON;
    bool piped = request->body && request->body_len > ARGUMENT_MAX;
    if (piped) {
        strbuf_adds(&s->out, "printf '%s' ");
        add_word(s, request->body, encoding);
        strbuf_adds(&s->out, " |\n");
    }
    strbuf_adds(&s->out, "curl --disable --silent --show-error --compressed --globoff"
                         " --path-as-is");
    add_option(s, "proto", "=http,https", PLAIN);
    add_option(s, "tlsv1.2", NULL, PLAIN);
    if (!token)
        add_option(s, "include", NULL, PLAIN);
    add_route(s);
    add_method(s, request);
    add_headers(s, request, c, token);
    if (request->body)
        add_option(s, piped ? "data-binary" : "data-raw", piped ? "@-" : request->body, encoding);
    add_option(s, "url", request->url, QUERY);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void add_message(struct script *s, const struct credentials *c, const char *token)
{
    struct http_request request;
    struct strbuf body;
    strbuf_init(&body, REQUEST_BODY_BYTES);
    message_render(&body, s->of->event, s->of->integration, s->of->general, c);
    struct request_parts parts = {.integration = s->of->integration,
                                  .credentials = c,
                                  .token = token,
                                  .event_id = s->of->event->id,
                                  .body_len = body.len};
    parts.body = strbuf_detach(&body);
    request_build(&request, &parts);
    add_request(s, &request, c, false);
    strbuf_addc(&s->out, '\n');
    http_request_release(&request);
}

/* The token is a variable like the secrets, but the command sets it. */
static void add_token(struct script *s, const struct credentials *c)
{
    struct http_request request;
    oauth_request(&request, s->of->integration, c);
    strbuf_adds(&s->out, "CHECKHOOK_ANSWER=$(");
    add_request(s, &request, c, true);
    strbuf_adds(
        &s->out,
        ") &&\n"
        "CHECKHOOK_TOKEN=$(printf '%s' \"$CHECKHOOK_ANSWER\" | tr -d '\\r\\n' |\n"
        "    sed -n 's/.*\"access_token\"[[:blank:]]*:[[:blank:]]*\"\\([^\"]*\\)\".*/\\1/p' |\n"
        "    sed 's,\\\\/,/,g') &&\n"
        ": \"${CHECKHOOK_TOKEN:?not in the answer: $CHECKHOOK_ANSWER}\" &&\n");
    http_request_release(&request);
}

static bool is_asked_for(const struct variable *v)
{
    return v->given && v->used;
}

static void add_list(struct strbuf *out, const struct script *s)
{
    size_t width = 0, asked = 0;
    for (size_t i = 0; i < s->count; i++)
        if (is_asked_for(&s->items[i])) {
            width = strlen(s->items[i].name) > width ? strlen(s->items[i].name) : width;
            asked++;
        }
    if (asked > 0)
        strbuf_adds(out, "# Secrets are variables. Set them to the plain text before:\n");
    for (size_t i = 0; i < s->count; i++)
        if (is_asked_for(&s->items[i]))
            strbuf_addf(out, "#   %-*s  %s\n", (int)width, s->items[i].name, s->items[i].about);
}

/* The shell stops where one is not set. */
static void add_guards(struct strbuf *out, const struct script *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (is_asked_for(&s->items[i]))
            strbuf_addf(out, ": \"${%s:?is not set}\" &&\n", s->items[i].name);
}

static void add_functions(struct strbuf *out, const struct script *s)
{
    for (size_t f = 0; f < ARRAY_LEN(functions); f++) {
        bool needed = false;
        for (size_t e = 0; e < ENCODINGS; e++)
            needed = needed || (s->takes[e] && encodings[e].function &&
                                strcmp(encodings[e].function, functions[f].name) == 0);
        if (needed)
            strbuf_adds(out, functions[f].text);
    }
}

static char *assemble(const struct script *s)
{
    struct strbuf whole;
    strbuf_init(&whole, SCRIPT_BYTES);
    add_list(&whole, s);
    add_functions(&whole, s);
    add_guards(&whole, s);
    strbuf_add(&whole, s->out.text, s->out.len);
    return strbuf_detach(&whole);
}

/* Whatever stands in a header Authorization counts as secret, also where it was not marked so. */
static void guard_authorization(struct param_list *params)
{
    for (size_t i = 0; i < params->count; i++)
        if (params->items[i].place == PLACE_HEADER &&
            strcasecmp(params->items[i].key, "Authorization") == 0)
            params->items[i].secret = true;
}

static bool write_script(struct script *s, struct error *err)
{
    struct credentials marks;
    if (!credentials_fill(&marks, s->of->integration, stand_in, s, err))
        return false;
    const char *token = NULL;
    if (s->of->integration->auth.type == AUTH_OAUTH) {
        add_token(s, &marks);
        struct variable *v = add_variable(s, "token", "");
        v->given = false;
        token = v->mark;
    }
    add_message(s, &marks, token);
    credentials_release(&marks);
    return true;
}

char *curl_command(const struct preview_of *of, struct error *err)
{
    struct integration guarded = {0};
    struct preview_of own = *of;
    struct script s = {.of = &own};
    char *text = NULL;
    integration_copy(&guarded, of->integration);
    guard_authorization(&guarded.auth.params);
    own.integration = &guarded;
    uuid_make(s.prefix);
    strbuf_init(&s.out, SCRIPT_BYTES);
    if (write_script(&s, err))
        text = assemble(&s);
    strbuf_release(&s.out);
    for (size_t i = 0; i < s.count; i++) {
        free(s.items[i].name);
        free(s.items[i].about);
    }
    free(s.items);
    integration_release(&guarded);
    return text;
}
