/* Requests and answers as plain data: headers, masked views, wiping. */
#include "core/deliver/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/base/url.h"

const char http_hidden[] = "(hidden)";
const char http_hidden_url[] = "....";

/* Shorter values are words of everyday text: overwriting them would only garble the answer. */
enum { REDACT_MIN = 6 };

enum { USUAL_HEADERS_BYTES = 480 };

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

void http_headers_take(struct http_headers *list, char *name, char *value)
{
    struct http_header *h = list_add(&list->items, &list->count, sizeof *h);
    h->name = name;
    h->value = value;
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
static void add_visible(struct strbuf *out, const char *text)
{
    const char *c = text;
    while (*c >= ' ' && *c <= '~')
        c++;
    if (!*c) {
        strbuf_adds(out, text);
        return;
    }
    char *safe = text_safe(text);
    strbuf_adds(out, safe);
    free(safe);
}

static void add_shown_value(struct strbuf *out, const struct http_header *h)
{
    if (h->secret)
        strbuf_addf(out, "%.*s%s", (int)h->shown, h->value, http_hidden);
    else
        add_visible(out, h->value);
}

static bool same_name(const struct http_header *a, const struct http_header *b)
{
    return strcmp(a->name, b->name) == 0;
}

static bool named_before(const struct http_headers *list, size_t i)
{
    for (size_t j = 0; j < i; j++)
        if (same_name(&list->items[j], &list->items[i]))
            return true;
    return false;
}

/* The values of all headers of this name. */
static void join_values(struct strbuf *out, const struct http_headers *list, size_t first)
{
    for (size_t i = first; i < list->count; i++) {
        if (i > first && !same_name(&list->items[i], &list->items[first]))
            continue;
        if (i > first)
            strbuf_adds(out, ", ");
        add_shown_value(out, &list->items[i]);
    }
}

char *http_headers_json(const struct http_headers *list)
{
    struct strbuf out, part;
    strbuf_init(&out, SIZE_MAX);
    strbuf_init(&part, SIZE_MAX);
    strbuf_reserve(&out, USUAL_HEADERS_BYTES);
    strbuf_addc(&out, '{');
    for (size_t i = 0; i < list->count; i++) {
        if (named_before(list, i))
            continue;
        if (out.len > 1)
            strbuf_addc(&out, ',');
        strbuf_clear(&part);
        add_visible(&part, list->items[i].name);
        json_quote_add(&out, part.text);
        strbuf_addc(&out, ':');
        strbuf_clear(&part);
        join_values(&part, list, i);
        json_quote_add(&out, part.text);
    }
    strbuf_addc(&out, '}');
    strbuf_release(&part);
    return strbuf_detach(&out);
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

/* The part of a URL that names host and port, where it stands as it is sent: what was typed in
 * lower case, without a default port. NULL where only a look at the whole can tell. */
static char *plain_host(const char *url)
{
    const char *begin = strstr(url, "://");
    size_t len = begin ? strspn(begin + 3, "abcdefghijklmnopqrstuvwxyz0123456789.-:") : 0;
    if (len == 0 || !strchr("/?#", begin[3 + len]))
        return NULL;
    const char *usual = url[4] == 's' ? ":443" : ":80";
    const char *port = memchr(begin + 3, ':', len);
    size_t port_len = port ? (size_t)(begin + 3 + len - port) : 0;
    if (port_len == strlen(usual) && strncmp(port, usual, port_len) == 0)
        len -= port_len;
    return mem_strndup(begin + 3, len);
}

static char *parsed_host(const char *url)
{
    struct error err;
    struct url parts = {0};
    char *origin = mem_strndup(url, strcspn(url, "?#")); /* parameters may make it very long */
    bool ok = url_parse(&parts, origin, &err);
    free(origin);
    if (!ok)
        return NULL;
    bool usual = parts.port == (strcmp(parts.scheme, "https") == 0 ? 443 : 80);
    char *host = usual ? mem_strdup(parts.host) : mem_printf("%s:%d", parts.host, parts.port);
    url_release(&parts);
    return host;
}

/* What the transport adds by itself; the rest are the request's own. */
enum { WIRE_EXTRA = 4 };

struct wire {
    struct http_headers list; /* names and values are lent */
    char *host;
    char length[24];
};

static void wire_add(struct wire *w, const char *name, const char *value)
{
    w->list.items[w->list.count++] =
        (struct http_header){.name = (char *)(uintptr_t)name, .value = (char *)(uintptr_t)value};
}

static void wire_make(struct wire *w, const struct http_request *request)
{
    size_t own = request->headers.count;
    *w = (struct wire){.host = plain_host(request->url)};
    w->list.items = mem_zalloc((own + WIRE_EXTRA) * sizeof *w->list.items);
    if (!w->host)
        w->host = parsed_host(request->url);
    if (w->host)
        wire_add(w, "Host", w->host);
    if (!http_headers_find(&request->headers, "Accept"))
        wire_add(w, "Accept", "*/*");
    wire_add(w, "Accept-Encoding", "gzip,deflate");
    for (size_t i = 0; i < own; i++)
        w->list.items[w->list.count++] = request->headers.items[i];
    snprintf(w->length, sizeof w->length, "%zu", request->body_len);
    if (request->body)
        wire_add(w, "Content-Length", w->length);
}

static void wire_release(struct wire *w)
{
    free(w->list.items);
    free(w->host);
}

void http_request_wire_headers(const struct http_request *request, struct http_headers *out)
{
    struct wire wire;
    wire_make(&wire, request);
    for (size_t i = 0; i < wire.list.count; i++) {
        const struct http_header *h = &wire.list.items[i];
        http_headers_add(out, h->name, h->value, h->secret)->shown = h->shown;
    }
    wire_release(&wire);
}

char *http_request_headers_json(const struct http_request *request)
{
    struct wire wire;
    wire_make(&wire, request);
    char *json = http_headers_json(&wire.list);
    wire_release(&wire);
    return json;
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
