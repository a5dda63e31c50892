/* Requests and answers as plain data: headers, masked views, wiping. */
#include "core/deliver/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/url.h"

const char http_hidden[] = "(hidden)";
const char http_hidden_url[] = "....";

/* Shorter values are words of everyday text: overwriting them would only garble the answer. */
enum { REDACT_MIN = 6 };

static void wipe_free(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

struct http_header *http_headers_add(struct http_headers *list, const char *name, const char *value,
                                     bool secret)
{
    struct http_header *h = list_add(&list->items, &list->count, sizeof *h);
    h->name = mem_strdup(name);
    h->value = mem_strdup(value ? value : "");
    h->secret = secret;
    return h;
}

struct http_header *http_headers_find(const struct http_headers *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcasecmp(list->items[i].name, name) == 0)
            return &list->items[i];
    return NULL;
}

const char *http_headers_get(const struct http_headers *list, const char *name)
{
    const struct http_header *h = http_headers_find(list, name);
    return h ? h->value : NULL;
}

void http_headers_release(struct http_headers *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        wipe_free(list->items[i].value);
    }
    free(list->items);
    *list = (struct http_headers){0};
}

/* Most names and values are plain: they need no look at each character's kind. */
static char *visible(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            return text_safe(text);
    return mem_strdup(text);
}

static char *shown_value(const struct http_header *h)
{
    if (h->secret)
        return mem_printf("%.*s%s", (int)h->shown, h->value, http_hidden);
    return visible(h->value);
}

static void add_shown(cJSON *object, const struct http_header *h)
{
    char *name = visible(h->name), *value = shown_value(h);
    const char *before = json_text(object, name);
    if (before) {
        char *joined = mem_printf("%s, %s", before, value);
        cJSON_ReplaceItemInObjectCaseSensitive(object, name, cJSON_CreateString(joined));
        free(joined);
    } else {
        json_add_text(object, name, value);
    }
    free(name);
    free(value);
}

char *http_headers_json(const struct http_headers *list)
{
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < list->count; i++)
        add_shown(object, &list->items[i]);
    char *text = json_compact(object);
    cJSON_Delete(object);
    return text;
}

void http_request_release(struct http_request *request)
{
    if (request->body)
        explicit_bzero(request->body, request->body_len);
    free(request->body);
    wipe_free(request->url);
    free(request->shown_url);
    http_headers_release(&request->headers);
    http_headers_release(&request->hidden);
    *request = (struct http_request){0};
}

static void add_host(struct http_headers *out, const char *url)
{
    struct error err;
    struct url parts = {0};
    char *origin = mem_strndup(url, strcspn(url, "?#")); /* parameters may make it very long */
    bool ok = url_parse(&parts, origin, &err);
    free(origin);
    if (!ok)
        return;
    bool usual = parts.port == (strcmp(parts.scheme, "https") == 0 ? 443 : 80);
    char *host = usual ? mem_strdup(parts.host) : mem_printf("%s:%d", parts.host, parts.port);
    http_headers_add(out, "Host", host, false);
    free(host);
    url_release(&parts);
}

void http_request_wire_headers(const struct http_request *request, struct http_headers *out)
{
    add_host(out, request->url);
    if (!http_headers_find(&request->headers, "Accept"))
        http_headers_add(out, "Accept", "*/*", false);
    http_headers_add(out, "Accept-Encoding", "gzip,deflate", false);
    for (size_t i = 0; i < request->headers.count; i++) {
        const struct http_header *h = &request->headers.items[i];
        http_headers_add(out, h->name, h->value, h->secret)->shown = h->shown;
    }
    if (request->body) {
        char length[24];
        snprintf(length, sizeof length, "%zu", request->body_len);
        http_headers_add(out, "Content-Length", length, false);
    }
}

void answer_release(struct answer *a)
{
    http_headers_release(&a->headers);
    free(a->body);
    *a = (struct answer){0};
}

static void redact(char *text, size_t len, const char *secret)
{
    size_t secret_len = strlen(secret);
    if (!text || secret_len < REDACT_MIN)
        return;
    char *end = text + len;
    for (char *at = text; (at = memmem(at, (size_t)(end - at), secret, secret_len));
         at += secret_len)
        memset(at, '*', secret_len);
}

static void redact_list(struct answer *a, const struct http_headers *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct http_header *h = &list->items[i];
        if (!h->secret)
            continue;
        redact(a->body, a->body_len, h->value + h->shown);
        for (size_t j = 0; j < a->headers.count; j++)
            redact(a->headers.items[j].value, strlen(a->headers.items[j].value),
                   h->value + h->shown);
    }
}

void answer_redact(struct answer *a, const struct http_request *request)
{
    redact_list(a, &request->headers);
    redact_list(a, &request->hidden);
}
