/* Builds the request that carries a message. */
#include "core/deliver/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/encode.h"
#include "core/base/mem.h"
#include "core/base/url.h"
#include "core/config/validate.h"

#ifndef CHECKHOOK_VERSION
#define CHECKHOOK_VERSION "0"
#endif

enum { HEADER_BYTES = 64 * 1024 };

const char *request_user_agent(void)
{
    return "checkhook/" CHECKHOOK_VERSION;
}

void request_add_basic(struct http_headers *headers, const char *user, const char *password)
{
    static const char scheme[] = "Basic ";
    struct strbuf pair, value;
    strbuf_init(&pair, HEADER_BYTES);
    strbuf_init(&value, 2 * HEADER_BYTES);
    strbuf_addf(&pair, "%s:%s", user, password);
    strbuf_adds(&value, scheme);
    base64_add(&value, pair.text, pair.len);
    http_headers_add(headers, "Authorization", value.text, true)->shown = strlen(scheme);
    explicit_bzero(pair.text, pair.len);
    explicit_bzero(value.text, value.len);
    strbuf_release(&pair);
    strbuf_release(&value);
}

static void add_bearer(struct http_headers *headers, const char *token)
{
    static const char scheme[] = "Bearer ";
    char *value = mem_printf("%s%s", scheme, token);
    http_headers_add(headers, "Authorization", value, true)->shown = strlen(scheme);
    explicit_bzero(value, strlen(value));
    free(value);
}

void request_set_query(struct strbuf *url, struct strbuf *shown, const char *key, const char *value,
                       bool secret)
{
    url_set_query(url, key, value);
    url_set_query(shown, key, secret ? http_hidden_url : value);
}

static bool sends_body(enum http_method method)
{
    return method != METHOD_GET && method != METHOD_HEAD;
}

static void add_defaults(struct http_request *out, const struct request_parts *parts)
{
    if (out->body)
        http_headers_add(&out->headers, "Content-Type", "application/json; charset=utf-8", false);
    http_headers_add(&out->headers, "User-Agent", request_user_agent(), false);
    http_headers_add(&out->headers, "X-Checkhook-Event-Id", parts->event_id, false);
}

static const char *text_of(const struct secret *s)
{
    return s->text ? s->text : "";
}

static void add_authorization(struct http_request *out, const struct request_parts *parts)
{
    const struct auth *auth = &parts->integration->auth;
    const struct credentials *c = parts->credentials;
    struct error err;
    switch (auth->type) {
    case AUTH_BASIC:
        request_add_basic(&out->headers, auth->username ? auth->username : "",
                          text_of(&c->password));
        break;
    case AUTH_API_KEY:
        if (auth->key_name && header_name_allowed(auth->key_name, &err))
            http_headers_add(&out->headers, auth->key_name, text_of(&c->key_value), true);
        break;
    case AUTH_OAUTH:
        add_bearer(&out->headers, parts->token);
        break;
    default:
        break;
    }
}

static void add_header_param(struct http_request *out, const struct param *p, const char *value)
{
    struct error err;
    struct http_header *there = http_headers_find(&out->headers, p->key);
    if (!header_name_allowed(p->key, &err) || (there && strcasecmp(p->key, "Content-Type") != 0))
        return;
    if (there)
        mem_replace(&there->value, value);
    else
        there = http_headers_add(&out->headers, p->key, value, false);
    there->secret = p->secret;
}

static void add_params(struct http_request *out, const struct request_parts *parts)
{
    const struct param_list *params = &parts->integration->params;
    struct strbuf url, shown;
    strbuf_init(&url, REQUEST_URL_BYTES);
    strbuf_init(&shown, REQUEST_URL_BYTES);
    strbuf_adds(&url, parts->integration->url);
    strbuf_adds(&shown, parts->integration->url);
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        const char *value = credentials_param(parts->credentials, params, i);
        if (p->place == PLACE_HEADER)
            add_header_param(out, p, value);
        else if (p->secret)
            http_headers_add(&out->hidden, p->key, value, true);
        if (p->place == PLACE_QUERY)
            request_set_query(&url, &shown, p->key, value, p->secret);
    }
    out->url = strbuf_detach(&url);
    out->shown_url = strbuf_detach(&shown);
}

void request_build(struct http_request *out, const struct request_parts *parts)
{
    *out = (struct http_request){.method = (enum http_method)parts->integration->method,
                                 .body = parts->body,
                                 .body_len = parts->body_len};
    if (!sends_body(out->method)) {
        explicit_bzero(out->body, out->body_len);
        free(out->body);
        out->body = NULL;
        out->body_len = 0;
    }
    add_defaults(out, parts);
    add_authorization(out, parts);
    add_params(out, parts);
}
